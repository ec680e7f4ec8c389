/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-qupath-project.h"

#include "data/slides/acini-import-error.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define NAME "project.qpproj"
/* Of the builder of an image within that of another, as turned ones are. */
#define DEEPEST 8

static char *
dup_file (const char *path)
{
  return g_str_has_suffix (path, ".qpproj") ? g_strdup (path) : g_build_filename (path, NAME, NULL);
}

gboolean
acini_qupath_project_is (const char *path)
{
  g_autofree char *file = dup_file (path);

  return g_file_test (file, G_FILE_TEST_IS_REGULAR);
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* A path of the address that QuPath writes, "file:/…" or "file:///…". */
static char *
dup_path (const char *uri)
{
  return uri != NULL && g_str_has_prefix (uri, "file:") ? g_filename_from_uri (uri, NULL, NULL) : NULL;
}

/* The file that the builder names; up to version 0.1 it has a plain path. */
static char *
dup_image_path (JsonObject *builder)
{
  for (int depth = 0; builder != NULL && depth < DEEPEST; depth++, builder = get_object (builder, "builder"))
    if (get_string (builder, "uri") != NULL)
      return dup_path (get_string (builder, "uri"));
  return NULL;
}

static gboolean
is_file (const char *path)
{
  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* Where the image @said is now: (transfer full) (nullable).  @before: the project's folder when it was written. */
static char *
find_image (const char *folder, const char *before, const char *said)
{
  g_autofree char *base = NULL, *beside = NULL, *inside = NULL;

  if (said == NULL)
    return NULL;
  if (is_file (said))
    return g_strdup (said);
  if (before != NULL && g_str_has_prefix (said, before) && said[strlen (before)] == '/')
    {
      g_autofree char *moved = g_build_filename (folder, said + strlen (before) + 1, NULL);

      if (is_file (moved))
        return g_steal_pointer (&moved);
    }
  base = g_path_get_basename (said);
  beside = g_build_filename (folder, base, NULL);
  inside = g_build_filename (folder, "images", base, NULL);
  return is_file (beside) ? g_steal_pointer (&beside) : is_file (inside) ? g_steal_pointer (&inside) : NULL;
}

/* The exported objects of the image @entry: (transfer full) (nullable). */
static char *
find_objects (const char *folder, gint64 entry, gboolean *unread)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, entry);
  g_autofree char *inner = g_build_filename (folder, "data", number, NULL);
  g_autofree char *store = g_build_filename (inner, "data.qpdata", NULL);
  g_autoptr (GDir) dir = g_dir_open (inner, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".geojson") || g_str_has_suffix (name, ".geojson.gz"))
      return g_build_filename (inner, name, NULL);
  *unread = is_file (store);
  return NULL;
}

/* µm per pixel as QuPath knows them, which a person may have said. */
static gboolean
take_scale (AciniSlideFields *fields, JsonObject *metadata, GError **error)
{
  JsonObject *width = get_object (get_object (metadata, "pixelCalibration"), "pixelWidth");
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (g_strcmp0 (get_string (width, "unit"), "µm") != 0)
    return TRUE;
  g_ascii_dtostr (number, sizeof number, json_object_get_double_member_with_default (width, "value", 0));
  return acini_slide_fields_take (fields, "mpp", number, error);
}

typedef struct
{
  char *folder, *before;
  AciniCompetitionFunc func;
  gpointer user_data;
  guint n_missing, n_unread;
} Walk;

static gboolean
take_image (Walk *self, JsonObject *image, GError **error)
{
  JsonObject *builder = get_object (image, "serverBuilder");
  g_autofree char *said = dup_image_path (builder), *path = find_image (self->folder, self->before, said);
  g_autofree char *objects = NULL;
  g_autoptr (AciniSlideFields) fields = acini_slide_fields_new ();
  AciniCompetitionImage given = { .image = path, .fields = fields };
  gboolean unread = FALSE;

  if (path == NULL)
    {
      self->n_missing++;
      return TRUE;
    }
  objects = find_objects (self->folder, json_object_get_int_member_with_default (image, "entryID", -1), &unread);
  self->n_unread += unread;
  given.annotations = objects;
  return take_scale (fields, get_object (builder, "metadata"), error) && self->func (&given, self->user_data, error);
}

static gboolean
walk (Walk *self, JsonObject *top, GError **error)
{
  JsonNode *node = json_object_get_member (top, "images");
  JsonArray *images = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_autofree char *file = dup_path (get_string (top, "uri"));

  self->before = file != NULL ? g_path_get_dirname (file) : NULL;
  for (guint i = 0; images != NULL && i < json_array_get_length (images); i++)
    {
      JsonNode *image = json_array_get_element (images, i);

      if (JSON_NODE_HOLDS_OBJECT (image) && !take_image (self, json_node_get_object (image), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
acini_qupath_project_foreach (const char *path, AciniCompetitionFunc func, gpointer user_data, guint *n_missing,
                              guint *n_unread, GError **error)
{
  g_autofree char *file = dup_file (path);
  g_autoptr (JsonParser) parser = json_parser_new ();
  Walk self = { .folder = g_path_get_dirname (file), .func = func, .user_data = user_data };
  gboolean done;

  if (!json_parser_load_from_file (parser, file, NULL) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED,
                   _ ("“%s”, line %u, column %u: this is no project of QuPath. Copy it again."), NAME,
                   json_parser_get_current_line (parser) + 1, json_parser_get_current_pos (parser) + 1);
      g_free (self.folder);
      return FALSE;
    }
  done = walk (&self, json_node_get_object (json_parser_get_root (parser)), error);
  *n_missing = self.n_missing;
  *n_unread = self.n_unread;
  g_free (self.folder);
  g_free (self.before);
  return done;
}
