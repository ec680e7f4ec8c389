/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Seconds a step of training: bench-training [NET SIZE BATCH [PRECISION [RUNS]]], by default segformer-b0 256 8 auto 4.
 *
 * With the threads of $OMP_NUM_THREADS.  Prints {"median_s", "min_s", "max_s", "processor_s"} of steps on a batch that
 * is there (forward, cross-entropy + 3 Dice, backward, AdamW, moving average: what a training does), and
 * {"augmented_s", "share", "augmented_processor_s", "processor_share"}: the same with batches that are read from images
 * in memory and augmented as quick-finetune does it, on the same cores, and which share of that time the network has;
 * "batch_processor_s": such a batch alone.
 * bench-training.py runs it in turn with the reference. */

#include "model/base/memory.hpp"
#include "model/kernels/kernels.hpp"
#include "model/training/loader.hpp"
#include "model/training/losses.hpp"
#include "model/training/optimiser.hpp"
#include "model/training/precision.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

using namespace acini;

namespace
{

/* Four images of 1024², of coarse blobs in tissue's colours; a cell of the labels is a unit or background. */
struct Images
{
  static constexpr int SIDE = 1024, CELL = 64;

  AciniTrainingSource source{};
  std::vector<uint8_t> rgb[4], labels[4];

  Images ()
  {
    for (guint i = 0; i < 4; i++)
      {
        Random random ({ 7, i });

        rgb[i].resize (size_t (3) * SIDE * SIDE);
        labels[i].resize (size_t (SIDE) * SIDE);
        for (size_t k = 0; k < labels[i].size (); k++)
          labels[i][k] = is_unit (i, k % SIDE, k / SIDE);
        for (size_t k = 0; k < rgb[i].size (); k++)
          rgb[i][k] = uint8_t (150 + random.next () % 60 + (labels[i][k / 3] != 0 ? 0 : 30));
      }
    source.n_items = 4;
    source.get_size = [] (gpointer, guint, gint64 *width, gint64 *height) { *width = *height = SIDE; };
    source.get_name = [] (gpointer, guint) { return "image"; };
    source.get_organ = [] (gpointer, guint) { return "kidney"; };
    source.get_labelled_area = [] (gpointer, guint) { return double (SIDE) * SIDE; };
    source.pick = [] (gpointer, guint, guint64 random, double *x, double *y) {
      *x = double (random % SIDE);
      *y = double ((random >> 32) % SIDE);
    };
    source.read = read;
    source.user_data = this;
  }

  static bool
  is_unit (guint item, int64_t x, int64_t y)
  {
    return Random ({ item, uint64_t (x / CELL), uint64_t (y / CELL) }).next () % 2 == 0;
  }

  static gboolean
  read (gpointer data, guint item, double cx, double cy, double zoom, int w, int h, guint8 *rgb, guint8 *labels,
        GError **error)
  {
    const auto *images = static_cast<Images *> (data);
    const auto &image = images->rgb[item];

    for (int j = 0; j < h; j++)
      for (int i = 0; i < w; i++)
        {
          const int x = int (std::floor (cx + (i + 0.5 - w / 2.0) * zoom)),
                    y = int (std::floor (cy + (j + 0.5 - h / 2.0) * zoom));
          const size_t to = size_t (j) * w + i;
          const bool inside = x >= 0 && y >= 0 && x < SIDE && y < SIDE;

          if (inside)
            std::memcpy (rgb + 3 * to, &image[3 * (size_t (y) * SIDE + x)], 3);
          else
            std::memset (rgb + 3 * to, 255, 3);
          labels[to] = inside ? images->labels[item][size_t (y) * SIDE + x] : ACINI_IGNORE;
        }
    return TRUE;
  }
};

/* A network in training. */
struct Training
{
  const AciniRecipe &recipe;
  const Compute &compute;
  std::shared_ptr<Network> network;
  Optimiser optimiser;
  Tensors average;
  int steps = 0;

  Training (const char *net, const AciniRecipe &recipe, const Compute &compute)
      : recipe (recipe), compute (compute), network (make_network (Architecture::from_name (net, 2))),
        optimiser (*network, recipe), average (clone_state (get_state (*network)))
  {
    for (torch::Tensor &parameter : network->parameters ())
      if (parameter.dim () == 4)
        parameter.set_data (parameter.contiguous (torch::MemoryFormat::ChannelsLast));
    network->train ();
  }

