/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/inference/callbacks.hpp"

#include "model/inference/augmentation.hpp"
#include "model/base/error.hpp"

#include <algorithm>

namespace acini
{

namespace
{

constexpr int kStride = 32; /* of the networks: sides of patches are multiples of it */
/* Pixels that networks side by side have in hand at most: what they keep on the way is about 1 KiB a pixel. */
constexpr std::int64_t kMostPixels = 2 << 20;

/* A callback that fails without saying why is a mistake of its author, yet no reason to go on. */
[[noreturn]] void
throw_foreign (GError *error, const char *what)
{
  if (!error)
    error = g_error_new (ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT, "The %s did not say what went wrong", what);
  throw ForeignError (error);
}

gint64
add_bounded (gint64 a, gint64 b)
{
  gint64 sum;

  return __builtin_add_overflow (a, b, &sum) ? G_MAXINT64 : sum;
}

/* The part of the wanted rectangle that lies in the image; width 0 where there is none. */
Rectangle
clip (const AciniSegmentOptions &options, const AciniPatchSource &source)
{
  const gint64 left = std::clamp<gint64> (options.x, 0, source.width);
  const gint64 top = std::clamp<gint64> (options.y, 0, source.height);
  const gint64 right = std::clamp<gint64> (add_bounded (options.x, options.width), left, source.width);
  const gint64 bottom = std::clamp<gint64> (add_bounded (options.y, options.height), top, source.height);

  return bottom > top ? Rectangle{ left, top, right - left, bottom - top } : Rectangle{};
}

int
get_patch (const AciniSegmentOptions &options)
{
  const int patch = std::max (options.patch > 0 ? options.patch : 512, kStride);

  return (patch + kStride - 1) / kStride * kStride;
}

int
get_batch (const SegmentDefaults &defaults, const AciniSegmentOptions &options)
{
  return options.batch > 0 ? options.batch : options.centre_first ? defaults.screen_batch : defaults.batch;
}

TilerOptions
make_options (const SegmentDefaults &defaults, const AciniProbabilitySink &sink, const AciniSegmentOptions &options)
{
  TilerOptions tiler;

  tiler.patch = get_patch (options);
  tiler.overlap = std::min (options.overlap < 0 ? tiler.patch / 4 : options.overlap, tiler.patch / 4 * 3);
  tiler.batch = get_batch (defaults, options);
  tiler.planes = defaults.planes;
  tiler.tile = sink.tile;
  tiler.readers = std::clamp (options.readers, 1, 64);
  tiler.networks = defaults.networks;
  tiler.centre_first = options.centre_first;
  return tiler;
}

TestTimeAugmentation
make_augmentation (const AciniSegmentOptions &options)
{
  TestTimeAugmentation augmentation;

  augmentation.flips = options.flips;
  augmentation.turns = options.turns;
  if (options.n_scales > 0)
    augmentation.scales.assign (options.scales, options.scales + options.n_scales);
  for (double scale : augmentation.scales)
    if (!(scale >= 0.25 && scale <= 4))
      throw Error (ACINI_MODEL_ERROR_INPUT, "Scales have to lie between 0.25 and 4");
  return augmentation;
}

TilerHooks
make_hooks (const AciniPatchSource &source, const AciniProbabilitySink &sink)
{
  TilerHooks hooks;

  hooks.read = [&source] (const Rectangle &r, std::uint8_t *rgb) {
    GError *error = nullptr;

    if (!source.read (source.user_data, r.x, r.y, static_cast<int> (r.width), static_cast<int> (r.height), rgb, &error))
      throw_foreign (error, "source of the pixels");
  };
  if (source.is_empty)
    hooks.is_empty = [&source] (const Rectangle &r) {
      return source.is_empty (source.user_data, r.x, r.y, static_cast<int> (r.width), static_cast<int> (r.height))
             != FALSE;
    };
  hooks.write = [&sink] (TilePosition tile, const std::uint8_t *probability) {
    GError *error = nullptr;

    if (!sink.write (sink.user_data, tile.column, tile.row, probability, &error))
      throw_foreign (error, "receiver of the probabilities");
  };
  if (sink.has)
    hooks.has = [&sink] (TilePosition tile) { return sink.has (sink.user_data, tile.column, tile.row) != FALSE; };
  return hooks;
}

} // namespace

int
count_networks (const SegmentDefaults &defaults, const AciniSegmentOptions &options, int threads)
{
  const std::int64_t patch = get_patch (options), pixels = patch * patch * get_batch (defaults, options);
  const int most = static_cast<int> (std::clamp<std::int64_t> (kMostPixels / pixels, 1, threads));

  return threads / ((threads + most - 1) / most);
}

std::vector<std::array<int, 3>>
list_patches (const SegmentDefaults &defaults, gint64 width, gint64 height, const AciniSegmentOptions &options)
{
  const AciniProbabilitySink sink = {};
  const TilerOptions tiler = make_options (defaults, sink, options);
  const int h = PatchGrid (std::max<gint64> (height, 1), tiler.patch, tiler.overlap).patch ();
  const int w = PatchGrid (std::max<gint64> (width, 1), tiler.patch, tiler.overlap).patch ();
  std::vector<std::array<int, 3>> list;
  const Predictor note = [&list] (const std::uint8_t *, int n, int height, int width, float *) {
    const std::array<int, 3> shape = { n, height, width };

    if (std::find (list.begin (), list.end (), shape) == list.end ())
      list.push_back (shape);
  };
  const std::vector<std::uint8_t> rgb (std::size_t (3) * tiler.batch * h * w);
  std::vector<float> probability (std::size_t (defaults.planes) * tiler.batch * h * w);

  with_augmentation (note, defaults.planes, make_augmentation (options)) (rgb.data (), tiler.batch, h, w,
                                                                          probability.data ());
  return list;
}

void
segment (const Predictor &network, const SegmentDefaults &defaults, const AciniPatchSource &source,
         const AciniProbabilitySink &sink, const AciniSegmentOptions &options, AciniModelProgressFunc progress,
         gpointer user_data, GCancellable *cancellable)
{
  if (source.width < 1 || source.height < 1)
    throw Error (ACINI_MODEL_ERROR_INPUT, "The image has no pixels");
  if (sink.tile < 1 || sink.tile > 16384)
    throw Error (ACINI_MODEL_ERROR_INPUT, "Tiles have to be 1 to 16384 pixels wide");

  TilerOptions tiler = make_options (defaults, sink, options);
  TilerHooks hooks = make_hooks (source, sink);

  hooks.network = with_augmentation (network, defaults.planes, make_augmentation (options));
  if (progress)
    hooks.progress = [=] (double fraction) { progress (fraction, user_data); };
  if (cancellable)
    hooks.is_cancelled = [=] { return g_cancellable_is_cancelled (cancellable) != FALSE; };
  if (options.width > 0)
    {
      tiler.region = clip (options, source);
      if (tiler.region.width == 0 && progress)
        progress (1.0, user_data);
      if (tiler.region.width == 0)
        return;
    }

  try
    {
      Tiler (source.width, source.height, tiler).run (hooks);
    }
  catch (const Cancelled &cancelled)
    {
      throw ForeignError (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, cancelled.what ()));
    }
}

} // namespace acini
