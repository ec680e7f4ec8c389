/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/segmentation/acini-knowledge.h"

#include "app/segmentation/acini-segmentation.h"
#include "data/slides/acini-stain.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

/* Optical density of what is more than bare glass (Macenko's). */
#define GLASS 0.15
#define LEAST_TISSUE 0.1
/* A slide is inside as long as it is no farther from the mean than that much of the farthest image, and a little. */
#define FACTOR 1.5
#define MORE_DENSITY 0.05
#define MORE_DEGREES 5
/* Patches of a slide that are looked at: those with tissue of a grid. */
#define SIDE ACINI_LOOK_SIDE
#define GRID 5
#define MOST_PATCHES ACINI_LOOKS_OF_SLIDE
/* A slide's median may be as much farther than the farthest image of the training. */
#define FAR_FEATURES 1.25

gboolean
acini_look_measure (const guint8 *rgb, gsize n_pixels, AciniLook *look)
{
  double sums[3] = { 0 }, squares[3] = { 0 };
  gsize n = 0;
  AciniStains stains;

  g_return_val_if_fail (rgb != NULL && look != NULL, FALSE);

  *look = (AciniLook){ 0 };
  for (gsize i = 0; i < n_pixels; i++)
    {
      double density[3];

      for (int c = 0; c < 3; c++)
        density[c] = -log10 (MAX (rgb[3 * i + c], 1) / 255.0);
      if (density[0] + density[1] + density[2] < 3 * GLASS)
        continue;
      n++;
      for (int c = 0; c < 3; c++)
        {
          sums[c] += density[c];
          squares[c] += density[c] * density[c];
        }
    }
  if (n < LEAST_TISSUE * n_pixels)
    return FALSE;
  for (int c = 0; c < 3; c++)
    {
      look->density[c] = sums[c] / n;
      look->spread[c] = sqrt (MAX (squares[c] / n - look->density[c] * look->density[c], 0));
    }
  look->stained = acini_stains_estimate (rgb, n_pixels, &stains, NULL);
  for (int k = 0; k < 2; k++)
    for (int c = 0; c < 3; c++)
      look->stains[k][c] = look->stained ? stains.vectors[k][c] : 0;
  return TRUE;
}

/* Degrees between two directions. */
static double
get_angle (const double a[3], const double b[3])
{
  double product = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  double lengths = sqrt (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]) * sqrt (b[0] * b[0] + b[1] * b[1] + b[2] * b[2]);

  return lengths > 0 ? acos (CLAMP (product / lengths, -1, 1)) * 180 / M_PI : 0;
}

static AciniLook
average (const AciniLook *looks, guint n)
{
  AciniLook mean = { 0 };

  for (guint i = 0; i < n; i++)
    for (int c = 0; c < 3; c++)
      {
        mean.density[c] += looks[i].density[c] / n;
        mean.spread[c] += looks[i].spread[c] / n;
        for (int k = 0; k < 2; k++)
          mean.stains[k][c] += looks[i].stains[k][c];
        mean.stained = mean.stained || looks[i].stained;
      }
  return mean;
}

static JsonArray *
make_array (const double numbers[3])
{
  JsonArray *array = json_array_new ();

  for (int c = 0; c < 3; c++)
    json_array_add_double_element (array, round (numbers[c] * 1e4) / 1e4);
  return array;
}

JsonObject *
acini_knowledge_describe (const AciniLook *looks, guint n)
{
  AciniLook mean = average (looks, n), most = { 0 };
  double angles[2] = { 0, 0 };
  JsonObject *object;

  if (n == 0)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      for (int c = 0; c < 3; c++)
        {
          most.density[c] = MAX (most.density[c], fabs (looks[i].density[c] - mean.density[c]));
          most.spread[c] = MAX (most.spread[c], fabs (looks[i].spread[c] - mean.spread[c]));
        }
      for (int k = 0; k < 2 && looks[i].stained; k++)
        angles[k] = MAX (angles[k], get_angle (looks[i].stains[k], mean.stains[k]));
    }
  object = json_object_new ();
  json_object_set_int_member (object, "patches", n);
  json_object_set_array_member (object, "density", make_array (mean.density));
  json_object_set_array_member (object, "density_most", make_array (most.density));
  json_object_set_array_member (object, "spread", make_array (mean.spread));
  json_object_set_array_member (object, "spread_most", make_array (most.spread));
  if (mean.stained)
    {
      json_object_set_array_member (object, "haematoxylin", make_array (mean.stains[0]));
      json_object_set_array_member (object, "eosin", make_array (mean.stains[1]));
      json_object_set_double_member (object, "haematoxylin_degrees", round (angles[0] * 10) / 10);
      json_object_set_double_member (object, "eosin_degrees", round (angles[1] * 10) / 10);
    }
  return object;
}

/* Features. */

