/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The learning-rate finder: a hundred steps at ever higher rates, forgotten afterwards. */

#include "model/training/trainer.hpp"

#include <cmath>

namespace acini
{

/* How fast the mean of the losses forgets, and how far above the best it may rise before there is nothing to be seen.
 */
static constexpr double kSmoothing = 0.9, kTooHigh = 4;

/* Tells every step ("finder"), and at the end the rate that is taken ("found"). */
void
Trainer::find_learning_rate ()
{
  Tensors own = clone_state (acini::get_state (*network)), own_average = clone_state (average);
  std::vector<double> losses;
  double mean = 0, lowest = INFINITY, last = 0;

  {
    Loader loader (request.training, recipe, sampler, normalisation,
                   network->architecture.classes + (background ? 0 : 1), 0, kFinderSteps * recipe.accumulate);

    for (int i = 0; i < kFinderSteps && goes_on () && last <= kTooHigh * lowest; i++)
      {
        AciniTrainEvent event = make_event ("finder");

        mean = kSmoothing * mean + (1 - kSmoothing) * train_step (loader, finder_learning_rate (i));
        last = mean / (1 - std::pow (kSmoothing, i + 1));
        lowest = std::min (lowest, last);
        losses.push_back (last);
        event.loss = last;
        event.learning_rate = finder_learning_rate (i);
        emit (event);
      }
  }
  acini::set_state (*network, own);
  average = own_average;
  optimiser = std::make_unique<Optimiser> (*network, recipe);
  if (!goes_on ())
    return;

  double found = suggest_learning_rate (losses);
  AciniTrainEvent event = make_event ("found");

  progress.learning_rate = found > 0 ? found : recipe.learning_rate;
  event.learning_rate = progress.learning_rate;
  emit (event);
}

} // namespace acini
