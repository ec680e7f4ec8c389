/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each format read back, and compared with what was painted. */

#include "data/labels/acini-journal.h"
#include "data/project/acini-change.h"
#include "data/project/acini-lock.h"
#include "data/interchange/acini-labels-import.h"
#include "data/slides/acini-vips.h"
#include "data/interchange/acini-export.h"
#include "data/mask/acini-rle.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define WIDTH 1300
#define HEIGHT 900

typedef struct
{
  char *folder;
  AciniProject *project;
  AciniSlideRecord *slide;
  guint8 *classes; /* what an export has to hold */
} Fixture;

static void
paint (Fixture *fixture, AciniEdit *edit, int x, int y, int width, int height, guint8 label)
{
  AciniRect rect = { x, y, width, height };

  g_assert_true (acini_edit_paint (edit, &rect, NULL, label, NULL));
  for (int i = y; i < y + height; i++)
    memset (fixture->classes + i * WIDTH + x, label >= 2 ? label - 1 : 0, width);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniEdit) edit = NULL;
  gint64 slide;

  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->classes = g_malloc0 (WIDTH * HEIGHT);
  slide = acini_test_add_slide (fixture->project, "one, two.tiff", WIDTH, HEIGHT);
  edit = acini_edit_new (fixture->project, slide, "brush");
  paint (fixture, edit, 100, 50, 500, 600, 2);
  paint (fixture, edit, 200, 100, 100, 300, 1); /* a hole of background */
  paint (fixture, edit, 510, 500, 20, 20, 0);   /* and one of nothing */
  paint (fixture, edit, 1290, 0, 10, 900, 2);
  paint (fixture, edit, 700, 800, 3, 2, 3);
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  fixture->slide = acini_project_get_slide (fixture->project, slide, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_slide_record_free (fixture->slide);
  g_clear_object (&fixture->project);
  g_free (fixture->classes);
  acini_test_remove_folder (fixture->folder);
}

