/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A bar of a round length: µm or mm, or pixels where the slide's size is not known. */

#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

#define ACINI_TYPE_SCALE_BAR (acini_scale_bar_get_type ())
G_DECLARE_FINAL_TYPE (AciniScaleBar, acini_scale_bar, ACINI, SCALE_BAR, GtkWidget)

/* Follows @view as long as both live. */
GtkWidget *acini_scale_bar_new (AciniSlideView *view);

G_END_DECLS
