/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* In which way a prediction is computed: what its numbers depend on besides the slide, the scale and the model. */

#include "model/acini-model.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double mpp;                /* the slide's µm per pixel, 0 unknown */
  gboolean tissue;           /* leave out bare glass */
  gboolean fresh;            /* compute what the file has already */
  int patch, overlap, batch; /* as in AciniSegmentOptions */
  int readers;
  gboolean flips, turns; /* as in AciniSegmentOptions */
  const double *scales;
  guint n_scales;
  const char *known; /* another folder of predictions, whose tiles are not computed again; NULL: none */
} AciniSegmentation;

/* In words that differ where the way does: the options that are not the usual ones, the precision, and what computes,
 * such as "--flips, bfloat16, cpu avx512".  @how NULL: the usual options.  Returns: (transfer full) */
char *acini_describe_way (AciniModel *model, const AciniSegmentation *how);

G_END_DECLS
