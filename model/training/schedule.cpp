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

/* torch's cos_anneal: from @a to @b. */
static double
anneal (double a, double b, double share)
{
  return b + (a - b) / 2 * (1 + std::cos (M_PI * share));
}

double
one_cycle_learning_rate (double highest, int64_t step, int64_t steps)
{
  const double first = highest / 25, last = first / 1e4;
  const double peak = 0.25 * double (steps) - 1, end = double (steps) - 1;

  if (double (step) <= peak)
    return peak > 0 ? anneal (first, highest, double (step) / peak) : highest;
  return end > peak ? anneal (highest, last, std::min (1.0, (double (step) - peak) / (end - peak))) : highest;
}

double
cosine_learning_rate (double base, int64_t step, int64_t steps)
{
  return anneal (base, 0, double (step) / double (steps));
}

double
learning_rate_at (const AciniRecipe &recipe, double base, int64_t step, int64_t steps)
{
  double factor = 1;

  if (g_str_equal (recipe.decay, "one-cycle"))
    return one_cycle_learning_rate (base, step, steps);
  if (g_str_equal (recipe.decay, "poly"))
    return poly_learning_rate (base, step, steps, recipe.power, recipe.warmup_steps, recipe.warmup_ratio);
  if (step < recipe.warmup_steps)
    factor = 1 - (1 - double (step) / recipe.warmup_steps) * (1 - recipe.warmup_ratio);
  return factor * (g_str_equal (recipe.decay, "cosine") ? cosine_learning_rate (base, step, steps) : base);
}

double
finder_learning_rate (int step)
{
  return kFinderLowest * std::pow (kFinderHighest / kFinderLowest, double (step) / (kFinderSteps - 1));
}

double
suggest_learning_rate (const std::vector<double> &losses)
{
  const int n = int (losses.size ());
  std::vector<int> length (size_t (std::max (n, 0)), 1);
  int best = 0;

  /* The longest run that only falls, not necessarily of neighbours. */
  for (int i = 1; i < n; i++)
    {
      for (int j = 0; j < i; j++)
        if (losses[size_t (i)] < losses[size_t (j)] && length[size_t (i)] <= length[size_t (j)])
          length[size_t (i)] = length[size_t (j)] + 1;
      if (length[size_t (i)] > length[size_t (best)])
        best = i;
    }
  if (n == 0 || length[size_t (best)] < 3)
    return 0;

  const int begin = best - length[size_t (best)] + 1, third = length[size_t (best)] / 3;

  return finder_learning_rate (std::max (0, begin) + third + third / 2);
}

Schedule
make_schedule (const AciniRecipe &recipe, double labelled_area)
{
  double patches = std::ceil (labelled_area / (double (recipe.patch) * recipe.patch));
  double batch = double (recipe.batch) * recipe.accumulate;
  double per_epoch = std::max (1.0, std::ceil (patches / batch));
  double steps = recipe.steps > 0 ? recipe.steps : per_epoch * recipe.epochs;
  Schedule schedule;

  schedule.steps_per_epoch = int (std::min<double> (per_epoch, INT_MAX));
  schedule.steps = int (std::min<double> (steps, INT_MAX));
  schedule.validate_every = recipe.validate_every > 0 ? recipe.validate_every : schedule.steps_per_epoch;
  return schedule;
}

} // namespace acini
