/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/predictions/acini-prediction-key.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Digits of the way's hash in a name: ways are told apart, nobody attacks. */
#define HASH 12

#define SUFFIX ".sqlite"

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
dup_prefix (gint64 slide, const char *model, double downsample)
{
  g_autofree char *stem = dup_stem (slide, model);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof number, "%.6g", downsample);
  return g_strconcat (stem, "-x", number, "-", NULL);
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
has_prefix_and_hash (const char *name, const char *prefix)
{
  gsize length = strlen (prefix);

  return g_str_has_prefix (name, prefix) && strspn (name + length, "0123456789abcdef") == HASH
         && g_str_equal (name + length + HASH, SUFFIX);
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
