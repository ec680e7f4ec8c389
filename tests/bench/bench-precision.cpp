/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far masks in bfloat16 agree with those in float32, both as they are computed for the screen, and float32 with
 * libtorch's own convolutions.  Prints a JSON line an image; before them what an automatic precision goes by, the
 * parity on made tissue.
 *
 *   bench-precision MODEL IMAGE.ppm …      binary PPM at the model's µm per pixel
 *
 * Exits with 1 where a Dice in bfloat16 is below 0.999. */

#include "model/network/parity.hpp"
#include "model/inference/loaded-model.hpp"
#include "model/kernels/processor.hpp"

#include <cstdio>
#include <memory>

using namespace acini;

namespace
{

constexpr double kLeast = 0.999;

torch::Tensor
read_ppm (const char *path)
{
  g_autofree char *data = nullptr;
  g_autoptr (GError) error = nullptr;
  gsize size;
  int width, height, most, header = 0;

  if (!g_file_get_contents (path, &data, &size, &error))
    fail (ACINI_MODEL_ERROR_INPUT, "%s", error->message);
  if (std::sscanf (data, "P6 %d %d %d%n", &width, &height, &most, &header) != 3 || most != 255
      || size < header + 1 + gsize (3) * width * height)
    fail (ACINI_MODEL_ERROR_INPUT, "“%s” is no binary PPM of 8 bits", path);
  return torch::from_blob (data + header + 1, { 1, height, width, 3 }, torch::kByte).clone ();
}

std::unique_ptr<LoadedModel>
load (const char *path, AciniPrecision precision)
{
  AciniModelOptions options = {};

  options.precision = precision;
  return std::make_unique<LoadedModel> (load_network (path), options);
}

/* Of two masks, over all pixels and planes. */
double
get_dice (const torch::Tensor &a, const torch::Tensor &b)
{
  const double sum = a.sum ().item<double> () + b.sum ().item<double> ();

  return sum > 0 ? 2 * (a & b).sum ().item<double> () / sum : 1;
}

bool
compare (const char *model, int n_images, char **images)
{
  const auto exact = load (model, ACINI_PRECISION_FLOAT32), half = load (model, ACINI_PRECISION_BFLOAT16);
  const torch::Tensor tissue = make_tissue (2, 256);
  bool good = true;

  std::printf (
      "{\"image\": \"made tissue\", \"parity_bfloat16\": %.6f}\n",
      measure_parity (exact->probabilities (tissue, torch::kFloat), half->probabilities (tissue, torch::kFloat)));
  for (int i = 0; i < n_images; i++)
    {
      const torch::Tensor rgb = read_ppm (images[i]);
      const torch::Tensor fast = exact->probabilities (rgb, torch::kFloat) > 0.5;
      const torch::Tensor other = half->probabilities (rgb, torch::kFloat) > 0.5;
      torch::Tensor plain;
      {
        const ExactNumbers exactly;
        plain = exact->probabilities (rgb, torch::kFloat) > 0.5;
      }
      const double dice = get_dice (plain, other);

      std::printf ("{\"image\": \"%s\", \"share\": %.4f, \"dice_float32\": %.6f, \"dice_bfloat16\": %.6f}\n", images[i],
                   plain.to (torch::kDouble).mean ().item<double> (), get_dice (plain, fast), dice);
      good &= dice >= kLeast;
    }
  return good;
}

} // namespace

int
main (int argc, char **argv)
{
  if (argc < 3)
    {
      std::fprintf (stderr, "Usage: bench-precision MODEL IMAGE.ppm …\n");
      return 2;
    }
  try
    {
      return compare (argv[1], argc - 2, argv + 2) ? 0 : 1;
    }
  catch (const std::exception &error)
    {
      std::fprintf (stderr, "%s\n", error.what ());
      return 2;
    }
}
