/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-source.h"

#include "data/annotations/acini-annotation.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PIECE (1 << 16)
/* Unpacked bytes from which on the ratio is looked at, and the greatest ratio.  JSON of one polygon written a million
 * times over packs 1 : 300. */
#define SUSPICIOUS ((gint64)256 << 20)
#define MOST_RATIO 500

struct _AciniSource
{
  char *name;
  GInputStream *file;   /* seekable: how far it was read */
  GInputStream *stream; /* unpacked and converted */
  GCancellable *cancellable;
  gboolean packed;
  gint64 size, n_read;
  char *buffer;
};

void
acini_source_free (AciniSource *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_clear_object (&self->file);
  g_clear_object (&self->stream);
  g_clear_object (&self->cancellable);
  g_free (self->buffer);
  g_free (self);
}

static void
push_converter (AciniSource *self, GConverter *converter)
{
  g_autoptr (GInputStream) inner = g_steal_pointer (&self->stream);
  g_autoptr (GInputStream) converted = g_converter_input_stream_new (inner, converter);

  self->stream = g_buffered_input_stream_new_sized (converted, PIECE);
}

/* The first bytes of the stream, without taking them; *@n of them. */
static const char *
look_ahead (AciniSource *self, gsize *n, GError **error)
{
  GBufferedInputStream *stream = G_BUFFERED_INPUT_STREAM (self->stream);

  *n = 0;
  /* A stream may give less than is asked for. */
  for (gsize before = 1; *n < 1024 && *n != before;)
    {
      before = *n;
      if (g_buffered_input_stream_fill (stream, (gssize)(1024 - *n), self->cancellable, error) < 0)
        return NULL;
      *n = g_buffered_input_stream_get_available (stream);
    }
  return g_buffered_input_stream_peek_buffer (stream, n);
}

/* The encoding that the text says or shows, NULL: UTF-8.  *@skip: bytes of a mark. */
static char *
find_encoding (const char *head, gsize n, gsize *skip)
{
  g_autofree char *declaration = NULL;
  const char *said;
  char *end;

  *skip = 0;
  if (n >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0)
    {
      *skip = 3;
      return NULL;
    }
  if (n >= 2 && (memcmp (head, "\xff\xfe", 2) == 0 || memcmp (head, "\xfe\xff", 2) == 0))
    {
      *skip = 2;
      return g_strdup (*head == '\xff' ? "UTF-16LE" : "UTF-16BE");
    }
  if (n >= 4 && (head[0] == 0) != (head[1] == 0) && (head[2] == 0) == (head[0] == 0))
    return g_strdup (head[0] == 0 ? "UTF-16BE" : "UTF-16LE");
  if (n < 5 || memcmp (head, "<?xml", 5) != 0)
    return NULL;
  declaration = g_strndup (head, n);
  end = strstr (declaration, "?>");
  if (end == NULL)
    return NULL;
  *end = '\0';
  said = strstr (declaration, "encoding");
  said = said != NULL ? strpbrk (said, "\"'") : NULL;
  end = said != NULL ? strchr (said + 1, *said) : NULL;
  if (end == NULL || g_ascii_strncasecmp (said + 1, "utf-8", 5) == 0 || g_ascii_strncasecmp (said + 1, "utf8", 4) == 0
      || g_ascii_strncasecmp (said + 1, "utf-16", 6) == 0)
    return NULL;
  return g_strndup (said + 1, end - said - 1);
}

static gboolean
set_up (AciniSource *self, GError **error)
{
  g_autofree char *encoding = NULL;
  const char *head;
  gsize n, skip;

  self->stream = g_buffered_input_stream_new_sized (self->file, PIECE);
  head = look_ahead (self, &n, error);
  if (head != NULL && n >= 2 && memcmp (head, "\x1f\x8b", 2) == 0)
    {
      g_autoptr (GZlibDecompressor) decompressor = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);

      self->packed = TRUE;
      push_converter (self, G_CONVERTER (decompressor));
      head = look_ahead (self, &n, error);
    }
  if (head == NULL)
    return FALSE;
  encoding = find_encoding (head, n, &skip);
  if (skip > 0 && g_input_stream_skip (self->stream, skip, self->cancellable, error) < 0)
    return FALSE;
  if (encoding != NULL)
    {
      g_autoptr (GCharsetConverter) converter = g_charset_converter_new ("UTF-8", encoding, NULL);

      if (converter == NULL)
        {
          g_autofree char *valid = g_utf8_make_valid (encoding, -1);
          g_autofree char *shown = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), 40));

          g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_DAMAGED,
                       _ ("“%s” has the encoding “%s”, which is not known here. Save it as UTF-8."), self->name, shown);
          return FALSE;
        }
      push_converter (self, G_CONVERTER (converter));
    }
  return TRUE;
}

