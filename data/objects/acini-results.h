/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a slide, or a project, comes to: how many FTUs of a class, how dense, how large. */

#include "data/objects/acini-object-index.h"

G_BEGIN_DECLS

/* Of one class of one slide; numbers of a whole project are sums, see acini_result_add (). */
typedef struct
{
  int label;
  gint64 count;
  gint64 states[ACINI_N_REVIEWS]; /* of these, by what a person decided */
  gint64 area;                    /* level-0 pixels */
  double area_um2, squares_um4;   /* sums of areas and of their squares; 0 where µm per pixel are unknown */
  double squares_px;              /* sum of the squares of areas in pixels */
  double tissue_um2;              /* tissue of the slide; below 0: unknown */
} AciniResult;

/* The results of @index's slide: one for each class of the project and each that occurs.  @scope: what counts
 * (nullable: all of it).  @tissue: the share of the slide that is tissue and counts, below 0: unknown.  @states: bits,
 * 1 << AciniReviewState, of the objects that count; 0: all.  Returns: (transfer full) (element-type AciniResult) by
 * label, or NULL with @error set.
 */
GArray *acini_results_collect (AciniObjectIndex *index, const AciniObjectSource *source, const AciniRegionScope *scope,
                               double tissue, guint states, GError **error);
/* The share of @slide that is tissue and within @scope (nullable: all of it counts); below 0 where its file is not
 * there. */
double acini_results_measure_tissue (const AciniSlideRecord *slide, const AciniRegionScope *scope);

/* Adds those of another slide. */
void acini_result_add (AciniResult *self, const AciniResult *other);
/* Objects per mm² of tissue; the mean and the standard deviation of their areas, of the sample; the part of the tissue
 * that they cover.  All below 0 where they are unknown. */
double acini_result_get_density (const AciniResult *self);
double acini_result_get_mean_area (const AciniResult *self, gboolean um);
double acini_result_get_area_deviation (const AciniResult *self, gboolean um);
double acini_result_get_share (const AciniResult *self);

G_END_DECLS
