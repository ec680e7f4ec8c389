/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/objects/acini-reading.h"

#include "data/base/acini-file-name.h"
#include "data/labels/acini-labels.h"
#include "data/mask/acini-thresholds.h"
#include "data/predictions/acini-prediction-key.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "readings"
#define SUFFIX ".acini"
/* More settings of a project that is a reading; behind the last one the number of a slide of the project it is of. */
#define BEGUN "reading/begun"
#define ENDED "reading/ended"
#define SLIDE "reading/slide/"
#define PREDICTION "prediction/"
/* From a reading's predictions/ and models/ to those of the project. */
#define UP ".." G_DIR_SEPARATOR_S ".." G_DIR_SEPARATOR_S ".." G_DIR_SEPARATOR_S

void
acini_reading_free (AciniReading *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  g_free (self->reader);
  g_free (self);
}

guint
acini_reading_get_seed (const char *reader)
{
  g_return_val_if_fail (reader != NULL, 1);

  return 1 + g_str_hash (reader) % 65535;
}

/* Making one. */

typedef struct
{
  AciniSlideRecord *record; /* of the project; not owned */
  char *key;                /* what the reader's order is by */
} Shuffled;

static void
shuffled_clear (gpointer data)
{
  g_free (((Shuffled *)data)->key);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Shuffled *)a)->key, ((const Shuffled *)b)->key);
}

/* (transfer full) (element-type Shuffled) @slides in the order of @reader: that of hashes of both. */
static GArray *
shuffle (GPtrArray *slides, const char *reader)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (Shuffled));

  g_array_set_clear_func (order, shuffled_clear);
  for (guint i = 0; i < slides->len; i++)
    {
      AciniSlideRecord *record = slides->pdata[i];
      g_autofree char *text = g_strdup_printf ("%s\n%" G_GINT64_FORMAT, reader, record->id);
      Shuffled slide = { record, g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1) };

      g_array_append_val (order, slide);
    }
  g_array_sort (order, compare_keys);
  return order;
}

static gboolean
copy_regions (AciniProject *project, gint64 slide, AciniProject *reading, gint64 to, GError **error)
{
  g_autoptr (GPtrArray) regions = acini_project_list_regions (project, slide, error);
  g_autoptr (AciniChange) change = NULL;

  if (regions == NULL || regions->len == 0)
    return regions != NULL;
  change = acini_change_new_regions (to, regions);
  return acini_project_write_change (reading, change, error);
}

/* The slides, called by numbers. */
static gboolean
copy_slides (AciniProject *project, AciniProject *reading, const char *reader, GError **error)
{
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, error);
  g_autoptr (GArray) order = slides != NULL ? shuffle (slides, reader) : NULL;

  for (guint i = 0; order != NULL && i < order->len; i++)
    {
      const AciniSlideRecord *record = g_array_index (order, Shuffled, i).record;
      g_autofree char *name = g_strdup_printf (_ ("Slide %u"), i + 1);
      gint64 id = acini_project_add_slide_record (reading, record->path, name, record->organ, record->mpp_x,
                                                  record->mpp_y, record->width, record->height, error);
      g_autofree char *key = g_strdup_printf (SLIDE "%" G_GINT64_FORMAT, record->id);
      g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, id);

      if (id == 0 || !acini_project_set_setting (reading, key, value, error)
          || !copy_regions (project, record->id, reading, id, error))
        return FALSE;
    }
  return order != NULL;
}

static gboolean
copy_classes (AciniProject *project, AciniProject *reading, GError **error)
{
  for (int label = ACINI_LABEL_FIRST_CLASS; label <= 254; label++)
    {
      g_autofree char *name = acini_project_dup_class_name (project, label);

      if (name != NULL && !acini_project_set_class_name (reading, label, name, error))
        return FALSE;
    }
  return TRUE;
}

/* The model in use and the thresholds: with others there were other objects. */
static gboolean
copy_settings (AciniProject *project, AciniProject *reading, GError **error)
{
  static const char *const prefixes[] = { "model", "threshold/" };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autoptr (GHashTable) settings = acini_project_list_settings (project, prefixes[i]);
      GHashTableIter iter;
      gpointer key, value;

      g_hash_table_iter_init (&iter, settings);
      while (g_hash_table_iter_next (&iter, &key, &value))
        if (!acini_project_set_setting (reading, key, value, error))
          return FALSE;
    }
  return TRUE;
}

