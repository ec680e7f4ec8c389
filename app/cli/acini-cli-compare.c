/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-scoring.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "app/worker/acini-comparison.h"
#include "app/worker/acini-model-set.h"
#include "data/labels/acini-labels.h"

static char *option_a, *option_b, *option_slides, *option_threshold;
static gboolean option_existing;
static double threshold;

static const GOptionEntry entries[] = {
  { "model-a", 'a', 0, G_OPTION_ARG_STRING, &option_a, "The one to compare with: a path, id, name or starter",
    "MODEL" },
  { "model-b", 'b', 0, G_OPTION_ARG_STRING, &option_b, "The one that may be better (default: the one in use)",
    "MODEL" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: those with labels that neither model was trained on)",
    "A,B,…" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "prediction", 0, 0, G_OPTION_ARG_NONE, &option_existing, "Use existing predictions only; do not segment", NULL },
  { NULL },
};

/* Of one model: a row of ACINI_COMPARISON_N a slide. */
typedef struct
{
  GArray *scores;
  char *id;
} Scored;

static void
scored_clear (Scored *self)
{
  g_clear_pointer (&self->scores, g_array_unref);
  g_clear_pointer (&self->id, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scored, scored_clear)

static double
get_score (const Scored *self, guint slide, AciniComparisonScore which)
{
  return g_array_index (self->scores, double, slide *ACINI_COMPARISON_N + which);
}

/* All classes together.  Where nobody labelled the prediction does not count. */
static void
measure (const AciniScoringMasks *masks, double mpp, double scores[ACINI_COMPARISON_N])
{
  gsize n = (gsize)masks->width * masks->height;
  g_autofree guint8 *truth = g_malloc (n), *predicted = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    {
      truth[i] = masks->truth[i] >= ACINI_LABEL_FIRST_CLASS;
      predicted[i] = masks->predicted[i] >= ACINI_LABEL_FIRST_CLASS;
    }
  acini_comparison_measure (truth, predicted, masks->truth, masks->width, masks->height, mpp, scores);
}

static gboolean
score_slide (AciniProject *project, AciniModel *model, const AciniSlideRecord *record, AciniScoringProgress *progress,
             double scores[ACINI_COMPARISON_N], GError **error)
{
  g_autoptr (AciniPrediction) prediction
      = acini_scoring_get_prediction (project, model, record, option_existing, progress, error);
  g_auto (AciniScoringMasks) masks = { 0 };
  AciniThresholds thresholds;

  if (prediction == NULL
      || !acini_get_thresholds (project, acini_model_get_card (model), prediction, record->organ, threshold,
                                &thresholds, error)
      || !acini_scoring_read_masks (project, record, prediction, &thresholds, &masks, error))
    return FALSE;
  if (masks.width == 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "The labelled part of “%s” is too large to be compared as a whole: leave it out with --slides, and "
                   "see “acini-cli evaluate”.",
                   record->name);
      return FALSE;
    }
  measure (&masks, record->mpp_x, scores);
  return TRUE;
}

/* One model after the other, so that there is but one in memory. */
static gboolean
score_model (AciniConsole *console, AciniProject *project, const char *path, GPtrArray *slides, guint pass,
             Scored *scored, GError **error)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (AciniModel) model = acini_model_set_load (paths, NULL, acini_network_options_get (), error);

  if (model == NULL)
    return FALSE;
  scored->id = g_strdup (acini_model_get_card (model)->id);
  scored->scores = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = slides->pdata[i];
      AciniScoringProgress progress = { console, record->name, pass * slides->len + i, 2 * slides->len };
      double scores[ACINI_COMPARISON_N];

      if (!score_slide (project, model, record, &progress, scores, error))
        return FALSE;
      g_array_append_vals (scored->scores, scores, ACINI_COMPARISON_N);
    }
  return TRUE;
}

