/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The tiled pipeline on a picture whose pixels are known everywhere, with a network that returns them. */

#include "model/inference/tiler.hpp"

#include <glib.h>

#include <atomic>
#include <map>
#include <vector>

namespace acini
{

using Tiles = std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::uint8_t>>; /* by column and row */

/* A picture without any regularity, so that an offset of one pixel shows. */
inline std::uint8_t
pixel (std::int64_t x, std::int64_t y, int channel)
{
  std::uint64_t z = (static_cast<std::uint64_t> (y) << 32) + static_cast<std::uint64_t> (x) * 3 + channel;

  z = (z ^ (z >> 29)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 32)) * UINT64_C (0x94d049bb133111eb);
  return static_cast<std::uint8_t> (z >> 56);
}

/* The image, the tiles given, and what was asked for. */
struct PixelBench
{
  std::int64_t width, height;
  TilerOptions options;
  TilerHooks hooks;
  Tiles tiles;
  std::atomic<int> n_patches{ 0 }, n_read{ 0 };

  PixelBench (std::int64_t w, std::int64_t h, int patch, int overlap) : width (w), height (h)
  {
    options.patch = patch;
    options.overlap = overlap;
    options.planes = 2;
    hooks.read = [this] (const Rectangle &r, std::uint8_t *rgb) { read (r, rgb); };
    hooks.write = [this] (TilePosition tile, const std::uint8_t *bytes) { take (tile, bytes); };
    hooks.network
        = [this] (const std::uint8_t *rgb, int n, int ph, int pw, float *out) { identity (rgb, n, ph, pw, out); };
  }

  void
  read (const Rectangle &r, std::uint8_t *rgb)
  {
    n_read++;
    for (std::int64_t y = r.y; y < r.y + r.height; y++)
      for (std::int64_t x = r.x; x < r.x + r.width; x++)
        for (int c = 0; c < 3; c++)
          *rgb++ = x < width && y < height ? pixel (x, y, c) : 255;
  }

  void
  take (TilePosition tile, const std::uint8_t *bytes)
  {
    bool is_new = tiles
                      .emplace (std::make_pair (tile.column, tile.row),
                                std::vector<std::uint8_t> (bytes, bytes + options.planes * options.tile * options.tile))
                      .second;

    g_assert_true (is_new);
  }

  /* Plane p is channel p. */
  void
  identity (const std::uint8_t *rgb, int n, int h, int w, float *out)
  {
    n_patches += n;
    for (int i = 0; i < n; i++)
      for (int p = 0; p < options.planes; p++)
        for (int k = 0; k < h * w; k++)
          *out++ = rgb[(i * h * w + k) * 3 + p] / 255.0f;
  }

  void
  run ()
  {
    tiles.clear ();
    n_patches = 0;
    Tiler (width, height, options).run (hooks);
  }

  /* The tiles that meet the region, no more and no fewer. */
  void
  assert_complete () const
  {
    const Rectangle r = options.region.width > 0 ? options.region : Rectangle{ 0, 0, width, height };
    std::size_t n = 0;

    for (std::int64_t row = r.y / options.tile; row * options.tile < r.y + r.height; row++)
      for (std::int64_t column = r.x / options.tile; column * options.tile < r.x + r.width; column++, n++)
        g_assert_true (tiles.count ({ column, row }) == 1);
    g_assert_cmpuint (n, ==, tiles.size ());
  }

  void
  assert_identity () const
  {
    for (const auto &[position, bytes] : tiles)
      for (std::int64_t i = 0, size = options.tile * options.tile; i < size * options.planes; i++)
        {
          std::int64_t x = position.first * options.tile + i % options.tile;
          std::int64_t y = position.second * options.tile + i % size / options.tile;
          int expected = x < width && y < height ? pixel (x, y, static_cast<int> (i / size)) : 0;

          if (bytes[i] != expected)
            g_error ("%d instead of %d at %d, %d", bytes[i], expected, int (x), int (y));
        }
  }
};

} // namespace acini
