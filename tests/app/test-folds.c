/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Trainings in folds, one after the other, judged against their parents, refitted; what lies outside of what a model
 * has seen; what people do with models.  With the real acini-cli on phantoms, in few steps. */

#include "app/jobs/acini-event-file.h"
#include "app/jobs/acini-job-queue.h"
#include "app/jobs/acini-job.h"
#include "app/training/acini-disagreement.h"
#include "data/predictions/acini-prediction-key.h"
#include "data/project/acini-change.h"
#include "model/core/acini-card.h"
#include "data/labels/acini-labels.h"
#include "tests/acini-test-util.h"
#include "tests/app/acini-cli-fixture.h"

#include <signal.h>
#include <string.h>

/* Networks are computed, on machines that do much else. */
#define TRIES 3000
#define TRY_US 100000

/* Six phantoms of two patients each, and four small ones; on them a model that has learnt a little, since what nothing
 * has learnt says nothing. */
static char *project;

static void
make_project (void)
{
  g_autoptr (GString) table = g_string_new ("id,patient\n");
  g_autofree char *path = g_build_filename (cli_material.folder, "table.csv", NULL);

  if (project != NULL)
    return;
  project = g_build_filename (cli_material.folder, "folds.acini", NULL);
  g_auto (CliOutcome) made = RUN ("new", project);
  g_assert_cmpint (made.status, ==, 0);
  for (int i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%d.tiff", i), *seed = g_strdup_printf ("%d", i + 1);
      g_auto (CliOutcome) phantom = RUN ("phantom", name, "--size", "512x512", "--seed", seed, "--quiet");
      g_auto (CliOutcome) import = RUN ("import", project, name, "--organ", "largeintestine", "--quiet");

      g_assert_cmpint (phantom.status, ==, 0);
      g_assert_cmpint (import.status, ==, 0);
      g_string_append_printf (table, "p%d,P%d\n", i, i / 2);
    }
  g_assert_true (g_file_set_contents (path, table->str, -1, NULL));
  for (int i = 6; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("q%d.tiff", i), *seed = g_strdup_printf ("%d", i + 1);
      g_auto (CliOutcome) phantom = RUN ("phantom", name, "--size", "256x256", "--seed", seed, "--quiet");
      g_auto (CliOutcome) import = RUN ("import", project, name, "--organ", "largeintestine", "--quiet");

      g_assert_cmpint (phantom.status, ==, 0);
      g_assert_cmpint (import.status, ==, 0);
    }
  g_auto (CliOutcome) filled = RUN ("import", project, "--table", path, "--quiet");
  g_assert_cmpint (filled.status, ==, 0);
}

#define SMALL                                                                                                          \
  "--set", "batch=1", "--set", "patch=64", "--set", "validation-patches=1", "--set", "validate-every=2", "--threads",  \
      "1", "--json", "--quiet"

static JsonObject *
load (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  return json_object_ref (json_node_get_object (node));
}

/* What a slide's own model said of it is a prediction of the whole, and tells where to look; what was decided there is
 * left out. */
