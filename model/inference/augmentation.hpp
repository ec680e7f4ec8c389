/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/inference/tiler.hpp"

namespace acini
{

/* Changed patches that a network sees besides the patch itself. */
struct TestTimeAugmentation
{
  bool flips = false;                 /* the two mirror images */
  bool turns = false;                 /* by a quarter, a half and three quarters; with flips all eight */
  std::vector<double> scales = { 1 }; /* sizes; sides are rounded to multiples of 32 */
};

/* The mean of what @network says of the patches as they are and changed, changed back. */
Predictor with_augmentation (Predictor network, int planes, const TestTimeAugmentation &augmentation);

/* Resamples @channels, interleaved: a triangle as wide as a pixel of the coarser of both, so that nothing is lost or
 * folded when it shrinks. */
void resample (const std::uint8_t *from, int from_height, int from_width, std::uint8_t *to, int height, int width,
               int channels);
void resample (const float *from, int from_height, int from_width, float *to, int height, int width);

} // namespace acini
