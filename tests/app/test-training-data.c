/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a training learns from beside old labels: predictions for labels, and recent corrections more often. */

#include "app/worker/acini-training-data.h"
#include "data/labels/acini-label-snapshot.h"
#include "data/phantom/acini-phantom.h"
#include "data/predictions/acini-prediction-key.h"
#include "tests/acini-test-util.h"
#include "tests/app/acini-plan-fixture.h"

#include <string.h>

/* What the model says of @slide: a band that it is sure of, one that it is not, and nothing. */
static void
predict (PlanFixture *fixture, gint64 slide)
{
  const AciniPredictionInfo info = { 1000, 1000, 1, 1, "colon", "" };
  const AciniPredictionKey key = { slide, "colon", 1, "" };
  g_autofree char *folder = acini_prediction_dup_folder (fixture->project);
  g_autofree char *path = acini_prediction_dup_path (folder, &key);
  g_autofree guint8 *plane = g_malloc0 ((gsize)ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  g_autoptr (AciniPrediction) prediction = NULL;
  g_autoptr (GBytes) bytes = NULL;
  AciniPredictionTile tile = { 0, 0, NULL };

  g_mkdir_with_parents (folder, 0777);
  memset (plane, 250, 100 * ACINI_PREDICTION_TILE);
  memset (plane + 100 * ACINI_PREDICTION_TILE, 150, 100 * ACINI_PREDICTION_TILE);
  bytes = g_bytes_new (plane, (gsize)ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  tile.probability = bytes;
  prediction = acini_prediction_open (path, &info, NULL);
  g_assert_nonnull (prediction);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, NULL));
}

/* Slides without labels that the model in use has segmented are frozen with what it is sure of, but none of a patient
 * that is held out. */
static void
test_pseudo (PlanFixture *fixture, gconstpointer data)
{
  gint64 learnt = plan_add_slide (fixture, "a.tiff", 1000, 0.5), judged = plan_add_slide (fixture, "b.tiff", 1000, 0.5);
  gint64 seen = plan_add_slide (fixture, "c.tiff", 1000, 0.5), same = plan_add_slide (fixture, "d.tiff", 1000, 0.5);
  g_autoptr (GArray) held_out = g_array_new (FALSE, FALSE, sizeof (gint64));
  AciniTrainingPart part = { fixture->project, NULL, g_array_append_val (held_out, judged) };
  AciniTrainingPlan plan = { .parent = fixture->model, .labeller = fixture->model, .recipe = fixture->recipe };
  g_autoptr (GPtrArray) none = NULL, some = NULL;
  g_autoptr (AciniLabelSnapshot) snapshot = NULL;
  g_autoptr (AciniJob) job = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *specification;
  JsonArray *slides;
  guint8 labels[3];

  plan_add_slide (fixture, "e.tiff", 1000, 0.5); /* nobody has looked at it */
  for (gint64 id = learnt; id <= judged; id++)
    {
      plan_paint (fixture, id, 0, 0, 200, 200, ACINI_LABEL_FIRST_CLASS);
      plan_paint (fixture, id, 300, 300, 200, 200, ACINI_LABEL_BACKGROUND);
    }
  plan_set_patient (fixture, judged, "P1");
  plan_set_patient (fixture, same, "P1");
  g_assert_true (acini_recipe_set (fixture->recipe, "pseudo", "0.25", NULL));
  none = plan_check (fixture, NULL, held_out);
  g_assert_true (plan_is_said (none, "There are no pseudo-labels", FALSE));
  predict (fixture, learnt);
  predict (fixture, seen);
  predict (fixture, same);
  some = plan_check (fixture, NULL, held_out);
  g_assert_true (plan_is_said (some, "25 % of the patches come from 1 slide without labels", FALSE));

  job = acini_training_prepare_parts (&part, 1, &plan, &error);
  g_assert_no_error (error);
  specification = acini_job_get_specification (job);
  g_assert_cmpstr (json_object_get_string_member (specification, "pseudo_model"), ==, "colon");
  slides = json_object_get_array_member (specification, "pseudo");
  g_assert_cmpuint (json_array_get_length (slides), ==, 1);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (slides, 0), "slide"), ==, seen);
  path = g_build_filename (acini_job_get_folder (job),
                           json_object_get_string_member (json_array_get_object_element (slides, 0), "snapshot"), NULL);
  snapshot = acini_label_snapshot_open (path, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 3; i++)
    g_assert_true (acini_label_snapshot_read (snapshot, seen, 0, 500, 50 + 100 * i, 1, 1, &labels[i], NULL));
  g_assert_cmpmem (labels, 3, "\2\0\1", 3);
  /* Where nothing was computed nothing is labelled. */
  g_assert_true (acini_label_snapshot_read (snapshot, seen, 0, 520, 250, 1, 1, labels, NULL));
  g_assert_cmpint (labels[0], ==, ACINI_LABEL_UNLABELLED);
  /* Without a share nothing is frozen. */
  g_assert_true (acini_recipe_set (fixture->recipe, "pseudo", "0", NULL));
  g_clear_object (&job);
  job = acini_training_prepare_parts (&part, 1, &plan, &error);
  g_assert_no_error (error);
  g_assert_false (json_object_has_member (acini_job_get_specification (job), "pseudo"));
}

