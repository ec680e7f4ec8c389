/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Tiles on their way from the engine to the window: shared memory, sealed, so that nobody can change it or make it
 * shorter while it is read. */

#include <glib.h>

G_BEGIN_DECLS

/* Returns: a file descriptor of memory that holds @bytes, or -1 with errno set. */
int acini_tile_memory_new (const guint8 *bytes, gsize length);
/* Returns: (transfer full) (nullable) the @length bytes behind @fd, which may be closed; NULL where it is not such
 * memory. */
GBytes *acini_tile_memory_map (int fd, gsize length);

G_END_DECLS
