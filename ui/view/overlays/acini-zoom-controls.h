/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* − magnification + Fit.  The magnification opens an entry ("10×", "0.5 µm/px", "40 %") with the usual ones below. */

#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

#define ACINI_TYPE_ZOOM_CONTROLS (acini_zoom_controls_get_type ())
G_DECLARE_FINAL_TYPE (AciniZoomControls, acini_zoom_controls, ACINI, ZOOM_CONTROLS, GtkWidget)

/* Follows @view as long as both live. */
GtkWidget *acini_zoom_controls_new (AciniSlideView *view);
/* Opens the entry. */
void acini_zoom_controls_enter (AciniZoomControls *self);

G_END_DECLS
