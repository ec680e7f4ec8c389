/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The competitions' folders, QuPath's, and their run lengths as labels. */

#include "data/interchange/acini-competition.h"
#include "data/interchange/acini-labels-import.h"
#include "data/interchange/acini-qupath-project.h"
#include "data/mask/acini-rle.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  AciniProject *project;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  acini_test_remove_folder (fixture->folder);
}

/* Random runs over several tiles: the labels are what the decoder makes of them. */
static void
test_runs (Fixture *fixture, gconstpointer data)
{
  enum
  {
    WIDTH = 1300,
    HEIGHT = 1111
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GString) runs = g_string_new (NULL);
  g_autofree guint8 *wanted = g_malloc (WIDTH * HEIGHT), *labels = g_malloc (WIDTH * HEIGHT);
  gint64 slide = acini_test_add_slide (fixture->project, "a.tiff", WIDTH, HEIGHT), n = 0;
  g_auto (AciniLabelsImport) import = { 0 };
  g_autoptr (GError) error = NULL;

  for (gint64 at = 0; at < WIDTH * HEIGHT - 4000;)
    {
      gint64 start = at + g_rand_int_range (rand, 1, 3000), length = g_rand_int_range (rand, 1, 900);

      if (g_rand_int_range (rand, 0, 50) == 0)
        at += 100000; /* tiles without any */
      else
        {
          g_string_append_printf (runs, "%s%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, runs->len > 0 ? " " : "", start + 1,
                                  length);
          at = start + length;
        }
    }
  g_assert_true (acini_rle_decode (runs->str, WIDTH, HEIGHT, wanted, &error));
  acini_labels_import_runs (fixture->project, slide, runs->str, 2, &import, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, WIDTH, HEIGHT, labels, &error));
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      g_assert_cmpint (labels[i], ==, wanted[i] != 0 ? 2 : 1);
      n += wanted[i] != 0;
    }
  g_assert_cmpint (import.n_units, ==, n);
}

static void
test_bad_runs (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "1", "0 5", "5 0", "1 5 3 2", "10 4", "1 x", "-1 4", "1 99999999999999999999" };
  gint64 slide = acini_test_add_slide (fixture->project, "a.tiff", 3, 4);
  g_autoptr (AciniSlideRecord) record = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (acini_labels_import_runs (fixture->project, slide, bad[i], 2, NULL, NULL, &error));
      g_assert_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE);
    }
  record = acini_project_get_slide (fixture->project, slide, NULL);
  g_assert_false (record->labelled);
}

/* The whole slide of the kidney competition, whose image is not here. */
static void
test_kidney (Fixture *fixture, gconstpointer data)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *path
      = shared != NULL ? g_build_filename (shared, "tissue", "hubmap_kidney_2021", "train_2f6ecfcdf_only.csv", NULL)
                       : NULL;
  g_autofree char *text = NULL;
  g_auto (AciniLabelsImport) import = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 slide, start, sum = 0;

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    {
      g_test_skip ("ACINI_SHARED has no kidney");
      return;
    }
  slide = acini_test_add_slide (fixture->project, "2f6ecfcdf.tiff", 25794, 31278);
  start = g_get_monotonic_time ();
  acini_labels_import_annotations (fixture->project, slide, path, ACINI_ORIGIN_SLIDE, &import, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("41 688 runs of 25 794 × 31 278 pixels in %.2f s", (double)(g_get_monotonic_time () - start) / 1e6);
  text[strcspn (text, ",")] = ' ';
  for (char *at = strchr (strchr (text, '\n'), ',') + 1; *at != '\0' && *at != '\n' && *at != '\r';)
    {
      char *end;

      g_ascii_strtoull (at, &end, 10);
      sum += (gint64)g_ascii_strtoull (end, &at, 10);
    }
  g_assert_cmpint (import.n_units, ==, sum);
}