/* The distance of @vector from the mean, both of @n channels. */
static double
get_distance (const double *mean, const double *variance, const float *vector, guint n)
{
  double usual = 0, sum = 0;

  for (guint c = 0; c < n; c++)
    usual += variance[c] / n;
  for (guint c = 0; c < n; c++)
    {
      double difference = vector[c] - mean[c];

      sum += difference * difference / (0.5 * variance[c] + 0.5 * usual + 1e-12);
    }
  return sqrt (sum / n);
}

/* Of all vectors but @without (@n: of all). */
static void
measure_vectors (const float *vectors, guint n, guint n_channels, guint without, double *mean, double *variance)
{
  guint count = without < n ? n - 1 : n;

  for (guint c = 0; c < n_channels; c++)
    {
      double sum = 0, squares = 0;

      for (guint i = 0; i < n; i++)
        if (i != without)
          {
            sum += vectors[(gsize)i * n_channels + c];
            squares += (double)vectors[(gsize)i * n_channels + c] * vectors[(gsize)i * n_channels + c];
          }
      mean[c] = sum / count;
      variance[c] = MAX (squares / count - mean[c] * mean[c], 0);
    }
}

JsonObject *
acini_features_describe (const float *vectors, guint n, guint n_channels)
{
  g_autofree double *mean = g_new (double, n_channels), *variance = g_new (double, n_channels);
  JsonArray *means, *deviations;
  JsonObject *object;
  double farthest = 0;

  g_return_val_if_fail (vectors != NULL, NULL);

  if (n < 3)
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      measure_vectors (vectors, n, n_channels, i, mean, variance);
      farthest = MAX (farthest, get_distance (mean, variance, vectors + (gsize)i * n_channels, n_channels));
    }
  measure_vectors (vectors, n, n_channels, n, mean, variance);
  means = json_array_new ();
  deviations = json_array_new ();
  for (guint c = 0; c < n_channels; c++)
    {
      json_array_add_double_element (means, round (mean[c] * 1e5) / 1e5);
      json_array_add_double_element (deviations, round (sqrt (variance[c]) * 1e5) / 1e5);
    }
  object = json_object_new ();
  json_object_set_array_member (object, "mean", means);
  json_object_set_array_member (object, "deviation", deviations);
  json_object_set_double_member (object, "farthest", round (farthest * 1e4) / 1e4);
  return object;
}

/* As many numbers as there should be.  Returns: (transfer full) (nullable) */
static double *
read_numbers (JsonObject *object, const char *name, guint n)
{
  JsonNode *node = json_object_get_member (object, name);
  double *numbers;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) != n)
    return NULL;
  numbers = g_new (double, n);
  for (guint c = 0; c < n; c++)
    numbers[c] = json_array_get_double_element (json_node_get_array (node), c);
  return numbers;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

gboolean
acini_features_are_known (const AciniCard *card)
{
  g_return_val_if_fail (card != NULL, FALSE);
  return get_object (get_object (card->training, "knows"), "features") != NULL;
}

double
acini_features_get_distance (const AciniCard *card, const float *vectors, guint n, guint n_channels)
{
  JsonObject *features;
  g_autofree double *mean = NULL, *variance = NULL, *distances = NULL;
  double farthest;

  g_return_val_if_fail (card != NULL && (vectors != NULL || n == 0), NAN);

  features = get_object (get_object (card->training, "knows"), "features");
  if (features == NULL || n == 0)
    return NAN;
  mean = read_numbers (features, "mean", n_channels);
  variance = read_numbers (features, "deviation", n_channels);
  farthest = json_object_get_double_member_with_default (features, "farthest", 0);
  if (mean == NULL || variance == NULL || !(farthest > 0))
    return NAN;
  for (guint c = 0; c < n_channels; c++)
    variance[c] *= variance[c];
  distances = g_new (double, n);
  for (guint i = 0; i < n; i++)
    distances[i] = get_distance (mean, variance, vectors + (gsize)i * n_channels, n_channels);
  qsort (distances, n, sizeof (double), compare_numbers);
  return distances[n / 2] / farthest;
}

char *
acini_features_dup_warning (double distance)
{
  if (!(distance > FAR_FEATURES))
    return NULL;
  return g_strdup_printf (
      _ ("What the network sees in it is %.1f times as far from what it has learnt from as the most "
         "unusual of that: look closely, or train on slides like it."),
      distance);
}

/* Reading a card. */

static gboolean
read_array (JsonObject *object, const char *name, double numbers[3])
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) != 3)
    return FALSE;
  for (guint c = 0; c < 3; c++)
    numbers[c] = json_array_get_double_element (json_node_get_array (node), c);
  return TRUE;
}

