/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said of a job before it starts, what its folder names, and what is collected from it. */

#include "app/jobs/acini-job-list.h"
#include "app/jobs/acini-job-runners.h"
#include "app/segmentation/acini-segmentation-check.h"
#include "app/segmentation/acini-segmentation-start.h"
#include "app/segmentation/acini-segmentation.h"
#include "app/training/acini-training-check.h"
#include "data/labels/acini-journal.h"
#include "data/predictions/acini-prediction.h"
#include "data/project/acini-change.h"
#include "data/project/acini-project-private.h"
#include "data/project/acini-region.h"
#include "data/project/acini-slide-fields.h"
#include "model/core/acini-card.h"
#include "tests/acini-test-util.h"
#include "tests/app/acini-plan-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* In a region alone: slides that have none are left out, and labels beside it are nothing to learn from. */
static void
test_region (PlanFixture *fixture, gconstpointer data)
{
  const double left[][2] = { { 0, 0 }, { 400, 0 }, { 400, 1000 }, { 0, 1000 } };
  gint64 slide = plan_add_slide (fixture, "a.tiff", 1000, 0.5), other = plan_add_slide (fixture, "b.tiff", 1000, 0.5);
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  AciniTrainingPart part = { .project = fixture->project, .region = "Cortex" };
  AciniTrainingPlan plan = { .parent = fixture->model, .recipe = fixture->recipe };
  g_autoptr (GPtrArray) everywhere = NULL, inside = NULL, both = NULL;
  g_autoptr (AciniTrainingSplit) split = NULL;
  g_autoptr (AciniChange) change = NULL;

  plan_paint (fixture, slide, 100, 100, 200, 200, ACINI_LABEL_FIRST_CLASS);
  plan_paint (fixture, slide, 500, 500, 200, 200, ACINI_LABEL_BACKGROUND);
  plan_paint (fixture, other, 100, 100, 200, 200, ACINI_LABEL_BACKGROUND);
  g_ptr_array_add (regions, acini_region_record_new ("Cortex", ACINI_REGION_PLAIN, left, 4));
  change = acini_change_new_regions (slide, regions);
  g_assert_true (acini_project_write_change (fixture->project, change, NULL));
  split = acini_training_split_new (&part, NULL);
  g_assert_cmpuint (split->training->len + split->held_out->len, ==, 1);
  g_assert_cmpint (((AciniSlideRecord *)split->training->pdata[0])->id, ==, slide);
  everywhere = plan_check (fixture, NULL, NULL);
  g_assert_false (plan_is_said (everywhere, "eraser", TRUE));
  inside = acini_training_check (&part, 1, &plan, NULL);
  g_assert_true (plan_is_said (inside, "eraser", TRUE));
  plan_paint (fixture, slide, 100, 600, 200, 200, ACINI_LABEL_BACKGROUND);
  both = acini_training_check (&part, 1, &plan, NULL);
  g_assert_false (plan_is_said (both, "eraser", TRUE));
}

static void
test_labels (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "a.tiff", 1000, 0.5);
  g_autoptr (GPtrArray) nothing = plan_check (fixture, NULL, NULL), units = NULL, both = NULL, background = NULL;
  gint64 other;

  g_assert_true (plan_is_said (nothing, "nothing to learn from", TRUE));
  plan_paint (fixture, slide, 100, 100, 200, 200, ACINI_LABEL_FIRST_CLASS);
  units = plan_check (fixture, NULL, NULL);
  g_assert_true (plan_is_said (units, "eraser", TRUE));
  plan_paint (fixture, slide, 500, 500, 200, 200, ACINI_LABEL_BACKGROUND);
  both = plan_check (fixture, NULL, NULL);
  g_assert_null (acini_job_problems_find_stop (both));
  g_assert_true (plan_is_said (both, "at least three patients", FALSE));

  other = plan_add_slide (fixture, "b.tiff", 1000, 0.5);
  plan_paint (fixture, other, 0, 0, 300, 300, ACINI_LABEL_BACKGROUND);
  {
    g_autoptr (GArray) slides = g_array_new (FALSE, FALSE, sizeof (gint64));

    g_array_append_val (slides, other);
    background = plan_check (fixture, slides, NULL);
  }
  g_assert_true (plan_is_said (background, "brush", TRUE));
}

