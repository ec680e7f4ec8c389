/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini-cli on inputs that failed once, each by what is right about it; what is made here needs no other files. */

#include "data/labels/acini-labels.h"
#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/wait.h>

/* Of the pictures in the folder of cases: size, and pixels of units. */
#define WIDTH 200
#define HEIGHT 120
#define UNITS 4750

typedef struct
{
  char *folder;  /* the working folder of the program */
  char *project; /* a fresh project in it */
} Fixture;

typedef struct
{
  int status;
  char *out, *err;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->out);
  g_free (outcome->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static Outcome
run_words (Fixture *fixture, const char *const *words)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  Outcome outcome = { -1, NULL, NULL };
  int status;

  g_ptr_array_add (arguments, (char *)g_getenv ("ACINI_CLI"));
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, (char *)*words);
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (fixture->folder, (char **)arguments->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &outcome.out,
                &outcome.err, &status, &error);
  g_assert_no_error (error);
  outcome.status = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
  g_test_message ("%s%s", outcome.out, outcome.err);
  g_assert_null (strstr (outcome.err, "CRITICAL"));
  g_assert_null (strstr (outcome.err, "WARNING"));
  return outcome;
}
#define RUN(...) run_words (fixture, (const char *const[]){ __VA_ARGS__, NULL })

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = g_build_filename (fixture->folder, "P", NULL);
  g_auto (Outcome) new = RUN ("new", "P");
  g_assert_cmpint (new.status, ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->project);
  acini_test_remove_folder (fixture->folder);
}

/* A file of the folder of cases; NULL, and the test is left out: there is none. */
static char *
find_case (const char *name, const char *file)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : "", "cases", name, file, NULL);

  if (shared != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip ("ACINI_SHARED has no such case");
  return NULL;
}

/* Slides of the project, by name. */
static GPtrArray *
list (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniProject) project = acini_project_open (fixture->project, &error);
  GPtrArray *slides = acini_project_list_slides (project, &error);

  g_assert_no_error (error);
  return slides;
}

static guint
count_slides (Fixture *fixture)
{
  g_autoptr (GPtrArray) slides = list (fixture);

  return slides->len;
}

/* The labels of the slide @name, and how many of its pixels are units. */
static int
count_units (Fixture *fixture, const char *name, guint8 *labels)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniProject) project = acini_project_open (fixture->project, &error);
  g_autoptr (GPtrArray) slides = list (fixture);
  int n = 0;

  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (slides, i);

      if (!g_str_equal (record->name, name))
        continue;
      g_assert_cmpint (record->width * record->height, ==, WIDTH * HEIGHT);
      g_assert_true (acini_labels_read (project, record->id, 0, 0, 0, WIDTH, HEIGHT, labels, &error));
      for (int k = 0; k < WIDTH * HEIGHT; k++)
        n += labels[k] >= ACINI_LABEL_FIRST_CLASS;
      return n;
    }
  g_assert_not_reached ();
}

/* A picture of @width × @height pixels of the grey @grey. */
static void
write_grey (Fixture *fixture, const char *name, int width, int height, int grey)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL), *folder = g_path_get_dirname (path);
  g_autoptr (VipsImage) black = NULL;
  g_autoptr (VipsImage) image = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_cmpint (vips_black (&black, width, height, NULL), ==, 0);
  g_assert_cmpint (vips_linear1 (black, &image, 1, grey, "uchar", TRUE, NULL), ==, 0);
  g_assert_cmpint (vips_pngsave (image, path, NULL), ==, 0);
}

/* Masks: the same 4750 pixels in each, whatever says so. */

static void
check_mask (Fixture *fixture, const char *name, const guint8 *truth)
{
  g_autofree guint8 *labels = g_malloc (WIDTH * HEIGHT);
  int n = count_units (fixture, name, labels), both = 0;

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    both += labels[i] >= ACINI_LABEL_FIRST_CLASS && truth[i] >= ACINI_LABEL_FIRST_CLASS;
  g_test_message ("%s: %d pixels of units", name, n);
  g_assert_cmpfloat (2.0 * both / (n + UNITS), >=, 0.99);
}

