/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/app/acini-cli-fixture.h"
#include "data/labels/acini-journal.h"
#include "tests/acini-test-util.h"

#include <string.h>
#include <sys/wait.h>

CliMaterial cli_material;
rlim_t cli_file_limit;

void
cli_outcome_clear (CliOutcome *outcome)
{
  g_free (outcome->out);
  g_free (outcome->err);
}

static void
limit_files (gpointer user_data)
{
  struct rlimit limit = { cli_file_limit, cli_file_limit };

  if (cli_file_limit > 0)
    setrlimit (RLIMIT_FSIZE, &limit);
}

CliOutcome
cli_run (const char *const *words)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  CliOutcome outcome = { -1, NULL, NULL };
  int status;

  g_ptr_array_add (arguments, (char *)g_getenv ("ACINI_CLI"));
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, (char *)*words);
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (cli_material.folder, (char **)arguments->pdata, NULL, G_SPAWN_DEFAULT, limit_files, NULL, &outcome.out,
                &outcome.err, &status, &error);
  g_assert_no_error (error);
  if (WIFEXITED (status))
    outcome.status = WEXITSTATUS (status);
  return outcome;
}

void
cli_assert_failed (const CliOutcome *outcome, int status, const char *word)
{
  const char *sentence = strstr (outcome->err, "acini-cli: ");

  g_test_message ("%s", outcome->err);
  g_assert_cmpint (outcome->status, ==, status);
  g_assert_cmpstr (outcome->out, ==, "");
  g_assert_nonnull (sentence);
  g_assert_nonnull (strstr (sentence, word));
}

static void
make_material (void)
{
  cli_material.folder = acini_test_make_folder ();
  cli_material.project = g_build_filename (cli_material.folder, "test.acini", NULL);
  cli_material.slide = g_build_filename (cli_material.folder, "phantom.tiff", NULL);
  cli_material.model = g_build_filename (cli_material.folder, "model", NULL);

  g_auto (CliOutcome) new = RUN ("new", cli_material.project);
  g_auto (CliOutcome) phantom = RUN ("phantom", cli_material.slide, "--size", "1024x1024", "--seed", "3", "--quiet");
  g_auto (CliOutcome) random = RUN ("model", "random", cli_material.model, "--quiet");
  g_auto (CliOutcome) import = RUN ("import", cli_material.project, cli_material.slide, "--organ", "largeintestine");

  g_assert_cmpstr (new.err, ==, "");
  g_assert_cmpint (new.status, ==, 0);
  g_assert_cmpint (phantom.status, ==, 0);
  g_assert_cmpstr (phantom.out, ==, "");
  g_assert_cmpint (random.status, ==, 0);
  g_assert_cmpint (import.status, ==, 0);
}

JsonObject *
cli_parse (const CliOutcome *outcome)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  if (outcome->status != 0)
    g_test_message ("%s", outcome->err);
  g_assert_cmpint (outcome->status, ==, 0);
  node = json_from_string (outcome->out, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (node));
}

char *
cli_make_labelled (const char *name)
{
  char *path = g_build_filename (cli_material.folder, name, NULL);
  g_autoptr (AciniProject) project = acini_project_create (path, NULL);
  gint64 slide = acini_test_add_slide (project, "a, b.tiff", 1500, 1000);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");

  acini_test_add_slide (project, "empty.tiff", 1000, 1000);
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 500, 100, 20, 30 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 700, 100, 10, 40 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 710, 100, 10, 10 }, NULL, 3, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  return path;
}

int
cli_run_tests (void)
{
  int status;

  make_material ();
  status = g_test_run ();
  g_free (cli_material.project);
  g_free (cli_material.slide);
  g_free (cli_material.model);
  acini_test_remove_folder (cli_material.folder);
  return status;
}
