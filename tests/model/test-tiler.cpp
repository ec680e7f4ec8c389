/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tiled pipeline with networks of a few lines, whose result is known exactly. */

#include "tests/model/pixel-bench.hpp"

#include "model/inference/augmentation.hpp"
#include "model/inference/channel.hpp"

#include <glib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace acini;

namespace
{

/* A network that says something else of every patch, as real ones do: the mean of the patch here and there. */
void
make_moody (PixelBench &bench)
{
  bench.hooks.network = [&bench] (const std::uint8_t *rgb, int n, int h, int w, float *out) {
    bench.n_patches += n;
    for (int i = 0; i < n; i++)
      {
        double sum = 0;

        for (int k = 0; k < 3 * h * w; k++)
          sum += rgb[k] * ((k * 7 + 3) % 11 - 5);
        for (int k = 0; k < bench.options.planes * h * w; k++)
          *out++ = static_cast<float> (0.5 + 0.5 * std::sin (sum / 1000 + k % w * 0.01 + k / w * 0.007));
        rgb += 3 * h * w;
      }
  };
}

void
test_patch_grid ()
{
  const int cases[][3]
      = { { 1, 512, 128 },    { 31, 64, 16 },   { 512, 512, 128 }, { 513, 512, 128 }, { 897, 512, 128 },
          { 5000, 512, 128 }, { 5000, 512, 0 }, { 999, 64, 48 },   { 777, 96, 31 },   { 4096, 256, 192 } };

  for (const auto &[length, patch, overlap] : cases)
    {
      PatchGrid patch_grid (length, patch, overlap);
      std::vector<std::uint32_t> sums (length), weights (length);

      g_assert_cmpint (patch_grid.origin (0), ==, 0);
      for (std::int64_t i = 0; i < patch_grid.count (); i++)
        {
          Span support = patch_grid.support (i);

          g_assert_true (i == 0 || patch_grid.origin (i) - patch_grid.origin (i - 1) <= patch - overlap);
          g_assert_cmpint (support.begin, <, support.end);
          patch_grid.weigh (i, support, weights.data ());
          for (std::int64_t x = support.begin; x < support.end; x++)
            sums[x] += weights[x - support.begin];
        }
      g_assert_cmpint (patch_grid.origin (patch_grid.count () - 1) + patch_grid.patch (), ==,
                       std::max (length, patch_grid.patch ()));
      for (int x = 0; x < length; x++)
        {
          Span meeting = patch_grid.meeting ({ x, x + 1 });

          g_assert_cmpuint (sums[x], ==, PatchGrid::kUnit);
          for (std::int64_t i = 0; i < patch_grid.count (); i++)
            g_assert_true (patch_grid.support (i).meets ({ x, x + 1 }) == (i >= meeting.begin && i < meeting.end));
        }
    }
}

void
test_identity ()
{
  const int sizes[][2] = { { 1, 1 }, { 31, 17 }, { 512, 512 }, { 513, 511 }, { 1500, 700 }, { 40, 2000 } };
  const int patches[][2] = { { 512, 128 }, { 512, 0 }, { 256, 64 }, { 96, 72 } };

  for (const auto &[width, height] : sizes)
    for (const auto &[patch, overlap] : patches)
      for (int variant = 0; variant < 4; variant++)
        {
          PixelBench bench (width, height, patch, overlap);

          bench.options.tile = variant == 1 ? 200 : 512;
          bench.options.batch = variant == 2 ? 5 : 1;
          bench.options.centre_first = variant == 3;
          bench.options.readers = variant == 2 ? 3 : 1;
          bench.run ();
          bench.assert_complete ();
          bench.assert_identity ();
        }
}

/* Patches that disagree altogether: from pixel to pixel the blend may change by the slope of its window only. */
void
test_seams ()
{
  PixelBench bench (1400, 900, 512, 128);
  int i = 0, steepest = 0;

  bench.options.planes = 1;
  bench.options.tile = 1400;
  bench.hooks.network = [&] (const std::uint8_t *, int n, int h, int w, float *out) {
    for (int k = 0; k < n; k++, i++)
      std::fill_n (out + k * h * w, h * w, i % 2 ? 1.0f : 0.0f);
  };
  bench.run ();

  const std::vector<std::uint8_t> &bytes = bench.tiles.at ({ 0, 0 });
  for (int y = 0; y < 899; y++)
    for (int x = 0; x < 1399; x++)
      {
        int here = bytes[y * 1400 + x];

        steepest = std::max (
            { steepest, std::abs (here - bytes[y * 1400 + x + 1]), std::abs (here - bytes[y * 1400 + 1400 + x]) });
      }
  g_assert_cmpint (steepest, >, 0);
  g_assert_cmpint (steepest, <=, 5); /* 255 π / 2 / 96 = 4.2 */
}

/* Where a network is wrong along the edge of its input, the blend does not show it but at the image's own edge. */
void
test_edges ()
{
  PixelBench bench (1400, 900, 512, 128);

  bench.options.planes = 1;
  bench.options.tile = 1400;
  bench.hooks.network = [&] (const std::uint8_t *, int n, int h, int w, float *out) {
    for (int k = 0; k < n * h * w; k++)
      {
        int x = k % w, y = k / w % h;

        out[k] = x < 16 || y < 16 || x >= w - 16 || y >= h - 16 ? 1.0f : 0.0f;
      }
  };
  bench.run ();
  for (int y = 0; y < 900; y++)
    for (int x = 0; x < 1400; x++)
      g_assert_cmpint (bench.tiles.at ({ 0, 0 })[y * 1400 + x], ==,
                       x < 16 || y < 16 || x >= 1400 - 16 || y >= 900 - 16 ? 255 : 0);
}

/* The end is known, then the last items come in the wrong order: all who wait come to an end. */
void
test_channel ()
{
  for (int round = 0; round < 50; round++)
    {
      Channel<int> channel;
      std::atomic<int> sum = 0;
      std::vector<std::thread> takers;

      for (int i = 0; i < 3; i++)
        takers.emplace_back ([&] {
          while (std::optional<int> item = channel.pop ())
            sum += *item;
        });
      std::this_thread::sleep_for (std::chrono::milliseconds (2));
      channel.finish (2);
      channel.push (1, 10);
      channel.push (0, 1);
      for (std::thread &taker : takers)
        taker.join ();
      g_assert_cmpint (sum, ==, 11);
    }
}

/* Region, batch, readers, networks, order and memory change nothing in a tile; and few patches are computed twice. */
void
test_same_everywhere ()
{
  PixelBench whole (2300, 1700, 256, 64);
  const Rectangle regions[] = { { 0, 0, 1, 1 }, { 700, 600, 900, 300 }, { 2299, 1699, 1, 1 }, { 128, 0, 1024, 1700 } };

  whole.options.tile = 128;
  make_moody (whole);
  whole.run ();
  whole.assert_complete ();
  g_assert_cmpint (whole.n_patches, ==, 12 * 9);

  for (int variant = 0; variant < 16; variant++)
    {
      PixelBench part (2300, 1700, 256, 64);

      part.options.tile = 128;
      part.options.region = regions[variant % 4];
      part.options.batch = 1 + variant % 3;
      part.options.readers = 1 + variant % 2;
      part.options.networks = 1 + variant % 4;
      part.options.centre_first = variant / 4 == 1;
      part.options.memory = variant / 4 == 2 ? 10 * 2 * 4 * 128 * 128 : INT64_C (128) << 20;
      if (variant / 4 == 3)
        part.options.region = {};
      make_moody (part);
      part.run ();
      part.assert_complete ();
      for (const auto &[position, bytes] : part.tiles)
        g_assert_cmpmem (bytes.data (), bytes.size (), whole.tiles.at (position).data (), bytes.size ());
    }

  /* Six bands of three tiles: only the patches between two of them come twice. */
  PixelBench narrow (2300, 1700, 256, 64);
  narrow.options.tile = 128;
  narrow.options.memory = 12 * 2 * 4 * 128 * 128;
  narrow.run ();
  narrow.assert_identity ();
  g_assert_cmpint (narrow.n_patches, >, 12 * 9);
  g_assert_cmpint (narrow.n_patches, <=, 12 * 9 * 2);
}

void
test_centre_first ()
{
  PixelBench bench (2048, 2048, 256, 64);
  std::vector<double> distances;

  bench.options.tile = 256;
  bench.options.region = { 256, 256, 1280, 1280 };
  bench.options.centre_first = true;
  bench.hooks.write = [&] (TilePosition tile, const std::uint8_t *) {
    distances.push_back (std::hypot (tile.column * 256 + 128 - 896, tile.row * 256 + 128 - 896));
  };
  bench.run ();
  g_assert_cmpuint (distances.size (), ==, 25);
  g_assert_cmpfloat (distances[0], ==, 0);
  for (std::size_t i = 1; i < 9; i++)
    g_assert_cmpfloat (distances[i], <, 256 * 1.5);
}

void
test_resume ()
{
  PixelBench bench (1500, 1200, 256, 64);
  std::set<std::pair<std::int64_t, std::int64_t>> asked;

  bench.options.tile = 256;
  bench.hooks.has = [&] (TilePosition tile) {
    g_assert_true (asked.insert ({ tile.column, tile.row }).second); /* once */
    return (tile.column + tile.row) % 2 == 0 || tile.row < 2;
  };
  bench.run ();
  g_assert_cmpuint (asked.size (), ==, 30);
  g_assert_cmpuint (bench.tiles.size (), ==, 9);
  for (const auto &[position, bytes] : bench.tiles)
    g_assert_true ((position.first + position.second) % 2 == 1 && position.second >= 2);
  bench.assert_identity ();

  bench.hooks.has = [] (TilePosition) { return true; };
  bench.run ();
  g_assert_cmpuint (bench.tiles.size (), ==, 0);
  g_assert_cmpint (bench.n_patches, ==, 0);
}

void
test_empty ()
{
  PixelBench bench (3000, 2000, 256, 64);

  bench.options.tile = 256;
  bench.options.batch = 3;
  bench.run ();
  const int all = bench.n_patches;

  /* Glass from 1000 on: patches that begin there are not computed, and tiles that none but they meet are 0. */
  bench.hooks.is_empty = [] (const Rectangle &r) {
    g_assert_true (r.x + r.width <= 3000 && r.y + r.height <= 2000);
    return r.x >= 1000;
  };
  bench.n_read = 0;
  bench.run ();
  bench.assert_complete ();
  g_assert_cmpint (bench.n_patches, <, all / 2);
  g_assert_cmpint (bench.n_patches, ==, bench.n_read);
  for (const auto &[position, bytes] : bench.tiles)
    if (position.first >= 5)
      for (std::uint8_t byte : bytes)
        g_assert_cmpint (byte, ==, 0);
  g_assert_cmpint (bench.tiles.at ({ 0, 0 })[0], ==, pixel (0, 0, 0));

  bench.hooks.is_empty = [] (const Rectangle &) { return true; };
  bench.run ();
  bench.assert_complete ();
  g_assert_cmpint (bench.n_patches, ==, 0);
}

void
test_cancel ()
{
  for (int after = 0; after < 12; after += 3)
    {
      PixelBench bench (4000, 3000, 128, 32);
      bool cancelled = false;

      bench.options.tile = 128;
      bench.options.readers = 2;
      bench.hooks.is_cancelled = [&] { return bench.n_patches >= after; };
      try
        {
          bench.run ();
        }
      catch (const Cancelled &)
        {
          cancelled = true;
        }
      g_assert_true (cancelled);
      g_assert_cmpint (bench.n_patches, ==, after);
      bench.assert_identity ();
    }
}

void
test_errors ()
{
  const char *const kinds[] = { "read", "is_empty", "has", "network", "write", "progress" };

  for (int i = 0; i < 2 * static_cast<int> (G_N_ELEMENTS (kinds)); i++)
    {
      const char *kind = kinds[i / 2];
      PixelBench bench (3000, 2000, 128, 32);
      std::atomic<int> countdown{ g_str_equal (kind, "progress") ? 1 : 20 };
      std::string said;
      auto fail = [&] (const char *which) {
        if (g_str_equal (kind, which) && --countdown <= 0)
          throw std::runtime_error (which);
      };

      bench.options.tile = 128;
      bench.options.readers = 2;
      bench.options.networks = 1 + 2 * (i % 2);
      bench.hooks.read = [&] (const Rectangle &r, std::uint8_t *rgb) { bench.read (r, rgb), fail ("read"); };
      bench.hooks.is_empty = [&] (const Rectangle &) { return fail ("is_empty"), false; };
      bench.hooks.has = [&] (TilePosition) { return fail ("has"), false; };
      bench.hooks.write
          = [&] (TilePosition tile, const std::uint8_t *bytes) { bench.take (tile, bytes), fail ("write"); };
      bench.hooks.network = [&] (const std::uint8_t *rgb, int n, int h, int w, float *out) {
        bench.identity (rgb, n, h, w, out), fail ("network");
      };
      bench.hooks.progress = [&] (double) { fail ("progress"); };
      try
        {
          bench.run ();
        }
      catch (const std::runtime_error &error)
        {
          said = error.what ();
        }
      g_assert_cmpstr (said.c_str (), ==, kind);
      bench.assert_identity ();
    }
}

void
test_progress ()
{
  PixelBench bench (3000, 2000, 256, 64);
  const std::thread::id caller = std::this_thread::get_id ();
  std::vector<double> fractions;
  gint64 start = g_get_monotonic_time ();

  bench.hooks.progress = [&] (double fraction) {
    g_assert_true (std::this_thread::get_id () == caller);
    fractions.push_back (fraction);
  };
  bench.hooks.network = [&] (const std::uint8_t *rgb, int n, int h, int w, float *out) {
    g_usleep (5000);
    bench.identity (rgb, n, h, w, out);
  };
  bench.run ();
  g_assert_cmpuint (fractions.size (), <=, (g_get_monotonic_time () - start) / 100000 + 1);
  g_assert_cmpfloat (fractions.back (), ==, 1.0);
  g_assert_true (std::is_sorted (fractions.begin (), fractions.end ()));
}

/* Where reading, the network and writing wait for one another: they can only meet if each runs beside the others. */
class Meeting
{
public:
  /* Stays, from the @nth of these visits on, until all three are here.  False if the others never came. */
  bool
  enter (const char *name, int nth)
  {
    std::unique_lock<std::mutex> lock (mutex_);

    if (++visits_[name] < nth || over_)
      return met_;
    here_.insert (name);
    met_ = over_ = here_.size () == 3;
    changed_.notify_all ();
    changed_.wait_for (lock, std::chrono::seconds (30), [this] { return over_; });
    over_ = true;
    return met_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> visits_;
  std::set<std::string> here_;
  bool met_ = false, over_ = false;
};

/* The third patch is read and the second is in the network while the first is written. */
void
test_side_by_side ()
{
  PixelBench bench (2048, 2048, 256, 0);
  Meeting meeting;

  bench.options.tile = 256;
  bench.hooks.read = [&] (const Rectangle &, std::uint8_t *) { meeting.enter ("read", 3); };
  bench.hooks.network = [&] (const std::uint8_t *, int, int, int, float *) { meeting.enter ("network", 2); };
  bench.hooks.write = [&] (TilePosition, const std::uint8_t *) { meeting.enter ("write", 1); };
  bench.run ();
  g_assert_true (meeting.enter ("afterwards", 1));
}

/* Three patches are in the network at the same time, and come out in their order though the first is done last. */
void
test_networks ()
{
  PixelBench bench (2048, 2048, 256, 0);
  std::mutex mutex;
  std::condition_variable changed;
  int here = 0;
  std::vector<std::int64_t> rows;

  bench.options.tile = 256;
  bench.options.networks = 3;
  bench.hooks.network = [&] (const std::uint8_t *rgb, int n, int h, int w, float *out) {
    std::unique_lock<std::mutex> lock (mutex);
    const bool first = here++ == 0;

    changed.notify_all ();
    g_assert_true (changed.wait_for (lock, std::chrono::seconds (30), [&] { return here >= (first ? 4 : 3); }));
    bench.identity (rgb, n, h, w, out);
  };
  bench.hooks.write = [&] (TilePosition tile, const std::uint8_t *bytes) {
    rows.push_back (tile.row * 8 + tile.column);
    bench.take (tile, bytes);
  };
  bench.run ();
  bench.assert_complete ();
  bench.assert_identity ();
  g_assert_true (std::is_sorted (rows.begin (), rows.end ()));
}

/* What a network says that looks at its patch from one side: nothing is symmetric about it. */
float
slant (int x, int y)
{
  return (x + 2.0f * y) / 65536;
}

/* With augmentation, the mean of what it says of the patch in each orientation. */
void
check_augmentation (bool flips, bool turns, int expected_calls)
{
  const int w = 32, h = 64;
  std::vector<std::uint8_t> rgb (3 * w * h * 2);
  std::vector<float> out (2 * w * h * 2);
  int calls = 0;

  for (std::size_t i = 0; i < rgb.size (); i++)
    rgb[i] = pixel (i, 5, 0);
  Predictor slanted = [&] (const std::uint8_t *pixels, int n, int height, int width, float *probability) {
    calls++;
    for (int i = 0; i < n; i++)
      for (int plane = 0; plane < 2; plane++)
        for (int k = 0; k < height * width; k++)
          *probability++ = pixels[(i * height * width + k) * 3 + plane] * slant (k % width, k / width);
  };
  TestTimeAugmentation augmentation;
  augmentation.flips = flips;
  augmentation.turns = turns;
  with_augmentation (slanted, 2, augmentation) (rgb.data (), 2, h, w, out.data ());
  g_assert_cmpint (calls, ==, expected_calls);
  for (int i = 0; i < 2; i++)
    for (int plane = 0; plane < 2; plane++)
      for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
          {
            const int left = w - 1 - x, up = h - 1 - y;
            float sum = slant (x, y);

            if (turns) /* where the pixel lies after a turn to the right, over, and to the left */
              sum += slant (up, x) + slant (left, up) + slant (y, left);
            if (flips)
              sum += slant (left, y) + slant (x, up);
            if (flips && turns)
              sum += slant (up, left) + slant (y, x);
            g_assert_cmpfloat_with_epsilon (out[((i * 2 + plane) * h + y) * w + x],
                                            rgb[((i * h + y) * w + x) * 3 + plane] * sum / expected_calls, 1e-6);
          }
}

void
test_augmentation ()
{
  check_augmentation (false, false, 1);
  check_augmentation (true, false, 3);
  check_augmentation (false, true, 4);
  check_augmentation (true, true, 8);
}

/* At several scales: a network that says how bright a pixel is gives the same at each, but for what shrinking blurs. */
void
test_scales ()
{
  const int side = 160;
  std::vector<std::uint8_t> rgb (3 * side * side);
  std::vector<float> out (side * side);
  std::vector<int> sides;
  TestTimeAugmentation augmentation;

  for (int i = 0; i < side * side; i++)
    for (int c = 0; c < 3; c++)
      rgb[3 * i + c]
          = static_cast<std::uint8_t> (127.5 + 100 * std::sin (i % side / 20.0) * std::cos (i / side / 15.0));
  Predictor brightness = [&] (const std::uint8_t *pixels, int n, int height, int width, float *probability) {
    g_assert_cmpint (height, ==, width);
    sides.push_back (width);
    for (int i = 0; i < n * height * width; i++)
      probability[i] = pixels[3 * i] / 255.0f;
  };
  augmentation.scales = { 0.8, 1, 1.2 };
  augmentation.flips = true;
  with_augmentation (brightness, 1, augmentation) (rgb.data (), 1, side, side, out.data ());
  g_assert_true ((sides == std::vector<int>{ 128, 128, 128, 160, 160, 160, 192, 192, 192 }));
  for (int i = 0; i < side * side; i++)
    g_assert_cmpfloat_with_epsilon (out[i], rgb[3 * i] / 255.0f, 0.01);

  /* Stripes finer than the pixels to come become their mean, not stripes of another width. */
  std::vector<std::uint8_t> stripes (3 * 64 * 64), small (3 * 32 * 32);
  for (std::size_t i = 0; i < stripes.size (); i++)
    stripes[i] = i / 3 % 2 ? 255 : 0;
  resample (stripes.data (), 64, 64, small.data (), 32, 32, 3);
  for (int i = 0; i < 32 * 32; i++)
    if (i % 32 > 0 && i % 32 < 31)
      g_assert_cmpfloat_with_epsilon (small[3 * i], 127.5, 1);
}

/* Megabytes of a line of /proc/self/status. */
double
read_status (const char *key)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  const char *line = strstr (text, key);
  g_assert_nonnull (line);
  return g_ascii_strtod (line + strlen (key), NULL) / 1024;
}

/* A strip across a picture of 60 000 × 60 000; the whole of it would be 3.6 GB. */
void
test_memory ()
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  g_test_skip ("The sanitizer's own memory would count");
  return;
#endif
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, static_cast<GTestSubprocessFlags> (G_TEST_SUBPROCESS_INHERIT_STDERR));
      g_test_trap_assert_passed ();
      return;
    }

  PixelBench bench (60000, 60000, 512, 128);
  int n_tiles = 0;

  bench.options.planes = 1;
  bench.options.batch = 2;
  bench.options.memory = INT64_C (32) << 20;
  bench.options.region = { 0, 20000, 60000, 2000 };
  bench.hooks.read = [] (const Rectangle &r, std::uint8_t *rgb) { memset (rgb, 200, 3 * r.width * r.height); };
  bench.hooks.network
      = [] (const std::uint8_t *, int n, int h, int w, float *out) { std::fill_n (out, n * h * w, 0.5f); };
  bench.hooks.write = [&] (TilePosition, const std::uint8_t *bytes) {
    n_tiles++;
    g_assert_cmpint (bytes[0], ==, 128);
  };
  const double before = read_status ("VmRSS:");
  bench.run ();
  const double growth = read_status ("VmHWM:") - before;

  g_assert_cmpint (n_tiles, ==, 118 * 4);
  /* Unfinished tiles, four batches of pixels and probabilities, and what malloc keeps. */
  g_assert_cmpfloat (growth, <, 32 + 4 * 2 * 1.75 + 10);
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiler/channel", test_channel);
  g_test_add_func ("/tiler/patch_grid", test_patch_grid);
  g_test_add_func ("/tiler/identity", test_identity);
  g_test_add_func ("/tiler/seams", test_seams);
  g_test_add_func ("/tiler/edges", test_edges);
  g_test_add_func ("/tiler/same-everywhere", test_same_everywhere);
  g_test_add_func ("/tiler/centre-first", test_centre_first);
  g_test_add_func ("/tiler/resume", test_resume);
  g_test_add_func ("/tiler/empty", test_empty);
  g_test_add_func ("/tiler/cancel", test_cancel);
  g_test_add_func ("/tiler/errors", test_errors);
  g_test_add_func ("/tiler/progress", test_progress);
  g_test_add_func ("/tiler/side-by-side", test_side_by_side);
  g_test_add_func ("/tiler/networks", test_networks);
  g_test_add_func ("/tiler/augmentation", test_augmentation);
  g_test_add_func ("/tiler/scales", test_scales);
  g_test_add_func ("/tiler/memory", test_memory);
  return g_test_run ();
}
