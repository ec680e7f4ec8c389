/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Batches, read and augmented on worker threads ahead of the network.
 *
 * The batches of the next DEPTH steps are under way at any time, each in a slot of its own (step modulo DEPTH).  The
 * network's thread chooses the places, so that of the source's functions only read () is called elsewhere.  A worker
 * takes the next patch in order of step and index and writes into its part of the slot's batch: who finishes first
 * changes nothing.  The first error ends all work and reaches next (). */

#include "model/training/augment.hpp"
#include "model/training/sampler.hpp"

#include "model/base/torch.hpp"

#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace acini
{

struct Batch
{
  torch::Tensor pixels;  /* float32 [N, 3, S, S], normalised */
  torch::Tensor labels;  /* uint8 [N, S, S] */
  torch::Tensor weights; /* float32 [N]: of each patch in the loss, 0 … 1 */
};

struct Normalisation
{
  double mean[3], std[3];
};

class Loader
{
public:
  /* Batches of steps @first … @end - 1.  @classes: the greatest class index + 1 that labels may hold.  What the
   * references refer to must outlive the loader. */
  Loader (const AciniTrainingSource &source, const AciniRecipe &recipe, const Sampler &sampler,
          const Normalisation &normalisation, int64_t classes, int first, int end);
  ~Loader ();
  Loader (const Loader &) = delete;
  Loader &operator= (const Loader &) = delete;

  /* The next step's batch, waiting for it if need be.  Throws what a worker met. */
  Batch next ();

private:
  static constexpr int DEPTH = 3;

  /* Where a patch may lie, the best choice first, and another one, for what needs pixels from elsewhere. */
  struct Plan
  {
    std::vector<Place> places;
    Place other;
    Augmentation augmentation;
  };

  struct Slot
  {
    Batch batch;
    std::vector<Plan> plans;
    int missing = 0; /* patches not there yet */
  };

  void plan (int step);
  Plan plan_patch (Random &random, std::initializer_list<uint64_t> names) const;
  void work ();
  void fill (int index, const Plan &plan, const Batch &batch) const;
  guint read (const Plan &plan, std::vector<uint8_t> &rgb, std::vector<uint8_t> &labels) const;

  const AciniTrainingSource &source;
  const AciniRecipe &recipe;
  const Sampler &sampler;
  const Normalisation normalisation;
  const int64_t classes;
  const int end;

  std::mutex mutex;
  std::condition_variable changed;
  /* The mutex guards all below. */
  std::array<Slot, DEPTH> slots;
  int taken;                /* the step that next () gives */
  int planned;              /* steps before it have their slot or have been taken */
  int claimed, claim_index; /* the patch that the next worker gets */
  bool stopping = false;
  std::exception_ptr failure;

  std::vector<std::thread> workers;
};

/* Reads and checks the labels of one patch: throws ForeignError from the callback, or ACINI_MODEL_ERROR_INPUT where a
 * label is no class.  @rgb and @labels are resized. */
void read_patch (const AciniTrainingSource &source, const Place &place, int side, int64_t classes,
                 std::vector<uint8_t> &rgb, std::vector<uint8_t> &labels);

} // namespace acini
