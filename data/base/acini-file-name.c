/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-file-name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes; leaves room below the usual 255 for a number, a suffix, and the marks of a file that is not finished. */
#define MOST_BYTES 180

char *
acini_text_to_utf8 (const char *text)
{
  char *converted;

  g_return_val_if_fail (text != NULL, NULL);

  if (g_utf8_validate (text, -1, NULL))
    return g_strdup (text);
  converted = g_convert (text, -1, "UTF-8", "WINDOWS-1252", NULL, NULL, NULL);
  return converted != NULL ? converted : g_utf8_make_valid (text, -1);
}

char *
acini_file_name_dup_stem (const char *path)
{
  g_autofree char *name = NULL;
  char *dot;

  g_return_val_if_fail (path != NULL, NULL);

  name = g_path_get_basename (path);
  dot = strrchr (name, '.');
  if (dot != NULL && dot != name)
    *dot = '\0';
  return acini_text_to_utf8 (name);
}

/* What some file system or shell does not take, or what is not seen. */
static gboolean
is_unsafe (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR
         || type == G_UNICODE_PARAGRAPH_SEPARATOR || (c < 128 && strchr ("/\\<>:\"|?*", (int)c) != NULL);
}

/* Names of devices on Windows, with any suffix. */
static gboolean
is_reserved (const char *name)
{
  static const char *const devices[] = { "con", "prn", "aux", "nul" };
  g_autofree char *lower = g_ascii_strdown (name, (gssize)strcspn (name, "."));

  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    if (g_str_equal (lower, devices[i]))
      return TRUE;
  return strlen (lower) == 4 && (g_str_has_prefix (lower, "com") || g_str_has_prefix (lower, "lpt"))
         && g_ascii_isdigit (lower[3]);
}

/* Cuts @name to @most bytes, between characters, and the dots and spaces at its end. */
static void
cut (GString *name, gsize most)
{
  if (name->len > most)
    {
      const char *end = name->str + most + 1;

      end = g_utf8_find_prev_char (name->str, end);
      g_string_truncate (name, end != NULL ? (gsize)(end - name->str) : 0);
    }
  while (name->len > 0 && strchr (". ", name->str[name->len - 1]) != NULL)
    g_string_truncate (name, name->len - 1);
}

char *
acini_file_name_make_safe (const char *name)
{
  g_autofree char *text = NULL, *composed = NULL;
  g_autoptr (GString) safe = g_string_new (NULL);

  g_return_val_if_fail (name != NULL, NULL);

  text = acini_text_to_utf8 (name);
  composed = g_utf8_normalize (text, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  for (const char *p = composed; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = is_unsafe (g_utf8_get_char (p)) ? '-' : g_utf8_get_char (p);

      /* A name neither hides, nor climbs, nor looks like an option. */
      if (safe->len > 0 || !(c < 128 && strchr (".- ", (int)c) != NULL))
        g_string_append_unichar (safe, c);
    }
  cut (safe, MOST_BYTES);
  if (is_reserved (safe->str))
    g_string_prepend_c (safe, '_');
  if (safe->len == 0)
    g_string_assign (safe, "unnamed");
  return g_string_free (g_steal_pointer (&safe), FALSE);
}

GStrv
acini_file_name_assign (const char *const *names)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (names != NULL, NULL);

  for (; *names != NULL; names++)
    {
      g_autofree char *safe = acini_file_name_make_safe (*names);
      g_autofree char *name = g_strdup (safe);
      g_autofree char *key = g_utf8_casefold (name, -1);

      for (int i = 2; g_hash_table_contains (taken, key); i++)
        {
          g_free (name);
          g_free (key);
          name = g_strdup_printf ("%s-%d", safe, i);
          key = g_utf8_casefold (name, -1);
        }
      g_hash_table_add (taken, g_steal_pointer (&key));
      g_strv_builder_add (builder, name);
    }
  return g_strv_builder_end (builder);
}

char *
acini_file_name_reserve (const char *folder, const char *name, const char *suffix, GError **error)
{
  g_autofree char *safe = NULL;

  g_return_val_if_fail (folder != NULL && name != NULL && suffix != NULL, NULL);

  safe = acini_file_name_make_safe (name);
  for (int i = 1;; i++)
    {
      g_autofree char *file
          = i == 1 ? g_strdup_printf ("%s.%s", safe, suffix) : g_strdup_printf ("%s-%d.%s", safe, i, suffix);
      g_autofree char *path = g_build_filename (folder, file, NULL);
      int descriptor = g_open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);

      if (descriptor >= 0)
        {
          close (descriptor);
          return g_steal_pointer (&path);
        }
      if (errno != EEXIST)
        {
          int reason = errno;
          g_autofree char *shown = g_filename_display_name (path);

          g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (reason), _ ("“%s” cannot be written: %s."), shown,
                       g_strerror (reason));
          return NULL;
        }
    }
}
