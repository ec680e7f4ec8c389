/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an import would do is said before it does it: nothing is written, and what is odd is found. */

#include "data/interchange/acini-preview-words.h"
#include "data/interchange/acini-preview.h"
#include "data/labels/acini-labels.h"
#include "data/phantom/acini-phantom.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define WIDTH 800
#define HEIGHT 600

typedef struct
{
  char *folder;
  AciniProject *project;
  VipsImage *tissue, *truth;
  GPtrArray *files; /* given to the preview */
} Fixture;

static char *
add (Fixture *fixture, const char *name)
{
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_ptr_array_add (fixture->files, path);
  return path;
}

static void
write_image (const char *path, VipsImage *image)
{
  g_assert_cmpint (vips_image_write_to_file (image, path, NULL), ==, 0);
}

/* Tissue with its exact mask. */
static void
draw (Fixture *fixture)
{
  g_autofree guint8 *rgb = g_malloc (3 * WIDTH * HEIGHT), *mask = g_malloc (WIDTH * HEIGHT);
  g_autoptr (GError) error = NULL;
  AciniPhantom phantom;

  g_assert_true (acini_phantom_init (&phantom, WIDTH, HEIGHT, 5, "largeintestine", 0.5, &error));
  acini_phantom_draw (&phantom, 0, 0, WIDTH, HEIGHT, rgb, mask, NULL);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    mask[i] = mask[i] != 0 ? 255 : 0;
  fixture->tissue = vips_image_new_from_memory_copy (rgb, 3 * WIDTH * HEIGHT, WIDTH, HEIGHT, 3, VIPS_FORMAT_UCHAR);
  fixture->tissue->Type = VIPS_INTERPRETATION_sRGB;
  fixture->truth = vips_image_new_from_memory_copy (mask, WIDTH * HEIGHT, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  fixture->truth->Type = VIPS_INTERPRETATION_B_W;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  acini_vips_init ();
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->files = g_ptr_array_new_with_free_func (g_free);
  draw (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->tissue);
  g_object_unref (fixture->truth);
  g_ptr_array_unref (fixture->files);
  g_clear_object (&fixture->project);
  acini_test_remove_folder (fixture->folder);
}

static GPtrArray *
look (Fixture *fixture, const AciniPreviewReading *reading)
{
  const AciniPreviewReading plain = { &(AciniIntake){ 0 }, NULL, NULL };
  g_autoptr (GError) error = NULL;
  GPtrArray *found
      = acini_preview (fixture->project, fixture->files, reading != NULL ? reading : &plain, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return found;
}

static void
assert_warnings (const AciniPreviewFile *file, const char *wanted)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < ACINI_N_WARNINGS; i++)
    if ((file->warnings & 1U << i) != 0)
      g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", acini_preview_warning_get_id (i));
  g_assert_cmpstr (found->str, ==, wanted);
}

static AciniPreviewFile *
find (GPtrArray *files, const char *name)
{
  for (guint i = 0; i < files->len; i++)
    {
      AciniPreviewFile *file = files->pdata[i];

      if (g_str_has_suffix (file->path, name))
        return file;
    }
  g_error ("%s is not in the preview", name);
}

