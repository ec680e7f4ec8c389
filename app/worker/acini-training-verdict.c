/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-training-verdict.h"

#include "app/segmentation/acini-card-thresholds.h"
#include "app/worker/acini-comparison.h"
#include "app/worker/acini-model-set.h"
#include "app/worker/acini-picture.h"

#include <math.h>
#include <string.h>

/* Network pixels: a larger image is looked at in places of that side. */
#define LARGEST_SIDE 1536
#define PLACES 4
#define ALL_PIXELS ((gint64)16 << 20)
/* Fewer images do not tell an organ's threshold. */
#define LEAST_TO_TUNE 3
#define N_PICTURES 6
#define PICTURE_SIDE 640
#define TILE 512

#define PEOPLE 0x26a269
#define MODEL 0x1c71d8

/* A rectangle of an image, at the network's resolution. */
typedef struct
{
  guint item;
  gint64 x, y;
  int width, height;
  guint8 *labels;          /* classes, ACINI_IGNORE where there is none */
  guint8 *most[2];         /* the greatest probability of a unit, before and after */
  guint8 cuts[2];          /* at which it counts as one */
  AciniThresholdSearch of; /* this place alone, the new model */
  double scores[2][ACINI_COMPARISON_N];
} Place;

typedef struct
{
  const AciniVerdictRequest *request;
  AciniTrainingSource source;
  GPtrArray *places; /* element-type Place */
  GHashTable *tuned; /* organ → AciniThresholdSearch of all its places, the new model */
  guint n_done, n_all;
} Verdict;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->labels);
  g_free (place->most[0]);
  g_free (place->most[1]);
  g_free (place);
}

static const char *
get_organ (const Verdict *self, const Place *place)
{
  return self->source.get_organ (self->source.user_data, place->item);
}

/* Whether the checkpoint was chosen on other images. */
static gboolean
is_judge (const Verdict *self, const Place *place)
{
  return place->item >= self->request->n_choosing;
}

/* Places. */

static gint64
start_of (double centre, gint64 side, gint64 length)
{
  return CLAMP ((gint64)(centre - side / 2.0), 0, length - side);
}

static void
add_place (Verdict *self, guint item, double cx, double cy, gint64 width, gint64 height)
{
  Place *place = g_new0 (Place, 1);

  place->item = item;
  place->width = (int)MIN (width, LARGEST_SIDE);
  place->height = (int)MIN (height, LARGEST_SIDE);
  place->x = start_of (cx, place->width, width);
  place->y = start_of (cy, place->height, height);
  g_ptr_array_add (self->places, place);
}

/* Of a large image some of the places that have labels. */
static void
add_places (Verdict *self, guint item)
{
  gint64 width, height;

  if (self->source.get_labelled_area (self->source.user_data, item) <= 0)
    return;
  self->source.get_size (self->source.user_data, item, &width, &height);
  if (width <= LARGEST_SIDE && height <= LARGEST_SIDE)
    {
      add_place (self, item, width / 2.0, height / 2.0, width, height);
      return;
    }
  for (guint64 i = 0; i < PLACES; i++)
    {
      double x, y;

      self->source.pick (self->source.user_data, item, (i + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15), &x, &y);
      add_place (self, item, x, y, width, height);
    }
}

/* Keeps as many as there is room for, spread evenly over the images. */
static void
limit_places (Verdict *self)
{
  gint64 sum = 0;
  guint kept;

  for (guint i = 0; i < self->places->len; i++)
    sum += (gint64)((Place *)self->places->pdata[i])->width * ((Place *)self->places->pdata[i])->height;
  if (sum <= ALL_PIXELS || self->places->len == 0)
    return;
  kept = MAX (1, (guint)((double)self->places->len * ALL_PIXELS / sum));
  for (guint i = self->places->len; i > 0; i--)
    if ((guint64)(i - 1) * kept / self->places->len == (guint64)i * kept / self->places->len)
      g_ptr_array_remove_index (self->places, i - 1);
}

static gboolean
read_place (const Verdict *self, const Place *place, gint64 x, gint64 y, int width, int height, guint8 *rgb,
            guint8 *labels, GError **error)
{
  return self->source.read (self->source.user_data, place->item, place->x + x + width / 2.0,
                            place->y + y + height / 2.0, 1, width, height, rgb, labels, error);
}

/* Segmentation of a place into memory. */

typedef struct
{
  const Verdict *verdict;
  const Place *place;
  guint8 *most;
  int n_planes;
} Segmenting;

