/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Convolutions with a stride, in whole numbers of 16 bits, see winograd-kernel.hpp: the patch embeddings of a
 * transformer.  Without torch, for processors with AVX-512 and VNNI. */

#include <cstdint>

namespace acini
{

constexpr int kStridedWide = 32; /* output channels at a time */
/* What the greatest number of the map becomes, and what kStridedDepth weights in a row add up to at most: a sum of so
 * many products fits into 32 bits; then it becomes a float. */
constexpr int kStridedWhole = 23000, kStridedWeights = 93000, kStridedDepth = 64;
static_assert (std::int64_t{ kStridedWhole } * (kStridedWeights + kStridedDepth) < std::int64_t{ 1 } << 31);

struct StridedTask
{
  const std::int16_t *map;             /* [N, map_height, map_width, channels], the padding included */
  std::int64_t map_height, map_width;  /* behind the last number there is one more */
  std::int64_t channels, side, stride; /* @side: of the kernel */
  const std::int16_t *weight;          /* [outputs / 32][side][depth / 2][32][2]; @depth: side × channels, even */
  const float *units, *bias;           /* [outputs]; the sums count @units */
  float scale;                         /* of the map, for each image the same */
  float *result;                       /* [N, height, width, outputs] */
  std::int64_t height, width, outputs; /* of the result */
};

/* @n numbers times @factor. */
void strided_round (const float *from, std::int64_t n, float factor, std::int16_t *to);
/* Computes the rows @begin to @end of the result, counted over all images. */
void strided_run (const StridedTask &task, std::int64_t begin, std::int64_t end);

} // namespace acini
