/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-picture.h"

#include <glib/gi18n-lib.h>
#include <vips/vips.h>

gboolean
acini_picture_save (const guint8 *rgb, int width, int height, const char *path, GError **error)
{
  VipsImage *image, *labelled = NULL;
  gboolean ok;

  g_return_val_if_fail (rgb != NULL && width > 0 && height > 0 && path != NULL, FALSE);

  if (VIPS_INIT ("acini") != 0)
    g_error ("libvips does not start: %s", vips_error_buffer ());
  image = vips_image_new_from_memory (rgb, (gsize)3 * width * height, width, height, 3, VIPS_FORMAT_UCHAR);
  ok = image != NULL && vips_copy (image, &labelled, "interpretation", VIPS_INTERPRETATION_sRGB, NULL) == 0
       && vips_pngsave (labelled, path, NULL) == 0;
  g_clear_object (&labelled);
  g_clear_object (&image);
  if (ok)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” could not be written: %s."), path,
               g_strchomp ((char *)vips_error_buffer ()));
  vips_error_clear ();
  return FALSE;
}

/* Whether a pixel of the mask has one outside of it nearby. */
static gboolean
is_border (const guint8 *mask, int width, int height, int x, int y)
{
  if (mask[(gsize)y * width + x] == 0)
    return FALSE;
  for (int j = MAX (y - 1, 0); j <= MIN (y + 1, height - 1); j++)
    for (int i = MAX (x - 1, 0); i <= MIN (x + 1, width - 1); i++)
      if (mask[(gsize)j * width + i] == 0)
        return TRUE;
  return FALSE;
}

void
acini_picture_outline (guint8 *rgb, const guint8 *mask, int width, int height, guint32 colour)
{
  g_return_if_fail (rgb != NULL && mask != NULL);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (is_border (mask, width, height, x, y))
        for (int j = y; j <= MIN (y + 1, height - 1); j++)
          for (int i = x; i <= MIN (x + 1, width - 1); i++)
            for (int c = 0; c < 3; c++)
              rgb[3 * ((gsize)j * width + i) + c] = (guint8)(colour >> (16 - 8 * c));
}