static void
check_out_of_fold (const char *model, JsonObject *slides)
{
  g_autoptr (AciniProject) opened = acini_project_open (project, NULL);
  g_autofree char *folder = acini_prediction_dup_folder (opened);
  guint n_places = 0;

  for (int i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%d", i), *path = NULL, *of_fold = NULL;
      JsonObject *slide = json_object_get_object_member (slides, name);
      gint64 id = json_object_get_int_member (slide, "slide");
      g_autoptr (AciniSlideRecord) record = acini_project_get_slide (opened, id, NULL);
      g_autoptr (AciniPrediction) whole = NULL, part = NULL;
      g_autoptr (GPtrArray) files = acini_prediction_list (folder, id, model);
      g_autoptr (GArray) places = NULL, fewer = NULL;
      g_autoptr (AciniChange) decision = NULL;
      g_autofree guint8 *a = g_malloc (512 * 512), *b = g_malloc (512 * 512);
      AciniObjectSource source = { .project = opened, .slide = record };
      const AciniPredictionFile *file;
      const AciniSuspect *place;

      g_assert_cmpuint (files->len, ==, 1);
      file = files->pdata[0];
      g_assert_true (g_str_has_prefix (file->way, "out of fold, "));
      path = acini_prediction_find_current (opened, id, model, file->downsample);
      g_assert_cmpstr (path, ==, file->path);
      of_fold = acini_prediction_find (folder, id, json_object_get_string_member (slide, "model"), file->downsample);
      whole = acini_prediction_open (path, NULL, NULL);
      part = acini_prediction_open (of_fold, NULL, NULL);
      g_assert_true (acini_prediction_read (whole, 0, 0, 0, 0, 512, 512, a, NULL, NULL));
      g_assert_true (acini_prediction_read (part, 0, 0, 0, 0, 512, 512, b, NULL, NULL));
      g_assert_cmpmem (a, 512 * 512, b, 512 * 512);

      places = acini_out_of_fold_list_places (&source, model, NULL);
      n_places += places->len;
      if (places->len == 0)
        continue;
      place = &g_array_index (places, AciniSuspect, 0);
      g_assert_cmpint (place->x, >=, place->box.x);
      g_assert_cmpint (place->x, <, place->box.x + place->box.width);
      g_assert_cmpint (place->y, >=, place->box.y);
      g_assert_cmpint (place->y, <, place->box.y + place->box.height);
      decision = acini_change_new_decision (id, place->x, place->y, "accepted", NULL, -1);
      g_assert_true (acini_project_write_change (opened, decision, NULL));
      fewer = acini_out_of_fold_list_places (&source, model, NULL);
      g_assert_cmpuint (fewer->len + 1, ==, places->len);
    }
  g_assert_cmpuint (n_places, >, 0);
}

/* Every slide is judged by a model that has not seen it, patients stay together, and the whole is one model. */
static void
test_folds (void)
{
  g_autoptr (JsonObject) object = NULL, slides = NULL;
  g_autoptr (GHashTable) models = g_hash_table_new (g_str_hash, g_str_equal);
  const char *of[6];

  make_project ();
  g_auto (CliOutcome) trained = RUN ("train", project, "--from", cli_material.model, "--slides", "p0..5", "--folds",
                                     "3", "--steps", "2", "--name", "Folds", SMALL);
  object = cli_parse (&trained);
  slides = acini_out_of_fold_load (json_object_get_string_member (object, "path"));
  g_assert_nonnull (slides);
  g_assert_cmpuint (json_object_get_size (slides), ==, 6);
  for (int i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%d", i), *folder = NULL;
      JsonObject *slide = json_object_get_object_member (slides, name);
      g_autoptr (JsonObject) card = NULL;
      JsonArray *items;

      of[i] = json_object_get_string_member (slide, "model");
      g_hash_table_add (models, (gpointer)of[i]);
      g_assert_cmpint (json_object_get_int_member (slide, "slide"), >, 0);
      g_assert_true (json_object_has_member (slide, "disagreements"));
      folder = g_build_filename (project, "models", of[i], NULL);
      card = load (folder, "model.json");
      items = json_object_get_array_member (json_object_get_object_member (card, "training"), "items");
      g_assert_cmpuint (json_array_get_length (items), ==, 4);
      for (guint k = 0; k < json_array_get_length (items); k++)
        g_assert_cmpstr (json_array_get_string_element (items, k), !=, name);
    }
  g_assert_cmpuint (g_hash_table_size (models), ==, 3);
  for (int i = 0; i < 6; i += 2)
    g_assert_cmpstr (of[i], ==, of[i + 1]);
  check_out_of_fold (json_object_get_string_member (object, "model"), slides);
  g_auto (CliOutcome) segmented = RUN ("segment", project, "--slides", "p0", "--model", "Folds", "--quiet");
  g_assert_cmpint (segmented.status, ==, 0);
}

