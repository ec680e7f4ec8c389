/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/inference/plan.hpp"

#include <map>
#include <memory>
#include <utility>

namespace acini
{

/* Blends patches into tiles.
 *
 * An unfinished tile is a sum of 32 bits per plane and pixel.  Probabilities become integers of kScale, weights add
 * up to PatchGrid::kUnit along each axis, so a finished sum is the probability byte in 1/2²⁴, and the sums fit exactly.
 *
 * Not thread-safe. */
class TileBlender
{
public:
  static constexpr int kScale = 255 * 256;

  TileBlender (const PatchGrid &x, const PatchGrid &y, int tile, int planes);

  /* Adds a patch to one tile: @probability is planes × patch × patch, 0 … 1, planar. */
  void add (const Step &step, TilePosition tile, const float *probability);

  /* The finished tile, planes × tile × tile, and forgets it.  Valid until the next call. */
  const std::uint8_t *finish (TilePosition tile);

private:
  using Sums = std::unique_ptr<std::uint32_t[]>;

  const PatchGrid &x_, &y_;
  int tile_, planes_;
  std::map<std::pair<std::int64_t, std::int64_t>, Sums> open_; /* by row and column */
  std::vector<Sums> spare_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint32_t> weights_x_, weights_y_;

  std::uint32_t *sums_of (TilePosition tile);
};

} // namespace acini