static void
test_scale (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "scanned.tiff", 1000, 0.5);
  gint64 photo = plan_add_slide (fixture, "photo.tiff", 1000, 0);
  g_autoptr (GPtrArray) before = NULL, after = NULL;

  plan_paint (fixture, slide, 100, 100, 200, 200, ACINI_LABEL_FIRST_CLASS);
  plan_paint (fixture, slide, 500, 500, 200, 200, ACINI_LABEL_BACKGROUND);
  before = plan_check (fixture, NULL, NULL);
  g_assert_false (plan_is_said (before, "µm per pixel", FALSE));
  plan_paint (fixture, photo, 0, 0, 100, 100, ACINI_LABEL_BACKGROUND);
  after = plan_check (fixture, NULL, NULL);
  g_assert_true (plan_is_said (after, "photo", FALSE));
  g_assert_null (acini_job_problems_find_stop (after));
}

/* One file under two names, one of them held out. */
static void
test_splits (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "a.tiff", 1000, 0.5), held = plan_add_slide (fixture, "b.tiff", 1000, 0.5);
  g_autoptr (GArray) held_out = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) fine = NULL, wrong = NULL;

  g_array_append_val (held_out, held);
  for (int i = 0; i < 2; i++)
    {
      plan_paint (fixture, i == 0 ? slide : held, 100, 100, 200, 200, ACINI_LABEL_FIRST_CLASS);
      plan_paint (fixture, i == 0 ? slide : held, 500, 500, 200, 200, ACINI_LABEL_BACKGROUND);
    }
  fine = plan_check (fixture, NULL, held_out);
  g_assert_cmpuint (fine->len, ==, 0);
  {
    AciniProject *other = acini_project_open (acini_project_get_folder (fixture->project), NULL);
    AciniTrainingPart parts[]
        = { { fixture->project, NULL, held_out }, { other, NULL, g_array_new (FALSE, FALSE, sizeof (gint64)) } };
    AciniTrainingPlan plan = { .parent = fixture->model, .recipe = fixture->recipe };

    /* The second time the project is given whole: its slides are learnt from, the held-out one, too. */
    wrong = acini_training_check (parts, 2, &plan, NULL);
    g_array_unref (parts[1].held_out);
    g_object_unref (other);
  }
  g_assert_true (plan_is_said (wrong, "b", TRUE));
}

/* Slides @first … @last - 1, of two a patient. */
static void
add_patients (PlanFixture *fixture, int first, int last)
{
  for (int i = first; i < last; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.tiff", i), *patient = g_strdup_printf ("P%d", i / 2);
      gint64 slide = plan_add_slide (fixture, name, 1000, 0.5);

      plan_set_patient (fixture, slide, patient);
      plan_paint (fixture, slide, 100, 100, 200, 200, ACINI_LABEL_FIRST_CLASS);
      plan_paint (fixture, slide, 500, 500, 200, 200, ACINI_LABEL_BACKGROUND);
    }
}

/* Patients of @records.  Returns: (transfer container) */
static GHashTable *
list_patients (GPtrArray *records)
{
  GHashTable *patients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < records->len; i++)
    g_hash_table_add (patients, g_strdup (((AciniSlideRecord *)records->pdata[i])->details.patient));
  return patients;
}

static gboolean
is_part_of (GHashTable *few, GHashTable *many)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, few);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (many, name))
      return FALSE;
  return TRUE;
}