static char *export (Fixture *fixture, const char *id)
{
  AciniExportSource source = { fixture->project, fixture->slide, NULL, NULL };
  g_autoptr (GError) error = NULL;
  const AciniExportFormat *format = acini_export_find_format (id, &error);
  g_autofree char *name = NULL;
  char *path;

  g_assert_no_error (error);
  name = g_strconcat ("mask.", format->suffix, NULL);
  path = g_build_filename (fixture->folder, name, NULL);
  g_assert_true (acini_export_write (format, &source, path, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  return path;
}

static void
check_image (Fixture *fixture, const char *path, gboolean scaled)
{
  g_autoptr (VipsImage) image = vips_image_new_from_file (path, NULL);
  gsize size;
  g_autofree guint8 *pixels = NULL;

  g_assert_nonnull (image);
  g_assert_cmpint (vips_image_get_width (image) * 10000 + vips_image_get_height (image), ==, WIDTH * 10000 + HEIGHT);
  pixels = vips_image_write_to_memory (image, &size);
  g_assert_cmpint (size, ==, WIDTH * HEIGHT);
  g_assert_true (memcmp (pixels, fixture->classes, size) == 0);
  if (scaled)
    g_assert_cmpfloat_with_epsilon (vips_image_get_xres (image), 2000, 0.01);
}

static void
test_image (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = export (fixture, data);

  check_image (fixture, path, g_str_equal (data, "tiff"));
}

static void
test_rle (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = export (fixture, "rle"), *text = NULL;
  g_autofree guint8 *mask = g_malloc (WIDTH * HEIGHT);
  g_autoptr (GError) error = NULL;
  char *runs;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  /* A name with a comma stays one field. */
  g_assert_true (g_str_has_prefix (text, "id,rle\n\"one, two\","));
  runs = strrchr (text, ',') + 1;
  g_strchomp (runs);
  g_assert_true (acini_rle_decode (runs, WIDTH, HEIGHT, mask, &error));
  g_assert_no_error (error);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpint (mask[i], ==, fixture->classes[i] != 0);
}

/* Twice the area inside a closed ring, above 0 when it runs clockwise with y down. */
static gint64
get_area (JsonArray *ring)
{
  gint64 sum = 0;

  for (guint i = 0; i + 1 < json_array_get_length (ring); i++)
    {
      JsonArray *a = json_array_get_array_element (ring, i), *b = json_array_get_array_element (ring, i + 1);

      sum += json_array_get_int_element (a, 0) * json_array_get_int_element (b, 1)
             - json_array_get_int_element (b, 0) * json_array_get_int_element (a, 1);
    }
  return sum;
}

static void
test_geojson (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *features;
  guint holes = 0, third = 0;
  gint64 area = 0, expected = 0;

  g_assert_true (acini_project_set_class_name (fixture->project, 3, "Tubule \"small\"", NULL));
  path = export (fixture, "geojson");
  g_assert_true (json_parser_load_from_file (parser, path, &error));
  g_assert_no_error (error);
  features = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "features");
  g_assert_cmpint (json_array_get_length (features), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *feature = json_array_get_object_element (features, i);
      JsonObject *properties = json_object_get_object_member (feature, "properties");
      JsonObject *measurements = json_object_get_object_member (properties, "measurements");
      JsonArray *rings
          = json_object_get_array_member (json_object_get_object_member (feature, "geometry"), "coordinates");
      const char *name
          = json_object_get_string_member (json_object_get_object_member (properties, "classification"), "name");
      gint64 own = 0, pixels = json_object_get_int_member (measurements, "Area px");

      g_assert_cmpstr (json_object_get_string_member (properties, "objectType"), ==, "annotation");
      for (guint k = 0; k < json_array_get_length (rings); k++)
        own += get_area (json_array_get_array_element (rings, k));
      g_assert_cmpint (own, ==, 2 * pixels);
      g_assert_cmpfloat_with_epsilon (json_object_get_double_member (measurements, "Area µm²"), pixels * 0.25, 0.01);
      holes += json_array_get_length (rings) - 1;
      area += pixels;
      if (g_str_equal (name, "Tubule \"small\""))
        third++;
      else
        g_assert_cmpstr (name, ==, "FTU");
    }
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    expected += fixture->classes[i] != 0;
  g_assert_cmpint (area, ==, expected);
  g_assert_cmpint (holes, ==, 2);
  g_assert_cmpint (third, ==, 1);
}

/* The colour of a class goes out, and into a project that has none. */
static void
test_class_colour (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL, *content = NULL;
  gint64 slide = acini_test_add_slide (fixture->project, "b.tiff", WIDTH, HEIGHT);
  g_autoptr (AciniChange) colour = acini_change_new_class_colour (3, 0x0c22fe);
  g_autoptr (AciniChange) none = acini_change_new_class_colour (3, -1);
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_project_set_class_name (fixture->project, 3, "Tubule", NULL));
  g_assert_true (acini_project_write_change (fixture->project, colour, NULL));
  path = export (fixture, "geojson");
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_nonnull (strstr (content, "\"name\":\"Tubule\",\"color\":[12,34,254]"));
  g_assert_nonnull (strstr (content, "\"name\":\"FTU\",\"color\":[0,158,115]"));
  g_assert_true (acini_project_write_change (fixture->project, none, NULL));
  g_assert_true (
      acini_labels_import_annotations (fixture->project, slide, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmphex (acini_project_get_class_colour (fixture->project, 3, NULL), ==, 0x0c22fe);
}

/* What is locked stays so in another slide, and what is not does not become it. */
static void
test_locked (Fixture *fixture, gconstpointer data)
{
  const guint8 mask[6] = { 1, 1, 1, 1, 1, 1 };
  g_autoptr (GPtrArray) locks = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_lock_free);
  g_autoptr (GPtrArray) there = NULL;
  g_autoptr (AciniChange) change = NULL;
  g_autofree char *path = NULL, *content = NULL;
  gint64 slide = acini_test_add_slide (fixture->project, "b.tiff", WIDTH, HEIGHT);
  g_autoptr (GError) error = NULL;
  int at = 0;
  AciniLock *lock;

  while (fixture->classes[at] != 2)
    at++;
  /* Its pixels do not matter here, the point by which it is known does. */
  g_ptr_array_add (locks, acini_lock_new (at % WIDTH, at / WIDTH, &(AciniRect){ at % WIDTH, at / WIDTH, 1, 1 }, mask));
  change = acini_change_new_locks (fixture->slide->id, locks);
  g_assert_true (acini_project_write_change (fixture->project, change, &error));
  path = export (fixture, "geojson");
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_nonnull (strstr (content, "\"isLocked\":true"));
  g_assert_null (strstr (strstr (content, "\"isLocked\":true") + 1, "\"isLocked\":true"));
  g_assert_true (
      acini_labels_import_annotations (fixture->project, slide, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error));
  g_assert_no_error (error);
  there = acini_project_list_locks (fixture->project, slide, NULL, &error);
  g_assert_cmpuint (there->len, ==, 1);
  lock = there->pdata[0];
  for (gint64 i = 0; i < lock->box.width * lock->box.height; i++)
    g_assert_cmpint (lock->mask[i] != 0, ==,
                     fixture->classes[(lock->box.y + i / lock->box.width) * WIDTH + lock->box.x + i % lock->box.width]
                         == 2);
}

/* "state state …" of the objects of @slide in the order of their ids. */
static char *
describe_states (AciniProject *project, const AciniSlideRecord *slide)
{
  const AciniObjectSource source = { project, slide };
  const AciniObjectQuery all = { 0 };
  g_autoptr (AciniObjectIndex) index = acini_object_index_open (&source, NULL);
  g_autoptr (GArray) ids = NULL;
  GString *text = g_string_new (NULL);

  g_assert_true (acini_object_index_update (index, NULL, NULL, NULL, NULL, NULL));
  ids = acini_object_index_list_ids (index, &all, NULL);
  for (guint i = 0; i < ids->len; i++)
    {
      AciniObject object;

      g_assert_true (acini_object_index_get (index, g_array_index (ids, gint64, i), &object, NULL));
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT ":%s", i > 0 ? " " : "", object.area,
                              acini_review_state_to_string (object.state));
    }
  return g_string_free (text, FALSE);
}

