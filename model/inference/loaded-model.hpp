/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A network as it is used: on its device, in its precision, folded.  What AciniModel is inside. */

#include "model/checkpoint/checkpoint.hpp"
#include "model/inference/tuning-cache.hpp"
#include "model/base/streams.hpp"

#include <mutex>

namespace acini
{

class LoadedModel
{
public:
  LoadedModel (LoadedNetwork loaded, const AciniModelOptions &options);

  /* @rgb: uint8 [N, H, W, 3] on the CPU.  Returns: probabilities [N, planes, H, W] on the CPU, at input size, without
   * the background; @type torch::kByte (0 … 255, rounded) or torch::kFloat (0 … 1).  Any thread: calls run side by
   * side, on a CPU each with @threads (0: the model's). */
  torch::Tensor probabilities (const torch::Tensor &rgb, torch::ScalarType type = torch::kByte, int threads = 0);

  /* @input: float32 NCHW, normalised, on the CPU.  Returns: float32 logits on the CPU at the network's own output size.
   * In exact float32, unless the options asked for a precision. */
  torch::Tensor forward (const torch::Tensor &input);

  AciniCard *
  get_card () const
  {
    return card.get ();
  }
  torch::Device
  get_device () const
  {
    return device;
  }
  AciniPrecision
  get_precision () const
  {
    return precision;
  }
  int64_t
  get_n_classes () const
  {
    return classes;
  }
  int64_t
  get_n_planes () const
  {
    return background ? classes - 1 : classes;
  }
  int
  get_threads () const
  {
    return threads;
  }

private:
  torch::Tensor normalise (const torch::Tensor &rgb) const;
  void use (const Way &way, const std::shared_ptr<Network> &network);
  void choose_by_speed ();
  double check_parity ();
  void choose_way ();

  std::shared_ptr<AciniCard> card;
  torch::Device device;
  AciniPrecision precision;
  int threads;
  int64_t classes;
  bool background; /* class 0 is the background: softmax, else sigmoid */
  torch::ScalarType type;
  Products products = Products::Default;
  bool bgr;
  torch::Tensor scale, offset;    /* of bytes to normalised values, [3, 1, 1], in the network's order */
  std::shared_ptr<Network> fast;  /* in the model's precision */
  std::shared_ptr<Network> exact; /* float32; the same as @fast where that is float32, or was asked for */
  bool exact_placed = false;
  std::mutex turn; /* of forward () */
  Streams streams;
};

} // namespace acini

/* The C header's type: one network, or several. */
struct _AciniModel
{
  struct Member
  {
    AciniModel *model; /* a reference, released with the ensemble */
    double weight;     /* all add up to 1 */
  };

  gatomicrefcount references;
  std::string device;
  std::unique_ptr<acini::LoadedModel> loaded; /* null for an ensemble */
  std::vector<Member> members;                /* empty for one network */
  std::shared_ptr<AciniCard> card;            /* an ensemble's */

  acini::LoadedModel &
  get_first () const
  {
    return loaded ? *loaded : *members[0].model->loaded;
  }
};