/* Whether one of the three is too far from the mean. */
static gboolean
is_far (JsonObject *knows, const char *name, const double values[3])
{
  g_autofree char *most_name = g_strconcat (name, "_most", NULL);
  double mean[3], most[3];

  if (!read_array (knows, name, mean) || !read_array (knows, most_name, most))
    return FALSE;
  for (int c = 0; c < 3; c++)
    if (fabs (values[c] - mean[c]) > FACTOR * most[c] + MORE_DENSITY)
      return TRUE;
  return FALSE;
}

/* How many degrees beyond what is usual; 0: it is within. */
static double
get_excess (JsonObject *knows, const char *name, const double stain[3])
{
  g_autofree char *degrees = g_strconcat (name, "_degrees", NULL);
  double mean[3], angle;

  if (!read_array (knows, name, mean))
    return 0;
  angle = get_angle (stain, mean);
  return angle > FACTOR * json_object_get_double_member_with_default (knows, degrees, 180) + MORE_DEGREES ? angle : 0;
}

/* Looking at a slide. */

guint
acini_look_at_slide (AciniSlide *slide, double downsample, AciniLook looks[ACINI_LOOKS_OF_SLIDE], guint8 *rgb)
{
  gint64 width = acini_slide_get_width (slide), height = acini_slide_get_height (slide);
  double side = SIDE * downsample;
  g_autofree guint8 *own = rgb == NULL ? g_malloc (3 * SIDE * SIDE) : NULL;
  guint n = 0;

  g_return_val_if_fail (ACINI_IS_SLIDE (slide) && looks != NULL, 0);

  for (int j = 0; j < GRID && n < MOST_PATCHES; j++)
    for (int i = 0; i < GRID && n < MOST_PATCHES; i++)
      {
        /* A step that walks all over the grid before it is full: the first tissue is not in one corner alone. */
        int at = (j * GRID + i) * 7 % (GRID * GRID);
        guint8 *pixels = rgb != NULL ? rgb + (gsize)n * 3 * SIDE * SIDE : own;
        double x = (at % GRID + 0.5) / GRID * width - side / 2, y = (at / GRID + 0.5) / GRID * height - side / 2;

        if (acini_slide_read_rgb (slide, MAX (x, 0), MAX (y, 0), downsample, SIDE, SIDE, pixels, NULL)
            && acini_look_measure (pixels, (gsize)SIDE * SIDE, &looks[n]))
          n++;
      }
  return n;
}

static void
check_look (GPtrArray *sentences, JsonObject *knows, AciniSlide *slide, double downsample)
{
  AciniLook looks[MOST_PATCHES], mean;
  guint n = acini_look_at_slide (slide, downsample, looks, NULL);
  double degrees;

  if (n == 0)
    return;
  mean = average (looks, n);
  degrees = mean.stained
                ? MAX (get_excess (knows, "haematoxylin", mean.stains[0]), get_excess (knows, "eosin", mean.stains[1]))
                : 0;
  if (degrees > 0)
    g_ptr_array_add (sentences,
                     g_strdup_printf (_ ("It is stained in other colours than what the model has seen (by %.0f°): look "
                                         "closely, or train on slides like it."),
                                      degrees));
  else if (is_far (knows, "density", mean.density))
    g_ptr_array_add (sentences,
                     g_strdup (_ ("It is darker, paler or of another tint than what the model has seen: look "
                                  "closely, or train on slides like it.")));
  if (is_far (knows, "spread", mean.spread))
    g_ptr_array_add (sentences, g_strdup (_ ("Its contrast is another than that of what the model has seen.")));
}

static void
check_organ (GPtrArray *sentences, const AciniCard *card, const char *organ)
{
  if (organ == NULL || *organ == '\0' || card->organs == NULL || card->organs[0] == NULL
      || g_strv_contains ((const char *const *)card->organs, organ))
    return;
  g_ptr_array_add (sentences, g_strdup (_ ("The model has never seen this organ.")));
}

static void
check_scale (GPtrArray *sentences, const AciniCard *card, double mpp)
{
  if (mpp > 0 && card->mpp > 0 && mpp > 2 * card->mpp)
    g_ptr_array_add (sentences, g_strdup_printf (_ ("It was scanned at %.2g µm per pixel, and the model works at %.2g: "
                                                    "what it looks for cannot be seen in it."),
                                                 mpp, card->mpp));
}

GPtrArray *
acini_knowledge_check (const AciniCard *card, AciniSlide *slide, const char *organ, double mpp)
{
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);
  JsonNode *node;

  g_return_val_if_fail (card != NULL && ACINI_IS_SLIDE (slide), sentences);

  check_organ (sentences, card, organ);
  check_scale (sentences, card, mpp);
  node = card->training != NULL ? json_object_get_member (card->training, "knows") : NULL;
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    check_look (sentences, json_node_get_object (node), slide, acini_get_downsample (mpp, card->mpp));
  return sentences;
}
