/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of a file, to tell its format; QuPath's and COCO's first names stand at the very beginning. */
#define HEAD ((gsize)1 << 16)
#define DEEPEST 3

/* More particular ones first. */
static const AciniAnnotationFormat *const formats[] = {
  &acini_format_geojson,
  &acini_format_aperio,
  &acini_format_asap,
  &acini_format_histomics,
  &acini_format_coco,
  &acini_format_labelme,
  &acini_format_cvat,
  &acini_format_labelstudio,
  &acini_format_via,
  &acini_format_voc,
  &acini_format_ome,
  &acini_format_sliderunner,
  &acini_format_camicroscope,
  &acini_format_cytomine,
  &acini_format_ndpa,
  &acini_format_pathologycore,
  &acini_format_hubmap,
  &acini_format_rle,
  &acini_format_qupath_project,
  &acini_format_qpdata,
  &acini_format_dicom_ann,
  &acini_format_dicom_seg,
};

const AciniAnnotationFormat *const *
acini_annotation_formats (guint *n)
{
  *n = G_N_ELEMENTS (formats);
  return formats;
}

const char *
acini_annotation_carries_name (AciniAnnotationCarries carries, guint number)
{
  static const char *const names[]
      = { "classes",    "names",  "ids",   "colours", "locks",  "measurements", "holes",    "parts", "ellipses",
          "rectangles", "points", "lines", "planes",  "images", "rasters",      "polygons", "states" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((carries & (1u << i)) != 0 && number-- == 0)
      return names[i];
  return NULL;
}

const AciniAnnotationFormat *
acini_annotation_format_find (const char *id, gboolean to_write, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      const gboolean named = g_ascii_strcasecmp (formats[i]->id, id) == 0, can = !to_write || formats[i]->begin != NULL;

      if (named && can)
        return formats[i];
      if (named)
        {
          g_set_error (
              error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNSUPPORTED,
              _ ("“%s” is QuPath's own store, which QuPath alone writes. Write “geojson”: QuPath reads it with "
                 "File ▸ Import objects from file."),
              id);
          return NULL;
        }
      if (!can)
        continue;
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", formats[i]->id);
    }
  g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNKNOWN,
               to_write ? _ ("“%s” is no format that annotations can be written in. Use one of: %s.")
                        : _ ("“%s” is no format of annotations. Use one of: %s."),
               id, names->str);
  return NULL;
}

/* Telling formats by their beginning */

static void
mark (AciniAnnotationHead *head, GPtrArray *names, const char *value)
{
  GString *text = g_string_new ("$");

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (text, ".%s", (const char *)names->pdata[i]);
  if (value != NULL)
    g_string_append_printf (text, "=%s", value);
  g_hash_table_add (head->marks, g_string_free (text, FALSE));
}

/* The string whose quote is at @at, as it stands; *@at moves behind it. */
static char *
take_string (const char **at)
{
  const char *start = *at + 1, *end = start;

  while (*end != '\0' && *end != '"')
    end += *end == '\\' && end[1] != '\0' ? 2 : 1;
  *at = *end == '\0' ? end : end + 1;
  return g_strndup (start, end - start);
}

static void
mark_json (AciniAnnotationHead *head)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) open = g_string_new (NULL); /* brackets */
  guint objects = 0;

  for (const char *at = head->text->str; *at != '\0';)
    {
      if (*at == '{' || *at == '[')
        {
          g_string_append_c (open, *at);
          objects += *at == '{';
        }
      else if ((*at == '}' || *at == ']') && open->len > 0)
        {
          if (open->str[open->len - 1] == '{')
            {
              objects--;
              g_ptr_array_set_size (names, (int)MIN (names->len, objects));
            }
          g_string_truncate (open, open->len - 1);
        }
      else if (*at == '"')
        {
          g_autofree char *string = take_string (&at);
          const char *behind = at + strspn (at, " \t\r\n");

          if (*behind == ':' && objects >= 1 && objects <= DEEPEST)
            {
              g_ptr_array_set_size (names, (int)MIN (names->len, objects - 1));
              g_ptr_array_add (names, g_steal_pointer (&string));
              mark (head, names, NULL);
            }
          else if (*behind != ':' && objects == names->len && objects <= DEEPEST && strlen (string) <= 40)
            mark (head, names, string);
          continue;
        }
      at++;
    }
}

static void
mark_xml (AciniAnnotationHead *head)
{
  for (const char *at = head->text->str; (at = strchr (at, '<')) != NULL;)
    {
      gsize n = strcspn (++at, " \t\r\n/>");
      g_autofree char *name = g_strndup (at, MIN (n, 64));
      const char *colon = strchr (name, ':');

      g_hash_table_add (head->marks, g_strdup_printf ("<%s>", colon != NULL ? colon + 1 : name));
    }
}

static gboolean
read_head (AciniAnnotationHead *head, GError **error)
{
  g_autoptr (AciniSource) source = acini_source_open (head->path, NULL, error);
  const char *bytes;
  gssize n;
  gsize start;

  if (source == NULL)
    return FALSE;
  while (head->text->len < HEAD && (n = acini_source_read (source, &bytes, error)) != 0)
    {
      if (n < 0)
        return FALSE;
      g_string_append_len (head->text, bytes, n);
    }
  start = strspn (head->text->str, " \t\r\n");
  head->root = head->text->str[start];
  if (head->root == '{' || head->root == '[')
    mark_json (head);
  else if (head->root == '<')
    mark_xml (head);
  return TRUE;
}

gboolean
acini_annotation_head_has (const AciniAnnotationHead *head, const char *mark)
{
  return g_hash_table_contains (head->marks, mark);
}

static const AciniAnnotationFormat *
find_by_head (const AciniAnnotationHead *head)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i]->sniff (head))
      return formats[i];
  return NULL;
}

/* FALSE with @error set: it cannot be read; the head has to be cleared all the same. */
static gboolean
open_head (AciniAnnotationHead *head, const char *path, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);

  *head = (AciniAnnotationHead){ .path = path, .name = g_ascii_strdown (base, -1), .text = g_string_new (NULL) };
  if (g_str_has_suffix (head->name, ".gz"))
    head->name[strlen (head->name) - 3] = '\0';
  head->marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return g_file_test (path, G_FILE_TEST_IS_DIR) || read_head (head, error);
}

static void
clear_head (AciniAnnotationHead *head)
{
  g_free (head->name);
  g_string_free (head->text, TRUE);
  g_hash_table_unref (head->marks);
}

const AciniAnnotationFormat *
acini_annotation_format_sniff (const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_basename (path);
  const AciniAnnotationFormat *format = NULL;
  AciniAnnotationHead head;
  gboolean known = open_head (&head, path, error);

  if (known)
    format = find_by_head (&head);
  if (known && format == NULL)
    g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNKNOWN,
                 head.text->len == 0 ? _ ("“%s” is empty.")
                                     : _ ("“%s” is in none of the formats of annotations known here; "
                                          "“acini-cli formats” lists them."),
                 shown);
  clear_head (&head);
  return format;
}

gboolean
acini_annotations_tell_origin (const char *path)
{
  AciniAnnotationHead head;
  gboolean tells = open_head (&head, path, NULL) && acini_annotation_head_has (&head, "$.origin=slide");

  clear_head (&head);
  return tells;
}
