/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-mask-kernels.h"

#include <string.h>

static void
erode_row (const guint8 *restrict m, const guint8 *restrict up, const guint8 *restrict down, guint8 *restrict to,
           int width, guint8 corners)
{
  for (int x = 1; x < width - 1; x++)
    {
      guint8 c = m[x];
      guint8 beside = (guint8)((m[x - 1] ^ c) | (m[x + 1] ^ c) | (up[x] ^ c) | (down[x] ^ c));
      guint8 across = (guint8)((up[x - 1] ^ c) | (up[x + 1] ^ c) | (down[x - 1] ^ c) | (down[x + 1] ^ c));
      to[x] = (guint8)(beside | (across & corners)) ? 0 : c;
    }
}

void
acini_mask_erode (const guint8 *from, guint8 *to, int width, int height, gboolean corners)
{
  memcpy (to, from, (gsize)width);
  memcpy (to + (gsize)(height - 1) * width, from + (gsize)(height - 1) * width, (gsize)width);
  for (int y = 1; y + 1 < height; y++)
    {
      const guint8 *m = from + (gsize)y * width;
      guint8 *row = to + (gsize)y * width;
      row[0] = m[0];
      row[width - 1] = m[width - 1];
      erode_row (m, m - width, m + width, row, width, corners ? 0xff : 0);
    }
}

void
acini_mask_draw_lines (const guint16 *codes, const guint8 *classes, const guint8 *inner, gsize n, const guint32 *table,
                       guint32 *to)
{
  gsize i = 0;
  /* Most pixels are on no line: eight are passed over at a time. */
  for (; i + 8 <= n; i += 8)
    {
      guint64 a, b;
      memcpy (&a, classes + i, 8);
      memcpy (&b, inner + i, 8);
      if (a == b)
        continue;
      for (gsize j = i; j < i + 8; j++)
        if (classes[j] && !inner[j])
          to[j] = table[codes[j]];
    }
  for (; i < n; i++)
    if (classes[i] && !inner[i])
      to[i] = table[codes[i]];
}