static void
test_masks (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *folder, *name;
  } masks[] = {
    { "mask-in-alpha", "malpha" },
    { "mask-in-alpha", "mla" },
    { "mask-palette-ground-not-black", "mpalwhite" },
    { "mask-palette-ground-not-black", "mpalblack" },
    { "mask-jpeg-noise", "mjpeg" },
    { "mask-jpeg-noise", "maa" },
    { "mask-minus-one-and-nan", "m32neg" },
    { "mask-orientation-ignored", "mori3" },
  };
  g_autofree char *plain = find_case ("slide-name-as-path", "m01.png");
  g_autofree char *green = find_case ("mask-minus-one-and-nan", "m16rgb.png");
  g_autofree guint8 *truth = g_malloc (WIDTH * HEIGHT);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  if (plain == NULL || green == NULL)
    return;
  g_ptr_array_add (words, g_strdup ("import"));
  g_ptr_array_add (words, g_strdup ("P"));
  g_ptr_array_add (words, g_strdup (plain));
  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      g_autofree char *file = g_strconcat (masks[i].name, ".png", NULL);

      g_ptr_array_add (words, find_case (masks[i].folder, file));
    }
  g_ptr_array_add (words, NULL);
  g_auto (Outcome) import = run_words (fixture, (const char *const *)words->pdata);
  g_auto (Outcome) channel = RUN ("import", "P", green, "--mask-channel", "green", "--json");

  g_assert_cmpint (import.status, ==, 0);
  g_assert_cmpint (channel.status, ==, 0);
  g_assert_nonnull (strstr (import.out, "% of the pixels are units"));
  g_assert_nonnull (strstr (channel.out, "\"unit_share\""));
  g_assert_cmpint (count_units (fixture, "m01", truth), ==, UNITS);
  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    check_mask (fixture, masks[i].name, truth);
  check_mask (fixture, "m16rgb", truth);
}

/* Pictures. */

static double
get_mean (const AciniSlideRecord *record)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (record->path, NULL);
  g_autofree guint8 *rgb = g_malloc (3 * (gsize)record->width * (gsize)record->height);
  double sum = 0;

  g_assert_true (acini_slide_read_rgb (slide, 0, 0, 1, (int)record->width, (int)record->height, rgb, NULL));
  for (gint64 i = 0; i < 3 * record->width * record->height; i++)
    sum += rgb[i];
  return sum / (3.0 * (double)record->width * (double)record->height);
}

/* All of them hold the same picture. */
static void
test_pictures (Fixture *fixture, gconstpointer data)
{
  static const char *const files[][2] = {
    { "sixteen-bit-float-extra-bands", "rgb12in16.png" },    { "sixteen-bit-float-extra-bands", "rgbx.tif" },
    { "sixteen-bit-float-extra-bands", "five.tif" },         { "orientation-tiled-vs-strip", "orient6-tiled.tif" },
    { "orientation-tiled-vs-strip", "orient6-strip.tif" },   { "resolution-lost-on-conversion", "res-cm-strip.tif" },
    { "resolution-lost-on-conversion", "res-cm-tiled.tif" }, { "resolution-lost-on-conversion", "res-inch-strip.tif" },
    { "resolution-lost-on-conversion", "res-phys.png" },
  };
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) slides = NULL;

  g_ptr_array_add (words, g_strdup ("import"));
  g_ptr_array_add (words, g_strdup ("P"));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      char *path = find_case (files[i][0], files[i][1]);

      if (path == NULL)
        return;
      g_ptr_array_add (words, path);
    }
  g_ptr_array_add (words, NULL);
  g_auto (Outcome) import = run_words (fixture, (const char *const *)words->pdata);
  g_assert_cmpint (import.status, ==, 0);
  slides = list (fixture);
  g_assert_cmpuint (slides->len, ==, G_N_ELEMENTS (files));
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (slides, i);

      g_test_message ("%s", record->name);
      g_assert_cmpfloat_with_epsilon (get_mean (record), 162.8, 0.6);
      g_assert_cmpint (record->width, ==, WIDTH);
      g_assert_cmpfloat_with_epsilon (record->mpp_x, g_str_has_prefix (record->name, "res") ? 0.25 : 0, 1e-4);
    }
}

