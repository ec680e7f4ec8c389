/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Losses.  @logits: float [N, C, H, W]; @target: class indices, int64 [N, H, W], ACINI_IGNORE where unlabelled, or for
 * the binary ones 0 … 1 in the logits' shape.  All are differentiable with respect to the logits and return a scalar.
 *
 * training_loss () is what Acini trains with.  The others are those of public libraries, number for number, quirks
 * included: they make settings and results from there comparable, and say in what ours differs. */

#include "model/base/torch.hpp"
#include "model/core/acini-recipe.h"

#include <vector>

namespace acini
{

struct LossWeights
{
  double cross_entropy = 1, dice = 3, focal = 0, jaccard = 0, lovasz = 0;
  std::vector<double> classes; /* of each class, the background first; empty: all alike */

  static LossWeights of (const AciniRecipe &recipe);
};

/* The weighted sum of cross-entropy, Dice, focal, Jaccard and Lovász loss over labelled pixels; an unlabelled one
 * counts nowhere.  With @background the classes exclude each other (softmax, class 0 the background), else channel k
 * stands for class k + 1 and each is a yes or no (sigmoid): there cross-entropy is the binary one and Lovász the hinge.
 * - Dice is MMSegmentation's (smooth 1, squares in the denominator, the mean over samples and classes), but masked in
 * its denominator too; Jaccard is 1 - (Σ p t + 1) / (Σ (p + t - p t) + 1) with the same means.
 * - Focal: Lin et al. 2017 with gamma 2.
 * - Lovász: Berman et al. 2018, over all pixels of the batch, the mean over the classes that are in it (of the hinge:
 * over all channels). Class weights: a pixel of class c counts w_c times in cross-entropy and focal loss, whose sum is
 * divided by all these weights; the means over classes of the others are weighted likewise. */
torch::Tensor training_loss (const torch::Tensor &logits, const torch::Tensor &target, const LossWeights &weights,
                             bool background);

/* The same where samples count differently: @samples, float [N] on the CPU, 0 … 1.  Those of one weight are a batch of
 * their own, whose loss counts by its share of the samples and its weight. */
torch::Tensor training_loss (const torch::Tensor &logits, const torch::Tensor &target, const torch::Tensor &samples,
                             const LossWeights &weights, bool background);

namespace torch_loss
{
/* The mean over pixels that are not ignored; Hugging Face's too. */
torch::Tensor cross_entropy (const torch::Tensor &logits, const torch::Tensor &target);
torch::Tensor binary_cross_entropy (const torch::Tensor &logits, const torch::Tensor &target,
                                    double positive_weight = 1);
/* torchvision's sigmoid_focal_loss with the mean; @alpha < 0: no weighting. */
torch::Tensor sigmoid_focal (const torch::Tensor &logits, const torch::Tensor &target, double alpha, double gamma);
}

namespace mmseg_loss
{
/* The mean over all pixels, ignored ones (which add nothing) included. */
torch::Tensor cross_entropy (const torch::Tensor &logits, const torch::Tensor &target);
/* Ignored pixels are left out of the numerator alone; in the denominator they count as the last class. */
torch::Tensor dice (const torch::Tensor &logits, const torch::Tensor &target);
torch::Tensor cross_entropy_and_dice (const torch::Tensor &logits, const torch::Tensor &target, double dice_weight = 3);
}

namespace smp_loss
{
enum class Mode
{
  Binary,     /* @target [N, 1, H, W], sigmoid */
  Multiclass, /* @target class indices, softmax */
  Multilabel, /* @target in the logits' shape, sigmoid */
};

/* Sums over samples and pixels together; a class that the target lacks is left out of the mean's numerator. */
torch::Tensor dice (const torch::Tensor &logits, const torch::Tensor &target, Mode mode, double smooth = 0);
torch::Tensor jaccard (const torch::Tensor &logits, const torch::Tensor &target, Mode mode, double smooth = 0);
/* Multiclass: the mean over classes of each one's binary focal loss.  @alpha < 0: no weighting. */
torch::Tensor focal (const torch::Tensor &logits, const torch::Tensor &target, Mode mode, double alpha = -1,
                     double gamma = 2);
}

} // namespace acini
