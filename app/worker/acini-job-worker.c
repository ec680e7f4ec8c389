/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-job-worker.h"
#include "app/jobs/acini-event-file.h"
#include "app/jobs/acini-job-private.h"
#include "app/jobs/acini-job-queue.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-training.h"
#include "app/worker/acini-familiarity.h"
#include "app/worker/acini-model-set.h"
#include "app/worker/acini-segmenter.h"
#include "app/worker/acini-training-data.h"
#include "app/worker/acini-training-verdict.h"
#include "app/worker/acini-trial.h"
#include "model/acini-model.h"
#include "acini-config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>

typedef struct
{
  AciniJob *job;
  AciniJobEventFunc func;
  gpointer user_data;
  GCancellable *cancellable; /* the caller's: pause */
  GCancellable *stop;        /* of what is computed */
  GError *error;             /* of writing an event */
  AciniJobState state;       /* what it is to become when it stops */
  gint64 last_event;
  double fraction;        /* done of a training */
  const char *wanted;     /* device that networks are loaded to: the specification's, or the processor for want of it */
  char *device;           /* that it computes on */
  guint n_choosing;       /* of a training: so many of the held-out images, the first ones, choose the checkpoint */
  AciniEventFile *curves; /* of a training, for TensorBoard; NULL: none could be written */
} JobRun;

static const char *
get_string (JobRun *run, const char *name, const char *otherwise)
{
  return json_object_get_string_member_with_default (acini_job_get_specification (run->job), name, otherwise);
}

static int
get_int (JobRun *run, const char *name, int otherwise)
{
  return (int)json_object_get_int_member_with_default (acini_job_get_specification (run->job), name, otherwise);
}

static void
tell (JobRun *run, const char *event, JsonObject *members, double fraction)
{
  if (run->error == NULL)
    acini_job_append_event (run->job, event, members, &run->error);
  if (run->func != NULL)
    run->func (event, members, fraction, run->user_data);
}

/* What is to be done next; remembers what the job will be when it stops.  An event that cannot be written, mostly for
 * want of room on the disk, pauses the job: what was learnt is worth more than its log. */
static AciniTrainDecision
decide (JobRun *run)
{
  g_autofree char *request = acini_job_dup_control (run->job);

  if (g_str_equal (request, "cancel"))
    {
      run->state = ACINI_JOB_CANCELLED;
      return ACINI_TRAIN_CANCEL;
    }
  if (run->error != NULL || g_cancellable_is_cancelled (run->cancellable) || g_str_equal (request, "pause"))
    {
      run->state = ACINI_JOB_PAUSED;
      return ACINI_TRAIN_PAUSE;
    }
  return ACINI_TRAIN_CONTINUE;
}

/* So long nobody has to have segmented on the device before a training goes on: who looks at a slide segments it screen
 * by screen. */
#define QUIET (3 * G_USEC_PER_SEC / 2)
#define LOOK_AGAIN (G_USEC_PER_SEC / 20)

static void
tell_yield (JobRun *run, gboolean yields)
{
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_boolean_member (members, "yields", yields);
  tell (run, "yield", members, run->fraction);
}

/* A training waits while somebody segments on its device.  Returns: what is to be done next. */
static AciniTrainDecision
yield_to_segmenting (JobRun *run)
{
  AciniTrainDecision decision = decide (run);
  gint64 free_since = 0;

  if (decision != ACINI_TRAIN_CONTINUE || !acini_device_is_segmenting (run->device))
    return decision;
  tell_yield (run, TRUE);
  while (decision == ACINI_TRAIN_CONTINUE && (free_since == 0 || g_get_monotonic_time () - free_since < QUIET))
    {
      g_usleep (LOOK_AGAIN);
      if (acini_device_is_segmenting (run->device))
        free_since = 0;
      else if (free_since == 0)
        free_since = g_get_monotonic_time ();
      decision = decide (run);
    }
  tell_yield (run, FALSE);
  return decision;
}

/* Training. */

static void
set_number (JsonObject *members, const char *name, double value)
{
  /* JSON has no word for what is not a number. */
  if (isfinite (value))
    json_object_set_double_member (members, name, value);
}

