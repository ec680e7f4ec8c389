/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-train-folds.h"

#include "app/cli/acini-foreground.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-scoring.h"
#include "app/segmentation/acini-card-thresholds.h"
#include "app/training/acini-disagreement.h"
#include "app/training/acini-ensemble.h"
#include "app/training/acini-folds.h"
#include "app/worker/acini-model-set.h"
#include "data/labels/acini-labels.h"
#include "model/core/acini-metrics.h"

/* Disagreements that are no deeper, in µm or, without a scale, pixels, are rims; and so many of a slide are kept. */
#define LEAST_DEPTH 5
#define MOST_DISAGREEMENTS 200

/* What a slide's model, which had not seen it, made of it. */
typedef struct
{
  gint64 slide;
  char *path;
} Kept;

static void
kept_free (gpointer data)
{
  g_free (((Kept *)data)->path);
  g_free (data);
}

/* What adds up over the folds. */
typedef struct
{
  AciniConsole *console;
  AciniProject *project;
  GPtrArray *paths;     /* of the models */
  GHashTable *searches; /* organ → AciniThresholdSearch, of what was not learnt from */
  JsonObject *slides;   /* name → {"model", "dice"} */
  GPtrArray *kept;      /* element-type Kept */
  double dice;
  guint n;
} Folds;

static AciniThresholdSearch *
find_search (Folds *folds, const char *organ)
{
  AciniThresholdSearch *search = g_hash_table_lookup (folds->searches, organ);

  if (search == NULL)
    {
      search = g_new0 (AciniThresholdSearch, 1);
      g_hash_table_insert (folds->searches, g_strdup (organ), search);
    }
  return search;
}

/* Dice at the card's threshold, all classes together. */
static double
get_dice (const AciniScoringMasks *masks)
{
  AciniOverlap overlap = { 0 };
  gsize n = (gsize)masks->width * masks->height;
  g_autofree guint8 *truth = g_malloc (n), *predicted = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    {
      truth[i] = masks->truth[i] >= ACINI_LABEL_FIRST_CLASS;
      predicted[i] = masks->predicted[i] >= ACINI_LABEL_FIRST_CLASS;
    }
  acini_overlap_add (&overlap, truth, predicted, masks->truth, n);
  return acini_overlap_get_dice (&overlap);
}

static void
add_box (JsonObject *object, const AciniScoringMasks *masks, const AciniRect *box)
{
  JsonArray *array = json_array_new ();

  json_array_add_int_element (array, masks->x + box->x);
  json_array_add_int_element (array, masks->y + box->y);
  json_array_add_int_element (array, box->width);
  json_array_add_int_element (array, box->height);
  json_object_set_array_member (object, "box", array);
}

static JsonArray *
list_disagreements (const AciniScoringMasks *masks, double mpp)
{
  g_autoptr (GArray) places = acini_disagreements_find (masks->truth, masks->predicted, masks->width, masks->height,
                                                        LEAST_DEPTH / (mpp > 0 ? mpp : 1));
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < MIN (places->len, MOST_DISAGREEMENTS); i++)
    {
      const AciniDisagreement *place = &g_array_index (places, AciniDisagreement, i);
      JsonObject *object = json_object_new ();

      json_object_set_int_member (object, "x", masks->x + place->x);
      json_object_set_int_member (object, "y", masks->y + place->y);
      add_box (object, masks, &place->box);
      json_object_set_int_member (object, "pixels", (gint64)place->pixels);
      json_object_set_boolean_member (object, "missing", place->missing);
      json_array_add_object_element (array, object);
    }
  return array;
}

