/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/inference/tile-blender.hpp"

#include <algorithm>

namespace acini
{

static_assert (static_cast<std::uint64_t> (TileBlender::kScale) * PatchGrid::kUnit * PatchGrid::kUnit + (1u << 23)
                   <= UINT32_MAX,
               "a sum and its rounding fit 32 bits");

namespace
{

/* NaN counts as 0. */
inline std::uint32_t
quantise (float probability)
{
  float bounded = probability > 0.0f ? std::min (probability, 1.0f) : 0.0f;

  return static_cast<std::uint32_t> (static_cast<std::int32_t> (bounded * TileBlender::kScale + 0.5f));
}

void
add_row (std::uint32_t *sums, const float *probability, const std::uint32_t *weights, std::uint32_t weight,
         std::int64_t n)
{
  for (std::int64_t i = 0; i < n; i++)
    sums[i] += weights[i] * weight * quantise (probability[i]);
}

} // namespace

TileBlender::TileBlender (const PatchGrid &x, const PatchGrid &y, int tile, int planes)
    : x_ (x), y_ (y), tile_ (tile), planes_ (planes), bytes_ (static_cast<std::size_t> (planes) * tile * tile)
{
}

std::uint32_t *
TileBlender::sums_of (TilePosition tile)
{
  const std::size_t n = bytes_.size ();
  Sums &sums = open_[{ tile.row, tile.column }];

  if (!sums && !spare_.empty ())
    {
      sums = std::move (spare_.back ());
      spare_.pop_back ();
      std::fill_n (sums.get (), n, 0u);
    }
  else if (!sums)
    sums = Sums (new std::uint32_t[n]());
  return sums.get ();
}

void
TileBlender::add (const Step &step, TilePosition tile, const float *probability)
{
  const Span &sx = x_.support (step.column), &sy = y_.support (step.row);
  const Span tx = span_of_tile (tile.column, tile_, x_.length ()), ty = span_of_tile (tile.row, tile_, y_.length ());
  const Span across = { std::max (sx.begin, tx.begin), std::min (sx.end, tx.end) };
  const Span down = { std::max (sy.begin, ty.begin), std::min (sy.end, ty.end) };
  const std::int64_t width = across.end - across.begin, height = down.end - down.begin;
  const std::int64_t px = across.begin - x_.origin (step.column), py = down.begin - y_.origin (step.row);
  std::uint32_t *sums = sums_of (tile);

  weights_x_.resize (width);
  weights_y_.resize (height);
  x_.weigh (step.column, across, weights_x_.data ());
  y_.weigh (step.row, down, weights_y_.data ());
  for (int plane = 0; plane < planes_; plane++)
    for (std::int64_t y = 0; y < height; y++)
      add_row (sums + (static_cast<std::int64_t> (plane) * tile_ + down.begin + y - ty.begin) * tile_ + across.begin
                   - tx.begin,
               probability + (static_cast<std::int64_t> (plane) * y_.patch () + py + y) * x_.patch () + px,
               weights_x_.data (), weights_y_[y], width);
}

const std::uint8_t *
TileBlender::finish (TilePosition tile)
{
  const auto found = open_.find ({ tile.row, tile.column });

  if (found == open_.end ())
    {
      /* Bare glass all over: no patch was added. */
      std::fill (bytes_.begin (), bytes_.end (), 0);
      return bytes_.data ();
    }

  Sums sums = std::move (found->second);
  for (std::size_t i = 0; i < bytes_.size (); i++)
    bytes_[i] = static_cast<std::uint8_t> ((sums[i] + (1u << 23)) >> 24);
  open_.erase (found);
  spare_.push_back (std::move (sums));
  return bytes_.data ();
}

} // namespace acini
