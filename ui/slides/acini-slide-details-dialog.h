/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Asks what the files of slides do not say: the organ and the size of a pixel, for several slides at once. */

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_DETAILS_DIALOG (acini_slide_details_dialog_get_type ())
/* Signals:
 *   answered (organ: string, mpp: double)  the organ's id, "" for unknown; µm per pixel, 0 for unknown
 *   declined ()                            cancelled */
G_DECLARE_FINAL_TYPE (AciniSlideDetailsDialog, acini_slide_details_dialog, ACINI, SLIDE_DETAILS_DIALOG, AdwAlertDialog)

/* Before @n_files are added, with the last answer to start from; it can be put off: "answered" with nothing known.
 * @unscaled: one of them does not say how large a pixel is. */
AciniSlideDetailsDialog *acini_slide_details_dialog_new_import (guint n_files, gboolean unscaled, const char *organ,
                                                                double mpp);
/* For µm per pixel of @n_slides alone. */
AciniSlideDetailsDialog *acini_slide_details_dialog_new_scale (guint n_slides, double mpp);

G_END_DECLS
