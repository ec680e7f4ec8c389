/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/statistics/acini-artefacts.h"

#include "data/slides/acini-picture-look.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define USUAL_MPP 0.5

/* Pen: µm per pixel of the overview, unless that would have more pixels than LONGEST along a side; how wide the
 * gaps in a stroke may be to either side, how wide its frayed edge is, and how large it is at least, µm and µm². */
#define PEN_MPP 4.
#define LONGEST 4096
#define PEN_GAP 24.
#define PEN_EDGE 6.
#define PEN_LEAST 10000.

/* Focus: patches of so many pixels of PATCH_MPP, one for each cell of half that side, or of a larger one where there
 * would be too many. */
#define PATCH 128
#define PATCH_MPP 0.5
#define MOST_CELLS 4096
/* Of a patch that is measured at least this is tissue, and of blurred ones so much, µm², lies together. */
#define LEAST_TISSUE 0.3
#define BLUR_LEAST 15000.
/* Of a cell and its eight neighbours so many have to be blurred for it to be. */
#define AGREE 5

/* A picture of the slide in steps of @step level-0 pixels. */
typedef struct
{
  int width, height;
  double step;
  guint8 *mask;
} Grid;

static Grid
grid_new (AciniSlide *slide, double step)
{
  Grid grid = { (int)ceil ((double)acini_slide_get_width (slide) / step),
                (int)ceil ((double)acini_slide_get_height (slide) / step), step, NULL };

  grid.mask = g_malloc0 ((gsize)grid.width * (gsize)grid.height);
  return grid;
}

/* Sets what is within @radius pixels of what is set, in a square. */
static void
grow (Grid *grid, int radius)
{
  const int width = grid->width, height = grid->height;

  for (int pass = 0; pass < 2; pass++)
    {
      g_autofree guint8 *from = g_memdup2 (grid->mask, (gsize)width * (gsize)height);
      const gsize stride = pass == 0 ? 1 : (gsize)width;
      const int n = pass == 0 ? width : height, n_lines = pass == 0 ? height : width;

      for (int line = 0; line < n_lines; line++)
        {
          const gsize at = (gsize)line * (pass == 0 ? (gsize)width : 1);

          for (int i = 0; i < n; i++)
            for (int k = MAX (i - radius, 0); from[at + (gsize)i * stride] != 0 && k <= MIN (i + radius, n - 1); k++)
              grid->mask[at + (gsize)k * stride] = 255;
        }
    }
}

static void
invert (Grid *grid)
{
  for (gsize i = 0; i < (gsize)grid->width * (gsize)grid->height; i++)
    grid->mask[i] = (guint8)~grid->mask[i];
}

/* Closes the gaps between marks, and leaves them an edge. */
static void
close_gaps (Grid *grid, double mpp)
{
  int gap = (int)ceil (PEN_GAP / (mpp * grid->step)), edge = (int)ceil (PEN_EDGE / (mpp * grid->step));

  grow (grid, gap);
  invert (grid);
  grow (grid, MAX (gap - edge, 0));
  invert (grid);
}

static gboolean
find_pen (AciniSlide *slide, double mpp, Grid *grid, GCancellable *cancellable, GError **error)
{
  const int strip = 256;
  double step
      = fmax (PEN_MPP / mpp, (double)MAX (acini_slide_get_width (slide), acini_slide_get_height (slide)) / LONGEST);
  g_autofree guint8 *rgb = NULL;

  *grid = grid_new (slide, fmax (1, step));
  rgb = g_malloc ((gsize)3 * (gsize)grid->width * strip);
  for (int y = 0; y < grid->height; y += strip)
    {
      int rows = MIN (strip, grid->height - y);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !acini_slide_read_rgb (slide, 0, y * grid->step, grid->step, grid->width, rows, rgb, error))
        return FALSE;
      for (gsize i = 0; i < (gsize)rows * (gsize)grid->width; i++)
        grid->mask[(gsize)y * (gsize)grid->width + i] = acini_picture_pixel_is_pen (rgb + 3 * i) ? 255 : 0;
    }
  return TRUE;
}