static gboolean
read_pixels (gpointer user_data, gint64 x, gint64 y, int width, int height, guint8 *rgb, GError **error)
{
  const Segmenting *self = user_data;
  g_autofree guint8 *labels = g_malloc ((gsize)width * height);

  return read_place (self->verdict, self->place, x, y, width, height, rgb, labels, error);
}

static gboolean
write_tile (gpointer user_data, gint64 column, gint64 row, const guint8 *probability, GError **error)
{
  const Segmenting *self = user_data;
  int left = (int)column * TILE, top = (int)row * TILE;

  for (int y = 0; y < MIN (TILE, self->place->height - top); y++)
    for (int x = 0; x < MIN (TILE, self->place->width - left); x++)
      {
        guint8 most = 0;

        for (int k = 0; k < self->n_planes; k++)
          most = MAX (most, probability[((gsize)k * TILE + y) * TILE + x]);
        self->most[(gsize)(top + y) * self->place->width + left + x] = most;
      }
  return TRUE;
}

static gboolean
segment_place (Verdict *self, AciniModel *model, Place *place, int which, GError **error)
{
  Segmenting segmenting
      = { self, place, g_malloc0 ((gsize)place->width * place->height), acini_model_get_n_planes (model) };
  const AciniPatchSource source
      = { .width = place->width, .height = place->height, .read = read_pixels, .user_data = &segmenting };
  const AciniProbabilitySink sink = { .tile = TILE, .write = write_tile, .user_data = &segmenting };
  AciniSegmentOptions options = { .overlap = -1 };

  place->most[which] = segmenting.most;
  return acini_trial_segmenting (model, place->width, place->height, &options, self->request->note,
                                 self->request->user_data, self->request->cancellable, error)
         && acini_model_segment (model, &source, &sink, &options, NULL, NULL, self->request->cancellable, error);
}

/* *@stopped: by the caller. */
static gboolean
segment_all (Verdict *self, const char *path, int which, gboolean *stopped, GError **error)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (AciniModel) model = acini_model_set_load (paths, NULL, self->request->options, error);

  for (guint i = 0; model != NULL && i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];

      /* Of the images that only choose the thresholds nobody asks what the parent makes. */
      if (which == 0 && !is_judge (self, place))
        continue;
      *stopped = self->request->progress != NULL
                 && !self->request->progress ((double)self->n_done++ / self->n_all, self->request->user_data);
      if (*stopped)
        return TRUE;
      if (!segment_place (self, model, place, which, error))
        return FALSE;
      place->cuts[which] = acini_threshold_to_cut (
          acini_card_get_class_threshold (acini_model_get_card (model), get_organ (self, place), 0));
    }
  return model != NULL;
}

/* Labels and thresholds. */

static gboolean
read_labels (Verdict *self, GError **error)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];
      gsize n = (gsize)place->width * place->height;
      g_autofree guint8 *rgb = g_malloc (3 * n);

      place->labels = g_malloc (n);
      if (!read_place (self, place, 0, 0, place->width, place->height, rgb, place->labels, error))
        return FALSE;
    }
  return TRUE;
}

/* Class 0 of the labels is the background. */
static gboolean
is_unit (guint8 label)
{
  return label != 0 && label != ACINI_IGNORE;
}

static void
count_place (Verdict *self, Place *place)
{
  AciniThresholdSearch *all = g_hash_table_lookup (self->tuned, get_organ (self, place));
  guint64 histograms[2][256] = { 0 };

  for (gsize k = 0; k < (gsize)place->width * place->height; k++)
    if (place->labels[k] != ACINI_IGNORE)
      histograms[is_unit (place->labels[k])][place->most[1][k]]++;
  acini_threshold_search_add_counts (&place->of, (const guint64 (*)[256])histograms);
  if (all == NULL)
    {
      all = g_new0 (AciniThresholdSearch, 1);
      g_hash_table_insert (self->tuned, g_strdup (get_organ (self, place)), all);
    }
  acini_threshold_search_add_counts (all, (const guint64 (*)[256])histograms);
}

static gboolean
is_tuned (const Verdict *self, const char *organ)
{
  const AciniThresholdSearch *all = g_hash_table_lookup (self->tuned, organ);

  return all != NULL && all->n >= LEAST_TO_TUNE
         && (self->request->fixed == NULL || !g_hash_table_contains (self->request->fixed, organ));
}

