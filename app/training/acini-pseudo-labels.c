/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-pseudo-labels.h"

#include "app/jobs/acini-specification.h"
#include "data/labels/acini-label-snapshot.h"
#include "data/mask/acini-mask.h"
#include "data/predictions/acini-prediction-key.h"
#include "data/project/acini-region.h"
#include "model/core/acini-card.h"

#include <math.h>

#define SNAPSHOT "pseudo.sqlite"
#define TILE ACINI_LABEL_TILE
#define TILE_PIXELS ((gsize)TILE * TILE)
/* A training looks at some thousand patches. */
#define MOST_TILES 4096

AciniPseudoLabels *
acini_pseudo_labels_new (AciniProject *project, AciniTrainingSplit *split, const char *model)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  AciniPseudoLabels *self = g_new0 (AciniPseudoLabels, 1);
  g_autofree char *folder = NULL;
  g_autoptr (AciniCard) card = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && split != NULL, NULL);

  self->slides = g_ptr_array_new ();
  self->paths = g_ptr_array_new_with_free_func (g_free);
  card = model != NULL ? acini_card_load (model, NULL) : NULL;
  self->model = card != NULL && *card->id != '\0' ? g_strdup (card->id) : NULL;
  self->name = card != NULL ? g_strdup (card->name) : NULL;
  folder = acini_prediction_dup_folder (project);
  acini_training_split_list_taken (split, taken);
  for (guint i = 0; self->model != NULL && i < split->records->len; i++)
    {
      AciniSlideRecord *record = split->records->pdata[i];
      g_autofree char *path = g_canonicalize_filename (record->path, NULL);
      g_autoptr (GPtrArray) files = NULL;

      if (record->labelled || g_hash_table_contains (taken, path))
        continue;
      files = acini_prediction_list (folder, record->id, self->model);
      if (files == NULL || files->len == 0)
        continue;
      g_ptr_array_add (self->slides, record);
      g_ptr_array_add (self->paths, g_strdup (((AciniPredictionFile *)files->pdata[0])->path));
    }
  return self;
}

void
acini_pseudo_labels_free (AciniPseudoLabels *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->model);
  g_free (self->name);
  g_ptr_array_unref (self->slides);
  g_ptr_array_unref (self->paths);
  g_free (self);
}

typedef struct
{
  gint64 column, row;
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *first = a, *second = b;

  if (first->row != second->row)
    return first->row < second->row ? -1 : 1;
  return (first->column > second->column) - (first->column < second->column);
}

/* The label tiles whose middles lie in a computed tile of the prediction, by rows: each is in one of them. */
static GArray *
list_places (AciniPrediction *prediction, GError **error)
{
  const double side = ACINI_PREDICTION_TILE * acini_prediction_get_info (prediction)->downsample;
  gint64 cursor = 0;
  g_autoptr (GArray) tiles = acini_prediction_poll (prediction, &cursor, error);
  GArray *places;

  if (tiles == NULL)
    return NULL;
  places = g_array_new (FALSE, FALSE, sizeof (Place));
  for (guint i = 0; i < tiles->len; i++)
    {
      const AciniPredictionTile *tile = &g_array_index (tiles, AciniPredictionTile, i);
      const gint64 left = (gint64)ceil ((double)tile->column * side / TILE - 0.5);
      const gint64 top = (gint64)ceil ((double)tile->row * side / TILE - 0.5);

      for (gint64 row = top; ((double)row + 0.5) * TILE < (double)(tile->row + 1) * side; row++)
        for (gint64 column = left; ((double)column + 0.5) * TILE < (double)(tile->column + 1) * side; column++)
          {
            const Place place = { column, row };

            g_array_append_val (places, place);
          }
    }
  g_array_sort (places, compare_places);
  return places;
}

/* Fills in the label tile at @place; *@any: whether there is something in it. */
static gboolean
read_tile (AciniPrediction *prediction, const AciniRegionScope *scope, double confidence, const Place *place,
           guint8 *labels, gboolean *any, GError **error)
{
  const guint n = (guint)acini_prediction_get_info (prediction)->n_classes;
  const gint64 x = place->column * TILE, y = place->row * TILE;
  g_autofree guint8 *possible = g_malloc (TILE_PIXELS), *counts = g_malloc (TILE_PIXELS);
  AciniThresholds sure, unsure;

  acini_thresholds_init_same (&sure, confidence, n);
  acini_thresholds_init_same (&unsure, 1 - confidence, n);
  if (!acini_mask_read_predicted (prediction, &sure, x, y, TILE, TILE, labels, error)
      || !acini_mask_read_predicted (prediction, &unsure, x, y, TILE, TILE, possible, error))
    return FALSE;
  acini_region_scope_rasterise (scope, (double)x, (double)y, 1, TILE, TILE, counts);
  *any = FALSE;
  for (gsize i = 0; i < TILE_PIXELS; i++)
    {
      /* Not sure that it is a unit, and not sure that it is none. */
      if (counts[i] == 0 || (labels[i] == ACINI_LABEL_BACKGROUND && possible[i] != ACINI_LABEL_BACKGROUND))
        labels[i] = ACINI_LABEL_UNLABELLED;
      *any |= labels[i] != ACINI_LABEL_UNLABELLED;
    }
  return TRUE;
}

static gboolean
write_slide (AciniLabelWriter *writer, AciniProject *project, const AciniSlideRecord *record, const char *path,
             const char *region, double confidence, GError **error)
{
  g_autoptr (AciniRegionScope) scope = acini_region_scope_new (project, record->id, region, error);
  g_autoptr (AciniPrediction) prediction = scope != NULL ? acini_prediction_open (path, NULL, error) : NULL;
  g_autoptr (GArray) places = prediction != NULL ? list_places (prediction, error) : NULL;
  g_autofree guint8 *labels = g_malloc (TILE_PIXELS);
  guint step;

  if (places == NULL || !acini_label_writer_begin (writer, record->id, record->width, record->height, error))
    return FALSE;
  step = places->len / MOST_TILES + 1;
  for (guint i = 0; i < places->len; i += step)
    {
      const Place *place = &g_array_index (places, Place, i);
      gboolean any;

      if (!read_tile (prediction, scope, confidence, place, labels, &any, error)
          || (any && !acini_label_writer_put (writer, place->column, place->row, labels, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
acini_pseudo_labels_freeze (AciniPseudoLabels *self, AciniProject *project, const char *region, double confidence,
                            const char *folder, JsonArray *array, GError **error)
{
  g_autofree char *path = g_build_filename (folder, SNAPSHOT, NULL);
  g_autoptr (AciniLabelWriter) writer = NULL;

  g_return_val_if_fail (self != NULL && ACINI_IS_PROJECT (project) && folder != NULL && array != NULL, FALSE);

  if (self->slides->len == 0)
    return TRUE;
  writer = acini_label_writer_new (path, error);
  for (guint i = 0; writer != NULL && i < self->slides->len; i++)
    {
      const AciniSlideRecord *record = self->slides->pdata[i];
      JsonObject *slide;

      if (!write_slide (writer, project, record, self->paths->pdata[i], region, confidence, error))
        return FALSE;
      slide = acini_specification_slide_in (project, record);
      json_object_set_string_member (slide, "snapshot", SNAPSHOT);
      json_array_add_object_element (array, slide);
    }
  return writer != NULL && acini_label_writer_finish (writer, error);
}
