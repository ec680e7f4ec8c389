/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is in a project: fields of slides from tables and names, counts, areas, colours, and the data set. */

#include "data/interchange/acini-dataset.h"
#include "data/interchange/acini-slide-table.h"
#include "data/labels/acini-journal.h"
#include "data/phantom/acini-phantom.h"
#include "data/slides/acini-slide-import.h"
#include "data/slides/acini-vips.h"
#include "data/statistics/acini-artefacts.h"
#include "data/statistics/acini-colour-map.h"
#include "data/statistics/acini-statistics.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

#define SIDE 256

typedef struct
{
  char *folder, *table;
  AciniProject *project;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->table = g_build_filename (fixture->folder, "slides.csv", NULL);
  fixture->project = acini_test_make_project (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  g_free (fixture->table);
  acini_test_remove_folder (fixture->folder);
}

/* A slide of one colour with labels: background, and @n squares of 10 × 10 pixels of @label. */
static gint64
add_slide (Fixture *fixture, const char *name, guint32 colour, int n, guint8 label)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (AciniEdit) edit = NULL;
  g_autoptr (GError) error = NULL;
  const AciniRect whole = { 0, 0, SIDE, SIDE };
  gint64 slide;

  acini_test_write_slide (path, SIDE, colour);
  slide = acini_project_add_slide (fixture->project, path, NULL, NULL, 0.5, &error);
  g_assert_no_error (error);
  edit = acini_edit_new (fixture->project, slide, "test");
  acini_edit_paint (edit, &whole, NULL, ACINI_LABEL_BACKGROUND, &error);
  for (int i = 0; i < n; i++)
    acini_edit_paint (edit, &(AciniRect){ 20 * (i % 10), 20 * (i / 10), 10, 10 }, NULL, label, &error);
  acini_edit_commit (edit, NULL, &error);
  g_assert_no_error (error);
  return slide;
}

static AciniStatistics *
look (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  AciniStatistics *statistics = acini_statistics_new (fixture->project, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return statistics;
}

static void
test_table (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("id,organ,data_source,pixel_size,tissue_thickness,rle,age,Sex,Patient ID\n");
  g_autoptr (AciniSlideTable) table = NULL, bad = NULL;
  g_autoptr (AciniSlideRecord) one = NULL, two = NULL, undone = NULL;
  g_autoptr (GError) error = NULL;
  gint64 first = acini_test_add_slide (fixture->project, "10044.tiff", 100, 100);
  gint64 second = acini_test_add_slide (fixture->project, "b \"x\", y.tiff", 100, 100);
  guint n = 0;

  g_string_append (text, "10044,prostate,HPA,0.4,4,");
  for (int i = 0; i < 200000; i++)
    g_string_append (text, "123 4 ");
  g_string_append (text, ",37,Male,\"A, 7\"\r\n\"b \"\"x\"\", y.tif\",,,NA,,\"1 2\",,f,\n10,lung,,,,,,,\n");
  g_assert_true (g_file_set_contents (fixture->table, text->str, -1, NULL));
  table = acini_slide_table_load (fixture->table, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (acini_slide_table_get_n_rows (table), ==, 3);
  g_assert_true (acini_slide_table_apply (fixture->project, table, NULL, &n, &error));
  g_assert_no_error (error);
  one = acini_project_get_slide (fixture->project, first, NULL);
  two = acini_project_get_slide (fixture->project, second, NULL);
  g_assert_cmpstr (one->organ, ==, "prostate");
  g_assert_cmpstr (one->details.source, ==, "HPA");
  g_assert_cmpstr (one->details.patient, ==, "A, 7");
  g_assert_cmpstr (one->details.sex, ==, "male");
  g_assert_cmpfloat (one->details.age, ==, 37);
  g_assert_cmpfloat (one->details.thickness, ==, 4);
  g_assert_cmpfloat (one->mpp_x, ==, 0.4);
  g_assert_cmpstr (two->details.patient, ==, "");
  g_assert_cmpfloat (two->details.age, <, 0);
  /* One step each, which is a row of the history and can be undone. */
  g_assert_true (acini_journal_undo (fixture->project, first, NULL, &error));
  undone = acini_project_get_slide (fixture->project, first, NULL);
  g_assert_cmpstr (undone->organ, ==, "");
  g_assert_cmpfloat (undone->details.age, <, 0);
  g_assert_cmpfloat (undone->mpp_x, ==, 0.5);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_true (g_file_set_contents (fixture->table, "id,age\na,old\n", -1, NULL));
  bad = acini_slide_table_load (fixture->table, &error);
  g_assert_null (bad);
  g_assert_nonnull (strstr (error->message, "Line 2"));
}

static void
test_pattern (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniSlideFields) fields = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniChange) change = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  gint64 slide = acini_test_add_slide (fixture->project, "P07_kidney_HPA.3_x.tiff", 100, 100);

  g_assert_true (acini_slide_pattern_match ("{patient}_{organ}_{source}_*", "P07_kidney_HPA.3_x", &fields, &error));
  g_assert_no_error (error);
  g_assert_nonnull (fields);
  change = acini_slide_fields_make_change (fields, slide);
  g_assert_true (acini_project_write_change (fixture->project, change, &error));
  record = acini_project_get_slide (fixture->project, slide, NULL);
  g_assert_cmpstr (record->details.patient, ==, "P07");
  g_assert_cmpstr (record->details.source, ==, "HPA.3");
  g_assert_cmpstr (record->organ, ==, "kidney");
  g_assert_true (acini_slide_pattern_match ("{patient}-{organ}", "P07_kidney", &none, &error));
  g_assert_null (none);
  g_assert_false (acini_slide_pattern_match ("{height}", "P07", &none, &error));
  g_assert_error (error, ACINI_SLIDE_FIELDS_ERROR, ACINI_SLIDE_FIELDS_ERROR_VALUE);
}

