/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mask on screen and the mask in a file are the same pixels: at every threshold, for several classes and organs.
 * Needs no display: the tiles are coloured as the slide view has them coloured. */

#include "data/interchange/acini-export.h"
#include "data/labels/acini-journal.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"
#include "ui/view/layers/acini-class-colours.h"
#include "ui/view/layers/acini-mask-source.h"

#include <math.h>

#define WIDTH 560
#define HEIGHT 220
#define CLASSES 3
/* Levels of the mask's source above level 0. */
#define FINER 5

typedef struct
{
  double downsample;
  int step; /* between thresholds */
} Case;

typedef struct
{
  char *folder, *path;
  AciniProject *project;
  AciniSlideRecord *slide;
  AciniPrediction *prediction;
  AciniMaskSource *source;
  GPtrArray *tiles; /* AciniMaskTile, of level 0 */
  int columns, rows;
} Fixture;

static guint8
value_at (int plane, gint64 x, gint64 y)
{
  return (guint8)lround (127.5
                         + 127.5 * sin ((double)x / (17 + 5 * plane) + plane) * cos ((double)y / (23 - 4 * plane)));
}

/* The second column of tiles, where there is one, is missing, and its edge lies on the slide. */
static void
predict (Fixture *f, double downsample)
{
  const AciniPredictionInfo info = { WIDTH, HEIGHT, downsample, CLASSES, "m", "" };
  const gsize pixels = ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  g_autofree char *path = g_strdup_printf ("%s/prediction-%g.sqlite", f->folder, downsample);
  f->prediction = acini_prediction_open (path, &info, NULL);
  for (gint64 column = 0; column * ACINI_PREDICTION_TILE < acini_prediction_get_width (f->prediction); column++)
    for (gint64 row = 0; row * ACINI_PREDICTION_TILE < acini_prediction_get_height (f->prediction); row++)
      {
        guint8 *planes = g_malloc (CLASSES * pixels);
        for (gsize i = 0; i < CLASSES * pixels; i++)
          planes[i] = value_at ((int)(i / pixels), column * ACINI_PREDICTION_TILE + (gint64)(i % ACINI_PREDICTION_TILE),
                                row * ACINI_PREDICTION_TILE + (gint64)(i % pixels / ACINI_PREDICTION_TILE));
        g_autoptr (GBytes) bytes = g_bytes_new_take (planes, CLASSES * pixels);
        const AciniPredictionTile tile = { column, row, bytes };
        if (column != 1)
          g_assert_true (acini_prediction_write (f->prediction, &tile, 1, NULL));
      }
}

