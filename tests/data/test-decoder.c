/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures and masks of every meaning that their pixels can have: each is read as it is meant, or refused. */

#include "data/interchange/acini-mask-file.h"
#include "data/slides/acini-slide-import.h"
#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

#define WIDTH 90
#define HEIGHT 60

/* Two areas; their pixels have the numbers 1 and 2. */
static int
truth (int x, int y)
{
  int dx = x - 25, dy = y - 22;

  return dx * dx + dy * dy < 200 ? 1 : x >= 55 && x < 80 && y >= 15 && y < 48 ? 2 : 0;
}

/* What a TIFF is to be. */
typedef struct
{
  int samples, bits, format, photometric, orientation;
  int n_extra, extra;
  int pages;
  double resolution;      /* pixels per cm; 0: none */
  const guint16 *palette; /* 768 numbers */
  double (*pixel) (int x, int y, int sample);
} Tiff;

static void
put (GByteArray *file, guint64 value, int size)
{
  for (int i = 0; i < size; i++)
    {
      guint8 byte = (guint8)(value >> (8 * i));

      g_byte_array_append (file, &byte, 1);
    }
}

static void
put_number (GByteArray *file, const Tiff *tiff, double value)
{
  float single = (float)value;

  if (tiff->format == 3)
    g_byte_array_append (file, (const guint8 *)&single, sizeof single);
  else
    put (file, (guint64)(gint64)value, tiff->bits / 8);
}

static void
put_entry (GByteArray *file, int tag, int type, guint32 count, guint32 value)
{
  put (file, (guint64)tag, 2);
  put (file, (guint64)type, 2);
  put (file, count, 4);
  put (file, value, 4);
}

/* Orientation as it is stored: where the pixel (@x, @y) of the file is in the picture that is meant. */
static void
turn (int orientation, int *x, int *y)
{
  int u = *x, v = *y;

  switch (orientation)
    {
    case 3:
      *x = WIDTH - 1 - u;
      *y = HEIGHT - 1 - v;
      break;
    case 6: /* rows from the right */
      *x = WIDTH - 1 - v;
      *y = u;
      break;
    case 8: /* rows from the left */
      *x = v;
      *y = HEIGHT - 1 - u;
      break;
    default:
      break;
    }
}

/* A TIFF of one strip, little-endian. */
static void
write_tiff (const char *path, const Tiff *tiff)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  gboolean lying = tiff->orientation >= 5;
  int width = lying ? HEIGHT : WIDTH, height = lying ? WIDTH : HEIGHT, n_pages = MAX (tiff->pages, 1);
  guint32 bits_at, map_at, ratio_at, size = (guint32)(width * height * tiff->samples * tiff->bits / 8), pixels_at;

  g_byte_array_append (file, (const guint8 *)"II*\0", 4);
  put (file, 0, 4);
  bits_at = file->len;
  for (int i = 0; i < MAX (tiff->samples, 2); i++)
    put (file, (guint64)tiff->bits, 2);
  ratio_at = file->len;
  put (file, (guint64)(tiff->resolution * 1000), 4);
  put (file, 1000, 4);
  map_at = file->len;
  for (int i = 0; i < 768; i++)
    put (file, tiff->palette != NULL ? tiff->palette[i] : 0, 2);
  pixels_at = file->len;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        int u = x, v = y;

        turn (tiff->orientation, &u, &v);
        for (int s = 0; s < tiff->samples; s++)
          put_number (file, tiff, tiff->pixel (u, v, s));
      }
  for (int i = 0; i < n_pages; i++)
    {
      guint32 at = file->len, n = 11 + (tiff->n_extra > 0) + (tiff->palette != NULL) + 3 * (tiff->resolution > 0);

      if (i == 0)
        memcpy (file->data + 4, &at, 4);
      put (file, n, 2);
      put_entry (file, 256, 4, 1, (guint32)width);
      put_entry (file, 257, 4, 1, (guint32)height);
      put_entry (file, 258, 3, (guint32)tiff->samples,
                 tiff->samples > 2 ? bits_at : (guint32)(tiff->bits | tiff->bits << 16));
      put_entry (file, 259, 3, 1, 1);
      put_entry (file, 262, 3, 1, (guint32)tiff->photometric);
      put_entry (file, 273, 4, 1, pixels_at);
      put_entry (file, 274, 3, 1, (guint32)MAX (tiff->orientation, 1));
      put_entry (file, 277, 3, 1, (guint32)tiff->samples);
      put_entry (file, 278, 4, 1, (guint32)height);
      put_entry (file, 279, 4, 1, size);
      if (tiff->resolution > 0)
        {
          put_entry (file, 282, 5, 1, ratio_at);
          put_entry (file, 283, 5, 1, ratio_at);
          put_entry (file, 296, 3, 1, 3);
        }
      if (tiff->palette != NULL)
        put_entry (file, 320, 3, 768, map_at);
      if (tiff->n_extra > 0)
        put_entry (file, 338, 3, (guint32)tiff->n_extra, (guint32)(tiff->extra | tiff->extra << 16));
      put_entry (file, 339, 3, 1, (guint32)MAX (tiff->format, 1));
      put (file, i + 1 < n_pages ? file->len + 4 : 0, 4);
    }
  g_assert_true (g_file_set_contents (path, (const char *)file->data, file->len, NULL));
}

