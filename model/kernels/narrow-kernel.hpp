/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A convolution of 3 × 3 to few channels, as at the end of a U-Net, where libraries that count in vectors of output
 * channels leave most of each empty.  Without torch, for processors with AVX-512; bfloat16 is the upper half of a
 * float. */

#include <cstdint>

namespace acini
{

/* Padding is 1, the stride 1. */
struct NarrowTask
{
  const void *map;     /* [N, height, width, channels]; @channels: a multiple of 16 */
  const float *weight; /* [outputs][channels / 16][3 columns][3 rows][16] */
  const float *bias;   /* [outputs] */
  const void *nothing; /* zeros, @channels of them */
  float *result;       /* [N, outputs, height, width] */
  std::int64_t height, width, channels, outputs;
  bool half; /* the map is bfloat16 */
};

/* Computes the rows @begin to @end, counted over all images. */
void narrow_run (const NarrowTask &task, std::int64_t begin, std::int64_t end);

} // namespace acini
