/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Convolutions of 3 × 3 by Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray, "Fast Algorithms for
 * Convolutional Neural Networks", CVPR 2016): tiles of 4 × 4 results from 36 products instead of 144, one small matrix
 * product for each of 36 points.  Without torch, for processors with AVX-512; bfloat16 is the upper half of a float. */

#include <cstdint>

namespace acini
{

/* Points of evaluation besides 0 and infinity: ±A and ±B.  They lose half as many bits as the usual ±1 and ±2. */
constexpr float kWinogradA = 0.75f, kWinogradB = 1.5f;
constexpr int kWinogradPoints = 36;

/* A map [N, H, W, channels], or, where @shift is 1, one of half its height and width that is enlarged on the fly (each
 * pixel becomes four). */
struct WinogradSource
{
  const void *data;
  std::int64_t channels; /* a multiple of 16 */
  int shift;
};

/* Padding is 1, the stride 1.  Two sources stand for one map with the channels of both. */
struct WinogradTask
{
  WinogradSource sources[2];
  int n_sources;
  std::int64_t height, width, outputs; /* of the result; @outputs is a multiple of @block */
  const float *weight; /* transformed: [outputs / block][36][channels][block] */
  const float *bias;
  const void *residual; /* added to the result; null: none */
  void *result;
  const void *nothing; /* zeros, as many as the wider source has channels */
  int block;           /* output channels at a time: 64, 32 or 16 */
  bool rectify;
  bool half;           /* maps are bfloat16.  Products are float32 always: this transform would lose too many bits */
};

/* Computes @n tiles from @first on (they count row by row, image by image), output channels @begin to @end (multiples
 * of the block).  @space: winograd_space () bytes for the caller alone. */
void winograd_run (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end,
                   void *space);
std::int64_t winograd_space (const WinogradTask &task, std::int64_t n);

} // namespace acini