/* The same as a file of annotations: HuBMAP's kidney of 31 278 × 25 794 pixels: as many pixels as its runs have. */
static void
test_kidney_table (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_getenv ("ACINI_SHARED") != NULL ? g_getenv ("ACINI_SHARED") : "",
                                            "tissue", "hubmap_kidney_2021", "train_2f6ecfcdf_only.csv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) numbers = NULL;
  g_auto (AciniLabelsImport) import = { 0 };
  gint64 slide, sum = 0, start;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      g_test_skip ("ACINI_SHARED names no folder of tissue");
      return;
    }
  numbers = g_strsplit (strchr (strchr (text, '\n'), ',') + 1, " ", -1);
  for (guint i = 1; numbers[i - 1] != NULL && numbers[i] != NULL; i += 2)
    sum += g_ascii_strtoll (numbers[i], NULL, 10);
  slide = acini_test_add_slide (fixture->project, "2f6ecfcdf", 25794, 31278);
  start = g_get_monotonic_time ();
  g_assert_true (
      acini_labels_import_annotations (fixture->project, slide, path, ACINI_ORIGIN_SLIDE, &import, NULL, &error));
  g_assert_no_error (error);
  g_test_message ("%.2f s, %" G_GINT64_FORMAT " pixels", (double)(g_get_monotonic_time () - start) / 1e6,
                  import.n_units);
  g_assert_cmpint (import.n_units, ==, sum);
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL), *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* "id:kind" of what was given, with what the tables said of it. */
static gboolean
note (const AciniCompetitionImage *image, gpointer user_data, GError **error)
{
  GString *notes = user_data;
  g_autofree char *name = g_path_get_basename (image->image);
  const char *organ = acini_slide_fields_get_organ (image->fields);

  g_string_append_printf (notes, "%s %s%s %s %g;", name, image->annotations != NULL ? "outlines" : "",
                          image->runs != NULL ? image->runs : "", organ != NULL ? organ : "",
                          acini_slide_fields_get_mpp (image->fields));
  if (image->annotations != NULL)
    g_assert_true (g_file_test (image->annotations, G_FILE_TEST_EXISTS));
  return TRUE;
}

static void
check (Fixture *fixture, const char *name, const char *wanted, guint missing)
{
  g_autoptr (AciniCompetition) competition = acini_competition_open (fixture->folder);
  g_autoptr (GString) notes = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint n_missing = 0;

  g_assert_nonnull (competition);
  g_assert_cmpstr (acini_competition_get_name (competition), ==, name);
  g_assert_true (acini_competition_foreach (competition, note, notes, &n_missing, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (notes->str, ==, wanted);
  g_assert_cmpuint (n_missing, ==, missing);
}

static void
test_organs (Fixture *fixture, gconstpointer data)
{
  g_assert_null (acini_competition_open (fixture->folder));
  write_file (fixture, "train.csv",
              "id,organ,data_source,img_height,img_width,pixel_size,tissue_thickness,rle,age,sex\n"
              "7,prostate,HPA,100,100,0.4,4,1 5 9 2,37.0,Male\n"
              "8,lung,HPA,100,100,0.4,4,3 3,50,Female\n9,lung,HPA,100,100,0.4,4,3 3,50,Female\n");
  write_file (fixture, "test.csv",
              "id,organ,data_source,img_height,img_width,pixel_size,tissue_thickness\n"
              "10,spleen,Hubmap,20,20,0.4945,4\n");
  write_file (fixture, "train_images/7.tiff", "");
  write_file (fixture, "train_images/8.tiff", "");
  write_file (fixture, "test_images/10.tiff", "");
  write_file (fixture, "train_annotations/8.json", "[[[1,1],[2,1],[2,2]]]");
  check (fixture, "HuBMAP 2022", "7.tiff 1 5 9 2 prostate 0.4;8.tiff outlines lung 0.4;10.tiff  spleen 0.4945;", 1);
}

static void
test_kidney_folder (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "train.csv", "id,encoding\naa,1 2\nbb,\n");
  write_file (fixture, "HuBMAP-20-dataset_information.csv",
              "image_file,width_pixels,patient_number,race,sex,age\naa.tiff,5,68138,White,Male,73\n");
  write_file (fixture, "train/aa.tiff", "");
  write_file (fixture, "train/bb.tiff", "");
  write_file (fixture, "train/bb.json", "[]");
  check (fixture, "HuBMAP 2021", "aa.tiff 1 2 kidney 0;bb.tiff  kidney 0;", 0);
}

static void
test_vessels (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "polygons.jsonl",
              "{\"id\": \"a\", \"annotations\": [{\"type\": \"glomerulus\", \"coordinates\": [[[1,1],[2,1],[2,2]]]}]}\n"
              "{\"id\": \"gone\", \"annotations\": []}\n");
  write_file (fixture, "train/a.tif", "");
  write_file (fixture, "train/b.tif", "");
  check (fixture, "HuBMAP 2023", "a.tif outlines kidney 0;b.tif  kidney 0;", 1);
}