/* Masks. */

static double
ids (int x, int y, int s)
{
  return truth (x, y);
}

static double
binary (int x, int y, int s)
{
  return truth (x, y) != 0 ? 255 : 0;
}

static double
minus_one (int x, int y, int s)
{
  return truth (x, y) != 0 ? truth (x, y) * 256 : -1;
}

static double
minus_one_and_zero (int x, int y, int s)
{
  return truth (x, y) - 1;
}

static double
nan_ground (int x, int y, int s)
{
  return truth (x, y) != 0 ? truth (x, y) : NAN;
}

static double
nan_and_zero (int x, int y, int s)
{
  return truth (x, y) != 0 ? truth (x, y) - 1 : NAN;
}

static double
probability (int x, int y, int s)
{
  return truth (x, y) != 0 ? 0.9 : 0.02;
}

static double
no_ground (int x, int y, int s)
{
  return truth (x, y) + 1;
}

static double
three_greys (int x, int y, int s)
{
  return truth (x, y) == 1 ? 128 : truth (x, y) == 2 ? 255 : 0;
}

/* Edges of three pixels, of values between. */
static double
smooth (int x, int y, int s)
{
  int n = 0;

  for (int v = -1; v <= 1; v++)
    for (int u = -1; u <= 1; u++)
      n += truth (x + u, y + v) != 0;
  return rint (n * 255 / 9.0);
}

static double
alpha_shape (int x, int y, int s)
{
  return s == 3 ? binary (x, y, 0) : 40 * s;
}

static double
grey_alpha (int x, int y, int s)
{
  return s == 1 ? binary (x, y, 0) : 255;
}

static double
two_shapes (int x, int y, int s)
{
  return s == 3 ? (x > 40 ? 255 : 0) : binary (x, y, 0);
}

static double
opaque (int x, int y, int s)
{
  return s == 3 ? 255 : binary (x, y, 0);
}

static double
green_of_16_bits (int x, int y, int s)
{
  return s == 1 ? (truth (x, y) != 0 ? 65535 : 0) : 1;
}

static const guint16 white_ground[768]
    = { [0] = 65535, [1] = 30000, [2] = 9000, [256] = 65535, [257] = 20000, [512] = 65535 };
static const guint16 all_black[768] = { 0 };
/* Number 1 is black, number 0 is not: which is the ground? */
static const guint16 black_second[768] = { [0] = 65535, [2] = 65535, [256] = 65535, [512] = 65535 };

typedef struct
{
  const char *name;
  Tiff tiff;
  AciniMaskReading reading;
  gboolean refused;
} Mask;

