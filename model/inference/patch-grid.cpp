/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/inference/patch-grid.hpp"

#include <algorithm>
#include <cmath>

namespace acini
{

namespace
{

constexpr std::int64_t kStride = 32;

/* Rises as sin² from the edge to the middle over @overlap pixels but for their outermost eighths.  Never quite 0, so
 * that a patch that is alone at a pixel (the image's edge) has the whole weight there. */
std::vector<double>
make_window (int patch, int overlap)
{
  constexpr double kFloor = 1e-6;
  const double margin = overlap / 8.0;
  const double ramp = std::max (overlap - 2 * margin, 1.0);
  std::vector<double> window (patch, 1.0);

  if (overlap == 0)
    return window;
  for (int i = 0; i < patch; i++)
    {
      double distance = std::min (i, patch - 1 - i) + 0.5;
      double t = std::clamp ((distance - margin) / ramp, 0.0, 1.0);
      double sine = std::sin (t * M_PI / 2);

      window[i] = std::max (sine * sine, kFloor);
    }
  return window;
}

} // namespace

PatchGrid::PatchGrid (std::int64_t length, int patch, int overlap)
    : length_ (length),
      patch_ (static_cast<int> (std::min<std::int64_t> (patch, (length + kStride - 1) / kStride * kStride)))
{
  const std::int64_t room = std::max<std::int64_t> (length - patch_, 0);
  const std::int64_t step = std::max (patch_ - overlap, 1);

  count_ = (room + step - 1) / step + 1;
  /* Patches that overlap by more than half of themselves blend over a half: the windows then have no flat top. */
  const std::int64_t shared = count_ > 1 ? patch_ - room / (count_ - 1) : 0;
  window_ = make_window (patch_, static_cast<int> (std::clamp<std::int64_t> (shared, 0, patch_ / 2)));

  supports_.resize (count_);
  for (std::int64_t i = 0; i < count_; i++)
    {
      Span span = { origin (i), std::min (origin (i) + patch_, length_) };

      while (span.begin < span.end && weight_at (i, span.begin) == 0)
        span.begin++;
      while (span.begin < span.end && weight_at (i, span.end - 1) == 0)
        span.end--;
      supports_[i] = span;
    }
}

std::int64_t
PatchGrid::origin (std::int64_t index) const
{
  const std::int64_t room = std::max<std::int64_t> (length_ - patch_, 0);

  return count_ > 1 ? (room * index + (count_ - 1) / 2) / (count_ - 1) : 0;
}

/* The share of the patch among all that cover the pixel, rounded so that the shares add up to kUnit: each is the
 * difference of two rounded running sums, and both neighbours see the same sum between them. */
std::uint32_t
PatchGrid::weight_at (std::int64_t index, std::int64_t pixel) const
{
  std::int64_t first = index;
  double sum = 0, before = 0, after = 0;

  while (first > 0 && pixel - origin (first - 1) < patch_)
    first--;
  for (std::int64_t i = first; i < count_ && origin (i) <= pixel; i++)
    {
      if (i == index)
        before = sum;
      sum += window_[pixel - origin (i)];
      if (i == index)
        after = sum;
    }
  return static_cast<std::uint32_t> (std::lround (kUnit * (after / sum)) - std::lround (kUnit * (before / sum)));
}

Span
PatchGrid::meeting (const Span &pixels) const
{
  /* Supports begin and end in the order of the patches. */
  auto first = std::partition_point (supports_.begin (), supports_.end (),
                                     [&] (const Span &span) { return span.end <= pixels.begin; });
  auto last
      = std::partition_point (first, supports_.end (), [&] (const Span &span) { return span.begin < pixels.end; });

  return { first - supports_.begin (), last - supports_.begin () };
}

void
PatchGrid::weigh (std::int64_t index, const Span &pixels, std::uint32_t *weights) const
{
  for (std::int64_t x = pixels.begin; x < pixels.end; x++)
    *weights++ = weight_at (index, x);
}

} // namespace acini
