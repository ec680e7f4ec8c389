/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-disagreement.h"

#include "data/base/acini-distance.h"
#include "data/labels/acini-labels.h"
#include "data/predictions/acini-prediction-key.h"

enum
{
  NOTHING,
  MISSING,
  SPURIOUS,
};

static guint8
compare_pixel (guint8 truth, guint8 predicted)
{
  gboolean unit = truth >= ACINI_LABEL_FIRST_CLASS, found = predicted >= ACINI_LABEL_FIRST_CLASS;

  if (truth == ACINI_LABEL_UNLABELLED || unit == found)
    return NOTHING;
  return unit ? MISSING : SPURIOUS;
}

/* Takes the place that the pixel @start is of out of @kinds. */
static AciniDisagreement
take_place (guint8 *kinds, const float *depth, int width, int height, gsize start, GArray *stack, float *deepest)
{
  guint8 kind = kinds[start];
  AciniDisagreement place = { .missing = kind == MISSING };
  int left = width, top = height, right = 0, bottom = 0;

  *deepest = -1;
  g_array_set_size (stack, 0);
  g_array_append_val (stack, start);
  kinds[start] = NOTHING;
  while (stack->len > 0)
    {
      gsize at = g_array_index (stack, gsize, stack->len - 1);
      int x = (int)(at % (gsize)width), y = (int)(at / (gsize)width);

      g_array_set_size (stack, stack->len - 1);
      place.pixels++;
      left = MIN (left, x);
      top = MIN (top, y);
      right = MAX (right, x);
      bottom = MAX (bottom, y);
      if (depth[at] > *deepest)
        {
          *deepest = depth[at];
          place.x = x;
          place.y = y;
        }
      for (int k = 0; k < 4; k++)
        {
          int i = x + (k == 0) - (k == 1), j = y + (k == 2) - (k == 3);
          gsize next = (gsize)j * width + i;

          if (i < 0 || j < 0 || i >= width || j >= height || kinds[next] != kind)
            continue;
          kinds[next] = NOTHING;
          g_array_append_val (stack, next);
        }
    }
  place.box = (AciniRect){ left, top, right - left + 1, bottom - top + 1 };
  return place;
}

static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  guint64 x = ((const AciniDisagreement *)a)->pixels, y = ((const AciniDisagreement *)b)->pixels;

  return x > y ? -1 : x < y;
}

GArray *
acini_disagreements_find (const guint8 *truth, const guint8 *predicted, int width, int height, double least)
{
  gsize n = (gsize)width * height;
  GArray *places = g_array_new (FALSE, FALSE, sizeof (AciniDisagreement));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autofree guint8 *kinds = g_malloc (n);
  g_autofree float *depth = g_new (float, n);

  g_return_val_if_fail (truth != NULL && predicted != NULL && width > 0 && height > 0, places);

  for (gsize i = 0; i < n; i++)
    {
      kinds[i] = compare_pixel (truth[i], predicted[i]);
      depth[i] = kinds[i] == NOTHING ? 0 : 1e12f;
    }
  acini_distance_transform (depth, width, height);
  for (gsize i = 0; i < n; i++)
    if (kinds[i] != NOTHING)
      {
        float deepest;
        AciniDisagreement place = take_place (kinds, depth, width, height, i, stack, &deepest);

        if (deepest > least * least)
          g_array_append_val (places, place);
      }
  g_array_sort (places, compare_sizes);
  return places;
}

JsonObject *
acini_out_of_fold_load (const char *path)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *file = NULL;
  JsonNode *root;

  g_return_val_if_fail (path != NULL, NULL);

  file = g_build_filename (path, ACINI_OUT_OF_FOLD_FILE, NULL);
  root = json_parser_load_from_file (parser, file, NULL) ? json_parser_get_root (parser) : NULL;
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_object_ref (json_node_get_object (root)) : NULL;
}

