/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Mean and variance of each channel. */

#include "model/kernels/loops.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <vector>

namespace acini
{

struct Moments
{
  std::vector<double> mean, variance; /* divided by the number of pixels */
};

/* Of [pixels, channels] contiguous numbers that the loops take for T.  Sums of a few pixels are float, what they add up
 * to is double; numbers are counted from the first pixel's, so that nothing is lost where the mean is far from 0.  The
 * same with any number of threads. */
template <typename T, typename Value>
Moments
measure_channels (const Value *values, int64_t pixels, int64_t channels)
{
  constexpr int64_t few = 64, piece = 64 * few;
  const int64_t pieces = (pixels + piece - 1) / piece;
  const T *map = reinterpret_cast<const T *> (values);
  std::vector<float> shift (channels);
  std::vector<double> sums (2 * channels * pieces);
  Moments moments;

  for (int64_t c = 0; c < channels; c++)
    shift[c] = static_cast<float> (values[c]);
  at::parallel_for (0, pieces, 1, [&] (int64_t begin, int64_t end) {
    std::vector<float> few_sums (2 * channels);

    for (int64_t first = begin * piece; first < std::min (end * piece, pixels); first += few)
      {
        std::fill (few_sums.begin (), few_sums.end (), 0);
        add_moments (map + first * channels, std::min (few, pixels - first), channels, shift.data (), few_sums.data (),
                     few_sums.data () + channels);
        for (int64_t c = 0; c < 2 * channels; c++)
          sums[first / piece * 2 * channels + c] += few_sums[c];
      }
  });
  for (int64_t c = 0; c < channels; c++)
    {
      double sum = 0, squares = 0;

      for (int64_t i = 0; i < pieces; i++)
        {
          sum += sums[i * 2 * channels + c];
          squares += sums[i * 2 * channels + channels + c];
        }
      const double mean = sum / pixels;

      moments.mean.push_back (mean + shift[c]);
      moments.variance.push_back (std::max (squares / pixels - mean * mean, 0.0));
    }
  return moments;
}

} // namespace acini
