/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/streams.hpp"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace acini
{

Streams::Lease::Lease (Streams &streams) : streams_ (streams)
{
  if (streams.device_.is_cpu ())
    return;
  {
    std::lock_guard<std::mutex> lock (streams.mutex_);

    if (!streams.spare_.empty ())
      {
        stream_ = streams.spare_.back ();
        streams.spare_.pop_back ();
      }
  }
  if (!stream_)
    stream_ = c10::impl::VirtualGuardImpl (streams.device_.type ()).getStreamFromGlobalPool (streams.device_);
  guard_.emplace (*stream_);
}

Streams::Lease::~Lease ()
{
  if (!stream_)
    return;
  guard_.reset ();
  std::lock_guard<std::mutex> lock (streams_.mutex_);
  streams_.spare_.push_back (*stream_);
}

torch::Tensor
upload (const torch::Tensor &host, const torch::Device &device)
{
  return device.is_cpu () ? host : host.pin_memory ().to (device, /* non_blocking */ true);
}

void
finish (const torch::Device &device)
{
  if (!device.is_cpu ())
    c10::impl::VirtualGuardImpl (device.type ()).getStream (device).synchronize ();
}

torch::Tensor
download (const torch::Tensor &tensor)
{
  if (tensor.is_cpu ())
    return tensor.contiguous ();

  const torch::TensorOptions options = torch::TensorOptions (tensor.scalar_type ()).pinned_memory (true);
  torch::Tensor host = torch::empty (tensor.sizes (), options);

  host.copy_ (tensor, /* non_blocking */ true);
  finish (tensor.device ());
  return host;
}

} // namespace acini
