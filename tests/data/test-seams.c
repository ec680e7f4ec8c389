/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A mask of instances becomes labels and seams, and the same instances again; and the tiles that hold them. */

#include "data/base/acini-tiles.h"
#include "data/interchange/acini-export.h"
#include "data/interchange/acini-labels-import.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

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

/* Returns: (transfer full) a number for each value, or colour, of an image; 0 where it is 0. */
static guint16 *
read_image (const char *path, int *width, int *height)
{
  g_autoptr (VipsImage) image = vips_image_new_from_file (path, NULL), wide = NULL;
  g_autoptr (GHashTable) colours = g_hash_table_new (NULL, NULL);
  gsize size;
  guint16 *pixels, *numbers;
  int n, bands;

  g_assert_nonnull (image);
  g_assert_cmpint (vips_cast_ushort (image, &wide, NULL), ==, 0);
  *width = vips_image_get_width (wide);
  *height = vips_image_get_height (wide);
  bands = vips_image_get_bands (wide);
  n = *width * *height;
  pixels = vips_image_write_to_memory (wide, &size);
  numbers = g_new0 (guint16, n);
  for (int i = 0; i < n; i++)
    {
      guint colour = 0;

      if (bands == 1)
        {
          numbers[i] = pixels[i];
          continue;
        }
      for (int band = 0; band < 3; band++)
        colour = colour * 256 + pixels[i * bands + band];
      if (colour == 0)
        continue;
      if (!g_hash_table_contains (colours, GUINT_TO_POINTER (colour)))
        g_hash_table_insert (colours, GUINT_TO_POINTER (colour), GUINT_TO_POINTER (g_hash_table_size (colours) + 1));
      numbers[i] = (guint16)GPOINTER_TO_UINT (g_hash_table_lookup (colours, GUINT_TO_POINTER (colour)));
    }
  g_free (pixels);
  return numbers;
}

/* Gives each 4-connected piece of an instance a number of its own, in the order of the first pixels.  Returns: whether
 * any instance is in several pieces, which a mask of numbers can say and a mask of seams can not. */
static gboolean
number_pieces (const guint16 *mask, int width, int height, int *pieces)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (int));
  gboolean seen[65536] = { FALSE }, torn = FALSE;
  int n = 0;

  memset (pieces, 0, sizeof *pieces * width * height);
  for (int start = 0; start < width * height; start++)
    {
      if (mask[start] == 0 || pieces[start] != 0)
        continue;
      torn |= seen[mask[start]];
      seen[mask[start]] = TRUE;
      pieces[start] = ++n;
      g_array_append_val (open, start);
      while (open->len > 0)
        {
          int at = g_array_index (open, int, open->len - 1), x = at % width, y = at / width;
          const int others[] = { x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at, y > 0 ? at - width : at,
                                 y + 1 < height ? at + width : at };

          g_array_set_size (open, open->len - 1);
          for (int i = 0; i < 4; i++)
            if (mask[others[i]] == mask[start] && pieces[others[i]] == 0)
              {
                pieces[others[i]] = n;
                g_array_append_val (open, others[i]);
              }
        }
    }
  return torn;
}