static const Mask masks[] = {
  { "ids", { 1, 8, 1, 1, .pixel = ids } },
  { "ids-16", { 1, 16, 1, 1, .pixel = ids } },
  { "ids-float", { 1, 32, 3, 1, .pixel = ids } },
  { "binary", { 1, 8, 1, 1, .pixel = binary } },
  { "binary-rgb", { 3, 8, 1, 2, .pixel = binary } },
  { "minus-one", { 1, 32, 2, 1, .pixel = minus_one } },
  { "minus-one-and-zero", { 1, 32, 2, 1, .pixel = minus_one_and_zero }, .refused = TRUE },
  { "minus-one-and-zero-said", { 1, 32, 2, 1, .pixel = minus_one_and_zero }, { ACINI_MASK_UNITS_ABOVE, .above = -1 } },
  { "nan", { 1, 32, 3, 1, .pixel = nan_ground } },
  { "nan-and-zero", { 1, 32, 3, 1, .pixel = nan_and_zero }, .refused = TRUE },
  { "probability", { 1, 32, 3, 1, .pixel = probability } },
  { "no-ground", { 1, 8, 1, 1, .pixel = no_ground }, .refused = TRUE },
  { "no-ground-said", { 1, 8, 1, 1, .pixel = no_ground }, { ACINI_MASK_UNITS_ABOVE, .above = 1 } },
  { "three-greys", { 1, 8, 1, 1, .pixel = three_greys }, .refused = TRUE },
  { "three-greys-said", { 1, 8, 1, 1, .pixel = three_greys }, { ACINI_MASK_UNITS_NONZERO } },
  { "alpha", { 4, 8, 1, 2, .n_extra = 1, .extra = 2, .pixel = alpha_shape } },
  { "alpha-unnamed", { 4, 8, 1, 2, .n_extra = 1, .extra = 0, .pixel = alpha_shape } },
  { "grey-alpha", { 2, 8, 1, 1, .n_extra = 1, .extra = 2, .pixel = grey_alpha } },
  { "two-shapes", { 4, 8, 1, 2, .n_extra = 1, .extra = 2, .pixel = two_shapes }, .refused = TRUE },
  { "two-shapes-said", { 4, 8, 1, 2, .n_extra = 1, .extra = 2, .pixel = two_shapes }, { ACINI_MASK_UNITS_NONZERO } },
  { "opaque", { 4, 8, 1, 2, .n_extra = 1, .extra = 2, .pixel = opaque } },
  { "green-16", { 3, 16, 1, 2, .pixel = green_of_16_bits }, { ACINI_MASK_UNITS_CHANNEL, .channel = 1 } },
  { "palette-white", { 1, 8, 1, 3, .palette = white_ground, .pixel = ids } },
  { "palette-black", { 1, 8, 1, 3, .palette = all_black, .pixel = ids } },
  { "palette-unclear", { 1, 8, 1, 3, .palette = black_second, .pixel = ids }, .refused = TRUE },
  { "turned-3", { 1, 8, 1, 1, 3, .pixel = binary } },
  { "turned-6", { 1, 8, 1, 1, 6, .pixel = binary } },
  { "turned-8", { 1, 8, 1, 1, 8, .pixel = binary } },
  { "pages", { 1, 8, 1, 1, .pages = 3, .pixel = binary }, .refused = TRUE },
  { "pages-said", { 1, 8, 1, 1, .pages = 3, .pixel = binary }, { .page = 2 } },
};

static int
count_differences (const char *path, const AciniMaskReading *reading)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniMaskFile) mask = acini_mask_file_open (path, reading, &error);
  g_autofree guint8 *pixels = g_malloc (WIDTH * HEIGHT);
  int n = 0;

  g_assert_no_error (error);
  g_assert_cmpint (acini_mask_file_get_width (mask), ==, WIDTH);
  g_assert_cmpint (acini_mask_file_get_height (mask), ==, HEIGHT);
  g_assert_true (acini_mask_file_look (mask, &error));
  g_assert_no_error (error);
  g_assert_true (acini_mask_file_read_rows (mask, HEIGHT, pixels, &error));
  g_assert_no_error (error);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    n += pixels[i] != (truth (i % WIDTH, i / WIDTH) != 0);
  return n;
}

static void
test_masks (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "mask.tif", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AciniMaskFile) refused = NULL;

      g_test_message ("%s", masks[i].name);
      write_tiff (path, &masks[i].tiff);
      if (!masks[i].refused)
        {
          g_assert_cmpint (count_differences (path, &masks[i].reading), ==, 0);
          continue;
        }
      refused = acini_mask_file_open (path, &masks[i].reading, &error);
      g_assert_false (refused != NULL && acini_mask_file_look (refused, &error));
      g_assert_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS);
      g_assert_nonnull (strstr (error->message, "--mask-"));
    }
  acini_test_remove_folder (folder);
}

/* What compression with loss and smoothing do to edges is cut at half. */
static void
test_smooth (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "mask.tif", NULL);
  g_autofree char *jpeg = g_build_filename (folder, "mask.jpg", NULL);
  g_autoptr (VipsImage) image = NULL;
  const Tiff tiff = { 1, 8, 1, 1, .pixel = smooth }, hard = { 1, 8, 1, 1, .pixel = binary };
  const AciniMaskReading reading = { 0 };

  write_tiff (path, &tiff);
  g_assert_cmpint (count_differences (path, &reading), <=, 8);
  write_tiff (path, &hard);
  image = vips_image_new_from_file (path, NULL);
  g_assert_cmpint (vips_jpegsave (image, jpeg, "Q", 75, NULL), ==, 0);
  g_assert_cmpint (count_differences (jpeg, &reading), <=, 8);
  acini_test_remove_folder (folder);
}