static JsonObject *
describe_event (const AciniTrainEvent *event)
{
  JsonObject *members = json_object_new ();

  json_object_set_int_member (members, "step", event->step);
  json_object_set_int_member (members, "steps", event->steps);
  json_object_set_int_member (members, "epoch", event->epoch);
  json_object_set_int_member (members, "epochs", event->epochs);
  if (event->parent != NULL)
    json_object_set_string_member (members, "parent", event->parent);
  if (event->precision != NULL)
    json_object_set_string_member (members, "precision", event->precision);
  if (event->onednn != NULL)
    json_object_set_string_member (members, "onednn", event->onednn);
  if (g_str_equal (event->kind, "finder") || g_str_equal (event->kind, "found"))
    {
      set_number (members, "loss", event->loss);
      set_number (members, "learning_rate", event->learning_rate);
    }
  else if (g_str_equal (event->kind, "step"))
    {
      set_number (members, "loss", event->loss);
      set_number (members, "learning_rate", event->learning_rate);
      set_number (members, "steps_per_second", event->steps_per_second);
    }
  else if (g_str_equal (event->kind, "validation"))
    {
      set_number (members, "held_out_loss", event->held_out_loss);
      set_number (members, "held_out_dice", event->held_out_dice);
      if (event->dice_by_organ != NULL)
        json_object_set_object_member (members, "dice_by_organ", json_object_ref (event->dice_by_organ));
    }
  return members;
}

/* The same numbers for TensorBoard. */
static void
draw_curves (JobRun *run, const AciniTrainEvent *event)
{
  JsonObjectIter iter;
  const char *organ;
  JsonNode *node;

  if (run->curves == NULL)
    return;
  if (g_str_equal (event->kind, "step"))
    {
      acini_event_file_add (run->curves, "loss/training", event->step, event->loss);
      acini_event_file_add (run->curves, "learning_rate", event->step, event->learning_rate);
      acini_event_file_add (run->curves, "steps_per_second", event->step, event->steps_per_second);
    }
  if (!g_str_equal (event->kind, "validation"))
    return;
  acini_event_file_add (run->curves, "loss/held_out", event->step, event->held_out_loss);
  acini_event_file_add (run->curves, "dice/all", event->step, event->held_out_dice);
  if (event->dice_by_organ == NULL)
    return;
  json_object_iter_init (&iter, event->dice_by_organ);
  while (json_object_iter_next (&iter, &organ, &node))
    {
      g_autofree char *tag = g_strconcat ("dice/", organ, NULL);

      acini_event_file_add (run->curves, tag, event->step, json_node_get_double (node));
    }
}

static AciniTrainDecision
on_train_event (const AciniTrainEvent *event, gpointer user_data)
{
  JobRun *run = user_data;
  g_autoptr (JsonObject) members = describe_event (event);

  draw_curves (run, event);
  run->fraction = event->steps > 0 ? (double)event->step / event->steps : 0;
  tell (run, event->kind, members, run->fraction);
  return yield_to_segmenting (run);
}

/* How often memory was short in this job on its present device, now or before it was started again. */
static int
count_halvings (JobRun *run)
{
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (run->job, &offset, NULL);
  int n = 0;

  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      const char *event = json_object_get_string_member_with_default (events->pdata[i], "event", "");

      if (g_str_equal (event, ACINI_JOB_EVENT_DEVICE))
        n = 0;
      n += g_str_equal (event, ACINI_JOB_EVENT_HALVED);
    }
  return n;
}

/* A trial that went wrong, for the log. */
static void
on_trial (const char *sentence, gpointer user_data)
{
  JobRun *run = user_data;
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_string_member (members, "message", sentence);
  tell (run, "trial", members, 0);
  g_printerr ("%s\n", sentence);
}

static gboolean
run_training (JobRun *run, const char *parent, const AciniRecipe *recipe, const AciniModelOptions *options,
              AciniTrainingData *training, AciniTrainingData *held_out, GError **error)
{
  JsonObject *specification = acini_job_get_specification (run->job);
  AciniTrainDecision outcome = ACINI_TRAIN_CONTINUE;
  AciniTrainingSource learn, check;

  acini_training_data_fill (training, &learn);
  acini_training_data_fill (held_out, &check);
  check.n_items = run->n_choosing > 0 ? run->n_choosing : check.n_items;
  return acini_model_train (parent, recipe, &learn, check.n_items > 0 ? &check : NULL, options,
                            json_object_get_boolean_member_with_default (specification, "half", FALSE),
                            get_string (run, "model", "model"), get_string (run, "name", "Model"),
                            acini_job_get_folder (run->job), on_train_event, run, &outcome, error);
}

