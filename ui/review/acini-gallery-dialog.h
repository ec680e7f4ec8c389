/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Look-alikes side by side: the undecided objects that are worth a look, in rows of those that are most like each
 * other; a whole row is accepted or rejected at once. */

#include "ui/review/acini-slide-objects.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_GALLERY_DIALOG (acini_gallery_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AciniGalleryDialog, acini_gallery_dialog, ACINI, GALLERY_DIALOG, AdwDialog)

AciniGalleryDialog *acini_gallery_dialog_new (AciniSlideObjects *objects, AciniSlideView *view);
/* The rows that are left; row @i's objects: (transfer none) (element-type gint64). */
guint acini_gallery_dialog_get_n (AciniGalleryDialog *self);
const GArray *acini_gallery_dialog_get (AciniGalleryDialog *self, guint i);

G_END_DECLS