/* A Windows bitmap whose palette begins with white. */
static void
test_bitmap (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "mask.bmp", NULL);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  const guint32 stride = (WIDTH + 3) / 4 * 4, at = 54 + 4 * 256;

  g_byte_array_append (file, (const guint8 *)"BM", 2);
  put (file, at + stride * HEIGHT, 4);
  put (file, 0, 4);
  put (file, at, 4);
  put (file, 40, 4);
  put (file, WIDTH, 4);
  put (file, HEIGHT, 4);
  put (file, 1, 2);
  put (file, 8, 2);
  for (int i = 0; i < 6; i++)
    put (file, 0, 4);
  for (int i = 0; i < 256; i++)
    put (file, i == 0 ? 0xffffff : i == 1 ? 0x2080c0 : i == 2 ? 0x4040ff : 0, 4);
  for (int y = HEIGHT - 1; y >= 0; y--)
    for (guint32 x = 0; x < stride; x++)
      put (file, x < WIDTH ? (guint64)truth ((int)x, y) : 0, 1);
  g_assert_true (g_file_set_contents (path, (const char *)file->data, file->len, NULL));
  acini_vips_init ();
  if (vips_foreign_find_load (path) == NULL)
    g_test_skip ("libvips reads no bitmaps here");
  else
    g_assert_cmpint (count_differences (path, &(AciniMaskReading){ 0 }), ==, 0);
  acini_test_remove_folder (folder);
}

/* A GIF of 35 bytes: one pixel, or what its header says.  Found by fuzzing: 451 megapixels kept a processor busy. */
static void
test_promises (void)
{
  static const guint16 sizes[][2] = { { 1, 1 }, { 18505, 24388 } };
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "mask.gif", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) file = g_byte_array_new ();
      g_autoptr (AciniMaskFile) mask = NULL;
      g_autoptr (GError) error = NULL;

      g_byte_array_append (file, (const guint8 *)"GIF89a", 6);
      put (file, sizes[i][0], 2);
      put (file, sizes[i][1], 2);
      g_byte_array_append (file, (const guint8 *)"\x80\0\0\xff\xff\xff\0\0\0,\0\0\0", 14);
      put (file, sizes[i][0], 2);
      put (file, sizes[i][1], 2);
      g_byte_array_append (file, (const guint8 *)"\0\2\2\x44\1\0;", 7);
      g_assert_true (g_file_set_contents (path, (const char *)file->data, file->len, NULL));
      mask = acini_mask_file_open (path, &(AciniMaskReading){ 0 }, &error);
      if (i == 0)
        {
          g_assert_no_error (error);
          g_assert_cmpint (acini_mask_file_get_width (mask), ==, 1);
        }
      else
        {
          g_assert_null (mask);
          g_assert_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED);
          g_assert_nonnull (strstr (error->message, "18505 × 24388"));
        }
    }
  acini_test_remove_folder (folder);
}

/* Pictures. */

/* 8 bits of a pixel of the picture. */
static int
colour (int x, int y, int s)
{
  return truth (x, y) != 0 ? 60 + 20 * s : 200 + 20 * s + (x + y) % 10;
}

static double
eight (int x, int y, int s)
{
  return s < 3 ? colour (x, y, s) : 17;
}

static double
twelve (int x, int y, int s)
{
  return 16 * colour (x, y, s);
}

static double
sixteen (int x, int y, int s)
{
  return 257 * colour (x, y, s);
}

static double
fraction (int x, int y, int s)
{
  return colour (x, y, s) / 255.0;
}

static double
thousands (int x, int y, int s)
{
  return 1000 + 10 * colour (x, y, s);
}

typedef struct
{
  const char *name;
  Tiff tiff;
  AciniImageReading reading;
  gboolean refused;
} Picture;

static const Picture pictures[] = {
  { "eight", { 3, 8, 1, 2, .pixel = eight } },
  { "twelve", { 3, 16, 1, 2, .pixel = twelve } },
  { "sixteen", { 3, 16, 1, 2, .pixel = sixteen } },
  { "int32", { 3, 32, 2, 2, .pixel = eight } },
  { "float-1", { 3, 32, 3, 2, .pixel = fraction } },
  { "float-255", { 3, 32, 3, 2, .pixel = eight } },
  { "float-unclear", { 3, 32, 3, 2, .pixel = thousands }, .refused = TRUE },
  { "float-said", { 3, 32, 3, 2, .pixel = thousands }, { .low = 1000, .high = 3550 } },
  { "unnamed-extra", { 4, 8, 1, 2, .n_extra = 1, .pixel = eight } },
  { "two-extra", { 5, 8, 1, 2, .n_extra = 2, .pixel = eight } },
  { "channels", { 5, 8, 1, 1, .pixel = eight }, .refused = TRUE },
  { "channels-said", { 5, 8, 1, 1, .pixel = eight }, { .bands = { 1, 2, 3 } } },
  { "turned", { 3, 8, 1, 2, 6, .pixel = eight } },
  { "pages", { 3, 8, 1, 2, .pages = 2, .pixel = eight }, .refused = TRUE },
  { "pages-said", { 3, 8, 1, 2, .pages = 2, .pixel = eight }, { .page = 1 } },
  { "scale", { 3, 8, 1, 2, .resolution = 40000, .pixel = eight } },
  { "no-scale", { 3, 8, 1, 2, .resolution = 118.11, .pixel = eight } },
};

