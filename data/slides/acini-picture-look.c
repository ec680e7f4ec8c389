/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/slides/acini-picture-look.h"

#include "data/slides/acini-image-rgb.h"
#include "data/slides/acini-vips.h"

#include <math.h>
#include <string.h>

/* Longer side of the overview. */
#define SIDE 256
/* Patches in which focus and exposure are measured: so many across and down, of so many pixels a side. */
#define GRID 6
#define PATCH 128
/* µm per pixel of the patches: finer, optics blur whatever the focus. */
#define PATCH_MPP 0.5
/* Radius of the mean that Crété's measure compares with. */
#define RADIUS 4

/* Glass is brighter than this in each channel. */
#define DARKEST_GLASS 210
#define LEAST_TISSUE 0.01
#define LEAST_CONTRAST 3.0 /* standard deviation of the overview's grey values */
#define MOST_PEN 0.004
#define MOST_CLIPPED 0.3

void
acini_picture_look_clear (AciniPictureLook *self)
{
  g_clear_pointer (&self->rgb, g_free);
  g_clear_pointer (&self->notes, g_free);
}

/* Measures. */

static int
get_luma (const guint8 *rgb)
{
  return (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000;
}

gboolean
acini_picture_pixel_is_tissue (const guint8 *rgb)
{
  return MIN (rgb[0], MIN (rgb[1], rgb[2])) < DARKEST_GLASS;
}

gboolean
acini_picture_look_is_tissue (const AciniPictureLook *self, gsize i)
{
  return acini_picture_pixel_is_tissue (self->rgb + 3 * i);
}

/* Green, cyan and blue of markers: no stain of the usual ones is of these hues and as strong. */
gboolean
acini_picture_pixel_is_pen (const guint8 *rgb)
{
  const int r = rgb[0], g = rgb[1], b = rgb[2], most = MAX (r, MAX (g, b)), least = MIN (r, MIN (g, b));
  double hue;

  if (most < 50 || 100 * (most - least) < 45 * most || most == r)
    return FALSE;
  hue = most == g ? 120 + 60.0 * (b - r) / (most - least) : 240 + 60.0 * (r - g) / (most - least);
  return hue > 75 && hue < 228;
}

/* Crété et al. 2007, “The blur effect: perception and estimation with a new no-reference perceptual blur metric”, along
 * one axis of a patch: how little of the differences between neighbours a mean over 2·RADIUS + 1 of them takes away. */
static double
measure_axis (const int *luma, int n, int step, int n_lines, int line_step)
{
  double all = 0, lost = 0;

  for (int line = 0; line < n_lines; line++)
    {
      const int *at = luma + (gsize)line * line_step;

      for (int i = RADIUS + 1; i < n - RADIUS; i++)
        {
          int sharp = abs (at[i * step] - at[(i - 1) * step]);
          /* Neighbouring means share all but one pixel at each end. */
          double mean = abs (at[(i + RADIUS) * step] - at[(i - 1 - RADIUS) * step]) / (double)(2 * RADIUS + 1);

          all += sharp;
          lost += fmax (0, sharp - mean);
        }
    }
  return all > 0 ? (all - lost) / all : 1;
}

double
acini_picture_measure_blur (const guint8 *rgb, int width, int height)
{
  g_autofree int *luma = g_new (int, (gsize)width *height);

  for (int i = 0; i < width * height; i++)
    luma[i] = get_luma (rgb + 3 * (gsize)i);
  return fmax (measure_axis (luma, width, 1, height, width), measure_axis (luma, height, width, width, 1));
}

/* Whether each of 8 × 8 cells is brighter than its right neighbour (dHash). */
static guint64
make_hash (const guint8 *rgb, int width, int height)
{
  double cells[8][9];
  guint64 hash = 0;

  for (int j = 0; j < 8; j++)
    for (int i = 0; i < 9; i++)
      {
        int x0 = i * width / 9, x1 = MAX ((i + 1) * width / 9, x0 + 1);
        int y0 = j * height / 8, y1 = MAX ((j + 1) * height / 8, y0 + 1);
        double sum = 0;

        for (int y = y0; y < MIN (y1, height); y++)
          for (int x = x0; x < MIN (x1, width); x++)
            sum += get_luma (rgb + 3 * ((gsize)y * width + x));
        cells[j][i] = sum / ((x1 - x0) * (y1 - y0));
      }
  for (int j = 0; j < 8; j++)
    for (int i = 0; i < 8; i++)
      hash = hash << 1 | (cells[j][i] > cells[j][i + 1] ? 1 : 0);
  return hash;
}

int
acini_picture_hash_compare (guint64 a, guint64 b)
{
  return __builtin_popcountll (a ^ b);
}

/* Patches of the picture. */
typedef struct
{
  int width, height; /* of each */
  guint8 *rgb;       /* GRID × GRID of them */
} Patches;

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static void
measure_patches (AciniPictureLook *self, const Patches *patches)
{
  const gsize n = (gsize)patches->width * patches->height;
  double blurs[GRID * GRID];
  gint64 n_tissue = 0, n_clipped = 0;
  guint n_blurs = 0;

  for (int i = 0; i < GRID * GRID; i++)
    {
      const guint8 *rgb = patches->rgb + 3 * n * (gsize)i;
      gsize tissue = 0;

      for (gsize p = 0; p < n; p++)
        {
          const guint8 *pixel = rgb + 3 * p;
          gboolean clipped
              = MIN (pixel[0], MIN (pixel[1], pixel[2])) == 0 || MAX (pixel[0], MAX (pixel[1], pixel[2])) == 255;

          if (!acini_picture_pixel_is_tissue (pixel))
            continue;
          tissue++;
          n_clipped += clipped;
        }
      n_tissue += (gint64)tissue;
      if (3 * tissue > n)
        blurs[n_blurs++] = acini_picture_measure_blur (rgb, patches->width, patches->height);
    }
  qsort (blurs, n_blurs, sizeof *blurs, compare_numbers);
  self->blur = n_blurs > 0 ? blurs[n_blurs / 2] : 0;
  self->clipped = n_tissue > 0 ? (double)n_clipped / (double)n_tissue : 0;
}

static void
judge (AciniPictureLook *self, const Patches *patches)
{
  const gsize n = (gsize)self->width * self->height;
  double sum = 0, squares = 0;
  gsize n_tissue = 0, n_pen = 0;

  for (gsize i = 0; i < n; i++)
    {
      const guint8 *pixel = self->rgb + 3 * i;
      int luma = get_luma (pixel);

      sum += luma;
      squares += (double)luma * luma;
      n_tissue += acini_picture_pixel_is_tissue (pixel);
      n_pen += acini_picture_pixel_is_pen (pixel);
    }
  self->tissue = (double)n_tissue / (double)n;
  self->pen = (double)n_pen / (double)n;
  self->hash = make_hash (self->rgb, self->width, self->height);
  measure_patches (self, patches);
  if (self->tissue < LEAST_TISSUE || sqrt (fmax (0, squares / n - sum / n * (sum / n))) < LEAST_CONTRAST)
    {
      /* Nothing else can be said of it. */
      self->faults = ACINI_PICTURE_EMPTY;
      return;
    }
  self->faults = (self->blur > ACINI_PICTURE_MOST_BLUR ? ACINI_PICTURE_BLURRED : 0)
                 | (self->pen > MOST_PEN ? ACINI_PICTURE_PEN : 0)
                 | (self->clipped > MOST_CLIPPED ? ACINI_PICTURE_CLIPPED : 0);
}

/* Room for the overview of a picture of @width × @height. */
static void
begin (AciniPictureLook *self, gint64 width, gint64 height)
{
  double scale = fmin (1, SIDE / (double)MAX (width, height));

  self->image_width = width;
  self->image_height = height;
  self->width = (int)CLAMP (lround (width * scale), 1, SIDE);
  self->height = (int)CLAMP (lround (height * scale), 1, SIDE);
  self->rgb = g_malloc ((gsize)3 * self->width * self->height);
}

/* Where patch @i of @n in a row begins, of @patch pixels out of @all. */
static gint64
place (int i, int n, gint64 patch, gint64 all)
{
  return (all - patch) * (2 * i + 1) / (2 * n);
}

static gboolean
read_overview (AciniPictureLook *self, AciniSlide *slide, GError **error)
{
  const gint64 width = acini_slide_get_width (slide), height = acini_slide_get_height (slide);

  begin (self, width, height);
  return acini_slide_read_rgb (slide, 0, 0, (double)MAX (width, height) / MAX (self->width, self->height), self->width,
                               self->height, self->rgb, error);
}

gboolean
acini_picture_hash_slide (AciniSlide *slide, guint64 *hash, GError **error)
{
  g_auto (AciniPictureLook) look = { 0 };

  g_return_val_if_fail (ACINI_IS_SLIDE (slide) && hash != NULL, FALSE);

  if (!read_overview (&look, slide, error))
    return FALSE;
  *hash = make_hash (look.rgb, look.width, look.height);
  return TRUE;
}

/* Where patches of a slide are worth it: the parts of the overview with most tissue, in a finer grid. */
#define FINE (4 * GRID)

typedef struct
{
  int column, row;
  double tissue;
} Part;

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const Part *first = a, *second = b;

  if (first->tissue != second->tissue)
    return first->tissue < second->tissue ? 1 : -1;
  return first->row != second->row ? first->row - second->row : first->column - second->column;
}

