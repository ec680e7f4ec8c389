/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-mask-kernel.h"

#include <math.h>
#include <string.h>

/* Weights are fixed-point with 8 bits a direction. */
#define ONE 256

/* Pixels that a row is encoded in at a time: their scores stay in the nearest cache. */
#define BLOCK 512

static void
make_tap (AciniMaskTap *tap, double centre, double pixel, gint64 size, gint64 origin)
{
  double at = centre / pixel - 0.5;
  gint64 first = (gint64)floor (at);
  gint64 nearest = (gint64)floor (centre / pixel);

  tap->second_weight = (guint)((at - (double)first) * ONE + 0.5);
  tap->first = (int)(CLAMP (first, 0, size - 1) - origin);
  tap->second = (int)(CLAMP (first + 1, 0, size - 1) - origin);
  tap->nearest = (int)(CLAMP (nearest, 0, size - 1) - origin);
}

AciniMaskTap *
acini_mask_taps_new (double start, double step, int n, double pixel, gint64 size, gint64 *origin, int *length)
{
  AciniMaskTap *taps, last;

  g_return_val_if_fail (n > 0 && step > 0 && pixel > 0 && size > 0, NULL);

  taps = g_new (AciniMaskTap, n);
  make_tap (&taps[0], start + 0.5 * step, pixel, size, 0);
  make_tap (&last, start + (n - 0.5) * step, pixel, size, 0);
  *origin = taps[0].first;
  *length = last.second - taps[0].first + 1;
  for (int i = 0; i < n; i++)
    make_tap (&taps[i], start + (i + 0.5) * step, pixel, size, *origin);
  return taps;
}

/* Interpolates between two lines of the prediction: @out[i] of weight ONE. */
static void
mix_lines (const guint8 *restrict first, const guint8 *restrict second, guint weight, int n, guint16 *restrict out)
{
  guint16 a = (guint16)(ONE - weight), b = (guint16)weight;

  for (int i = 0; i < n; i++)
    out[i] = (guint16)(first[i] * a + second[i] * b);
}

static inline guint32
mix_pixels (const guint16 *line, const AciniMaskTap *tap)
{
  return line[tap->first] * (ONE - tap->second_weight) + line[tap->second] * tap->second_weight;
}

/* The weight of what was computed, of each of @n pixels; 0 where the nearest pixel was not. */
static void
weigh (const AciniMaskWindow *window, const AciniMaskTap *row, const AciniMaskTap *columns, int n,
       const guint16 *weights, guint8 *computed)
{
  const guint8 *nearest = window->computed + (gsize)row->nearest * window->width;

  for (int i = 0; i < n; i++)
    computed[i] = nearest[columns[i].nearest] != 0 && mix_pixels (weights, &columns[i]) != 0 ? 255 : 0;
}

void
acini_mask_sample (const AciniMaskWindow *window, const AciniMaskTap *row, const AciniMaskTap *columns, int n,
                   guint16 *scratch, guint8 *to, gsize stride, guint8 *computed)
{
  gsize width = (gsize)window->width, plane_size = width * (gsize)window->height;
  gsize first = (gsize)row->first * width, second = (gsize)row->second * width;
  const guint16 *weights = scratch + (gsize)window->n_planes * width;

  memset (computed, 255, (gsize)n);
  if (window->computed != NULL)
    {
      mix_lines (window->computed + first, window->computed + second, row->second_weight, window->width,
                 scratch + (gsize)window->n_planes * width);
      weigh (window, row, columns, n, weights, computed);
    }
  for (int plane = 0; plane < window->n_planes; plane++)
    {
      const guint8 *from = window->probability + (gsize)plane * plane_size;
      guint16 *line = scratch + (gsize)plane * width;
      guint8 *out = to + (gsize)plane * stride;

      mix_lines (from + first, from + second, row->second_weight, window->width, line);
      if (window->computed == NULL)
        for (int i = 0; i < n; i++)
          out[i] = (guint8)((mix_pixels (line, &columns[i]) + ONE * ONE / 2) / (ONE * ONE));
      else
        for (int i = 0; i < n; i++)
          {
            /* Pixels that were not computed are 0 and have no weight: this is the mean of the others. */
            guint32 weight = computed[i] ? mix_pixels (weights, &columns[i]) : 0;

            out[i] = weight == 0 ? 0 : (guint8)(((guint64)mix_pixels (line, &columns[i]) * 255 + weight / 2) / weight);
          }
    }
}

/* Takes one plane into the scores of a block and its codes. */
static void
take_plane (const guint8 *restrict p, gint16 cut, gint16 base, int n, gint16 *restrict best, gint16 *restrict codes)
{
  for (int i = 0; i < n; i++)
    {
      gint16 value = p[i];
      gint16 score = (gint16)(value + (value >= cut ? 256 : 0));
      gint16 code = (gint16)(base + value);
      gboolean better = score > best[i];

      best[i] = better ? score : best[i];
      codes[i] = better ? code : codes[i];
    }
}

void
acini_mask_encode (const guint8 *labels, const guint8 *planes, gsize stride, int n_planes, const guint8 *cuts, gsize n,
                   guint16 *codes)
{
  gint16 best[BLOCK], block[BLOCK];

  for (gsize start = 0; start < n; start += BLOCK)
    {
      int length = (int)MIN (BLOCK, n - start);

      memset (best, 0, sizeof best);
      memset (block, 0, sizeof block);
      /* Codes above 32767 wrap around and come back as they were. */
      for (int plane = 0; plane < n_planes; plane++)
        take_plane (planes + (gsize)plane * stride + start, cuts[plane], (gint16)ACINI_MASK_CODE (plane), length, best,
                    block);
      for (int i = 0; i < length; i++)
        codes[start + i] = labels[start + i] != 0 ? labels[start + i] : (guint16)block[i];
    }
}

void
acini_mask_fill_table (guint8 *table, int n_planes, const guint8 *cuts)
{
  for (int label = 0; label < 256; label++)
    table[label] = (guint8)label;
  for (int plane = 0; plane < n_planes; plane++)
    for (int p = 0; p < 256; p++)
      table[ACINI_MASK_CODE (plane) + p] = (guint8)(p > 0 && p >= cuts[plane] ? 2 + plane : 1);
}

void
acini_mask_look_up_8 (const guint16 *codes, gsize n, const guint8 *table, guint8 *to)
{
  for (gsize i = 0; i < n; i++)
    to[i] = table[codes[i]];
}

guint32
acini_mask_look_up_32 (const guint16 *codes, gsize n, const guint32 *table, guint32 *to)
{
  guint32 any = 0;

  for (gsize i = 0; i < n; i++)
    any |= to[i] = table[codes[i]];
  return any;
}