/* A training says whether it was worth it, and draws curves that TensorBoard reads. */
static void
check_curves (const char *job)
{
  g_autofree char *folder = g_build_filename (job, "tensorboard", NULL), *path = NULL, *bytes = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gsize n = 0, at = 0;
  guint n_records = 0;

  g_assert_nonnull (dir);
  path = g_build_filename (folder, g_dir_read_name (dir), NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  while (at < n)
    {
      guint64 length;
      guint32 crc, expected;

      memcpy (&length, bytes + at, 8);
      length = GUINT64_FROM_LE (length);
      g_assert_cmpuint (at + 16 + length, <=, n);
      memcpy (&crc, bytes + at + 12 + length, 4);
      expected = acini_crc32c ((const guint8 *)bytes + at + 12, length);
      expected = (expected >> 15 | expected << 17) + 0xa282ead8;
      g_assert_cmphex (GUINT32_FROM_LE (crc), ==, expected);
      at += 16 + length;
      n_records++;
    }
  /* The version, two steps of three curves, validations. */
  g_assert_cmpuint (n_records, >=, 1 + 2 * 3 + 2);
  g_assert_nonnull (memmem (bytes, n, "loss/training", strlen ("loss/training")));
}

static void
test_verdict (void)
{
  g_autoptr (JsonObject) object = NULL, card = NULL;
  JsonObject *comparison, *dice, *training;
  const char *path;

  make_project ();
  g_auto (CliOutcome) trained
      = RUN ("train", project, "--from", cli_material.model, "--held-out", "p0..2", "--steps", "2", "--set",
             "learning-rate=1e-2", "--set", "ema=0", "--set", "warmup-steps=0", "--name", "Judged", SMALL);
  object = cli_parse (&trained);
  path = json_object_get_string_member (object, "path");
  comparison = json_object_get_object_member (object, "comparison");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (comparison, "images")), ==, 3);
  dice = json_object_get_object_member (json_object_get_object_member (comparison, "scores"), "dice");
  /* Of three images nothing can be shown. */
  g_assert_cmpstr (json_object_get_string_member (dice, "verdict"), ==, "no difference shown");
  g_assert_cmpfloat (json_object_get_double_member (dice, "low"), <=,
                     json_object_get_double_member (dice, "difference"));
  g_assert_cmpfloat (json_object_get_double_member (dice, "high"), >=,
                     json_object_get_double_member (dice, "difference"));
  g_assert_true (json_object_has_member (json_object_get_object_member (comparison, "thresholds"), "largeintestine"));
  card = load (path, "model.json");
  training = json_object_get_object_member (card, "training");
  {
    JsonObject *features
        = json_object_get_object_member (json_object_get_object_member (training, "knows"), "features");

    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (features, "mean")), ==, 256);
    g_assert_cmpfloat (json_object_get_double_member (features, "farthest"), >, 0);
  }
  g_assert_true (json_object_get_boolean_member (comparison, "optimistic"));
  g_assert_true (json_object_has_member (json_object_get_object_member (card, "thresholds"), "largeintestine"));
  {
    JsonArray *changed = json_object_get_array_member (comparison, "changed");

    for (guint i = 0; i < json_array_get_length (changed); i++)
      {
        JsonObject *image = json_array_get_object_element (changed, i);
        g_autofree char *picture
            = g_build_filename (path, json_object_get_string_member (image, "after_picture"), NULL);

        g_assert_true (g_file_test (picture, G_FILE_TEST_EXISTS));
      }
  }
  check_curves (json_object_get_string_member (object, "job"));
}

static gboolean
has_name (JsonObject *object, const char *list, const char *name)
{
  JsonArray *names = json_object_get_array_member (object, list);

  for (guint i = 0; i < json_array_get_length (names); i++)
    if (g_str_equal (json_array_get_string_element (names, i), name))
      return TRUE;
  return FALSE;
}

/* Of eight held-out images three choose the checkpoint and five judge it.  What the parent learnt from is learnt again,
 * and the card tells all that the models of the line have seen, which “compare” leaves out. */