/* What was decided about objects comes out and in again, as decisions of whoever imports them, which the history tells
 * and undo takes back. */
static void
test_states (Fixture *fixture, gconstpointer data)
{
  const gint64 places[][2] = { { 110, 60 }, { 1295, 10 } };
  static const char *const states[] = { "rejected", "accepted" };
  g_autoptr (AciniSlideRecord) other = NULL;
  g_autofree char *path = NULL, *before = NULL, *after = NULL, *none = NULL, *rows = NULL, *people = NULL;
  g_autofree char *folder = g_build_filename (fixture->folder, "second", NULL), *database = NULL;
  g_autoptr (AciniProject) project = NULL;
  gint64 slide;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  project = acini_test_make_project (folder);
  database = g_build_filename (acini_project_get_folder (project), "project.sqlite", NULL);
  slide = acini_test_add_slide (project, "b.tiff", WIDTH, HEIGHT);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (AciniChange) change
          = acini_change_new_decision (fixture->slide->id, places[i][0], places[i][1], states[i], NULL, 100);

      g_assert_true (acini_project_write_change (fixture->project, change, &error));
    }
  before = describe_states (fixture->project, fixture->slide);
  g_assert_nonnull (strstr (before, "rejected"));
  g_assert_nonnull (strstr (before, "6:new"));
  path = export (fixture, "geojson");
  g_assert_true (acini_labels_import_annotations (project, slide, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error));
  g_assert_no_error (error);
  other = acini_project_get_slide (project, slide, NULL);
  after = describe_states (project, other);
  g_assert_cmpstr (after, ==, before);
  rows = acini_test_query (database, "SELECT group_concat(tool) FROM (SELECT tool FROM journal WHERE slide = 1 AND"
                                     " kind IN ('import', 'review') AND tool != 'add' ORDER BY sequence)");
  g_assert_cmpstr (rows, ==, "import,import-review");
  people = acini_test_query (database, "SELECT count(*) FROM reviews WHERE user = (SELECT user FROM journal WHERE"
                                       " tool = 'import-review') AND duration < 0");
  g_assert_cmpstr (people, ==, "2");
  g_assert_true (acini_journal_verify (project, &error));
  g_assert_no_error (error);
  g_assert_true (acini_journal_undo (project, slide, NULL, &error));
  none = describe_states (project, other);
  g_assert_null (strstr (none, "accepted"));
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  AciniExportSource source = { fixture->project, fixture->slide, NULL, NULL };
  g_autofree char *path = g_build_filename (fixture->folder, "missing", "mask", NULL);
  g_autofree char *kept = g_build_filename (fixture->folder, "kept", NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  const AciniExportFormat *formats;
  guint n;

  g_assert_null (acini_export_find_format ("bmp", &error));
  g_assert_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_FORMAT);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  formats = acini_export_get_formats (&n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *content = NULL;

      g_assert_false (acini_export_write (&formats[i], &source, path, NULL, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
      g_assert_true (g_file_set_contents (kept, "kept", -1, NULL));
      g_assert_false (acini_export_write (&formats[i], &source, kept, NULL, NULL, cancelled, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_assert_true (g_file_get_contents (kept, &content, NULL, NULL));
      g_assert_cmpstr (content, ==, "kept");
    }
}

/* A mask that was exported, taken in again: one edit, which undo takes back. */
static void
test_import (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = export (fixture, "png");
  g_autofree guint8 *labels = g_malloc (WIDTH * HEIGHT);
  gint64 slide = acini_test_add_slide (fixture->project, "b.tiff", WIDTH, HEIGHT);
  gint64 other = acini_test_add_slide (fixture->project, "c.tiff", WIDTH, HEIGHT + 1), n_units = 0;
  const AciniMaskReading reading = { 0 };
  g_auto (AciniLabelsImport) import = { 0 };
  g_autoptr (GError) error = NULL;
  AciniRect damage;

  g_assert_true (acini_labels_import_mask (fixture->project, slide, path, &reading, 4, &import, &error));
  g_assert_no_error (error);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, WIDTH, HEIGHT, labels, &error));
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      g_assert_cmpint (labels[i], ==, fixture->classes[i] != 0 ? 4 : 1);
      n_units += fixture->classes[i] != 0;
    }
  g_assert_cmpint (import.n_units, ==, n_units);
  g_assert_cmpint (import.n_pixels, ==, WIDTH * HEIGHT);
  g_assert_true (acini_journal_undo (fixture->project, slide, &damage, &error));
  g_assert_cmpint (damage.width, ==, WIDTH);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, WIDTH, HEIGHT, labels, &error));
  g_assert_true (labels[0] == 0 && memcmp (labels, labels + 1, WIDTH * HEIGHT - 1) == 0);
  g_assert_false (acini_labels_import_mask (fixture->project, other, path, &reading, 4, NULL, &error));
  g_assert_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE);
}

