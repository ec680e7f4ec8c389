/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/image.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace acini
{

static uint8_t
to_byte (double value)
{
  return uint8_t (std::clamp (value + 0.5, 0.0, 255.0));
}

/* CLAHE. */

static constexpr int kTiles = 8;

/* The look-up table of one tile from its histogram, as OpenCV's CLAHE_CalcLut_Body. */
static std::array<uint8_t, 256>
make_table (std::array<int, 256> histogram, int pixels, double clip_limit)
{
  std::array<uint8_t, 256> table;
  int limit = std::max (int (clip_limit * pixels / 256), 1), clipped = 0, sum = 0;
  float scale = 255.0f / float (pixels);

  for (int &count : histogram)
    {
      clipped += std::max (count - limit, 0);
      count = std::min (count, limit);
    }

  int residual = clipped % 256;

  for (int &count : histogram)
    count += clipped / 256;
  if (residual > 0)
    for (int i = 0, step = std::max (256 / residual, 1); i < 256 && residual > 0; i += step, residual--)
      histogram[i]++;
  for (int i = 0; i < 256; i++)
    table[i] = uint8_t (std::min (255L, std::lrint (float (sum += histogram[i]) * scale)));
  return table;
}

static std::vector<std::array<uint8_t, 256>>
make_tables (int side, int tile, double clip_limit, int channel, const Bytes &rgb)
{
  std::vector<std::array<uint8_t, 256>> tables;
  /* Mirrored, the edge itself not repeated. */
  auto inside = [side] (int i) { return std::abs (i < side ? i : 2 * (side - 1) - i); };

  for (int row = 0; row < kTiles; row++)
    for (int column = 0; column < kTiles; column++)
      {
        std::array<int, 256> histogram{};

        for (int y = row * tile; y < (row + 1) * tile; y++)
          for (int x = column * tile; x < (column + 1) * tile; x++)
            histogram[rgb[3 * (size_t (inside (y)) * side + inside (x)) + channel]]++;
        tables.push_back (make_table (histogram, tile * tile, clip_limit));
      }
  return tables;
}

/* Between which two tiles a pixel lies, and how near to the second. */
struct Between
{
  int first, second;
  float share;
};

static std::vector<Between>
find_tiles (int side, int tile)
{
  std::vector<Between> result;

  for (int i = 0; i < side; i++)
    {
      float place = float (i) / float (tile) - 0.5f, low = std::floor (place);

      result.push_back (
          { std::clamp (int (low), 0, kTiles - 1), std::clamp (int (low) + 1, 0, kTiles - 1), place - low });
    }
  return result;
}

void
equalise_adaptively (int side, double clip_limit, Bytes &rgb)
{
  int tile = (side + kTiles - 1) / kTiles;
  std::vector<Between> places = find_tiles (side, tile);

  if (side < kTiles)
    return;
  for (int c = 0; c < 3; c++)
    {
      auto tables = make_tables (side, tile, clip_limit, c, rgb);

      for (int y = 0; y < side; y++)
        {
          const Between &v = places[y];
          const auto *upper = &tables[size_t (v.first) * kTiles], *lower = &tables[size_t (v.second) * kTiles];
          uint8_t *pixel = &rgb[size_t (y) * side * 3 + c];

          for (int x = 0; x < side; x++, pixel += 3)
            {
              const Between &h = places[x];
              float above = upper[h.first][*pixel] * (1 - h.share) + upper[h.second][*pixel] * h.share;
              float below = lower[h.first][*pixel] * (1 - h.share) + lower[h.second][*pixel] * h.share;

              *pixel = uint8_t (std::clamp (std::lrint (above * (1 - v.share) + below * v.share), 0L, 255L));
            }
        }
    }
}

/* Colours. */

void
apply_gamma (double gamma, Bytes &rgb)
{
  uint8_t table[256];

  for (int v = 0; v < 256; v++)
    table[v] = to_byte (255 * std::pow (v / 255.0, gamma));
  for (uint8_t &value : rgb)
    value = table[value];
}

Photometric
draw_photometric (Random &random)
{
  Photometric p;
  bool chances[4];
  double brightness = random.between (-32, 32), contrast = random.between (0.5, 1.5);
  double saturation = random.between (0.5, 1.5), hue = random.between (-36, 36);

  for (bool &chance : chances)
    chance = random.chance (0.5);
  p.contrast_first = random.chance (0.5);
  p.brightness = chances[0] ? brightness : 0;
  p.contrast = chances[1] ? contrast : 1;
  p.saturation = chances[2] ? saturation : 1;
  p.hue = chances[3] ? hue : 0;
  return p;
}

/* Saturation times @saturation and hue plus @hue degrees, in HSV (Smith 1978).  @p: 0 … 255. */
static void
change_hsv (double saturation, double hue, float p[3])
{
  float high = std::max ({ p[0], p[1], p[2] }), low = std::min ({ p[0], p[1], p[2] }), range = high - low, h = 0;

  if (range > 0)
    h = high == p[0] ? (p[1] - p[2]) / range : high == p[1] ? (p[2] - p[0]) / range + 2 : (p[0] - p[1]) / range + 4;
  h += float (hue / 60) + 12;
  range = std::min (range * float (saturation), high);
  for (int c = 0; c < 3; c++)
    {
      static const float offsets[3] = { 5, 3, 1 };
      float k = std::fmod (offsets[c] + h, 6.0f);

      p[c] = high - range * std::clamp (std::min (k, 4 - k), 0.0f, 1.0f);
    }
}

void
distort_photometrically (const Photometric &distortion, Bytes &rgb)
{
  uint8_t first[256], last[256];
  bool hsv = distortion.saturation != 1 || distortion.hue != 0;

  for (int v = 0; v < 256; v++)
    {
      first[v] = to_byte (v + distortion.brightness);
      if (distortion.contrast_first)
        first[v] = to_byte (first[v] * distortion.contrast);
      last[v] = distortion.contrast_first ? uint8_t (v) : to_byte (v * distortion.contrast);
    }
  for (size_t i = 0; i + 2 < rgb.size (); i += 3)
    {
      float p[3] = { float (first[rgb[i]]), float (first[rgb[i + 1]]), float (first[rgb[i + 2]]) };

      if (hsv)
        change_hsv (distortion.saturation, distortion.hue, p);
      for (int c = 0; c < 3; c++)
        rgb[i + c] = last[to_byte (p[c])];
    }
}

/* Rectangles. */

void
cut_out (int side, int holes, double least, double most, Random &random, Bytes &rgb)
{
  for (int i = 0; i < holes; i++)
    {
      int left = int (random.between (0, side)), top = int (random.between (0, side));
      int length = int (random.between (least, most) * side), width = std::min (length, side - left);

      for (int y = top; y < std::min (top + length, side); y++)
        std::fill_n (rgb.begin () + 3 * (size_t (y) * side + left), 3 * width, 0);
    }
}

void
cut_mix (int side, const Bytes &other_rgb, const Bytes &other_labels, Random &random, Bytes &rgb, Bytes &labels)
{
  int length = int (side * std::sqrt (random.uniform ()));
  int left = int (random.between (0, side)) - length / 2, top = int (random.between (0, side)) - length / 2;
  int right = std::min (left + length, side);

  left = std::max (left, 0);
  for (int y = std::max (top, 0); y < std::min (top + length, side); y++)
    {
      size_t at = size_t (y) * side + left;
      size_t n = size_t (std::max (right - left, 0));

      std::copy_n (other_rgb.begin () + 3 * at, 3 * n, rgb.begin () + 3 * at);
      std::copy_n (other_labels.begin () + at, n, labels.begin () + at);
    }
}

/* Warps. */

static constexpr int kGrid = 32;

int
get_warped_side (const Warp &warp, int side)
{
  double turn = warp.angle * M_PI / 180;
  int full = int (std::ceil (side * (std::abs (std::cos (turn)) + std::abs (std::sin (turn))) - 1e-9));

  return full + (full - side) % 2;
}

/* The displacement at every pixel, x and y. */
static std::vector<float>
make_displacements (const Warp &warp, int side)
{
  Random random ({ warp.seed, 4 });
  int points = side / kGrid + 4;
  std::vector<float> grid (2 * size_t (points) * points), result (2 * size_t (side) * side);
  std::array<std::array<float, 4>, kGrid> weights;

  for (float &value : grid)
    value = float (random.between (-warp.elastic, warp.elastic));
  for (int i = 0; i < kGrid; i++)
    {
      float t = float (i) / kGrid, u = 1 - t;

      weights[i]
          = { u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) / 6, t * t * t / 6 };
    }
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      for (int j = 0; j < 4; j++)
        for (int i = 0; i < 4; i++)
          {
            float weight = weights[y % kGrid][j] * weights[x % kGrid][i];
            const float *point = &grid[2 * (size_t (y / kGrid + j) * points + x / kGrid + i)];
            float *to = &result[2 * (size_t (y) * side + x)];

            to[0] += weight * point[0];
            to[1] += weight * point[1];
          }
  return result;
}