static void
test_counts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniStatistics) statistics = NULL, later = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (AciniEdit) edit = NULL;
  g_autoptr (GError) error = NULL;
  gint64 first = add_slide (fixture, "a.tif", 0xcc8844, 7, 2);

  add_slide (fixture, "b.tif", 0x3366ff, 3, 4);
  acini_project_set_slide_organ (fixture->project, first, "lung", NULL);
  for (int round = 0; round < 2; round++) /* from the files, and from what was kept */
    {
      g_autoptr (AciniStatistics) look_at = look (fixture);
      g_autoptr (GArray) areas = acini_statistics_list_numbers (look_at, ACINI_NUMBER_AREA_UM2, 0);
      g_autoptr (GArray) of_class = acini_statistics_list_numbers (look_at, ACINI_NUMBER_UNITS, 4);
      AciniSummary summary = acini_summarise (areas), units = acini_summarise (of_class);
      double mean[3], deviation[3];

      g_assert_cmpuint (summary.n, ==, 10);
      g_assert_cmpfloat (summary.least, ==, 25);
      g_assert_cmpfloat (summary.most, ==, 25);
      g_assert_cmpfloat (units.mean, ==, 1.5);
      g_assert_cmpfloat_with_epsilon (units.deviation, sqrt (4.5), 1e-12);
      g_assert_true (acini_statistics_get_colour (look_at, mean, deviation));
      g_assert_cmpfloat_with_epsilon (mean[0], (0xcc + 0x33) / 510.0, 1e-3);
      g_assert_cmpfloat_with_epsilon (deviation[2], (0xff - 0x44) / 510.0, 1e-3);
      g_assert_cmpuint (look_at->days->len, ==, 1);
      g_assert_cmpint (((AciniLabelDay *)look_at->days->pdata[0])->n_slides, ==, 2);
      g_assert_cmpfloat_with_epsilon (((AciniSlideStatistics *)look_at->slides->pdata[0])->covered, 700.0 / SIDE / SIDE,
                                      1e-12);
    }
  statistics = look (fixture);
  json = acini_statistics_to_json (statistics);
  g_assert_cmpint (json_object_get_int_member (json, "n_units"), ==, 10);
  g_assert_cmpint (json_object_get_int_member (
                       json_object_get_object_member (
                           json_object_get_object_member (json_object_get_object_member (json, "by"), "organ"), "lung"),
                       "units"),
                   ==, 7);
  /* What was edited since is seen. */
  edit = acini_edit_new (fixture->project, first, "test");
  acini_edit_paint (edit, &(AciniRect){ 200, 200, 20, 20 }, NULL, 2, &error);
  acini_edit_commit (edit, NULL, &error);
  g_assert_no_error (error);
  later = look (fixture);
  g_assert_cmpuint (((AciniSlideStatistics *)later->slides->pdata[0])->units->len, ==, 8);
}

