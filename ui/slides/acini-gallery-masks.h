/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Masks over the slides of the gallery: what is unit on each, labels and the prediction of the model in use, small.
 * They are drawn on a worker thread, one slide after the other, and kept with the slides' items. */

#include "ui/project/acini-session.h"

G_BEGIN_DECLS

typedef struct _AciniGalleryMasks AciniGalleryMasks;

AciniGalleryMasks *acini_gallery_masks_new (void);
void acini_gallery_masks_free (AciniGalleryMasks *self);

/* Draws those of all slides of @session anew; NULL: takes them away. */
void acini_gallery_masks_show (AciniGalleryMasks *self, AciniSession *session);

/* The mask over @item, whose "detail" is notified when it changes; NULL: none. */
GdkTexture *acini_gallery_masks_get (AciniSlideItem *item);

G_END_DECLS
