/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where and in which numbers training computes. */

#include "model/acini-model.h"

#include "model/base/torch.hpp"

namespace acini
{

struct Compute
{
  torch::Device device = torch::kCPU;
  torch::ScalarType type = torch::kFloat; /* of what autocast deems safe: torch::kFloat or torch::kBFloat16 */
  int threads = 1;
};

/* Device and threads are the options'.  The precision is float32 where the options or the recipe say so; else the
 * recipe's unless that is "auto", then the options', then what the device is fast at.  Throws
 * ACINI_MODEL_ERROR_DEVICE. */
Compute choose_compute (const AciniRecipe &recipe, const AciniModelOptions *options);

/* Within its life matrix products and convolutions on this thread run in @compute's type; weights stay float32. */
class Autocast
{
public:
  explicit Autocast (const Compute &compute);
  ~Autocast ();
  Autocast (const Autocast &) = delete;
  Autocast &operator= (const Autocast &) = delete;

private:
  const torch::DeviceType device;
  const bool enabled;
};

} // namespace acini
