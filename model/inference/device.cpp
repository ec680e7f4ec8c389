/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/inference/device.hpp"

#include "acini-config.h"
#include "model/base/error.hpp"
#include "model/kernels/processor.hpp"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cstring>

#include <torch/cuda.h>

namespace acini
{

namespace
{

/* Of CUDA's device attributes. */
constexpr int kMultiprocessors = 16, kGeneration = 75; /* the major compute capability */

/* 0 when it cannot be told.  libtorch for the CPU has no CUDA header, so the runtime that a CUDA libtorch brings is
 * asked by name. */
int
get_cuda_attribute (int attribute, int index)
{
  using Function = int (*) (int *value, int attribute, int device);
  auto function = (Function)dlsym (RTLD_DEFAULT, "cudaDeviceGetAttribute");
  int value = 0;

  return function == nullptr || function (&value, attribute, index) != 0 ? 0 : value;
}

int
get_cuda_driver_version ()
{
  using Function = int (*) (int *version);
  auto function = (Function)dlsym (RTLD_DEFAULT, "cudaDriverGetVersion");
  int version = 0;

  return function == nullptr || function (&version) != 0 ? 0 : version;
}

} // namespace

torch::Device
find_device (const char *name)
{
  const bool automatic = name == nullptr || *name == '\0' || std::strcmp (name, "auto") == 0;
  guint64 index = 0;

  if (automatic)
    return torch::cuda::is_available () ? torch::Device (torch::kCUDA, 0) : torch::Device (torch::kCPU);
  if (std::strcmp (name, "cpu") == 0)
    return torch::Device (torch::kCPU);
  if (std::strcmp (name, "cuda") != 0
      && !(g_str_has_prefix (name, "cuda:") && g_ascii_string_to_unsigned (name + 5, 10, 0, 127, &index, nullptr)))
    fail (ACINI_MODEL_ERROR_DEVICE, _ ("“%s” is not a device. Use auto, cpu, cuda or cuda:1"), name);
  if (index >= torch::cuda::device_count ())
    fail (ACINI_MODEL_ERROR_DEVICE, _ ("This computer has no device “%s”. Use cpu or auto"), name);
  return torch::Device (torch::kCUDA, (int)index);
}

std::string
describe_device (const torch::Device &device)
{
  const int index = std::max<int> (device.index (), 0);

  if (!device.is_cuda ())
    return device.str ();
  return "cuda" + std::to_string (get_cuda_attribute (kGeneration, index)) + "-"
         + std::to_string (get_cuda_attribute (kMultiprocessors, index)) + "-"
         + std::to_string (get_cuda_driver_version ());
}

AciniPrecision
choose_precision (AciniPrecision precision, const torch::Device &device)
{
  if (precision != ACINI_PRECISION_AUTO)
    return precision;
  if (device.is_cuda ())
    {
      const int generation = get_cuda_attribute (kGeneration, device.index ());

      /* bfloat16 from Ampere on, fast float16 from Volta on; a card that does not tell is not NVIDIA's. */
      if (generation == 0 || generation >= 8)
        return ACINI_PRECISION_BFLOAT16;
      return generation == 7 ? ACINI_PRECISION_FLOAT16 : ACINI_PRECISION_FLOAT32;
    }
  /* Others compute in bfloat16 by way of float32, which is slower than float32. */
  return get_processor ().bfloat16 ? ACINI_PRECISION_BFLOAT16 : ACINI_PRECISION_FLOAT32;
}

torch::ScalarType
get_type (AciniPrecision precision)
{
  switch (precision)
    {
    case ACINI_PRECISION_BFLOAT16:
      return torch::kBFloat16;
    case ACINI_PRECISION_FLOAT16:
      return torch::kHalf;
    default:
      return torch::kFloat;
    }
}

/* Billions of operations a second in a matrix product, the best of a few. */
static double
measure_products ()
{
  constexpr int side = 384;
  c10::InferenceMode guard;
  const torch::Tensor a = torch::ones ({ side, side });
  double best = 0;

  for (int i = 0; i < 4; i++)
    {
      const gint64 start = g_get_monotonic_time ();

      a.mm (a);
      best = MAX (best, 2.0 * side * side * side / MAX (g_get_monotonic_time () - start, 1) / 1000);
    }
  return best;
}

/* Whether an optimised BLAS is loaded: then a slow measurement says that the machine is busy, not that it is missing.
 */
static bool
has_fast_blas ()
{
  g_autofree char *maps = nullptr;

  if (!g_file_get_contents ("/proc/self/maps", &maps, nullptr, nullptr))
    return false;
  for (const char *name : { "openblas", "libmkl", "libblis", "libarmpl" })
    if (strstr (maps, name) != nullptr)
      return true;
  return false;
}

} // namespace acini

char *
acini_model_check_speed (void)
{
  /* Reference BLAS does one or two on any processor, an optimised one at least ten on a core. */
  constexpr double slowest = 5;
  static gsize once = 0;
  static double speed = 0;

  if (g_once_init_enter (&once))
    {
      acini::guard (nullptr, [] { speed = acini::has_fast_blas () ? slowest : acini::measure_products (); });
      g_once_init_leave (&once, 1);
    }
  if (speed >= slowest)
    return nullptr;
  return g_strdup_printf (
      _ ("Networks run slowly here: matrix products reach %.1f GFLOP/s, as with the reference BLAS. "
         "Install libopenblas0-openmp, which can make them 60 times faster."),
      speed);
}

char **
acini_model_list_devices (void)
{
  g_autoptr (GStrvBuilder) devices = g_strv_builder_new ();
  size_t count = 0;

  g_strv_builder_add (devices, "cpu");
  acini::guard (nullptr, [&] { count = torch::cuda::device_count (); });
  for (size_t i = 0; i < count; i++)
    {
      g_autofree char *name = g_strdup_printf ("cuda:%zu", i);

      g_strv_builder_add (devices, name);
    }
  return g_strv_builder_end (devices);
}
