/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-label-smoothing.h"
#include "data/mask/acini-mask-kernel.h"

#include <math.h>
#include <string.h>

/* A label's share of the middle of its own pixel is a majority: a bare one at a corner, where the outline shall be
 * smooth, and a clear one where it has so little around that it is a line or a dot, which shall not be smoothed away.
 */
#define BARE 132
#define LITTLE 96
#define CLEAR 170

void
acini_label_smoothing_pick (const AciniLabelGrid *from, double left, double top, double step, const AciniLabelGrid *to)
{
  /* At the labels' own resolution nothing is to be picked. */
  if (step == 1 && left >= 0 && top >= 0 && left == floor (left) && top == floor (top)
      && left + to->width <= from->width && top + to->height <= from->height)
    {
      for (int v = 0; v < to->height; v++)
        memcpy (to->labels + (gsize)v * (gsize)to->width,
                from->labels + ((gsize)top + (gsize)v) * (gsize)from->width + (gsize)left, (gsize)to->width);
      return;
    }
  g_autofree int *columns = g_new (int, to->width);
  for (int u = 0; u < to->width; u++)
    columns[u] = CLAMP ((int)floor (left + (u + .5) * step), 0, from->width - 1);
  for (int v = 0; v < to->height; v++)
    {
      int y = CLAMP ((int)floor (top + (v + .5) * step), 0, from->height - 1);
      const guint8 *row = from->labels + (gsize)y * (gsize)from->width;
      guint8 *out = to->labels + (gsize)v * (gsize)to->width;
      for (int u = 0; u < to->width; u++)
        out[u] = row[columns[u]];
    }
}

/* A binomial filter of five across @n values, @stride apart; what lies beyond the ends is like the ends. */
static void
filter_line (const guint8 *from, guint8 *to, int n, gsize stride)
{
  for (int i = 0; i < n; i++)
    {
      gsize a = (gsize)MAX (i - 2, 0), b = (gsize)MAX (i - 1, 0), c = (gsize)i, d = (gsize)MIN (i + 1, n - 1),
            e = (gsize)MIN (i + 2, n - 1);
      guint sum
          = from[a * stride] + 4u * from[b * stride] + 6u * from[c * stride] + 4u * from[d * stride] + from[e * stride];
      to[c * stride] = (guint8)((sum + 8) / 16);
    }
}

/* How much of the surroundings of each pixel has @label, 0 … 255. */
static void
measure (const AciniLabelGrid *from, guint8 label, guint8 *share, guint8 *scratch)
{
  gsize width = (gsize)from->width, n = width * (gsize)from->height;
  for (gsize i = 0; i < n; i++)
    share[i] = from->labels[i] == label ? 255 : 0;
  for (int y = 0; y < from->height; y++)
    filter_line (share + (gsize)y * width, scratch + (gsize)y * width, from->width, 1);
  for (gsize x = 0; x < width; x++)
    filter_line (scratch + x, share + x, from->height, width);
  for (gsize i = 0; i < n; i++)
    {
      gboolean own = from->labels[i] == label;
      guint8 most = own ? share[i] : 255 - share[i];
      if (most < BARE)
        most = most <= LITTLE ? CLEAR : BARE;
      share[i] = own ? most : 255 - most;
    }
}

/* Takes the pixels of @to where @label has more than those before. */
static void
take (const AciniMaskWindow *window, guint8 label, const AciniMaskTap *rows, const AciniMaskTap *columns, guint8 *most,
      guint16 *scratch, const AciniLabelGrid *to)
{
  g_autofree guint8 *line = g_malloc ((gsize)to->width), *computed = g_malloc ((gsize)to->width);
  for (int v = 0; v < to->height; v++)
    {
      guint8 *best = most + (gsize)v * (gsize)to->width, *out = to->labels + (gsize)v * (gsize)to->width;
      acini_mask_sample (window, &rows[v], columns, to->width, scratch, line, (gsize)to->width, computed);
      for (int u = 0; u < to->width; u++)
        {
          gboolean better = line[u] > best[u];
          out[u] = better ? label : out[u];
          best[u] = better ? line[u] : best[u];
        }
    }
}

void
acini_label_smoothing_sample (const AciniLabelGrid *from, double left, double top, double step,
                              const AciniLabelGrid *to)
{
  gsize n = (gsize)from->width * (gsize)from->height;
  gint64 x, y;
  AciniMaskWindow window = { .n_planes = 1 };
  gboolean there[256] = { FALSE };
  g_autofree AciniMaskTap *columns = acini_mask_taps_new (left, step, to->width, 1, from->width, &x, &window.width);
  g_autofree AciniMaskTap *rows = acini_mask_taps_new (top, step, to->height, 1, from->height, &y, &window.height);
  g_autofree guint8 *share = g_malloc (2 * n), *part = g_malloc (n);
  g_autofree guint8 *most = g_malloc0 ((gsize)to->width * (gsize)to->height);
  g_autofree guint16 *scratch = g_new (guint16, 2 * (gsize)from->width);
  for (gsize i = 0; i < n; i++)
    there[from->labels[i]] = TRUE;
  memset (to->labels, 0, (gsize)to->width * (gsize)to->height);
  window.probability = part;
  for (int label = 0; label < 256; label++)
    {
      if (!there[label])
        continue;
      measure (from, (guint8)label, share, share + n);
      for (int v = 0; v < window.height; v++)
        memcpy (part + (gsize)v * (gsize)window.width, share + ((gsize)y + (gsize)v) * (gsize)from->width + (gsize)x,
                (gsize)window.width);
      take (&window, (guint8)label, rows, columns, most, scratch, to);
    }
}
