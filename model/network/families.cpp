/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/families.hpp"

namespace acini
{

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
    case Family::PlainUnet:
      return make_plain_unet (architecture);
    case Family::Script:
      break;
    }
  fail (ACINI_MODEL_ERROR_LAYOUT, "A TorchScript program cannot be made anew");
}

} // namespace acini