/* Whole patients are held out, and what was decided stays when slides come. */
static void
test_patients (PlanFixture *fixture, gconstpointer data)
{
  AciniTrainingPart part = { fixture->project, NULL, NULL };
  g_autoptr (AciniTrainingSplit) first = NULL, second = NULL;
  g_autoptr (GHashTable) learnt = NULL, held_out = NULL, learnt_later = NULL, held_out_later = NULL;
  g_autoptr (GError) error = NULL;

  add_patients (fixture, 0, 12);
  first = acini_training_split_new (&part, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->training->len, ==, 10);
  g_assert_cmpuint (first->held_out->len, ==, 2);
  g_assert_true (acini_training_split_keep (first, fixture->project, &error));
  add_patients (fixture, 12, 40);
  second = acini_training_split_new (&part, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (second->held_out->len, ==, 8);
  g_assert_cmpuint (second->training->len, ==, 32);
  learnt = list_patients (first->training);
  held_out = list_patients (first->held_out);
  learnt_later = list_patients (second->training);
  held_out_later = list_patients (second->held_out);
  g_assert_true (is_part_of (learnt, learnt_later));
  g_assert_true (is_part_of (held_out, held_out_later));
  g_assert_cmpuint (g_hash_table_size (learnt_later) + g_hash_table_size (held_out_later), ==, 20);
  {
    /* Held out by hand: one of the two of a patient. */
    g_autoptr (GArray) hand = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (GPtrArray) problems = NULL;

    g_array_append_val (hand, ((AciniSlideRecord *)second->training->pdata[0])->id);
    problems = plan_check (fixture, NULL, hand);
    g_assert_true (plan_is_said (problems, "same patient", FALSE));
  }
}

/* The model is far larger than the disk. */
static void
test_disk (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "a.tiff", 1000, 0.5);
  g_autofree char *weights = g_build_filename (fixture->model, "model.safetensors", NULL);
  g_autoptr (GPtrArray) problems = NULL;
  FILE *file = g_fopen (weights, "we");

  g_assert_nonnull (file);
  g_assert_cmpint (fseeko (file, (off_t)1 << 42, SEEK_SET), ==, 0);
  if (fputc (0, file) == EOF || fclose (file) != 0)
    {
      g_test_skip ("this file system has no files of 4 TiB");
      return;
    }
  plan_paint (fixture, slide, 100, 100, 200, 200, ACINI_LABEL_FIRST_CLASS);
  plan_paint (fixture, slide, 500, 500, 200, 200, ACINI_LABEL_BACKGROUND);
  problems = plan_check (fixture, NULL, NULL);
  g_assert_true (plan_is_said (problems, "make room", TRUE));
}

/* A slide that people have labelled to the last pixel is not segmented; with one pixel left it is. */
static void
test_all_labelled (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "a.tiff", 1100, 0.5);
  g_autoptr (GPtrArray) all = NULL, nearly = NULL;
  g_autoptr (AciniJob) job = NULL;
  g_autoptr (GError) error = NULL;

  plan_paint (fixture, slide, 0, 0, 1100, 1100, ACINI_LABEL_BACKGROUND);
  all = acini_segmentation_check (fixture->project, slide, fixture->model, &error);
  g_assert_no_error (error);
  g_assert_true (plan_is_said (all, "nothing left", TRUE));
  job = acini_segmentation_prepare_checked (fixture->project, slide, fixture->model, NULL, &error);
  g_assert_null (job);
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START);
  g_clear_error (&error);
  plan_paint (fixture, slide, 1099, 1099, 1, 1, ACINI_LABEL_UNLABELLED);
  nearly = acini_segmentation_check (fixture->project, slide, fixture->model, &error);
  g_assert_cmpuint (nearly->len, ==, 0);
}

static void
test_missing_slide (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = acini_test_add_slide (fixture->project, "gone.tiff", 1000, 1000);
  g_autoptr (GPtrArray) problems = acini_segmentation_check (fixture->project, slide, fixture->model, NULL);

  g_assert_true (plan_is_said (problems, "gone", TRUE));
}

/* Collecting. */

/* What a worker would write. */
static AciniPrediction *
open_output (AciniJob *job)
{
  AciniPredictionInfo info = { 2000, 2000, 1, 1, "colon" };
  g_autofree char *folder = g_build_filename (acini_job_get_folder (job), "predictions", NULL);
  g_autofree char *path = g_build_filename (folder, "1-colon.sqlite", NULL);
  g_autoptr (GError) error = NULL;
  AciniPrediction *prediction;

  g_mkdir_with_parents (folder, 0777);
  prediction = acini_prediction_open (path, &info, &error);

  g_assert_no_error (error);
  return prediction;
}

static void
write_tile (AciniPrediction *prediction, gint64 column, gint64 row, guint8 value)
{
  gsize size = (gsize)ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  guint8 *pixels = g_malloc (size);
  AciniPredictionTile tile = { column, row, NULL };
  g_autoptr (GError) error = NULL;

  memset (pixels, value, size);
  pixels[7] = (guint8)(value + 1);
  tile.probability = g_bytes_new_take (pixels, size);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, &error));
  g_bytes_unref (tile.probability);
}

static void
assert_tile (AciniPrediction *prediction, gint64 column, gint64 row, guint8 value)
{
  guint8 pixels[8];
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_prediction_has_tile (prediction, column, row));
  g_assert_true (acini_prediction_read (prediction, 0, 0, column * ACINI_PREDICTION_TILE, row * ACINI_PREDICTION_TILE,
                                        8, 1, pixels, NULL, &error));
  g_assert_cmpint (pixels[0], ==, value);
  g_assert_cmpint (pixels[7], ==, value + 1);
}

