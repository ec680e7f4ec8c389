/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How long, and how fast at which step.  No torch. */

#include "model/acini-model.h"

#include <cstdint>

namespace acini
{

/* MMCV's "poly" policy with linear warm-up: (1 - i/max)^power, times 1 - (1 - i/warm-up) (1 - ratio) while i < warm-up.
 * The warm-up multiplies the rate that has decayed already.  @step counts from 0; the rate is set before that step. */
double poly_learning_rate (double base, int64_t step, int64_t steps, double power, int64_t warmup_steps,
                           double warmup_ratio);

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
