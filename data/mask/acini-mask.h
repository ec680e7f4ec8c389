/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The effective mask: the person's label where there is one, else the prediction at or above the threshold of its
 * class.  This is what is shown, measured and exported; it is never stored.  See acini-mask-kernel.h for the rule. */

#include "data/labels/acini-labels.h"
#include "data/mask/acini-thresholds.h"
#include "data/predictions/acini-prediction.h"

G_BEGIN_DECLS

/* Reads @width × @height level-0 pixels from (@x, @y) as label values (background 1, classes 2 …; unlabelled, 0, where
 * neither a person nor the model has said anything).  @prediction NULL: labels alone, @thresholds may be NULL, too. */
gboolean acini_mask_read_effective (AciniProject *project, gint64 slide, AciniPrediction *prediction,
                                    const AciniThresholds *thresholds, gint64 x, gint64 y, int width, int height,
                                    guint8 *labels, GError **error);

/* The same from the prediction alone, whatever people said: what a model is scored by. */
gboolean acini_mask_read_predicted (AciniPrediction *prediction, const AciniThresholds *thresholds, gint64 x, gint64 y,
                                    int width, int height, guint8 *labels, GError **error);

/* The effective mask and what it was made of. */
typedef struct
{
  guint8 *labels;   /* as acini_mask_read_effective () gives them */
  guint8 *people;   /* what people said, 0 where nobody did */
  guint8 *planes;   /* the probabilities, one class behind the other, 0 where nothing was computed … */
  guint8 *computed; /* … 255 or 0; both untouched without a prediction */
} AciniMaskParts;

/* The same with its parts, which the caller has allocated; without a prediction labels and people may be one.
 * @project NULL: the prediction alone. */
gboolean acini_mask_read_parts (AciniProject *project, gint64 slide, AciniPrediction *prediction,
                                const AciniThresholds *thresholds, gint64 x, gint64 y, int width, int height,
                                const AciniMaskParts *parts, GError **error);

/* A grid of pixels over a slide: at level 0, or coarser, or finer. */
typedef struct
{
  double x, y; /* level-0 position of the first pixel's corner */
  double step; /* level-0 pixels per pixel */
  int width, height;
} AciniMaskGrid;

/* The probabilities at the pixels of @grid: plane i from @planes + i · @width · @height on, 0 where nothing was
 * computed or there is no slide; @computed (nullable) 255 or 0.  From level 0 on finer grids read the prediction as it
 * was computed, coarser ones its pyramid of greatest probabilities, so that what is small is still there from afar. */
gboolean acini_mask_read_probability (AciniPrediction *prediction, const AciniMaskGrid *grid, guint8 *planes,
                                      guint8 *computed, GError **error);

G_END_DECLS