/* Of the pictures each has its one fault. */
static void
test_pictures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VipsImage) soft = NULL, bright = NULL, cut = NULL, white = NULL, marked = NULL, turned = NULL;
  double green[] = { 20, 140, 60 }, nothing[] = { 244 };
  g_autoptr (GPtrArray) found = NULL, slides = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (vips_rot180 (fixture->tissue, &turned, NULL), ==, 0);
  write_image (add (fixture, "sharp.png"), fixture->tissue);
  g_assert_cmpint (vips_gaussblur (turned, &soft, 5, NULL), ==, 0);
  write_image (add (fixture, "soft.png"), soft);
  g_assert_cmpint (vips_linear1 (turned, &bright, 3, -380, NULL), ==, 0);
  g_assert_cmpint (vips_cast_uchar (bright, &cut, NULL), ==, 0);
  write_image (add (fixture, "clipped.png"), cut);
  g_assert_cmpint (vips_black (&white, WIDTH, HEIGHT, "bands", 3, NULL), ==, 0);
  {
    g_autoptr (VipsImage) light = NULL, cast = NULL;

    g_assert_cmpint (vips_linear (white, &light, (double[]){ 1 }, nothing, 1, NULL), ==, 0);
    g_assert_cmpint (vips_cast_uchar (light, &cast, NULL), ==, 0);
    cast->Type = VIPS_INTERPRETATION_sRGB;
    write_image (add (fixture, "empty.png"), cast);
  }
  g_assert_cmpint (vips_flip (fixture->tissue, &marked, VIPS_DIRECTION_HORIZONTAL, NULL), ==, 0);
  {
    g_autoptr (VipsImage) own = vips_image_copy_memory (marked);

    g_assert_cmpint (vips_draw_rect (own, green, 3, 100, 100, 300, 12, "fill", TRUE, NULL), ==, 0);
    write_image (add (fixture, "pen.png"), own);
  }
  write_image (add (fixture, "again.png"), fixture->tissue);
  write_image (add (fixture, "coded.jpg"), fixture->tissue);
  g_assert_true (g_file_set_contents (add (fixture, "notes.png"), "no picture", -1, NULL));
  found = look (fixture, NULL);
  g_assert_cmpuint (found->len, ==, 8);
  assert_warnings (find (found, "sharp.png"), "no-scale");
  assert_warnings (find (found, "soft.png"), "no-scale blurred");
  assert_warnings (find (found, "empty.png"), "no-scale empty");
  assert_warnings (find (found, "pen.png"), "no-scale pen");
  assert_warnings (find (found, "again.png"), "no-scale same");
  assert_warnings (find (found, "coded.jpg"), "no-scale alike");
  g_assert_cmpstr (find (found, "again.png")->same_as, ==, "sharp.png");
  g_assert_true ((find (found, "clipped.png")->warnings & 1U << ACINI_WARNING_CLIPPED) != 0);
  g_assert_nonnull (find (found, "notes.png")->problem);
  /* Nothing came in. */
  slides = acini_project_list_slides (fixture->project, &error);
  g_assert_cmpuint (slides->len, ==, 0);
}

/* A picture of the project, coded anew and called otherwise, is known again. */
static void
test_alike_slide (Fixture *fixture, gconstpointer data)
{
  g_auto (AciniIntakeResult) taken = { 0 };
  g_autoptr (GPtrArray) found = NULL, again = NULL;
  g_autoptr (GError) error = NULL;

  write_image (add (fixture, "first.png"), fixture->tissue);
  g_assert_true (
      acini_intake (fixture->project, fixture->files->pdata[0], &(AciniIntake){ 0 }, &taken, NULL, NULL, NULL, &error));
  write_image (add (fixture, "second.jpg"), fixture->tissue);
  found = look (fixture, NULL);
  g_assert_cmpint (find (found, "first.png")->slide, ==, taken.slide);
  assert_warnings (find (found, "first.png"), "no-scale");
  assert_warnings (find (found, "second.jpg"), "no-scale alike");
  g_assert_cmpstr (find (found, "second.jpg")->like, ==, "slide first");
}

static void
add_with_mask (Fixture *fixture, const char *name, VipsImage *mask)
{
  g_autofree char *picture = g_strconcat (name, ".png", NULL), *beside = g_strconcat (name, "_mask.png", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, beside, NULL);

  write_image (add (fixture, picture), fixture->tissue);
  write_image (path, mask);
}

static double
get_share (VipsImage *mask)
{
  double mean;

  g_assert_cmpint (vips_avg (mask, &mean, NULL), ==, 0);
  return mean / 255;
}

static void
test_masks (Fixture *fixture, gconstpointer data)
{
  const guint others = 1U << ACINI_WARNING_SAME | 1U << ACINI_WARNING_NO_SCALE;
  g_autoptr (VipsImage) inverted = NULL, half = NULL, cut = NULL, black = NULL, framed = NULL, small = NULL;
  const double share = get_share (fixture->truth);
  g_autoptr (GPtrArray) found = NULL;
  AciniPreviewFile *file;
  gint64 n = 0;

  /* Nothing of it at the edge, so that the other way round is beyond doubt. */
  g_assert_cmpint (vips_extract_area (fixture->truth, &small, 60, 60, 200, 200, NULL), ==, 0);
  g_assert_cmpint (vips_embed (small, &framed, 60, 60, WIDTH, HEIGHT, NULL), ==, 0);
  g_assert_cmpint (vips_invert (framed, &inverted, NULL), ==, 0);
  g_assert_cmpint (vips_resize (fixture->truth, &half, 0.5, "kernel", VIPS_KERNEL_NEAREST, NULL), ==, 0);
  g_assert_cmpint (vips_extract_area (fixture->truth, &cut, 0, 0, WIDTH - 100, HEIGHT, NULL), ==, 0);
  g_assert_cmpint (vips_black (&black, WIDTH, HEIGHT, NULL), ==, 0);
  add_with_mask (fixture, "right", fixture->truth);
  add_with_mask (fixture, "inverted", inverted);
  add_with_mask (fixture, "half", half);
  add_with_mask (fixture, "cut", cut);
  add_with_mask (fixture, "black", black);
  found = look (fixture, NULL);
  for (guint i = 0; i < found->len; i++)
    ((AciniPreviewFile *)found->pdata[i])->warnings &= ~others;
  file = find (found, "right.png");
  assert_warnings (file, "");
  g_assert_cmpfloat_with_epsilon (file->units, share, 1e-9);
  for (int i = 0; i < file->look.width * file->look.height; i++)
    n += file->overlay[i];
  g_assert_cmpfloat_with_epsilon ((double)n / (file->look.width * file->look.height), share, 0.02);
  assert_warnings (find (found, "half.png"), "mask-scaled");
  assert_warnings (find (found, "cut.png"), "mask");
  g_assert_nonnull (strstr (find (found, "cut.png")->labels_problem, "700 × 600"));
  assert_warnings (find (found, "black.png"), "mask-ground");
  file = find (found, "inverted.png");
  assert_warnings (file, "mask-inverted");
  /* One click. */
  file->reading.units = ACINI_MASK_UNITS_DARK;
  acini_preview_file_look_at_labels (file, NULL);
  assert_warnings (file, "");
  g_assert_cmpfloat_with_epsilon (file->units, get_share (framed), 1e-9);
}

