/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/loader.hpp"

#include "model/base/error.hpp"

#include <algorithm>

namespace acini
{

/* The reader's own decoding has threads too, and the network wants the rest. */
static int
count_workers ()
{
  return std::thread::hardware_concurrency () >= 4 ? 2 : 1;
}

void
read_patch (const AciniTrainingSource &source, const Place &place, int side, int64_t classes, std::vector<uint8_t> &rgb,
            std::vector<uint8_t> &labels)
{
  GError *error = nullptr;
  size_t n = size_t (side) * side;

  rgb.resize (3 * n);
  labels.resize (n);
  if (!source.read (source.user_data, place.item, place.x, place.y, place.zoom, side, side, rgb.data (), labels.data (),
                    &error))
    {
      const char *name = source.get_name (source.user_data, place.item);

      if (error == nullptr)
        fail (ACINI_MODEL_ERROR_INPUT, "Pixels of “%s” could not be read.", name);
      throw ForeignError (error);
    }

  auto bad = std::find_if (labels.begin (), labels.end (),
                           [classes] (uint8_t label) { return label >= classes && label != ACINI_IGNORE; });

  if (bad != labels.end ())
    fail (ACINI_MODEL_ERROR_INPUT, "“%s” has labels of class %d, but the network has only the classes 0 … %d.",
          source.get_name (source.user_data, place.item), *bad, int (classes - 1));
}

Loader::Loader (const AciniTrainingSource &source, const AciniRecipe &recipe, const Sampler &sampler,
                const Normalisation &normalisation, int64_t classes, int first, int end)
    : source (source), recipe (recipe), sampler (sampler), normalisation (normalisation), classes (classes), end (end),
      taken (first), planned (first), claimed (first), claim_index (0)
{
  while (planned < std::min (end, first + DEPTH))
    plan (planned);
  for (int i = 0; i < count_workers (); i++)
    workers.emplace_back ([this] { work (); });
}

Loader::~Loader ()
{
  {
    std::lock_guard<std::mutex> lock (mutex);
    stopping = true;
  }
  changed.notify_all ();
  for (std::thread &worker : workers)
    worker.join ();
}

/* Where a patch with too much of one class may lie instead. */
static constexpr int kTries = 10;

/* @random: of the place; @names: of what is done to it. */
Loader::Plan
Loader::plan_patch (Random &random, std::initializer_list<uint64_t> names) const
{
  Random decisions (names);
  Plan plan;

  plan.augmentation = draw_augmentation (recipe, decisions);
  for (int i = 0; i < (recipe.crop_share < 1 ? kTries : 1); i++)
    plan.places.push_back (sampler.draw (random));
  if (plan.augmentation.needs_other ())
    plan.other = sampler.draw (random);
  return plan;
}

/* Makes @step's slot ready for the workers: on the network's thread, its slot free. */
void
Loader::plan (int step)
{
  int64_t n = recipe.batch, side = recipe.patch;
  Slot slot;

  for (int i = 0; i < recipe.batch; i++)
    {
      Random random ({ recipe.seed, uint64_t (step), uint64_t (i), 0 });

      slot.plans.push_back (plan_patch (random, { recipe.seed, uint64_t (step), uint64_t (i), 1 }));
    }
  slot.batch.pixels = torch::empty ({ n, 3, side, side }, torch::kFloat);
  slot.batch.labels = torch::empty ({ n, side, side }, torch::kByte);
  slot.batch.weights = torch::ones ({ n }, torch::kFloat);
  slot.missing = recipe.batch;

  std::lock_guard<std::mutex> lock (mutex);

  slots[step % DEPTH] = std::move (slot);
  planned = step + 1;
  changed.notify_all ();
}

/* The first of the places that has not too much of one class, else the last.  Returns: its image. */
guint
Loader::read (const Plan &plan, std::vector<uint8_t> &rgb, std::vector<uint8_t> &labels) const
{
  int side = recipe.patch, from = get_warped_side (plan.augmentation.warp, side);
  guint item = 0;

  for (const Place &place : plan.places)
    {
      item = place.item;
      read_patch (source, place, from, classes, rgb, labels);
      if (plan.places.size () == 1 || get_largest_share (labels, ACINI_IGNORE) <= recipe.crop_share)
        break;
    }
  if (plan.augmentation.warp.angle != 0 || plan.augmentation.warp.elastic > 0)
    apply_warp (plan.augmentation.warp, from, side, rgb, labels);
  return item;
}

void
Loader::fill (int index, const Plan &plan, const Batch &batch) const
{
  std::vector<uint8_t> rgb, labels, other, other_labels;
  const Augmentation &augmentation = plan.augmentation;
  int side = recipe.patch;
  double weight = sampler.get_weight (read (plan, rgb, labels));

  /* A patch with a piece of another counts as the one of the two that counts less. */
  if (augmentation.cut_mix)
    weight = std::min (weight, sampler.get_weight (plan.other.item));
  batch.weights.data_ptr<float> ()[index] = float (weight);
  if (augmentation.needs_other ())
    read_patch (source, plan.other, side, classes, other, other_labels);
  mirror_and_turn (augmentation, side, 3, rgb);
  mirror_and_turn (augmentation, side, 1, labels);
  change_pixels (augmentation, recipe, side, other, other_labels, rgb, labels);
  colour_and_normalise (augmentation, side, rgb.data (), normalisation.mean, normalisation.std,
                        batch.pixels[index].data_ptr<float> ());
  std::copy (labels.begin (), labels.end (), batch.labels[index].data_ptr<uint8_t> ());
}

void
Loader::work ()
{
  std::unique_lock<std::mutex> lock (mutex);

  while (true)
    {
      changed.wait (lock, [this] { return stopping || failure || claimed < planned; });
      if (stopping || failure)
        return;

      int step = claimed, index = claim_index;
      Batch batch = slots[step % DEPTH].batch;
      Plan plan = slots[step % DEPTH].plans[index];
      std::exception_ptr met;

      if (++claim_index == recipe.batch)
        {
          claim_index = 0;
          claimed++;
        }
      lock.unlock ();
      try
        {
          fill (index, plan, batch);
        }
      catch (...)
        {
          met = std::current_exception ();
        }
      lock.lock ();
      if (met && !failure)
        failure = met;
      slots[step % DEPTH].missing--;
      if (met || slots[step % DEPTH].missing == 0)
        changed.notify_all ();
    }
}

Batch
Loader::next ()
{
  Batch batch;

  {
    std::unique_lock<std::mutex> lock (mutex);
    Slot &slot = slots[taken % DEPTH];

    changed.wait (lock, [&] { return failure || slot.missing == 0; });
    if (failure)
      std::rethrow_exception (failure);
    batch = std::move (slot.batch);
    taken++;
  }
  if (planned < end)
    plan (planned);
  return batch;
}

} // namespace acini
