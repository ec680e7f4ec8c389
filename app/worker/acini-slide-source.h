/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pixels of a slide at a model's resolution, as the source of patches of a segmentation. */

#include "app/worker/acini-pixel-blocks.h"
#include "data/slides/acini-tissue.h"
#include "model/acini-model.h"

G_BEGIN_DECLS

typedef struct
{
  AciniPixelBlocks *blocks;
  AciniTissue *tissue; /* NULL: compute everything */
  double downsample;   /* level-0 pixels per pixel of the model */
  int n_patches;       /* read so far; atomic */
} AciniSlideSource;

/* Fills @patches with callbacks over @source, which has to stay where it is while they are used, as does @tissue. */
void acini_slide_source_init (AciniSlideSource *source, AciniSlide *slide, AciniTissue *tissue, double downsample,
                              AciniPatchSource *patches);
void acini_slide_source_clear (AciniSlideSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniSlideSource, acini_slide_source_clear)

G_END_DECLS
