/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test-time augmentation: a network that was trained on tissue in any orientation is asked several times. */

#include "model/inference/augmentation.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>

namespace acini
{

namespace
{

constexpr int stride = 32; /* of the networks */

/* One of the eight symmetries of a square: mirrored first (or not), then turned by quarters, clockwise. */
struct Symmetry
{
  bool mirror;
  int quarters;
};

std::vector<Symmetry>
list_symmetries (const TestTimeAugmentation &augmentation)
{
  std::vector<Symmetry> symmetries = { { false, 0 } };

  if (augmentation.turns)
    for (int quarters = 1; quarters < 4; quarters++)
      symmetries.push_back ({ false, quarters });
  if (augmentation.flips)
    for (int quarters = 0; quarters < 4; quarters++)
      if (augmentation.turns || quarters % 2 == 0) /* upside down is mirrored and turned by a half */
        symmetries.push_back ({ true, quarters });
  return symmetries;
}

/* Where the pixel that comes to (@x, @y) of the changed map was in the map of @height × @width. */
std::size_t
source_of (const Symmetry &symmetry, int height, int width, int x, int y)
{
  int sx = x, sy = y;

  switch (symmetry.quarters)
    {
    case 1:
      sx = y;
      sy = height - 1 - x;
      break;
    case 2:
      sx = width - 1 - x;
      sy = height - 1 - y;
      break;
    case 3:
      sx = width - 1 - y;
      sy = x;
      break;
    }
  if (symmetry.mirror)
    sx = width - 1 - sx;
  return static_cast<std::size_t> (sy) * width + sx;
}

/* Changes RGB of @height × @width. */
void
change (const Symmetry &symmetry, const std::uint8_t *from, int height, int width, std::uint8_t *to)
{
  const int w = symmetry.quarters % 2 ? height : width, h = symmetry.quarters % 2 ? width : height;

  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++, to += 3)
      std::memcpy (to, from + 3 * source_of (symmetry, height, width, x, y), 3);
}

/* Changes back a plane that is @height × @width when it has been, and adds it to @sum. */
void
add_back (const Symmetry &symmetry, const float *from, int height, int width, float *sum)
{
  const int w = symmetry.quarters % 2 ? height : width, h = symmetry.quarters % 2 ? width : height;

  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++)
      sum[source_of (symmetry, height, width, x, y)] += *from++;
}

/* What a pixel of the result is made of, along one axis. */
struct Taps
{
  int first;
  std::vector<float> weights;
};

std::vector<Taps>
make_taps (int from, int to)
{
  const double scale = static_cast<double> (from) / to, reach = std::max (scale, 1.0);
  std::vector<Taps> all (to);

  for (int i = 0; i < to; i++)
    {
      const double centre = (i + 0.5) * scale;
      const int first = std::max (static_cast<int> (centre - reach + 0.5), 0);
      const int end = std::min (static_cast<int> (centre + reach + 0.5), from);
      double sum = 0;

      all[i].first = first;
      for (int k = first; k < end; k++)
        {
          const double weight = std::max (1 - std::abs ((k + 0.5 - centre) / reach), 0.0);

          all[i].weights.push_back (static_cast<float> (weight));
          sum += weight;
        }
      for (float &weight : all[i].weights)
        weight = static_cast<float> (weight / sum);
    }
  return all;
}

/* Rows first, then columns. */
template <typename Value, typename Store>
void
resample_any (const Value *from, int from_height, int from_width, int height, int width, int channels, Store store)
{
  const std::vector<Taps> across = make_taps (from_width, width), down = make_taps (from_height, height);
  std::vector<float> rows (static_cast<std::size_t> (from_height) * width * channels);

  for (int y = 0; y < from_height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < channels; c++)
        {
          float sum = 0;

          for (std::size_t k = 0; k < across[x].weights.size (); k++)
            sum += across[x].weights[k]
                   * from[(static_cast<std::size_t> (y) * from_width + across[x].first + k) * channels + c];
          rows[(static_cast<std::size_t> (y) * width + x) * channels + c] = sum;
        }
  for (int y = 0; y < height; y++)
    for (std::size_t i = 0; i < static_cast<std::size_t> (width) * channels; i++)
      {
        float sum = 0;

        for (std::size_t k = 0; k < down[y].weights.size (); k++)
          sum += down[y].weights[k] * rows[(down[y].first + k) * width * channels + i];
        store (static_cast<std::size_t> (y) * width * channels + i, sum);
      }
}

