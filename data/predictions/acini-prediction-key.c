/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/predictions/acini-prediction-key.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Digits of the way's hash in a name: ways are told apart, nobody attacks. */
#define HASH 12

#define SUFFIX ".sqlite"

/* The project's settings that keep what the user chose: behind it "SLIDE-MODEL-xDOWNSAMPLE", and the file's name. */
#define CHOICE "prediction/"

/* Bytes of a model's id in a name; file systems take 255 in all. */
#define LONGEST_ID 160

char *
acini_prediction_dup_folder (AciniProject *project)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  return acini_project_build_path (project, "predictions", NULL);
}

/* "SLIDE-MODEL" */
static char *
dup_stem (gint64 slide, const char *model)
{
  /* An id comes from outside, too: nothing in it may lead to another folder. */
  g_autofree char *id = g_uri_escape_string (model, " ", TRUE);

  if (strlen (id) > LONGEST_ID)
    {
      g_free (id);
      id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, model, -1);
    }
  return g_strdup_printf ("%" G_GINT64_FORMAT "-%s", slide, id);
}

/* "SLIDE-MODEL-xDOWNSAMPLE-" */
static char *
dup_prefix_of_stem (const char *stem, double downsample)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.6g", downsample);
  return g_strconcat (stem, "-x", number, "-", NULL);
}

static char *
dup_prefix (gint64 slide, const char *model, double downsample)
{
  g_autofree char *stem = dup_stem (slide, model);

  return dup_prefix_of_stem (stem, downsample);
}

char *
acini_prediction_dup_path (const char *folder, const AciniPredictionKey *key)
{
  g_autofree char *prefix = NULL, *hash = NULL, *name = NULL;

  g_return_val_if_fail (folder != NULL && key != NULL && key->model != NULL && key->way != NULL, NULL);

  prefix = dup_prefix (key->slide, key->model, key->downsample);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key->way, -1);
  name = g_strdup_printf ("%s%.*s" SUFFIX, prefix, HASH, hash);
  return g_build_filename (folder, name, NULL);
}

static gboolean
is_hash (const char *end)
{
  return strspn (end, "0123456789abcdef") == HASH && g_str_equal (end + HASH, SUFFIX);
}

static gboolean
has_prefix_and_hash (const char *name, const char *prefix)
{
  return g_str_has_prefix (name, prefix) && is_hash (name + strlen (prefix));
}

/* When a file was written last, in ns; what is in its log and not yet in it counts. */
static gint64
get_written (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf status;
  gint64 written = 0;

  if (g_stat (path, &status) == 0)
    written = status.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_mtim.tv_nsec;
  /* One that is only read has an empty log. */
  if (g_stat (log, &status) == 0 && status.st_size > 0)
    written = MAX (written, status.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_mtim.tv_nsec);
  return written;
}

/* A file of an older version tells its scale only inside. */
static gboolean
is_at_scale (const char *path, double downsample)
{
  g_autoptr (AciniPrediction) prediction = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  prediction = acini_prediction_open (path, NULL, NULL);
  return prediction != NULL
         && fabs (acini_prediction_get_info (prediction)->downsample - downsample) <= 1e-6 * downsample;
}

char *
acini_prediction_find (const char *folder, gint64 slide, const char *model, double downsample)
{
  g_autofree char *stem = NULL, *prefix = NULL, *old_name = NULL, *best = NULL;
  g_autoptr (GDir) names = NULL;
  const char *name;
  gint64 newest = -1;

  g_return_val_if_fail (folder != NULL && model != NULL && downsample > 0, NULL);

  stem = dup_stem (slide, model);
  prefix = dup_prefix (slide, model, downsample);
  old_name = g_strconcat (stem, SUFFIX, NULL);
  names = g_dir_open (folder, 0, NULL);
  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    {
      g_autofree char *path = NULL;
      gboolean old = g_str_equal (name, old_name);
      gint64 written;

      if (!old && !has_prefix_and_hash (name, prefix))
        continue;
      path = g_build_filename (folder, name, NULL);
      written = get_written (path);
      if (written <= newest || (old && !is_at_scale (path, downsample)))
        continue;
      newest = written;
      g_free (best);
      best = g_steal_pointer (&path);
    }
  return g_steal_pointer (&best);
}

/* What the user chose. */

