/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The images that come with a slide: its paper label, the whole glass, the scanner's thumbnail. */

#include "data/slides/acini-slide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Reads them on a worker and appends them to @box, each with its name above; not any more once @cancellable is
 * cancelled.  @with_thumbnail: also what an overview shows anyway. */
void acini_slide_images_append (GtkBox *box, AciniSlide *slide, gboolean with_thumbnail, GCancellable *cancellable);

G_END_DECLS
