/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the colours of the mask mean: the model's classes, what a person marked, and what a person marked as
 * background. */

#include "ui/review/acini-class-list.h"
#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_MASK_LEGEND (acini_mask_legend_get_type ())
G_DECLARE_FINAL_TYPE (AciniMaskLegend, acini_mask_legend, ACINI, MASK_LEGEND, AdwBin)

/* Whose "mask-style" the colours follow; NULL: none. */
void acini_mask_legend_set_view (AciniMaskLegend *self, AciniSlideView *view);
/* Shows those; @classes NULL: one. */
void acini_mask_legend_set_classes (AciniMaskLegend *self, AciniClassList *classes);

G_END_DECLS
