/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How long, and how fast at which step.  No torch.  @step counts from 0; its rate is set before that step. */

#include "model/acini-model.h"

#include <cstdint>
#include <vector>

namespace acini
{

/* MMCV's "poly" policy with linear warm-up: (1 - i/max)^power, times 1 - (1 - i/warm-up) (1 - ratio) while i < warm-up.
 * The warm-up multiplies the rate that has decayed already. */
double poly_learning_rate (double base, int64_t step, int64_t steps, double power, int64_t warmup_steps,
                           double warmup_ratio);

/* PyTorch's OneCycleLR with cosines, a quarter of the steps up, div_factor 25, final_div_factor 10⁴. */
double one_cycle_learning_rate (double highest, int64_t step, int64_t steps);
/* Half a cosine, from @base down to 0 (Loshchilov and Hutter 2017, without restarts). */
double cosine_learning_rate (double base, int64_t step, int64_t steps);
/* The rate that @recipe wants, where its own learning rate is @base. */
double learning_rate_at (const AciniRecipe &recipe, double base, int64_t step, int64_t steps);

/* The learning-rate finder (Smith 2017): so many steps, each at a higher rate, from the lowest to the highest. */
constexpr int kFinderSteps = 100;
constexpr double kFinderLowest = 1e-7, kFinderHighest = 1;
double finder_learning_rate (int step);
/* The rate to train with, where @losses (smoothed) were met at the finder's first steps: within the longest valley, two
 * thirds of its way from the end, as fastai's "valley" chooses.  0: the loss never fell. */
double suggest_learning_rate (const std::vector<double> &losses);

struct Schedule
{
  int steps;           /* in all */
  int steps_per_epoch; /* at least 1 */
  int validate_every;  /* steps, at least 1 */

  int
  epochs () const
  {
    return (steps + steps_per_epoch - 1) / steps_per_epoch;
  }
  int
  epoch_of (int step) const
  {
    return step / steps_per_epoch;
  }
  bool
  validates_after (int step) const
  {
    return step % validate_every == 0 || step == steps;
  }
};

/* An epoch is as many patches as cover the labelled area once, at least one batch. */
Schedule make_schedule (const AciniRecipe &recipe, double labelled_area);

} // namespace acini