/* The number to be ignored is neither unit nor background afterwards. */
static void
test_ignored (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = export (fixture, "png");
  g_autofree guint8 *labels = g_malloc (WIDTH * HEIGHT);
  gint64 slide = acini_test_add_slide (fixture->project, "b.tiff", WIDTH, HEIGHT), n_units = 0, n_ignored = 0;
  const AciniMaskReading reading = { .ignored = 2 };
  g_auto (AciniLabelsImport) import = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_labels_import_mask (fixture->project, slide, path, &reading, 4, &import, &error));
  g_assert_no_error (error);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, WIDTH, HEIGHT, labels, &error));
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      g_assert_cmpint (labels[i], ==, fixture->classes[i] == 2 ? 0 : fixture->classes[i] != 0 ? 4 : 1);
      n_units += fixture->classes[i] == 1;
      n_ignored += fixture->classes[i] == 2;
    }
  g_assert_cmpint (n_ignored, ==, 6);
  g_assert_cmpint (import.n_units, ==, n_units);
  g_assert_cmpint (import.n_pixels, ==, WIDTH * HEIGHT - n_ignored);
}

/* The numbers of objects, in 32 bits: the same pieces as in 16. */
static void
test_instances (Fixture *fixture, gconstpointer data)
{
  g_autofree char *narrow = export (fixture, "instances"), *wide = export (fixture, "instances-tiff");
  g_autoptr (VipsImage) png = vips_image_new_from_file (narrow, NULL);
  g_autoptr (VipsImage) tiff = vips_image_new_from_file (wide, NULL);
  g_autofree guint16 *small = NULL;
  g_autofree guint32 *large = NULL;
  gsize n_small, n_large;

  g_assert_cmpint (vips_image_get_format (tiff), ==, VIPS_FORMAT_UINT);
  small = vips_image_write_to_memory (png, &n_small);
  large = vips_image_write_to_memory (tiff, &n_large);
  g_assert_cmpuint (n_large, ==, 4 * WIDTH * HEIGHT);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      g_assert_cmpuint (large[i], ==, small[i]);
      g_assert_cmpint (large[i] != 0, ==, fixture->classes[i] != 0);
    }
  g_assert_cmpuint (large[60 * WIDTH + 110], !=, large[60 * WIDTH + 1295]);
}

