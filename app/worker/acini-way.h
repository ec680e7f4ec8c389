/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* In which way a prediction is computed: what its numbers depend on besides the slide, the scale and the model. */

#include "app/worker/acini-segmenter.h"

G_BEGIN_DECLS

/* In words that differ where the way does: the options that are not the usual ones, the precision, and what computes,
 * such as "--flips, bfloat16, cpu avx512".  @how NULL: the usual options.  Returns: (transfer full) */
char *acini_describe_way (AciniModel *model, const AciniSegmentation *how);

G_END_DECLS