static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  const char *const files[] = { "truncated.png", "truncated-tiled.tif" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = find_case ("truncated-image-message", files[i]);

      if (path == NULL)
        return;
      g_auto (Outcome) import = RUN ("import", "P", path);
      g_assert_cmpint (import.status, ==, 1);
      g_assert_nonnull (strstr (import.err, files[i]));
      g_assert_null (strstr (import.err, "partial"));
      g_assert_null (strstr (import.err, "load"));
      g_assert_cmpuint (count_slides (fixture), ==, 0);
    }
}

/* Options. */

static void
test_values (Fixture *fixture, gconstpointer data)
{
  const char *const bad[] = { "inf", "1e300", "250", "-1", "nan", "0", "x" };

  write_grey (fixture, "a.png", 64, 64, 200);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_auto (Outcome) import = RUN ("import", "P", "a.png", "--mpp", bad[i]);

      g_assert_cmpint (import.status, ==, 2);
      g_assert_nonnull (strstr (import.err, "from 0.01 to 100"));
    }
  g_auto (Outcome) segment = RUN ("segment", "a.png", "--mpp", "inf");
  g_auto (Outcome) organ = RUN ("import", "P", "a.png", "--organ", "kidny");
  g_auto (Outcome) units = RUN ("import", "P", "a.png", "--mask-units", "pink");
  g_auto (Outcome) masks = RUN ("import", "P", "a.png", "--masks", "nowhere");
  g_auto (Outcome) epochs = RUN ("train", "P", "--epochs", "-3");
  g_auto (Outcome) steps = RUN ("train", "P", "--steps", "0");

  g_assert_cmpint (segment.status, ==, 2);
  g_assert_cmpint (organ.status, ==, 2);
  g_assert_nonnull (strstr (organ.err, "kidney, largeintestine"));
  g_assert_cmpint (units.status, ==, 2);
  g_assert_cmpint (masks.status, ==, 1);
  g_assert_cmpint (epochs.status, ==, 2);
  g_assert_cmpint (steps.status, ==, 2);
  g_assert_cmpuint (count_slides (fixture), ==, 0);
}

/* A project that an earlier version wrote without looking. */
static void
test_wild_mpp (Fixture *fixture, gconstpointer data)
{
  g_autofree char *database = g_build_filename (fixture->project, "project.sqlite", NULL);
  g_autoptr (GPtrArray) slides = NULL;

  write_grey (fixture, "a.png", 64, 64, 200);
  g_auto (Outcome) import = RUN ("import", "P", "a.png", "--mpp", "0.5");
  acini_test_run_sql (database, "UPDATE slides SET mpp_x = 9e999, mpp_y = 9e999");
  g_auto (Outcome) json = RUN ("list", "P", "--json");
  g_assert_cmpint (import.status, ==, 0);
  g_assert_cmpint (json.status, ==, 0);
  g_assert_null (strstr (json.out, "inf"));
  slides = list (fixture);
  g_assert_cmpfloat (((AciniSlideRecord *)g_ptr_array_index (slides, 0))->mpp_x, ==, 0);
}

/* Names. */

