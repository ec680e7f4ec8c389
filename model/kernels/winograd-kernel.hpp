/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Convolutions of 3 × 3 by Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray, "Fast Algorithms for
 * Convolutional Neural Networks", CVPR 2016): tiles of 4 × 4 results from 36 products instead of 144, one small matrix
 * product for each of 36 points.  Without torch, for processors with AVX-512; bfloat16 is the upper half of a float. */

#include <array>
#include <cstdint>

namespace acini
{

/* Points of evaluation besides 0 and infinity: ±A and ±B.  They lose half as many bits as the usual ±1 and ±2. */
constexpr float kWinogradA = 0.75f, kWinogradB = 1.5f;
constexpr int kWinogradPoints = 36;

/* Maps of bfloat16 are multiplied as whole numbers of 16 bits (VNNI): as fast as bfloat16, with twice its bits.  What
 * the greatest number at a point can be is kWinogradWhole.  The weights of kWinogradDepth channels add up to
 * kWinogradWeights at most, so that a sum of so many products fits into 32 bits; then it becomes a float. */
constexpr int kWinogradWhole = 23000, kWinogradWeights = 93000, kWinogradDepth = 128;
static_assert (std::int64_t{ kWinogradWhole } * (kWinogradWeights + kWinogradDepth) < std::int64_t{ 1 } << 31);

/* How great the number at each point can be where the pixels under a tile, and 0, span 1: the greater one of the sums
 * of its positive and its negative coefficients. */
constexpr std::array<float, kWinogradPoints>
get_winograd_gains ()
{
  constexpr float a = kWinogradA, b = kWinogradB;
  constexpr float positive[] = { a * a * b * b + 1, a + 1, a * b * b + 1, b + 1, b * a * a + 1, a * a * b * b + 1 };
  constexpr float negative[] = { a * a + b * b, (a + 1) * b * b, a + b * b, (b + 1) * a * a, b + a * a, a * a + b * b };
  std::array<float, kWinogradPoints> gains = {};

  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++)
      {
        const float same = positive[i] * positive[j] + negative[i] * negative[j];
        const float other = positive[i] * negative[j] + negative[i] * positive[j];

        gains[6 * i + j] = same > other ? same : other;
      }
  return gains;
}

/* A map that is upsampled by two has tiles of its own, which begin one pixel before a multiple of four: three of its
 * pixels are then under four results in a row, and five products are enough for these instead of six.  With d the
 * pixels, w the weights and s the sum of these, the results are s d₁ + (w₀ + w₁) (d₀ − d₁), s d₁ + w₀ (d₀ − d₁),
 * s d₁ + w₂ (d₂ − d₁) and s d₁ + (w₁ + w₂) (d₂ − d₁).  So 25 products in two dimensions, of nine numbers. */
constexpr int kDoubledPoints = 25, kDoubledInputs = 9;
/* Along one axis: which of d₀ − d₁, d₁ and d₂ − d₁ each of the five takes, and the weights that it takes. */
constexpr int kDoubledInput[] = { 0, 0, 1, 2, 2 };
constexpr int kDoubledWeights[][3] = { { 1, 1, 0 }, { 1, 0, 0 }, { 1, 1, 1 }, { 0, 0, 1 }, { 0, 1, 1 } };

/* As get_winograd_gains (), of each of these points' numbers. */
constexpr std::array<float, kDoubledPoints>
get_doubled_gains ()
{
  std::array<float, kDoubledPoints> gains = {};

  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 5; j++)
      gains[5 * i + j] = kDoubledInput[i] != 1 && kDoubledInput[j] != 1 ? 2 : 1;
  return gains;
}

/* Tiles along an axis of @n results. */
constexpr std::int64_t
count_winograd_tiles (std::int64_t n, bool doubled)
{
  return doubled ? n / 4 + 1 : (n + 3) / 4;
}

/* A map [N, H, W, channels], or, where @shift is 1, one of half its height and width that is upsampled on the fly (each
 * pixel becomes four). */
struct WinogradSource
{
  const void *data;
  std::int64_t channels; /* a multiple of 16 */
  int shift;
  bool rectified; /* none is negative */
};

/* A convolution's weights, or, for the gradient of its map, the same with their roles changed: its channels are
 * outputs then, and the taps are @rotated by half a turn. */
struct WinogradWeights
{
  const float *weight;
  /* How far apart they lie; one of the first two is 1. */
  std::int64_t output_stride, channel_stride, tap_stride;
  std::int64_t outputs, channels; /* multiples of 16 */
  bool rotated;
  int block;
  bool half;
  /* As WinogradTask wants them. */
  void *points;
  float *units;
};

/* In winograd-gradient-kernel.cpp: evaluates the weights of the outputs @begin to @end, multiples of 16.  @space:
 * winograd_weights_space () bytes */
void winograd_evaluate (const WinogradWeights &weights, std::int64_t begin, std::int64_t end, void *space);
std::int64_t winograd_weights_space (const WinogradWeights &weights);

/* Padding is 1, the stride 1.  Two sources stand for one map with the channels of both. */
struct WinogradTask
{
  WinogradSource sources[2];
  int n_sources;
  std::int64_t height, width, outputs; /* of the result; @outputs is a multiple of @block */
  /* The first source, which has a @shift, has products of its own. */
  bool doubled;
  const void *doubled_weight; /* as @weight, of 25 points */
  const float *doubled_units;
  const void *weight; /* of the other sources' channels, transformed: float [outputs / block][36][channels][block], or,
                       * for maps of bfloat16, int16 [outputs / block][36][channels / 2][block][2] */
  const float *units; /* what those whole numbers count: [outputs / block][36][block] */
  /* Weights that are evaluated a block at a time, on the way into the products, instead of the two above; null: none.
   * Where they are many and tiles few, they never have to leave the cache. */
  const WinogradWeights *fresh;
  const float *bias;    /* null: none */
  const void *residual; /* added to the result; null: none */
  void *result;
  const void *nothing; /* zeros, as many as the wider source has channels */
  int block;           /* output channels at a time: 64, 32 or 16 */
  bool rectify;
  bool half; /* maps are bfloat16 */
  /* The result has half that height and width, which are even: each of its pixels is the sum of four.  Neither bias nor
   * residual nor ReLU then, and not @doubled. */
  bool halved;
};

/* Computes @n tiles from @first on (they count row by row, image by image), output channels @begin to @end (multiples
 * of the block).  @space: winograd_space () bytes for the caller alone. */
void winograd_run (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end,
                   void *space);
std::int64_t winograd_space (const WinogradTask &task, std::int64_t n);

} // namespace acini
