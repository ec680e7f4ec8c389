/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/segmentation/acini-segmentation.h"
#include "app/jobs/acini-device.h"
#include "app/jobs/acini-job-runners.h"
#include "app/jobs/acini-specification.h"
#include "data/base/acini-database.h"
#include "data/predictions/acini-prediction-key.h"
#include "model/core/acini-card.h"
#include "acini-config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <utime.h>

/* In the job's folder: what it computes, and the serial of the last of its tiles that the project has taken. */
#define PREDICTIONS "predictions"
#define TAKEN ".taken" /* behind a file's name: how far it was taken in */
/* Tiles in a transaction. */
#define BATCH 64

/* Scanners state µm per pixel with two or three digits; resampling by less than this costs sharpness and time and
 * gains nothing. */
#define SAME_RESOLUTION 0.02

double
acini_get_downsample (double slide_mpp, double model_mpp)
{
  double downsample = slide_mpp > 0 && model_mpp > 0 ? model_mpp / slide_mpp : 1;

  return fabs (downsample - 1) <= SAME_RESOLUTION ? 1 : downsample;
}

AciniJob *
acini_segmentation_prepare (AciniProject *project, gint64 slide, const char *model, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (AciniCard) card = NULL;
  g_autoptr (JsonObject) specification = NULL;
  g_autofree char *path = NULL, *predictions = NULL, *known = NULL, *id = NULL, *folder = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && model != NULL, NULL);

  record = acini_project_get_slide (project, slide, error);
  if (record == NULL)
    return NULL;
  card = acini_card_load (model, error);
  if (card == NULL)
    return NULL;
  path = acini_specification_path (project, model);
  predictions = acini_prediction_dup_folder (project);
  known = acini_specification_path (project, predictions);

  specification = json_object_new ();
  json_object_set_string_member (specification, "kind", "segment");
  json_object_set_int_member (specification, "format", 1);
  json_object_set_string_member (specification, "name", record->name);
  json_object_set_string_member (specification, "model", path);
  json_object_set_string_member (specification, "model_id", card->id);
  json_object_set_string_member (specification, "predictions", PREDICTIONS);
  json_object_set_string_member (specification, "known", known);
  json_object_set_string_member (specification, "device", acini_get_device ());
  json_object_set_object_member (specification, "slide", acini_specification_slide_in (project, record));

  id = acini_make_id ("segment");
  folder = acini_project_build_path (project, "jobs", id, NULL);
  return acini_job_create (folder, specification, error);
}

/* Collecting. */

static void
clear_tile (gpointer data)
{
  g_clear_pointer (&((AciniPredictionTile *)data)->probability, g_bytes_unref);
}

/* All planes of one tile.  Returns: (transfer full), NULL with @error set. */
static GBytes *
read_tile (AciniPrediction *from, const AciniPredictionTile *tile, GError **error)
{
  gsize plane = (gsize)ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  int n = acini_prediction_get_info (from)->n_classes;
  g_autofree guint8 *pixels = g_malloc (plane * n);

  for (int i = 0; i < n; i++)
    if (!acini_prediction_read (from, i, 0, tile->column * ACINI_PREDICTION_TILE, tile->row * ACINI_PREDICTION_TILE,
                                ACINI_PREDICTION_TILE, ACINI_PREDICTION_TILE, pixels + plane * i, NULL, error))
      return NULL;
  return g_bytes_new_take (g_steal_pointer (&pixels), plane * n);
}

static gboolean
copy_tiles (AciniPrediction *from, AciniPrediction *to, GArray *tiles, GError **error)
{
  for (guint i = 0; i < tiles->len; i += BATCH)
    {
      g_autoptr (GArray) batch = g_array_new (FALSE, FALSE, sizeof (AciniPredictionTile));

      g_array_set_clear_func (batch, clear_tile);
      for (guint k = i; k < MIN (tiles->len, i + BATCH); k++)
        {
          AciniPredictionTile tile = g_array_index (tiles, AciniPredictionTile, k);

          tile.probability = read_tile (from, &tile, error);
          if (tile.probability == NULL)
            return FALSE;
          g_array_append_val (batch, tile);
        }
      if (!acini_prediction_write (to, (const AciniPredictionTile *)(gpointer)batch->data, batch->len, error))
        return FALSE;
    }
  return TRUE;
}

/* Takes what @path holds that was not taken before into the project's file of the same name, which is of the same
 * slide, scale, model and way.  @done: no more will come. */
static gboolean
take_file (AciniProject *project, const char *path, gboolean done, guint *n_taken, GError **error)
{
  g_autofree char *folder = acini_prediction_dup_folder (project), *name = g_path_get_basename (path);
  g_autofree char *target = g_build_filename (folder, name, NULL), *taken_path = g_strconcat (path, TAKEN, NULL);
  g_autofree char *text = NULL, *taken = NULL;
  g_autoptr (AciniPrediction) from = acini_prediction_open (path, NULL, error), to = NULL;
  g_autoptr (GArray) tiles = NULL;
  gint64 cursor = 0;

  if (from == NULL)
    return FALSE;
  if (g_file_get_contents (taken_path, &text, NULL, NULL))
    cursor = g_ascii_strtoll (text, NULL, 10);
  tiles = acini_prediction_poll (from, &cursor, error);
  if (tiles == NULL)
    return FALSE;
  if (tiles->len > 0 || done)
    {
      to = acini_prediction_open (target, acini_prediction_get_info (from), error);
      if (to == NULL || !copy_tiles (from, to, tiles, error))
        return FALSE;
      /* What was asked for last is what counts. */
      utime (target, NULL);
      if (!acini_prediction_supersede (project, target, error))
        return FALSE;
    }
  *n_taken += tiles->len;
  taken = g_strdup_printf ("%" G_GINT64_FORMAT "\n", cursor);
  if (!g_file_set_contents (taken_path, taken, -1, error))
    return FALSE;
  /* Its tiles are in the project now: they need not be kept twice. */
  g_clear_object (&from);
  if (done)
    {
      acini_database_remove (path);
      g_unlink (taken_path);
    }
  return TRUE;
}

gboolean
acini_segmentation_collect (AciniProject *project, AciniJob *job, guint *n_taken, GError **error)
{
  const char *name, *entry;
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  guint n = 0;
  gboolean done;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && ACINI_IS_JOB (job), FALSE);

  if (n_taken != NULL)
    *n_taken = 0;
  name = json_object_get_string_member_with_default (acini_job_get_specification (job), "predictions", "");
  if (!g_str_equal (name, PREDICTIONS))
    return TRUE;
  /* Asked before the tiles are: what a job that is done has computed is all there. */
  done = acini_job_get_state (job) == ACINI_JOB_DONE && !acini_job_is_alive (job);
  if (!acini_job_collect (job, error))
    return FALSE;
  folder = g_build_filename (acini_job_get_folder (job), PREDICTIONS, NULL);
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, entry, NULL);

      if (g_str_has_suffix (entry, ".sqlite") && !take_file (project, path, done, &n, error))
        return FALSE;
    }
  if (n_taken != NULL)
    *n_taken = n;
  return TRUE;
}
