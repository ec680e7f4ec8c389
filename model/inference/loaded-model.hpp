/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A network as it is used: on its device, in its precision, folded.  What AciniModel is inside. */

#include "model/checkpoint/checkpoint.hpp"
#include "model/inference/tuning-cache.hpp"
#include "model/base/streams.hpp"

#include <map>
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

  /* Whether it is remembered how to compute @shape, with what oneDNN may use now or less: then also with what. */
  bool recall (const Shape &shape, AciniOneDnn *level);
  /* Compares the ways there are, fills @table where there is one, and remembers the fastest right one.  Throws _NUMBERS
   * where none is right. */
  void try_ways (const Shape &shape, JsonArray *table);
  JsonArray *describe_ways (); /* transfer full */

  /* @input: float32 NCHW, normalised, on the CPU.  Returns: float32 logits on the CPU at the network's own output size.
   * In exact float32, unless the options asked for a precision. */
  torch::Tensor forward (const torch::Tensor &input);

  /* @rgb: uint8 [N, H, W, 3] on the CPU.  Returns: float32 [N, C] on the CPU, the mean over the image of each channel
   * of the encoder's last stage. */
  torch::Tensor see (const torch::Tensor &rgb);

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
    return used;
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
  /* How one shape is computed. */
  struct Chosen
  {
    Way way;
    std::shared_ptr<Network> network;
    double error; /* against libtorch's own loops, in standard deviations of the logits */
  };

  /* What came out of a way. */
  struct Attempt
  {
    Way way;
    double error, rms, parity, seconds;
    bool right, same_masks;
  };

  torch::Tensor normalise (const torch::Tensor &rgb) const;
  torch::Tensor run (const Chosen &chosen, const torch::Tensor &rgb, int threads) const;
  torch::Tensor to_probabilities (torch::Tensor logits, const torch::Tensor &rgb) const;
  std::shared_ptr<Network> get_exact ();
  std::shared_ptr<Network> get_network (const Way &way);
  std::vector<Way> list_ways () const;
  std::string make_key (const Shape &shape) const;
  Shape get_tried (const Shape &shape) const;
  double measure_masks (const Way &way, int threads);
  Attempt attempt (const Way &way, const torch::Tensor &tissue, const torch::Tensor &expected, int threads);
  void add_row (JsonArray *table, const Shape &shape, const Attempt &attempt) const;
  torch::Tensor get_expected (const torch::Tensor &tissue);
  KnownWay compare_ways (const Shape &shape, JsonArray *table);
  KnownWay know_way (const Shape &shape);
  Chosen check_masks (const Shape &shape, const KnownWay &known);
  Chosen get_chosen (const Shape &shape);

  std::shared_ptr<AciniCard> card;
  torch::Device device;
  AciniPrecision precision; /* the lowest worth a try */
  int threads;
  int64_t classes;
  bool background;             /* class 0 is the background: softmax, else sigmoid */
  bool two;                    /* and there is one more: only their contrast matters */
  const AciniPrecision wanted; /* as the options said */
  AciniPrecision used;         /* the last time */
  bool bgr;
  torch::Tensor scale, offset;           /* of bytes to normalised values, [3, 1, 1], in the network's order */
  const std::shared_ptr<Network> master; /* as it was loaded; where it is the only one, as it is used */
  std::string fingerprint;               /* of its weights */
  std::shared_ptr<Network> exact;        /* in float32, once it was needed */
  std::map<int, std::shared_ptr<Network>> networks; /* in lower precisions, by way */
  std::map<Shape, Chosen> chosen;
  std::mutex choosing; /* of all that is above */
  std::mutex turn;     /* of forward () */
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
  std::string path, wanted_device; /* as acini_model_load () got them; empty for an ensemble */
  AciniModelOptions options = {};
  std::unique_ptr<acini::LoadedModel> loaded; /* null for an ensemble */
  std::vector<Member> members;                /* empty for one network */
  std::shared_ptr<AciniCard> card;            /* an ensemble's */

  acini::LoadedModel &
  get_first () const
  {
    return loaded ? *loaded : *members[0].model->loaded;
  }
};