static void
test_names (Fixture *fixture, gconstpointer data)
{
  const char *const names[] = { "../../evil", "S23/1234", "HE", "HE", ".hidden", "two\nlines", "-o" };
  g_autofree char *out = g_build_filename (fixture->folder, "out", NULL);
  g_autoptr (GDir) dir = NULL;
  int n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strdup_printf ("folder %u/HE.png", i),
                      *mask = g_strdup_printf ("folder %u/HE_mask.png", i);
      g_autofree char *name = g_strconcat ("--name=", names[i], NULL);

      write_grey (fixture, file, 40, 30, 100 + (int)i);
      write_grey (fixture, mask, 40, 30, 255);
      g_auto (Outcome) import = RUN ("import", "P", file, name);
      g_assert_cmpint (import.status, ==, 0);
    }
  g_auto (Outcome) lines = RUN ("list", "P");
  g_auto (Outcome) export = RUN ("export", "P", "--labels-only", "-o", "out", "--json");
  g_assert_nonnull (strstr (lines.out, "two\\nlines"));
  g_assert_cmpint (export.status, ==, 0);
  dir = g_dir_open (out, 0, NULL);
  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpint (n, ==, G_N_ELEMENTS (names));
  /* Nothing beside the folder: the folders of images, the project and this one. */
  g_clear_pointer (&dir, g_dir_close);
  dir = g_dir_open (fixture->folder, 0, NULL);
  for (n = 0; g_dir_read_name (dir) != NULL;)
    n++;
  g_assert_cmpint (n, ==, G_N_ELEMENTS (names) + 2);
}

static void
test_latin (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  write_grey (fixture, "latin\xe4/b\xf6se.png", 40, 30, 90);
  write_grey (fixture, "latin\xe4/b\xf6se_mask.png", 40, 30, 255);
  g_auto (Outcome) import = RUN ("import", "P", "latin\xe4/b\xf6se.png", "--json");
  g_auto (Outcome) json = RUN ("list", "P", "--json");
  g_auto (Outcome) lines = RUN ("list", "P");
  g_auto (Outcome) export = RUN ("export", "P", "--labels-only", "-o", "out", "--json");

  g_assert_cmpint (import.status, ==, 0);
  g_assert_cmpint (export.status, ==, 0);
  g_assert_true (g_utf8_validate (import.out, -1, NULL));
  g_assert_true (g_utf8_validate (json.out, -1, NULL));
  g_assert_true (g_utf8_validate (lines.out, -1, NULL));
  g_assert_true (g_utf8_validate (export.out, -1, NULL));
  node = json_from_string (json.out, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (lines.out, "böse"));
}

/* A slide that stays at such a place is read there, also by what is told in JSON. */
static void
test_latin_slide (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "latin\xe4", NULL);
  g_autofree char *path = g_build_filename (folder, "b\xf6se.tiff", NULL);
  g_autoptr (GPtrArray) slides = NULL;

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  acini_test_write_slide (path, 256, 0xc08080);
  g_auto (Outcome) import = RUN ("import", "P", path);
  g_auto (Outcome) json = RUN ("list", "P", "--json");

  g_assert_cmpint (import.status, ==, 0);
  g_assert_true (g_utf8_validate (json.out, -1, NULL));
  g_assert_nonnull (strstr (json.out, "\"missing\" : false"));
  slides = list (fixture);
  g_assert_cmpstr (((AciniSlideRecord *)g_ptr_array_index (slides, 0))->path, ==, path);
}

/* Several processes at once. */
static void
import_at_once (Fixture *fixture, const char *const *files, int n)
{
  GPid children[8];

  for (int i = 0; i < n; i++)
    {
      const char *words[] = { g_getenv ("ACINI_CLI"), "import", "P", files[i], "--quiet", NULL };

      g_assert_true (g_spawn_async (fixture->folder, (char **)words, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                    &children[i], NULL));
    }
  for (int i = 0; i < n; i++)
    {
      int status;

      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
    }
}

