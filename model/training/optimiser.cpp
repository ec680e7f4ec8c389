/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/optimiser.hpp"

#include "model/kernels/training-loops.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>

namespace acini
{

Optimiser::Optimiser (Network &network, const AciniRecipe &recipe)
    : network (network), encoder_multiplier (recipe.encoder_multiplier), frozen_steps (recipe.frozen_steps),
      gradient_clip (recipe.gradient_clip)
{
  std::vector<torch::optim::OptimizerParamGroup> groups;

  for (const auto &item : network.named_parameters ())
    parameters.push_back ({ item.key (), item.value (), network.is_encoder_key (item.key ()) });
  for (bool encoder : { false, true })
    for (bool head : { false, true })
      for (bool decayed : { true, false })
        {
          std::vector<torch::Tensor> members;
          auto options = std::make_unique<torch::optim::AdamWOptions> (recipe.learning_rate);

          for (const Named &parameter : parameters)
            if (parameter.encoder == encoder && (parameter.name.find ("head") != std::string::npos) == head
                && (recipe.decay_norms || parameter.tensor.dim () > 1) == decayed)
              members.push_back (parameter.tensor);
          if (members.empty ())
            continue;
          options->weight_decay (decayed ? recipe.weight_decay : 0);
          multipliers.push_back ((head ? recipe.head_multiplier : 1) * (encoder ? encoder_multiplier : 1));
          groups.emplace_back (std::move (members), std::move (options));
        }
  adamw = std::make_unique<torch::optim::AdamW> (std::move (groups), torch::optim::AdamWOptions (recipe.learning_rate));
}

bool
Optimiser::is_frozen (int64_t step) const
{
  return encoder_multiplier == 0 || step < frozen_steps;
}

void
Optimiser::begin_step (int64_t step)
{
  bool frozen = is_frozen (step);

  if (encoder_multiplier > 0 && frozen_steps == 0)
    return;
  for (Named &parameter : parameters)
    if (parameter.encoder)
      parameter.tensor.set_requires_grad (!frozen);
  for (const auto &module : network.named_modules ("", false))
    if (network.is_encoder_key (module.key () + "."))
      module.value ()->train (!frozen);
}

void
Optimiser::set_learning_rate (double rate)
{
  auto &groups = adamw->param_groups ();

  for (size_t i = 0; i < groups.size (); i++)
    groups[i].options ().set_lr (rate * multipliers[i]);
}

/* What gradients are multiplied with so that all of them together are no longer than the recipe's norm. */
double
Optimiser::get_clip () const
{
  std::vector<torch::Tensor> norms;

  for (const Named &parameter : parameters)
    if (parameter.tensor.grad ().defined ())
      norms.push_back (at::linalg_vector_norm (parameter.tensor.grad ()));
  return norms.empty () ? 1 : std::min (gradient_clip / (at::stack (norms).norm ().item<double> () + 1e-6), 1.0);
}

/* On a processor all of a step's passes over a parameter are one. */
bool
Optimiser::is_plain () const
{
  return std::any_of (parameters.begin (), parameters.end (), [] (const Named &parameter) {
    return !parameter.tensor.is_cpu () || parameter.tensor.scalar_type () != torch::kFloat
           || !parameter.tensor.is_non_overlapping_and_dense ();
  });
}

void
Optimiser::update (const torch::Tensor &parameter, const torch::optim::AdamWOptions &options, double scale)
{
  auto &state = adamw->state ()[parameter.unsafeGetTensorImpl ()];
  torch::Tensor gradient = parameter.grad ();

  if (state == nullptr)
    {
      auto fresh = std::make_unique<torch::optim::AdamWParamState> ();

      fresh->step (0);
      fresh->exp_avg (torch::zeros_like (parameter, torch::MemoryFormat::Preserve));
      fresh->exp_avg_sq (torch::zeros_like (parameter, torch::MemoryFormat::Preserve));
      state = std::move (fresh);
    }
  /* Numbers that belong together have to lie at the same place. */
  if (gradient.strides () != parameter.strides ())
    gradient = torch::empty_like (parameter).copy_ (gradient);

  auto &moments = static_cast<torch::optim::AdamWParamState &> (*state);
  const auto [beta1, beta2] = options.betas ();

  moments.step (moments.step () + 1);
  const AdamStep step = { float (1 - options.lr () * options.weight_decay ()),
                          float (beta1),
                          float (beta2),
                          float (options.eps ()),
                          float (options.lr () / (1 - std::pow (beta1, double (moments.step ())))),
                          float (std::sqrt (1 - std::pow (beta2, double (moments.step ())))),
                          float (scale) };
  const float *from = gradient.const_data_ptr<float> ();
  float *mean = moments.exp_avg ().data_ptr<float> (), *square = moments.exp_avg_sq ().data_ptr<float> ();
  float *weight = parameter.data_ptr<float> ();
  at::parallel_for (0, parameter.numel (), 1 << 15, [&] (int64_t begin, int64_t end) {
    adam_run (step, end - begin, from + begin, mean + begin, square + begin, weight + begin);
  });
}

void
Optimiser::step ()
{
  const torch::NoGradGuard no_grad;
  const double scale = gradient_clip > 0 ? get_clip () : 1;

  if (is_plain ())
    {
      for (const Named &parameter : parameters)
        if (scale < 1 && parameter.tensor.grad ().defined ())
          parameter.tensor.grad ().mul_ (scale);
      adamw->step ();
    }
  else
    for (const torch::optim::OptimizerParamGroup &group : adamw->param_groups ())
      for (const torch::Tensor &parameter : group.params ())
        if (parameter.grad ().defined ())
          update (parameter, static_cast<const torch::optim::AdamWOptions &> (group.options ()), scale);
  adamw->zero_grad ();
}

Tensors
Optimiser::get_state ()
{
  Tensors state;

  for (const Named &parameter : parameters)
    {
      auto found = adamw->state ().find (parameter.tensor.unsafeGetTensorImpl ());

      if (found == adamw->state ().end ())
        continue;

      auto &moments = static_cast<torch::optim::AdamWParamState &> (*found->second);

      state.insert (parameter.name + ".mean", moments.exp_avg ());
      state.insert (parameter.name + ".square", moments.exp_avg_sq ());
    }
  return state;
}

void
Optimiser::set_state (const Tensors &state, int64_t steps)
{
  for (const Named &parameter : parameters)
    {
      const torch::Tensor *mean = state.find (parameter.name + ".mean");
      const torch::Tensor *square = state.find (parameter.name + ".square");

      if (mean == nullptr || square == nullptr)
        continue;
      if (mean->sizes () != parameter.tensor.sizes () || square->sizes () != parameter.tensor.sizes ())
        fail (ACINI_MODEL_ERROR_SHAPE, "The checkpoint of this training has “%s” in another shape.",
              parameter.name.c_str ());

      auto moments = std::make_unique<torch::optim::AdamWParamState> ();

      moments->step (parameter.encoder ? steps - frozen_steps : steps);
      moments->exp_avg (torch::empty_like (parameter.tensor).copy_ (*mean));
      moments->exp_avg_sq (torch::empty_like (parameter.tensor).copy_ (*square));
      adamw->state ()[parameter.tensor.unsafeGetTensorImpl ()] = std::move (moments);
    }
}

void
update_average (Tensors &average, const torch::nn::Module &network, double share, int64_t step)
{
  torch::NoGradGuard no_grad;
  double keep = std::min (share, (1.0 + double (step)) / (10.0 + double (step)));

  for (const auto &item : get_state (network))
    {
      torch::Tensor &mean = average[item.key ()];

      if (mean.is_floating_point ())
        mean.lerp_ (item.value ().detach (), 1 - keep);
      else
        mean.copy_ (item.value ());
    }
}

Tensors
average_states (const std::vector<const Tensors *> &states)
{
  torch::NoGradGuard no_grad;
  Tensors mean = clone_state (*states.front ());

  for (auto &item : mean)
    {
      if (!item.value ().is_floating_point ())
        continue;
      for (size_t i = 1; i < states.size (); i++)
        item.value ().add_ ((*states[i])[item.key ()]);
      item.value ().div_ (double (states.size ()));
    }
  return mean;
}

Tensors
clone_state (const Tensors &state)
{
  Tensors copy;

  for (const auto &item : state)
    copy.insert (item.key (), item.value ().detach ().clone ());
  return copy;
}

} // namespace acini