static guint
collect (PlanFixture *fixture, AciniJob *job)
{
  g_autoptr (GError) error = NULL;
  guint n = 99;

  g_assert_true (acini_segmentation_collect (fixture->project, job, &n, &error));
  g_assert_no_error (error);
  return n;
}

static void
test_collect (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "a.tiff", 2000, 0.5);
  g_autoptr (AciniJob) job = NULL;
  g_autoptr (AciniPrediction) output = NULL, target = NULL;
  g_autofree char *path = acini_project_build_path (fixture->project, "predictions", "1-colon.sqlite", NULL);
  g_autofree char *output_path = NULL;
  g_autoptr (GError) error = NULL;

  job = acini_segmentation_prepare (fixture->project, slide, fixture->model, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (collect (fixture, job), ==, 0);
  g_assert_true (acini_job_begin (job, &error));
  output = open_output (job);
  write_tile (output, 0, 0, 10);
  write_tile (output, 1, 0, 20);
  g_assert_cmpuint (collect (fixture, job), ==, 2);
  /* Somebody has the project's file open: it grows under his eyes. */
  target = acini_prediction_open (path, NULL, &error);
  g_assert_no_error (error);
  assert_tile (target, 0, 0, 10);
  assert_tile (target, 1, 0, 20);
  g_assert_cmpuint (collect (fixture, job), ==, 0);
  write_tile (output, 1, 0, 30);
  write_tile (output, 3, 3, 40);
  g_clear_object (&output);
  g_assert_true (acini_job_end (job, ACINI_JOB_DONE, ACINI_FAILURE_NONE, NULL, &error));
  g_assert_cmpuint (collect (fixture, job), ==, 2);
  assert_tile (target, 0, 0, 10);
  assert_tile (target, 1, 0, 30);
  assert_tile (target, 3, 3, 40);
  /* Nothing is kept twice, and twice is no error. */
  output_path = g_build_filename (acini_job_get_folder (job), "predictions", "1-colon.sqlite", NULL);
  g_assert_false (g_file_test (output_path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (collect (fixture, job), ==, 0);
  assert_tile (target, 3, 3, 40);
}

/* Where job.json's @name, relative to the folder, leads. */
static void
assert_leads_to (AciniJob *job, const char *name, const char *wanted)
{
  g_autofree char *path = g_canonicalize_filename (name, acini_job_get_folder (job));

  g_assert_cmpstr (path, ==, wanted);
}

static void
test_moved_project (PlanFixture *fixture, gconstpointer data)
{
  gint64 slide = plan_add_slide (fixture, "a.tiff", 2000, 0.5);
  g_autofree char *outside = g_build_filename (fixture->folder, "outside.tiff", NULL);
  g_autofree char *moved = g_build_filename (fixture->folder, "moved.acini", NULL), *wanted = NULL, *model = NULL;
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *specification;
  AciniJob *job;

  g_assert_true (g_file_set_contents (outside, "pixels", -1, NULL));
  g_assert_cmpint (acini_project_add_slide_record (fixture->project, outside, NULL, "", 0.5, 0.5, 2000, 2000, &error),
                   >, 0);
  {
    g_autoptr (AciniJob) segmentation = acini_segmentation_prepare (fixture->project, slide, fixture->model, &error);
    g_autoptr (AciniJob) training = NULL;
    g_autoptr (AciniPrediction) output = open_output (segmentation);

    g_assert_no_error (error);
    write_tile (output, 2, 1, 50);
    plan_paint (fixture, slide, 0, 0, 100, 100, ACINI_LABEL_FIRST_CLASS);
    plan_paint (fixture, slide + 1, 0, 0, 100, 100, ACINI_LABEL_BACKGROUND);
    training = acini_training_prepare (fixture->project, fixture->model, fixture->recipe, NULL, NULL, "New", &error);
    g_assert_no_error (error);
  }
  g_clear_object (&fixture->project);
  {
    g_autofree char *old = g_build_filename (fixture->folder, "test.acini", NULL);

    g_assert_cmpint (g_rename (old, moved), ==, 0);
  }
  fixture->project = acini_project_open (moved, &error);
  g_assert_no_error (error);
  jobs = acini_list_jobs (fixture->project, &error);
  g_assert_cmpuint (jobs->len, ==, 2);
  wanted = g_build_filename (moved, "slides", "a.tiff", NULL);
  model = g_build_filename (moved, "models", "colon", NULL);
  for (guint i = 0; i < jobs->len; i++)
    {
      job = g_ptr_array_index (jobs, i);
      specification = acini_job_get_specification (job);
      if (g_str_equal (acini_job_get_kind (job), "segment"))
        {
          assert_leads_to (job, json_object_get_string_member (specification, "model"), model);
          assert_leads_to (
              job, json_object_get_string_member (json_object_get_object_member (specification, "slide"), "path"),
              wanted);
          g_assert_cmpuint (collect (fixture, job), ==, 1);
        }
      else
        {
          JsonArray *slides = json_object_get_array_member (specification, "training");

          assert_leads_to (job, json_object_get_string_member (specification, "parent"), model);
          g_assert_cmpuint (json_array_get_length (slides), ==, 2);
          assert_leads_to (job, json_object_get_string_member (json_array_get_object_element (slides, 0), "path"),
                           wanted);
          assert_leads_to (job, json_object_get_string_member (json_array_get_object_element (slides, 1), "path"),
                           outside);
        }
    }
}

/* As earlier versions made them: absolute paths, and a worker that writes into the project. */
static void
test_former_job (PlanFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = acini_project_build_path (fixture->project, "jobs", "segment-20260131-154200-3f9a", NULL);
  g_autofree char *path = g_build_filename (folder, "job.json", NULL), *events = NULL, *text = NULL;
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0777);
  text = g_strdup_printf ("{\"kind\": \"segment\", \"format\": 1, \"name\": \"a\", \"model\": \"%s\", "
                          "\"prediction\": \"%s/predictions/1-colon.sqlite\", "
                          "\"slide\": {\"slide\": 1, \"path\": \"/slides/a.tiff\"}}",
                          fixture->model, acini_project_get_folder (fixture->project));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  events = g_build_filename (folder, "events.jsonl", NULL);
  g_assert_true (
      g_file_set_contents (events, "{\"event\": \"state\", \"state\": \"failed\", \"message\": \"Old\"}\n", -1, NULL));
  jobs = acini_list_jobs (fixture->project, &error);
  g_assert_cmpuint (jobs->len, ==, 1);
  g_assert_cmpint (acini_job_get_state (jobs->pdata[0]), ==, ACINI_JOB_FAILED);
  {
    g_autofree char *message = NULL;

    g_assert_cmpint (acini_job_get_failure (jobs->pdata[0], &message), ==, ACINI_FAILURE_OTHER);
    g_assert_cmpstr (message, ==, "Old");
  }
  g_assert_cmpuint (collect (fixture, jobs->pdata[0]), ==, 0);
}

/* As if a training on @slide, with @other (0: nothing) held out, had come to an end: its model in the project, its job
 * where it was. */
static char *
train (PlanFixture *fixture, const char *parent, gint64 slide, gint64 other, JsonObject **specification)
{
  g_autoptr (GArray) slides = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) held_out = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniCard) card = acini_card_new (), old = acini_card_load (parent, NULL);
  g_autoptr (AciniJob) job = NULL;
  char *folder;

  g_array_append_val (slides, slide);
  g_array_append_vals (held_out, &other, other > 0);
  job = acini_training_prepare (fixture->project, parent, fixture->recipe, slides, held_out, NULL, &error);
  g_assert_no_error (error);
  *specification = json_object_ref (acini_job_get_specification (job));
  g_set_str (&card->id, json_object_get_string_member (*specification, "model"));
  g_set_str (&card->parent, old->id);
  folder = acini_project_build_path (fixture->project, "models", card->id, NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  {
    g_autofree char *path = g_build_filename (folder, "model.json", NULL);

    g_assert_true (acini_card_save (card, path, &error));
  }
  return folder;
}