/* Each place at what suits the other images. */
static void
choose_cuts (Verdict *self)
{
  for (guint i = 0; i < self->places->len; i++)
    count_place (self, self->places->pdata[i]);
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];
      AciniThresholdSearch others;

      if (!is_tuned (self, get_organ (self, place)))
        continue;
      others = *(AciniThresholdSearch *)g_hash_table_lookup (self->tuned, get_organ (self, place));
      for (guint k = 0; k < self->places->len; k++)
        if (((Place *)self->places->pdata[k])->item == place->item)
          acini_threshold_search_leave_out (&others, &((Place *)self->places->pdata[k])->of);
      if (others.n == 0)
        continue;
      place->cuts[1] = acini_threshold_to_cut (acini_threshold_search_get_best (&others, NULL));
    }
}

/* Scores. */

/* Returns: (transfer full) 0 or not 0. */
static guint8 *
make_mask (const Place *place, int which)
{
  gsize n = (gsize)place->width * place->height;
  guint8 *mask = g_malloc (n);

  for (gsize k = 0; k < n; k++)
    mask[k] = which < 0 ? is_unit (place->labels[k]) : place->most[which][k] >= place->cuts[which];
  return mask;
}

static void
score_place (const Verdict *self, Place *place, int which)
{
  gsize n = (gsize)place->width * place->height;
  g_autofree guint8 *truth = make_mask (place, -1), *mask = make_mask (place, which), *valid = g_malloc (n);

  for (gsize k = 0; k < n; k++)
    valid[k] = place->labels[k] != ACINI_IGNORE;
  acini_comparison_measure (truth, mask, valid, place->width, place->height, self->request->mpp, place->scores[which]);
}

/* The mean of the places of each image: those of one are no witnesses of their own. */
static guint
average_images (const Verdict *self, int which, AciniComparisonScore score, double *means)
{
  guint n = 0, n_places = 0;

  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = self->places->pdata[i];
      gboolean same = i > 0 && ((const Place *)self->places->pdata[i - 1])->item == place->item;

      if (!is_judge (self, place))
        continue;
      n_places = same ? n_places + 1 : 1;
      n += !same;
      means[n - 1] = same ? means[n - 1] : 0;
      means[n - 1] += (place->scores[which][score] - means[n - 1]) / n_places;
    }
  return n;
}

static JsonObject *
describe_scores (const Verdict *self)
{
  JsonObject *scores = json_object_new ();
  g_autofree double *before = g_new (double, self->places->len), *after = g_new (double, self->places->len);

  for (int s = 0; s < ACINI_COMPARISON_N; s++)
    {
      guint n = average_images (self, 0, s, before);

      average_images (self, 1, s, after);
      json_object_set_object_member (scores, acini_comparison_get_name (s),
                                     acini_comparison_describe (s, before, after, n));
    }
  return scores;
}

static JsonObject *
describe_place (const Verdict *self, const Place *place)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", self->source.get_name (self->source.user_data, place->item));
  json_object_set_string_member (object, "organ", get_organ (self, place));
  if (self->request->parent != NULL)
    json_object_set_double_member (object, "before", place->scores[0][ACINI_COMPARISON_DICE]);
  json_object_set_double_member (object, "after", place->scores[1][ACINI_COMPARISON_DICE]);
  return object;
}

/* Pictures. */

static double
get_change (const Place *place)
{
  return fabs (place->scores[1][ACINI_COMPARISON_DICE] - place->scores[0][ACINI_COMPARISON_DICE]);
}

static int
compare_changes (gconstpointer a, gconstpointer b)
{
  double x = get_change (*(const Place *const *)a), y = get_change (*(const Place *const *)b);

  return x > y ? -1 : x < y;
}

/* The middle of where the two masks differ. */
static void
find_difference (const Place *place, double *x, double *y)
{
  double n = 0, sums[2] = { 0, 0 };

  for (int j = 0; j < place->height; j++)
    for (int i = 0; i < place->width; i++)
      {
        gsize k = (gsize)j * place->width + i;

        if ((place->most[0][k] >= place->cuts[0]) == (place->most[1][k] >= place->cuts[1]))
          continue;
        sums[0] += i;
        sums[1] += j;
        n++;
      }
  *x = n > 0 ? sums[0] / n : place->width / 2.0;
  *y = n > 0 ? sums[1] / n : place->height / 2.0;
}