/* The difference over the slides of @organ (NULL: all), told and put into @object. */
static void
tell_difference (AciniConsole *console, GPtrArray *slides, const Scored *a, const Scored *b, const char *organ,
                 AciniComparisonScore which, JsonObject *object)
{
  g_autoptr (GArray) before = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) after = g_array_new (FALSE, FALSE, sizeof (double));
  JsonObject *told;

  for (guint i = 0; i < slides->len; i++)
    {
      double x = get_score (a, i, which), y = get_score (b, i, which);

      if (organ != NULL && !g_str_equal (organ, ((AciniSlideRecord *)slides->pdata[i])->organ))
        continue;
      g_array_append_val (before, x);
      g_array_append_val (after, y);
    }
  told = acini_comparison_describe (which, (double *)before->data, (double *)after->data, before->len);
  json_object_set_object_member (object, acini_comparison_get_name (which), told);
  acini_console_print (console, "%-16s %-13s %9.4f %9.4f   %+.4f (%+.4f to %+.4f)  %s",
                       organ == NULL    ? "all"
                       : *organ != '\0' ? organ
                                        : "unknown organ",
                       acini_comparison_get_name (which), json_object_get_double_member (told, "a"),
                       json_object_get_double_member (told, "b"), json_object_get_double_member (told, "difference"),
                       json_object_get_double_member (told, "low"), json_object_get_double_member (told, "high"),
                       json_object_get_string_member (told, "verdict"));
}

static void
tell_slides (AciniConsole *console, GPtrArray *slides, const Scored *a, const Scored *b)
{
  JsonArray *array = json_array_new ();

  json_object_set_array_member (console->result, "slides", array);
  acini_console_print (console, "%-30s %9s %9s", "Dice", "A", "B");
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = slides->pdata[i];
      JsonObject *row = json_object_new ();
      const Scored *both[] = { a, b };

      json_object_set_string_member (row, "name", record->name);
      json_object_set_string_member (row, "organ", record->organ);
      for (int k = 0; k < 2; k++)
        {
          JsonObject *scores = json_object_new ();

          for (int s = 0; s < ACINI_COMPARISON_N; s++)
            json_object_set_double_member (scores, acini_comparison_get_name (s), get_score (both[k], i, s));
          json_object_set_object_member (row, k == 0 ? "a" : "b", scores);
        }
      json_array_add_object_element (array, row);
      acini_console_print (console, "%-30s %9.4f %9.4f", record->name, get_score (a, i, ACINI_COMPARISON_DICE),
                           get_score (b, i, ACINI_COMPARISON_DICE));
    }
}

static void
tell (AciniConsole *console, GPtrArray *slides, const Scored *a, const Scored *b)
{
  g_autoptr (GHashTable) organs = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObject *all = json_object_new (), *by_organ = json_object_new ();
  GHashTableIter iter;
  gpointer organ;

  json_object_set_string_member (console->result, "a", a->id);
  json_object_set_string_member (console->result, "b", b->id);
  tell_slides (console, slides, a, b);
  for (int s = 0; s < ACINI_COMPARISON_N; s++)
    tell_difference (console, slides, a, b, NULL, s, all);
  json_object_set_string_member (
      console->result, "verdict",
      json_object_get_string_member (
          json_object_get_object_member (all, acini_comparison_get_name (ACINI_COMPARISON_DICE)), "verdict"));
  json_object_set_object_member (console->result, "all", all);
  for (guint i = 0; i < slides->len; i++)
    g_hash_table_add (organs, ((AciniSlideRecord *)slides->pdata[i])->organ);
  g_hash_table_iter_init (&iter, organs);
  while (g_hash_table_iter_next (&iter, &organ, NULL))
    {
      JsonObject *own = json_object_new ();

      json_object_set_object_member (by_organ, organ, own);
      if (g_hash_table_size (organs) > 1)
        tell_difference (console, slides, a, b, organ, ACINI_COMPARISON_DICE, own);
    }
  json_object_set_object_member (console->result, "by_organ", by_organ);
  acini_console_print (console, "B against A: %s", json_object_get_string_member (console->result, "verdict"));
}