/* The ids of the slides that are replayed, with commas. */
static char *
dup_replayed (JsonObject *specification)
{
  JsonArray *array = json_object_get_array_member (specification, "replay");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_string_append_printf (text, "%s%d", i > 0 ? "," : "",
                            (int)json_object_get_int_member (json_array_get_object_element (array, i), "slide"));
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* What the parent and its parent learnt from is learnt again beside what is new, but not what is held out. */
static void
test_replay (PlanFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a.tiff", "b.tiff", "c.tiff", "d.tiff" };
  gint64 ids[G_N_ELEMENTS (names)];
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (JsonObject) first = NULL, second = NULL, third = NULL, fourth = NULL;
  g_autofree char *child = NULL, *grandchild = NULL, *last = NULL, *of_second = NULL, *of_third = NULL, *missing = NULL;
  g_autofree char *sibling = NULL, *of_fourth = NULL;
  g_autoptr (GPtrArray) problems = NULL, gone = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      ids[i] = plan_add_slide (fixture, names[i], 1000, 0.5);
      plan_paint (fixture, ids[i], 0, 0, 200, 200, ACINI_LABEL_FIRST_CLASS);
      plan_paint (fixture, ids[i], 300, 300, 200, 200, ACINI_LABEL_BACKGROUND);
    }
  g_assert_true (acini_recipe_set (fixture->recipe, "replay", "0.3", NULL));
  problems = plan_check (fixture, NULL, none);
  g_assert_true (plan_is_said (problems, "may forget", FALSE));
  child = train (fixture, fixture->model, ids[0], 0, &first);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (first, "replay")), ==, 0);
  g_set_str (&fixture->model, child);
  g_clear_pointer (&problems, g_ptr_array_unref);
  problems = plan_check (fixture, NULL, none);
  g_assert_false (plan_is_said (problems, "may forget", FALSE));
  grandchild = train (fixture, child, ids[1], 0, &second);
  of_second = dup_replayed (second);
  g_assert_cmpstr (of_second, ==, "1");
  last = train (fixture, grandchild, ids[2], 0, &third);
  of_third = dup_replayed (third);
  g_assert_cmpstr (of_third, ==, "2,1");
  /* The labels as they were, beside job.json. */
  {
    g_autoptr (GPtrArray) jobs = acini_list_jobs (fixture->project, NULL);
    guint n = 0;

    for (guint i = 0; i < jobs->len; i++)
      {
        g_autofree char *path = g_build_filename (acini_job_get_folder (jobs->pdata[i]), "replay-1.sqlite", NULL);

        n += g_file_test (path, G_FILE_TEST_IS_REGULAR);
      }
    g_assert_cmpuint (n, ==, 2);
  }
  sibling = train (fixture, grandchild, ids[3], ids[0], &fourth);
  of_fourth = dup_replayed (fourth);
  g_assert_cmpstr (of_fourth, ==, "2");
  missing = acini_project_build_path (fixture->project, "slides", "a.tiff", NULL);
  g_assert_cmpint (g_unlink (missing), ==, 0);
  gone = plan_check (fixture, NULL, none);
  g_assert_true (plan_is_said (gone, "is gone", FALSE));
}