/* Trains, with half the batch as often as memory is short. */
static gboolean
train_within_memory (JobRun *run, const char *parent, AciniRecipe *recipe, const AciniModelOptions *options,
                     AciniTrainingData *training, AciniTrainingData *held_out, GError **error)
{
  recipe->batch = MAX (1, recipe->batch >> MIN (count_halvings (run), 12));
  while (TRUE)
    {
      g_autoptr (JsonObject) members = NULL;
      g_autoptr (GError) reason = NULL;

      if (run_training (run, parent, recipe, options, training, held_out, &reason))
        return TRUE;
      if (!g_error_matches (reason, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_MEMORY) || recipe->batch == 1)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      recipe->batch /= 2;
      g_message ("Memory was short: the batch is halved to %d.", recipe->batch);
      members = json_object_new ();
      json_object_set_int_member (members, "batch", recipe->batch);
      tell (run, ACINI_JOB_EVENT_HALVED, members, 0);
    }
}

static JsonArray *
get_slides (JobRun *run, const char *name)
{
  JsonObject *specification = acini_job_get_specification (run->job);
  JsonNode *node = json_object_get_member (specification, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
on_verdict_progress (double fraction, gpointer user_data)
{
  JobRun *run = user_data;
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_double_member (members, "compared", fraction);
  run->fraction = 1;
  tell (run, "comparing", members, 1);
  return yield_to_segmenting (run) == ACINI_TRAIN_CONTINUE;
}

/* The held-out slides, those first that choose the checkpoint.  Returns: (transfer full) */
static JsonArray *
sort_held_out (JobRun *run)
{
  JsonArray *slides = get_slides (run, "held_out"), *sorted = json_array_new ();

  run->n_choosing = 0;
  for (int pass = 0; slides != NULL && pass < 2; pass++)
    for (guint i = 0; i < json_array_get_length (slides); i++)
      {
        JsonObject *slide = json_array_get_object_element (slides, i);
        gboolean chooses = json_object_get_boolean_member_with_default (slide, "chooses", FALSE);

        if (chooses == (pass == 0))
          json_array_add_object_element (sorted, json_object_ref (slide));
        run->n_choosing += pass == 0 && chooses;
      }
  return sorted;
}

/* Compares the new model with its parent.  What goes wrong there is said, but the model is there all the same. */
static void
judge (JobRun *run, const char *parent, const AciniRecipe *recipe, const AciniModelOptions *options, double mpp,
       AciniTrainingData *held_out)
{
  g_autoptr (GHashTable) fixed = acini_recipe_get_thresholds (recipe);
  const AciniVerdictRequest request = {
    parent,   acini_job_get_folder (run->job), options, mpp, run->n_choosing, fixed, on_verdict_progress, on_trial, run,
    run->stop
  };
  g_autoptr (JsonObject) members = json_object_new ();
  g_autoptr (GError) reason = NULL;

  if (!acini_training_verdict_run (&request, held_out, &reason))
    {
      json_object_set_string_member (members, "message", reason->message);
      g_message ("The models could not be compared: %s", reason->message);
    }
  if (run->state == ACINI_JOB_DONE)
    tell (run, "compared", members, 1);
}

/* Writes on the new model's card what it has seen.  What goes wrong there takes nothing from the model. */
static void
write_knowledge (JobRun *run, AciniTrainingData *training, const AciniModelOptions *options)
{
  g_autoptr (GError) reason = NULL;

  if (!acini_familiarity_write (acini_job_get_folder (run->job), training, options, &reason))
    g_message ("What the model has seen could not be written down: %s", reason->message);
}

/* A folder with a card has a whole model: the training was interrupted behind its end. */
static gboolean
has_model (JobRun *run)
{
  g_autofree char *path = g_build_filename (acini_job_get_folder (run->job), "model.json", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
train (JobRun *run, GError **error)
{
  const char *folder = acini_job_get_folder (run->job), *parent_name = get_string (run, "parent", NULL);
  g_autofree char *recipe_path = g_canonicalize_filename (get_string (run, "recipe", "recipe.ini"), folder);
  g_autofree char *parent = parent_name != NULL ? g_canonicalize_filename (parent_name, folder) : NULL;
  g_autoptr (AciniRecipe) recipe = acini_recipe_load (recipe_path, error);
  g_autoptr (AciniTrainingData) training = NULL, held_out = NULL;
  AciniModelOptions options = { .device = run->wanted, .threads = get_int (run, "threads", 0) };
  g_autoptr (JsonArray) sorted = sort_held_out (run);
  g_autofree char *curves_folder = NULL;
  double mpp;

  if (recipe == NULL)
    return FALSE;
  if (!acini_model_get_training_mpp (parent, recipe, &mpp, error))
    return FALSE;
  training = acini_training_data_new (get_slides (run, "training"), folder, mpp, error);
  if (training == NULL || !acini_training_data_check_contrast (training, error))
    return FALSE;
  acini_training_data_prefer_recent (training, recipe->recent, recipe->recent_days);
  if (!acini_training_data_add_pseudo (training, get_slides (run, "pseudo"), folder, mpp, error)
      || !acini_training_data_add_replay (training, get_slides (run, "replay"), folder, mpp, error))
    return FALSE;
  held_out = acini_training_data_new (sorted, folder, mpp, error);
  if (held_out == NULL)
    return FALSE;
  if (!acini_trial_training (parent, recipe_path, &options, on_trial, run, run->cancellable, error))
    {
      decide (run); /* perhaps it was stopped */
      return FALSE;
    }
  curves_folder = g_build_filename (folder, "tensorboard", NULL);
  g_clear_pointer (&run->curves, acini_event_file_free);
  run->curves = acini_event_file_new (curves_folder, NULL);
  if (!has_model (run) && !train_within_memory (run, parent, recipe, &options, training, held_out, error))
    return FALSE;
  if (run->state == ACINI_JOB_DONE)
    write_knowledge (run, training, &options);
  if (run->state == ACINI_JOB_DONE && decide (run) == ACINI_TRAIN_CONTINUE)
    judge (run, parent, recipe, &options, mpp, held_out);
  return TRUE;
}

/* Segmentation. */

static void
on_segment_progress (double fraction, gpointer user_data)
{
  JobRun *run = user_data;
  g_autoptr (JsonObject) members = NULL;
  gint64 now = g_get_monotonic_time ();

  if (decide (run) != ACINI_TRAIN_CONTINUE)
    g_cancellable_cancel (run->stop);
  /* Once a second is enough for a log; the caller sees them all. */
  if (now - run->last_event < G_TIME_SPAN_SECOND && fraction < 1)
    {
      if (run->func != NULL)
        run->func ("progress", NULL, fraction, run->user_data);
      return;
    }
  run->last_event = now;
  members = json_object_new ();
  json_object_set_double_member (members, "fraction", fraction);
  tell (run, "progress", members, fraction);
}

/* "models": [{"path", "weight"}] of the specification, as one, else its "model". */
static AciniModel *
load_models (JobRun *run, const AciniModelOptions *options, GError **error)
{
  const char *folder = acini_job_get_folder (run->job);
  JsonNode *node = json_object_get_member (acini_job_get_specification (run->job), "models");
  JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *element = json_array_get_element (list, i);
      JsonObject *model = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      double weight = model != NULL ? json_object_get_double_member_with_default (model, "weight", 1) : 0;

      if (model == NULL)
        continue;
      g_strv_builder_take (
          builder, g_canonicalize_filename (json_object_get_string_member_with_default (model, "path", ""), folder));
      g_array_append_val (weights, weight);
    }
  if (weights->len == 0)
    g_strv_builder_take (builder, g_canonicalize_filename (get_string (run, "model", ""), folder));
  paths = g_strv_builder_end (builder);
  return acini_model_set_load ((const char *const *)paths, weights->len > 0 ? (const double *)weights->data : NULL,
                               options, error);
}

/* "scales": numbers.  Returns: (transfer full), empty where there are none. */
static GArray *
get_scales (JobRun *run)
{
  JsonNode *node = json_object_get_member (acini_job_get_specification (run->job), "scales");
  GArray *scales = g_array_new (FALSE, FALSE, sizeof (double));

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      {
        JsonNode *element = json_array_get_element (json_node_get_array (node), i);
        double scale = JSON_NODE_HOLDS_VALUE (element) ? json_node_get_double (element) : 0;

        g_array_append_val (scales, scale);
      }
  return scales;
}

/* The folder of the predictions; a job of an older version names a file in it.  Returns: (transfer full) */
static char *
get_predictions (JobRun *run)
{
  const char *file = get_string (run, "prediction", NULL);
  g_autofree char *old = file != NULL ? g_path_get_dirname (file) : NULL;

  return g_canonicalize_filename (get_string (run, "predictions", old != NULL ? old : "."),
                                  acini_job_get_folder (run->job));
}

/* How the numbers came about, for the log. */
static void
tell_ways (JobRun *run, AciniModel *model)
{
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_array_member (members, "ways", acini_model_describe_ways (model));
  tell (run, "ways", members, 1);
}

static gboolean
segment (JobRun *run, GError **error)
{
  const char *folder = acini_job_get_folder (run->job);
  JsonObject *specification = acini_job_get_specification (run->job);
  JsonNode *node = json_object_get_member (specification, "slide");
  JsonObject *record = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autoptr (GArray) scales = get_scales (run);
  g_autofree char *predictions = get_predictions (run);
  const char *known_name = get_string (run, "known", NULL);
  g_autofree char *known = known_name != NULL ? g_canonicalize_filename (known_name, folder) : NULL;
  AciniModelOptions options = { .device = run->wanted, .threads = get_int (run, "threads", 0) };
  AciniSegmentation how = {
    .patch = get_int (run, "patch", 0),
    .overlap = get_int (run, "overlap", -1),
    .tissue = json_object_get_boolean_member_with_default (specification, "tissue", TRUE),
    .flips = json_object_get_boolean_member_with_default (specification, "flips", FALSE),
    .turns = json_object_get_boolean_member_with_default (specification, "turns", FALSE),
    .scales = (const double *)scales->data,
    .n_scales = scales->len,
    .known = known,
  };
  g_autofree char *slide_path = NULL;
  g_autoptr (AciniModel) model = NULL;
  g_autoptr (AciniSlide) slide = NULL;

  if (record == NULL)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED, _ ("The job “%s” does not name a slide."), folder);
      return FALSE;
    }
  g_mkdir_with_parents (predictions, 0777);
  slide_path = acini_specification_dup_path (record, folder);
  how.mpp = json_object_get_double_member_with_default (record, "mpp", 0);
  slide = acini_slide_open (slide_path, error);
  model = slide != NULL ? load_models (run, &options, error) : NULL;
  if (model == NULL
      || !acini_segment_slide (model, slide, predictions, json_object_get_int_member_with_default (record, "slide", 0),
                               &how, on_segment_progress, on_trial, run, run->stop, NULL, error))
    return FALSE;
  tell_ways (run, model);
  return TRUE;
}

static gboolean
execute_on_device (JobRun *run, GError **error)
{
  const char *kind = acini_job_get_kind (run->job);
  gboolean ok;

  g_free (run->device);
  run->device = acini_resolve_device (run->wanted);
  if (g_str_equal (kind, "train"))
    return train (run, error);
  if (g_str_equal (kind, "segment"))
    {
      AciniDeviceUse *use = acini_device_use_new (run->device);

      ok = segment (run, error);
      acini_device_use_free (use);
      return ok;
    }
  g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED,
               _ ("This version of Acini does not know jobs of the kind “%s”. Update Acini."), kind);
  return FALSE;
}

