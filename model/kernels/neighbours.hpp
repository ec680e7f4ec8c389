/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Bilinear blends of a map of another size, align_corners false. */

#include <algorithm>
#include <cstdint>
#include <vector>

namespace acini
{

/* Where a pixel of the larger map lies between two of the smaller one. */
struct Neighbours
{
  std::vector<int64_t> first, second;
  std::vector<float> share; /* of the second */
};

inline Neighbours
find_neighbours (int64_t large, int64_t small)
{
  const double scale = static_cast<double> (small) / large;
  Neighbours result;

  for (int64_t i = 0; i < large; i++)
    {
      double at = std::max ((i + 0.5) * scale - 0.5, 0.0);
      int64_t first = std::min (static_cast<int64_t> (at), small - 1);

      result.first.push_back (first);
      result.second.push_back (std::min (first + 1, small - 1));
      result.share.push_back (static_cast<float> (at - first));
    }
  return result;
}

} // namespace acini