static void
test_parallel (Fixture *fixture, gconstpointer data)
{
  const char *const files[] = { "a/HE.png", "b/HE.png", "c/HE.png", "d/HE.png" };
  const char *const same[] = { "a/HE.png", "a/HE.png", "e/HE.png", "e/HE.png" };
  g_autofree char *folder = g_build_filename (fixture->project, "slides", NULL);
  gboolean seen[256] = { FALSE };
  g_autoptr (GPtrArray) slides = NULL;
  g_autoptr (GDir) dir = NULL;
  int n = 0;

  for (int i = 0; i < 5; i++)
    write_grey (fixture, i < 4 ? files[i] : same[2], 1500, 1500, 50 + 30 * i);
  import_at_once (fixture, files, 4);
  g_assert_cmpuint (count_slides (fixture), ==, 4);
  import_at_once (fixture, same, 4);
  g_assert_cmpuint (count_slides (fixture), ==, 5);
  slides = list (fixture);
  for (guint i = 0; i < 5; i++)
    seen[(int)get_mean (g_ptr_array_index (slides, i))] = TRUE;
  for (int i = 0; i < 5; i++)
    g_assert_true (seen[50 + 30 * i]);
  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpint (n, ==, 5);
}

/* A batch. */
static void
test_batch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) slides = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *file = g_strdup_printf ("%c.png", 'a' + i), *mask = g_strdup_printf ("%c_mask.png", 'a' + i);

      write_grey (fixture, file, 64, 48, 120 + i);
      write_grey (fixture, mask, 64, i == 1 ? 24 : 48, 255);
    }
  g_auto (Outcome) first = RUN ("import", "P", "a.png", "b.png", "nothing.png", "c.png");
  g_assert_cmpint (first.status, ==, 1);
  g_assert_nonnull (strstr (first.err, "b_mask.png"));
  g_assert_nonnull (strstr (first.err, "nothing.png"));
  g_assert_nonnull (strstr (first.err, "2 of 4"));
  slides = list (fixture);
  g_assert_cmpuint (slides->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_true (((AciniSlideRecord *)g_ptr_array_index (slides, i))->labelled == (i != 1));
  g_clear_pointer (&slides, g_ptr_array_unref);

  write_grey (fixture, "b_mask.png", 64, 48, 255);
  g_auto (Outcome) again = RUN ("import", "P", "a.png", "b.png", "c.png");
  g_auto (Outcome) third = RUN ("import", "P", "*.png");
  g_assert_cmpint (again.status, ==, 0);
  g_assert_cmpint (third.status, ==, 0);
  slides = list (fixture);
  g_assert_cmpuint (slides->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_true (((AciniSlideRecord *)g_ptr_array_index (slides, i))->labelled);
  /* Three slides and the labels of three: nothing was written into the history a second time. */
  g_autofree char *database = g_build_filename (fixture->project, "project.sqlite", NULL);
  g_autofree char *rows = acini_test_query (database, "SELECT count(*) FROM journal");
  g_assert_cmpstr (rows, ==, "6");
}

/* Slides that move. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *study = g_build_filename (fixture->folder, "study", NULL);
  g_autofree char *study2 = g_build_filename (fixture->folder, "study2", NULL);
  g_autofree char *slide = g_build_filename (study, "slide.tiff", NULL);
  g_autofree char *moved = g_build_filename (study2, "slide.tiff", NULL);
  g_autofree char *away = g_build_filename (fixture->folder, "archive", "deep", NULL);
  g_autofree char *there = g_build_filename (away, "slide.tiff", NULL);
  g_autofree char *other = g_build_filename (away, "other.tiff", NULL);
  g_autofree char *renamed = g_build_filename (away, "renamed.tiff", NULL);

  g_assert_cmpint (g_mkdir (study, 0777), ==, 0);
  acini_test_write_slide (slide, 300, 0xc08080);
  g_auto (Outcome) new = RUN ("new", "study/S");
  g_auto (Outcome) import = RUN ("import", "study/S", "study/slide.tiff");
  g_assert_cmpint (import.status, ==, 0);
  g_free (fixture->project);
  fixture->project = g_build_filename (study2, "S", NULL);

  /* Both together. */
  g_assert_cmpint (g_rename (study, study2), ==, 0);
  g_auto (Outcome) together = RUN ("list", "study2/S", "--json");
  g_auto (Outcome) twice = RUN ("import", "study2/S", "study2/slide.tiff");
  g_assert_nonnull (strstr (together.out, "\"missing\" : false"));
  g_assert_cmpint (twice.status, ==, 0);
  g_assert_cmpuint (count_slides (fixture), ==, 1);

  /* The slide alone. */
  g_assert_cmpint (g_mkdir_with_parents (away, 0777), ==, 0);
  g_assert_cmpint (g_rename (moved, there), ==, 0);
  g_auto (Outcome) gone = RUN ("list", "study2/S");
  g_assert_nonnull (strstr (gone.err, "relink"));
  /* Another slide of the same name and another size is not it. */
  acini_test_write_slide (moved, 200, 0x80c080);
  g_assert_cmpint (g_rename (moved, other), ==, 0);
  g_auto (Outcome) wrong = RUN ("relink", "study2/S", "archive/deep/other.tiff");
  g_assert_cmpint (wrong.status, ==, 1);
  g_auto (Outcome) found = RUN ("relink", "study2/S", "archive", "--json");
  g_assert_cmpint (found.status, ==, 0);
  g_assert_nonnull (strstr (found.out, "slide.tiff"));
  g_assert_cmpint (g_rename (there, renamed), ==, 0);
  g_auto (Outcome) another = RUN ("relink", "study2/S", "archive/deep/renamed.tiff");
  g_assert_cmpint (another.status, ==, 0);
  g_autoptr (GPtrArray) slides = list (fixture);
  g_assert_cmpuint (slides->len, ==, 1);
  g_assert_cmpstr (((AciniSlideRecord *)g_ptr_array_index (slides, 0))->path, ==, renamed);
}

