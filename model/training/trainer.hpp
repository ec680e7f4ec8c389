/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One training, from the parent's weights to the new model's folder. */

#include "model/training/checkpoint.hpp"
#include "model/training/precision.hpp"
#include "model/training/schedule.hpp"

#include <chrono>
#include <functional>

namespace acini
{

/* What acini_model_train () was called with. */
struct TrainingRequest
{
  const char *parent;
  const AciniRecipe &recipe;
  const AciniTrainingSource &training;
  const AciniTrainingSource *held_out;
  const AciniModelOptions *options;
  bool half;
  const char *id, *name, *folder;
  std::function<AciniTrainDecision (const AciniTrainEvent &)> callback;
};

/* The parent, or a network of random weights, ready for the recipe: its drop rates, its classes, and a
 * card.  The parent may be an encoder alone. */
LoadedNetwork make_start (const char *parent, const AciniRecipe &recipe);

class Trainer
{
public:
  explicit Trainer (const TrainingRequest &request);

  /* Trains to the end, or until the callback decides otherwise: what it decided last. */
  AciniTrainDecision run ();

private:
  AciniTrainEvent make_event (const char *kind) const;
  void emit (const AciniTrainEvent &event);
  void emit_start ();
  bool
  goes_on () const
  {
    return decision == ACINI_TRAIN_CONTINUE;
  }
  void resume ();
  TrainingState get_state ();
  void checkpoint ();
  double train_step (Loader &loader, double rate);
  double add_gradients (const Batch &batch);
  double get_learning_rate (int step) const;
  void find_learning_rate ();
  Score score_weights (const Tensors &weights);
  void keep_leader (const Tensors &weights);
  void average_leaders ();
  bool is_exhausted () const;
  void fit_into_time ();
  void after_step (double loss);
  void measure ();
  Tensors get_scored_weights () const;
  void finish ();

  const TrainingRequest &request;
  const AciniRecipe &recipe;
  const LossWeights weights;
  LoadedNetwork start;
  std::shared_ptr<Network> network;
  bool background; /* class 0 of the network is the background */
  Sampler sampler;
  Schedule schedule;
  Compute compute;
  Normalisation normalisation;
  Identity identity;
  std::unique_ptr<Optimiser> optimiser;

  Progress progress;
  Tensors average, best;
  std::map<int, Tensors> leaders; /* weights of the best validations, by step */
  AciniTrainDecision decision = ACINI_TRAIN_CONTINUE;
  double step_seconds = 0;       /* of this run's steps */
  double validation_seconds = 0; /* of the last validation */
  int steps_here = 0;
};

/* Writes model.safetensors and model.json. */
struct Outcome
{
  const TrainingRequest &request;
  const Network &network; /* with the weights to keep */
  const AciniCard *parent;
  const Progress &progress;
  const Schedule &schedule;
  const Compute &compute;
  double labelled_area;
};
void write_model (const Outcome &outcome);

/* Names of all images that a model descending from @parent has in its weights.  Returns: (transfer full) */
JsonArray *list_inherited (const AciniCard *parent);

} // namespace acini
