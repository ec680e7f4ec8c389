/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Three steps of AdamW against the losses and gradient norms of public implementations: SegFormer (Hugging Face's and
 * MMSegmentation's) and U-Net. */

#include "model/kernels/differentiable.hpp"
#include "model/kernels/kernels.hpp"
#include "model/kernels/onednn.hpp"
#include "model/kernels/processor.hpp"
#include "model/core/acini-npy.h"
#include "model/training/losses.hpp"
#include "model/training/optimiser.hpp"
#include "model/training/precision.hpp"
#include "model/training/schedule.hpp"

#include <cmath>
#include <functional>
#include <json-glib/json-glib.h>
#include <optional>

using namespace acini;

namespace
{

std::string kit;

JsonNode *
load_json (const std::string &path)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = nullptr;

  json_parser_load_from_file (parser, path.c_str (), &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

torch::Tensor
load_array (const std::string &path)
{
  g_autoptr (GError) error = nullptr;
  g_autoptr (AciniNpy) npy = acini_npy_load (path.c_str (), &error);

  g_assert_no_error (error);

  torch::IntArrayRef shape (npy->shape, size_t (npy->n_dims));

  return npy->floats != nullptr ? torch::from_blob (npy->floats, shape, torch::kFloat).clone ()
                                : torch::from_blob (npy->integers, shape, torch::kLong).clone ();
}

/* The @i-th of the reference's pseudo-random numbers for a tensor, -1 … 1. */
float
formula (uint64_t hash, uint64_t i)
{
  uint64_t z = hash + (i + 1) * 0x9E3779B97F4A7C15;

  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  z ^= z >> 31;
  return float (int32_t (z >> 48) - 32768) / 32768;
}

torch::Tensor
make_tensor (const std::string &salt, const std::string &name, const std::vector<int64_t> &shape)
{
  uint64_t hash = 0xcbf29ce484222325;
  torch::Tensor tensor = torch::empty (shape, torch::kFloat);
  float *values = tensor.data_ptr<float> ();

  if (g_str_has_suffix (name.c_str (), "num_batches_tracked"))
    return torch::full (shape, 100, torch::kLong);
  for (char c : salt + "/" + name)
    hash = (hash ^ uint8_t (c)) * 0x100000001b3;
  for (int64_t i = 0; i < tensor.numel (); i++)
    values[i] = formula (hash, uint64_t (i));
  if (g_str_has_suffix (name.c_str (), "running_mean"))
    return tensor * 0.25;
  if (g_str_has_suffix (name.c_str (), "running_var"))
    return 1 + tensor * 0.5;
  if (shape.size () == 1)
    return g_str_has_suffix (name.c_str (), "weight") ? 1 + tensor * 0.25 : tensor * 0.125;

  double scale = 1;

  while (6 / (scale * scale) < double (tensor.numel ()) / double (shape[0]))
    scale /= 2;
  return tensor * scale;
}

Checkpoint
make_checkpoint (const std::string &keys, const std::string &salt)
{
  g_autoptr (JsonNode) node = load_json (kit + keys);
  JsonArray *rows = json_node_get_array (node);
  Checkpoint checkpoint;

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);
      std::string name = json_array_get_string_element (row, 0);
      JsonArray *sizes = json_array_get_array_element (row, 1);
      std::vector<int64_t> shape;

      for (guint k = 0; k < json_array_get_length (sizes); k++)
        shape.push_back (json_array_get_int_element (sizes, k));
      checkpoint.tensors.insert (name, make_tensor (salt, name, shape));
    }
  return checkpoint;
}

std::shared_ptr<Network>
make_reference (const std::string &keys, const std::string &salt)
{
  Recognised recognised = recognise (make_checkpoint (keys, salt));
  Architecture architecture = recognised.architecture;

  architecture.drop_path = architecture.dropout = architecture.attention_dropout = architecture.head_dropout = 0;

  std::shared_ptr<Network> network = make_network (architecture);

  set_state (*network, recognised.tensors);
  network->train ();
  return network;
}

/* Our names of what MMSegmentation has under @name; the others' names are ours. */
std::vector<std::string>
translate (const std::string &name)
{
  const std::string attention = "segformer.encoder.block.0.0.attention.self.";

  if (name == "backbone.layers.0.0.projection.weight")
    return { "segformer.encoder.patch_embeddings.0.proj.weight" };
  if (name == "backbone.layers.0.1.0.attn.attn.in_proj_weight")
    return { attention + "query.weight", attention + "key.weight", attention + "value.weight" };
  if (name == "backbone.layers.2.1.1.ffn.layers.1.weight")
    return { "segformer.encoder.block.2.1.mlp.dwconv.dwconv.weight" };
  return { name };
}

double
gradient_norm (const Network &network, const std::vector<std::string> &names)
{
  auto parameters = network.named_parameters ();
  double sum = 0;

  for (const std::string &name : names)
    {
      g_assert_true (parameters.contains (name));
      sum += parameters[name].grad ().to (torch::kDouble).square ().sum ().item<double> ();
    }
  return std::sqrt (sum);
}

void
check_near (const char *what, double value, double expected, double tolerance)
{
  g_test_message ("%s: off by %.2g", what, value / expected - 1);
  g_assert_cmpfloat_with_epsilon (value, expected, tolerance * expected);
}

/* How near to the reference a training stays after so many steps; relative. */
struct Tolerance
{
  double loss[4] = { 1e-5, 1e-4, 1e-4, 1e-4 }, norm[3] = { 1e-3, 1e-3, 1e-3 }, logits = 1e-2;
};

void
check_gradients (const Network &network, JsonObject *norms, double total, double tolerance)
{
  g_autoptr (GList) names = json_object_get_members (norms);
  std::vector<std::string> all;

  for (GList *l = names; l != nullptr; l = l->next)
    {
      const char *name = static_cast<const char *> (l->data);

      check_near (name, gradient_norm (network, translate (name)), json_object_get_double_member (norms, name),
                  tolerance);
    }
  for (const auto &item : network.named_parameters ())
    if (item.value ().grad ().defined ())
      all.push_back (item.key ());
  check_near ("all gradients", gradient_norm (network, all), total, tolerance);
}

using Loss = std::function<torch::Tensor (const torch::Tensor &)>;

/* Before another loss is taken in train mode: that would move BatchNorm's statistics once more. */
void
check_logits (Network &network, const torch::Tensor &x, const char *name, double tolerance)
{
  torch::NoGradGuard no_grad;
  torch::Tensor logits = load_array (kit + "train/" + name + "_eval_logits_after3.npy");

  network.eval ();

  torch::Tensor ours = network.forward (x);

  network.train ();
  g_assert_true (ours.sizes () == logits.sizes ());
  g_assert_cmpfloat ((ours - logits).abs ().max ().item<double> (), <=, tolerance * logits.std ().item<double> ());
}

void
set_recipe (AciniRecipe *recipe, double head_multiplier)
{
  recipe->learning_rate = 6e-5;
  recipe->weight_decay = 0.05;
  recipe->decay_norms = TRUE;
  recipe->head_multiplier = head_multiplier;
  recipe->gradient_clip = 0;
}

void
check_steps (const char *name, const std::string &keys, double head_multiplier, const Loss &loss_of,
             const Tolerance &tolerance = {})
{
  g_autoptr (JsonNode) node = load_json (kit + "train/train.json");
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  JsonArray *cases = json_node_get_array (node);
  JsonObject *expected = nullptr;

  for (guint i = 0; i < json_array_get_length (cases); i++)
    if (g_str_equal (json_object_get_string_member (json_array_get_object_element (cases, i), "name"), name))
      expected = json_array_get_object_element (cases, i);
  g_assert_nonnull (expected);
  set_recipe (recipe, head_multiplier);

  torch::Tensor x = load_array (kit + "train/x.npy");
  std::shared_ptr<Network> network = make_reference (keys, json_object_get_string_member (expected, "salt"));
  Optimiser optimiser (*network, *recipe);
  JsonArray *losses = json_object_get_array_member (expected, "losses");

  optimiser.set_learning_rate (recipe->learning_rate);
  for (guint step = 0; step < json_array_get_length (losses); step++)
    {
      if (step + 1 == json_array_get_length (losses))
        check_logits (*network, x, name, tolerance.logits);

      torch::Tensor loss = loss_of (network->forward (x));

      check_near ("loss", loss.item<double> (), json_array_get_double_element (losses, step), tolerance.loss[step]);
      if (step + 1 == json_array_get_length (losses))
        break;
      loss.backward ();
      check_gradients (*network,
                       json_array_get_object_element (json_object_get_array_member (expected, "grad_norms"), step),
                       json_array_get_double_element (json_object_get_array_member (expected, "total_grad_norm"), step),
                       tolerance.norm[step]);
      optimiser.step ();
    }
}

bool
find_kit ()
{
  const char *shared = g_getenv ("ACINI_SHARED");

  if (shared == nullptr)
    g_test_skip ("ACINI_SHARED is not set");
  else
    kit = std::string (shared) + "/kit/";
  return shared != nullptr;
}

void
test_hugging_face ()
{
  if (!find_kit ())
    return;

  torch::Tensor target = load_array (kit + "train/target.npy");

  check_steps ("hf_tiny", "train/hf_tiny_keys.json", 1, [&] (const torch::Tensor &logits) {
    return torch_loss::cross_entropy (upsample_to (logits, target.size (1), target.size (2)), target);
  });
}

void
test_mmsegmentation ()
{
  if (!find_kit ())
    return;

  torch::Tensor target = load_array (kit + "train/target_ign.npy");

  check_steps ("mmseg_tiny", "train/mmseg_tiny_keys.json", 10, [&] (const torch::Tensor &logits) {
    return mmseg_loss::cross_entropy_and_dice (upsample_to (logits, target.size (1), target.size (2)), target);
  });
}

void
test_unet ()
{
  if (!find_kit ())
    return;

  torch::Tensor target = load_array (kit + "train/target.npy");

  /* BatchNorm over 8 values a channel, one of them next to 0 behind it: another order of summation switches a ReLU,
   * which moves the first gradient by 2e-3 already, and AdamW's first steps have the size of the learning rate however
   * small the gradient.  PyTorch itself is this far from its own numbers in float64, or with channels last; see the
   * test below. */
  const Tolerance tolerance{ { 1e-5, 1e-4, 2e-3, 5e-3 }, { 5e-3, 5e-2, 0.1 }, 0.1 };

  check_steps (
      "unet_r34", "unet_r34_formula/c1/keys.json", 1,
      [&] (const torch::Tensor &logits) { return torch_loss::binary_cross_entropy (logits, target.view_as (logits)); },
      tolerance);
}

/* The same steps in float64, where no rounding switches anything: PyTorch 2.6 with the U-Net of the folder's
 * reference.py gave these losses and norms of all gradients, whatever the order of the pixels in memory. */
void
test_unet_double ()
{
  const double losses[] = { 0.954358621411201, 0.8960022840327458, 0.8515078582551426, 0.8155061449316829 };
  const double norms[] = { 6.790477616077324, 4.575536781569121, 3.570164179672244 };

  if (!find_kit ())
    return;

  g_autoptr (JsonNode) manifest = load_json (kit + "manifest.json");

  if (!g_str_equal (json_object_get_string_member (json_node_get_object (manifest), "salt"), "dev-1"))
    {
      g_test_skip ("these numbers are of other weights");
      return;
    }

  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  std::shared_ptr<Network> network = make_reference ("unet_r34_formula/c1/keys.json", "dev-1");
  torch::Tensor x = load_array (kit + "train/x.npy").to (torch::kDouble);
  torch::Tensor target = load_array (kit + "train/target.npy").to (torch::kDouble);

  network->to (torch::kDouble);
  set_recipe (recipe, 1);

  Optimiser optimiser (*network, *recipe);
  std::vector<std::string> all;

  for (const auto &item : network->named_parameters ())
    all.push_back (item.key ());
  optimiser.set_learning_rate (recipe->learning_rate);
  for (int step = 0; step < 4; step++)
    {
      torch::Tensor logits = network->forward (x);
      torch::Tensor loss = torch_loss::binary_cross_entropy (logits, target.view_as (logits));

      check_near ("loss", loss.item<double> (), losses[step], 1e-7);
      if (step == 3)
        break;
      loss.backward ();
      check_near ("all gradients", gradient_norm (*network, all), norms[step], 1e-6);
      optimiser.step ();
    }
}

/* [difference] / [expected], both as long as vectors. */
double
get_distance (const torch::Tensor &value, const torch::Tensor &expected)
{
  g_assert_true (value.sizes () == expected.sizes ());
  return ((value - expected).norm () / (expected.norm () + 1e-20)).item<double> ();
}

struct Pass
{
  torch::Tensor logits;
  Tensors gradients, state;
};

/* One pass forwards and backwards, against a direction that changes from place to place. */
Pass
run_pass (const Architecture &architecture, const torch::Tensor &x, bool training, bool exactly)
{
  std::optional<ExactNumbers> exact;
  Pass pass;

  if (exactly)
    exact.emplace ();
  torch::manual_seed (5);
  std::shared_ptr<Network> network = make_network (architecture);
  for (const auto &item : network->named_buffers ())
    if (item.value ().is_floating_point ())
      item.value ().add_ (torch::rand_like (item.value ()));
  network->train (training);
  pass.logits = network->forward (x);
  (pass.logits * torch::randn (pass.logits.sizes ())).sum ().backward ();
  for (const auto &item : network->named_parameters ())
    if (item.value ().grad ().defined ())
      pass.gradients.insert (item.key (), item.value ().grad ());
  pass.state = get_state (*network);
  pass.logits = pass.logits.detach ();
  return pass;
}

/* Rounding turns ReLUs around: where one stands behind a BatchNorm over few pixels, that moves a gradient by 1e-2. */
void
check_own_pass (const Architecture &architecture, const torch::Tensor &x, bool training)
{
  const double tolerance = architecture.head == HeadKind::HuggingFace ? 5e-3 : 3e-2;
  const Pass expected = run_pass (architecture, x, training, true), own = run_pass (architecture, x, training, false);

  g_assert_cmpfloat (get_distance (own.logits, expected.logits), <, 1e-4);
  g_assert_cmpuint (own.gradients.size (), ==, expected.gradients.size ());
  for (const auto &item : expected.gradients)
    {
      const torch::Tensor &gradient = own.gradients[item.key ()];
      const double size = (item.value ().norm () / std::sqrt (double (item.value ().numel ()))).item<double> ();

      /* Some are nothing but rounding: the bias of what BatchNorm or a softmax takes. */
      if (size > 1e-3)
        {
          const double distance = get_distance (gradient, item.value ());

          g_test_message ("%s: %.1e", item.key ().c_str (), distance);
          g_assert_cmpfloat (distance, <, tolerance);
        }
    }
  for (const auto &item : expected.state)
    g_assert_cmpfloat (get_distance (own.state[item.key ()].to (torch::kFloat), item.value ().to (torch::kFloat)), <,
                       1e-4);
}

/* Our own loops, forwards and backwards, against libtorch's, of maps whose sides divide by nothing. */
void
test_own_loops ()
{
  torch::manual_seed (4);
  for (HeadKind head : { HeadKind::HuggingFace, HeadKind::MMSegmentation })
    for (NormKind norm : { NormKind::Batch, NormKind::Group })
      for (bool training : { true, false })
        {
          Architecture architecture = Architecture::from_name ("segformer-b0", 3);

          if (head == HeadKind::HuggingFace && norm == NormKind::Group)
            continue;
          architecture.head = head;
          architecture.norm = norm;
          architecture.norm_groups = 8;
          architecture.drop_path = architecture.dropout = architecture.attention_dropout = 0;
          architecture.head_dropout = 0;
          check_own_pass (architecture, torch::randn ({ 2, 3, 100, 132 }), training);
        }
}

/* Of cross-entropy and Dice in one pass, with pixels that do not count. */
void
test_own_loss ()
{
  torch::manual_seed (8);
  for (int64_t classes : { 2, 5 })
    {
      const torch::Tensor logits = torch::randn ({ 3, classes, 37, 151 }) * 4;
      const torch::Tensor target = torch::randint (0, classes, { 3, 37, 151 }, torch::kLong);
      const LossWeights weights{ 0.7, 3, 0, 0, 0, {} };

      target.masked_fill_ (torch::rand (target.sizes ()) < 0.3, ACINI_IGNORE);
      target[1].fill_ (ACINI_IGNORE);
      const torch::Tensor own = logits.clone ().requires_grad_ ();
      const torch::Tensor plain = logits.to (torch::kDouble).requires_grad_ (); /* is computed by libtorch */
      const torch::Tensor loss = training_loss (own, target, weights, true);
      const torch::Tensor expected = training_loss (plain, target, weights, true);

      (2 * loss).backward ();
      (2 * expected).backward ();
      g_assert_cmpfloat_with_epsilon (loss.item<double> (), expected.item<double> (), 1e-6 * expected.item<double> ());
      g_assert_cmpfloat (get_distance (own.grad ().to (torch::kDouble), plain.grad ()), <, 1e-5);

      const torch::Tensor ignored = logits.clone ().requires_grad_ ();
      training_loss (ignored, torch::full_like (target, ACINI_IGNORE), weights, true).backward ();
      g_assert_cmpfloat (ignored.grad ().abs ().max ().item<double> (), ==, 0);
    }
}

/* Products that are rounded to bfloat16: what autocast asks for, where the processor can. */
void
test_rounded_products ()
{
  const Compute low = [] {
    Compute compute;

    compute.device = torch::kCPU;
    compute.type = torch::kBFloat16;
    return compute;
  }();
  Architecture architecture = Architecture::from_name ("segformer-b0", 2);

  if (!wants_products (torch::kBFloat16) || get_processor ().tiles)
    {
      g_test_skip ("libtorch's products are taken here");
      return;
    }
  architecture.drop_path = architecture.head_dropout = 0;
  torch::manual_seed (9);

  const torch::Tensor x = torch::randn ({ 2, 3, 96, 128 });
  const Pass exact = run_pass (architecture, x, true, false);
  const Autocast autocast (low);
  const Pass rounded = run_pass (architecture, x, true, false);
  const double error = get_distance (rounded.logits, exact.logits);

  g_test_message ("off by %.1e", error);
  g_assert_true (rounded.logits.scalar_type () == torch::kFloat);
  g_assert_cmpfloat (error, >, 1e-5); /* they are rounded */
  g_assert_cmpfloat (error, <, 3e-2);
  for (const auto &item : exact.gradients)
    if (item.value ().norm ().item<double> () > 1)
      g_assert_cmpfloat (get_distance (rounded.gradients[item.key ()], item.value ()), <, 0.2);
}

/* Twice the half of everything, the same each time and with any number of threads, and so is what comes back. */
void
test_head_dropout ()
{
  constexpr int64_t width = 48;
  const int threads = at::get_num_threads ();
  torch::nn::BatchNorm2d norm (width);
  torch::nn::Conv2d classifier (torch::nn::Conv2dOptions (width, width, 1));
  torch::NoGradGuard no_grad;
  const torch::Tensor map = torch::rand ({ 2, 33, 31, width }) + 3;
  torch::Tensor results[2], gradients[2];

  classifier->weight.copy_ (torch::eye (width).view_as (classifier->weight));
  classifier->bias.zero_ ();
  norm->bias.fill_ (10); /* so that ReLU leaves all */
  for (int i = 0; i < 2; i++)
    {
      at::set_num_threads (i == 0 ? 1 : 3);
      torch::manual_seed (11);
      at::AutoGradMode grad (true);
      const torch::Tensor x = map.clone ().requires_grad_ ();

      results[i] = classify_normalised (x, norm, 0.5, classifier);
      (results[i] * torch::arange (1, 1 + results[i].numel ()).view_as (results[i]) * 1e-3).sum ().backward ();
      gradients[i] = classifier->weight.grad ().clone ();
      classifier->weight.mutable_grad () = torch::Tensor ();
      results[i] = results[i].detach ();
    }
  at::set_num_threads (threads);
  g_assert_true (results[0].equal (results[1]) && gradients[0].equal (gradients[1]));

  const torch::Tensor kept = results[0] != 0;
  g_assert_cmpfloat_with_epsilon (kept.to (torch::kDouble).mean ().item<double> (), 0.5, 0.01);
  /* Of each channel, and of neighbours no more often than chance has it. */
  g_assert_cmpfloat (
      (kept.to (torch::kDouble).mean (at::IntArrayRef ({ 0, 2, 3 })) - 0.5).abs ().max ().item<double> (), <, 0.06);
  g_assert_cmpfloat_with_epsilon (
      (kept.slice (3, 1) == kept.slice (3, 0, -1)).to (torch::kDouble).mean ().item<double> (), 0.5, 0.01);

  norm->eval ();
  norm->running_mean.copy_ (map.mean (at::IntArrayRef ({ 0, 1, 2 })));
  g_assert_true ((classify_normalised (map, norm, 0.5, classifier) > 0).all ().item<bool> ());
}

/* Steps of our own loop against torch's AdamW, with clipping, in two layouts. */
void
test_optimiser ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();

  set_recipe (recipe, 3);
  recipe->gradient_clip = 0.5;

  std::shared_ptr<Network> networks[2];
  for (auto &network : networks)
    {
      torch::manual_seed (6);
      network = make_network (Architecture::from_name ("segformer-b0", 2));
    }
  networks[1]->to (torch::kDouble); /* is computed by libtorch */
  for (torch::Tensor &parameter : networks[0]->parameters ())
    if (parameter.dim () == 4)
      parameter.set_data (parameter.contiguous (torch::MemoryFormat::ChannelsLast));

  Optimiser own (*networks[0], *recipe), plain (*networks[1], *recipe);
  for (int step = 0; step < 4; step++)
    {
      std::vector<torch::Tensor> theirs = networks[1]->parameters (), ours = networks[0]->parameters ();

      for (size_t i = 0; i < ours.size (); i++)
        {
          theirs[i].mutable_grad () = torch::randn_like (theirs[i]) * 1e-3;
          ours[i].mutable_grad () = theirs[i].grad ().to (torch::kFloat).contiguous ();
        }
      for (Optimiser *optimiser : { &own, &plain })
        {
          optimiser->set_learning_rate (1e-2 / (1 + step));
          optimiser->step ();
        }
    }
  const auto expected = networks[1]->parameters (), actual = networks[0]->parameters ();
  for (size_t i = 0; i < actual.size (); i++)
    g_assert_cmpfloat (get_distance (actual[i].detach ().to (torch::kDouble), expected[i].detach ()), <, 2e-5);
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, nullptr);
  /* The numbers are tested here, not this processor's oneDNN. */
  const acini::WithoutOneDnn native;
  g_test_add_func ("/train-steps/own-loops", test_own_loops);
  g_test_add_func ("/train-steps/own-loss", test_own_loss);
  g_test_add_func ("/train-steps/rounded-products", test_rounded_products);
  g_test_add_func ("/train-steps/head-dropout", test_head_dropout);
  g_test_add_func ("/train-steps/optimiser", test_optimiser);
  g_test_add_func ("/train-steps/hugging-face", test_hugging_face);
  g_test_add_func ("/train-steps/mmsegmentation", test_mmsegmentation);
  g_test_add_func ("/train-steps/unet", test_unet);
  g_test_add_func ("/train-steps/unet-double", test_unet_double);
  return g_test_run ();
}