/* Makes @link lead to @way, from the folder of @link; on a drive without links it becomes a copy where @copy is. */
static gboolean
link_file (const char *link, const char *way, const char *copy, GError **error)
{
  g_autoptr (GFile) to = g_file_new_for_path (link), from = NULL;

  if (symlink (way, link) == 0 || errno == EEXIST)
    return TRUE;
  if (copy == NULL)
    return FALSE;
  from = g_file_new_for_path (copy);
  return g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, error);
}

/* Models of the project's folder are found by a link, so that both can be moved together. */
static gboolean
copy_models (AciniProject *project, AciniProject *reading, GError **error)
{
  g_autoptr (GPtrArray) models = acini_project_list_models (project, error);
  g_autofree char *folder = acini_project_build_path (project, "models", NULL);

  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      const AciniModelRecord *model = models->pdata[i];
      g_autofree char *own = g_path_get_dirname (model->path), *name = g_path_get_basename (model->path);
      g_autofree char *way = g_build_filename (UP "models", name, NULL);
      g_autofree char *link = acini_project_build_path (reading, "models", name, NULL);
      gboolean linked = g_str_equal (own, folder) && link_file (link, way, NULL, NULL);

      if (!acini_project_add_model (reading, model->id, model->name, linked ? link : model->path, model->parent, error))
        return FALSE;
    }
  return models != NULL;
}

/* Links the predictions of the slide @from as those of the slide @to. */
static gboolean
link_predictions (AciniProject *project, const char *from, AciniProject *reading, const char *to, GError **error)
{
  g_autofree char *folder = acini_prediction_dup_folder (project), *prefix = g_strconcat (from, "-", NULL);
  g_autofree char *key = g_strconcat (PREDICTION, prefix, NULL);
  g_autoptr (GHashTable) choices = acini_project_list_settings (project, key);
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  GHashTableIter iter;
  gpointer choice, file;
  const char *name;

  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    {
      g_autofree char *way = NULL, *path = NULL, *own = NULL, *link = NULL;

      if (!g_str_has_prefix (name, prefix) || !g_str_has_suffix (name, ".sqlite"))
        continue;
      way = g_build_filename (UP "predictions", name, NULL);
      path = g_build_filename (folder, name, NULL);
      own = g_strconcat (to, name + strlen (from), NULL);
      link = acini_project_build_path (reading, "predictions", own, NULL);
      if (!link_file (link, way, path, error))
        return FALSE;
    }
  /* "prediction/SLIDE-…" is "SLIDE-…". */
  g_hash_table_iter_init (&iter, choices);
  while (g_hash_table_iter_next (&iter, &choice, &file))
    {
      g_autofree char *own_key = g_strconcat (PREDICTION, to, (char *)choice + strlen (key) - 1, NULL);
      g_autofree char *own
          = g_str_has_prefix (file, prefix) ? g_strconcat (to, (char *)file + strlen (from), NULL) : NULL;

      if (own != NULL && !acini_project_set_setting (reading, own_key, own, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
link_all_predictions (AciniProject *project, AciniProject *reading, GError **error)
{
  g_autoptr (GHashTable) slides = acini_project_list_settings (reading, SLIDE);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, slides);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!link_predictions (project, (char *)key + strlen (SLIDE), reading, value, error))
      return FALSE;
  return TRUE;
}

static gboolean
set_time (AciniProject *reading, const char *key, gint64 time, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, time);

  return acini_project_set_setting (reading, key, text, error);
}

static gboolean
fill (AciniProject *project, AciniProject *reading, const char *reader, GError **error)
{
  return acini_project_set_setting (reading, ACINI_READING_READER, reader, error)
         && set_time (reading, BEGUN, g_get_real_time () / G_USEC_PER_SEC, error)
         && copy_classes (project, reading, error) && copy_settings (project, reading, error)
         && copy_models (project, reading, error) && copy_slides (project, reading, reader, error)
         && link_all_predictions (project, reading, error);
}

/* What was made of a reading that could not be begun. */
static void
remove_made (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) names = g_dir_open (path, 0, NULL);
      const char *name;

      while (names != NULL && (name = g_dir_read_name (names)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_made (child);
        }
    }
  g_remove (path);
}

