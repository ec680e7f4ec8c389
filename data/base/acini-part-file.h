/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A file that appears under its name when it is complete.  Until then it lies beside that, hidden, with the same ending
 * (libvips goes by it); freed before, nothing is left of it and what was there stays. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AciniPartFile AciniPartFile;

AciniPartFile *acini_part_file_new (const char *path);
/* For what writes by name. */
const char *acini_part_file_get_path (const AciniPartFile *self);
/* For what writes in a stream: (transfer none), or NULL with @error set; made at the first call. */
GOutputStream *acini_part_file_get_stream (AciniPartFile *self, GError **error);
/* Puts it in its place, its stream closed. */
gboolean acini_part_file_commit (AciniPartFile *self, GError **error);
void acini_part_file_free (AciniPartFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniPartFile, acini_part_file_free)

G_END_DECLS