/* Of each the sentence names file, line and column, and nothing is given out behind it. */
static void
test_bad_tables (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name, *text, *sentence;
  } bad[] = {
    { "train.csv", "id,organ,rle\n7,lung,1 5\n../../etc/passwd,lung,1 5\n", "“train.csv”, line 3, column 1: " },
    { "train.csv", "id,pixel_size,rle\n7,much,1 5\n", "“train.csv”, line 2, column 3: " },
    { "polygons.jsonl", "{\"id\": \"a\", \"annotations\": []}\n{\"id\": \"b\", \"annot",
      "“polygons.jsonl”, line 2, column" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (AciniCompetition) competition = NULL;
      g_autoptr (GString) notes = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *table = g_build_filename (fixture->folder, "train.csv", NULL);
      guint n_missing;

      g_unlink (table);
      write_file (fixture, bad[i].name, bad[i].text);
      write_file (fixture, i < 2 ? "train_images/7.tiff" : "train/a.tif", "");
      if (i < 2)
        write_file (fixture, "test.csv", "id,organ\n");
      competition = acini_competition_open (fixture->folder);
      g_assert_nonnull (competition);
      g_assert_false (acini_competition_foreach (competition, note, notes, &n_missing, &error));
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, bad[i].sentence));
    }
}

/* A project that was made elsewhere: one slide lies where it did beside it, one in “images”, one is where it was, one
 * is gone, and the objects of two were exported. */
static void
test_qupath (Fixture *fixture, gconstpointer data)
{
  g_autofree char *there = g_build_filename (fixture->folder, "there.svs", NULL), *text = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "qupath", NULL);
  g_autoptr (GString) notes = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint n_missing, n_unread;

  text = g_strdup_printf (
      "{\"version\": \"0.5.1\", \"uri\": \"file:/home/her/study/project.qpproj\", \"images\": ["
      "{\"entryID\": 1, \"serverBuilder\": {\"uri\": \"file:/home/her/study/slides/my%%20one.tif\", \"metadata\": "
      "{\"pixelCalibration\": {\"pixelWidth\": {\"value\": 0.4, \"unit\": \"µm\"}}}}},"
      "{\"entryID\": 2, \"serverBuilder\": {\"builderType\": \"rotated\", \"builder\": {\"uri\": "
      "\"file:///D:/two.tif\"}}},"
      "{\"entryID\": 3, \"serverBuilder\": {\"uri\": \"file://%s\"}},"
      "{\"entryID\": 4, \"serverBuilder\": {\"uri\": \"file:/home/her/study/gone.tif\"}},"
      "{\"entryID\": 5, \"serverBuilder\": {\"uri\": \"https://idr.openmicroscopy.org/1\"}}]}",
      there);
  write_file (fixture, "qupath/project.qpproj", text);
  write_file (fixture, "qupath/slides/my one.tif", "");
  write_file (fixture, "qupath/images/two.tif", "");
  write_file (fixture, "there.svs", "");
  write_file (fixture, "qupath/data/1/objects.geojson", "{}");
  write_file (fixture, "qupath/data/2/data.qpdata", "");
  g_assert_true (acini_qupath_project_is (path));
  g_assert_false (acini_qupath_project_is (fixture->folder));
  g_assert_true (acini_qupath_project_foreach (path, note, notes, &n_missing, &n_unread, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (notes->str, ==, "my one.tif outlines  0.4;two.tif   0;there.svs   0;");
  g_assert_cmpuint (n_missing, ==, 2);
  g_assert_cmpuint (n_unread, ==, 1);
  write_file (fixture, "qupath/project.qpproj", "{\"images\": [\n{]");
  g_assert_false (acini_qupath_project_foreach (path, note, notes, &n_missing, &n_unread, &error));
  g_assert_nonnull (strstr (error->message, "line "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define TEST(path, func) g_test_add ("/competition/" path, Fixture, NULL, set_up, func, tear_down)
  TEST ("runs", test_runs);
  TEST ("bad-runs", test_bad_runs);
  TEST ("kidney", test_kidney);
  TEST ("kidney-table", test_kidney_table);
  TEST ("folder-2021", test_kidney_folder);
  TEST ("folder-2022", test_organs);
  TEST ("folder-2023", test_vessels);
  TEST ("bad-tables", test_bad_tables);
  TEST ("qupath", test_qupath);
  return g_test_run ();
}