static char *
begin_new (AciniProject *project, const char *reader, const char *folder, GError **error)
{
  g_autofree char *part = g_strdup_printf ("%s.%d.part", folder, (int)getpid ());
  g_autoptr (AciniProject) reading = acini_project_create (part, error);
  gboolean done = reading != NULL && fill (project, reading, reader, error);

  g_clear_object (&reading);
  if (done && g_rename (part, folder) == 0)
    return g_strdup (folder);
  if (done)
    g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE, _ ("The folder “%s” cannot be created: %s"),
                 folder, g_strerror (errno));
  remove_made (part);
  return NULL;
}

char *
acini_reading_begin (AciniProject *project, const char *reader, GError **error)
{
  g_autofree char *safe = NULL, *name = NULL, *folder = NULL;
  g_autoptr (AciniReading) of = NULL, there = NULL;
  g_autoptr (AciniProject) reading = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && reader != NULL && *reader != '\0', NULL);

  of = acini_reading_get (project);
  if (of != NULL)
    {
      g_set_error_literal (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_EXISTS,
                           _ ("This is a reading itself: begin another one from the project that it is of"));
      return NULL;
    }
  safe = acini_file_name_make_safe (reader);
  name = g_strconcat (safe, SUFFIX, NULL);
  folder = acini_project_build_path (project, FOLDER, name, NULL);
  if (!acini_project_is_project (folder))
    return begin_new (project, reader, folder, error);
  reading = acini_project_open (folder, error);
  there = reading != NULL ? acini_reading_get (reading) : NULL;
  if (reading != NULL && (there == NULL || !g_str_equal (there->reader, reader)))
    {
      g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_EXISTS,
                   _ ("“%s” already exists and is somebody else's: use another name"), folder);
      return NULL;
    }
  return reading != NULL && link_all_predictions (project, reading, error) ? g_steal_pointer (&folder) : NULL;
}

/* Asking. */

static gint64
read_number (AciniProject *project, const char *key)
{
  g_autofree char *text = acini_project_dup_setting (project, key);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

AciniReading *
acini_reading_get (AciniProject *project)
{
  AciniReading *self;
  char *reader;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  reader = acini_project_dup_setting (project, ACINI_READING_READER);
  if (reader == NULL)
    return NULL;
  self = g_new0 (AciniReading, 1);
  self->folder = g_strdup (acini_project_get_folder (project));
  self->reader = reader;
  self->begun = read_number (project, BEGUN);
  self->ended = read_number (project, ENDED);
  return self;
}

static int
compare_readings (gconstpointer a, gconstpointer b)
{
  const AciniReading *first = *(AciniReading **)a, *second = *(AciniReading **)b;

  if (first->begun != second->begun)
    return first->begun < second->begun ? -1 : 1;
  return strcmp (first->reader, second->reader);
}

GPtrArray *
acini_reading_list (AciniProject *project, gboolean ended)
{
  GPtrArray *readings = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_reading_free);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) names = NULL;
  const char *name;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), readings);

  folder = acini_project_build_path (project, FOLDER, NULL);
  names = g_dir_open (folder, 0, NULL);
  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (AciniProject) reading = NULL;
      AciniReading *record;

      if (!g_str_has_suffix (name, SUFFIX) || !acini_project_is_project (path))
        continue;
      reading = acini_project_open (path, NULL);
      record = reading != NULL ? acini_reading_get (reading) : NULL;
      if (record != NULL && (!ended || record->ended > 0))
        g_ptr_array_add (readings, record);
      else
        acini_reading_free (record);
    }
  g_ptr_array_sort (readings, compare_readings);
  return readings;
}

gboolean
acini_reading_set_ended (AciniProject *reading, gboolean ended, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (reading), FALSE);

  return set_time (reading, ENDED, ended ? g_get_real_time () / G_USEC_PER_SEC : 0, error);
}

char *
acini_reading_dup_parent (AciniProject *reading)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (reading), NULL);

  return g_canonicalize_filename (".." G_DIR_SEPARATOR_S "..", acini_project_get_folder (reading));
}

gint64
acini_reading_find_slide (AciniProject *reading, gint64 slide)
{
  g_autofree char *key = g_strdup_printf (SLIDE "%" G_GINT64_FORMAT, slide);

  g_return_val_if_fail (ACINI_IS_PROJECT (reading), 0);

  return read_number (reading, key);
}
