/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/schedule.hpp"

#include <algorithm>
#include <climits>
#include <cmath>

namespace acini
{

double
poly_learning_rate (double base, int64_t step, int64_t steps, double power, int64_t warmup_steps, double warmup_ratio)
{
  double rate = base * std::pow (1 - double (step) / double (steps), power);

  if (step < warmup_steps)
    rate *= 1 - (1 - double (step) / double (warmup_steps)) * (1 - warmup_ratio);
  return rate;
}

Schedule
make_schedule (const AciniRecipe &recipe, double labelled_area)
{
  double patches = std::ceil (labelled_area / (double (recipe.patch) * recipe.patch));
  double per_epoch = std::max (1.0, std::ceil (patches / recipe.batch));
  double steps = recipe.steps > 0 ? recipe.steps : per_epoch * recipe.epochs;
  Schedule schedule;

  schedule.steps_per_epoch = int (std::min<double> (per_epoch, INT_MAX));
  schedule.steps = int (std::min<double> (steps, INT_MAX));
  schedule.validate_every = recipe.validate_every > 0 ? recipe.validate_every : schedule.steps_per_epoch;
  return schedule;
}

} // namespace acini
