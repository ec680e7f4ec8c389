/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"
#include "data/phantom/acini-phantom-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK (acini - phantom - error - quark, acini_phantom_error)

/* In the order of PhantomOrgan. */
static const char *const ORGANS[] = { "kidney", "largeintestine", "lung", "prostate", "spleen", NULL };

/* The greatest side, pixels: what a TIFF and libvips can address. */
#define MAX_SIDE 10000000

const char *const *
acini_phantom_get_organs (void)
{
  return ORGANS;
}

gboolean
acini_phantom_init (AciniPhantom *phantom, gint64 width, gint64 height, guint64 seed, const char *organ, double mpp,
                    GError **error)
{
  g_return_val_if_fail (phantom != NULL, FALSE);
  if (organ == NULL)
    organ = "largeintestine";
  if (!g_strv_contains (ORGANS, organ))
    {
      g_autofree char *known = g_strjoinv (", ", (char **)ORGANS);
      g_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_ORGAN,
                   _ ("There is no phantom of the organ “%s”; choose one of %s."), organ, known);
      return FALSE;
    }
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
    {
      g_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_SIZE,
                   _ ("A phantom has a width and a height from 1 to %d pixels."), MAX_SIDE);
      return FALSE;
    }
  if (mpp == 0.0)
    mpp = 0.5;
  if (!isfinite (mpp) || mpp < 0.05 || mpp > 20.0)
    {
      g_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_SIZE,
                   _ ("A phantom has from 0.05 to 20 µm per pixel."));
      return FALSE;
    }
  *phantom = (AciniPhantom){ .width = width, .height = height, .seed = seed, .mpp = mpp };
  g_strlcpy (phantom->organ, organ, sizeof phantom->organ);
  return TRUE;
}

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
