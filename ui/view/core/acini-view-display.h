/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Brightness, contrast, gamma and stains of what the view shows. */

#include "data/slides/acini-display.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

/* How slides are shown, this one and the next ones. */
void acini_slide_view_set_display (AciniSlideView *self, const AciniDisplay *display);
void acini_slide_view_get_display (AciniSlideView *self, AciniDisplay *display);

/* For the view's own files: another slide is open. */
void acini_view_display_update (AciniSlideView *self);

G_END_DECLS