static void
test_lineage (void)
{
  g_autoptr (JsonObject) first = NULL, second = NULL, card = NULL;
  g_autoptr (AciniCard) loaded = NULL;
  g_autoptr (GHashTable) learnt = NULL;
  JsonObject *comparison, *training;

  make_project ();
  g_auto (CliOutcome) parent = RUN ("train", project, "--from", cli_material.model, "--slides", "p4,p5", "--held-out",
                                    "p0..3,q6..9", "--steps", "1", "--name", "Line", SMALL);
  first = cli_parse (&parent);
  comparison = json_object_get_object_member (first, "comparison");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (comparison, "images")), ==, 5);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (comparison, "chosen_on")), ==, 3);
  g_assert_false (json_object_has_member (comparison, "optimistic"));
  card = load (json_object_get_string_member (first, "path"), "model.json");
  training = json_object_get_object_member (card, "training");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (training, "held_out")), ==, 5);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (training, "chosen_on")), ==, 3);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (card, "scores"), "images"), ==, 5);
  for (int i = 0; i < 4; i += 2)
    {
      g_autofree char *one = g_strdup_printf ("p%d", i), *other = g_strdup_printf ("p%d", i + 1);

      g_assert_cmpint (has_name (training, "held_out", one), ==, has_name (training, "held_out", other));
    }
  g_clear_pointer (&card, json_object_unref);

  g_auto (CliOutcome) child
      = RUN ("train", project, "--from", json_object_get_string_member (first, "path"), "--slides", "p2,p3",
             "--held-out", "none", "--steps", "2", "--set", "replay=0.5", "--name", "Line (2)", SMALL);
  second = cli_parse (&child);
  card = load (json_object_get_string_member (second, "path"), "model.json");
  training = json_object_get_object_member (card, "training");
  g_assert_true (has_name (training, "items", "p2"));
  g_assert_false (has_name (training, "items", "p4"));
  g_assert_true (has_name (training, "replayed", "p4"));
  g_assert_true (has_name (training, "inherited", "p4"));

  g_clear_pointer (&card, json_object_unref);
  loaded = acini_card_load (json_object_get_string_member (second, "path"), NULL);
  learnt = acini_card_list_learnt (loaded);
  /* With the slide that the model has learnt from which the line begins with. */
  g_assert_cmpuint (g_hash_table_size (learnt), ==, 5);
  for (int i = 2; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%d", i);

      g_assert_true (g_hash_table_contains (learnt, name));
    }
}

static char *
dup_state (const char *job)
{
  g_auto (CliOutcome) shown = RUN ("job", "show", job, "--json");
  g_autoptr (JsonObject) object = cli_parse (&shown);

  return g_strdup (json_object_get_string_member (object, "state"));
}

static void
wait_for_state (const char *job, const char *wanted)
{
  for (int i = 0; i < TRIES; i++)
    {
      g_autofree char *state = dup_state (job);

      if (g_str_equal (state, wanted))
        return;
      g_usleep (TRY_US);
    }
  g_error ("%s did not become %s", job, wanted);
}

static char *
begin_training (void)
{
  g_auto (CliOutcome) started = RUN ("train", project, "--from", cli_material.model, "--steps", "100000", "--held-out",
                                     "none", "--device", "cpu", "--background", SMALL);
  g_autoptr (JsonObject) object = cli_parse (&started);

  return g_strdup (json_object_get_string_member (object, "job"));
}

/* The second of two waits until the first is over; one that waits can be cancelled. */
static void
test_queue (void)
{
  g_autofree char *first = NULL, *second = NULL, *third = NULL, *state = NULL;

  make_project ();
  first = begin_training ();
  wait_for_state (first, "running");
  second = begin_training ();
  wait_for_state (second, "queued");
  third = begin_training ();
  wait_for_state (third, "queued");
  g_auto (CliOutcome) given_up = RUN ("job", "cancel", second);
  g_assert_cmpint (given_up.status, ==, 0);
  wait_for_state (second, "cancelled");
  state = dup_state (third);
  g_assert_cmpstr (state, ==, "queued");
  g_auto (CliOutcome) paused = RUN ("job", "pause", first);
  g_assert_cmpint (paused.status, ==, 0);
  wait_for_state (first, "paused");
  wait_for_state (third, "running");
  g_auto (CliOutcome) ended = RUN ("job", "cancel", third);
  g_assert_cmpint (ended.status, ==, 0);
  wait_for_state (third, "cancelled");
  g_auto (CliOutcome) forgotten = RUN ("job", "cancel", first);
  wait_for_state (first, "cancelled");
}

/* How often the job's training has stepped, and whether it waits while somebody segments.  Between the words that it
 * waits and that it goes on there is no step. */
static gint64
count_steps (AciniJob *job, gboolean *yields)
{
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (job, &offset, NULL);
  gint64 n = 0;

  *yields = FALSE;
  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      const char *name = json_object_get_string_member (events->pdata[i], "event");

      if (g_str_equal (name, "yield"))
        *yields = json_object_get_boolean_member (events->pdata[i], "yields");
      if (!g_str_equal (name, "step"))
        continue;
      g_assert_false (*yields);
      n++;
    }
  return n;
}