static void
check_picture (const Picture *picture, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlide) slide = acini_slide_open (path, &error);
  g_autofree guint8 *rgb = g_malloc (3 * WIDTH * HEIGHT);

  g_assert_no_error (error);
  g_assert_cmpint (acini_slide_get_width (slide), ==, WIDTH);
  g_assert_cmpint (acini_slide_get_height (slide), ==, HEIGHT);
  g_assert_true (acini_slide_read_rgb (slide, 0, 0, 1, WIDTH, HEIGHT, rgb, &error));
  for (int i = 0; i < 3 * WIDTH * HEIGHT; i++)
    g_assert_cmpint (rgb[i], ==, colour (i / 3 % WIDTH, i / 3 / WIDTH, i % 3));
  if (picture->tiff.resolution == 40000)
    g_assert_cmpfloat_with_epsilon (acini_slide_get_mpp_x (slide), 0.25, 1e-4);
  else
    g_assert_cmpfloat (acini_slide_get_mpp_x (slide), ==, 0);
}

static void
test_pictures (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "picture.tif", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *slide = NULL, *notes = NULL;

      g_test_message ("%s", pictures[i].name);
      write_tiff (path, &pictures[i].tiff);
      slide = acini_slide_import_image (path, folder, &pictures[i].reading, &notes, NULL, NULL, NULL, &error);
      if (pictures[i].refused)
        {
          g_assert_null (slide);
          g_assert_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS);
          g_assert_nonnull (strstr (error->message, " --"));
          continue;
        }
      g_assert_no_error (error);
      check_picture (&pictures[i], slide);
      if (g_str_equal (pictures[i].name, "twelve") || g_str_has_suffix (pictures[i].name, "extra"))
        g_assert_nonnull (notes);
      if (g_str_equal (pictures[i].name, "eight") || g_str_equal (pictures[i].name, "sixteen"))
        g_assert_null (notes);
    }
  acini_test_remove_folder (folder);
}

/* Cut off anywhere, or a byte changed: read, or refused with a sentence that names the file; never a crash. */
static void
test_damaged (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "broken.tif", NULL);
  g_autofree char *content = NULL;
  const Tiff tiff = { 3, 8, 1, 2, .resolution = 40000, .pixel = eight };
  gsize length;

  write_tiff (path, &tiff);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (int i = 0; i < 300; i++)
    {
      g_autofree char *changed = g_memdup2 (content, length);
      gboolean shorter = i % 3 == 0;
      gsize left = shorter ? (gsize)g_test_rand_int_range (0, (int)length) : length;
      g_autofree char *slide = NULL;
      g_autoptr (GError) error = NULL;

      /* The tables, more than the pixels. */
      for (int k = 0; !shorter && k < 3; k++)
        changed[i % 2 ? (gsize)g_test_rand_int_range (0, 1700) : length - 1 - (gsize)g_test_rand_int_range (0, 200)]
            = (char)g_test_rand_int_range (0, 256);
      g_assert_true (g_file_set_contents (path, changed, (gssize)left, NULL));
      slide = acini_slide_import (path, folder, 0, NULL, NULL, NULL, &error);
      g_assert_true ((slide == NULL) == (error != NULL));
      if (slide == NULL)
        g_assert_nonnull (strstr (error->message, "broken.tif"));
      g_assert_true (!shorter || slide == NULL);
    }
  acini_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* libtiff warns of what is refused or said here. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  acini_vips_init ();
  g_test_add_func ("/decoder/masks", test_masks);
  g_test_add_func ("/decoder/smooth", test_smooth);
  g_test_add_func ("/decoder/bitmap", test_bitmap);
  g_test_add_func ("/decoder/promises", test_promises);
  g_test_add_func ("/decoder/pictures", test_pictures);
  g_test_add_func ("/decoder/damaged", test_damaged);
  return g_test_run ();
}
