/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What of a slide has been looked at, and how closely: a coarse grid of cells, each with the greatest step of
 * magnification it was seen at.  Plain memory; one thread at a time. */

#include <glib.h>

G_BEGIN_DECLS

/* The longer side has this many cells. */
#define ACINI_COVERAGE_CELLS 96

typedef enum
{
  ACINI_COVERAGE_UNSEEN,
  ACINI_COVERAGE_FAR, /* below 2.5× */
  ACINI_COVERAGE_2_5X,
  ACINI_COVERAGE_5X,
  ACINI_COVERAGE_10X,
  ACINI_COVERAGE_20X, /* and above */
} AciniCoverageStep;

typedef struct _AciniCoverage AciniCoverage;

/* For a slide of @width × @height level-0 pixels. */
AciniCoverage *acini_coverage_new (gint64 width, gint64 height);
void acini_coverage_free (AciniCoverage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniCoverage, acini_coverage_free)

/* The step of a magnification such as 10. */
AciniCoverageStep acini_coverage_get_step (double magnification);

/* The cells, row by row: (transfer none). */
const guint8 *acini_coverage_get_cells (AciniCoverage *self, int *columns, int *rows);
/* The part of all cells that was seen at @step or closer, 0 … 1. */
double acini_coverage_get_part (AciniCoverage *self, AciniCoverageStep step);
/* The same of the cells where @among, one byte each, is not 0; 1 where there are none. */
double acini_coverage_get_part_of (AciniCoverage *self, const guint8 *among, AciniCoverageStep step);
/* The rectangle of level-0 points was on screen: the cells whose middle lies in it were seen.
 * Returns: whether anything is new. */
gboolean acini_coverage_see (AciniCoverage *self, double x0, double y0, double x1, double y1, AciniCoverageStep step);

/* The project's setting that keeps what of @slide was looked at.  Returns: (transfer full) */
char *acini_coverage_dup_key (gint64 slide);
/* As text for the project; what is read is added to what is there.  FALSE: it is of another slide, or no coverage. */
char *acini_coverage_to_text (AciniCoverage *self);
gboolean acini_coverage_add_text (AciniCoverage *self, const char *text);

G_END_DECLS
