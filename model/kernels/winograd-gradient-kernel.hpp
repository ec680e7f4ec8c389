/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What training needs of Winograd's convolutions besides winograd-kernel.hpp: weights that change in every step are
 * evaluated (winograd_evaluate (), there), and their gradient is the sum over all tiles of F(3 × 3, 4 × 4): at each of
 * the same 36 points the products of what evaluates the map and of what evaluates the result's gradient.  Without
 * torch, for processors with AVX-512. */

#include "model/kernels/winograd-kernel.hpp"

namespace acini
{

/* The weights' gradient, of tiles [first, first + n) of all images: a piece of the work.  Where maps are bfloat16, so
 * are the factors; sums are float. */
struct WinogradGradient
{
  WinogradSource sources[2];
  int n_sources;
  const void *gradient;                          /* of the result, [N, H, W, outputs] */
  std::int64_t height, width, outputs, channels; /* @channels: of all sources */
  const void *nothing;                           /* zeros, as many as the widest of all these maps has channels */
  bool half;
  std::int64_t first, n; /* @first is even */
  /* At each point [n][outputs] and [n][channels], or, of bfloat16, [n / 2][outputs][2] and so on: neighbours lie side
   * by side. */
  void *left, *right;
};

/* Bytes of @left and @right, for @n tiles of @width channels. */
std::int64_t winograd_gradient_space (std::int64_t n, std::int64_t width, bool half);
/* Fills them for pairs of tiles @begin to @end, counted from the piece's first one. */
void winograd_gradient_transform (const WinogradGradient &task, std::int64_t begin, std::int64_t end);

/* Sums are kept in blocks: [36][kGradientRows][up to kGradientColumns], of the outputs from @output and the channels
 * from
 * @channel on. */
constexpr std::int64_t kGradientRows = 16, kGradientColumns = 128;
/* Sets a block's sums at the points @begin to @end to the piece's, or adds them. */
void winograd_gradient_multiply (const WinogradGradient &task, std::int64_t output, std::int64_t channel, int begin,
                                 int end, bool add, float *sums);
/* @result: [outputs][3][3][channels] */
void winograd_gradient_finish (const WinogradGradient &task, std::int64_t output, std::int64_t channel,
                               const float *sums, float *result);

} // namespace acini