static gint64
wait_for_yield (AciniJob *job, gboolean wanted, gint64 least)
{
  for (int i = 0; i < TRIES; i++)
    {
      gboolean yields;
      gint64 n = count_steps (job, &yields);

      if (yields == wanted && n >= least)
        return n;
      g_usleep (TRY_US);
    }
  g_error ("the training did not %s", wanted ? "wait" : "go on");
}

/* A training waits while somebody segments on its device, goes on by itself, and can be cancelled while it waits. */
static void
test_yield (void)
{
  g_autofree char *folder = NULL;
  g_autoptr (AciniJob) job = NULL;
  g_autoptr (AciniDeviceUse) other = acini_device_use_new ("cuda");
  AciniDeviceUse *use;
  gint64 n;

  make_project ();
  folder = begin_training ();
  job = acini_job_open (folder, NULL);
  wait_for_yield (job, FALSE, 1);
  use = acini_device_use_new ("cpu");
  n = wait_for_yield (job, TRUE, 1);
  acini_device_use_free (use);
  wait_for_yield (job, FALSE, n + 1);
  use = acini_device_use_new ("cpu");
  wait_for_yield (job, TRUE, n + 1);
  g_assert_true (acini_job_request (job, "cancel", NULL));
  wait_for_state (folder, "cancelled");
  acini_device_use_free (use);
}

/* So does it while acini-cli segments in the foreground. */
static void
test_yield_to_command (void)
{
  gboolean waited = FALSE;

  make_project ();
  g_autofree char *folder = begin_training ();
  g_autoptr (AciniJob) job = acini_job_open (folder, NULL);
  wait_for_yield (job, FALSE, 1);
  for (int i = 0; i < TRIES && !waited; i++)
    {
      g_auto (CliOutcome) done = RUN ("segment", project, "--model", cli_material.model, "--again", "--device", "cpu");
      goffset offset = 0;
      g_autoptr (GPtrArray) events = acini_job_read_events (job, &offset, NULL);

      g_assert_cmpint (done.status, ==, 0);
      for (guint k = 0; k < events->len; k++)
        waited |= g_str_equal (json_object_get_string_member (events->pdata[k], "event"), "yield");
    }
  g_assert_true (waited);
  g_assert_true (acini_job_request (job, "cancel", NULL));
  wait_for_state (folder, "cancelled");
}

static char *
hash_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *bytes = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)bytes, n);
}

/* Killed while the models are compared: what was trained is not trained again, and the comparison is made. */
static void
test_killed (void)
{
  g_autoptr (JsonObject) object = NULL, shown = NULL;
  g_autofree char *weights = NULL, *after = NULL, *comparison = NULL, *card = NULL;
  const char *job;
  gint64 pid;

  make_project ();
  g_auto (CliOutcome) started = RUN ("train", project, "--from", cli_material.model, "--held-out", "p0..4", "--steps",
                                     "2", "--name", "Killed", "--background", SMALL);
  object = cli_parse (&started);
  job = json_object_get_string_member (object, "job");
  card = g_build_filename (job, "model.json", NULL);
  comparison = g_build_filename (job, "comparison.json", NULL);
  for (int i = 0; i < 10 * TRIES && !g_file_test (card, G_FILE_TEST_EXISTS); i++)
    g_usleep (TRY_US / 10);
  g_auto (CliOutcome) show = RUN ("job", "show", job, "--json");
  shown = cli_parse (&show);
  pid = json_object_get_int_member_with_default (
      json_object_get_object_member (json_object_get_object_member (shown, "last"), "state"), "pid", 0);
  if (pid <= 1 || kill ((pid_t)pid, SIGKILL) != 0)
    {
      g_test_skip ("this computer compares models faster than it is looked at");
      return;
    }
  wait_for_state (job, "failed");
  weights = hash_file (job, "model.safetensors");
  g_auto (CliOutcome) resumed = RUN ("job", "resume", job, "--foreground", "--quiet");
  g_assert_cmpint (resumed.status, ==, 0);
  wait_for_state (job, "done");
  after = hash_file (job, "model.safetensors");
  g_assert_cmpstr (weights, ==, after);
  g_assert_true (g_file_test (comparison, G_FILE_TEST_EXISTS));
}

