/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/losses.hpp"

#include "model/acini-model.h"

#include <map>
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

LossWeights
LossWeights::of (const AciniRecipe &recipe)
{
  LossWeights weights{ recipe.cross_entropy, recipe.dice, recipe.focal, recipe.jaccard, recipe.lovasz, {} };
  g_autoptr (GArray) classes = acini_recipe_get_class_weights (&recipe);

  for (guint i = 0; classes != nullptr && i < classes->len; i++)
    weights.classes.push_back (g_array_index (classes, double, i));
  return weights;
}

/* What the parts of a loss share: probability, truth and whether they count, each [N, C or 1, H, W], and the weight of
 * each channel (undefined: all alike). */
struct Regions
{
  torch::Tensor probability, truth, mask, weights;
};

/* The mean over samples and (weighted) channels of @loss [N, C]. */
static torch::Tensor
mean_of_channels (const torch::Tensor &loss, const torch::Tensor &weights)
{
  return weights.defined () ? (loss * weights).sum (1).mean () / weights.sum () : loss.mean ();
}

/* 1 - (2 Σ m p t + 1) / (Σ m (p² + t²) + 1) for each sample and class, then the mean. */
static torch::Tensor
masked_dice (const Regions &regions)
{
  torch::Tensor p = (regions.probability * regions.mask).flatten (2);
  torch::Tensor t = (regions.truth * regions.mask).flatten (2);
  torch::Tensor numerator = 2 * (p * t).sum (2) + 1;
  torch::Tensor denominator = (p * p).sum (2) + (t * t).sum (2) + 1;

  return mean_of_channels (1 - numerator / denominator, regions.weights);
}

static torch::Tensor
masked_jaccard (const Regions &regions)
{
  torch::Tensor p = (regions.probability * regions.mask).flatten (2);
  torch::Tensor t = (regions.truth * regions.mask).flatten (2);
  torch::Tensor both = (p * t).sum (2);

  return mean_of_channels (1 - (both + 1) / (p.sum (2) + t.sum (2) - both + 1), regions.weights);
}

/* The gradient of the Lovász extension of the Jaccard loss with respect to errors in descending order (Berman et al.
 * 2018, algorithm 1).  @truth: 0 or 1, in the same order. */
static torch::Tensor
lovasz_gradient (const torch::Tensor &truth)
{
  torch::Tensor sum = truth.sum ();
  torch::Tensor joined = sum + (1 - truth).cumsum (0);
  torch::Tensor jaccard = 1 - (sum - truth.cumsum (0)) / joined;

  return torch::cat ({ jaccard.slice (0, 0, 1), jaccard.slice (0, 1) - jaccard.slice (0, 0, -1) });
}

/* @errors, @truth: of the pixels that count. */
static torch::Tensor
lovasz_extension (const torch::Tensor &errors, const torch::Tensor &truth)
{
  auto [sorted, order] = errors.sort (/* stable */ true, 0, /* descending */ true);

  return sorted.relu ().dot (lovasz_gradient (truth.index_select (0, order)));
}

static torch::Tensor
lovasz_softmax (const Regions &regions)
{
  torch::Tensor valid = regions.mask.flatten () > 0;
  torch::Tensor sum = (regions.probability * 0).sum (), weight = torch::zeros_like (sum);

  for (int64_t k = 0; k < regions.truth.size (1); k++)
    {
      torch::Tensor truth = regions.truth.select (1, k).flatten ().masked_select (valid);
      torch::Tensor p = regions.probability.select (1, k).flatten ().masked_select (valid);
      torch::Tensor w = regions.weights.defined () ? regions.weights[k] : torch::ones_like (weight);

      if (!truth.any ().item<bool> ())
        continue;
      sum = sum + w * lovasz_extension ((truth - p).abs (), truth);
      weight = weight + w;
    }
  return sum / weight.clamp_min (1e-12);
}

static torch::Tensor
lovasz_hinge (const torch::Tensor &logits, const Regions &regions)
{
  torch::Tensor valid = regions.mask.flatten () > 0;
  torch::Tensor sum = (logits * 0).sum (), weight = torch::zeros_like (sum);

  for (int64_t k = 0; k < logits.size (1) && valid.any ().item<bool> (); k++)
    {
      torch::Tensor truth = regions.truth.select (1, k).flatten ().masked_select (valid);
      torch::Tensor margin = logits.select (1, k).flatten ().masked_select (valid) * (2 * truth - 1);
      torch::Tensor w = regions.weights.defined () ? regions.weights[k] : torch::ones_like (weight);

      sum = sum + w * lovasz_extension (1 - margin, truth);
      weight = weight + w;
    }
  return sum / weight.clamp_min (1e-12);
}

/* Lin et al. 2017, gamma 2: what is right already weighs little.  @log_p: of what is true, a value a pixel. */
static torch::Tensor
focal_term (const torch::Tensor &log_p)
{
  return -(1 - log_p.exp ()).pow (2) * log_p;
}