/* It is said that recent corrections weigh more, where there are old labels to weigh less. */
static void
test_recent (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "a.tiff", 1000, 0.5);
  g_autofree char *database = acini_project_build_path (fixture->project, "project.sqlite", NULL);
  g_autoptr (GPtrArray) alike = NULL, old = NULL, off = NULL;

  g_assert_true (acini_recipe_set (fixture->recipe, "recent", "3", NULL));
  g_assert_true (acini_recipe_set (fixture->recipe, "recent-days", "7", NULL));
  plan_paint (fixture, slide, 0, 0, 200, 200, ACINI_LABEL_FIRST_CLASS);
  acini_test_run_sql (database, "UPDATE journal SET time = time - 6 * 86400");
  plan_paint (fixture, slide, 600, 300, 100, 100, ACINI_LABEL_BACKGROUND);
  alike = plan_check (fixture, NULL, NULL);
  g_assert_false (plan_is_said (alike, "Recent corrections", FALSE));
  acini_test_run_sql (
      database,
      "UPDATE journal SET time = time - 6 * 86400 WHERE sequence = (SELECT MIN (sequence) FROM journal_tiles)");
  old = plan_check (fixture, NULL, NULL);
  g_assert_true (plan_is_said (old, "comes up to 3 times", FALSE));
  g_assert_true (acini_recipe_set (fixture->recipe, "recent", "1", NULL));
  off = plan_check (fixture, NULL, NULL);
  g_assert_false (plan_is_said (off, "Recent corrections", FALSE));
}

/* The share of the points to learn from that lie right of the middle of the only slide. */
static double
count_right (const AciniTrainingSource *source)
{
  int n = 0;

  for (guint64 i = 1; i <= 4000; i++)
    {
      double x, y;

      source->pick (source->user_data, 0, i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15), &x, &y);
      n += x > 512;
    }
  return n / 4000.0;
}

/* What was worked on last comes three times as often as what was labelled ten half-lives before. */
static void
test_recent_shares (PlanFixture *fixture, gconstpointer data)
{
  g_autofree char *database = acini_project_build_path (fixture->project, "project.sqlite", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "phantom.tiff", NULL);
  AciniTrainingPart part = { .project = fixture->project };
  AciniTrainingPlan plan = { .parent = fixture->model, .recipe = fixture->recipe };
  g_autoptr (AciniTrainingData) training = NULL;
  g_autoptr (AciniJob) job = NULL;
  g_autoptr (GError) error = NULL;
  AciniTrainingSource source;
  AciniPhantom phantom;
  gint64 slide;

  g_assert_true (acini_phantom_init (&phantom, 1024, 512, 1, "kidney", 0.5, &error));
  g_assert_true (acini_phantom_write (&phantom, path, NULL, NULL, NULL, &error));
  slide = acini_project_add_slide (fixture->project, path, NULL, "kidney", 0.5, &error);
  g_assert_no_error (error);
  plan_paint (fixture, slide, 0, 0, 100, 100, ACINI_LABEL_FIRST_CLASS);
  acini_test_run_sql (database, "UPDATE journal SET time = time - 70 * 86400");
  plan_paint (fixture, slide, 800, 0, 100, 100, ACINI_LABEL_FIRST_CLASS);
  job = acini_training_prepare_parts (&part, 1, &plan, &error);
  g_assert_no_error (error);
  training = acini_training_data_new (json_object_get_array_member (acini_job_get_specification (job), "training"),
                                      acini_job_get_folder (job), 0.5, &error);
  g_assert_no_error (error);
  acini_training_data_fill (training, &source);
  g_assert_cmpfloat_with_epsilon (count_right (&source), 0.5, 0.03);
  g_assert_cmpfloat (source.get_emphasis (source.user_data, 0), ==, 1);
  acini_training_data_prefer_recent (training, 3, 7);
  g_assert_cmpfloat_with_epsilon (count_right (&source), 0.75, 0.03);
  g_assert_cmpfloat_with_epsilon (source.get_emphasis (source.user_data, 0), 2, 0.01);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name, function)                                                                                           \
  g_test_add ("/training-data/" name, PlanFixture, NULL, plan_set_up, function, plan_tear_down)
  TEST ("pseudo", test_pseudo);
  TEST ("recent", test_recent);
  TEST ("recent-shares", test_recent_shares);
  return g_test_run ();
}
