/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is on screen as a picture: slide, mask and measurements as they are shown, without the pointer. */

#include "ui/view/acini-slide-view.h"

G_BEGIN_DECLS

/* @over (nullable): a widget that lies on the view (the scale bar) and comes along.  In device pixels, on white, in
 * memory.  Returns: (transfer full) (nullable) NULL when nothing is on screen. */
GdkTexture *acini_view_picture_take (AciniSlideView *view, GtkWidget *over);

/* Encodes and writes a PNG, the whole of it or nothing.  On a worker. */
gboolean acini_view_picture_write (GdkTexture *picture, GFile *file, GCancellable *cancellable, GError **error);

G_END_DECLS
