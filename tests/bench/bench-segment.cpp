/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Megapixels a second of a segmentation against the network alone on patches already in memory.  Prints a JSON line.
 *
 *   bench-segment [NET [SIDE [BATCH]]]      unet b0 … b5; the side of the image in pixels
 *
 * "ratio" compares the same patches: what reading, blending and writing cost.  "overlap" is the share of the
 * network's work that the image would need without any. */

#include "model/inference/callbacks.hpp"
#include "tests/bench/bench-network.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace acini;

namespace
{

constexpr int kPatch = 512;

struct Image
{
  int side;
  std::vector<guint8> rgb;
  gint64 n_tiles = 0, n_patches = 0;

  explicit Image (int side) : side (side), rgb (static_cast<std::size_t> (3) * side * side)
  {
    for (std::size_t i = 0; i < rgb.size (); i++)
      rgb[i] = static_cast<guint8> ((i * UINT64_C (0x9e3779b97f4a7c15)) >> 56);
  }

  static gboolean
  read (gpointer data, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **error)
  {
    auto *self = static_cast<Image *> (data);

    for (int row = 0; row < h; row++)
      std::memcpy (rgb + static_cast<std::size_t> (3) * row * w, &self->rgb[3 * ((y + row) * self->side + x)], 3 * w);
    return TRUE;
  }

  static gboolean
  write (gpointer data, gint64 column, gint64 row, const guint8 *probability, GError **error)
  {
    static_cast<Image *> (data)->n_tiles++;
    return TRUE;
  }
};

void
predict (LoadedModel &model, const std::uint8_t *rgb, int n, int height, int width, float *probability)
{
  const torch::Tensor input = torch::from_blob (const_cast<std::uint8_t *> (rgb), { n, height, width, 3 },
                                                torch::TensorOptions (torch::kByte));
  const torch::Tensor output = model.probabilities (input, torch::kFloat).contiguous ();

  std::memcpy (probability, output.const_data_ptr<float> (), output.nbytes ());
}

/* Seconds a patch of the network alone. */
double
measure_alone (LoadedModel &model, int batch, gint64 n_patches)
{
  const torch::Tensor rgb = torch::randint (256, { batch, kPatch, kPatch, 3 }, torch::TensorOptions (torch::kByte));
  const gint64 n = std::max<gint64> (n_patches / batch, 1);
  const double start = now ();

  for (gint64 i = 0; i < n; i++)
    model.probabilities (rgb, torch::kFloat);
  return (now () - start) / (n * batch);
}

double
measure_segment (LoadedModel &model, Image &image, int batch)
{
  const AciniPatchSource source = { image.side, image.side, Image::read, nullptr, &image };
  const AciniProbabilitySink sink = { 512, Image::write, nullptr, &image };
  SegmentDefaults defaults;
  AciniSegmentOptions options = {};
  const double start = now ();

  defaults.planes = static_cast<int> (model.get_n_planes ());
  options.patch = kPatch;
  options.overlap = kPatch / 4;
  options.batch = batch;
  segment (
      [&] (const std::uint8_t *rgb, int n, int height, int width, float *probability) {
        image.n_patches += n;
        predict (model, rgb, n, height, width, probability);
      },
      defaults, source, sink, options, nullptr, nullptr, nullptr);
  return now () - start;
}

void
measure (const std::string &net, int side, int batch)
{
  const char *threads = g_getenv ("OMP_NUM_THREADS");
  const auto model = make_bench_model (net, ACINI_PRECISION_AUTO, threads ? std::atoi (threads) : 0);
  Image image (side);

  /* The network alone before and after, so that a machine that slows down does not count for either. */
  measure_alone (*model, batch, 2 * batch);
  const double before = measure_alone (*model, batch, 40);
  const double seconds = measure_segment (*model, image, batch);
  const double alone = (before + measure_alone (*model, batch, 40)) / 2;
  const double pixels = static_cast<double> (side) * side;

  std::printf ("{\"net\": \"%s\", \"side\": %d, \"batch\": %d, \"precision\": \"%s\", \"threads\": %d, \"patches\": "
               "%" G_GINT64_FORMAT
               ", \"megapixels_per_second\": %.3f, \"network_alone\": %.3f, \"ratio\": %.3f, \"overlap\": %.3f}\n",
               net.c_str (), side, batch, precision_name (model->get_precision ()), model->get_threads (),
               image.n_patches, pixels / seconds / 1e6, pixels / (alone * image.n_patches) / 1e6,
               alone * image.n_patches / seconds, pixels / (static_cast<double> (image.n_patches) * kPatch * kPatch));
}

} // namespace

int
main (int argc, char **argv)
{
  try
    {
      measure (argc > 1 ? argv[1] : "b0", argc > 2 ? std::atoi (argv[2]) : 5000, argc > 3 ? std::atoi (argv[3]) : 1);
    }
  catch (const std::exception &error)
    {
      std::fprintf (stderr, "%s\n", error.what ());
      return 1;
    }
  return 0;
}
