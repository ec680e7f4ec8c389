/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/kernels.hpp"
#include "model/network/network.hpp"

namespace acini
{

bool
Network::is_encoder_key (const std::string &key) const
{
  const char *prefix = "segformer.";

  if (architecture.family == Family::Composed || architecture.family == Family::PlainUnet)
    prefix = "encoder.";
  else if (architecture.family == Family::DynamicUnet)
    prefix = "layers.0.";
  return key.rfind (prefix, 0) == 0;
}

} // namespace acini