static double
get_dice (const char *model)
{
  g_auto (CliOutcome) evaluated = RUN ("evaluate", cli_material.project, "--model", model, "--json", "--quiet");
  g_autoptr (JsonObject) object = cli_parse (&evaluated);

  return json_object_get_double_member (object, "dice");
}

/* The last layer of a network of random weights learns from four slides, and does better on two that it has not seen.
 */
static void
test_refit (void)
{
  g_autoptr (JsonObject) object = NULL;
  double before, after;

  g_auto (CliOutcome) refitted
      = RUN ("refit", cli_material.project, "--from", cli_material.model, "--threads", "1", "--json", "--quiet");
  object = cli_parse (&refitted);
  g_test_message ("%s", refitted.out);
  g_assert_cmpfloat (json_object_get_double_member (object, "dice_after"), >,
                     json_object_get_double_member (object, "dice_before"));
  before = get_dice (cli_material.model);
  after = get_dice (json_object_get_string_member (object, "model"));
  g_test_message ("Dice %.3f, before %.3f", after, before);
  g_assert_cmpfloat (after, >, before);
}

static void
test_preview (void)
{
  g_autofree char *plain = NULL, *changed = NULL;
  gsize n[2];

  make_project ();
  g_auto (CliOutcome) first = RUN ("preview", project, "--from", "none", "--output", "first.png");
  g_auto (CliOutcome) second
      = RUN ("preview", project, "--from", "none", "--recipe", "second-place", "--output", "second.png");
  g_autofree char *a = g_build_filename (cli_material.folder, "first.png", NULL);
  g_autofree char *b = g_build_filename (cli_material.folder, "second.png", NULL);

  g_assert_cmpint (first.status, ==, 0);
  g_assert_cmpint (second.status, ==, 0);
  g_assert_true (g_file_get_contents (a, &plain, &n[0], NULL));
  g_assert_true (g_file_get_contents (b, &changed, &n[1], NULL));
  g_assert_cmpmem (plain, 8, "\x89PNG\r\n\x1a\n", 8);
  g_assert_true (n[0] != n[1] || memcmp (plain, changed, n[0]) != 0);
}

/* An organ that the model has not seen, and a slide of another colour.  It has learnt from two projects, with nothing
 * of either held out. */
static void
test_warning (void)
{
  g_autofree char *model = NULL;
  g_autoptr (JsonObject) trained = NULL, card = NULL, usual = NULL, unusual = NULL;
  JsonObject *learnt;

  make_project ();
  g_auto (CliOutcome) made = RUN ("new", "with.acini");
  g_auto (CliOutcome) import = RUN ("import", "with.acini", "p0.tiff", "p1.tiff", "p2.tiff", "p3.tiff", "p4.tiff",
                                    "p5.tiff", "--organ", "largeintestine", "--quiet");
  g_auto (CliOutcome) training = RUN ("train", project, "--from", cli_material.model, "--held-out", "none", "--with",
                                      "with.acini", "--steps", "1", "--name", "Knowing", SMALL);
  trained = cli_parse (&training);
  model = g_strdup (json_object_get_string_member (trained, "path"));
  card = load (model, "model.json");
  learnt = json_object_get_object_member (card, "training");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (learnt, "items")), ==, 16);
  g_auto (CliOutcome) other
      = RUN ("phantom", "kidney.tiff", "--size", "512x512", "--seed", "9", "--organ", "kidney", "--quiet");
  g_assert_cmpint (other.status, ==, 0);
  g_auto (CliOutcome) first = RUN ("segment", "p1.tiff", "--organ", "largeintestine", "--model", model, "--output",
                                   "usual.png", "--json", "--quiet");
  g_auto (CliOutcome) second = RUN ("segment", "kidney.tiff", "--organ", "kidney", "--model", model, "--output",
                                    "unusual.png", "--json", "--quiet");
  usual = cli_parse (&first);
  unusual = cli_parse (&second);
  g_assert_false (json_object_has_member (usual, "warnings"));
  g_assert_true (json_object_has_member (unusual, "warnings"));
  g_assert_nonnull (strstr (second.out, "never seen this organ"));
}