/* Adds the names of the images that the model at @path, or one that it descends from, was trained on. */
static void
add_trained (const char *path, GHashTable *names)
{
  g_autoptr (AciniCard) card = acini_card_load (path, NULL);
  g_autoptr (GHashTable) learnt = card != NULL ? acini_card_list_learnt (card) : NULL;
  GHashTableIter iter;
  gpointer name;

  if (learnt == NULL)
    return;
  g_hash_table_iter_init (&iter, learnt);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_hash_table_add (names, g_strdup (name));
}

/* The slides to compare on.  Named ones that were learnt from are kept, with a warning. */
static GPtrArray *
choose_slides (AciniConsole *console, AciniProject *project, const char *const paths[2], GError **error)
{
  g_autoptr (GPtrArray) slides = acini_select_slides (project, option_slides, NULL, error);
  g_autoptr (GHashTable) trained = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean warned = FALSE;

  if (slides == NULL)
    return NULL;
  add_trained (paths[0], trained);
  add_trained (paths[1], trained);
  for (guint i = slides->len; i > 0; i--)
    {
      const AciniSlideRecord *record = slides->pdata[i - 1];
      gboolean learnt = g_hash_table_contains (trained, record->name);

      if (learnt && option_slides != NULL && record->labelled && !warned)
        acini_console_note (console, "“%s” and perhaps others were learnt from: what they show means little.",
                            record->name);
      warned |= learnt && option_slides != NULL;
      if (!record->labelled || (learnt && option_slides == NULL))
        g_ptr_array_remove_index (slides, i - 1);
    }
  if (slides->len > 0)
    return g_steal_pointer (&slides);
  g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                       "There is no slide with labels that neither model was trained on: label some that they have not "
                       "seen, or name slides with --slides.");
  return NULL;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GPtrArray) slides = NULL;
  g_autofree char *path_a = NULL, *path_b = NULL;
  g_auto (Scored) a = { 0 }, b = { 0 };

  if (option_a == NULL)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "Say with --model-a which model to compare with.");
      return FALSE;
    }
  if (!acini_parse_threshold (option_threshold, &threshold, error))
    return FALSE;
  project = acini_project_open (arguments[0], error);
  path_a = project != NULL ? acini_select_model (project, option_a, error) : NULL;
  path_b = path_a != NULL ? acini_select_model (project, option_b, error) : NULL;
  if (path_b == NULL)
    return FALSE;
  slides = choose_slides (console, project, (const char *const[]){ path_a, path_b }, error);
  if (slides == NULL || !score_model (console, project, path_a, slides, 0, &a, error)
      || !score_model (console, project, path_b, slides, 1, &b, error))
    return FALSE;
  acini_console_end_progress (console);
  tell (console, slides, &a, &b);
  return TRUE;
}

const AciniCommand acini_command_compare = {
  .name = "compare",
  .arguments = "PROJECT",
  .summary = "Says whether one model is better than another",
  .description
  = "Segments the same slides with both models and scores each against people's labels: Dice, intersection over union, "
    "F1 "
    "of objects that overlap by more than half, and the Hausdorff distance at 95 % (µm). The differences are paired, "
    "image by image; their 95 % interval comes from a bootstrap of the images. “Better” or “worse” is said where that "
    "interval does not hold 0, and only from five images on; else no difference is shown.\n\n"
    "Slides that one of the models, or one that it descends from, was trained on are left out unless they are named.",
  .examples = "compare Colon.acini --model-a starter --model-b \"Starter (2)\"\n"
              "compare Colon.acini -a starter -b colon-3 --slides train_21..30 --json",
  .options = entries,
  .least = 1,
  .most = 1,
  .segments = TRUE,
  .network = TRUE,
  .run = run,
};
