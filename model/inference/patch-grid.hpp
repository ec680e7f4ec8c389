/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cstdint>
#include <vector>

namespace acini
{

/* A half-open interval of pixels or of indices. */
struct Span
{
  std::int64_t begin = 0, end = 0;

  bool
  meets (const Span &other) const
  {
    return begin < other.end && other.begin < end;
  }
};

/* Where patches lie along one axis of an image, and how much each counts at each pixel.
 *
 * The first patch starts at 0, the last ends with the image, and those between are spread evenly, at least the
 * wanted overlap in common.  So the patch_grid is a matter of the image's size alone, never of the region asked for,
 * and no patch but that of an image smaller than a patch reaches beyond the edge.  Such an image gets one patch of
 * the next multiple of 32 (the stride of the networks).
 *
 * The weights are integers, and at every pixel of the image those of all patches add up to kUnit exactly.  With
 * integer probabilities the blend is then exact: it needs no division, and comes out the same in whatever order the
 * patches arrive.  The window is a raised cosine over the overlap whose outermost eighths count nothing, for a
 * network sees least there. */
class PatchGrid
{
public:
  static constexpr int kUnit = 256;

  /* @length: of the image, > 0.  @patch: > 0, a multiple of 32.  @overlap: 0 … 3/4 of @patch. */
  PatchGrid (std::int64_t length, int patch, int overlap);

  std::int64_t
  length () const
  {
    return length_;
  }

  /* Side of the patches, at most what was asked for. */
  int
  patch () const
  {
    return patch_;
  }

  std::int64_t
  count () const
  {
    return count_;
  }

  std::int64_t origin (std::int64_t index) const;

  /* The pixels of the image where the patch counts at all. */
  const Span &
  support (std::int64_t index) const
  {
    return supports_[index];
  }

  /* The indices of the patches that count anywhere in @pixels, which must meet the image. */
  Span meeting (const Span &pixels) const;

  /* The weight of patch @index at the @pixels, all inside its support. */
  void weigh (std::int64_t index, const Span &pixels, std::uint32_t *weights) const;

private:
  std::int64_t length_;
  int patch_;
  std::int64_t count_;
  std::vector<double> window_; /* over a patch, not normalised, above 0 */
  std::vector<Span> supports_;

  std::uint32_t weight_at (std::int64_t index, std::int64_t pixel) const;
};

} // namespace acini