/* Returns: whether all instances were in one piece, so that the mask that came back is the one that went in. */
static gboolean
go_round (Fixture *fixture, const char *path, const char *name)
{
  const AciniExportFormat *format = acini_export_find_format ("instances", NULL);
  g_autofree char *back = g_build_filename (fixture->folder, "back.png", NULL);
  g_autofree guint16 *mask = NULL, *returned = NULL;
  g_autofree int *pieces = NULL;
  g_autoptr (AciniSlideRecord) slide = NULL;
  g_autoptr (GError) error = NULL;
  AciniMaskReading reading = { .units = ACINI_MASK_UNITS_NONZERO };
  int width, height, back_width, back_height;
  gboolean torn;

  mask = read_image (path, &width, &height);
  slide
      = acini_project_get_slide (fixture->project, acini_test_add_slide (fixture->project, name, width, height), NULL);
  acini_labels_import_mask (fixture->project, slide->id, path, &reading, 2, NULL, &error);
  g_assert_no_error (error);
  acini_export_write (format, &(AciniExportSource){ fixture->project, slide }, back, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  returned = read_image (back, &back_width, &back_height);
  g_assert_cmpint (back_width, ==, width);
  g_assert_cmpint (back_height, ==, height);
  pieces = g_new (int, width *height);
  torn = number_pieces (mask, width, height, pieces);
  for (int i = 0; i < width * height; i++)
    g_assert_cmpint (returned[i], ==, pieces[i]);
  return !torn;
}

static void
write_mask (const char *path, const guint8 *mask, int width, int height)
{
  g_autoptr (VipsImage) image
      = vips_image_new_from_memory (mask, (gsize)width * height, width, height, 1, VIPS_FORMAT_UCHAR);

  g_assert_nonnull (image);
  g_assert_cmpint (vips_pngsave (image, path, NULL), ==, 0);
}

/* Cells of random middles, all touching, over several tiles; and noise. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  enum
  {
    WIDTH = 1100,
    HEIGHT = 700,
    N = 60
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autofree guint8 *mask = g_malloc0 (WIDTH * HEIGHT);
  g_autofree char *path = g_build_filename (fixture->folder, "mask.png", NULL);
  int middles[N][2];

  for (int i = 0; i < N; i++)
    {
      middles[i][0] = g_rand_int_range (rand, 0, WIDTH);
      middles[i][1] = g_rand_int_range (rand, 0, HEIGHT);
    }
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        int best = G_MAXINT;

        for (int i = 0; i < N; i++)
          {
            int dx = x - middles[i][0], dy = y - middles[i][1], distance = dx * dx + dy * dy;

            if (distance < best)
              mask[y * WIDTH + x] = (guint8)(i + 1);
            best = MIN (best, distance);
          }
        if (best > 100 * 100)
          mask[y * WIDTH + x] = 0;
      }
  write_mask (path, mask, WIDTH, HEIGHT);
  go_round (fixture, path, "cells.png");
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    mask[i] = (guint8)(i % WIDTH < 300 && i / WIDTH < 200 ? g_rand_int_range (rand, 0, 4) : mask[i]);
  write_mask (path, mask, WIDTH, HEIGHT);
  g_assert_false (go_round (fixture, path, "noise.png"));
}

static void
test_glas (Fixture *fixture, gconstpointer data)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *folder = shared != NULL ? g_build_filename (shared, "tissue", "glas", NULL) : NULL;
  g_autoptr (GDir) names = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  int n = 0, whole = 0;

  if (names == NULL)
    {
      g_test_skip ("ACINI_SHARED has no GlaS");
      return;
    }
  while ((name = g_dir_read_name (names)) != NULL && n < 20)
    if (strstr (name, "_anno.") != NULL)
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        whole += go_round (fixture, path, name);
        n++;
      }
  g_test_message ("%d masks, %d of them with each gland in one piece", n, whole);
  g_assert_cmpint (n, >, 0);
  g_assert_cmpint (whole, >, 0);
}

/* The most frequent of four that are labelled, counted by hand: every four of some labels. */
static void
test_reduce (void)
{
  static const guint8 labels[] = { 0, 1, 2, 3, 7, 128, 255 };
  enum
  {
    N = G_N_ELEMENTS (labels),
    HALF = ACINI_TILE_SIZE / 2
  };
  g_autofree guint8 *source = g_malloc (ACINI_TILE_PIXELS), *target = g_malloc0 (ACINI_TILE_PIXELS);

  for (int i = 0; i < HALF * HALF; i++)
    for (int k = 0, rest = i; k < 4; k++, rest /= N)
      source[(i / HALF * 2 + k / 2) * ACINI_TILE_SIZE + i % HALF * 2 + k % 2] = labels[rest % N];
  acini_tile_reduce_labels (source, target);
  for (int i = 0; i < HALF * HALF; i++)
    {
      int counts[256] = { 0 }, best = 0;

      for (int k = 0, rest = i; k < 4; k++, rest /= N)
        counts[labels[rest % N]]++;
      for (int label = 1; label < 256; label++)
        if (counts[label] > 0 && counts[label] >= counts[best] * (best != 0))
          best = label;
      g_assert_cmpint (target[i / HALF * ACINI_TILE_SIZE + i % HALF], ==, best);
    }
}

/* More tiles than are kept, remembered or not, again and again: always their own pixels; damaged ones have none. */
static void
test_shared (void)
{
  enum
  {
    N = 150
  };
  g_autofree guint8 *pixels = g_malloc0 (ACINI_TILE_PIXELS);
  AciniPackedTile tiles[N] = { 0 };

  for (int i = 0; i < N; i++)
    {
      pixels[i * 700] = (guint8)(i + 1);
      acini_tile_pack (pixels, ACINI_TILE_PIXELS, 1, &tiles[i]);
      if (i % 3 == 0)
        acini_tile_remember (pixels, &tiles[i]);
    }
  for (int round = 0; round < 3; round++)
    for (int i = round; i < N; i += round + 1)
      {
        guint8 *unpacked = acini_tile_unpack_shared (tiles[i].data, tiles[i].size);

        g_assert_nonnull (unpacked);
        g_assert_true (acini_tile_unpack (-1, tiles[i].data, tiles[i].size, pixels, ACINI_TILE_PIXELS));
        g_assert_true (memcmp (unpacked, pixels, ACINI_TILE_PIXELS) == 0);
        g_atomic_rc_box_release (unpacked);
      }
  g_assert_null (acini_tile_unpack_shared (NULL, 0));
  memset (tiles[0].data, 0, tiles[0].size);
  g_assert_null (acini_tile_unpack_shared (tiles[0].data, tiles[0].size));
  for (int i = 0; i < N; i++)
    acini_packed_tile_clear (&tiles[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  acini_vips_init ();
#define TEST(path, func) g_test_add ("/seams/" path, Fixture, NULL, set_up, func, tear_down)
  TEST ("random", test_random);
  TEST ("glas", test_glas);
  g_test_add_func ("/tiles/reduce", test_reduce);
  g_test_add_func ("/tiles/shared", test_shared);
  return g_test_run ();
}
