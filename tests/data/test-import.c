/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/slides/acini-slide-import.h"

#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

#include <string.h>

#define WIDTH 301
#define HEIGHT 207

/* A picture of @bands bands in which every pixel differs from its neighbours. */
static VipsImage *
make_image (int bands)
{
  guint8 *pixels = g_malloc (WIDTH * HEIGHT * bands);
  VipsImage *image;

  for (int i = 0; i < WIDTH * HEIGHT * bands; i++)
    pixels[i] = (guint8)((guint32)i * 2654435761u >> 21);
  image = vips_image_new_from_memory_copy (pixels, (gsize)WIDTH * HEIGHT * bands, WIDTH, HEIGHT, bands,
                                           VIPS_FORMAT_UCHAR);
  image->Type = bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
  g_free (pixels);
  return image;
}

static guint8 *
read_whole (const char *path, int *width, int *height)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlide) slide = acini_slide_open (path, &error);
  guint8 *rgb;

  g_assert_no_error (error);
  *width = (int)acini_slide_get_width (slide);
  *height = (int)acini_slide_get_height (slide);
  rgb = g_malloc (3 * (gsize)*width * *height);
  g_assert_true (acini_slide_read_rgb (slide, 0, 0, 1, *width, *height, rgb, &error));
  g_assert_no_error (error);
  return rgb;
}

/* Imports @path, and checks that the slide's pixels are those of @expected (8-bit RGB). */
static void
check_import (const char *path, const char *folder, VipsImage *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = acini_slide_import (path, folder, 0.5, NULL, NULL, NULL, &error);
  g_autofree guint8 *rgb = NULL, *wanted = NULL;
  int width, height;
  gsize size;

  g_assert_no_error (error);
  g_assert_true (g_path_is_absolute (result));
  rgb = read_whole (result, &width, &height);
  g_assert_cmpint (width, ==, expected->Xsize);
  g_assert_cmpint (height, ==, expected->Ysize);
  wanted = vips_image_write_to_memory (expected, &size);
  g_assert_cmpmem (rgb, (gsize)width * height * 3, wanted, size);
}

static void
test_formats (void)
{
  static const char *const names[] = { "a.png", "b.tif[tile=false]", "c.tif[compression=lzw]", "d.ppm",
                                       "e.bmp", "f.jp2[lossless]",   "g.webp[lossless]" };
  char *folder = acini_test_make_folder ();
  g_autoptr (VipsImage) image = make_image (3);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *target = g_build_filename (folder, names[i], NULL);
      g_autofree char *path = g_strndup (target, strcspn (target, "["));

      if (vips_image_write_to_file (image, target, NULL) != 0)
        {
          g_test_message ("libvips cannot write %s here", names[i]);
          vips_error_clear ();
          continue;
        }
      g_test_message ("%s", names[i]);
      check_import (path, folder, image);
    }
  acini_test_remove_folder (folder);
}

/* Grey, 16 bits, and a picture as small as a tile can be. */
static void
test_kinds (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *grey_path = g_build_filename (folder, "grey.png", NULL);
  g_autofree char *deep_path = g_build_filename (folder, "deep.tif", NULL);
  g_autofree char *dot_path = g_build_filename (folder, "dot.png", NULL);
  g_autoptr (VipsImage) grey = make_image (1);
  g_autoptr (VipsImage) rgb = NULL;
  g_autoptr (VipsImage) deep = NULL;
  g_autoptr (VipsImage) dot = NULL;

  g_assert_cmpint (vips_image_write_to_file (grey, grey_path, NULL), ==, 0);
  g_assert_cmpint (vips_colourspace (grey, &rgb, VIPS_INTERPRETATION_sRGB, NULL), ==, 0);
  check_import (grey_path, folder, rgb);
  g_assert_cmpint (vips_colourspace (rgb, &deep, VIPS_INTERPRETATION_RGB16, NULL), ==, 0);
  g_assert_cmpint (vips_image_write_to_file (deep, deep_path, NULL), ==, 0);
  check_import (deep_path, folder, rgb);
  g_assert_cmpint (vips_crop (rgb, &dot, 5, 5, 16, 16, NULL), ==, 0);
  g_assert_cmpint (vips_image_write_to_file (dot, dot_path, NULL), ==, 0);
  check_import (dot_path, folder, dot);
  acini_test_remove_folder (folder);
}