/* One pixel between the four around (@x, @y), the border repeated. */
static void
interpolate (const Bytes &rgb, int from, float x, float y, uint8_t *to)
{
  x = std::clamp (x, 0.0f, float (from - 1));
  y = std::clamp (y, 0.0f, float (from - 1));

  int left = int (x), top = int (y), right = std::min (left + 1, from - 1), bottom = std::min (top + 1, from - 1);
  float fx = x - float (left), fy = y - float (top);
  const uint8_t *a = &rgb[3 * (size_t (top) * from + left)], *b = &rgb[3 * (size_t (top) * from + right)];
  const uint8_t *c = &rgb[3 * (size_t (bottom) * from + left)], *d = &rgb[3 * (size_t (bottom) * from + right)];

  for (int k = 0; k < 3; k++)
    to[k] = uint8_t ((a[k] * (1 - fx) + b[k] * fx) * (1 - fy) + (c[k] * (1 - fx) + d[k] * fx) * fy + 0.5f);
}

void
apply_warp (const Warp &warp, int from, int side, Bytes &rgb, Bytes &labels)
{
  double turn = warp.angle * M_PI / 180;
  float cosine = float (std::cos (turn)), sine = float (std::sin (turn)), middle = float (from - 1) / 2;
  std::vector<float> moved = warp.elastic > 0 ? make_displacements (warp, side) : std::vector<float> ();
  Bytes new_rgb (3 * size_t (side) * side), new_labels (size_t (side) * side);

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      {
        size_t at = size_t (y) * side + x;
        float dx = float (x) - float (side - 1) / 2, dy = float (y) - float (side - 1) / 2;

        if (!moved.empty ())
          {
            dx += moved[2 * at];
            dy += moved[2 * at + 1];
          }

        float sx = middle + cosine * dx - sine * dy, sy = middle + sine * dx + cosine * dy;
        int column = std::clamp (int (std::lround (sx)), 0, from - 1),
            row = std::clamp (int (std::lround (sy)), 0, from - 1);

        interpolate (rgb, from, sx, sy, &new_rgb[3 * at]);
        new_labels[at] = labels[size_t (row) * from + column];
      }
  rgb.swap (new_rgb);
  labels.swap (new_labels);
}

double
get_largest_share (const Bytes &labels, uint8_t ignore)
{
  std::array<size_t, 256> counts{};
  size_t all = 0;

  for (uint8_t label : labels)
    counts[label]++;
  counts[ignore] = 0;
  for (size_t count : counts)
    all += count;
  return all > 0 ? double (*std::max_element (counts.begin (), counts.end ())) / double (all) : 0;
}

} // namespace acini
