/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Regions of a slide at any downsample, by area averaging.
 *
 * Each output pixel is the mean of the rectangle of level pixels it covers, edges counted by their share, computed from
 * its absolute position alone: two adjoining regions read apart equal one read whole. */

#include "data/slides/acini-slide.h"

#include <math.h>
#include <string.h>

/* Level pixels read at a time: 8 MiB. */
#define BUDGET (2 * 1024 * 1024)

/* One output column or row: the mean of level pixels @first … @first + @n - 1, the outer two counted by their share. */
typedef struct
{
  gint64 first;
  int n;
  float head, tail;
} Span;

/* The spans of @n output pixels from level-0 position @origin on. */
static Span *
make_spans (double origin, double downsample, double level_downsample, int n)
{
  Span *spans = g_new (Span, n);

  for (int i = 0; i < n; i++)
    {
      /* To 1/1024 level pixel, so that rounding errors of @origin do not show. */
      double a = round ((origin + i * downsample) / level_downsample * 1024) / 1024;
      double b = round ((origin + (i + 1) * downsample) / level_downsample * 1024) / 1024;
      double last;

      b = MAX (b, a + 1.0 / 1024);
      spans[i].first = (gint64)floor (a);
      last = ceil (b);
      spans[i].n = (int)(last - floor (a));
      spans[i].head = (float)(MIN (floor (a) + 1, b) - a);
      spans[i].tail = spans[i].n > 1 ? (float)(b - (last - 1)) : 0;
    }
  return spans;
}

static float
span_weight (const Span *span, int i)
{
  return i == 0 ? span->head : i == span->n - 1 ? span->tail : 1;
}

static float
span_length (const Span *span)
{
  return span->head + span->tail + MAX (0, span->n - 2);
}

/* Adds @weight × the row's means to @sums (3 floats a pixel). */
static void
add_row (const guint32 *row, gint64 row_first, const Span *columns, int n, float weight, float *sums)
{
  for (int i = 0; i < n; i++)
    {
      const guint32 *p = row + (columns[i].first - row_first);
      float r = 0, g = 0, b = 0;

      for (int k = 0; k < columns[i].n; k++)
        {
          float w = span_weight (&columns[i], k);
          guint32 white = 255 - (p[k] >> 24); /* premultiplied: what is missing to opaque is white */

          r += w * (((p[k] >> 16) & 255) + white);
          g += w * (((p[k] >> 8) & 255) + white);
          b += w * ((p[k] & 255) + white);
        }
      sums[3 * i] += weight * r;
      sums[3 * i + 1] += weight * g;
      sums[3 * i + 2] += weight * b;
    }
}

/* Averages the output rows of @rows and columns of @columns; @stride: bytes between rows of @rgb. */
static gboolean
resample (AciniSlide *slide, int level, const Span *columns, int width, const Span *rows, int height, guint8 *rgb,
          gsize stride, GError **error)
{
  double downsample = acini_slide_get_level (slide, level)->downsample;
  gint64 first = columns[0].first;
  int in_width = (int)(columns[width - 1].first + columns[width - 1].n - first);
  int in_rows = CLAMP (BUDGET / in_width, 1, 8192);
  gint64 band = 0, band_end = 0; /* level rows that @pixels holds */
  g_autofree guint32 *pixels = g_new (guint32, (gsize)in_width * in_rows);
  g_autofree float *sums = g_new (float, 3 * (gsize)width);
  gint64 end = rows[height - 1].first + rows[height - 1].n;

  for (int j = 0; j < height; j++)
    {
      float area = span_length (&rows[j]);

      memset (sums, 0, 3 * sizeof (float) * width);
      for (int k = 0; k < rows[j].n; k++)
        {
          gint64 row = rows[j].first + k;

          if (row < band || row >= band_end)
            {
              band = row;
              band_end = MIN (row + in_rows, end);
              if (!acini_slide_read (slide, level, (gint64)round (first * downsample),
                                     (gint64)round (band * downsample), in_width, (int)(band_end - band), pixels,
                                     error))
                return FALSE;
            }
          add_row (pixels + (row - band) * in_width, first, columns, width, span_weight (&rows[j], k), sums);
        }
      for (int i = 0; i < width; i++)
        for (int c = 0; c < 3; c++)
          rgb[j * stride + 3 * i + c]
              = (guint8)CLAMP (sums[3 * i + c] / (area * span_length (&columns[i])) + 0.5f, 0, 255);
    }
  return TRUE;
}

/* Level pixels as they are: no averaging needed where the spans are single whole pixels. */
static gboolean
copy (AciniSlide *slide, int level, gint64 x, gint64 y, int width, int height, guint8 *rgb, GError **error)
{
  double downsample = acini_slide_get_level (slide, level)->downsample;
  int rows = CLAMP (BUDGET / width, 1, height);
  g_autofree guint32 *pixels = g_new (guint32, (gsize)width * rows);

  for (int j = 0; j < height; j += rows)
    {
      gsize n = (gsize)width * MIN (rows, height - j);

      if (!acini_slide_read (slide, level, (gint64)round (x * downsample), (gint64)round ((y + j) * downsample), width,
                             MIN (rows, height - j), pixels, error))
        return FALSE;
      for (gsize i = 0; i < n; i++)
        {
          guint32 p = pixels[i], white = 255 - (p >> 24);

          *rgb++ = (guint8)(((p >> 16) & 255) + white);
          *rgb++ = (guint8)(((p >> 8) & 255) + white);
          *rgb++ = (guint8)((p & 255) + white);
        }
    }
  return TRUE;
}

static gboolean
is_whole (const Span *spans, int n)
{
  for (int i = 0; i < n; i++)
    if (spans[i].n != 1 || spans[i].head != 1 || spans[i].first != spans[0].first + i)
      return FALSE;
  return TRUE;
}

gboolean
acini_slide_read_rgb (AciniSlide *self, double x, double y, double downsample, int width, int height, guint8 *rgb,
                      GError **error)
{
  g_autofree Span *columns = NULL, *rows = NULL;
  const AciniSlideLevel *info;
  double level_downsample;
  int level, step;

  g_return_val_if_fail (ACINI_IS_SLIDE (self), FALSE);
  g_return_val_if_fail (downsample > 0 && width > 0 && height > 0 && rgb != NULL, FALSE);

  level = acini_slide_get_best_level (self, downsample);
  /* A level of 4.0001 stands for 4 where the difference comes from rounding its size to whole pixels: read as such,
   * its pixels need no averaging. */
  info = acini_slide_get_level (self, level);
  level_downsample = info->downsample;
  if (fabs (level_downsample / downsample - 1) * MAX (info->width, info->height) <= 1)
    level_downsample = downsample;
  columns = make_spans (x, downsample, level_downsample, width);
  rows = make_spans (y, downsample, level_downsample, height);
  if (is_whole (columns, width) && is_whole (rows, height))
    return copy (self, level, columns[0].first, rows[0].first, width, height, rgb, error);

  /* Columns in chunks, so that a band of a slide without levels stays within the budget. */
  step = (int)CLAMP (8192 * level_downsample / downsample, 1, width);
  for (int i = 0; i < width; i += step)
    if (!resample (self, level, columns + i, MIN (step, width - i), rows, height, rgb + 3 * i, 3 * (gsize)width, error))
      return FALSE;
  return TRUE;
}
