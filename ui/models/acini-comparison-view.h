/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Whether a model is better than the one it was made from: a sentence with the interval, the scores, and the images
 * that changed most, before and after. */

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_COMPARISON_VIEW (acini_comparison_view_get_type ())
G_DECLARE_FINAL_TYPE (AciniComparisonView, acini_comparison_view, ACINI, COMPARISON_VIEW, AdwBin)

/* Shows what the folder of a model says (app/worker/acini-training-verdict.h), read on another thread; it is hidden
 * where it says nothing.  @folder (nullable) */
void acini_comparison_view_set_folder (AciniComparisonView *self, const char *folder);

G_END_DECLS
