/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

#include "model/core/acini-npy.h"

#include <gio/gio.h>
#include <string.h>

G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

G_DEFINE_QUARK (acini - npy - error - quark, acini_npy_error)

static const char magic[] = { '\x93', 'N', 'U', 'M', 'P', 'Y' };

typedef struct
{
  const char *at, *end;
} Cursor;

static void
skip_spaces (Cursor *cursor)
{
  while (cursor->at < cursor->end && g_ascii_isspace (*cursor->at))
    cursor->at++;
}

static gboolean
accept (Cursor *cursor, const char *text)
{
  gsize length = strlen (text);

  skip_spaces (cursor);
  if ((gsize)(cursor->end - cursor->at) < length || memcmp (cursor->at, text, length) != 0)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

/* A Python string without escapes, in either kind of quotes.  Returns: (transfer full) (nullable) */
static char *
parse_string (Cursor *cursor)
{
  const char *start, *stop;

  skip_spaces (cursor);
  if (cursor->at == cursor->end || (*cursor->at != '\'' && *cursor->at != '"'))
    return NULL;
  start = cursor->at + 1;
  stop = memchr (start, *cursor->at, cursor->end - start);
  if (stop == NULL)
    return NULL;
  cursor->at = stop + 1;
  return g_strndup (start, stop - start);
}

/* A tuple of sizes: (), (3,) or (1, 3, 256, 256). */
static gboolean
parse_shape (Cursor *cursor, AciniNpy *npy)
{
  if (!accept (cursor, "("))
    return FALSE;
  npy->n_dims = 0;
  while (!accept (cursor, ")"))
    {
      char digits[24] = "";
      guint64 size = 0;
      gsize n = 0;

      skip_spaces (cursor);
      while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at) && n + 1 < sizeof digits)
        digits[n++] = *cursor->at++;
      if (n == 0 || npy->n_dims == ACINI_NPY_MAX_DIMS
          || !g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, &size, NULL))
        return FALSE;
      npy->shape[npy->n_dims++] = size;
      if (!accept (cursor, ",") && (cursor->at == cursor->end || *cursor->at != ')'))
        return FALSE;
    }
  return TRUE;
}

/* The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 8, 8), } */
static gboolean
parse_header (Cursor cursor, AciniNpy *npy, char **descr, gboolean *fortran)
{
  gboolean has_shape = FALSE, has_order = FALSE;

  if (!accept (&cursor, "{"))
    return FALSE;
  while (!accept (&cursor, "}"))
    {
      g_autofree char *key = parse_string (&cursor);

      if (key == NULL || !accept (&cursor, ":"))
        return FALSE;
      if (strcmp (key, "descr") == 0 && *descr == NULL)
        {
          *descr = parse_string (&cursor);
          if (*descr == NULL)
            return FALSE;
        }
      else if (strcmp (key, "fortran_order") == 0)
        {
          *fortran = accept (&cursor, "True");
          has_order = TRUE;
          if (!*fortran && !accept (&cursor, "False"))
            return FALSE;
        }
      else if (strcmp (key, "shape") == 0)
        {
          has_shape = TRUE;
          if (!parse_shape (&cursor, npy))
            return FALSE;
        }
      else
        return FALSE;
      accept (&cursor, ",");
    }
  return *descr != NULL && has_shape && has_order;
}

static gboolean
set_damaged (GError **error, const char *path, const char *reason)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, ACINI_NPY_ERROR, ACINI_NPY_ERROR_DAMAGED, "“%s” is not a readable NumPy array: %s", name, reason);
  return FALSE;
}

static gboolean
set_unsupported (GError **error, const char *path, const char *reason)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, ACINI_NPY_ERROR, ACINI_NPY_ERROR_UNSUPPORTED,
               "“%s”: %s; save it as little-endian float32 or int64 in C order", name, reason);
  return FALSE;
}

