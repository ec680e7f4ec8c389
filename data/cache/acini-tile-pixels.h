/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Memory for the pixels of tiles, straight from the system and straight back to it.
 *
 * Tiles are about a megabyte each, are made on several threads and freed on any, and live for seconds or hours: on the
 * heap they leave holes between smaller blocks, so that a cache that was emptied still holds what it once had.  A few
 * freed ones are kept for the next tiles of their size: fresh pages cost more than colouring a mask does.  Thread-safe.
 */

#include <glib.h>

G_BEGIN_DECLS

/* @size > 0 bytes of whatever was there; NULL when there is not enough memory. */
gpointer acini_tile_pixels_new (gsize size);
void acini_tile_pixels_free (gpointer pixels, gsize size);

/* @pixels (transfer full). */
GBytes *acini_tile_pixels_to_bytes (gpointer pixels, gsize size);

G_END_DECLS
