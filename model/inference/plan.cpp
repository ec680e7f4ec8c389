/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/inference/plan.hpp"

#include <algorithm>
#include <numeric>

namespace acini
{

Span
span_of_tile (std::int64_t index, int tile, std::int64_t length)
{
  return { index * tile, std::min ((index + 1) * tile, length) };
}

Plan::Plan (const PatchGrid &x, const PatchGrid &y, PlanOptions options)
    : x_ (x), y_ (y), options_ (std::move (options))
{
  const int tile = options_.tile;
  const Rectangle &region = options_.region;
  const Span across = region.width > 0 ? Span{ region.x, region.x + region.width } : Span{ 0, x.length () };
  const Span down = region.width > 0 ? Span{ region.y, region.y + region.height } : Span{ 0, y.length () };

  tile_columns_ = { across.begin / tile, (across.end + tile - 1) / tile };
  tile_rows_ = { down.begin / tile, (down.end + tile - 1) / tile };
  states_.resize (n_tiles (), State::UNKNOWN);

  /* A row of patches may reach this many rows of tiles, all of them unfinished across the whole band. */
  const std::int64_t deep = 1 + (y.patch () + tile - 1) / tile;
  const std::int64_t widest = std::max<std::int64_t> (options_.max_open / deep, 1);
  const std::int64_t bands = (columns () + widest - 1) / widest;
  band_ = std::max<std::int64_t> ((columns () + bands - 1) / std::max<std::int64_t> (bands, 1), 1);

  if (options_.centre_first)
    sort_by_distance ();
}

void
Plan::sort_by_distance ()
{
  const double half = options_.tile / 2.0;
  const Rectangle &region = options_.region;
  const double cx = region.width > 0 ? region.x + region.width / 2.0 : x_.length () / 2.0;
  const double cy = region.width > 0 ? region.y + region.height / 2.0 : y_.length () / 2.0;
  std::vector<double> distances (n_tiles ());

  for (std::int64_t i = 0; i < n_tiles (); i++)
    {
      double dx = (tile_columns_.begin + i % columns ()) * options_.tile + half - cx;
      double dy = (tile_rows_.begin + i / columns ()) * options_.tile + half - cy;

      distances[i] = dx * dx + dy * dy;
    }
  order_.resize (n_tiles ());
  std::iota (order_.begin (), order_.end (), 0);
  std::stable_sort (order_.begin (), order_.end (),
                    [&] (std::int64_t a, std::int64_t b) { return distances[a] < distances[b]; });
  band_ = columns ();
}

std::int64_t
Plan::index_of (TilePosition tile) const
{
  return (tile.row - tile_rows_.begin) * columns () + tile.column - tile_columns_.begin;
}

/* The walk: bands from left to right, in a band row by row; or by distance from the centre. */
TilePosition
Plan::tile_at (std::int64_t position) const
{
  if (!order_.empty ())
    return { tile_columns_.begin + order_[position] % columns (), tile_rows_.begin + order_[position] / columns () };

  const std::int64_t band = position / (band_ * rows ());
  const std::int64_t inside = position - band * band_ * rows ();
  const std::int64_t width = std::min (band_, columns () - band * band_);

  return { tile_columns_.begin + band * band_ + inside % width, tile_rows_.begin + inside / width };
}

/* Asks only once whether a tile is there already: the answer changes when it is written. */
bool
Plan::is_wanted (TilePosition tile)
{
  State &state = states_[index_of (tile)];

  if (state == State::UNKNOWN)
    {
      bool there = options_.has && options_.has (tile);

      state = there ? State::DONE : State::WANTED;
      skipped_ += there ? 1 : 0;
    }
  return state == State::WANTED;
}

/* The record of an unfinished tile, made where there is room for one more or where it @must be. */
Plan::Open *
Plan::open (TilePosition tile, bool must)
{
  const auto found = open_.find (index_of (tile));

  if (found != open_.end ())
    return &found->second;
  if (!must && open_.size () >= static_cast<std::size_t> (options_.max_open))
    return nullptr;

  Open record;
  record.across = x_.meeting (span_of_tile (tile.column, options_.tile, x_.length ()));
  record.down = y_.meeting (span_of_tile (tile.row, options_.tile, y_.length ()));
  record.missing = (record.across.end - record.across.begin) * (record.down.end - record.down.begin);
  record.had.resize (record.missing, false);
  return &open_.emplace (index_of (tile), std::move (record)).first->second;
}

/* The patch at @column and @row, asked for by @tile, and whom else it serves. */
Step
Plan::make_step (TilePosition tile, std::int64_t column, std::int64_t row)
{
  const Span &across = x_.support (column), &down = y_.support (row);
  const std::int64_t band = (tile.column - tile_columns_.begin) / band_;
  const std::int64_t left = std::max (across.begin / options_.tile, tile_columns_.begin + band * band_);
  const std::int64_t right = std::min (
      { (across.end - 1) / options_.tile + 1, tile_columns_.begin + (band + 1) * band_, tile_columns_.end });
  const std::int64_t top = std::max (down.begin / options_.tile, tile_rows_.begin);
  const std::int64_t bottom = std::min ((down.end - 1) / options_.tile + 1, tile_rows_.end);
  Step step;

  step.column = column;
  step.row = row;
  for (std::int64_t r = top; r < bottom; r++)
    for (std::int64_t c = left; c < right; c++)
      {
        const TilePosition target = { c, r };
        Open *record = is_wanted (target) ? open (target, c == tile.column && r == tile.row) : nullptr;

        if (!record)
          continue;
        std::size_t bit
            = (row - record->down.begin) * (record->across.end - record->across.begin) + column - record->across.begin;
        if (record->had[bit])
          continue;
        record->had[bit] = true;
        record->missing--;
        step.targets.push_back ({ target, record->missing == 0 });
        if (record->missing == 0)
          {
            states_[index_of (target)] = State::DONE;
            open_.erase (index_of (target));
          }
      }

  if (options_.is_empty)
    step.empty = options_.is_empty ({ x_.origin (column), y_.origin (row),
                                      std::min<std::int64_t> (x_.patch (), x_.length () - x_.origin (column)),
                                      std::min<std::int64_t> (y_.patch (), y_.length () - y_.origin (row)) });
  return step;
}

std::optional<Step>
Plan::next ()
{
  for (; position_ < n_tiles (); position_++)
    {
      const TilePosition tile = tile_at (position_);

      if (!is_wanted (tile))
        continue;

      const Open *record = open (tile, true);
      for (std::int64_t row = record->down.begin; row < record->down.end; row++)
        for (std::int64_t column = record->across.begin; column < record->across.end; column++)
          if (!record->had[(row - record->down.begin) * (record->across.end - record->across.begin) + column
                           - record->across.begin])
            return make_step (tile, column, row);
    }
  return std::nullopt;
}

} // namespace acini
