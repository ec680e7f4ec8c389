/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-annotation-bitmap.h"

#include "data/annotations/acini-annotation-raster.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#define TILE ACINI_BITMAP_TILE
#define STRIDE ACINI_BITMAP_STRIDE

struct _AciniBitmap
{
  gint64 width, height, across, down;
  int file;
  guint8 *drawn; /* by tile */
};

AciniBitmap *
acini_bitmap_new (gint64 width, gint64 height, GError **error)
{
  g_autoptr (AciniBitmap) self = g_new0 (AciniBitmap, 1);
  g_autofree char *name = NULL;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  self->width = width;
  self->height = height;
  self->across = (width + TILE - 1) / TILE;
  self->down = (height + TILE - 1) / TILE;
  self->file = g_file_open_tmp (NULL, &name, error);
  if (self->file < 0)
    return NULL;
  g_unlink (name);
  self->drawn = self->across <= G_MAXINT32 ? g_try_malloc0_n ((gsize)self->across, (gsize)self->down) : NULL;
  if (self->drawn != NULL)
    return g_steal_pointer (&self);
  g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_LIMIT,
               _ ("A picture of %lld × %lld pixels is larger than any slide."), (long long)width, (long long)height);
  return NULL;
}

void
acini_bitmap_free (AciniBitmap *self)
{
  if (self == NULL)
    return;
  if (self->file >= 0)
    close (self->file);
  g_free (self->drawn);
  g_free (self);
}

gint64
acini_bitmap_get_across (const AciniBitmap *self)
{
  return self->across;
}

gint64
acini_bitmap_get_down (const AciniBitmap *self)
{
  return self->down;
}

gboolean
acini_bitmap_has (const AciniBitmap *self, gint64 i, gint64 j)
{
  return self->drawn[j * self->across + i] != 0;
}

static gboolean
fail (GError **error, int problem)
{
  g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (problem),
               _ ("The folder for temporary files cannot hold the picture: %s"), g_strerror (problem));
  return FALSE;
}

/* What was never written is 0. */
static gboolean
read_rows (const AciniBitmap *self, guint8 *bits, gsize n, gint64 place, GError **error)
{
  for (gsize done = 0; done < n;)
    {
      const gssize got = pread (self->file, bits + done, n - done, place + (gint64)done);

      if (got < 0 && errno != EINTR)
        return fail (error, errno);
      if (got == 0)
        {
          memset (bits + done, 0, n - done);
          return TRUE;
        }
      done += (gsize)MAX (got, 0);
    }
  return TRUE;
}

static gboolean
write_rows (const AciniBitmap *self, const guint8 *bits, gsize n, gint64 place, GError **error)
{
  for (gsize done = 0; done < n;)
    {
      const gssize put = pwrite (self->file, bits + done, n - done, place + (gint64)done);

      if (put < 0 && errno != EINTR)
        return fail (error, errno);
      done += (gsize)MAX (put, 0);
    }
  return TRUE;
}

/* Rows of a mask: @n rows of @width bytes from (@x, @y), within one row of tiles. */
typedef struct
{
  const guint8 *pixels;
  gint64 x, y, width, n;
} Strip;

/* The part of it that lies in column @i of the tiles: only its rows are read and written. */
static gboolean
add_to_tile (AciniBitmap *self, const Strip *strip, gint64 i, GError **error)
{
  const gint64 left = MAX (strip->x, i * TILE), right = MIN (strip->x + strip->width, (i + 1) * TILE),
               j = strip->y / TILE;
  const gint64 place = (j * self->across + i) * ACINI_BITMAP_BYTES + strip->y % TILE * STRIDE;
  guint8 bits[ACINI_BITMAP_BYTES];
  gboolean any = FALSE;

  for (gint64 y = 0; y < strip->n && !any; y++)
    any = memchr (strip->pixels + y * strip->width + left - strip->x, 1, (gsize)(right - left)) != NULL;
  if (!any)
    return TRUE;
  if (!read_rows (self, bits, (gsize)(strip->n * STRIDE), place, error))
    return FALSE;
  for (gint64 y = 0; y < strip->n; y++)
    for (gint64 x = left; x < right; x++)
      bits[y * STRIDE + (x - i * TILE) / 8] |= (guint8)(strip->pixels[y * strip->width + x - strip->x] << x % 8);
  self->drawn[j * self->across + i] = 1;
  return write_rows (self, bits, (gsize)(strip->n * STRIDE), place, error);
}

gboolean
acini_bitmap_add (AciniBitmap *self, const AciniAnnotation *annotation, GError **error)
{
  double left, top, right, bottom;
  gint64 x0, y0, x1, y1;
  g_autofree guint8 *mask = NULL;

  if (!acini_annotation_get_box (annotation, &left, &top, &right, &bottom))
    return TRUE;
  x0 = (gint64)CLAMP (floor (left), 0, (double)self->width);
  y0 = (gint64)CLAMP (floor (top), 0, (double)self->height);
  x1 = (gint64)CLAMP (ceil (right), (double)x0, (double)self->width);
  y1 = (gint64)CLAMP (ceil (bottom), (double)y0, (double)self->height);
  mask = x1 - x0 <= G_MAXINT ? g_try_malloc ((gsize)(x1 - x0) * TILE + 1) : NULL;
  if (mask == NULL)
    return fail (error, ENOMEM);
  for (gint64 y = y0; y < y1; y = (y / TILE + 1) * TILE)
    {
      const Strip strip = { mask, x0, y, x1 - x0, MIN (y1, (y / TILE + 1) * TILE) - y };

      memset (mask, 0, (gsize)(strip.width * strip.n));
      acini_annotation_rasterise (annotation, x0, y, (int)strip.width, (int)strip.n, mask);
      for (gint64 i = x0 / TILE; i * TILE < x1; i++)
        if (!add_to_tile (self, &strip, i, error))
          return FALSE;
    }
  return TRUE;
}

gboolean
acini_bitmap_read (const AciniBitmap *self, gint64 i, gint64 j, guint8 *bits, GError **error)
{
  return read_rows (self, bits, ACINI_BITMAP_BYTES, (j * self->across + i) * ACINI_BITMAP_BYTES, error);
}
