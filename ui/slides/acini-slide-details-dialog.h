/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Asks for the size of a pixel, of several slides at once or by a line whose length is known. */

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_DETAILS_DIALOG (acini_slide_details_dialog_get_type ())
/* Signals: answered (mpp: double)  µm per pixel, 0 for unknown */
G_DECLARE_FINAL_TYPE (AciniSlideDetailsDialog, acini_slide_details_dialog, ACINI, SLIDE_DETAILS_DIALOG, AdwAlertDialog)

AciniSlideDetailsDialog *acini_slide_details_dialog_new_scale (guint n_slides, double mpp);
/* How long is a line of @pixels, such as a scale bar that was measured with the ruler? */
AciniSlideDetailsDialog *acini_slide_details_dialog_new_length (double pixels);

G_END_DECLS
