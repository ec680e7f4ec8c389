/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pixels of a slide at a model's resolution, as the source of patches of a segmentation. */

#include "data/acini-slide.h"
#include "data/acini-tissue.h"
#include "model/acini-model.h"

G_BEGIN_DECLS

typedef struct
{
  AciniSlide *slide;
  AciniTissue *tissue; /* NULL: compute everything */
  double downsample;   /* level-0 pixels per pixel of the model */
} AciniSlideSource;

/* Fills @patches with callbacks over @source, which has to stay where it is while they are used. */
void acini_slide_source_init (AciniSlideSource *source, AciniSlide *slide, AciniTissue *tissue, double downsample,
                              AciniPatchSource *patches);

G_END_DECLS
