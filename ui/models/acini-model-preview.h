/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a network makes of a piece of the user's own tissue, by a card that is still a guess.  Everything here takes
 * seconds and is for worker threads; what computes is acini-cli. */

#include "model/core/acini-card.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Reads the network in @file: *@folder (created, the caller's to remove) gets it as a model of Acini's.  Returns:
 * (transfer full) what acini_model_inspect () says of the file. */
JsonObject *acini_model_preview_read (const char *file, char **folder, GCancellable *cancellable, GError **error);

/* Writes a piece of the slide @path, 400 µm a side and rich in tissue, to @png.  @mpp: of the slide as the project has
 * it, 0 unknown: then it is 1024 pixels. */
gboolean acini_model_preview_cut (const char *path, double mpp, const char *png, GError **error);

/* Segments that piece with the weights in @folder and @card.  *@share: of it that is a unit, 0 … 1.  Returns: (transfer
 * full) the piece with the outlines on it, ACINI_MODEL_PREVIEW_SIZE wide at most. */
GdkTexture *acini_model_preview_draw (const char *folder, const AciniCard *card, const char *png, double mpp,
                                      double *share, GCancellable *cancellable, GError **error);

#define ACINI_MODEL_PREVIEW_SIZE 208

G_END_DECLS
