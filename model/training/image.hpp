/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Augmentations that are functions of pixels alone.  Images are interleaved 8-bit RGB, @side × @side; labels one byte a
 * pixel.  No torch; any thread. */

#include "model/training/random.hpp"

#include <cstdint>
#include <vector>

namespace acini
{

using Bytes = std::vector<uint8_t>;

/* Contrast-limited adaptive histogram equalisation (Zuiderveld 1994) of each channel in 8 × 8 tiles, number for number
 * as OpenCV's; sides that 8 does not divide are mirrored at the right and bottom edge. */
void equalise_adaptively (int side, double clip_limit, Bytes &rgb);

/* v ← 255 (v / 255)^@gamma. */
void apply_gamma (double gamma, Bytes &rgb);

/* What MMSegmentation's PhotoMetricDistortion does with these decisions: brightness is added, contrast a factor, before
 * or after saturation (a factor) and hue (added, in degrees) in HSV. */
struct Photometric
{
  double brightness = 0; /* of 255 */
  double contrast = 1, saturation = 1;
  double hue = 0;
  bool contrast_first = true;
};
/* Each part with a chance of a half; limits are MMSegmentation's: 32 of 255, 0.5 … 1.5 twice, 36°. */
Photometric draw_photometric (Random &random);
void distort_photometrically (const Photometric &distortion, Bytes &rgb);

/* Blackens @holes squares (MMSegmentation's RandomCutOut: labels stay) whose sides are from @least to @most of @side.
 */
void cut_out (int side, int holes, double least, double most, Random &random, Bytes &rgb);

/* CutMix (Yun et al. 2019): a rectangle of @other, whose share of the area is uniform, replaces that of @rgb, labels
 * too.
 */
void cut_mix (int side, const Bytes &other_rgb, const Bytes &other_labels, Random &random, Bytes &rgb, Bytes &labels);

/* A smooth random displacement: cubic B-splines over a grid of 32 pixels (Rueckert et al. 1999), up to @size pixels. */
struct Warp
{
  double angle = 0;   /* in degrees, anticlockwise on screen */
  double elastic = 0; /* pixels; 0: none */
  uint64_t seed = 0;  /* of the displacement */
};
/* How large a square has to be read for a warped one of @side to be full. */
int get_warped_side (const Warp &warp, int side);
/* Takes the middle @side × @side pixels of the warped @from × @from ones; between four pixels, of labels the nearest.
 */
void apply_warp (const Warp &warp, int from, int side, Bytes &rgb, Bytes &labels);

/* Largest share that one class has of the labelled pixels; 0 where nothing is labelled. */
double get_largest_share (const Bytes &labels, uint8_t ignore);

} // namespace acini