/* Points on a line in the space of colours: one axis has it all, and the one far away is the outlier. */
static void
test_map (void)
{
  double features[12 * ACINI_COLOUR_FEATURES], map[24], distances[12], explained[2];

  for (int i = 0; i < 12; i++)
    for (int k = 0; k < ACINI_COLOUR_FEATURES; k++)
      features[i * ACINI_COLOUR_FEATURES + k] = (i == 11 ? 60 : i) * (k == 2 ? -0.5 : k + 1.0);
  acini_colour_map (features, 12, map, distances, explained);
  g_assert_cmpfloat_with_epsilon (explained[0], 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (explained[1], 0, 1e-9);
  for (int i = 1; i < 11; i++)
    {
      g_assert_cmpfloat_with_epsilon (fabs (map[2 * i] - map[2 * i - 2]), fabs (map[2] - map[0]), 1e-9);
      g_assert_cmpfloat (distances[i], <, ACINI_COLOUR_OUTLIER);
    }
  g_assert_cmpfloat (distances[11], >, ACINI_COLOUR_OUTLIER);
}

/* Pictures and masks: sizes, numbers, mean; nothing is left of what failed. */
static void
test_dataset (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "set", NULL);
  g_autofree char *mask_path = g_build_filename (folder, "masks", "a.png", NULL);
  g_autofree char *patches = g_build_filename (fixture->folder, "patches", NULL);
  g_autofree char *patch = g_build_filename (patches, "labelsTr", "b_x128_y128.png", NULL);
  g_autoptr (GPtrArray) slides = NULL;
  g_autofree char *excluded = g_build_filename (fixture->folder, "excluded", NULL);
  g_autofree char *excluded_path = g_build_filename (excluded, "masks", "a.png", NULL);
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  const double fold[][2] = { { 0, 0 }, { 10, 0 }, { 10, 10 }, { 0, 10 } };
  g_autoptr (VipsImage) excluded_mask = NULL;
  g_autoptr (AciniChange) change = NULL;
  AciniDatasetOptions options = { .size = 512 };
  AciniDatasetResult result;
  g_autoptr (VipsImage) mask = NULL;
  g_autofree guint8 *pixels = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  add_slide (fixture, "a.tif", 0xcc8844, 7, 2);
  add_slide (fixture, "b.tif", 0x3366ff, 3, 4);
  slides = acini_project_list_slides (fixture->project, NULL);
  acini_dataset_write (fixture->project, slides, folder, &options, &result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_pictures, ==, 2);
  g_assert_cmpfloat_with_epsilon (result.mean[1], (0x88 + 0x66) / 510.0, 2e-3);
  mask = vips_image_new_from_file (mask_path, NULL);
  g_assert_nonnull (mask);
  pixels = vips_image_write_to_memory (mask, &size);
  g_assert_cmpuint (size, ==, 512 * 512);
  for (int y = 0; y < 512; y++)
    for (int x = 0; x < 512; x++)
      {
        gboolean inside = y < 20 && x % 40 < 20 && x / 40 < 7;

        g_assert_cmpint (pixels[y * 512 + x], ==, inside ? 1 : 0);
      }
  g_assert_false (acini_dataset_write (fixture->project, slides, folder, &options, &result, NULL, NULL, NULL, &error));
  g_assert_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_WRITE);
  g_clear_error (&error);
  options = (AciniDatasetOptions){ ACINI_DATASET_NNUNET, 64, 1.0 };
  acini_dataset_write (fixture->project, slides, patches, &options, &result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_pictures, ==, 8); /* 256 pixels of 0.5 µm are two patches of 64 µm a side */
  g_assert_true (g_file_test (patch, G_FILE_TEST_EXISTS));
  /* What lies in an exclusion is as if nobody had labelled it. */
  g_ptr_array_add (regions, acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, fold, 4));
  change = acini_change_new_regions (((AciniSlideRecord *)slides->pdata[0])->id, regions);
  g_assert_true (acini_project_write_change (fixture->project, change, NULL));
  options = (AciniDatasetOptions){ .size = 512 };
  acini_dataset_write (fixture->project, slides, excluded, &options, &result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  excluded_mask = vips_image_new_from_file (excluded_path, NULL);
  g_free (pixels);
  pixels = vips_image_write_to_memory (excluded_mask, &size);
  g_assert_cmpint (pixels[5 * 512 + 5], ==, 255);
  g_assert_cmpint (pixels[5 * 512 + 21], ==, 0);
  g_assert_cmpint (pixels[5 * 512 + 45], ==, 1);
}

