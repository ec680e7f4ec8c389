/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-disagreement.h"

#include "data/base/acini-distance.h"
#include "data/labels/acini-labels.h"

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
  AciniDisagreement place = { 0, 0, 0, kind == MISSING };

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