/* A plane for each class, in the order of the channels that the description names. */
static void
test_ome (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (VipsImage) first = NULL;
  const char *text;

  g_assert_true (acini_project_set_class_name (fixture->project, 2, "Glomerulus", NULL));
  g_assert_true (acini_project_set_class_name (fixture->project, 3, "Tubule <small>", NULL));
  path = export (fixture, "ome");
  g_assert_true (g_str_has_suffix (path, ".ome.tiff"));
  g_assert_cmpint (vips_tiffload (path, &first, NULL), ==, 0);
  g_assert_cmpint (vips_image_get_n_pages (first), ==, 2);
  g_assert_cmpint (vips_image_get_string (first, VIPS_META_IMAGEDESCRIPTION, &text), ==, 0);
  g_assert_nonnull (strstr (text, "SizeC=\"2\""));
  g_assert_nonnull (strstr (text, "<Channel ID=\"Channel:0:0\" Name=\"Glomerulus\""));
  g_assert_nonnull (strstr (text, "<Channel ID=\"Channel:0:1\" Name=\"Tubule &lt;small&gt;\""));
  g_assert_nonnull (strstr (text, "PhysicalSizeX=\"0.5\""));
  for (int class = 1; class <= 2; class ++)
    {
      g_autoptr (VipsImage) page = NULL, coarse = NULL;
      g_autofree guint8 *pixels = NULL;
      gsize size;

      g_assert_cmpint (vips_tiffload (path, &page, "page", class - 1, NULL), ==, 0);
      pixels = vips_image_write_to_memory (page, &size);
      g_assert_cmpuint (size, ==, WIDTH * HEIGHT);
      for (int i = 0; i < WIDTH * HEIGHT; i++)
        g_assert_cmpint (pixels[i], ==, fixture->classes[i] == class ? 255 : 0);
      /* And its pyramid. */
      g_assert_cmpint (vips_tiffload (path, &coarse, "page", class - 1, "subifd", 0, NULL), ==, 0);
      g_assert_cmpint (vips_image_get_width (coarse), ==, WIDTH / 2);
    }
}

