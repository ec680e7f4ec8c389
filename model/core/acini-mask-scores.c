/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/core/acini-mask-scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Distances. */

static gboolean
is_border (const guint8 *mask, int width, int height, int x, int y)
{
  gsize at = (gsize)y * width + x;

  return mask[at] != 0
         && (x == 0 || y == 0 || x == width - 1 || y == height - 1 || mask[at - 1] == 0 || mask[at + 1] == 0
             || mask[at - width] == 0 || mask[at + width] == 0);
}

/* One line of the squared distance transform: the lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012).
 * @f: n values @stride apart, replaced; @work: 3 n + 1 doubles. */
static void
transform_line (double *f, int n, gsize stride, double *work)
{
  double *copy = work, *vertex = work + n, *bound = work + 2 * n;
  int k = -1;

  for (int q = 0; q < n; q++)
    {
      double s = -INFINITY;

      copy[q] = f[q * stride];
      if (!isfinite (copy[q]))
        continue;
      while (k >= 0)
        {
          int v = (int)vertex[k];

          s = ((copy[q] + (double)q * q) - (copy[v] + (double)v * v)) / (2.0 * (q - v));
          if (s > bound[k])
            break;
          k--;
        }
      k++;
      vertex[k] = q;
      bound[k] = k == 0 ? -INFINITY : s;
    }
  for (int q = 0, i = 0; k >= 0 && q < n; q++)
    {
      while (i < k && bound[i + 1] < q)
        i++;
      f[q * stride] = (q - vertex[i]) * (q - vertex[i]) + copy[(int)vertex[i]];
    }
}

/* Squared distance of each pixel to @mask's border.  Returns: (transfer full), NULL where there is none. */
static double *
make_distances (const guint8 *mask, int width, int height)
{
  g_autofree double *field = g_new (double, (gsize)width *height);
  g_autofree double *work = g_new (double, 3 * (gsize)MAX (width, height) + 1);
  gboolean any = FALSE;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        gboolean border = is_border (mask, width, height, x, y);

        field[(gsize)y * width + x] = border ? 0 : INFINITY;
        any |= border;
      }
  if (!any)
    return NULL;
  for (int x = 0; x < width; x++)
    transform_line (field + x, height, width, work);
  for (int y = 0; y < height; y++)
    transform_line (field + (gsize)y * width, width, 1, work);
  return g_steal_pointer (&field);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

/* Linear between the two nearest, as numpy's. */
static double
get_percentile (double *values, gsize n, double share)
{
  double place = share * (n - 1);
  gsize low = (gsize)floor (place);

  qsort (values, n, sizeof *values, compare_doubles);
  return values[low] + (values[MIN (low + 1, n - 1)] - values[low]) * (place - low);
}

/* The 95th percentile of @distances at the border of @mask. */
static double
measure_border (const guint8 *mask, const double *distances, int width, int height)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (is_border (mask, width, height, x, y))
        {
          double distance = sqrt (distances[(gsize)y * width + x]);

          g_array_append_val (values, distance);
        }
  return get_percentile ((double *)values->data, values->len, 0.95);
}

double
acini_mask_get_hausdorff_95 (const guint8 *truth, const guint8 *predicted, int width, int height)
{
  g_autofree double *to_truth = NULL, *to_predicted = NULL;

  g_return_val_if_fail (truth != NULL && predicted != NULL && width > 0 && height > 0, 0);

  to_truth = make_distances (truth, width, height);
  to_predicted = make_distances (predicted, width, height);
  if (to_truth == NULL || to_predicted == NULL)
    return to_truth == to_predicted ? 0 : hypot (width, height);
  return MAX (measure_border (truth, to_predicted, width, height), measure_border (predicted, to_truth, width, height));
}

/* Objects. */

