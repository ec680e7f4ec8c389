/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether this computer can train a network: one step of the real shapes, whose numbers are compared with those of
 * libtorch's own loops. */

#include "model/training/trainer.hpp"

#include "acini-config.h"
#include "model/base/memory.hpp"
#include "model/inference/device.hpp"
#include "model/inference/tuning-cache.hpp"
#include "model/kernels/kernels.hpp"
#include "model/kernels/onednn.hpp"
#include "model/kernels/processor.hpp"
#include "model/network/parity.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <glib/gi18n-lib.h>

namespace acini
{

namespace
{

/* Largest errors, in standard deviations of the logits and in lengths of the gradient.  In float32 another order of the
 * same sums turns some ReLUs around.  What bfloat16's 8 bits do depends on the weights (0.2 was seen where all is as it
 * should be); what a wrong sum does is larger than that. */
constexpr double kFloatLogits = 1e-4, kLowLogits = 0.25, kFloatGradient = 5e-3, kLowGradient = 0.25;
/* What bfloat16's gradient may be off by, in what the rounding of the weights alone does to it: the sums' comes on
 * top.  Where what flows back nearly cancels out, both are large. */
constexpr double kRounding = 8;

struct Numbers
{
  torch::Tensor logits, gradient; /* flat, all parameters' one after the other */
};

/* The network as it will be trained, and what it is tried on. */
struct Candidate
{
  LoadedNetwork start;
  Compute compute;
  int batch, patch;
  bool free; /* the faster precision is taken where both are right */