/* Artefacts. */

#define WIDE 1408
#define HIGH 896
#define BLURRED_LEFT 256
#define BLURRED_TOP 192
#define BLURRED_RIGHT 768
#define BLURRED_BOTTOM 704

/* Three means over 2·RADIUS + 1 pixels along each axis: nearly a Gaussian. */
static void
blur_part (guint8 *rgb)
{
  const int radius = 5;

  for (int pass = 0; pass < 6; pass++)
    {
      g_autofree guint8 *from = g_memdup2 (rgb, (gsize)3 * WIDE * HIGH);
      const int step = pass % 2 == 0 ? 3 : 3 * WIDE;

      for (int y = BLURRED_TOP; y < BLURRED_BOTTOM; y++)
        for (int x = BLURRED_LEFT; x < BLURRED_RIGHT; x++)
          for (int band = 0; band < 3; band++)
            {
              int at = 3 * (y * WIDE + x) + band, sum = 0;

              for (int k = -radius; k <= radius; k++)
                sum += from[at + k * step];
              rgb[at] = (guint8)(sum / (2 * radius + 1));
            }
    }
}

static gboolean
is_in_stroke (int x, int y)
{
  return x > 880 && x < 1380 && abs (y - 150 - (x - 880)) < 60;
}

/* (transfer full) the slide of an image file. */
static AciniSlide *
open_image (Fixture *fixture, const char *path, double mpp)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *slide = acini_slide_import (path, fixture->folder, mpp, NULL, NULL, NULL, &error);
  AciniSlide *opened;

  g_assert_no_error (error);
  opened = acini_slide_open (slide, &error);
  g_assert_no_error (error);
  return opened;
}

static AciniSlide *
draw_slide (Fixture *fixture, const char *name, gboolean spoiled)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree guint8 *rgb = g_malloc ((gsize)3 * WIDE * HIGH);
  g_autoptr (VipsImage) image = NULL;
  AciniPhantom phantom;

  g_assert_true (acini_phantom_init (&phantom, WIDE, HIGH, 7, "largeintestine", 0.5, NULL));
  acini_phantom_draw (&phantom, 0, 0, WIDE, HIGH, rgb, NULL, NULL);
  if (spoiled)
    {
      blur_part (rgb);
      for (int i = 0; i < WIDE * HIGH; i++)
        if (is_in_stroke (i % WIDE, i / WIDE))
          memcpy (rgb + 3 * i, (const guint8[]){ 25, 110, 60 }, 3);
    }
  image = vips_image_new_from_memory (rgb, (gsize)3 * WIDE * HIGH, WIDE, HIGH, 3, VIPS_FORMAT_UCHAR);
  g_assert_cmpint (vips_image_write_to_file (image, path, NULL), ==, 0);
  return open_image (fixture, path, 0.5);
}