/* What is known of a slide, and from where. */
static void
test_fields (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "slides.csv", NULL);
  g_autoptr (AciniSlideTable) table = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) error = NULL;
  const AciniPreviewReading reading = { &(AciniIntake){ .organ = "kidney" }, NULL, "{source}_{patient}_*" };
  AciniPreviewReading all = reading;

  acini_test_write_slide (add (fixture, "hospital_p7_a.tiff"), 512, 0x905080);
  write_image (add (fixture, "hospital_p8_b.png"), fixture->tissue);
  g_assert_true (g_file_set_contents (
      path, "id,pixel_size,organ,split\nhospital_p8_b,0.4,spleen,test\nhospital_p9_c,0.5,lung,train\n", -1, NULL));
  table = acini_slide_table_load (path, &error);
  g_assert_no_error (error);
  all.table = table;
  found = look (fixture, &all);
  g_assert_cmpuint (found->len, ==, 2);
  object = acini_preview_file_to_json (find (found, "_b.png"));
  g_assert_cmpstr (json_object_get_string_member (object, "organ"), ==, "spleen");
  g_assert_cmpstr (json_object_get_string_member (object, "patient"), ==, "p8");
  g_assert_cmpstr (json_object_get_string_member (object, "source"), ==, "hospital");
  g_assert_cmpstr (json_object_get_string_member (object, "split"), ==, "test");
  g_assert_cmpfloat (json_object_get_double_member (object, "mpp"), ==, 0.4);
  g_assert_cmpstr (json_object_get_string_member (object, "mpp_source"), ==, "table");
  g_assert_cmpstr (json_object_get_string_member (object, "kind"), ==, "image");
  g_assert_cmpint (json_object_get_int_member (object, "width"), ==, WIDTH);
  g_assert_cmpstr (find (found, "_a.tiff")->organ, ==, "kidney");
  g_assert_true (find (found, "_a.tiff")->stays);
  /* A pattern that is none is said before anything is read. */
  all.pattern = "{weight}_*";
  g_assert_null (acini_preview (NULL, fixture->files, &all, NULL, NULL, NULL, &error));
  g_assert_error (error, ACINI_SLIDE_FIELDS_ERROR, ACINI_SLIDE_FIELDS_ERROR_VALUE);
}