static void
find_parts (const AciniPictureLook *self, Part *parts)
{
  for (int i = 0; i < FINE * FINE; i++)
    {
      int x0 = i % FINE * self->width / FINE, x1 = MAX ((i % FINE + 1) * self->width / FINE, x0 + 1);
      int y0 = i / FINE * self->height / FINE, y1 = MAX ((i / FINE + 1) * self->height / FINE, y0 + 1);
      int n = 0;

      for (int y = y0; y < MIN (y1, self->height); y++)
        for (int x = x0; x < MIN (x1, self->width); x++)
          n += acini_picture_look_is_tissue (self, (gsize)y * self->width + x);
      parts[i] = (Part){ i % FINE, i / FINE, n / (double)((x1 - x0) * (y1 - y0)) };
    }
  qsort (parts, FINE * FINE, sizeof *parts, compare_parts);
}

gboolean
acini_picture_look_at_slide (AciniPictureLook *self, AciniSlide *slide, double mpp, GError **error)
{
  const gint64 width = acini_slide_get_width (slide), height = acini_slide_get_height (slide);
  const double downsample = mpp > 0 ? fmax (1, PATCH_MPP / mpp) : 1;
  const Patches patches = { (int)CLAMP (width / downsample, 1, PATCH), (int)CLAMP (height / downsample, 1, PATCH),
                            g_malloc ((gsize)3 * PATCH * PATCH * GRID * GRID) };
  g_autofree guint8 *rgb = patches.rgb;
  Part parts[FINE * FINE];
  gboolean done;

  self->mpp = acini_slide_get_mpp_x (slide);
  self->power = acini_slide_get_objective_power (slide);
  self->scanner = g_strcmp0 (acini_slide_get_vendor (slide), "generic-tiff") != 0;
  acini_slide_get_offset (slide, &self->offset_x, &self->offset_y);
  done = read_overview (self, slide, error);
  if (done)
    find_parts (self, parts);
  for (int i = 0; i < GRID * GRID && done; i++)
    {
      double x = (double)place (parts[i].column, FINE, (gint64)(patches.width * downsample), width);
      double y = (double)place (parts[i].row, FINE, (gint64)(patches.height * downsample), height);

      done = acini_slide_read_rgb (slide, x, y, downsample, patches.width, patches.height,
                                   patches.rgb + 3 * (gsize)i * patches.width * patches.height, error);
    }
  if (done)
    judge (self, &patches);
  return done;
}

