/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/losses.hpp"

#include "model/acini-model.h"

#include <torch/nn/functional/loss.h>

namespace F = torch::nn::functional;

namespace acini
{

/* Class indices as one channel a class, in @logits' type; indices beyond the last class become the last. */
static torch::Tensor
one_hot (const torch::Tensor &target, const torch::Tensor &logits)
{
  int64_t classes = logits.size (1);

  return torch::one_hot (target.clamp (0, classes - 1), classes).movedim (-1, 1).to (logits.scalar_type ());
}

/* 1 - (2 Σ m p t + 1) / (Σ m (p² + t²) + 1) for each sample and class, then the mean. */
static torch::Tensor
masked_dice (const torch::Tensor &probability, const torch::Tensor &truth, const torch::Tensor &mask)
{
  torch::Tensor p = (probability * mask).flatten (2);
  torch::Tensor t = (truth * mask).flatten (2);
  torch::Tensor numerator = 2 * (p * t).sum (2) + 1;
  torch::Tensor denominator = (p * p).sum (2) + (t * t).sum (2) + 1;

  return (1 - numerator / denominator).mean ();
}

/* Lin et al. 2017, gamma 2: what is right already weighs little.  @log_p: of what is true, a value a pixel. */
static torch::Tensor
focal_term (const torch::Tensor &log_p)
{
  return -(1 - log_p.exp ()).pow (2) * log_p;
}

static torch::Tensor
softmax_loss (const torch::Tensor &logits, const torch::Tensor &target, const LossWeights &weights)
{
  torch::Tensor mask = (target != ACINI_IGNORE).to (logits.scalar_type ());
  torch::Tensor n = mask.sum ().clamp_min (1);
  torch::Tensor log_p = logits.log_softmax (1);
  torch::Tensor index = target.masked_fill (target == ACINI_IGNORE, 0).unsqueeze (1);
  torch::Tensor log_true = log_p.gather (1, index).squeeze (1);
  torch::Tensor loss = -weights.cross_entropy * (log_true * mask).sum () / n;

  if (weights.dice > 0)
    loss = loss + weights.dice * masked_dice (log_p.exp (), one_hot (target, logits), mask.unsqueeze (1));
  if (weights.focal > 0)
    loss = loss + weights.focal * (focal_term (log_true) * mask).sum () / n;
  return loss;
}

static torch::Tensor
sigmoid_loss (const torch::Tensor &logits, const torch::Tensor &target, const LossWeights &weights)
{
  torch::Tensor mask = (target != ACINI_IGNORE).to (logits.scalar_type ()).unsqueeze (1);
  torch::Tensor n = (mask.sum () * logits.size (1)).clamp_min (1);
  torch::Tensor classes = torch::arange (1, logits.size (1) + 1, target.options ()).view ({ 1, -1, 1, 1 });
  torch::Tensor truth = (target.unsqueeze (1) == classes).to (logits.scalar_type ());
  torch::Tensor log_true = F::logsigmoid (logits * (2 * truth - 1));
  torch::Tensor loss = -weights.cross_entropy * (log_true * mask).sum () / n;

  if (weights.dice > 0)
    loss = loss + weights.dice * masked_dice (logits.sigmoid (), truth, mask);
  if (weights.focal > 0)
    loss = loss + weights.focal * (focal_term (log_true) * mask).sum () / n;
  return loss;
}

torch::Tensor
training_loss (const torch::Tensor &logits, const torch::Tensor &target, const LossWeights &weights, bool background)
{
  return background ? softmax_loss (logits, target, weights) : sigmoid_loss (logits, target, weights);
}

torch::Tensor
torch_loss::cross_entropy (const torch::Tensor &logits, const torch::Tensor &target)
{
  return F::cross_entropy (logits, target, F::CrossEntropyFuncOptions ().ignore_index (ACINI_IGNORE));
}

torch::Tensor
torch_loss::binary_cross_entropy (const torch::Tensor &logits, const torch::Tensor &target, double positive_weight)
{
  auto options = F::BinaryCrossEntropyWithLogitsFuncOptions ().pos_weight (
      torch::full ({ 1 }, positive_weight, logits.options ().requires_grad (false)));

  return F::binary_cross_entropy_with_logits (logits, target.to (logits.scalar_type ()), options);
}

torch::Tensor
torch_loss::sigmoid_focal (const torch::Tensor &logits, const torch::Tensor &target, double alpha, double gamma)
{
  torch::Tensor t = target.to (logits.scalar_type ());
  torch::Tensor cross_entropy = F::binary_cross_entropy_with_logits (
      logits, t, F::BinaryCrossEntropyWithLogitsFuncOptions ().reduction (torch::kNone));
  torch::Tensor loss = (1 - (-cross_entropy).exp ()).pow (gamma) * cross_entropy;

  if (alpha >= 0)
    loss = loss * (alpha * t + (1 - alpha) * (1 - t));
  return loss.mean ();
}

torch::Tensor
mmseg_loss::cross_entropy (const torch::Tensor &logits, const torch::Tensor &target)
{
  auto options = F::CrossEntropyFuncOptions ().ignore_index (ACINI_IGNORE).reduction (torch::kNone);

  return F::cross_entropy (logits, target, options).mean ();
}

torch::Tensor
mmseg_loss::dice (const torch::Tensor &logits, const torch::Tensor &target)
{
  torch::Tensor p = logits.softmax (1).flatten (2);
  torch::Tensor t = one_hot (target, logits).flatten (2);
  torch::Tensor mask = (target != ACINI_IGNORE).to (logits.scalar_type ()).flatten (1).unsqueeze (1);
  torch::Tensor numerator = 2 * (p * t * mask).sum (2) + 1;
  torch::Tensor denominator = (p * p + t * t).sum (2) + 1;

  return (1 - numerator / denominator).mean ();
}

torch::Tensor
mmseg_loss::cross_entropy_and_dice (const torch::Tensor &logits, const torch::Tensor &target, double dice_weight)
{
  return mmseg_loss::cross_entropy (logits, target) + dice_weight * mmseg_loss::dice (logits, target);
}

/* What smp's Dice and Jaccard share: probability and truth as [N, C, pixels], summed over samples and pixels. */
struct SmpSums
{
  torch::Tensor intersection, cardinality, present;
};

static SmpSums
sum_up (const torch::Tensor &logits, const torch::Tensor &target, smp_loss::Mode mode)
{
  bool multiclass = mode == smp_loss::Mode::Multiclass;
  torch::Tensor p = multiclass ? logits.softmax (1) : logits.sigmoid ();
  torch::Tensor t = multiclass ? one_hot (target, logits) : target.to (logits.scalar_type ()).view_as (logits);
  static const std::vector<int64_t> dims = { 0, 2 };

  p = p.flatten (2);
  t = t.flatten (2);
  return { (p * t).sum (dims), (p + t).sum (dims), (t.sum (dims) > 0).to (p.scalar_type ()) };
}

static constexpr double smp_epsilon = 1e-7;

torch::Tensor
smp_loss::dice (const torch::Tensor &logits, const torch::Tensor &target, Mode mode, double smooth)
{
  SmpSums sums = sum_up (logits, target, mode);
  /* It is Tversky's index with both weights 1/2, so "smooth" counts twice compared with the usual formula. */
  torch::Tensor score = (sums.intersection + smooth) / (sums.cardinality / 2 + smooth).clamp_min (smp_epsilon);

  return ((1 - score) * sums.present).mean ();
}

torch::Tensor
smp_loss::jaccard (const torch::Tensor &logits, const torch::Tensor &target, Mode mode, double smooth)
{
  SmpSums sums = sum_up (logits, target, mode);
  torch::Tensor joined = sums.cardinality - sums.intersection;
  torch::Tensor score = (sums.intersection + smooth) / (joined + smooth).clamp_min (smp_epsilon);

  return ((1 - score) * sums.present).mean ();
}

torch::Tensor
smp_loss::focal (const torch::Tensor &logits, const torch::Tensor &target, Mode mode, double alpha, double gamma)
{
  torch::Tensor loss = torch::zeros ({}, logits.options ().requires_grad (false));

  if (mode != Mode::Multiclass)
    return torch_loss::sigmoid_focal (logits, target.view_as (logits), alpha, gamma);
  for (int64_t k = 0; k < logits.size (1); k++)
    loss = loss + torch_loss::sigmoid_focal (logits.select (1, k), target == k, alpha, gamma);
  return loss / logits.size (1);
}

} // namespace acini
