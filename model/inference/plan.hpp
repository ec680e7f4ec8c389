/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/inference/patch-grid.hpp"

#include <functional>
#include <optional>
#include <unordered_map>

namespace acini
{

struct Rectangle
{
  std::int64_t x = 0, y = 0, width = 0, height = 0;
};

struct TilePosition
{
  std::int64_t column = 0, row = 0;
};

/* One patch, and the tiles that it is needed for. */
struct Step
{
  struct Target
  {
    TilePosition tile;
    bool last; /* no other patch is missing: the tile is finished */
  };

  std::int64_t column = 0, row = 0; /* in the lattices */
  bool empty = false;               /* bare glass: probability 0, no pixels wanted */
  std::vector<Target> targets;
};

struct PlanOptions
{
  int tile = 512;
  int max_open = 128; /* tiles that may be unfinished at a time */
  Rectangle region;   /* inside the image; width 0: everything */
  bool centre_first = false;
  std::function<bool (TilePosition)> has;           /* null: no tile is there already */
  std::function<bool (const Rectangle &)> is_empty; /* null: nothing is bare glass */
};

/* The order of the work: patch after patch, each with the tiles it belongs to.
 *
 * Tiles are finished one after the other, and a patch is asked for when the first tile needs it.  It then counts for
 * every other wanted tile that it meets, as long as no more than max_open are unfinished; what a tile cannot get in
 * this way it gets later, from the same patch asked for again.  So the memory is bounded whatever the image, and
 * hardly a patch is computed twice: the tiles are walked in columns of such a width that all the unfinished ones
 * between two rows of patches fit into max_open, and only the patches on the border of two such columns come twice.
 *
 * Not thread-safe. */
class Plan
{
public:
  Plan (const PatchGrid &x, const PatchGrid &y, PlanOptions options);

  /* The next patch; nothing when all is done. */
  std::optional<Step> next ();

  std::int64_t
  n_tiles () const
  {
    return columns () * rows ();
  }

  /* Tiles that were there already, among those looked at so far. */
  std::int64_t
  n_skipped () const
  {
    return skipped_;
  }

private:
  enum class State : std::uint8_t
  {
    UNKNOWN,
    WANTED,
    DONE,
  };

  /* An unfinished tile: which of the patches that it meets it has. */
  struct Open
  {
    Span across, down;
    std::vector<bool> had;
    std::int64_t missing;
  };

  const PatchGrid &x_, &y_;
  PlanOptions options_;
  Span tile_columns_, tile_rows_;
  std::int64_t band_;               /* tiles across a column of the walk */
  std::vector<std::int64_t> order_; /* centre_first: indices of tiles; else empty */
  std::int64_t position_ = 0;       /* in the walk */
  std::vector<State> states_;
  std::unordered_map<std::int64_t, Open> open_;
  std::int64_t skipped_ = 0;

  std::int64_t
  columns () const
  {
    return tile_columns_.end - tile_columns_.begin;
  }
  std::int64_t
  rows () const
  {
    return tile_rows_.end - tile_rows_.begin;
  }

  std::int64_t index_of (TilePosition tile) const;
  TilePosition tile_at (std::int64_t position) const;
  bool is_wanted (TilePosition tile);
  Open *open (TilePosition tile, bool must);
  Step make_step (TilePosition tile, std::int64_t column, std::int64_t row);
  void sort_by_distance ();
};

/* The pixels of the image that lie in the tile, along one axis. */
Span span_of_tile (std::int64_t index, int tile, std::int64_t length);

} // namespace acini
