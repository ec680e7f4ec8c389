/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Work that runs side by side on an accelerator: each of those that compute has a queue of its own there, so that the
 * copies of one overlap with the kernels of another.  On a CPU none of this does anything. */

#include "model/base/torch.hpp"

#include <c10/core/StreamGuard.h>

#include <mutex>
#include <optional>
#include <vector>

namespace acini
{

/* Queues that are used again: what libtorch keeps of a device's memory belongs to one of them. */
class Streams
{
public:
  explicit Streams (const torch::Device &device) : device_ (device) {}

  /* As long as it lives, this thread's work goes to a queue that no other lease has. */
  class Lease
  {
  public:
    explicit Lease (Streams &streams);
    ~Lease ();
    Lease (const Lease &) = delete;
    Lease &operator= (const Lease &) = delete;

  private:
    Streams &streams_;
    std::optional<c10::Stream> stream_;
    std::optional<c10::StreamGuard> guard_;
  };

private:
  const torch::Device device_;
  std::mutex mutex_;
  std::vector<c10::Stream> spare_;
};

/* @host on @device, by way of memory that the device reads by itself: the copy is queued. */
torch::Tensor upload (const torch::Tensor &host, const torch::Device &device);
/* Waits for what this thread has queued. */
void finish (const torch::Device &device);
/* @tensor in the computer's memory, when all that was queued before is done. */
torch::Tensor download (const torch::Tensor &tensor);

} // namespace acini