/* Takes the elements out of what follows the header. */
static gboolean
take_elements (AciniNpy *npy, const char *path, const char *descr, const char *data, gsize size, GError **error)
{
  gsize element, bytes;

  if (strcmp (descr, "<f4") == 0)
    element = sizeof (float);
  else if (strcmp (descr, "<i8") == 0)
    element = sizeof (gint64);
  else
    {
      g_autofree char *reason = g_strdup_printf ("its elements are of type “%s”", descr);

      return set_unsupported (error, path, reason);
    }
  bytes = element;
  for (int i = 0; i < npy->n_dims; i++)
    if (!g_size_checked_mul (&bytes, bytes, npy->shape[i]))
      return set_damaged (error, path, "its shape is too large");
  if (bytes != size)
    return set_damaged (error, path, "its data does not have the size that its header tells");
  npy->n_elements = bytes / element;
  if (element == sizeof (float))
    npy->floats = g_memdup2 (data, bytes);
  else
    npy->integers = g_memdup2 (data, bytes);
  return TRUE;
}

static gboolean
parse (AciniNpy *npy, const char *path, const char *data, gsize size, GError **error)
{
  g_autofree char *descr = NULL;
  gboolean fortran = FALSE;
  guint32 header_size = 0;
  gsize prefix;
  Cursor cursor;

  if (size < 10 || memcmp (data, magic, sizeof magic) != 0)
    return set_damaged (error, path, "it does not begin as one");
  if (data[6] < 1 || data[6] > 3)
    return set_unsupported (error, path, "its version of the format is unknown");
  prefix = data[6] == 1 ? 10 : 12;
  if (size < prefix)
    return set_damaged (error, path, "it ends in its header");
  memcpy (&header_size, data + 8, prefix - 8);
  if (header_size > size - prefix)
    return set_damaged (error, path, "it ends in its header");
  cursor = (Cursor){ data + prefix, data + prefix + header_size };
  if (!parse_header (cursor, npy, &descr, &fortran))
    return set_damaged (error, path, "its header cannot be understood");
  if (fortran && npy->n_dims > 1)
    return set_unsupported (error, path, "it is in Fortran order");
  return take_elements (npy, path, descr, cursor.end, size - prefix - header_size, error);
}

AciniNpy *
acini_npy_load (const char *path, GError **error)
{
  g_autoptr (AciniNpy) npy = g_new0 (AciniNpy, 1);
  g_autoptr (GMappedFile) file = NULL;
  const char *data;

  g_return_val_if_fail (path != NULL, NULL);

  file = g_mapped_file_new (path, FALSE, error);
  if (file == NULL)
    return NULL;
  data = g_mapped_file_get_contents (file);
  if (!parse (npy, path, data == NULL ? "" : data, g_mapped_file_get_length (file), error))
    return NULL;
  return g_steal_pointer (&npy);
}

gboolean
acini_npy_save (const char *path, const float *values, const gint64 *shape, int n_dims, GError **error)
{
  g_autoptr (GString) content = g_string_new (NULL);
  g_autoptr (GString) header = g_string_new ("{'descr': '<f4', 'fortran_order': False, 'shape': (");
  gsize bytes = sizeof (float);
  guint16 header_size;

  g_return_val_if_fail (path != NULL && n_dims >= 0 && n_dims <= ACINI_NPY_MAX_DIMS, FALSE);

  for (int i = 0; i < n_dims; i++)
    {
      g_return_val_if_fail (shape[i] >= 0 && g_size_checked_mul (&bytes, bytes, shape[i]), FALSE);
      g_string_append_printf (header, i + 1 < n_dims || n_dims == 1 ? "%" G_GINT64_FORMAT ", " : "%" G_GINT64_FORMAT,
                              shape[i]);
    }
  g_string_append (header, "), }");
  /* The data begins at a multiple of 64, behind magic, version and the header's size. */
  while ((10 + header->len + 1) % 64 != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');
  header_size = header->len;
  g_string_append_len (content, magic, sizeof magic);
  g_string_append_len (content, "\1\0", 2);
  g_string_append_len (content, (const char *)&header_size, sizeof header_size);
  g_string_append_len (content, header->str, header->len);
  g_string_append_len (content, (const char *)values, bytes);
  return g_file_set_contents_full (path, content->str, content->len, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}

void
acini_npy_free (AciniNpy *npy)
{
  g_return_if_fail (npy != NULL);

  g_free (npy->floats);
  g_free (npy->integers);
  g_free (npy);
}