/* Adds a row to what becomes the overview, and to the patches that it goes through. */
static void
take_row (AciniPictureLook *self, const Patches *patches, guint32 *sums, guint32 *counts, int y, const guint8 *row)
{
  const gint64 width = self->image_width, height = self->image_height;
  const gsize line = (gsize)(y * (gint64)self->height / height) * self->width;

  for (gint64 x = 0; x < width; x++)
    {
      gsize cell = line + (gsize)(x * self->width / width);

      for (int i = 0; i < 3; i++)
        sums[3 * cell + i] += row[3 * x + i];
      counts[cell]++;
    }
  for (int j = 0; j < GRID; j++)
    {
      gint64 top = place (j, GRID, patches->height, height);

      if (y < top || y >= top + patches->height)
        continue;
      for (int i = 0; i < GRID; i++)
        memcpy (patches->rgb + 3 * (gsize)patches->width * ((gsize)(j * GRID + i) * patches->height + (gsize)(y - top)),
                row + 3 * place (i, GRID, patches->width, width), (gsize)3 * patches->width);
    }
}

static gboolean
stream (AciniPictureLook *self, const Patches *patches, VipsImage *image, const char *path, GCancellable *cancellable,
        GError **error)
{
  const gsize n = (gsize)self->width * self->height;
  g_autoptr (VipsRegion) region = vips_region_new (image);
  g_autofree guint32 *sums = g_new0 (guint32, 3 * n), *counts = g_new0 (guint32, n);

  for (int y = 0; y < image->Ysize; y++)
    {
      const VipsRect rect = { 0, y, image->Xsize, 1 };

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (vips_region_prepare (region, &rect) != 0)
        {
          acini_image_file_set_damaged (path, error);
          return FALSE;
        }
      take_row (self, patches, sums, counts, y, VIPS_REGION_ADDR (region, 0, y));
    }
  for (gsize i = 0; i < 3 * n; i++)
    self->rgb[i] = (guint8)(sums[i] / MAX (counts[i / 3], 1));
  return TRUE;
}

gboolean
acini_picture_look_at_image (AciniPictureLook *self, const char *path, const AciniImageReading *reading,
                             GCancellable *cancellable, GError **error)
{
  const int *bands = reading->bands[0] > 0 ? reading->bands : NULL;
  g_autoptr (GString) notes = g_string_new (NULL);
  g_autoptr (AciniImageFile) file = NULL;
  g_autoptr (VipsImage) image = NULL;
  g_autofree guint8 *rgb = g_malloc ((gsize)3 * PATCH * PATCH * GRID * GRID);
  Patches patches;

  acini_vips_init ();
  file = acini_image_file_open (path, reading->page, FALSE, bands, FALSE, error);
  if (file == NULL || (image = acini_image_file_to_rgb (file, path, reading, notes, error)) == NULL)
    return FALSE;
  begin (self, image->Xsize, image->Ysize);
  self->mpp = file->mpp_x;
  patches = (Patches){ MIN (PATCH, image->Xsize), MIN (PATCH, image->Ysize), rgb };
  if (!stream (self, &patches, image, path, cancellable, error))
    return FALSE;
  if (notes->len > 0)
    self->notes = g_string_free (g_steal_pointer (&notes), FALSE);
  judge (self, &patches);
  return TRUE;
}