/* The place that @object tells of, in @suspect. */
static gboolean
read_place (JsonObject *object, AciniSuspect *suspect)
{
  JsonNode *node = json_object_get_member (object, "box");
  JsonArray *box = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gboolean missing = json_object_get_boolean_member_with_default (object, "missing", FALSE);

  *suspect = (AciniSuspect){ .x = json_object_get_int_member_with_default (object, "x", -1),
                             .y = json_object_get_int_member_with_default (object, "y", -1),
                             .area = json_object_get_int_member_with_default (object, "pixels", 0),
                             .probability = missing ? 0 : 1,
                             .label = ACINI_LABEL_FIRST_CLASS };
  if (box == NULL || json_array_get_length (box) != 4)
    return FALSE;
  suspect->box = (AciniRect){ json_array_get_int_element (box, 0), json_array_get_int_element (box, 1),
                              json_array_get_int_element (box, 2), json_array_get_int_element (box, 3) };
  return suspect->x >= 0 && suspect->y >= 0 && suspect->box.width > 0 && suspect->box.height > 0;
}

GArray *
acini_out_of_fold_list_places (const AciniObjectSource *source, const char *model, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (AciniSuspect));
  g_autofree char *folder = NULL;
  g_autoptr (JsonObject) slides = NULL;
  JsonObject *slide;
  JsonNode *node;
  JsonArray *list;

  g_return_val_if_fail (source != NULL && source->slide != NULL && source->project != NULL && model != NULL, NULL);

  folder = acini_project_build_path (source->project, "models", model, NULL);
  slides = acini_out_of_fold_load (folder);
  node = slides != NULL ? json_object_get_member (slides, source->slide->name) : NULL;
  slide = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  /* Names are not ids: another slide of that name may have come since. */
  if (slide == NULL || json_object_get_int_member_with_default (slide, "slide", 0) != source->slide->id)
    return g_steal_pointer (&places);
  node = json_object_get_member (slide, "disagreements");
  list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      AciniSuspect suspect;

      if (read_place (json_array_get_object_element (list, i), &suspect))
        g_array_append_val (places, suspect);
    }
  return acini_suspects_leave_out_decided (source, places, TRUE, places->len, error) ? g_steal_pointer (&places) : NULL;
}

/* Copies one tile, all planes of it. */
static gboolean
copy_tile (AciniPrediction *from, AciniPrediction *to, gint64 column, gint64 row, GError **error)
{
  const gsize plane = (gsize)ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  int n_planes = acini_prediction_get_info (from)->n_classes;
  guint8 *probability = g_malloc (plane * (gsize)n_planes);
  g_autoptr (GBytes) bytes = g_bytes_new_take (probability, plane * (gsize)n_planes);
  const AciniPredictionTile tile = { column, row, bytes };

  for (int k = 0; k < n_planes; k++)
    if (!acini_prediction_read (from, k, 0, column * ACINI_PREDICTION_TILE, row * ACINI_PREDICTION_TILE,
                                ACINI_PREDICTION_TILE, ACINI_PREDICTION_TILE, probability + (gsize)k * plane, NULL,
                                error))
      return FALSE;
  return acini_prediction_write (to, &tile, 1, error);
}

gboolean
acini_out_of_fold_keep (AciniProject *project, gint64 slide, AciniPrediction *prediction, const char *model,
                        GError **error)
{
  AciniPredictionInfo info;
  g_autofree char *folder = NULL, *way = NULL, *path = NULL;
  g_autoptr (AciniPrediction) kept = NULL;
  g_autoptr (GArray) tiles = NULL;
  AciniPredictionKey key;
  gint64 cursor = 0;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && ACINI_IS_PREDICTION (prediction) && model != NULL, FALSE);

  info = *acini_prediction_get_info (prediction);
  way = g_strdup_printf ("out of fold, %s", info.way);
  g_strlcpy (info.model, model, sizeof info.model);
  g_strlcpy (info.way, way, sizeof info.way);
  key = (AciniPredictionKey){ slide, model, info.downsample, info.way };
  folder = acini_prediction_dup_folder (project);
  path = acini_prediction_dup_path (folder, &key);
  kept = acini_prediction_open (path, &info, error);
  tiles = kept != NULL ? acini_prediction_poll (prediction, &cursor, error) : NULL;
  for (guint i = 0; tiles != NULL && i < tiles->len; i++)
    {
      const AciniPredictionTile *tile = &g_array_index (tiles, AciniPredictionTile, i);

      if (!copy_tile (prediction, kept, tile->column, tile->row, error))
        return FALSE;
    }
  return tiles != NULL;
}
