/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A training on a disk that becomes full at each of the files it writes, one after the other (full-disk-shim.c): the
 * job says so and pauses, leaves no half model, and goes on to its end once there is room. */

#include "app/jobs/acini-job-runners.h"
#include "app/training/acini-training.h"
#include "model/core/acini-card.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <string.h>

#define STEPS 2
#define TIMEOUT_S 300
/* More files than such a training writes. */
#define MOST_FILES 40

static char *folder, *model;
static AciniProject *project;

#define RUN(...) acini_test_run_cli (folder, (const char *const[]){ __VA_ARGS__, NULL })

static AciniJob *
prepare (void)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));
  const AciniTrainingPart part = { project, NULL, none };
  const AciniTrainingPlan plan = { .parent = model, .recipe = recipe, .device = "cpu", .threads = 1 };
  g_autoptr (GError) error = NULL;
  AciniJob *job;

  recipe->epochs = 0;
  recipe->steps = STEPS;
  recipe->batch = 1;
  recipe->patch = 64;
  recipe->checkpoint_every = 1;
  g_assert_true (acini_recipe_set (recipe, "precision", "float32", &error));
  job = acini_training_prepare_parts (&part, 1, &plan, &error);
  g_assert_no_error (error);
  return job;
}

static AciniJobState
run_to_its_end (AciniJob *job)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_S * G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;

  acini_job_start (job, &error);
  g_assert_no_error (error);
  while (acini_job_is_alive (job))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (10000);
    }
  return acini_job_get_state (job);
}

/* From its @room-th file on nothing finds room.  Returns: whether something did not. */
static gboolean
fill_disk (AciniJob *job, int room, AciniJobState *state)
{
  g_autofree char *number = g_strdup_printf ("%d", room), *full = g_build_filename (folder, "full", NULL);

  g_remove (full);
  g_setenv ("LD_PRELOAD", g_getenv ("ACINI_FULL_DISK_SHIM"), TRUE);
  g_setenv ("ACINI_FULL_FOLDER", acini_job_get_folder (job), TRUE);
  g_setenv ("ACINI_FULL_ROOM", number, TRUE);
  g_setenv ("ACINI_FULL_FILE", full, TRUE);
  *state = run_to_its_end (job);
  g_unsetenv ("LD_PRELOAD");
  return g_file_test (full, G_FILE_TEST_EXISTS);
}

static gboolean
has_card (AciniJob *job)
{
  g_autofree char *path = g_build_filename (acini_job_get_folder (job), "model.json", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* No file that was begun and not finished, such as model.safetensors.Q3X5TA. */
static void
assert_no_rest (AciniJob *job)
{
  g_autoptr (GDir) directory = g_dir_open (acini_job_get_folder (job), 0, NULL);

  for (const char *name = g_dir_read_name (directory); name != NULL; name = g_dir_read_name (directory))
    {
      g_test_message ("%s", name);
      g_assert_null (strstr (name, ".safetensors."));
      g_assert_null (strstr (name, ".json."));
    }
}

static void
assert_whole (AciniJob *job)
{
  g_autofree char *weights = g_build_filename (acini_job_get_folder (job), "model.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniCard) card = acini_card_load (acini_job_get_folder (job), &error);

  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (card->training, "steps"), ==, STEPS);
  /* Reads every tensor. */
  RUN ("model", "inspect", weights);
}

static void
test_training (void)
{
  guint n_full = 0;

  for (int room = 0; room < MOST_FILES; room++)
    {
      g_autoptr (AciniJob) job = prepare ();
      g_autofree char *message = NULL;
      AciniJobState state;
      AciniFailure failure;

      if (!fill_disk (job, room, &state))
        {
          g_assert_cmpint (state, ==, ACINI_JOB_DONE);
          g_test_message ("a training writes %d files", room);
          g_assert_cmpuint (n_full, >=, 6);
          return;
        }
      failure = acini_job_get_failure (job, &message);
      g_test_message ("room for %d files: %s, %s: %s", room, acini_job_state_to_string (state),
                      acini_failure_to_string (failure), message);
      n_full++;
      /* What finds no room at the very end does not undo what is done. */
      if (state != ACINI_JOB_DONE)
        {
          g_assert_cmpint (state, ==, ACINI_JOB_PAUSED);
          g_assert_cmpint (failure, ==, ACINI_FAILURE_DISK);
          g_assert_false (has_card (job));
          assert_no_rest (job);
          g_assert_cmpint (run_to_its_end (job), ==, ACINI_JOB_DONE);
        }
      assert_whole (job);
    }
  g_assert_not_reached ();
}

static void
make_material (void)
{
  g_autofree char *path = NULL, *cache = NULL;
  g_autoptr (GError) error = NULL;

  folder = acini_test_make_folder ();
  model = g_build_filename (folder, "model", NULL);
  path = g_build_filename (folder, "full.acini", NULL);
  cache = g_build_filename (folder, "cache", NULL);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  RUN ("new", path);
  RUN ("phantom", "phantom.tiff", "--size", "1024x1024", "--seed", "3", "--quiet");
  RUN ("import", path, "phantom.tiff", "--organ", "largeintestine", "--quiet");
  RUN ("model", "random", model);
  project = acini_project_open (path, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_material ();
  g_test_add_func ("/full-disk/training", test_training);
  status = g_test_run ();
  g_object_unref (project);
  g_free (model);
  acini_test_remove_folder (folder);
  return status;
}
