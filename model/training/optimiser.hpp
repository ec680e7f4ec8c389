/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* AdamW as a recipe wants it, and the moving average of what it makes. */

#include "model/core/acini-recipe.h"
#include "model/checkpoint/checkpoint.hpp"
#include "model/network/network.hpp"

#include <torch/optim/adamw.h>

namespace acini
{

class Optimiser
{
public:
  /* Decoupled weight decay, without that of norms and biases unless the recipe wants it.  As MMCV's "custom_keys" do,
   * every parameter with "head" in its name gets the recipe's multiple of the learning rate; those of the encoder get
   * its share of it. */
  Optimiser (Network &network, const AciniRecipe &recipe);

  /* Before step @step (from 0): whether the encoder learns at it.  One that does not is in eval mode, too, so that its
   * BatchNorms keep what they know. */
  void begin_step (int64_t step);

  /* @rate: of the recipe's schedule, before the head's multiplier. */
  void set_learning_rate (double rate);
  /* Clips the gradients to the recipe's norm, takes one step and clears them. */
  void step ();
  void
  clear_gradients ()
  {
    adamw->zero_grad ();
  }

  /* The moments by parameter, for the checkpoint: "NAME.mean" and "NAME.square"; they share memory. */
  Tensors get_state ();
  /* @steps: taken so far. */
  void set_state (const Tensors &state, int64_t steps);

private:
  struct Named
  {
    std::string name;
    torch::Tensor tensor;
    bool encoder;
  };

  bool is_frozen (int64_t step) const;
  double get_clip () const;
  bool is_plain () const;
  void update (const torch::Tensor &parameter, const torch::optim::AdamWOptions &options, double scale);

  Network &network;
  const double encoder_multiplier;
  const int64_t frozen_steps;
  std::vector<Named> parameters;
  std::vector<double> multipliers; /* of the groups */
  double gradient_clip;
  std::unique_ptr<torch::optim::AdamW> adamw;
};

/* Moves @average towards @network: it keeps @share of itself, less in the first steps, where it would only hold on to
 * the start.  Counters are copied. */
void update_average (Tensors &average, const torch::nn::Module &network, double share, int64_t step);

/* The mean of @states, which have the same tensors; counters are the first's. */
Tensors average_states (const std::vector<const Tensors *> &states);

/* Tensors of their own memory. */
Tensors clone_state (const Tensors &state);

} // namespace acini
