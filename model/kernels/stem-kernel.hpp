/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The first convolution of a ResNet: 7 × 7, stride 2, padding 3, from RGB to 64 channels, and ReLU.  Pixels and weights
 * are multiplied as whole numbers of 16 bits, see winograd-kernel.hpp.  Without torch, for processors with AVX-512 and
 * VNNI. */

#include <cstdint>

namespace acini
{

/* A row of the kernel is 21 numbers, 7 pixels of 3 channels, filled up to 11 pairs. */
constexpr int kStemSide = 7, kStemPairs = 11, kStemOutputs = 64;
/* What the greatest pixel becomes, and what all weights of a channel add up to: a sum fits into 32 bits. */
constexpr int kStemWhole = 4000, kStemWeights = 530000;
static_assert (std::int64_t{ kStemWhole } * (kStemWeights + kStemSide * kStemSide * 3) < std::int64_t{ 1 } << 31);

struct StemTask
{
  const float *image;         /* [N, height, width, 3] */
  const std::int16_t *weight; /* [7][11][64][2] */
  const float *units, *bias;  /* [64]; the sums count @units, times @size / kStemWhole */
  float size;                 /* of the greatest pixel */
  std::uint16_t *result;      /* bfloat16 [N, (height + 1) / 2, (width + 1) / 2, 64] */
  std::int64_t height, width;
};

/* Bytes of the caller's own that stem_run () needs. */
std::int64_t stem_space (const StemTask &task);
/* Computes the rows @begin to @end of the result, counted over all images. */
void stem_run (const StemTask &task, std::int64_t begin, std::int64_t end, void *space);

} // namespace acini
