/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An interrupted training on disk: checkpoint.safetensors holds everything, checkpoint.json says for people what is in
 * it.
 *
 * The record of where training stands lies in the safetensors file's metadata, so that tensors and record are one
 * atomic write.  Random numbers need no state: they are functions of seed and step. */

#include "model/training/optimiser.hpp"
#include "model/training/validation.hpp"

#include <optional>

namespace acini
{

struct Measurement
{
  int step;
  Score score;
};

struct Progress
{
  int step = 0;       /* taken so far */
  double seconds = 0; /* spent on them */
  int best_step = 0;
  int planned = 0;                /* steps in all, where the recipe's time decides; 0: not decided */
  double learning_rate = 0;       /* found before the first step; 0: the recipe's */
  std::vector<Measurement> curve; /* validations so far, the first before the first step */

  std::vector<int> averaged;    /* the steps whose weights were averaged at the end; empty: one step's were kept */
  std::optional<Score> average; /* of that average */

  const Score *get_score () const;          /* of the weights that are kept, NULL where nothing was validated */
  const Measurement *find (int step) const; /* the validation after @step, or NULL */
};

/* What has to be the same for a training to resume from a checkpoint. */
struct Identity
{
  std::string recipe; /* acini_recipe_to_data () */
  std::string parent; /* card's id, "" for none */
  std::string images; /* what tells the images and their labels from others; "" is not compared */
};

struct TrainingState
{
  Progress progress;
  Tensors network, moments;
  Tensors average; /* empty: none is kept */
  Tensors best;    /* empty: nothing was scored yet */
  Tensors leaders; /* of the best validations, to be averaged at the end: "STEP/NAME" */
};

void save_checkpoint (const std::string &folder, const Identity &identity, const TrainingState &state);
/* Nothing where there is none, where it is of another training, or where it is damaged (which are logged). */
std::optional<TrainingState> load_checkpoint (const std::string &folder, const Identity &identity);

JsonObject *score_to_json (const Score &score); /* transfer full */
/* Nullable: where no image names its organ.  Transfer full. */
JsonObject *organs_to_json (const Score &score);

} // namespace acini