/* What a model said, as it is kept. */
static void
test_probabilities (Fixture *fixture, gconstpointer data)
{
  const AciniPredictionInfo info
      = { .slide_width = WIDTH, .slide_height = HEIGHT, .downsample = 2, .n_classes = 2, .model = "m" };
  g_autofree char *place = g_build_filename (fixture->folder, "p.sqlite", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "p.ome.tiff", NULL);
  g_autofree guint8 *numbers = g_malloc (2 * 512 * 512);
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniPrediction) prediction = acini_prediction_open (place, &info, &error);
  g_autoptr (VipsImage) page = NULL, roll = NULL;
  AciniPredictionTile tile = { 0, 0, NULL };
  AciniThresholds thresholds;
  g_autofree guint8 *pixels = NULL;
  gsize size;

  g_assert_no_error (error);
  for (int i = 0; i < 2 * 512 * 512; i++)
    numbers[i] = (guint8)(i * 7 + i / 512);
  tile.probability = g_bytes_new (numbers, 2 * 512 * 512);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, &error));
  g_bytes_unref (tile.probability);
  acini_thresholds_init_same (&thresholds, 0.5, 2);
  {
    AciniExportSource source = { fixture->project, fixture->slide, prediction, &thresholds };

    acini_export_write (acini_export_find_format ("probabilities", NULL), &source, path, NULL, NULL, NULL, &error);
  }
  g_assert_no_error (error);
  g_assert_cmpint (vips_tiffload (path, &roll, "n", -1, NULL), ==, 0);
  g_assert_cmpint (vips_image_get_page_height (roll), ==, HEIGHT / 2);
  g_assert_cmpint (vips_tiffload (path, &page, "page", 1, NULL), ==, 0);
  g_assert_cmpfloat_with_epsilon (vips_image_get_xres (page), 1000, 0.01);
  pixels = vips_image_write_to_memory (page, &size);
  g_assert_cmpuint (size, ==, WIDTH / 2 * (HEIGHT / 2));
  for (int y = 0; y < HEIGHT / 2; y++)
    for (int x = 0; x < WIDTH / 2; x++)
      g_assert_cmpint (pixels[y * (WIDTH / 2) + x], ==, x < 512 ? numbers[512 * 512 + y * 512 + x] : 0);
}

static double
get_value (VipsImage *image, int x, int y)
{
  g_autofree double *values = NULL;
  int n;

  g_assert_cmpint (vips_getpoint (image, &values, &n, x, y, NULL), ==, 0);
  return values[0];
}

/* Marks in @mask the pixels of COCO's packed run lengths, as pycocotools reads them (maskApi.c, rleFrString). */
static void
unpack_counts (const char *text, gsize length, guint8 *mask)
{
  gint64 counts[4096], at = 0;
  guint n = 0;

  for (gsize i = 0; i < length; n++)
    {
      gint64 count = 0;
      int shift = 0, c;

      do
        {
          g_assert_cmpuint (i, <, length);
          c = text[i++] - 48;
          count |= (gint64)(c & 0x1f) << shift;
          shift += 5;
        }
      while (c & 0x20);
      if (c & 0x10)
        count -= (gint64)1 << shift;
      g_assert_cmpuint (n, <, G_N_ELEMENTS (counts));
      counts[n] = n > 2 ? count + counts[n - 2] : count;
      for (gint64 end = at + counts[n]; at < end; at++)
        if (n % 2 == 1)
          mask[at % HEIGHT * WIDTH + at / HEIGHT] = 1;
    }
  g_assert_cmpint (at, <=, WIDTH * HEIGHT);
}

/* All objects of a table of 2023 together are the mask, exclusions left out by their pixels. */
static void
check_2023 (Fixture *fixture, guint n_objects)
{
  g_autofree char *path = export (fixture, "submission-2023"), *text = NULL;
  g_autofree guint8 *mask = g_malloc0 (WIDTH * HEIGHT);
  g_auto (GStrv) words = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_strchomp (text);
  words = g_strsplit (strrchr (text, ',') + 1, " ", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 3 * n_objects);
  for (guint i = 2; i < 3 * n_objects; i += 3)
    {
      g_autoptr (GConverter) unpacker = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
      gsize size;
      g_autofree guint8 *raw = g_base64_decode (words[i], &size);
      g_autoptr (GBytes) packed = g_bytes_new_static (raw, size), plain = NULL;

      plain = g_converter_convert_bytes (unpacker, packed, NULL);
      g_assert_nonnull (plain);
      unpack_counts (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), mask);
    }
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpint (mask[i], ==, fixture->classes[i] != 0);
}