/* What a graphics card cannot finish goes on on the processor, and says so: a training from its last checkpoint, a
 * slide from its beginning, for the processor's numbers are not the card's.  Returns: whether it does */
static gboolean
leave_device (JobRun *run, const GError *reason)
{
  g_autoptr (JsonObject) members = NULL;
  g_autofree char *sentence = NULL;

  if (run->state != ACINI_JOB_DONE || !acini_is_device_failure (run->device, reason))
    return FALSE;
  sentence = g_strdup_printf (_ ("Going on on the processor: %s"), reason->message);
  g_printerr ("%s\n", sentence);
  members = json_object_new ();
  json_object_set_string_member (members, "device", "cpu");
  json_object_set_string_member (members, "message", sentence);
  tell (run, ACINI_JOB_EVENT_DEVICE, members, run->fraction);
  run->wanted = "cpu";
  return TRUE;
}

static gboolean
execute (JobRun *run, GError **error)
{
  g_autoptr (GError) reason = NULL;
  AciniOneDnn level;

  run->wanted = get_string (run, "device", "auto");
  /* The worker before this one died of what oneDNN does there. */
  if (acini_onednn_from_string (g_getenv (ACINI_JOB_DIED_VARIABLE), &level))
    acini_model_distrust_onednn (level);

  if (execute_on_device (run, &reason))
    return TRUE;
  if (leave_device (run, reason))
    return execute_on_device (run, error);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

/* Why the job failed, as far as its error tells. */
static AciniFailure
classify (JobRun *run, const GError *reason)
{
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
      || g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
      || g_error_matches (reason, ACINI_JOB_ERROR, ACINI_JOB_ERROR_NO_SPACE)
      || acini_is_disk_full (acini_job_get_folder (run->job)))
    return ACINI_FAILURE_DISK;
  if (reason->domain != ACINI_MODEL_ERROR)
    return reason->domain == ACINI_TRAINING_DATA_ERROR || reason->domain == ACINI_SLIDE_ERROR ? ACINI_FAILURE_DATA
                                                                                              : ACINI_FAILURE_OTHER;
  switch ((AciniModelError)reason->code)
    {
    case ACINI_MODEL_ERROR_MEMORY:
      return ACINI_FAILURE_MEMORY;
    case ACINI_MODEL_ERROR_DIVERGED:
      return ACINI_FAILURE_DIVERGED;
    case ACINI_MODEL_ERROR_UNREADABLE:
    case ACINI_MODEL_ERROR_UNSAFE:
    case ACINI_MODEL_ERROR_LAYOUT:
    case ACINI_MODEL_ERROR_SHAPE:
    case ACINI_MODEL_ERROR_INPUT:
      return ACINI_FAILURE_DATA;
    default:
      return ACINI_FAILURE_OTHER;
    }
}