/* With enough held-out images whole patients choose the checkpoint, and the others judge it. */
static void
test_choosing (PlanFixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) held_out = g_array_new (FALSE, FALSE, sizeof (gint64));

  add_patients (fixture, 0, 12);
  for (gint64 id = 1; id <= 10; id++)
    {
      AciniTrainingPart part = { fixture->project, NULL, g_array_append_val (held_out, id) };
      g_autoptr (AciniTrainingSplit) split = acini_training_split_new (&part, NULL);
      g_autoptr (GPtrArray) splits = g_ptr_array_new (), sets = NULL;
      g_autoptr (GHashTable) choosing = list_patients (splits), judging = list_patients (splits);
      GHashTable *patients[2] = { judging, choosing };
      guint n[2] = { 0, 0 };

      g_ptr_array_add (splits, split);
      sets = acini_training_splits_choose (splits);
      g_assert_cmpint (sets != NULL, ==, id >= 9);
      for (guint i = 0; sets != NULL && i < split->held_out->len; i++)
        {
          AciniSlideRecord *record = split->held_out->pdata[i];
          gboolean chooses = g_hash_table_contains (sets->pdata[0], &record->id);

          n[chooses]++;
          g_hash_table_add (patients[chooses], g_strdup (record->details.patient));
        }
      g_assert_true (sets == NULL || (n[TRUE] >= 3 && n[FALSE] >= 5));
      g_assert_true (sets == NULL || g_hash_table_size (patients[0]) + g_hash_table_size (patients[1]) == 5);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name, function) g_test_add ("/plan/" name, PlanFixture, NULL, plan_set_up, function, plan_tear_down)
  TEST ("labels", test_labels);
  TEST ("region", test_region);
  TEST ("scale", test_scale);
  TEST ("splits", test_splits);
  TEST ("patients", test_patients);
  TEST ("replay", test_replay);
  TEST ("choosing", test_choosing);
  TEST ("disk", test_disk);
  TEST ("all-labelled", test_all_labelled);
  TEST ("missing-slide", test_missing_slide);
  TEST ("collect", test_collect);
  TEST ("moved-project", test_moved_project);
  TEST ("former-job", test_former_job);
  return g_test_run ();
}