static void
decide (Fixture *f)
{
  const AciniRect rects[] = { { 50, 60, 90, 90 }, { 200, 100, 77, 93 }, { 380, 110, 60, 51 }, { 491, 40, 46, 66 } };
  const guint8 labels[] = { ACINI_LABEL_BACKGROUND, 2, 3, 4 };
  g_autoptr (AciniEdit) edit = acini_edit_new (f->project, f->slide->id, "test");
  for (guint i = 0; i < G_N_ELEMENTS (rects); i++)
    g_assert_true (acini_edit_paint (edit, &rects[i], NULL, labels[i], NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

static void
read_tiles (Fixture *f)
{
  int n_levels;
  const AciniTileLevel *level = &acini_mask_source_get_levels (f->source, &n_levels)[FINER];
  g_autoptr (GError) error = NULL;
  g_assert_cmpfloat (level->downsample, ==, 1);
  f->columns = (int)((level->width + level->tile_width - 1) / level->tile_width);
  f->rows = (int)((level->height + level->tile_height - 1) / level->tile_height);
  f->tiles = g_ptr_array_new_with_free_func (g_object_unref);
  for (int i = 0; i < f->columns * f->rows; i++)
    {
      const AciniTileKey key = { .level = FINER, .column = i % f->columns, .row = i / f->columns };
      int width, height;
      gsize bytes;
      g_autoptr (GBytes) planes = acini_mask_source_funcs.read (f->source, &key, &width, &height, NULL, &error);
      g_assert_no_error (error);
      g_ptr_array_add (f->tiles, acini_mask_source_funcs.make (f->source, &key, planes, width, height, &bytes));
    }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const Case *this = data;
  AciniMaskLook look = { .fill = TRUE, .opacity = 1 };
  acini_vips_init ();
  f->folder = acini_test_make_folder ();
  f->path = g_build_filename (f->folder, "mask.png", NULL);
  f->project = acini_test_make_project (f->folder);
  f->slide = acini_project_get_slide (f->project, acini_test_add_slide (f->project, "a.tiff", WIDTH, HEIGHT), NULL);
  predict (f, this->downsample);
  decide (f);
  f->source = acini_mask_source_new (f->project, f->slide->id, WIDTH, HEIGHT, f->prediction);
  acini_thresholds_init_same (&look.thresholds, .5, CLASSES);
  g_autoptr (AciniMaskPalette) palette = acini_mask_palette_new (&look, CLASSES);
  acini_mask_source_set_palette (f->source, palette);
  read_tiles (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_ptr_array_unref (f->tiles);
  acini_mask_source_free (f->source);
  g_object_unref (f->prediction);
  acini_slide_record_free (f->slide);
  g_object_unref (f->project);
  g_free (f->path);
  acini_test_remove_folder (f->folder);
}

/* The class whose colour, its own or a person's, a pixel has; soft edges count from half of it on. */
static guint8
classify (guint32 pixel)
{
  guint32 alpha = pixel >> 24;
  if (2 * alpha < 255)
    return 0;
  for (guint8 k = 0; k < CLASSES; k++)
    for (int predicted = 0; predicted < 2; predicted++)
      {
        guint32 colour = acini_class_colour_get_pixel ((guint8)(ACINI_LABEL_FIRST_CLASS + k), predicted);
        gboolean same = TRUE;
        for (int shift = 0; shift < 24; shift += 8)
          same = same && (pixel >> shift & 0xff) == ((colour >> shift & 0xff) * alpha + 127) / 255;
        if (same)
          return k + 1;
      }
  g_assert_not_reached ();
}

/* What is on screen: the numbers of classes, 0 outside. */
static void
look_at_screen (Fixture *f, const AciniThresholds *thresholds, guint8 *classes)
{
  const AciniMaskLook look = { .fill = TRUE, .opacity = 1, .thresholds = *thresholds };
  g_autoptr (AciniMaskPalette) palette = acini_mask_palette_new (&look, CLASSES);
  memset (classes, 0, WIDTH * HEIGHT);
  for (guint i = 0; i < f->tiles->len; i++)
    {
      AciniMaskPart part;
      AciniMaskTile *tile = g_ptr_array_index (f->tiles, i);
      int x0 = (int)i % f->columns * 512, y0 = (int)i / f->columns * 512;
      acini_mask_tile_render (tile, palette, NULL);
      GdkTexture *texture = acini_mask_tile_get_texture (tile, &part);
      if (!texture)
        continue;
      int width = gdk_texture_get_width (texture), height = gdk_texture_get_height (texture);
      g_autofree guint32 *pixels = g_new (guint32, (gsize)width * (gsize)height);
      gdk_texture_download (texture, (guchar *)pixels, (gsize)width * 4);
      for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
          classes[(y0 + y) * WIDTH + x0 + x] = classify (pixels[y * width + x]);
    }
}

static void
compare (Fixture *f, const AciniThresholds *thresholds)
{
  const AciniExportSource source = { f->project, f->slide, f->prediction, thresholds };
  g_autofree guint8 *screen = g_malloc (WIDTH * HEIGHT);
  g_autoptr (GError) error = NULL;
  gsize size;
  guint n_inside = 0;
  look_at_screen (f, thresholds, screen);
  acini_export_write (acini_export_find_format ("png", NULL), &source, f->path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (VipsImage) image = vips_image_new_from_file (f->path, NULL);
  g_autofree guint8 *file = vips_image_write_to_memory (image, &size);
  g_assert_cmpuint (size, ==, WIDTH * HEIGHT);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      n_inside += file[i] > 0;
      if (screen[i] != file[i])
        g_error ("At (%d, %d) with cuts %u, %u, %u the screen shows %u, the file has %u.", i % WIDTH, i / WIDTH,
                 thresholds->cuts[0], thresholds->cuts[1], thresholds->cuts[2], screen[i], file[i]);
    }
  g_assert_cmpuint (n_inside, >, 10000); /* at least what was marked */
}

/* Organs differ in how far their classes' thresholds lie apart. */
static const int organs[3][CLASSES] = { { 0, 0, 0 }, { 0, 40, -60 }, { 90, -35, 10 } };

static void
test_thresholds (Fixture *f, gconstpointer data)
{
  const Case *this = data;
  for (int cut = 0; cut < 256; cut += this->step)
    for (int organ = 0; organ < 3; organ++)
      {
        double numbers[CLASSES];
        AciniThresholds thresholds;
        for (int k = 0; k < CLASSES; k++)
          numbers[k] = CLAMP (cut + organs[organ][k], 0, 255) / 255.;
        acini_thresholds_init (&thresholds, numbers, CLASSES);
        compare (f, &thresholds);
      }
}

int
main (int argc, char **argv)
{
  static const Case two = { 2, 1 }, odd = { 1.07, 7 }, fine = { 0.83, 7 };
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/mask-screen/every-threshold", Fixture, &two, set_up, test_thresholds, tear_down);
  g_test_add ("/mask-screen/partly-computed", Fixture, &odd, set_up, test_thresholds, tear_down);
  g_test_add ("/mask-screen/finer-than-the-slide", Fixture, &fine, set_up, test_thresholds, tear_down);
  return g_test_run ();
}
