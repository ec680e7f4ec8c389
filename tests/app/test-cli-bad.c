/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How acini-cli meets bad input: one sentence, and nothing of it gets in. */

#include "tests/acini-test-util.h"
#include "tests/app/acini-cli-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
write_file (const char *name, const char *text, gssize length)
{
  char *path = g_build_filename (cli_material.folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, length, NULL));
  return path;
}

static void
test_bad_slides (void)
{
  g_autofree char *text = write_file ("text.png", "This is no image.", -1);
  g_autofree char *data = NULL, *cut = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (cli_material.slide, &data, &length, NULL));
  cut = write_file ("cut.tiff", data, length / 3);

  g_auto (CliOutcome) none = RUN ("import", cli_material.project, "nowhere.svs", "--quiet");
  g_auto (CliOutcome) no_image = RUN ("import", cli_material.project, text, "--quiet");
  g_auto (CliOutcome) truncated = RUN ("import", cli_material.project, cut, "--quiet");
  g_auto (CliOutcome) segmented = RUN ("segment", text, "--model", cli_material.model, "--quiet");
  g_auto (CliOutcome) listed = RUN ("list", cli_material.project);

  cli_assert_failed (&none, 1, "nowhere.svs");
  cli_assert_failed (&no_image, 1, "text.png");
  cli_assert_failed (&truncated, 1, "cut.tiff");
  cli_assert_failed (&segmented, 1, "text.png");
  /* Nothing of them got in. */
  g_assert_nonnull (strstr (listed.out, "1 slide\n"));
}

static void
test_unreadable_slide (void)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *slide = g_build_filename (shared != NULL ? shared : "", "tissue", "wsi", "openslide-python-fixtures",
                                             "unreadable.svs", NULL);

  if (!g_file_test (slide, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("ACINI_SHARED has no such slide");
      return;
    }
  g_auto (CliOutcome) segmented
      = RUN ("segment", slide, "--model", cli_material.model, "--output", "unreadable.png", "--quiet");
  g_autofree char *output = g_build_filename (cli_material.folder, "unreadable.png", NULL);

  cli_assert_failed (&segmented, 1, "unreadable.svs");
  g_assert_false (g_file_test (output, G_FILE_TEST_EXISTS));
}

static void
test_bad_masks (void)
{
  g_autofree char *folder = g_build_filename (cli_material.folder, "masks.acini", NULL);
  g_auto (CliOutcome) new = RUN ("new", folder);
  g_auto (CliOutcome) other = RUN ("phantom", "other.tiff", "--size", "300x300", "--quiet");
  g_auto (CliOutcome) wrong = RUN ("import", folder, "phantom.tiff", "--masks", "oth*r.tiff", "--quiet");
  g_auto (CliOutcome) colour = RUN ("import", folder, "phantom.tiff", "--mask-channel", "pink");

  /* The pattern names no file of this image's name: imported without labels, and said so. */
  g_assert_cmpint (wrong.status, ==, 0);
  cli_assert_failed (&colour, 2, "pink");

  g_autofree char *slide = g_build_filename (cli_material.folder, "odd.tiff", NULL);
  g_autofree char *mask = g_build_filename (cli_material.folder, "odd_mask.tiff", NULL);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (cli_material.slide, &data, &length, NULL));
  g_assert_true (g_file_set_contents (slide, data, length, NULL));
  g_free (data);
  g_autofree char *small = g_build_filename (cli_material.folder, "other-mask.tiff", NULL);
  g_assert_true (g_file_get_contents (small, &data, &length, NULL));
  g_assert_true (g_file_set_contents (mask, data, length, NULL));
  g_auto (CliOutcome) size = RUN ("import", folder, "odd.tiff", "--quiet");
  cli_assert_failed (&size, 1, "odd_mask.tiff");
}

