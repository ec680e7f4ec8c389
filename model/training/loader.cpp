/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/loader.hpp"

#include "model/base/error.hpp"
#include "model/training/augment.hpp"

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

/* Makes @step's slot ready for the workers: on the network's thread, its slot free. */
void
Loader::plan (int step)
{
  int64_t n = recipe.batch, side = recipe.patch;
  Slot slot;

  for (int i = 0; i < recipe.batch; i++)
    {
      Random random ({ recipe.seed, uint64_t (step), uint64_t (i), 0 });

      slot.places.push_back (sampler.draw (random));
    }
  slot.batch.pixels = torch::empty ({ n, 3, side, side }, torch::kFloat);
  slot.batch.labels = torch::empty ({ n, side, side }, torch::kByte);
  slot.missing = recipe.batch;

  std::lock_guard<std::mutex> lock (mutex);

  slots[step % DEPTH] = std::move (slot);
  planned = step + 1;
  changed.notify_all ();
}

void
Loader::fill (int step, int index, const Place &place, const Batch &batch) const
{
  Random random ({ recipe.seed, uint64_t (step), uint64_t (index), 1 });
  Augmentation augmentation = draw_augmentation (recipe, random);
  std::vector<uint8_t> rgb, labels;
  int side = recipe.patch;

  read_patch (source, place, side, classes, rgb, labels);
  mirror_and_turn (augmentation, side, 3, rgb);
  mirror_and_turn (augmentation, side, 1, labels);
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
      Place place = slots[step % DEPTH].places[index];
      std::exception_ptr met;

      if (++claim_index == recipe.batch)
        {
          claim_index = 0;
          claimed++;
        }
      lock.unlock ();
      try
        {
          fill (step, index, place, batch);
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
