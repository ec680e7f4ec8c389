/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/interchange/acini-mask-file.h"

#include "data/slides/acini-vips.h"

struct _AciniMaskFile
{
  char *path;
  int channel;
  VipsImage *image;
  VipsRegion *region;
  int y; /* the next row */
};

/* The bands without alpha as bytes.  Returns: (transfer full), or NULL with libvips's error set. */
static VipsImage *
open_bands (const char *path)
{
  VipsImage *image
      = vips_image_new_from_file (path, "fail_on", VIPS_FAIL_ON_TRUNCATED, "access", VIPS_ACCESS_SEQUENTIAL, NULL),
      *next = NULL;

  if (image != NULL && vips_image_hasalpha (image)
      && !acini_vips_step (&image, vips_extract_band (image, &next, 0, "n", image->Bands - 1, NULL), &next))
    return NULL;
  /* Ids above 255 must not wrap to 0. */
  if (image != NULL && image->BandFmt != VIPS_FORMAT_UCHAR
      && !acini_vips_step (&image, vips_notequal_const1 (image, &next, 0, NULL), &next))
    return NULL;
  return image;
}

static void
set_damaged (const char *path, GError **error)
{
  acini_vips_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED, "The mask “%s” cannot be read", path);
}

AciniMaskFile *
acini_mask_file_open (const char *path, int channel, GError **error)
{
  VipsImage *image;
  AciniMaskFile *self;

  g_return_val_if_fail (path != NULL && channel < 3, NULL);

  acini_vips_init ();
  image = open_bands (path);
  if (image == NULL)
    {
      set_damaged (path, error);
      return NULL;
    }
  self = g_new0 (AciniMaskFile, 1);
  self->path = g_strdup (path);
  self->channel = channel;
  self->image = image;
  self->region = vips_region_new (image);
  return self;
}

void
acini_mask_file_free (AciniMaskFile *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->region);
  g_object_unref (self->image);
  g_free (self->path);
  g_free (self);
}

int
acini_mask_file_get_width (const AciniMaskFile *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->image->Xsize;
}

int
acini_mask_file_get_height (const AciniMaskFile *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->image->Ysize;
}

/* 1 where @channel is set and stands out, or where any band is set. */
static void
reduce_row (const guint8 *bands, int n_bands, int channel, guint8 *pixels, int width)
{
  for (int x = 0; x < width; x++, bands += n_bands)
    {
      gboolean set = FALSE;

      if (channel < 0 || n_bands < 3)
        for (int b = 0; b < n_bands; b++)
          set = set || bands[b] != 0;
      else
        set = bands[channel] > 127 && bands[channel] > bands[(channel + 1) % 3]
              && bands[channel] > bands[(channel + 2) % 3];
      pixels[x] = set;
    }
}

gboolean
acini_mask_file_read_rows (AciniMaskFile *self, int n_rows, guint8 *pixels, GError **error)
{
  g_return_val_if_fail (self != NULL && pixels != NULL, FALSE);
  g_return_val_if_fail (n_rows > 0 && n_rows <= self->image->Ysize - self->y, FALSE);

  const int width = self->image->Xsize;
  const VipsRect rows = { 0, self->y, width, n_rows };

  if (vips_region_prepare (self->region, &rows) != 0)
    {
      set_damaged (self->path, error);
      return FALSE;
    }
  for (int row = 0; row < n_rows; row++)
    reduce_row (VIPS_REGION_ADDR (self->region, 0, self->y + row), self->image->Bands, self->channel,
                pixels + (gsize)row * width, width);
  self->y += n_rows;
  return TRUE;
}
