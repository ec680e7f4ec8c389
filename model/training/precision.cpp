/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/precision.hpp"

#include "model/base/error.hpp"

#include <ATen/autocast_mode.h>

#include <string>
#include <thread>

#include <torch/cuda.h>

namespace acini
{

static torch::Device
choose_device (const char *name)
{
  if (name == nullptr || *name == '\0' || g_str_equal (name, "auto"))
    return torch::cuda::is_available () ? torch::Device (torch::kCUDA, 0) : torch::Device (torch::kCPU);
  try
    {
      torch::Device device (name);

      if (device.is_cpu ()
          || (device.is_cuda () && std::max<int> (device.index (), 0) < int (torch::cuda::device_count ())))
        return device;
    }
  catch (const c10::Error &)
    {
    }
  fail (ACINI_MODEL_ERROR_DEVICE, "There is no device “%s” here to train on.", name);
}

/* Without instructions for it bfloat16 is emulated, and slower than float32. */
static bool
is_fast_at_bfloat16 (const torch::Device &device)
{
  if (device.is_cuda ())
    return true;
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init ();
  return __builtin_cpu_supports ("avx512bf16");
#else
  return false;
#endif
}

static torch::ScalarType
choose_type (const AciniRecipe &recipe, AciniPrecision precision, const torch::Device &device)
{
  if (precision == ACINI_PRECISION_FLOAT32 || g_str_equal (recipe.precision, "float32"))
    return torch::kFloat;
  if (g_str_equal (recipe.precision, "bfloat16") || precision == ACINI_PRECISION_BFLOAT16)
    return torch::kBFloat16;
  if (precision == ACINI_PRECISION_AUTO && is_fast_at_bfloat16 (device))
    return torch::kBFloat16;
  return torch::kFloat;
}

Compute
choose_compute (const AciniRecipe &recipe, const AciniModelOptions *options)
{
  Compute compute;

  compute.device = choose_device (options != nullptr ? options->device : nullptr);
  compute.type = choose_type (recipe, options != nullptr ? options->precision : ACINI_PRECISION_AUTO, compute.device);
  compute.threads = options != nullptr && options->threads > 0
                        ? options->threads
                        : std::max (1, int (std::thread::hardware_concurrency ()));
  return compute;
}

Autocast::Autocast (const Compute &compute) : device (compute.device.type ()), enabled (compute.type != torch::kFloat)
{
  if (!enabled)
    return;
  at::autocast::set_autocast_dtype (device, compute.type);
  at::autocast::set_autocast_enabled (device, true);
  at::autocast::increment_nesting ();
}

Autocast::~Autocast ()
{
  if (!enabled)
    return;
  if (at::autocast::decrement_nesting () == 0)
    at::autocast::clear_cache ();
  at::autocast::set_autocast_enabled (device, false);
}

} // namespace acini
