/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A QuPath project: its slides, and of each the objects that were exported as data/N/NAME.geojson.  QuPath's own store
 * of objects, data.qpdata, is a serialisation of its Java objects that nothing else reads: it is refused with the
 * sentence how to export. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  g_autofree char *inside = g_build_filename (head->path, "project.qpproj", NULL);

  return acini_annotation_head_has (head, "$.images.serverBuilder") || g_file_test (inside, G_FILE_TEST_EXISTS);
}

typedef struct
{
  char *folder;
  AciniAnnotationReading reading; /* of the exported files */
  const AciniAnnotationReading *outer;
  const char *image;
} State;

static gboolean
pass_on (const AciniAnnotation *annotation, gpointer user_data, GError **error)
{
  State *state = user_data;
  AciniAnnotation shown = *annotation;

  shown.image = (char *)state->image;
  return state->outer->func (&shown, state->outer->user_data, error);
}

static void
pass_problem (const char *sentence, guint line, guint column, gboolean left_out, gpointer user_data)
{
  State *state = user_data;

  if (state->outer->problem != NULL)
    state->outer->problem (sentence, line, column, left_out, state->outer->user_data);
}

static gboolean
read_exported (State *state, const char *path, GError **error)
{
  state->reading = (AciniAnnotationReading){ .format = &acini_format_geojson,
                                             .space = state->outer->space,
                                             .func = pass_on,
                                             .problem = pass_problem,
                                             .user_data = state,
                                             .cancellable = state->outer->cancellable };
  return acini_annotations_read (path, &state->reading, error);
}

static gboolean
take_image (AciniAnnotationReader *reader, const AciniJsonValue *image, GError **error)
{
  State *state = reader->state;
  const AciniJsonValue *metadata = acini_json_get (acini_json_get (image, "serverBuilder"), "metadata");
  g_autofree char *entry = acini_json_dup_text (acini_json_get (image, "entryID")), *data = NULL, *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  state->image = acini_json_get_string (image, "imageName");
  if (state->image == NULL)
    state->image = acini_json_get_string (metadata, "name");
  /* The number is a file name of ours: no way out of the folder. */
  if (entry == NULL || strspn (entry, "0123456789") != strlen (entry))
    {
      acini_reader_problem (reader, image->line, image->column, TRUE,
                            _ ("the image here has no number, so its objects are not looked for."));
      return TRUE;
    }
  folder = g_build_filename (state->folder, "data", entry, NULL);
  data = g_build_filename (folder, "data.qpdata", NULL);
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".geojson") || g_str_has_suffix (name, ".geojson.gz"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        n++;
        if (!read_exported (state, path, error))
          return FALSE;
      }
  if (n == 0 && g_file_test (data, G_FILE_TEST_EXISTS))
    {
      g_autofree char *sentence = g_strdup_printf (_ ("The objects of “%s” are in data/%s/data.qpdata, which QuPath "
                                                      "alone reads. In QuPath open the image and use "
                                                      "File ▸ Export objects as GeoJSON, with data/%s as the folder."),
                                                   state->image != NULL ? state->image : entry, entry, entry);

      acini_reader_problem (reader, image->line, image->column, TRUE, sentence);
    }
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[] = { "$.images[]", NULL };
  gboolean is_folder = g_file_test (reader->path, G_FILE_TEST_IS_DIR), done;
  g_autofree char *path = is_folder ? g_build_filename (reader->path, "project.qpproj", NULL) : g_strdup (reader->path);
  const char *given = reader->path;
  State state = { .folder = g_path_get_dirname (path), .outer = reader->reading };

  reader->state = &state;
  reader->path = path;
  done = acini_reader_walk (reader, places, take_image, error);
  reader->path = given;
  g_free (state.folder);
  return done;
}

static gboolean
sniff_data (const AciniAnnotationHead *head)
{
  return g_str_has_suffix (head->name, ".qpdata");
}

static gboolean
read_data (AciniAnnotationReader *reader, GError **error)
{
  g_set_error (
      error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNSUPPORTED,
      _ ("“%s” is QuPath's own store, which QuPath alone reads. In QuPath open the image and use File ▸ Export "
         "objects as GeoJSON, then take that file."),
      reader->name);
  return FALSE;
}

const AciniAnnotationFormat acini_format_qupath_project = {
  .id = "qupath-project",
  .name = "QuPath project (its exported GeoJSON)",
  .suffix = "qpproj",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_IDS
             | ACINI_CARRIES_COLORS | ACINI_CARRIES_LOCKS | ACINI_CARRIES_MEASUREMENTS | ACINI_CARRIES_HOLES
             | ACINI_CARRIES_PARTS | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES
             | ACINI_CARRIES_PLANES | ACINI_CARRIES_IMAGES | ACINI_CARRIES_STATES,
  .sniff = sniff,
  .read = read_file,
};

const AciniAnnotationFormat acini_format_qpdata = {
  .id = "qpdata",
  .name = "QuPath data (only told how to export)",
  .suffix = "qpdata",
  .carries = 0,
  .sniff = sniff_data,
  .read = read_data,
};