static void
assert_listed (const char *word, gboolean listed)
{
  g_auto (CliOutcome) list = RUN ("model", "list", project);

  g_assert_cmpint (list.status, ==, 0);
  g_assert_cmpint (strstr (list.out, word) != NULL, ==, listed);
}

static void
test_models (void)
{
  g_autoptr (JsonObject) config = NULL, imported = NULL;
  g_autofree char *folder = g_build_filename (cli_material.folder, "exported", NULL), *id = NULL;

  make_project ();
  g_auto (CliOutcome) first = RUN ("model", "import", project, cli_material.model, "--name", "Came in", "--json");
  imported = cli_parse (&first);
  id = g_strdup (json_object_get_string_member (imported, "model"));
  assert_listed ("Came in", TRUE);
  g_auto (CliOutcome) renamed = RUN ("model", "rename", project, "Came in", "Another name");
  g_assert_cmpint (renamed.status, ==, 0);
  assert_listed ("Came in", FALSE);
  assert_listed ("Another name", TRUE);
  g_auto (CliOutcome) archived = RUN ("model", "archive", project, "Another name");
  g_assert_cmpint (archived.status, ==, 0);
  assert_listed (id, FALSE);
  g_auto (CliOutcome) restored = RUN ("model", "archive", project, id, "--restore");
  g_assert_cmpint (restored.status, ==, 0);
  assert_listed (id, TRUE);
  g_auto (CliOutcome) exported = RUN ("model", "export", project, id, folder);
  g_assert_cmpint (exported.status, ==, 0);
  config = load (folder, "config.json");
  g_assert_cmpstr (json_object_get_string_member (config, "model_type"), ==, "segformer");
  g_auto (CliOutcome) inspected = RUN ("model", "inspect", folder);
  g_assert_cmpint (inspected.status, ==, 0);
  g_auto (CliOutcome) again = RUN ("model", "export", project, id, folder);
  cli_assert_failed (&again, 1, "is there already");
  g_auto (CliOutcome) deleted = RUN ("model", "delete", project, id);
  g_assert_cmpint (deleted.status, ==, 0);
  assert_listed (id, FALSE);
}

/* A square that people see and the model does not is one; a rim of one pixel is none. */
static void
test_disagreements (void)
{
  enum
  {
    SIDE = 64
  };
  guint8 truth[SIDE * SIDE], predicted[SIDE * SIDE];
  g_autoptr (GArray) places = NULL;
  const AciniDisagreement *place;

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      {
        gboolean missing = x >= 8 && x < 24 && y >= 8 && y < 24, unit = x >= 40 && y >= 40;
        gboolean rim = x >= 39 && y >= 39;

        truth[y * SIDE + x] = missing || unit ? ACINI_LABEL_FIRST_CLASS : ACINI_LABEL_BACKGROUND;
        predicted[y * SIDE + x] = rim ? ACINI_LABEL_FIRST_CLASS : ACINI_LABEL_BACKGROUND;
      }
  places = acini_disagreements_find (truth, predicted, SIDE, SIDE, 3);
  g_assert_cmpuint (places->len, ==, 1);
  place = &g_array_index (places, AciniDisagreement, 0);
  g_assert_cmpuint (place->pixels, ==, 16 * 16);
  g_assert_true (place->missing);
  g_assert_cmpint (place->x, >=, 14);
  g_assert_cmpint (place->x, <=, 17);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folds/disagreements", test_disagreements);
  g_test_add_func ("/folds/train", test_folds);
  g_test_add_func ("/folds/verdict", test_verdict);
  g_test_add_func ("/folds/lineage", test_lineage);
  g_test_add_func ("/folds/queue", test_queue);
  g_test_add_func ("/folds/yield", test_yield);
  g_test_add_func ("/folds/yield-to-command", test_yield_to_command);
  g_test_add_func ("/folds/killed", test_killed);
  g_test_add_func ("/folds/refit", test_refit);
  g_test_add_func ("/folds/preview", test_preview);
  g_test_add_func ("/folds/warning", test_warning);
  g_test_add_func ("/folds/models", test_models);
  status = cli_run_tests ();
  g_free (project);
  return status;
}
