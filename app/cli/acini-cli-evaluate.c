/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-model-choice.h"
#include "app/cli/acini-scoring.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "data/labels/acini-labels.h"
#include "data/mask/acini-mask.h"
#include "model/core/acini-metrics.h"

#include <math.h>

static char *option_slides, *option_threshold;
static double threshold;
static gboolean option_baselines, option_no_segment, option_tune;

static const GOptionEntry entries[] = {
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all with labels)", "A,B,…" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "baselines", 0, 0, G_OPTION_ARG_NONE, &option_baselines,
    "Also score a random mask and one that marks everything as unit", NULL },
  { "prediction", 0, 0, G_OPTION_ARG_NONE, &option_no_segment, "Score existing predictions only; do not segment",
    NULL },
  { "tune", 0, 0, G_OPTION_ARG_NONE, &option_tune,
    "Also find each organ's best threshold on these slides and write it on the model's card", NULL },
  { NULL },
};

enum
{
  MODEL,
  RANDOM,
  EVERYTHING,
  N_MASKS
};

static const char *const mask_names[N_MASKS] = { "dice", "dice_random", "dice_everything" };

/* Adds one block of labels to the overlaps: all labelled pixels, any class against background. */
static void
add_block (AciniOverlap *overlaps, GRand *random, const guint8 *truth, guint8 *predicted, guint8 *other, gsize n)
{
  g_autofree guint8 *inside = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    {
      inside[i] = truth[i] >= ACINI_LABEL_FIRST_CLASS;
      predicted[i] = predicted[i] >= ACINI_LABEL_FIRST_CLASS;
    }
  acini_overlap_add (&overlaps[MODEL], inside, predicted, truth, n);
  if (!option_baselines)
    return;
  for (gsize i = 0; i < n; i++)
    other[i] = g_rand_boolean (random);
  acini_overlap_add (&overlaps[RANDOM], inside, other, truth, n);
  for (gsize i = 0; i < n; i++)
    other[i] = 1;
  acini_overlap_add (&overlaps[EVERYTHING], inside, other, truth, n);
}

static gboolean
compare (AciniProject *project, const AciniSlideRecord *record, AciniPrediction *prediction,
         const AciniThresholds *thresholds, AciniOverlap *overlaps, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) tiles = acini_labels_list_tiles (project, record->id, error);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  gsize n = (gsize)ACINI_LABEL_TILE * ACINI_LABEL_TILE;
  g_autofree guint8 *truth = g_malloc (n), *predicted = g_malloc (n), *other = g_malloc (n);

  if (tiles == NULL)
    return FALSE;
  for (guint i = 0; i < tiles->len; i++)
    {
      const AciniRect *tile = &g_array_index (tiles, AciniRect, i);
      int width = (int)tile->width, height = (int)tile->height;

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !acini_labels_read (project, record->id, 0, tile->x, tile->y, width, height, truth, error)
          || !acini_mask_read_predicted (prediction, thresholds, tile->x, tile->y, width, height, predicted, error))
        return FALSE;
      add_block (overlaps, random, truth, predicted, other, (gsize)width * height);
    }
  return TRUE;
}

/* Scores. */

typedef struct
{
  double sums[N_MASKS];
  guint n;
  GHashTable *organs;   /* organ → double[2]: sum of Dice, number */
  GHashTable *searches; /* organ → AciniThresholdSearch */
} Scores;

static void
add_score (AciniConsole *console, Scores *scores, const AciniSlideRecord *record, const AciniOverlap *overlaps)
{
  JsonObject *object = json_object_new ();
  double dice = acini_overlap_get_dice (&overlaps[MODEL]);
  double *organ = g_hash_table_lookup (scores->organs, record->organ);

  if (organ == NULL)
    {
      organ = g_new0 (double, 2);
      g_hash_table_insert (scores->organs, g_strdup (record->organ), organ);
    }
  organ[0] += dice;
  organ[1]++;
  json_object_set_string_member (object, "name", record->name);
  json_object_set_string_member (object, "organ", record->organ);
  json_object_set_double_member (object, "iou", acini_overlap_get_iou (&overlaps[MODEL]));
  for (int i = 0; i < (option_baselines ? N_MASKS : 1); i++)
    {
      scores->sums[i] += acini_overlap_get_dice (&overlaps[i]);
      json_object_set_double_member (object, mask_names[i], acini_overlap_get_dice (&overlaps[i]));
    }
  scores->n++;
  json_array_add_object_element (json_object_get_array_member (console->result, "slides"), object);
  acini_console_print (console, "%-24s %.4f", record->name, dice);
}

static void
sum_up (AciniConsole *console, const Scores *scores)
{
  JsonObject *by_organ = json_object_new ();
  GHashTableIter iter;
  gpointer organ, sum;

  json_object_set_int_member (console->result, "images", scores->n);
  for (int i = 0; i < (option_baselines ? N_MASKS : 1); i++)
    json_object_set_double_member (console->result, mask_names[i], scores->sums[i] / scores->n);
  json_object_set_object_member (console->result, "dice_by_organ", by_organ);
  g_hash_table_iter_init (&iter, scores->organs);
  while (g_hash_table_iter_next (&iter, &organ, &sum))
    {
      const double *values = sum;

      json_object_set_double_member (by_organ, organ, values[0] / values[1]);
      if (g_hash_table_size (scores->organs) > 1)
        acini_console_print (console, "mean Dice, %-13s %.4f", *(char *)organ != '\0' ? (char *)organ : "unknown organ",
                             values[0] / values[1]);
    }
  acini_console_print (console, "mean Dice of %u images   %.4f", scores->n, scores->sums[MODEL] / scores->n);
  if (option_baselines)
    {
      acini_console_print (console, "random mask              %.4f", scores->sums[RANDOM] / scores->n);
      acini_console_print (console, "all marked as unit       %.4f", scores->sums[EVERYTHING] / scores->n);
    }
}