/* What a cancelled job leaves nobody needs. */
static void
remove_outputs (AciniJob *job)
{
  const char *const names[] = { "prediction.sqlite", "prediction.sqlite-wal", "prediction.sqlite-shm" };

  acini_job_remove_checkpoint (job);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (acini_job_get_folder (job), names[i], NULL);

      g_remove (path);
    }
}

gboolean
acini_job_execute (AciniJob *job, AciniJobEventFunc func, gpointer user_data, GCancellable *cancellable,
                   AciniJobState *state, GError **error)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) reason = NULL;
  JobRun run = {
    .job = job, .func = func, .user_data = user_data, .cancellable = cancellable, .stop = stop, .state = ACINI_JOB_DONE
  };
  AciniFailure failure = ACINI_FAILURE_NONE;
  gboolean ok;

  g_return_val_if_fail (ACINI_IS_JOB (job) && state != NULL, FALSE);

  *state = ACINI_JOB_FAILED;
  if (!acini_job_begin (job, error))
    return FALSE;
  ok = execute (&run, &reason);
  g_clear_pointer (&run.curves, acini_event_file_free);
  g_clear_pointer (&run.device, g_free);
  /* Stopped on request is no failure. */
  if (!ok && run.state != ACINI_JOB_DONE && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&reason);
      ok = TRUE;
    }
  *state = ok ? run.state : ACINI_JOB_FAILED;
  /* What could not be written is why it paused.  A job that is done all the same is done. */
  if (run.error != NULL && reason == NULL && *state == ACINI_JOB_PAUSED)
    g_propagate_error (&reason, g_steal_pointer (&run.error));
  g_clear_error (&run.error);
  if (reason != NULL)
    failure = classify (&run, reason);
  /* A full disk pauses a job: it goes on from what was finished once there is room. */
  if (*state == ACINI_JOB_FAILED && failure == ACINI_FAILURE_DISK)
    *state = ACINI_JOB_PAUSED;
  if (*state == ACINI_JOB_CANCELLED)
    remove_outputs (job);
  acini_job_end (job, *state, failure, reason != NULL ? reason->message : NULL, reason == NULL ? &reason : NULL);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}