static gboolean
score_slide (Folds *folds, AciniModel *model, const AciniSlideRecord *record, AciniScoringProgress *progress,
             GError **error)
{
  g_autoptr (AciniPrediction) prediction
      = acini_scoring_get_prediction (folds->project, model, record, FALSE, progress, error);
  const AciniCard *card = acini_model_get_card (model);
  g_auto (AciniScoringMasks) masks = { 0 };
  AciniThresholds thresholds;
  JsonObject *row;
  Kept *kept;

  if (prediction == NULL)
    return FALSE;
  acini_card_fill_thresholds (card, record->organ, (guint)acini_prediction_get_info (prediction)->n_classes,
                              &thresholds);
  if (!acini_scoring_read_masks (folds->project, record, prediction, &thresholds, &masks, error)
      || !acini_threshold_search_add (find_search (folds, record->organ), folds->project, record, prediction, error))
    return FALSE;
  row = json_object_new ();
  json_object_set_int_member (row, "slide", record->id);
  json_object_set_string_member (row, "model", card->id);
  if (masks.width > 0)
    {
      double dice = get_dice (&masks);

      folds->dice += dice;
      folds->n++;
      json_object_set_double_member (row, "dice", dice);
      json_object_set_array_member (row, "disagreements", list_disagreements (&masks, record->mpp_x));
      acini_console_print (folds->console, "%-30s %.4f", record->name, dice);
    }
  json_object_set_object_member (folds->slides, record->name, row);
  kept = g_new0 (Kept, 1);
  kept->slide = record->id;
  kept->path = g_strdup (acini_prediction_get_path (prediction));
  g_ptr_array_add (folds->kept, kept);
  return TRUE;
}

/* The model of a fold segments what it has not seen. */
static gboolean
score_fold (Folds *folds, const char *path, GPtrArray *records, GArray *assigned, int fold, GError **error)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (AciniModel) model = acini_model_set_load (paths, NULL, acini_network_options_get (), error);

  for (guint i = 0; model != NULL && i < records->len; i++)
    {
      const AciniSlideRecord *record = records->pdata[i];
      AciniScoringProgress progress = { folds->console, record->name, i, records->len };

      if (g_array_index (assigned, int, i) == fold && !score_slide (folds, model, record, &progress, error))
        return FALSE;
    }
  return model != NULL;
}

/* What is left out chooses no checkpoint, else its scores and thresholds would be too good: the last weights are kept,
 * as nnU-Net does.  Returns: (transfer full) the path of the model. */
static char *
train_fold (Folds *folds, GArray *parts, const AciniTrainingPlan *plan, GPtrArray *records, GArray *assigned, int fold,
            guint k, GError **error)
{
  g_autoptr (GArray) learn = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) own = g_array_copy (parts);
  AciniTrainingPart *first = &g_array_index (own, AciniTrainingPart, 0);
  g_autofree char *name = g_strdup_printf ("%s, fold %d of %u", plan->name, fold + 1, k), *id = NULL;
  AciniTrainingPlan one = *plan;
  g_autoptr (AciniJob) job = NULL;

  for (guint i = 0; i < records->len; i++)
    if (g_array_index (assigned, int, i) != fold)
      g_array_append_val (learn, ((AciniSlideRecord *)records->pdata[i])->id);
  /* The copy has no function that frees its members. */
  first->slides = learn;
  for (guint i = 0; i < own->len; i++)
    g_array_index (own, AciniTrainingPart, i).held_out = none;
  one.name = name;
  job = acini_training_prepare_parts ((const AciniTrainingPart *)own->data, own->len, &one, error);
  if (job == NULL || !acini_foreground_run (folds->console, job, error))
    return NULL;
  id = acini_training_collect (folds->project, job, error);
  return id != NULL ? acini_project_build_path (folds->project, "models", id, NULL) : NULL;
}

/* The thresholds that suit the out-of-fold predictions, on the card of the model that they all make. */
static gboolean
write_thresholds (Folds *folds, const char *path, GError **error)
{
  g_autofree char *file = g_build_filename (path, "model.json", NULL);
  g_autoptr (AciniCard) card = acini_card_load (file, error);
  JsonObject *told = json_object_new ();
  GHashTableIter iter;
  gpointer organ, search;

  json_object_set_object_member (folds->console->result, "thresholds", told);
  if (card == NULL)
    return FALSE;
  if (card->thresholds == NULL)
    card->thresholds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, folds->searches);
  while (g_hash_table_iter_next (&iter, &organ, &search))
    {
      double threshold = acini_threshold_search_get_best (search, NULL);

      if (*(char *)organ != '\0')
        g_hash_table_insert (card->thresholds, g_strdup (organ), g_memdup2 (&threshold, sizeof threshold));
      else
        card->threshold = threshold;
      json_object_set_double_member (told, organ, threshold);
    }
  return acini_card_save (card, file, error);
}