/* Numbers the objects of @mask from 1 on, into @numbers.  Returns: (element-type guint64) their areas, [0] unused. */
static GArray *
number_objects (const guint8 *mask, int width, int height, guint smallest, guint32 *numbers)
{
  GArray *areas = g_array_new (FALSE, TRUE, sizeof (guint64));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (gsize));
  gsize n = (gsize)width * height;

  memset (numbers, 0, n * sizeof *numbers);
  g_array_set_size (areas, 1);
  for (gsize start = 0; start < n; start++)
    {
      guint32 number = areas->len;
      guint64 area;

      if (mask[start] == 0 || numbers[start] != 0)
        continue;
      g_array_set_size (members, 0);
      numbers[start] = number;
      g_array_append_val (stack, start);
      while (stack->len > 0)
        {
          gsize at = g_array_index (stack, gsize, stack->len - 1);
          int x = (int)(at % width), y = (int)(at / width);

          g_array_set_size (stack, stack->len - 1);
          g_array_append_val (members, at);
          for (int v = MAX (y - 1, 0); v <= MIN (y + 1, height - 1); v++)
            for (int u = MAX (x - 1, 0); u <= MIN (x + 1, width - 1); u++)
              {
                gsize next = (gsize)v * width + u;

                if (mask[next] == 0 || numbers[next] != 0)
                  continue;
                numbers[next] = number;
                g_array_append_val (stack, next);
              }
        }
      area = members->len;
      /* What is too small keeps a number that no object has. */
      for (guint i = 0; area < smallest && i < members->len; i++)
        numbers[g_array_index (members, gsize, i)] = G_MAXUINT32;
      if (area >= smallest)
        g_array_append_val (areas, area);
    }
  return areas;
}

static void
count_pair (GHashTable *pairs, guint32 a, guint32 b)
{
  guint64 key = (guint64)a << 32 | b, *count = g_hash_table_lookup (pairs, &key);

  if (count != NULL)
    ++*count;
  else
    {
      guint64 one = 1;

      g_hash_table_insert (pairs, g_memdup2 (&key, sizeof key), g_memdup2 (&one, sizeof one));
    }
}

void
acini_mask_count_objects (const guint8 *truth, const guint8 *predicted, int width, int height, guint smallest,
                          AciniObjectCounts *counts)
{
  gsize n = (gsize)width * height;
  g_autofree guint32 *first = g_new (guint32, n), *second = g_new (guint32, n);
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (GArray) true_areas = NULL, predicted_areas = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_return_if_fail (truth != NULL && predicted != NULL && counts != NULL);

  true_areas = number_objects (truth, width, height, smallest, first);
  predicted_areas = number_objects (predicted, width, height, smallest, second);
  for (gsize i = 0; i < n; i++)
    if (first[i] != 0 && second[i] != 0 && first[i] != G_MAXUINT32 && second[i] != G_MAXUINT32)
      count_pair (pairs, first[i], second[i]);
  counts->truth += true_areas->len - 1;
  counts->predicted += predicted_areas->len - 1;
  g_hash_table_iter_init (&iter, pairs);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint64 pair = *(guint64 *)key, both = *(guint64 *)value;
      guint64 all = g_array_index (true_areas, guint64, pair >> 32)
                    + g_array_index (predicted_areas, guint64, pair & G_MAXUINT32) - both;

      counts->matched += 2 * both > all;
    }
}

double
acini_object_counts_get_f1 (const AciniObjectCounts *counts)
{
  guint64 all = counts->truth + counts->predicted;

  return all > 0 ? 2.0 * counts->matched / all : 1;
}

/* Differences. */

#define RESAMPLES 10000

void
acini_paired_difference (const double *old_scores, const double *new_scores, guint n, AciniPairedDifference *difference)
{
  g_autofree double *means = g_new0 (double, RESAMPLES);
  g_autoptr (GRand) random = g_rand_new_with_seed (88);

  g_return_if_fail (difference != NULL && (n == 0 || (old_scores != NULL && new_scores != NULL)));

  memset (difference, 0, sizeof *difference);
  difference->n = n;
  for (guint i = 0; i < n; i++)
    difference->mean += (new_scores[i] - old_scores[i]) / n;
  if (n == 0)
    return;
  for (guint k = 0; k < RESAMPLES; k++)
    for (guint i = 0; i < n; i++)
      {
        guint which = g_rand_int_range (random, 0, n);

        means[k] += (new_scores[which] - old_scores[which]) / n;
      }
  difference->low = get_percentile (means, RESAMPLES, 0.025);
  difference->high = get_percentile (means, RESAMPLES, 0.975);
  if (n < ACINI_PAIRED_LEAST)
    return;
  if (difference->low > 0)
    difference->verdict = ACINI_VERDICT_BETTER;
  else if (difference->high < 0)
    difference->verdict = ACINI_VERDICT_WORSE;
}

const char *
acini_verdict_to_string (AciniVerdict verdict)
{
  switch (verdict)
    {
    case ACINI_VERDICT_BETTER:
      return "better";
    case ACINI_VERDICT_WORSE:
      return "worse";
    case ACINI_VERDICT_NO_DIFFERENCE:
    default:
      return "no difference shown";
    }
}
