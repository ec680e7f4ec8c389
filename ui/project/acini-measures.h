/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What was measured on a slide: lines and areas in level-0 pixels, in the order they were made.  They are kept in the
 * project until they are cleared.  Main thread, but for acini_measures_load (). */

#include "data/project/acini-project.h"
#include "ui/base/acini-units.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_MEASURE_LENGTH, /* two points */
  ACINI_MEASURE_AREA,   /* the corners of a polygon */
} AciniMeasureKind;

typedef struct
{
  double x, y;
} AciniMeasurePoint;

typedef struct
{
  AciniMeasureKind kind;
  GArray *points; /* AciniMeasurePoint */
} AciniMeasure;

typedef struct _AciniMeasures AciniMeasures;

AciniMeasures *acini_measures_new (void);
void acini_measures_free (AciniMeasures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniMeasures, acini_measures_free)

guint acini_measures_get_n (AciniMeasures *self);
const AciniMeasure *acini_measures_get (AciniMeasures *self, guint i);
/* A copy of @points. */
void acini_measures_add (AciniMeasures *self, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n);
void acini_measures_remove_last (AciniMeasures *self);
void acini_measures_clear (AciniMeasures *self);

/* By the corners' formula of Gauss, in level-0 pixels squared. */
double acini_measure_get_area (const AciniMeasurePoint *points, guint n);
/* "12.3 µm" or "0.123 mm²". */
char *acini_measure_format (const AciniScale *scale, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n);

/* A table for a spreadsheet: tabs between the columns, a line of headings first. */
char *acini_measures_dup_table (AciniMeasures *self, const AciniScale *scale);

/* As text for the project, and back; what cannot be read is left out. */
char *acini_measures_to_text (AciniMeasures *self);
AciniMeasures *acini_measures_from_text (const char *text);

/* Of @slide: reads the disk.  Returns: (transfer full), empty where there are none. */
AciniMeasures *acini_measures_load (AciniProject *project, gint64 slide);
/* The name of the project's setting. */
char *acini_measures_dup_key (gint64 slide);

G_END_DECLS
