/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-slide-source.h"

#include <math.h>

/* What three rows of blocks across the widest column of tiles that is segmented at a time need. */
#define KEPT_BYTES (80 * 1024 * 1024)

static gboolean
read_patch (gpointer user_data, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **error)
{
  AciniSlideSource *self = user_data;

  g_atomic_int_inc (&self->n_patches);
  return acini_pixel_blocks_read (self->blocks, x, y, w, h, rgb, error);
}

static gboolean
is_empty (gpointer user_data, gint64 x, gint64 y, int w, int h)
{
  AciniSlideSource *self = user_data;
  double d = self->downsample;

  return self->tissue != NULL && acini_tissue_is_empty (self->tissue, x * d, y * d, w * d, h * d);
}

void
acini_slide_source_init (AciniSlideSource *source, AciniSlide *slide, AciniTissue *tissue, double downsample,
                         AciniPatchSource *patches)
{
  *source = (AciniSlideSource){ acini_pixel_blocks_new (slide, downsample, KEPT_BYTES), tissue, downsample, 0 };
  *patches = (AciniPatchSource){
    .width = (gint64)ceil (acini_slide_get_width (slide) / downsample),
    .height = (gint64)ceil (acini_slide_get_height (slide) / downsample),
    .read = read_patch,
    .is_empty = is_empty,
    .user_data = source,
  };
}

void
acini_slide_source_clear (AciniSlideSource *source)
{
  g_clear_pointer (&source->blocks, acini_pixel_blocks_free);
}