/* What is transparent is white. */
static void
test_alpha (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "alpha.png", NULL);
  g_autoptr (VipsImage) image = make_image (4);
  g_autofree char *result = NULL;
  g_autofree guint8 *pixels = NULL, *rgb = NULL;
  g_autoptr (GError) error = NULL;
  int width, height;
  gsize size;

  g_assert_cmpint (vips_image_write_to_file (image, path, NULL), ==, 0);
  pixels = vips_image_write_to_memory (image, &size);
  result = acini_slide_import (path, folder, 0, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  rgb = read_whole (result, &width, &height);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      double alpha = pixels[4 * i + 3] / 255.0;

      g_assert_cmpfloat_with_epsilon (rgb[3 * i], alpha * pixels[4 * i] + (1 - alpha) * 255, 1.1);
    }
  acini_test_remove_folder (folder);
}

static void
test_names (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "same.png", NULL);
  g_autofree char *slides = g_build_filename (folder, "new", "slides", NULL);
  g_autoptr (VipsImage) image = make_image (3);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL, *second = NULL, *again = NULL;
  g_autoptr (AciniSlide) slide = NULL;

  g_assert_cmpint (vips_image_write_to_file (image, path, NULL), ==, 0);
  first = acini_slide_import (path, slides, 0.62005, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  second = acini_slide_import (path, slides, 0, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, second);
  slide = acini_slide_open (first, &error);
  g_assert_cmpfloat_with_epsilon (acini_slide_get_mpp_x (slide), 0.62005, 1e-4);
  /* A slide stays where it is. */
  again = acini_slide_import (first, slides, 0, NULL, NULL, NULL, &error);
  g_assert_cmpstr (again, ==, first);
  acini_test_remove_folder (folder);
}

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_errors (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *slides = g_build_filename (folder, "slides", NULL);
  g_autofree char *text = g_build_filename (folder, "text.png", NULL);
  g_autofree char *png = g_build_filename (folder, "cut.png", NULL);
  g_autofree char *content = NULL;
  g_autoptr (VipsImage) image = make_image (3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_null (acini_slide_import ("/nowhere/x.png", slides, 0, NULL, NULL, NULL, &error));
  g_assert_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_file_set_contents (text, "no image", -1, NULL);
  g_assert_null (acini_slide_import (text, slides, 0, NULL, NULL, NULL, &error));
  g_assert_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE);
  g_clear_error (&error);
  g_assert_cmpint (vips_image_write_to_file (image, png, NULL), ==, 0);
  g_cancellable_cancel (cancellable);
  g_assert_null (acini_slide_import (png, slides, 0, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (png, &content, &length, NULL));
  for (gsize keep = 0; keep < length * 9 / 10; keep += length / 17)
    {
      g_assert_true (g_file_set_contents (png, content, (gssize)keep, NULL));
      g_assert_null (acini_slide_import (png, slides, 0, NULL, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_assert_null (strchr (error->message, '\n'));
      g_clear_error (&error);
    }
  g_assert_cmpuint (count_entries (slides), ==, 0);
  acini_test_remove_folder (folder);
}

/* A DICOM slide is a slide or nothing: its first tile alone would pass for the picture. */
static void
test_dicom (void)
{
  const char *const names[]
      = { "openslide-python-fixtures/boxes_0.dcm", "pathml/small_dicom.dcm", "dicom/highdicom/sm_image.dcm" };
  const char *shared = g_getenv ("ACINI_SHARED");
  char *folder;

  if (shared == NULL)
    {
      g_test_skip ("ACINI_SHARED is not set");
      return;
    }
  folder = acini_test_make_folder ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (shared, "tissue", "wsi", names[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *result = acini_slide_import (path, folder, 0, NULL, NULL, NULL, &error);

      if (result != NULL)
        g_assert_cmpstr (result, ==, path);
      else
        {
          g_assert_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE);
          g_assert_nonnull (strstr (error->message, "OpenSlide"));
        }
    }
  g_assert_cmpuint (count_entries (folder), ==, 0);
  acini_test_remove_folder (folder);
}

static void
test_masks (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "mask.png", NULL);
  /* Red, green, dark red, white, an instance number of 1, nothing. */
  const guint8 pixels[] = { 255, 0, 0, 0, 255, 0, 90, 0, 0, 255, 255, 255, 0, 0, 1, 0, 0, 0 };
  const guint8 any[] = { 1, 1, 1, 1, 1, 0 }, red[] = { 1, 0, 0, 0, 0, 0 }, green[] = { 0, 1, 0, 0, 0, 0 };
  const guint8 *const wanted[] = { any, red, green };
  g_autoptr (VipsImage) image = vips_image_new_from_memory (pixels, sizeof pixels, 6, 1, 3, VIPS_FORMAT_UCHAR);
  g_autoptr (GError) error = NULL;
  int width, height;

  image->Type = VIPS_INTERPRETATION_sRGB;
  g_assert_cmpint (vips_image_write_to_file (image, path, NULL), ==, 0);
  for (int channel = -1; channel < 2; channel++)
    {
      g_autoptr (GBytes) mask = acini_test_read_mask (path, channel, &width, &height, &error);

      g_assert_no_error (error);
      g_assert_cmpint (width, ==, 6);
      g_assert_cmpint (height, ==, 1);
      g_assert_cmpmem (g_bytes_get_data (mask, NULL), g_bytes_get_size (mask), wanted[channel + 1], 6);
    }
  g_assert_null (acini_test_read_mask ("/nowhere.png", -1, &width, &height, &error));
  g_assert_nonnull (error);
  acini_test_remove_folder (folder);
}

/* GlaS: BMP and PNG, pixel for pixel; the instance numbers of the masks. */
static void
test_glas (void)
{
  static const char *const names[] = { "train_1.bmp", "train_2.bmp", "train_12.png" };
  const char *shared = g_getenv ("ACINI_SHARED");
  char *folder;

  if (shared == NULL)
    {
      g_test_skip ("ACINI_SHARED is not set");
      return;
    }
  folder = acini_test_make_folder ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (shared, "tissue", "glas", names[i], NULL);
      g_autoptr (VipsImage) image = vips_image_new_from_file (path, NULL);

      g_assert_nonnull (image);
      check_import (path, folder, image);
    }
  for (int i = 1; i <= 2; i++)
    {
      g_autofree char *name = g_strdup_printf (i == 1 ? "train_%d_anno.bmp" : "train_1%d_anno.png", i);
      g_autofree char *path = g_build_filename (shared, "tissue", "glas", name, NULL);
      g_autoptr (GError) error = NULL;
      int width, height, n = 0;
      g_autoptr (GBytes) mask = acini_test_read_mask (path, -1, &width, &height, &error);
      const guint8 *bytes;

      g_assert_no_error (error);
      bytes = g_bytes_get_data (mask, NULL);
      for (int k = 0; k < width * height; k++)
        n += bytes[k];
      g_assert_cmpint (n, >, width * height / 10);
      g_assert_cmpint (n, <, width * height * 9 / 10);
    }
  acini_test_remove_folder (folder);
}

/* Bits, orientations, 16-bit grey: each becomes a slide upright. */
static void
test_variants (void)
{
  static const struct
  {
    const char *name;
    gboolean turned;
  } variants[] = { { "tiff-variants/libvips_1bit.tif" },
                   { "tiff-variants/libvips_2bit.tif" },
                   { "tiff-variants/libvips_4bit.tif" },
                   { "tiff-variants/large_image_test_orient1.tif" },
                   { "tiff-variants/large_image_test_orient6.tif", TRUE },
                   { "pathml/smalltif.tif" } };
  const char *shared = g_getenv ("ACINI_SHARED");
  char *folder;

  if (shared == NULL)
    {
      g_test_skip ("ACINI_SHARED is not set");
      return;
    }
  folder = acini_test_make_folder ();
  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      g_autofree char *path = g_build_filename (shared, "tissue", "wsi", variants[i].name, NULL);
      g_autoptr (VipsImage) image = vips_image_new_from_file (path, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *result = acini_slide_import (path, folder, 0, NULL, NULL, NULL, &error);
      g_autofree guint8 *rgb = NULL;
      int width, height, low = 255, high = 0;

      g_test_message ("%s: %s", variants[i].name, error != NULL ? error->message : result);
      g_assert_no_error (error);
      rgb = read_whole (result, &width, &height);
      if (!g_str_equal (result, path))
        {
          g_assert_cmpint (width, ==, MAX (16, variants[i].turned ? image->Ysize : image->Xsize));
          g_assert_cmpint (height, ==, MAX (16, variants[i].turned ? image->Xsize : image->Ysize));
        }
      for (int k = 0; k < 3 * width * height; k++)
        {
          low = MIN (low, rgb[k]);
          high = MAX (high, rgb[k]);
        }
      g_assert_cmpint (high, >, low);
    }
  acini_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  acini_vips_init ();
  g_test_add_func ("/import/formats", test_formats);
  g_test_add_func ("/import/kinds", test_kinds);
  g_test_add_func ("/import/alpha", test_alpha);
  g_test_add_func ("/import/names", test_names);
  g_test_add_func ("/import/errors", test_errors);
  g_test_add_func ("/import/dicom", test_dicom);
  g_test_add_func ("/import/masks", test_masks);
  g_test_add_func ("/import/glas", test_glas);
  g_test_add_func ("/import/variants", test_variants);
  return g_test_run ();
}