  double
  step (const torch::Tensor &pixels, const torch::Tensor &labels)
  {
    torch::Tensor logits;

    {
      Autocast autocast (compute);

      logits = network->forward (pixels.contiguous (torch::MemoryFormat::ChannelsLast));
    }
    logits = upsample_to (logits.to (torch::kFloat), recipe.patch, recipe.patch);

    torch::Tensor loss = training_loss (logits, labels.to (torch::kLong), LossWeights::of (recipe), true);
    const double value = loss.item<double> ();

    loss.backward ();
    optimiser.step ();
    update_average (average, *network, recipe.ema, steps++);
    return value;
  }
};

double
now ()
{
  return double (g_get_monotonic_time ()) / G_USEC_PER_SEC;
}

/* @processor: seconds of the processor a step, which hold on a busy machine, too, where there is one thread. */
std::vector<double>
measure (Training &training, int runs, double *processor)
{
  const torch::Tensor labels
      = torch::randint (0, 2, { training.recipe.batch, training.recipe.patch, training.recipe.patch });
  const torch::Tensor pixels
      = torch::randn ({ training.recipe.batch, 3, training.recipe.patch, training.recipe.patch });
  std::vector<double> seconds;
  std::clock_t first = 0;

  for (int i = 0; i <= runs; i++)
    {
      const double begin = now ();

      training.step (pixels, labels);
      if (i == 0)
        first = std::clock ();
      if (i > 0)
        seconds.push_back (now () - begin);
    }
  *processor = double (std::clock () - first) / CLOCKS_PER_SEC / runs;
  std::sort (seconds.begin (), seconds.end ());
  return seconds;
}

/* The median of steps whose batches are made meanwhile.  @processor: of all threads, a step. */
double
measure_augmented (Training &training, const Images &images, int runs, double *processor)
{
  const Normalisation normalisation = { { 0.485, 0.456, 0.406 }, { 0.229, 0.224, 0.225 } };
  const Sampler sampler (images.source, training.recipe);
  Loader loader (images.source, training.recipe, sampler, normalisation, 2, 0, runs + 3);
  std::vector<double> seconds;
  const std::clock_t first = std::clock ();

  for (int i = 0; i < runs + 3; i++)
    {
      const double begin = now ();
      const Batch batch = loader.next ();

      training.step (batch.pixels, batch.labels);
      /* The first ones find what was made before anybody stepped. */
      if (i >= 3)
        seconds.push_back (now () - begin);
    }
  *processor = double (std::clock () - first) / CLOCKS_PER_SEC / (runs + 3);
  std::sort (seconds.begin (), seconds.end ());
  return seconds[seconds.size () / 2];
}

/* Seconds of the processor a batch takes to be read and augmented, without a step. */
double
measure_loader (const AciniRecipe &recipe, const Images &images, int runs)
{
  const Normalisation normalisation = { { 0.485, 0.456, 0.406 }, { 0.229, 0.224, 0.225 } };
  const Sampler sampler (images.source, recipe);
  const std::clock_t first = std::clock ();
  Loader loader (images.source, recipe, sampler, normalisation, 2, 0, runs);

  for (int i = 0; i < runs; i++)
    loader.next ();
  return double (std::clock () - first) / CLOCKS_PER_SEC / runs;
}

} // namespace

int
main (int argc, char **argv)
{
  const char *net = argc > 1 ? argv[1] : "segformer-b0", *precision = argc > 4 ? argv[4] : "auto";
  const int runs = argc > 5 ? std::atoi (argv[5]) : 4;
  AciniRecipe *recipe = acini_recipe_load (BENCH_RECIPE, nullptr);

  g_assert_nonnull (recipe);
  recipe->patch = argc > 2 ? std::atoi (argv[2]) : 256;
  recipe->batch = argc > 3 ? std::atoi (argv[3]) : 8;
  g_assert_true (acini_recipe_set (recipe, "precision", precision, nullptr));

  const char *threads = g_getenv ("OMP_NUM_THREADS");
  AciniModelOptions options{};
  double processor = 0, both = 0;

  options.threads = threads != nullptr ? std::atoi (threads) : 0;

  const Compute compute = choose_compute (*recipe, &options);

  keep_memory ();
  torch::set_num_threads (compute.threads);

  Images images;
  Training training (net, *recipe, compute);
  const std::vector<double> seconds = measure (training, runs, &processor);
  const double batch = measure_loader (*recipe, images, 4 * runs);
  const double augmented = measure_augmented (training, images, runs, &both), median = seconds[seconds.size () / 2];

  std::printf ("{\"net\": \"%s\", \"size\": %d, \"batch\": %d, \"precision\": \"%s\", \"threads\": %d, "
               "\"median_s\": %.4f, \"processor_s\": %.4f, \"min_s\": %.4f, \"max_s\": %.4f, \"augmented_s\": %.4f, "
               "\"share\": %.3f, \"augmented_processor_s\": %.4f, \"processor_share\": %.3f, "
               "\"batch_processor_s\": %.4f}\n",
               net, recipe->patch, recipe->batch, compute.type == torch::kFloat ? "float32" : "bfloat16",
               compute.threads, median, processor, seconds.front (), seconds.back (), augmented, median / augmented,
               both, processor / both, batch);
  acini_recipe_free (recipe);
  return 0;
}