int
scale_side (int side, double scale)
{
  return std::max (static_cast<int> (std::lround (side * scale / stride)), 1) * stride;
}

struct Scratch
{
  std::vector<std::uint8_t> scaled, changed;
  std::vector<float> said, sum, resized;
};

/* Memory that is used again from batch to batch: one for each of those side by side. */
class ScratchPool
{
public:
  std::unique_ptr<Scratch>
  take ()
  {
    std::lock_guard<std::mutex> lock (mutex_);

    if (spare_.empty ())
      return std::make_unique<Scratch> ();
    std::unique_ptr<Scratch> scratch = std::move (spare_.back ());
    spare_.pop_back ();
    return scratch;
  }

  void
  give_back (std::unique_ptr<Scratch> scratch)
  {
    std::lock_guard<std::mutex> lock (mutex_);

    spare_.push_back (std::move (scratch));
  }

private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> spare_;
};

/* Adds to @total (planes of @height × @width, for all @n patches) what @network says at one scale. */
void
add_scale (const Predictor &network, const std::vector<Symmetry> &symmetries, Scratch &s, const std::uint8_t *rgb,
           int n, int planes, int height, int width, double scale, float *total)
{
  const int h = scale == 1 ? height : scale_side (height, scale), w = scale == 1 ? width : scale_side (width, scale);
  const std::size_t size = static_cast<std::size_t> (height) * width, scaled = static_cast<std::size_t> (h) * w;
  const std::uint8_t *pixels = rgb;

  s.changed.resize (3 * scaled * n);
  s.said.resize (planes * scaled * n);
  s.sum.assign (planes * scaled * n, 0);
  if (h != height || w != width)
    {
      s.scaled.resize (3 * scaled * n);
      for (int i = 0; i < n; i++)
        resample (rgb + 3 * size * i, height, width, s.scaled.data () + 3 * scaled * i, h, w, 3);
      pixels = s.scaled.data ();
    }
  for (const Symmetry &symmetry : symmetries)
    {
      const bool turned = symmetry.quarters % 2 != 0;

      for (int i = 0; i < n; i++)
        change (symmetry, pixels + 3 * scaled * i, h, w, s.changed.data () + 3 * scaled * i);
      network (s.changed.data (), n, turned ? w : h, turned ? h : w, s.said.data ());
      for (std::size_t plane = 0; plane < static_cast<std::size_t> (n) * planes; plane++)
        add_back (symmetry, s.said.data () + plane * scaled, h, w, s.sum.data () + plane * scaled);
    }
  s.resized.resize (size);
  for (std::size_t plane = 0; plane < static_cast<std::size_t> (n) * planes; plane++)
    {
      const float *back = s.sum.data () + plane * scaled;

      if (h != height || w != width)
        {
          resample (back, h, w, s.resized.data (), height, width);
          back = s.resized.data ();
        }
      std::transform (back, back + size, total + plane * size, total + plane * size, std::plus<float> ());
    }
}

} // namespace

void
resample (const std::uint8_t *from, int from_height, int from_width, std::uint8_t *to, int height, int width,
          int channels)
{
  resample_any (from, from_height, from_width, height, width, channels,
                [to] (std::size_t i, float value) { to[i] = static_cast<std::uint8_t> (value + 0.5f); });
}

void
resample (const float *from, int from_height, int from_width, float *to, int height, int width)
{
  resample_any (from, from_height, from_width, height, width, 1, [to] (std::size_t i, float value) { to[i] = value; });
}

Predictor
with_augmentation (Predictor network, int planes, const TestTimeAugmentation &augmentation)
{
  const std::vector<Symmetry> symmetries = list_symmetries (augmentation);
  const std::vector<double> scales = augmentation.scales;
  auto pool = std::make_shared<ScratchPool> ();

  if (symmetries.size () == 1 && scales == std::vector<double>{ 1 })
    return network;
  return [=] (const std::uint8_t *rgb, int n, int height, int width, float *probability) {
    const std::size_t count = static_cast<std::size_t> (n) * planes * height * width;
    const float share = 1 / static_cast<float> (symmetries.size () * scales.size ());
    std::unique_ptr<Scratch> scratch = pool->take ();

    std::fill_n (probability, count, 0.f);
    for (double scale : scales)
      add_scale (network, symmetries, *scratch, rgb, n, planes, height, width, scale, probability);
    for (std::size_t i = 0; i < count; i++)
      probability[i] *= share;
    pool->give_back (std::move (scratch));
  };
}

} // namespace acini
