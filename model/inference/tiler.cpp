/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/inference/tiler.hpp"

#include "model/inference/channel.hpp"
#include "model/inference/tile-blender.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <thread>

namespace acini
{

namespace
{

/* Patches on their way.  Bare glass has a step but no pixels. */
struct Batch
{
  std::int64_t number = 0;
  std::vector<Step> steps;
  int n_patches = 0; /* steps that are not empty */
  std::vector<std::uint8_t> rgb;
  std::vector<float> probability;
};

/* One run: batches circulate  spare → (readers) → read → (caller and others: network) → computed → (blender) → spare.
 */
class Run
{
public:
  Run (const TilerOptions &options, const PatchGrid &x, const PatchGrid &y, const TilerHooks &hooks);
  ~Run ();

  void compute ();

private:
  static constexpr std::size_t kMostSteps = 256; /* of a batch: finished tiles of bare glass come out regularly */

  const TilerOptions &options_;
  const PatchGrid &x_, &y_;
  const TilerHooks &hooks_;

  std::mutex plan_mutex_;
  Plan plan_;                  /* with plan_mutex_ */
  std::int64_t n_planned_ = 0; /* batches; with plan_mutex_ */

  std::vector<Batch> batches_;
  Channel<Batch *> spare_, read_, computed_;
  std::atomic<std::int64_t> n_returned_{ 0 }; /* into spare_ */
  std::atomic<std::int64_t> n_skipped_{ 0 }, n_written_{ 0 };

  std::mutex error_mutex_;
  std::exception_ptr error_; /* the first; with error_mutex_ */

  TileBlender blender_;
  std::chrono::steady_clock::time_point reported_ = std::chrono::steady_clock::now ();
  std::vector<std::thread> threads_;