/* Exports. */
static void
test_export (Fixture *fixture, gconstpointer data)
{
  write_grey (fixture, "-dash.png", 12, 10, 120);
  write_grey (fixture, "-dash_mask.png", 12, 10, 255);
  g_auto (Outcome) import = RUN ("import", "P", "--", "-dash.png");
  g_assert_cmpint (import.status, ==, 0); /* with a mask as large as the image was before it was filled up */
  g_auto (Outcome) json = RUN ("export", "P", "--labels-only", "-f", "geojson", "-o", "one.json");
  g_auto (Outcome) deep = RUN ("export", "P", "--labels-only", "-o", "new/deep/one.png");
  g_autofree char *one = g_build_filename (fixture->folder, "one.json", NULL);
  g_autofree char *two = g_build_filename (fixture->folder, "new", "deep", "one.png", NULL);

  g_assert_cmpint (json.status, ==, 0);
  g_assert_true (g_file_test (one, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (deep.status, ==, 0);
  g_assert_true (g_file_test (two, G_FILE_TEST_IS_REGULAR));

  /* Nobody looked at this one. */
  write_grey (fixture, "plain.png", 40, 40, 120);
  g_auto (Outcome) second = RUN ("import", "P", "plain.png");
  g_auto (Outcome) some = RUN ("export", "P", "--labels-only", "-o", "out", "--json");
  g_auto (Outcome) none = RUN ("export", "P", "--labels-only", "--slides", "plain", "-o", "out");
  g_autofree char *empty = g_build_filename (fixture->folder, "out", "plain.png", NULL);
  g_assert_cmpint (second.status, ==, 0);
  g_assert_cmpint (some.status, ==, 0);
  g_assert_nonnull (strstr (some.err, "plain"));
  g_assert_cmpint (none.status, ==, 1);
  g_assert_false (g_file_test (empty, G_FILE_TEST_EXISTS));
}

static void
test_tall_pixels (Fixture *fixture, gconstpointer data)
{
  g_autofree char *database = g_build_filename (fixture->project, "project.sqlite", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "a.tiff", NULL);
  g_autoptr (VipsImage) image = NULL;

  write_grey (fixture, "a.png", 64, 64, 200);
  write_grey (fixture, "a_mask.png", 64, 64, 255);
  g_auto (Outcome) import = RUN ("import", "P", "a.png");
  acini_test_run_sql (database, "UPDATE slides SET mpp_x = 0.5, mpp_y = 0.25");
  g_auto (Outcome) export = RUN ("export", "P", "--labels-only", "-f", "tiff", "-o", "a.tiff");
  g_assert_cmpint (import.status + export.status, ==, 0);
  image = vips_image_new_from_file (path, NULL);
  g_assert_cmpfloat_with_epsilon (vips_image_get_xres (image), 2000, 0.1);
  g_assert_cmpfloat_with_epsilon (vips_image_get_yres (image), 4000, 0.1);
}

/* A full disk, as far as standard output goes. */
static void
test_full_output (Fixture *fixture, gconstpointer data)
{
  const char *const commands[] = { "list P", "list P --json", "--help", "--version", "list --help" };

  if (!g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("There is no /dev/full");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strdup_printf ("\"$ACINI_CLI\" %s > /dev/full", commands[i]);
      const char *words[] = { "sh", "-c", line, NULL };
      g_autofree char *err = NULL;
      int status;

      g_assert_true (g_spawn_sync (fixture->folder, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &err,
                                   &status, NULL));
      g_assert_cmpint (WEXITSTATUS (status), ==, 1);
      g_assert_nonnull (strstr (err, "output"));
    }
}

/* What the folder of cases holds of whole flows. */
static void
test_flows (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = find_case ("same-name-export-overwrites", "caseA/HE.png");
  g_autofree char *second = find_case ("same-name-export-overwrites", "caseB/HE.png");
  g_autofree char *ring = find_case ("geojson-ring-touches-itself", "ring-open.png");
  g_autofree char *out = g_build_filename (fixture->folder, "out", NULL), *text = NULL;
  g_autofree char *geojson = g_build_filename (out, "ring-open.geojson", NULL);
  g_autofree char *one = g_build_filename (out, "HE.png", NULL), *two = g_build_filename (out, "HE-2.png", NULL);

  if (first == NULL || second == NULL || ring == NULL)
    return;
  g_auto (Outcome) import = RUN ("import", "P", first, second, ring);
  g_auto (Outcome) png = RUN ("export", "P", "--labels-only", "-f", "png", "-o", "out");
  g_auto (Outcome) json = RUN ("export", "P", "--labels-only", "-f", "geojson", "-o", "out");
  g_assert_cmpint (import.status + png.status + json.status, ==, 0);
  g_assert_true (g_file_test (one, G_FILE_TEST_EXISTS) && g_file_test (two, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (geojson, &text, NULL, NULL));
  /* The point that the outline came back to begins and ends a ring of its own, and is once in the other. */
  g_assert_nonnull (strstr (text, "]],[["));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  acini_vips_init ();
  g_test_add ("/cases/masks", Fixture, NULL, set_up, test_masks, tear_down);
  g_test_add ("/cases/pictures", Fixture, NULL, set_up, test_pictures, tear_down);
  g_test_add ("/cases/truncated", Fixture, NULL, set_up, test_truncated, tear_down);
  g_test_add ("/cases/values", Fixture, NULL, set_up, test_values, tear_down);
  g_test_add ("/cases/wild-mpp", Fixture, NULL, set_up, test_wild_mpp, tear_down);
  g_test_add ("/cases/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/cases/latin", Fixture, NULL, set_up, test_latin, tear_down);
  g_test_add ("/cases/latin-slide", Fixture, NULL, set_up, test_latin_slide, tear_down);
  g_test_add ("/cases/parallel", Fixture, NULL, set_up, test_parallel, tear_down);
  g_test_add ("/cases/batch", Fixture, NULL, set_up, test_batch, tear_down);
  g_test_add ("/cases/moved", Fixture, NULL, set_up, test_moved, tear_down);
  g_test_add ("/cases/export", Fixture, NULL, set_up, test_export, tear_down);
  g_test_add ("/cases/tall-pixels", Fixture, NULL, set_up, test_tall_pixels, tear_down);
  g_test_add ("/cases/full-output", Fixture, NULL, set_up, test_full_output, tear_down);
  g_test_add ("/cases/flows", Fixture, NULL, set_up, test_flows, tear_down);
  return g_test_run ();
}
