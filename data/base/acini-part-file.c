/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-part-file.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

struct _AciniPartFile
{
  char *path, *part;
  GOutputStream *stream;
  gboolean done;
};

AciniPartFile *
acini_part_file_new (const char *path)
{
  AciniPartFile *self = g_new0 (AciniPartFile, 1);
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  g_autofree char *hidden = g_strdup_printf (".%08x-%s", g_random_int (), name);

  self->path = g_strdup (path);
  self->part = g_build_filename (folder, hidden, NULL);
  return self;
}

const char *
acini_part_file_get_path (const AciniPartFile *self)
{
  return self->part;
}

GOutputStream *
acini_part_file_get_stream (AciniPartFile *self, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->part);

  if (self->stream == NULL)
    self->stream = G_OUTPUT_STREAM (g_file_create (file, G_FILE_CREATE_NONE, NULL, error));
  return self->stream;
}

gboolean
acini_part_file_commit (AciniPartFile *self, GError **error)
{
  g_autofree char *shown = NULL;
  int problem;

  if (self->stream != NULL && !g_output_stream_close (self->stream, NULL, error))
    return FALSE;
  self->done = g_rename (self->part, self->path) == 0;
  if (self->done)
    return TRUE;
  problem = errno;
  shown = g_filename_display_name (self->path);
  g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (problem), _ ("“%s” cannot be written: %s"), shown,
               g_strerror (problem));
  return FALSE;
}

void
acini_part_file_free (AciniPartFile *self)
{
  if (self == NULL)
    return;
  if (self->stream != NULL)
    g_output_stream_close (self->stream, NULL, NULL);
  if (!self->done)
    g_unlink (self->part);
  g_clear_object (&self->stream);
  g_free (self->path);
  g_free (self->part);
  g_free (self);
}
