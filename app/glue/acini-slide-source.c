/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/glue/acini-slide-source.h"

#include <math.h>

static gboolean
read_patch (gpointer user_data, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **error)
{
  AciniSlideSource *self = user_data;

  return acini_slide_read_rgb (self->slide, x * self->downsample, y * self->downsample, self->downsample, w, h, rgb,
                               error);
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
  *source = (AciniSlideSource){ slide, tissue, downsample };
  *patches = (AciniPatchSource){
    .width = (gint64) ceil (acini_slide_get_width (slide) / downsample),
    .height = (gint64) ceil (acini_slide_get_height (slide) / downsample),
    .read = read_patch,
    .is_empty = is_empty,
    .user_data = source,
  };
}