  std::string
  make_key (torch::ScalarType type) const
  {
    const Shape shape = { batch, patch, patch, compute.threads };
    const std::string elsewhere = compute.device.is_cpu () ? "" : "-" + describe_device (compute.device);

    return "training-" + describe (start.network->architecture) + "-" + shape.to_string () + "-"
           + (type == torch::kFloat ? "float32"
              : free                ? "fastest"
                                    : "bfloat16")
           + elsewhere;
  }
};

Candidate
make_candidate (const char *parent, const AciniRecipe &recipe, const AciniModelOptions *options)
{
  const Compute compute = choose_compute (recipe, options);
  const bool chosen = (options != nullptr && options->precision != ACINI_PRECISION_AUTO)
                      || g_str_equal (recipe.precision, "bfloat16");

  return { make_start (parent, recipe), compute, recipe.batch, recipe.patch,
           !chosen && compute.type != torch::kFloat && compute.device.is_cpu () };
}

torch::Tensor
make_pixels (const Candidate &candidate, int64_t n, int64_t side)
{
  const AciniCard *card = candidate.start.card.get ();
  const torch::Tensor mean = torch::tensor (at::ArrayRef<double> (card->mean, 3)).view ({ 1, 3, 1, 1 });
  const torch::Tensor deviation = torch::tensor (at::ArrayRef<double> (card->std, 3)).view ({ 1, 3, 1, 1 });
  const torch::Tensor rgb = make_tissue (n, side).permute ({ 0, 3, 1, 2 }).to (torch::kDouble) / 255;

  return ((rgb - mean) / deviation).to (torch::kFloat).contiguous (torch::MemoryFormat::ChannelsLast);
}

/* The gradient of the logits' sum with weights that change from place to place: no softmax hides what is wrong. */
Numbers
differentiate (Network &network, const Compute &compute, const torch::Tensor &x)
{
  at::Generator random = at::make_generator<at::CPUGeneratorImpl> (7);
  std::vector<torch::Tensor> parts;
  Numbers numbers;

  network.zero_grad ();
  {
    Autocast autocast (compute);

    numbers.logits = network.forward (x).to (torch::kFloat);
  }
  const torch::Tensor blocks = at::randn ({ numbers.logits.size (0), numbers.logits.size (1), 8, 8 }, random,
                                          torch::TensorOptions (torch::kFloat));
  const torch::Tensor direction = at::upsample_nearest2d (blocks, { numbers.logits.size (2), numbers.logits.size (3) })
                                      .to (numbers.logits.device ());
  (numbers.logits * direction).sum ().backward ();
  for (const torch::Tensor &parameter : network.parameters ())
    if (parameter.grad ().defined ())
      parts.push_back (parameter.grad ().detach ().flatten ().clone ());
  numbers.gradient = torch::cat (parts).cpu ();
  numbers.logits = numbers.logits.detach ().cpu ();
  return numbers;
}

torch::Tensor
predict (Network &network, const Compute &compute, const torch::Tensor &x)
{
  torch::NoGradGuard no_grad;
  Autocast autocast (compute);

  return network.forward (x).to (torch::kCPU, torch::kFloat);
}

double
get_largest_error (const torch::Tensor &actual, const torch::Tensor &expected)
{
  const double deviation
      = std::max ({ expected.std (false).item<double> (), 1e-6 * expected.abs ().max ().item<double> (), 1e-30 });

  return (actual - expected).abs ().max ().item<double> () / deviation;
}

double
get_mean_error (const torch::Tensor &actual, const torch::Tensor &expected)
{
  return ((actual - expected).square ().mean ().sqrt () / (expected.std (false) + 1e-30)).item<double> ();
}

/* As the trainer does, dropout and all. */
double
take_step (Candidate &candidate, const AciniRecipe &recipe, const torch::Tensor &x)
{
  Network &network = *candidate.start.network;
  const bool background = !g_str_equal (candidate.start.card->activation, "sigmoid");
  const LossWeights weights = LossWeights::of (recipe);
  const int64_t classes = network.architecture.classes + (background ? 0 : 1);
  const torch::Tensor target
      = torch::randint (0, classes, { candidate.batch, candidate.patch, candidate.patch }, torch::kLong)
            .to (candidate.compute.device);
  Optimiser optimiser (network, recipe);
  const gint64 start = g_get_monotonic_time ();
  torch::Tensor logits;

  network.train ();
  {
    Autocast autocast (candidate.compute);

    logits = network.forward (x.to (candidate.compute.device));
  }
  logits = upsample_to (logits.to (torch::kFloat), candidate.patch, candidate.patch);
  training_loss (logits, target, weights, background).backward ();
  optimiser.step ();
  return (g_get_monotonic_time () - start) / 1e6;
}

/* Of what libtorch's own loops gave: no other way would make numbers of it. */
void
check_finite (const Numbers &expected, const Candidate &candidate)
{
  if (!std::isfinite (expected.logits.sum ().item<float> ())
      || !std::isfinite (expected.gradient.norm ().item<float> ()))
    fail (ACINI_MODEL_ERROR_NOT_FINITE,
          _ ("The network of “%s” gives results that are not numbers, so that it cannot learn; start from another "
             "model"),
          candidate.start.card->name);
}

double
get_distance (const torch::Tensor &actual, const torch::Tensor &expected)
{
  return ((actual - expected).norm () / (expected.norm () + 1e-30)).item<double> ();
}

/* What rounding the weights and the pixels to bfloat16 does to the gradient where all else is exact. */
double
measure_rounding (Network &network, const Compute &exactly, const torch::Tensor &x, const Numbers &expected)
{
  const auto round = [] (const torch::Tensor &tensor) { return tensor.to (torch::kBFloat16).to (tensor.dtype ()); };
  const std::vector<torch::Tensor> parameters = network.parameters ();
  std::vector<torch::Tensor> exact;

  for (const torch::Tensor &parameter : parameters)
    {
      exact.push_back (parameter.detach ().clone ());
      parameter.detach ().copy_ (round (exact.back ()));
    }

  const Numbers rounded = differentiate (network, exactly, round (x));

  for (size_t i = 0; i < parameters.size (); i++)
    parameters[i].detach ().copy_ (exact[i]);
  return get_distance (rounded.gradient, expected.gradient);
}

/* What libtorch's own loops give on the processor. */
struct Expected
{
  torch::Tensor x, larger; /* pixels, those of @larger as images are validated */
  Numbers numbers;
  torch::Tensor logits; /* of @larger */
  double rounding = 0;  /* see measure_rounding (); 0 where all is float32 */
};

Expected
compute_expected (Candidate &candidate)
{
  const WithoutOneDnn native;
  const ExactNumbers plain;
  Network &network = *candidate.start.network;
  Compute exactly = candidate.compute;
  Expected expected;

  exactly.type = torch::kFloat;
  exactly.device = torch::kCPU;
  network.eval ();
  expected.x = make_pixels (candidate, candidate.batch, candidate.patch);
  expected.larger = make_pixels (candidate, 1, 2 * candidate.patch);
  expected.numbers = differentiate (network, exactly, expected.x);
  expected.logits = predict (network, exactly, expected.larger);
  check_finite (expected.numbers, candidate);
  if (candidate.compute.type != torch::kFloat || !candidate.compute.device.is_cpu ())
    expected.rounding = measure_rounding (network, exactly, expected.x, expected.numbers);
  network.zero_grad ();
  return expected;
}

/* As it will be trained.  Leaves the network on the device.  Returns: whether all is as it should be, and the
 * gradient's error. */
std::pair<bool, double>
judge (Candidate &candidate, const Expected &expected)
{
  Network &network = *candidate.start.network;
  const torch::Device &device = candidate.compute.device;
  /* A GPU's float32 has 10 bits where it multiplies. */
  const bool full = candidate.compute.type == torch::kFloat && device.is_cpu ();
  const double most = full ? kFloatGradient : std::max (kLowGradient, kRounding * expected.rounding);

  network.eval ();
  network.to (device);
  const Numbers actual = differentiate (network, candidate.compute, expected.x.to (device));
  const torch::Tensor larger = predict (network, candidate.compute, expected.larger.to (device));
  const double gradient = get_distance (actual.gradient, expected.numbers.gradient);
  const auto get_error = full ? get_largest_error : get_mean_error;
  const double logits
      = std::max (get_error (actual.logits, expected.numbers.logits), get_error (larger, expected.logits));

  g_debug ("training: error of the logits %.1e, of the gradient %.1e of %.1e", logits, gradient, most);
  return { logits <= (full ? kFloatLogits : kLowLogits) && gradient <= most, gradient };
}

void
add_row (JsonArray *table, const Candidate &candidate, bool right, double error, double seconds)
{
  const Shape shape = { candidate.batch, candidate.patch, candidate.patch, candidate.compute.threads };
  JsonObject *row;

  if (table == nullptr)
    return;
  row = json_object_new ();
  json_object_set_string_member (row, "shape", shape.to_string ().c_str ());
  json_object_set_int_member (row, "threads", shape.threads);
  json_object_set_string_member (row, "way",
                                 candidate.compute.type == torch::kFloat ? "training, float32" : "training, bfloat16");
  json_object_set_string_member (row, "onednn", acini_onednn_to_string (get_onednn ()));
  if (std::isfinite (error))
    json_object_set_double_member (row, "error", error);
  json_object_set_string_member (row, "verdict", right ? "right" : "wrong");
  json_object_set_double_member (row, "seconds", seconds);
  json_array_add_object_element (table, row);
}

/* Of a step, the first one not counted. */
double
time_step (Candidate &candidate, const AciniRecipe &recipe, const torch::Tensor &x)
{
  take_step (candidate, recipe, x);
  return take_step (candidate, recipe, x);
}

/* bfloat16 is right: whether float32 is right, too, and faster, as attention over many tokens is without matrix tiles.
 * @error: its, then. */
bool
is_float32_faster (const Candidate &candidate, const AciniRecipe &recipe, const Expected &expected, JsonArray *table,
                   double *error)
{
  Candidate low = candidate, full = candidate;

  full.compute.type = torch::kFloat;
  const auto [right, full_error] = judge (full, expected);
  const double seconds = time_step (full, recipe, expected.x), low_seconds = time_step (low, recipe, expected.x);

  add_row (table, full, right, full_error, seconds);
  *error = full_error;
  return right && seconds < low_seconds;
}

void
try_training (Candidate candidate, const AciniRecipe &recipe, JsonArray *table)
{
  /* What is found out answers what was asked for, in whatever precision that is. */
  const std::string key = candidate.make_key (candidate.compute.type);

  /* Without oneDNN lower precisions are slower by far. */
  if (get_onednn () == ACINI_ONEDNN_OFF && candidate.compute.device.is_cpu ())
    candidate.compute.type = torch::kFloat;
  mark_onednn_used ();
  keep_memory ();
  torch::set_num_threads (candidate.compute.threads);
  for (torch::Tensor &parameter : candidate.start.network->parameters ())
    if (parameter.dim () == 4)
      parameter.set_data (parameter.contiguous (torch::MemoryFormat::ChannelsLast));

  const Expected expected = compute_expected (candidate);
  const auto [right, low_error] = judge (candidate, expected);
  const bool full = candidate.compute.type == torch::kFloat;
  Way way = { full ? ACINI_PRECISION_FLOAT32 : ACINI_PRECISION_BFLOAT16, Products::Default };
  double error = low_error, full_error = 0;

  if (right && !full && candidate.free && is_float32_faster (candidate, recipe, expected, table, &full_error))
    {
      way.precision = ACINI_PRECISION_FLOAT32;
      error = full_error;
    }
  add_row (table, candidate, right, low_error, take_step (candidate, recipe, expected.x));
  if (!right)
    fail (ACINI_MODEL_ERROR_NUMBERS,
          _ ("This computer's processor computes the gradient of “%s” wrongly with what oneDNN may use now (%s)"),
          candidate.start.card->name, acini_onednn_to_string (get_onednn ()));
  remember_way (key, candidate.compute.threads,
                { get_onednn (), way, { ACINI_PRECISION_FLOAT32, Products::Default }, error });
}

} // namespace

} // namespace acini

gboolean
acini_model_recall_training_way (const char *parent, const AciniRecipe *recipe, const AciniModelOptions *options,
                                 gboolean *known, AciniOneDnn *level, AciniPrecision *precision, GError **error)
{
  g_return_val_if_fail (recipe != nullptr && known != nullptr && level != nullptr && precision != nullptr, FALSE);

  return acini::guard (error, [&] {
    const acini::Candidate candidate = acini::make_candidate (parent, *recipe, options);

    *known = FALSE;
    *level = acini::get_onednn ();
    *precision = options != nullptr ? options->precision : ACINI_PRECISION_AUTO;
    if (const auto way = acini::recall_way (candidate.make_key (candidate.compute.type), candidate.compute.threads))
      {
        *known = TRUE;
        *level = way->level;
        *precision = way->way.precision;
      }
  });
}

gboolean
acini_model_try_training (const char *parent, const AciniRecipe *recipe, const AciniModelOptions *options,
                          JsonArray *table, GError **error)
{
  g_return_val_if_fail (recipe != nullptr, FALSE);

  return acini::guard (error,
                       [&] { acini::try_training (acini::make_candidate (parent, *recipe, options), *recipe, table); });
}