  void fail (std::exception_ptr error);
  void join ();
  template <typename F> void start (F work);
  bool plan (Batch &batch);
  void read_batch (Batch &batch);
  void read_all ();
  void blend (const Batch &batch);
  void blend_all ();
  void predict (Batch &batch);
  void predict_all ();
  Batch *next_read ();
  void report (bool end);
};

PlanOptions
make_plan_options (const TilerOptions &options, const TilerHooks &hooks)
{
  const std::int64_t tile_bytes = INT64_C (4) * options.planes * options.tile * options.tile;
  PlanOptions plan;

  plan.tile = options.tile;
  plan.max_open = static_cast<int> (std::clamp<std::int64_t> (options.memory / tile_bytes, 4, 65536));
  plan.region = options.region;
  plan.centre_first = options.centre_first;
  plan.has = hooks.has;
  plan.is_empty = hooks.is_empty;
  return plan;
}

Run::Run (const TilerOptions &options, const PatchGrid &x, const PatchGrid &y, const TilerHooks &hooks)
    : options_ (options), x_ (x), y_ (y), hooks_ (hooks), plan_ (x, y, make_plan_options (options, hooks)),
      /* One for each reader to fill, one in each network and one ready for it, one being blended. */
      batches_ (options.readers + 2 * options.networks + 1), blender_ (x, y, options.tile, options.planes)
{
  const std::size_t pixels = static_cast<std::size_t> (options.batch) * x.patch () * y.patch ();

  for (Batch &batch : batches_)
    {
      batch.rgb.resize (3 * pixels);
      batch.probability.resize (options.planes * pixels);
      spare_.push (n_returned_++, &batch);
    }
  try
    {
      for (int i = 0; i < options.readers; i++)
        start ([this] { read_all (); });
      for (int i = 1; i < options.networks; i++)
        start ([this] { predict_all (); });
      start ([this] { blend_all (); });
    }
  catch (...)
    {
      /* No thread to be had: the destructor does not run. */
      fail (std::current_exception ());
      join ();
      throw;
    }
}

Run::~Run ()
{
  fail (nullptr);
  join ();
}

void
Run::join ()
{
  for (std::thread &thread : threads_)
    if (thread.joinable ())
      thread.join ();
}

/* Keeps the first error and lets every thread come to its end. */
void
Run::fail (std::exception_ptr error)
{
  {
    std::lock_guard<std::mutex> lock (error_mutex_);

    if (!error_)
      error_ = error;
  }
  spare_.abort ();
  read_.abort ();
  computed_.abort ();
}

template <typename F>
void
Run::start (F work)
{
  threads_.emplace_back ([this, work] {
    try
      {
        work ();
      }
    catch (...)
      {
        fail (std::current_exception ());
      }
  });
}

/* Fills the batch with steps.  Returns whether there are any. */
bool
Run::plan (Batch &batch)
{
  std::lock_guard<std::mutex> lock (plan_mutex_);

  batch.steps.clear ();
  batch.n_patches = 0;
  while (batch.n_patches < options_.batch && batch.steps.size () < kMostSteps)
    {
      std::optional<Step> step = plan_.next ();

      if (!step)
        break;
      batch.n_patches += step->empty ? 0 : 1;
      batch.steps.push_back (std::move (*step));
    }
  n_skipped_ = plan_.n_skipped ();
  batch.number = n_planned_;
  n_planned_ += batch.steps.empty () ? 0 : 1;
  return !batch.steps.empty ();
}

void
Run::read_batch (Batch &batch)
{
  const int width = x_.patch (), height = y_.patch ();
  std::uint8_t *rgb = batch.rgb.data ();

  for (const Step &step : batch.steps)
    if (!step.empty)
      {
        hooks_.read ({ x_.origin (step.column), y_.origin (step.row), width, height }, rgb);
        rgb += static_cast<std::size_t> (3) * width * height;
      }
}

void
Run::read_all ()
{
  while (std::optional<Batch *> batch = spare_.pop ())
    {
      if (!plan (**batch))
        {
          read_.finish ((*batch)->number);
          computed_.finish ((*batch)->number);
          spare_.abort (); /* the other readers need no more either */
          return;
        }
      read_batch (**batch);
      read_.push ((*batch)->number, *batch);
    }
}

void
Run::blend (const Batch &batch)
{
  const std::size_t size = static_cast<std::size_t> (options_.planes) * x_.patch () * y_.patch ();
  const float *probability = batch.probability.data ();

  for (const Step &step : batch.steps)
    {
      for (const Step::Target &target : step.targets)
        {
          if (!step.empty)
            blender_.add (step, target.tile, probability);
          if (target.last)
            {
              hooks_.write (target.tile, blender_.finish (target.tile));
              n_written_++;
            }
        }
      probability += step.empty ? 0 : size;
    }
}

void
Run::blend_all ()
{
  while (std::optional<Batch *> batch = computed_.pop ())
    {
      blend (**batch);
      spare_.push (n_returned_++, *batch);
    }
}

void
Run::predict (Batch &batch)
{
  if (batch.n_patches > 0)
    hooks_.network (batch.rgb.data (), batch.n_patches, y_.patch (), x_.patch (), batch.probability.data ());
  computed_.push (batch.number, &batch);
}

void
Run::predict_all ()
{
  while (std::optional<Batch *> batch = read_.pop ())
    predict (**batch);
}

void
Run::report (bool end)
{
  const auto now = std::chrono::steady_clock::now ();

  if (!hooks_.progress || (!end && now - reported_ < std::chrono::milliseconds (100)))
    return;
  reported_ = now;
  hooks_.progress (end ? 1.0 : static_cast<double> (n_written_ + n_skipped_) / plan_.n_tiles ());
}

/* Waits for pixels, with an eye on cancellation and progress; null at the end or after an error. */
Batch *
Run::next_read ()
{
  bool ready;

  do
    {
      ready = read_.wait (std::chrono::milliseconds (50));
      report (false);
      if (hooks_.is_cancelled && hooks_.is_cancelled ())
        throw Cancelled ();
    }
  while (!ready);
  return read_.pop ().value_or (nullptr);
}

void
Run::compute ()
{
  while (Batch *batch = next_read ())
    predict (*batch);
  join ();

  std::lock_guard<std::mutex> lock (error_mutex_);
  if (error_)
    std::rethrow_exception (error_);
  report (true);
}

} // namespace

Tiler::Tiler (std::int64_t width, std::int64_t height, const TilerOptions &options)
    : options_ (options), x_ (width, options.patch, options.overlap), y_ (height, options.patch, options.overlap)
{
}

void
Tiler::run (const TilerHooks &hooks) const
{
  Run (options_, x_, y_, hooks).compute ();
}

} // namespace acini