static gboolean
write_slides (Folds *folds, const char *path, GError **error)
{
  g_autofree char *file = g_build_filename (path, ACINI_OUT_OF_FOLD_FILE, NULL), *text = NULL;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, folds->slides);
  text = json_to_string (node, TRUE);
  return g_file_set_contents (file, text, -1, error);
}

/* What was predicted out of fold becomes the whole model's, so that it can be shown. */
static gboolean
keep_predictions (Folds *folds, const char *id, GError **error)
{
  for (guint i = 0; i < folds->kept->len; i++)
    {
      const Kept *kept = folds->kept->pdata[i];
      g_autoptr (AciniPrediction) prediction = acini_prediction_open (kept->path, NULL, error);

      if (prediction == NULL || !acini_out_of_fold_keep (folds->project, kept->slide, prediction, id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
save (Folds *folds, const char *name, GError **error)
{
  g_autoptr (JsonObject) scores = json_object_new ();
  g_autofree char *id = NULL, *path = NULL;

  g_ptr_array_add (folds->paths, NULL);
  if (folds->n > 0)
    {
      json_object_set_double_member (scores, "dice", folds->dice / folds->n);
      json_object_set_int_member (scores, "images", folds->n);
      json_object_set_boolean_member (scores, "out_of_fold", TRUE);
      json_object_set_double_member (folds->console->result, "dice", folds->dice / folds->n);
      acini_console_print (folds->console, "mean Dice out of fold, %u images   %.4f", folds->n, folds->dice / folds->n);
    }
  id = acini_ensemble_save (folds->project, (const char *const *)folds->paths->pdata, name,
                            folds->n > 0 ? scores : NULL, error);
  if (id == NULL)
    return FALSE;
  path = acini_project_build_path (folds->project, "models", id, NULL);
  json_object_set_string_member (folds->console->result, "model", id);
  json_object_set_string_member (folds->console->result, "path", path);
  json_object_set_object_member (folds->console->result, "slides", json_object_ref (folds->slides));
  acini_console_print (folds->console, "%s", id);
  return write_thresholds (folds, path, error) && write_slides (folds, path, error)
         && keep_predictions (folds, id, error);
}

gboolean
acini_train_folds (AciniConsole *console, GArray *parts, const AciniTrainingPlan *plan, guint k, GError **error)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));
  AciniTrainingPart all = g_array_index (parts, AciniTrainingPart, 0);
  g_autoptr (AciniTrainingSplit) split = NULL;
  g_autoptr (GArray) assigned = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) searches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (JsonObject) slides = json_object_new ();
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (kept_free);
  Folds folds = { console, all.project, paths, searches, slides, kept, 0, 0 };
  AciniTrainingPlan named = *plan;

  g_return_val_if_fail (parts->len > 0 && k >= 2, FALSE);

  if (named.name == NULL)
    named.name = plan->recipe->name;
  all.held_out = none;
  split = acini_training_split_new (&all, error);
  assigned = split != NULL ? acini_folds_assign (all.project, k, split->training, error) : NULL;
  if (assigned == NULL)
    return FALSE;
  for (guint fold = 0; fold < k; fold++)
    {
      char *path = train_fold (&folds, parts, &named, split->training, assigned, (int)fold, k, error);

      if (path == NULL)
        return FALSE;
      g_ptr_array_add (paths, path);
      if (!score_fold (&folds, path, split->training, assigned, (int)fold, error))
        return FALSE;
    }
  return save (&folds, named.name, error);
}
