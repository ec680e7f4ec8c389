/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/phantom/acini-phantom.h"
#include "data/phantom/acini-phantom-private.h"

#include <string.h>

static void
canvas_place (PhantomCanvas *canvas, gint64 x, gint64 y, int width, int height)
{
  double mpp = canvas->plan->mpp;
  canvas->x = x;
  canvas->y = y;
  canvas->width = width;
  canvas->height = height;
  for (int i = 0; i < width; i++)
    canvas->xs[i] = (float)(((double)(x + i) + 0.5) * mpp);
  for (int i = 0; i < height; i++)
    canvas->ys[i] = (float)(((double)(y + i) + 0.5) * mpp);
  canvas->left = canvas->xs[0];
  canvas->right = canvas->xs[width - 1];
  canvas->top = canvas->ys[0];
  canvas->bottom = canvas->ys[height - 1];
}

static void
canvas_draw (PhantomCanvas *canvas)
{
  if (!phantom_paint_stroma (canvas))
    {
      memset (canvas->coverage, 0, sizeof canvas->coverage);
      memset (canvas->h, 0, sizeof canvas->h);
      memset (canvas->e, 0, sizeof canvas->e);
      return;
    }
  phantom_paint_under_cells (canvas);
  phantom_paint_cells (canvas);
  phantom_paint_over_cells (canvas);
  for (int row = 0; row < canvas->height; row++)
    for (int i = 0; i < canvas->width; i++)
      {
        gsize at = (gsize)row * PHANTOM_TILE + (gsize)i;
        if (canvas->coverage[at] < 0.5f)
          canvas->instance[at] = 0;
      }
}

void
acini_phantom_draw (const AciniPhantom *phantom, gint64 x, gint64 y, int width, int height, guint8 *rgb, guint8 *mask,
                    guint32 *instance)
{
  g_return_if_fail (phantom != NULL);
  g_return_if_fail (width >= 0 && height >= 0);
  PhantomPlan plan;
  g_autofree PhantomCanvas *canvas = g_new (PhantomCanvas, 1);
  phantom_plan_init (&plan, phantom);
  canvas->plan = &plan;
  canvas->plain = rgb == NULL;
  for (int top = 0; top < height; top += PHANTOM_TILE)
    for (int left = 0; left < width; left += PHANTOM_TILE)
      {
        gsize at = (gsize)top * (gsize)width + (gsize)left;
        canvas_place (canvas, x + left, y + top, MIN (PHANTOM_TILE, width - left), MIN (PHANTOM_TILE, height - top));
        canvas_draw (canvas);
        if (rgb != NULL)
          phantom_paint_develop (canvas, rgb + 3 * at, 3 * (gsize)width);
        for (int row = 0; row < canvas->height; row++)
          {
            const guint32 *line = canvas->instance + (gsize)row * PHANTOM_TILE;
            gsize to = at + (gsize)row * (gsize)width;
            if (instance != NULL)
              memcpy (instance + to, line, sizeof (guint32) * (gsize)canvas->width);
            for (int i = 0; mask != NULL && i < canvas->width; i++)
              mask[to + (gsize)i] = line[i] != 0;
          }
      }
}