/* Writes the picture of @which; @name: of its file. */
static gboolean
save_picture (const Verdict *self, const Place *place, int which, const char *name, GError **error)
{
  int width = MIN (place->width, PICTURE_SIDE), height = MIN (place->height, PICTURE_SIDE);
  g_autofree guint8 *rgb = g_malloc ((gsize)3 * width * height), *labels = g_malloc ((gsize)width * height);
  g_autofree guint8 *mask = make_mask (place, which), *part = g_malloc ((gsize)width * height);
  g_autofree char *path = g_build_filename (self->request->folder, name, NULL);
  double cx, cy;
  gint64 left, top;

  find_difference (place, &cx, &cy);
  left = start_of (cx, width, place->width);
  top = start_of (cy, height, place->height);
  if (!read_place (self, place, left, top, width, height, rgb, labels, error))
    return FALSE;
  for (int y = 0; y < height; y++)
    memcpy (part + (gsize)y * width, mask + (gsize)(top + y) * place->width + left, width);
  for (gsize k = 0; k < (gsize)width * height; k++)
    labels[k] = is_unit (labels[k]);
  acini_picture_outline (rgb, labels, width, height, PEOPLE);
  acini_picture_outline (rgb, part, width, height, MODEL);
  return acini_picture_save (rgb, width, height, path, error);
}

static JsonArray *
save_pictures (const Verdict *self, GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (self->places, NULL, NULL);
  g_autoptr (JsonArray) array = json_array_new ();

  g_ptr_array_set_free_func (sorted, NULL);
  for (guint i = sorted->len; i > 0; i--)
    if (!is_judge (self, sorted->pdata[i - 1]))
      g_ptr_array_remove_index (sorted, i - 1);
  g_ptr_array_sort (sorted, compare_changes);
  for (guint i = 0; i < MIN (sorted->len, N_PICTURES) && get_change (sorted->pdata[i]) > 0.0005; i++)
    {
      g_autofree char *before = g_strdup_printf ("changed-%u-before.png", i + 1);
      g_autofree char *after = g_strdup_printf ("changed-%u-after.png", i + 1);
      JsonObject *object;

      if (!save_picture (self, sorted->pdata[i], 0, before, error)
          || !save_picture (self, sorted->pdata[i], 1, after, error))
        return NULL;
      object = describe_place (self, sorted->pdata[i]);
      json_object_set_string_member (object, "before_picture", before);
      json_object_set_string_member (object, "after_picture", after);
      json_array_add_object_element (array, object);
    }
  return g_steal_pointer (&array);
}

/* What is written. */

static JsonObject *
describe_thresholds (const Verdict *self, AciniCard *card)
{
  JsonObject *object = json_object_new ();
  GHashTableIter iter;
  gpointer organ, search;

  if (card->thresholds == NULL)
    card->thresholds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, self->tuned);
  while (g_hash_table_iter_next (&iter, &organ, &search))
    {
      double threshold = acini_threshold_search_get_best (search, NULL);

      if (!is_tuned (self, organ))
        continue;
      if (*(char *)organ != '\0')
        g_hash_table_insert (card->thresholds, g_strdup (organ), g_memdup2 (&threshold, sizeof threshold));
      else
        card->threshold = threshold;
      json_object_set_double_member (object, organ, threshold);
    }
  return object;
}

/* Names of the images that judge, or of the others, each once. */
static JsonArray *
list_images (const Verdict *self, gboolean judges)
{
  JsonArray *names = json_array_new ();

  for (guint i = 0; i < self->source.n_items; i++)
    if ((i >= self->request->n_choosing) == judges)
      json_array_add_string_element (names, self->source.get_name (self->source.user_data, i));
  return names;
}

/* Mean Dice of the new model by organ, of the images that judge. */
static JsonObject *
describe_organs (const Verdict *self)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = self->places->pdata[i];
      const char *organ = get_organ (self, place);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, organ));
      double mean = json_object_get_double_member_with_default (object, organ, 0);

      if (!is_judge (self, place) || *organ == '\0')
        continue;
      json_object_set_double_member (object, organ, mean + (place->scores[1][ACINI_COMPARISON_DICE] - mean) / (n + 1));
      g_hash_table_insert (counts, (gpointer)organ, GUINT_TO_POINTER (n + 1));
    }
  return object;
}