/* Cross-entropy and focal loss of @log_true, each pixel with its weight. */
static torch::Tensor
pixel_loss (const torch::Tensor &log_true, const torch::Tensor &pixel_weights, const LossWeights &weights)
{
  torch::Tensor n = pixel_weights.sum ().clamp_min (1e-12);
  torch::Tensor loss = -weights.cross_entropy * (log_true * pixel_weights).sum () / n;

  if (weights.focal > 0)
    loss = loss + weights.focal * (focal_term (log_true) * pixel_weights).sum () / n;
  return loss;
}

static torch::Tensor
region_loss (const torch::Tensor &logits, const Regions &regions, const LossWeights &weights, bool background)
{
  torch::Tensor loss = torch::zeros ({}, logits.options ().requires_grad (false));

  if (weights.dice > 0)
    loss = loss + weights.dice * masked_dice (regions);
  if (weights.jaccard > 0)
    loss = loss + weights.jaccard * masked_jaccard (regions);
  if (weights.lovasz > 0)
    loss = loss + weights.lovasz * (background ? lovasz_softmax (regions) : lovasz_hinge (logits, regions));
  return loss;
}

static bool
has_regions (const LossWeights &weights)
{
  return weights.dice > 0 || weights.jaccard > 0 || weights.lovasz > 0;
}

/* The weights of the classes as a tensor of @like's kind; undefined where they are all alike.  A network that was given
 * more classes than the recipe weighs counts those once. */
static torch::Tensor
get_class_weights (const LossWeights &weights, int64_t n, const torch::Tensor &like)
{
  std::vector<double> all = weights.classes;

  if (all.empty ())
    return {};
  all.resize (size_t (n), 1.0);
  return torch::tensor (all, torch::kDouble).to (like.options ().requires_grad (false));
}

static torch::Tensor
softmax_loss (const torch::Tensor &logits, const torch::Tensor &target, const LossWeights &weights)
{
  torch::Tensor mask = (target != ACINI_IGNORE).to (logits.scalar_type ());
  torch::Tensor log_p = logits.log_softmax (1);
  torch::Tensor index = target.masked_fill (target == ACINI_IGNORE, 0);
  torch::Tensor log_true = log_p.gather (1, index.unsqueeze (1)).squeeze (1);
  torch::Tensor classes = get_class_weights (weights, logits.size (1), logits);
  torch::Tensor pixels = classes.defined () ? mask * classes.index_select (0, index.flatten ()).view_as (mask) : mask;
  torch::Tensor loss = pixel_loss (log_true, pixels, weights);

  if (has_regions (weights))
    loss = loss
           + region_loss (logits, { log_p.exp (), one_hot (target, logits), mask.unsqueeze (1), classes }, weights,
                          true);
  return loss;
}

static torch::Tensor
sigmoid_loss (const torch::Tensor &logits, const torch::Tensor &target, const LossWeights &weights)
{
  int64_t n = logits.size (1);
  torch::Tensor mask = (target != ACINI_IGNORE).to (logits.scalar_type ()).unsqueeze (1);
  torch::Tensor channels = torch::arange (1, n + 1, target.options ()).view ({ 1, -1, 1, 1 });
  torch::Tensor truth = (target.unsqueeze (1) == channels).to (logits.scalar_type ());
  torch::Tensor log_true = F::logsigmoid (logits * (2 * truth - 1));
  torch::Tensor classes = get_class_weights (weights, n + 1, logits), own;
  torch::Tensor pixels = mask.expand_as (logits);

  if (classes.defined ())
    {
      own = classes.slice (0, 1);
      pixels = mask * torch::where (truth > 0, own.view ({ 1, -1, 1, 1 }), classes[0]);
    }

  torch::Tensor loss = pixel_loss (log_true, pixels, weights);

  if (has_regions (weights))
    loss = loss + region_loss (logits, { logits.sigmoid (), truth, mask, own }, weights, false);
  return loss;
}

torch::Tensor
training_loss (const torch::Tensor &logits, const torch::Tensor &target, const LossWeights &weights, bool background)
{
  return background ? softmax_loss (logits, target, weights) : sigmoid_loss (logits, target, weights);
}

torch::Tensor
training_loss (const torch::Tensor &logits, const torch::Tensor &target, const torch::Tensor &samples,
               const LossWeights &weights, bool background)
{
  const float *first = samples.const_data_ptr<float> (), *end = first + samples.numel ();
  std::map<float, std::vector<int64_t>> groups;
  torch::Tensor sum;

  for (const float *sample = first; sample < end; sample++)
    groups[*sample].push_back (sample - first);
  if (groups.size () == 1 && *first == 1)
    return training_loss (logits, target, weights, background);
  for (const auto &[weight, members] : groups)
    {
      torch::Tensor index = torch::tensor (members, torch::kLong).to (logits.device ());
      torch::Tensor loss
          = training_loss (logits.index_select (0, index), target.index_select (0, index), weights, background)
            * (double (weight) * double (members.size ()) / double (samples.numel ()));

      sum = sum.defined () ? sum + loss : loss;
    }
  return sum;
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