/* Intersection over union of the regions called @name and of the truth. */
static double
compare (const GPtrArray *regions, const char *name, gboolean pen)
{
  g_autofree guint8 *mask = g_malloc0 (WIDE * HIGH);
  double both = 0, either = 0;

  for (guint i = 0; i < regions->len; i++)
    {
      const AciniRegionRecord *region = regions->pdata[i];

      g_assert_cmpint (region->kind, ==, ACINI_REGION_EXCLUSION);
      if (g_str_equal (region->name, name))
        acini_region_record_rasterise (region, 0, 0, 1, WIDE, HIGH, mask);
    }
  for (int i = 0; i < WIDE * HIGH; i++)
    {
      int x = i % WIDE, y = i / WIDE;
      gboolean truth = pen ? is_in_stroke (x, y)
                           : x >= BLURRED_LEFT && x < BLURRED_RIGHT && y >= BLURRED_TOP && y < BLURRED_BOTTOM;

      both += truth && mask[i] != 0;
      either += truth || mask[i] != 0;
    }
  return both / either;
}

/* What is blurred, and what is drawn with a pen, is found where it is; in clean tissue, drawn and real, nothing. */
static void
test_artefacts (Fixture *fixture, gconstpointer data)
{
  static const char *const real[] = { "glas/train_1.bmp", "kidney_ours/images/aidpath_10164.jpg" };
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autoptr (AciniSlide) spoiled = draw_slide (fixture, "spoiled.png", TRUE);
  g_autoptr (AciniSlide) clean = draw_slide (fixture, "clean.png", FALSE);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = acini_artefacts_propose (spoiled, 0.5, NULL, NULL, NULL, &error);
  g_autoptr (GPtrArray) none = acini_artefacts_propose (clean, 0, NULL, NULL, NULL, NULL);

  g_assert_no_error (error);
  g_test_message ("IoU: blur %.3f, pen %.3f, in %u regions", compare (found, "Blur", FALSE),
                  compare (found, "Pen", TRUE), found->len);
  g_assert_cmpfloat (compare (found, "Blur", FALSE), >, .75);
  g_assert_cmpfloat (compare (found, "Pen", TRUE), >, .6);
  g_assert_cmpuint (found->len, <=, 4);
  g_assert_cmpuint (none->len, ==, 0);
  g_cancellable_cancel (cancelled);
  g_assert_null (acini_artefacts_propose (spoiled, 0.5, NULL, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (guint i = 0; shared != NULL && i < G_N_ELEMENTS (real); i++)
    {
      g_autofree char *path = g_build_filename (shared, "tissue", real[i], NULL);
      g_autoptr (AciniSlide) slide = NULL;
      g_autoptr (GPtrArray) proposed = NULL;

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      slide = open_image (fixture, path, 0.5);
      proposed = acini_artefacts_propose (slide, 0.5, NULL, NULL, NULL, NULL);
      g_assert_cmpuint (proposed->len, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  acini_vips_init ();
#define TEST(path, func) g_test_add ("/statistics/" path, Fixture, NULL, set_up, func, tear_down)
  TEST ("table", test_table);
  TEST ("pattern", test_pattern);
  TEST ("counts", test_counts);
  TEST ("dataset", test_dataset);
  g_test_add_func ("/statistics/map", test_map);
  g_test_add ("/statistics/artefacts", Fixture, NULL, set_up, test_artefacts, tear_down);
  return g_test_run ();
}