/* A slide as Leica's scanners write them: the scanned area lies at (@left, @top) of a larger one. */
static void
write_leica (const char *path, VipsImage *image, int left, int top, int width, int height)
{
  g_autoptr (VipsImage) copy = NULL;
  g_autofree char *text = g_strdup_printf (
      "<?xml version=\"1.0\"?><scn xmlns=\"http://www.leica-microsystems.com/scn/2010/10/01\">"
      "<collection name=\"c\" sizeX=\"%d\" sizeY=\"%d\"><image name=\"i\"><creationDate>2020</creationDate>"
      "<device model=\"m\" version=\"1\"/><pixels sizeX=\"%d\" sizeY=\"%d\"><dimension sizeX=\"%d\" sizeY=\"%d\" "
      "r=\"0\" "
      "ifd=\"0\"/></pixels><view sizeX=\"%d\" sizeY=\"%d\" offsetX=\"%d\" offsetY=\"%d\"/>"
      "<scanSettings><objectiveSettings><objective>20</objective></objectiveSettings><illuminationSettings>"
      "<numericalAperture>0.5</numericalAperture><illuminationSource>brightfield</illuminationSource>"
      "</illuminationSettings></scanSettings></image></collection></scn>",
      width * 500, height * 500, image->Xsize, image->Ysize, image->Xsize, image->Ysize, image->Xsize * 500,
      image->Ysize * 500, left * 500, top * 500);

  g_assert_cmpint (vips_copy (image, &copy, NULL), ==, 0);
  vips_image_set_string (copy, VIPS_META_IMAGEDESCRIPTION, text);
  g_assert_cmpint (vips_tiffsave (copy, path, "tile", TRUE, "tile_width", 256, "tile_height", 256, "compression",
                                  VIPS_FOREIGN_TIFF_COMPRESSION_JPEG, NULL),
                   ==, 0);
}

static void
write_outline (const char *path, const char *head, int x, int y, int side)
{
  g_autofree char *text = g_strdup_printf (
      "{\"type\":\"FeatureCollection\",%s\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\","
      "\"coordinates\":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]},\"properties\":{}}]}",
      head, x, y, x + side, y, x + side, y + side, x, y + side, x, y);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_label (Fixture *fixture, gint64 slide, gint64 x, gint64 y, guint8 wanted)
{
  g_autoptr (GError) error = NULL;
  guint8 label = 99;

  g_assert_true (acini_labels_read (fixture->project, slide, 0, x, y, 1, 1, &label, &error));
  g_assert_cmpint (label, ==, wanted);
}

/* Where outlines begin is seen by the tissue under them, unless the file says it. */
static void
test_origin (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outlines = g_build_filename (fixture->folder, "a.geojson", NULL);
  g_autoptr (GPtrArray) found = NULL, told = NULL;
  g_auto (AciniIntakeResult) taken = { 0 };
  g_autoptr (GError) error = NULL;
  AciniIntake intake = { 0 };

  write_leica (add (fixture, "a.scn"), fixture->tissue, 1000, 400, 3000, 2000);
  write_outline (outlines, "", 100, 100, 200);
  found = look (fixture, NULL);
  g_assert_cmpstr (find (found, "a.scn")->problem, ==, NULL);
  g_assert_cmpint (find (found, "a.scn")->look.image_width, ==, 3000);
  g_assert_cmpint (find (found, "a.scn")->corner_x, ==, 1000);
  g_assert_true ((find (found, "a.scn")->warnings & 1U << ACINI_WARNING_ORIGIN) != 0);
  g_assert_cmpint (find (found, "a.scn")->origin, ==, ACINI_ORIGIN_BOUNDS);
  acini_preview_file_fill_intake (find (found, "a.scn"), &intake);
  acini_intake (fixture->project, fixture->files->pdata[0], &intake, &taken, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (taken.labelled);
  assert_label (fixture, taken.slide, 1100, 500, ACINI_LABEL_FIRST_CLASS);
  assert_label (fixture, taken.slide, 1099, 500, ACINI_LABEL_BACKGROUND);
  assert_label (fixture, taken.slide, 1299, 699, ACINI_LABEL_FIRST_CLASS);
  assert_label (fixture, taken.slide, 1300, 699, ACINI_LABEL_BACKGROUND);
  /* As exports say it. */
  write_outline (outlines, "\"origin\":\"slide\",", 1100, 500, 200);
  told = look (fixture, NULL);
  g_assert_false ((find (told, "a.scn")->warnings & 1U << ACINI_WARNING_ORIGIN) != 0);
  g_assert_cmpint (find (told, "a.scn")->origin, ==, ACINI_ORIGIN_SLIDE);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  const AciniPreviewReading plain = { &(AciniIntake){ 0 }, NULL, NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  write_image (add (fixture, "a.png"), fixture->tissue);
  g_cancellable_cancel (cancellable);
  g_assert_null (acini_preview (fixture->project, fixture->files, &plain, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/preview/pictures", Fixture, NULL, set_up, test_pictures, tear_down);
  g_test_add ("/preview/alike-slide", Fixture, NULL, set_up, test_alike_slide, tear_down);
  g_test_add ("/preview/masks", Fixture, NULL, set_up, test_masks, tear_down);
  g_test_add ("/preview/fields", Fixture, NULL, set_up, test_fields, tear_down);
  g_test_add ("/preview/origin", Fixture, NULL, set_up, test_origin, tear_down);
  g_test_add ("/preview/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  return g_test_run ();
}
