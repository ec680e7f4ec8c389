/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Steps a second of training a SegFormer MiT-B0 on patches of 256 × 256, eight at a time: in float32 and in bfloat16.
 */

#include "model/kernels/kernels.hpp"
#include "model/training/losses.hpp"
#include "model/training/optimiser.hpp"
#include "model/training/precision.hpp"

#include <cstdio>
#include <cstdlib>

using namespace acini;

static double
measure (const Compute &compute, const AciniRecipe &recipe, int steps)
{
  std::shared_ptr<Network> network = make_network (Architecture::from_name ("segformer-b0", 2));
  Optimiser optimiser (*network, recipe);
  torch::Tensor target = torch::randint (0, 2, { recipe.batch, recipe.patch, recipe.patch });
  torch::Tensor x = torch::randn ({ recipe.batch, 3, recipe.patch, recipe.patch });
  gint64 begin = 0;

  network->train ();
  for (int i = 0; i <= steps; i++)
    {
      torch::Tensor logits;

      if (i == 1)
        begin = g_get_monotonic_time ();
      {
        Autocast autocast (compute);

        logits = network->forward (x.contiguous (torch::MemoryFormat::ChannelsLast));
      }
      logits = upsample_to (logits.to (torch::kFloat), recipe.patch, recipe.patch);
      training_loss (logits, target, {}, true).backward ();
      optimiser.step ();
    }
  return steps / (double (g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Compute compute = choose_compute (*recipe, nullptr);
  int steps = argc > 1 ? std::atoi (argv[1]) : 4;

  recipe->batch = 8;
  torch::set_num_threads (compute.threads);
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    {
      compute.type = type;
      std::printf ("%s: %.3f steps/s\n", torch::toString (type), measure (compute, *recipe, steps));
      std::fflush (stdout);
    }
  return 0;
}