/* The card's scores were those of the images that chose the weights: what the others say takes their place. */
static void
replace_scores (const Verdict *self, AciniCard *card)
{
  g_autofree double *after = g_new (double, self->places->len), *before = g_new (double, self->places->len);
  guint n = average_images (self, 1, ACINI_COMPARISON_DICE, after);
  double sums[2] = { 0, 0 };
  gboolean told = card->training != NULL && json_object_has_member (card->training, "chosen_on");

  average_images (self, 0, ACINI_COMPARISON_DICE, before);
  for (guint i = 0; i < n; i++)
    {
      sums[0] += before[i] / n;
      sums[1] += after[i] / n;
    }
  if (card->scores == NULL)
    card->scores = json_object_new ();
  json_object_set_double_member (card->scores, "dice", sums[1]);
  json_object_set_int_member (card->scores, "images", n);
  json_object_set_object_member (card->scores, "dice_by_organ", describe_organs (self));
  if (self->request->parent != NULL)
    json_object_set_double_member (card->scores, "parent_dice", sums[0]);
  if (card->training == NULL)
    card->training = json_object_new ();
  json_object_set_array_member (card->training, "held_out", list_images (self, TRUE));
  json_object_set_array_member (card->training, "chosen_on", list_images (self, FALSE));
  /* A comparison that was interrupted at its very end is made again. */
  if (!told)
    {
      g_autofree char *own = g_steal_pointer (&card->description);

      card->description
          = g_strdup_printf ("%s  They chose its weights; on %u other images, which did not, its mean Dice is %.3f.",
                             own != NULL ? own : "", n, sums[1]);
    }
}

static gboolean
save_object (JsonObject *object, const char *folder, const char *name, GError **error)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, TRUE), *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents (path, text, -1, error);
}

static gboolean
write_verdict (const Verdict *self, GError **error)
{
  const char *folder = self->request->folder;
  g_autofree char *path = g_build_filename (folder, "model.json", NULL);
  g_autoptr (AciniCard) card = acini_card_load (path, error);
  g_autoptr (JsonObject) object = json_object_new (), scores = NULL;
  JsonArray *images = json_array_new ();

  json_object_set_array_member (object, "images", images);
  if (card == NULL)
    return FALSE;
  for (guint i = 0; i < self->places->len; i++)
    if (is_judge (self, self->places->pdata[i]))
      json_array_add_object_element (images, describe_place (self, self->places->pdata[i]));
  if (self->request->n_choosing > 0)
    {
      json_object_set_array_member (object, "chosen_on", list_images (self, FALSE));
      replace_scores (self, card);
    }
  else
    json_object_set_boolean_member (object, "optimistic", TRUE);
  json_object_set_object_member (object, "thresholds", describe_thresholds (self, card));
  if (self->request->parent != NULL)
    {
      JsonArray *pictures = save_pictures (self, error);
      JsonObject *dice;

      if (pictures == NULL)
        return FALSE;
      json_object_set_array_member (object, "changed", pictures);
      scores = describe_scores (self);
      dice = json_object_get_object_member (scores, "dice");
      json_object_set_object_member (object, "scores", json_object_ref (scores));
      json_object_set_string_member (object, "verdict", json_object_get_string_member (dice, "verdict"));
      if (card->scores == NULL)
        card->scores = json_object_new ();
      json_object_set_object_member (card->scores, "against_parent", json_object_ref (dice));
    }
  return save_object (object, folder, "comparison.json", error) && acini_card_save (card, path, error);
}

/* A parent that is no whole network, such as a pretrained encoder, segments nothing: there is nothing to compare with.
 */
static gboolean
segment_with_parent (Verdict *self, AciniVerdictRequest *own, gboolean *stopped)
{
  g_autoptr (GError) reason = NULL;

  if (own->parent == NULL || segment_all (self, own->parent, 0, stopped, &reason))
    return TRUE;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_message ("The parent cannot be compared with: %s", reason->message);
  own->parent = NULL;
  return TRUE;
}

gboolean
acini_training_verdict_run (const AciniVerdictRequest *request, AciniTrainingData *held_out, GError **error)
{
  AciniVerdictRequest own = *request;
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (place_free);
  g_autoptr (GHashTable) tuned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Verdict self = { .request = &own, .places = places, .tuned = tuned };
  gboolean stopped = FALSE;

  acini_training_data_fill (held_out, &self.source);
  for (guint i = 0; i < self.source.n_items; i++)
    add_places (&self, i);
  limit_places (&self);
  if (places->len == 0)
    return TRUE;
  self.n_all = places->len;
  for (guint i = 0; own.parent != NULL && i < places->len; i++)
    self.n_all += is_judge (&self, places->pdata[i]);
  if (!read_labels (&self, error))
    return FALSE;
  if (!segment_with_parent (&self, &own, &stopped) || stopped)
    return TRUE;
  if (!segment_all (&self, own.folder, 1, &stopped, error) || stopped)
    return stopped;
  choose_cuts (&self);
  for (guint i = 0; i < places->len; i++)
    for (int which = own.parent != NULL ? 0 : 1; which < 2 && is_judge (&self, places->pdata[i]); which++)
      score_place (&self, places->pdata[i], which);
  return write_verdict (&self, error);
}
