/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/kernels.hpp"
#include "model/network/network.hpp"

#include "model/network/families.hpp"

namespace acini
{

bool
Network::is_encoder_key (const std::string &key) const
{
  const char *prefix = "segformer.";

  if (architecture.family == Family::Composed)
    prefix = "encoder.";
  else if (architecture.family == Family::DynamicUnet)
    prefix = "layers.0.";
  return key.rfind (prefix, 0) == 0;
}

std::shared_ptr<Network>
make_network (const Architecture &architecture)
{
  switch (architecture.family)
    {
    case Family::SegFormer:
      return make_segformer (architecture);
    case Family::Composed:
      return make_composed (architecture);
    case Family::DynamicUnet:
      return make_dynamic_unet (architecture);
    case Family::Script:
      break;
    }
  fail (ACINI_MODEL_ERROR_LAYOUT, "A TorchScript program cannot be made anew");
}

} // namespace acini