/* The setting for the file @path; NULL where it is no prediction. */
static char *
dup_choice_key (const char *path)
{
  g_autofree char *name = g_path_get_basename (path), *prefix = NULL;
  gsize length = strlen (name), end = HASH + strlen (SUFFIX);

  if (length > end + 1 && is_hash (name + length - end) && name[length - end - 1] == '-')
    {
      prefix = g_strndup (name, length - end);
    }
  else
    {
      g_autoptr (AciniPrediction) prediction = acini_prediction_open (path, NULL, NULL);

      if (prediction == NULL || !g_str_has_suffix (name, SUFFIX))
        return NULL;
      name[length - strlen (SUFFIX)] = '\0';
      prefix = dup_prefix_of_stem (name, acini_prediction_get_info (prediction)->downsample);
    }
  prefix[strlen (prefix) - 1] = '\0';
  return g_strconcat (CHOICE, prefix, NULL);
}

char *
acini_prediction_find_current (AciniProject *project, gint64 slide, const char *model, double downsample)
{
  g_autofree char *folder = NULL, *prefix = NULL, *key = NULL, *name = NULL, *path = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && model != NULL && downsample > 0, NULL);

  folder = acini_prediction_dup_folder (project);
  prefix = dup_prefix (slide, model, downsample);
  key = g_strconcat (CHOICE, prefix, NULL);
  key[strlen (key) - 1] = '\0';
  name = acini_project_dup_setting (project, key);
  if (name != NULL && *name != '\0' && strchr (name, G_DIR_SEPARATOR) == NULL)
    {
      g_autofree char *old_key = NULL;

      path = g_build_filename (folder, name, NULL);
      /* A setting that was tampered with must not bring another slide's or scale's. */
      old_key = g_file_test (path, G_FILE_TEST_IS_REGULAR) ? dup_choice_key (path) : NULL;
      if (g_strcmp0 (old_key, key) == 0)
        return g_steal_pointer (&path);
    }
  return acini_prediction_find (folder, slide, model, downsample);
}

/* @others: only where another one was chosen. */
static gboolean
choose (AciniProject *project, const char *path, gboolean others, GError **error)
{
  g_autofree char *key = dup_choice_key (path), *name = g_path_get_basename (path), *before = NULL;

  if (key == NULL)
    {
      g_set_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED, "%s: not a prediction file", path);
      return FALSE;
    }
  before = acini_project_dup_setting (project, key);
  if (g_strcmp0 (before, name) == 0 || (others && before == NULL))
    return TRUE;
  return acini_project_set_setting (project, key, name, error);
}

gboolean
acini_prediction_choose (AciniProject *project, const char *path, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, FALSE);

  return choose (project, path, FALSE, error);
}

gboolean
acini_prediction_supersede (AciniProject *project, const char *path, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, FALSE);

  return choose (project, path, TRUE, error);
}

/* Listing. */

void
acini_prediction_file_free (AciniPredictionFile *self)
{
  g_free (self->path);
  g_free (self->way);
  g_free (self);
}

static int
compare_written (gconstpointer a, gconstpointer b)
{
  const AciniPredictionFile *first = *(AciniPredictionFile *const *)a, *second = *(AciniPredictionFile *const *)b;

  return first->written != second->written ? (first->written < second->written ? 1 : -1)
                                           : strcmp (first->path, second->path);
}

/* "STEM-xNUMBER-HASH.sqlite" or "STEM.sqlite" */
static gboolean
is_of_stem (const char *name, const char *stem)
{
  gsize length = strlen (stem);
  char *end = NULL;

  if (!g_str_has_prefix (name, stem))
    return FALSE;
  if (g_str_equal (name + length, SUFFIX))
    return TRUE;
  if (!g_str_has_prefix (name + length, "-x"))
    return FALSE;
  g_ascii_strtod (name + length + 2, &end);
  return end != NULL && *end == '-' && is_hash (end + 1);
}

GPtrArray *
acini_prediction_list (const char *folder, gint64 slide, const char *model)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_prediction_file_free);
  g_autofree char *stem = NULL;
  g_autoptr (GDir) names = NULL;
  const char *name;

  g_return_val_if_fail (folder != NULL && model != NULL, files);

  stem = dup_stem (slide, model);
  names = g_dir_open (folder, 0, NULL);
  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    {
      g_autofree char *path = is_of_stem (name, stem) ? g_build_filename (folder, name, NULL) : NULL;
      g_autoptr (AciniPrediction) prediction = path != NULL ? acini_prediction_open (path, NULL, NULL) : NULL;
      AciniPredictionFile *file;

      if (prediction == NULL)
        continue;
      file = g_new0 (AciniPredictionFile, 1);
      file->written = get_written (path) / 1000;
      file->path = g_steal_pointer (&path);
      file->downsample = acini_prediction_get_info (prediction)->downsample;
      file->way = g_strdup (acini_prediction_get_info (prediction)->way);
      g_ptr_array_add (files, file);
    }
  g_ptr_array_sort (files, compare_written);
  return files;
}