/* Whether the patch is out of focus; pen marks, which are smooth, are no tissue. */
static gboolean
is_blurred (const guint8 *rgb, int width, int height)
{
  const int n = width * height;
  double blur;
  int tissue = 0;

  for (int i = 0; i < n; i++)
    tissue += acini_picture_pixel_is_tissue (rgb + 3 * i) && !acini_picture_pixel_is_pen (rgb + 3 * i);
  blur = tissue > LEAST_TISSUE * n ? acini_picture_measure_blur (rgb, width, height) : 0;
  /* 1: one colour all over, which says nothing of the focus. */
  return blur > ACINI_PICTURE_MOST_BLUR && blur < 1;
}

/* One patch does not say much: its neighbours have to agree. */
static void
take_majority (Grid *grid)
{
  g_autofree guint8 *from = g_memdup2 (grid->mask, (gsize)grid->width * (gsize)grid->height);

  for (int y = 0; y < grid->height; y++)
    for (int x = 0; x < grid->width; x++)
      {
        int n = 0;

        for (int v = MAX (y - 1, 0); v <= MIN (y + 1, grid->height - 1); v++)
          for (int u = MAX (x - 1, 0); u <= MIN (x + 1, grid->width - 1); u++)
            n += from[v * grid->width + u] != 0;
        grid->mask[y * grid->width + x] = n >= AGREE ? 255 : 0;
      }
}

static gboolean
find_blur (AciniSlide *slide, double mpp, Grid *grid, AciniProgressFunc progress, gpointer user_data,
           GCancellable *cancellable, GError **error)
{
  const double downsample = fmax (1, PATCH_MPP / mpp);
  const gint64 width = acini_slide_get_width (slide), height = acini_slide_get_height (slide);
  const int across = (int)CLAMP ((double)width / downsample, 1, PATCH);
  const int down = (int)CLAMP ((double)height / downsample, 1, PATCH);
  g_autofree guint8 *rgb = g_malloc ((gsize)3 * PATCH * PATCH);

  *grid = grid_new (slide, fmax (PATCH / 2 * downsample, sqrt ((double)width * (double)height / MOST_CELLS)));
  for (int row = 0; row < grid->height; row++)
    {
      for (int column = 0; column < grid->width; column++)
        {
          double x = CLAMP ((column + .5) * grid->step - across * downsample / 2, 0,
                            fmax (0, (double)width - across * downsample));
          double y = CLAMP ((row + .5) * grid->step - down * downsample / 2, 0,
                            fmax (0, (double)height - down * downsample));

          if (g_cancellable_set_error_if_cancelled (cancellable, error)
              || !acini_slide_read_rgb (slide, x, y, downsample, across, down, rgb, error))
            return FALSE;
          grid->mask[row * grid->width + column] = is_blurred (rgb, across, down) ? 255 : 0;
        }
      if (progress != NULL)
        progress ((row + 1.) / grid->height, user_data);
    }
  take_majority (grid);
  return TRUE;
}

/* Takes what the grid says over into @regions, and frees it; @least in µm². */
static void
take_regions (GPtrArray *regions, Grid *grid, double mpp, double least, const char *name)
{
  g_autoptr (GPtrArray) found = acini_regions_from_mask (grid->mask, grid->width, grid->height, 0, 0, grid->step,
                                                         least / (mpp * mpp), name, ACINI_REGION_EXCLUSION);

  g_ptr_array_extend_and_steal (regions, g_steal_pointer (&found));
}

GPtrArray *
acini_artefacts_propose (AciniSlide *slide, double mpp, AciniProgressFunc progress, gpointer user_data,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  Grid pen = { 0 }, blur = { 0 };
  gboolean done;

  g_return_val_if_fail (ACINI_IS_SLIDE (slide), NULL);

  if (mpp <= 0)
    mpp = USUAL_MPP;
  done = find_pen (slide, mpp, &pen, cancellable, error)
         && find_blur (slide, mpp, &blur, progress, user_data, cancellable, error);
  if (done)
    {
      close_gaps (&pen, mpp);
      /* A patch on the edge of what is blurred is half sharp, and so is not. */
      grow (&blur, 1);
      take_regions (regions, &pen, mpp, PEN_LEAST, _ ("Pen"));
      take_regions (regions, &blur, mpp, BLUR_LEAST, _ ("Blur"));
    }
  g_free (pen.mask);
  g_free (blur.mask);
  return done ? g_steal_pointer (&regions) : NULL;
}