/* GIO's errors do not say of which file they are. */
static void
explain (AciniSource *self, GError **error)
{
  g_autofree char *what = NULL;

  if (error == NULL || *error == NULL || g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || (*error)->domain == ACINI_ANNOTATION_ERROR)
    return;
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    what = g_strdup_printf (_ ("“%s” ends too early: it was cut off. Copy it again."), self->name);
  else if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    what = g_strdup_printf (self->packed ? _ ("“%s” is damaged: it cannot be unpacked. Copy it again.")
                                         : _ ("“%s” is not text in the encoding it says. Save it as UTF-8."),
                            self->name);
  else
    what = g_strdup_printf (_ ("“%s” cannot be read: %s"), self->name, (*error)->message);
  g_clear_error (error);
  g_set_error_literal (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_DAMAGED, what);
}

AciniSource *
acini_source_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniSource) self = g_new0 (AciniSource, 1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = NULL;
  GError *reason = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  self->name = g_filename_display_basename (path);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->buffer = g_malloc (PIECE);
  self->file = G_INPUT_STREAM (g_file_read (file, cancellable, &reason));
  if (self->file != NULL)
    info = g_file_input_stream_query_info (G_FILE_INPUT_STREAM (self->file), G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                           cancellable, NULL);
  self->size = info != NULL ? g_file_info_get_size (info) : 0;
  if (self->file == NULL || !set_up (self, &reason))
    {
      explain (self, &reason);
      g_propagate_error (error, reason);
      return NULL;
    }
  return g_steal_pointer (&self);
}

AciniSource *
acini_source_new_for_stream (const char *path, GInputStream *stream, gint64 size, GCancellable *cancellable)
{
  AciniSource *self = g_new0 (AciniSource, 1);

  self->name = g_filename_display_basename (path);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->buffer = g_malloc (PIECE);
  self->file = stream;
  self->stream = g_object_ref (stream);
  self->size = size;
  self->packed = TRUE; /* DICOM may be */
  return self;
}

char *
acini_source_unpack (const char *path, gboolean *temporary, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniSource) source = NULL;
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = NULL;
  GOutputStream *output;
  const char *bytes;
  gssize n;

  *temporary = g_str_has_suffix (path, ".gz");
  if (!*temporary)
    return g_canonicalize_filename (path, NULL);
  source = acini_source_open (path, cancellable, error);
  file = source != NULL ? g_file_new_tmp (NULL, &stream, error) : NULL;
  if (file == NULL)
    return NULL;
  output = g_io_stream_get_output_stream (G_IO_STREAM (stream));
  while ((n = acini_source_read (source, &bytes, error)) > 0)
    if (!g_output_stream_write_all (output, bytes, (gsize)n, NULL, cancellable, error))
      break;
  if (n == 0 && g_io_stream_close (G_IO_STREAM (stream), cancellable, error))
    return g_file_get_path (file);
  g_file_delete (file, NULL, NULL);
  return NULL;
}

const char *
acini_source_get_name (const AciniSource *self)
{
  return self->name;
}

/* Bytes of the file that were read. */
static gint64
get_n_packed (const AciniSource *self)
{
  return G_IS_SEEKABLE (self->file) ? g_seekable_tell (G_SEEKABLE (self->file)) : self->size;
}

double
acini_source_get_fraction (const AciniSource *self)
{
  goffset at = G_IS_SEEKABLE (self->file) ? g_seekable_tell (G_SEEKABLE (self->file)) : 0;

  return self->size > 0 ? CLAMP ((double)at / (double)self->size, 0, 1) : 0;
}

gssize
acini_source_read (AciniSource *self, const char **bytes, GError **error)
{
  GError *reason = NULL;
  gssize n = g_input_stream_read (self->stream, self->buffer, PIECE, self->cancellable, &reason);

  *bytes = self->buffer;
  if (n < 0)
    {
      explain (self, &reason);
      g_propagate_error (error, reason);
      return -1;
    }
  self->n_read += n;
  if (self->packed && self->n_read > SUSPICIOUS && self->n_read > MOST_RATIO * get_n_packed (self))
    {
      g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_LIMIT,
                   _ ("“%s” unpacks to more than %d times its size, as no annotations do. It is not read."), self->name,
                   MOST_RATIO);
      return -1;
    }
  return n;
}