/* Of an object whose centre lies in an exclusion nothing is numbered and outlined; of a mask the pixels are gone, or
 * have the value that says so. */
static void
test_excluded (Fixture *fixture, gconstpointer data)
{
  const double fold[][2] = { { 300, 300 }, { 420, 300 }, { 420, 420 }, { 300, 420 } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  AciniExportSource source = { .project = fixture->project, .slide = fixture->slide, .ignored = 255 };
  g_autofree char *ignoring = g_build_filename (fixture->folder, "ignoring.png", NULL), *path = NULL, *outlines = NULL;
  g_autofree char *text = NULL;
  g_autoptr (VipsImage) numbers = NULL;
  g_auto (GStrv) features = NULL;
  g_autoptr (AciniChange) change = NULL;

  g_ptr_array_add (regions, acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, fold, 4));
  change = acini_change_new_regions (fixture->slide->id, regions);
  g_assert_true (acini_project_write_change (fixture->project, change, NULL));
  for (int y = 300; y < 420; y++)
    memset (fixture->classes + y * WIDTH + 300, 0, 120);
  test_image (fixture, "png");
  test_rle (fixture, NULL);
  /* The centre of the large one lies in it: what is outside counts. */
  check_2023 (fixture, 3);
  for (int y = 300; y < 420; y++)
    memset (fixture->classes + y * WIDTH + 300, 255, 120);
  g_assert_true (
      acini_export_write (acini_export_find_format ("png", NULL), &source, ignoring, NULL, NULL, NULL, NULL));
  check_image (fixture, ignoring, FALSE);
  /* The large object is not there, the two others are. */
  path = export (fixture, "instances");
  numbers = vips_image_new_from_file (path, NULL);
  g_assert_cmpfloat (get_value (numbers, 110, 60), ==, 0);
  g_assert_cmpfloat (get_value (numbers, 1295, 10), ==, 1);
  g_assert_cmpfloat (get_value (numbers, 701, 801), ==, 2);
  outlines = export (fixture, "geojson");
  g_assert_true (g_file_get_contents (outlines, &text, NULL, NULL));
  features = g_strsplit (text, "\"Feature\"", -1);
  g_assert_cmpuint (g_strv_length (features) - 1, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  acini_vips_init ();
  g_test_add ("/export/tiff", Fixture, "tiff", set_up, test_image, tear_down);
  g_test_add ("/export/png", Fixture, "png", set_up, test_image, tear_down);
  g_test_add ("/export/rle", Fixture, NULL, set_up, test_rle, tear_down);
  g_test_add ("/export/geojson", Fixture, NULL, set_up, test_geojson, tear_down);
  g_test_add ("/export/class-colour", Fixture, NULL, set_up, test_class_colour, tear_down);
  g_test_add ("/export/locked", Fixture, NULL, set_up, test_locked, tear_down);
  g_test_add ("/export/states", Fixture, NULL, set_up, test_states, tear_down);
  g_test_add ("/export/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/export/instances", Fixture, NULL, set_up, test_instances, tear_down);
  g_test_add ("/export/ome", Fixture, NULL, set_up, test_ome, tear_down);
  g_test_add ("/export/probabilities", Fixture, NULL, set_up, test_probabilities, tear_down);
  g_test_add ("/export/import", Fixture, NULL, set_up, test_import, tear_down);
  g_test_add ("/export/excluded", Fixture, NULL, set_up, test_excluded, tear_down);
  g_test_add ("/export/ignored", Fixture, NULL, set_up, test_ignored, tear_down);
  return g_test_run ();
}
