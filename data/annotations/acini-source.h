/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The text of a file as UTF-8, in pieces: gzip is taken apart, UTF-16 and what an XML declaration names is converted, a
 * byte order mark left out.  Memory is that of one piece. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AciniSource AciniSource;

/* Returns: (transfer full), or NULL with @error set. */
AciniSource *acini_source_open (const char *path, GCancellable *cancellable, GError **error);
/* What a program writes about a file of @size bytes: UTF-8.  @stream: (transfer full). */
AciniSource *acini_source_new_for_stream (const char *path, GInputStream *stream, gint64 size,
                                          GCancellable *cancellable);
/* The file @path, or, where it is packed, a new temporary one with its bytes, which is the caller's to delete:
 * *@temporary.  For libraries and programs that have to seek.  Returns: (transfer full) absolute, or NULL with @error.
 */
char *acini_source_unpack (const char *path, gboolean *temporary, GCancellable *cancellable, GError **error);
void acini_source_free (AciniSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniSource, acini_source_free)

/* The file's name for people. */
const char *acini_source_get_name (const AciniSource *self);
/* The next bytes: *@bytes stays the source's until the next call.  Returns: how many, 0 at the end, -1 with @error
 * set.  What unpacks to a thousand times its size, as no annotations do, is refused. */
gssize acini_source_read (AciniSource *self, const char **bytes, GError **error);
/* Of the file that were read, 0 … 1. */
double acini_source_get_fraction (const AciniSource *self);

G_END_DECLS