static void
test_bad_projects (void)
{
  g_autofree char *newer = g_build_filename (cli_material.folder, "newer.acini", NULL);
  g_autofree char *database = g_build_filename (newer, "project.sqlite", NULL);
  g_auto (CliOutcome) made = RUN ("new", newer);
  g_auto (CliOutcome) again = RUN ("new", newer);
  g_auto (CliOutcome) none = RUN ("list", "nowhere.acini");
  g_auto (CliOutcome) no_project = RUN ("list", cli_material.model);

  cli_assert_failed (&again, 1, "newer.acini");
  cli_assert_failed (&none, 1, "nowhere.acini");
  cli_assert_failed (&no_project, 1, "model");
  acini_test_run_sql (database, "PRAGMA user_version = 99");
  g_auto (CliOutcome) from_future = RUN ("list", newer);
  cli_assert_failed (&from_future, 1, "newer");
}

static void
test_bad_models (void)
{
  g_autofree char *text = write_file ("text.safetensors", "no tensors at all", -1);
  g_autofree char *header = write_file ("odd.safetensors",
                                        "\x48\0\0\0\0\0\0\0{\"weight\": {\"dtype\": \"F32\", \"shape\": [1, 1], "
                                        "\"data_offsets\": [0, 4]}}         \0\0\0\0",
                                        8 + 72 + 4);
  g_auto (CliOutcome) none = RUN ("segment", cli_material.project, "--model", "nowhere");
  g_auto (CliOutcome) no_model = RUN ("segment", cli_material.project, "--model", text, "--quiet");
  g_auto (CliOutcome) shape = RUN ("segment", cli_material.project, "--model", header, "--quiet");
  g_auto (CliOutcome) inspected = RUN ("model", "inspect", text);

  cli_assert_failed (&none, 1, "nowhere");
  cli_assert_failed (&no_model, 1, "text.safetensors");
  cli_assert_failed (&shape, 1, "weight");
  cli_assert_failed (&inspected, 1, "text.safetensors");
}

/* A place that nothing can be written into is said before anything is computed. */
static void
test_output (void)
{
  g_autofree char *file = g_build_filename (cli_material.folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "mask.png", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_auto (CliOutcome) segmented
      = RUN ("segment", cli_material.slide, "--model", "nowhere", "--output", below, "--quiet");
  cli_assert_failed (&segmented, 1, "cannot be created");
}

/* A disk that is full: an error, no half file in the place of a whole one. */
static void
test_full_disk (void)
{
  g_autofree char *phantom_path = g_build_filename (cli_material.folder, "full.tiff", NULL);
  g_autofree char *mask_path = g_build_filename (cli_material.folder, "full.png", NULL);

  cli_file_limit = 20000;
  g_auto (CliOutcome) phantom = RUN ("phantom", phantom_path, "--size", "2000x2000", "--quiet");
  g_auto (CliOutcome) segmented
      = RUN ("segment", cli_material.slide, "--model", cli_material.model, "--output", mask_path, "--quiet");
  g_auto (CliOutcome) trained
      = RUN ("train", cli_material.project, "--from", cli_material.model, "--steps", "1", "--quiet");
  cli_file_limit = 0;
  g_auto (CliOutcome) listed = RUN ("list", cli_material.project);
  g_auto (CliOutcome) verified = RUN ("journal", "verify", cli_material.project);

  cli_assert_failed (&phantom, 1, "cannot be written");
  g_assert_false (g_file_test (phantom_path, G_FILE_TEST_EXISTS));
  cli_assert_failed (&segmented, 1, "");
  g_assert_false (g_file_test (mask_path, G_FILE_TEST_EXISTS));
  cli_assert_failed (&trained, 1, "");
  g_assert_cmpint (listed.status, ==, 0);
  g_assert_cmpint (verified.status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-bad/slides", test_bad_slides);
  g_test_add_func ("/cli-bad/unreadable-slide", test_unreadable_slide);
  g_test_add_func ("/cli-bad/masks", test_bad_masks);
  g_test_add_func ("/cli-bad/projects", test_bad_projects);
  g_test_add_func ("/cli-bad/models", test_bad_models);
  g_test_add_func ("/cli-bad/output", test_output);
  g_test_add_func ("/cli-bad/full-disk", test_full_disk);
  return cli_run_tests ();
}