static gboolean
add_to_search (AciniProject *project, const AciniSlideRecord *record, AciniPrediction *prediction, Scores *scores,
               GError **error)
{
  AciniThresholdSearch *search = g_hash_table_lookup (scores->searches, record->organ);

  if (search == NULL)
    {
      search = g_new0 (AciniThresholdSearch, 1);
      g_hash_table_insert (scores->searches, g_strdup (record->organ), search);
    }
  return acini_threshold_search_add (search, project, record, prediction, error);
}

/* Writes what the searches found on the card of the model, which has to be the project's own. */
static gboolean
write_thresholds (AciniConsole *console, AciniModel *model, GHashTable *searches, GError **error)
{
  const char *path = acini_model_get_path (model);
  g_autofree char *file = path != NULL ? g_build_filename (path, "model.json", NULL) : NULL;
  g_autoptr (AciniCard) card = file != NULL ? acini_card_load (file, error) : NULL;
  GHashTableIter iter;
  gpointer organ, search;
  JsonObject *found;

  if (path == NULL)
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                         "--tune is for one model, whose card takes the thresholds; here are several.");
  if (card == NULL)
    return FALSE;
  found = json_object_new ();
  json_object_set_object_member (console->result, "thresholds", found);
  if (card->thresholds == NULL)
    card->thresholds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, searches);
  while (g_hash_table_iter_next (&iter, &organ, &search))
    {
      double dice, best = acini_threshold_search_get_best (search, &dice);

      if (*(char *)organ != '\0')
        g_hash_table_insert (card->thresholds, g_strdup (organ), g_memdup2 (&best, sizeof best));
      else
        card->threshold = best;
      json_object_set_double_member (found, organ, best);
      acini_console_print (console, "threshold, %-14s %.3f (Dice %.4f)",
                           *(char *)organ != '\0' ? (char *)organ : "unknown organ", best, dice);
    }
  return acini_card_save (card, file, error);
}

static gboolean
evaluate_slide (AciniConsole *console, AciniProject *project, AciniModel *model, const AciniSlideRecord *record,
                AciniScoringProgress *progress, Scores *scores, GError **error)
{
  g_autoptr (AciniPrediction) prediction
      = acini_scoring_get_prediction (project, model, record, option_no_segment, progress, error);
  AciniOverlap overlaps[N_MASKS] = { 0 };
  AciniThresholds thresholds;

  if (prediction == NULL)
    return FALSE;
  if (!acini_get_thresholds (project, acini_model_get_card (model), prediction, record->organ, threshold, &thresholds,
                             error)
      || !compare (project, record, prediction, &thresholds, overlaps, console->cancellable, error))
    return FALSE;
  add_score (console, scores, record, overlaps);
  return !option_tune || add_to_search (project, record, prediction, scores, error);
}

static gboolean
evaluate (AciniConsole *console, AciniProject *project, AciniModel *model, GPtrArray *slides, GError **error)
{
  g_autoptr (GHashTable) organs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) searches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Scores scores = { .organs = organs, .searches = searches };

  json_object_set_string_member (console->result, "model", acini_model_get_card (model)->id);
  json_object_set_array_member (console->result, "slides", json_array_new ());
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (slides, i);
      AciniScoringProgress progress = { console, record->name, i, slides->len };

      if (record->labelled && !evaluate_slide (console, project, model, record, &progress, &scores, error))
        return FALSE;
    }
  if (scores.n == 0)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                           "None of these slides has labels to compare with; import masks or mark tissue first.");
      return FALSE;
    }
  sum_up (console, &scores);
  json_object_set_array_member (console->result, "ways", acini_model_describe_ways (model));
  return !option_tune || write_thresholds (console, model, searches, error);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GPtrArray) slides = NULL;
  g_autoptr (AciniModel) model = NULL;

  if (!acini_parse_threshold (option_threshold, &threshold, error))
    return FALSE;
  project = acini_project_open (arguments[0], error);
  slides = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  model = slides != NULL ? acini_model_choice_load (project, error) : NULL;
  return model != NULL && evaluate (console, project, model, slides, error);
}

const AciniCommand acini_command_evaluate = {
  .name = "evaluate",
  .arguments = "PROJECT",
  .summary = "Compares a model's masks with people's labels",
  .description = "Segments the labelled slides where that was not done yet in the way that the options say, and prints "
                 "the Dice score of each over its labelled "
                 "pixels at full resolution, their mean, and the mean of each organ. The mask that is scored is the "
                 "model's alone.\n\n"
                 "Scores on slides that the model was trained on tell nothing: choose others with --slides.",
  .examples = "evaluate Colon.acini --slides train_21..30 --baselines\n"
              "evaluate Colon.acini --model first --model second --weights 1,2 --flips",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .segments = TRUE,
  .network = TRUE,
  .run = run,
};
