/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Losses and learning rates: against reference numbers where there are some, and what Acini's own loss promises. */

#include "model/acini-model.h"
#include "model/core/acini-npy.h"
#include "model/training/losses.hpp"
#include "model/training/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <json-glib/json-glib.h>
#include <map>
#include <torch/nn/functional/loss.h>

using namespace acini;
using Loss = std::function<torch::Tensor (const torch::Tensor &, const torch::Tensor &)>;

namespace
{

const std::map<std::string, Loss> &
get_losses ()
{
  using smp_loss::Mode;
  static const Loss mmseg_ce = mmseg_loss::cross_entropy, mmseg_dice = mmseg_loss::dice;
  static const Loss torch_ce = torch_loss::cross_entropy;
  static const Loss mmseg_both = [] (auto &x, auto &t) { return mmseg_loss::cross_entropy_and_dice (x, t); };
  static const Loss bce = [] (auto &x, auto &t) { return torch_loss::binary_cross_entropy (x, t); };
  static const Loss smp_dice_binary = [] (auto &x, auto &t) { return smp_loss::dice (x, t, Mode::Binary); };
  static const std::map<std::string, Loss> losses = {
    { "mmseg_ce", mmseg_ce },
    { "torch_ce", torch_ce },
    { "mmseg_dice", mmseg_dice },
    { "mmseg_ce_3dice", mmseg_both },
    { "bce_logits", bce },
    { "bce_logits_posw3", [] (auto &x, auto &t) { return torch_loss::binary_cross_entropy (x, t, 3); } },
    { "smp_dice_bin", smp_dice_binary },
    { "smp_dice_bin_empty", smp_dice_binary },
    { "smp_dice_bin_smooth1", [] (auto &x, auto &t) { return smp_loss::dice (x, t, Mode::Binary, 1); } },
    { "smp_dice_mc", [] (auto &x, auto &t) { return smp_loss::dice (x, t, Mode::Multiclass); } },
    { "smp_dice_ml", [] (auto &x, auto &t) { return smp_loss::dice (x, t, Mode::Multilabel); } },
    { "smp_jaccard_bin", [] (auto &x, auto &t) { return smp_loss::jaccard (x, t, Mode::Binary); } },
    { "smp_focal_bin", [] (auto &x, auto &t) { return smp_loss::focal (x, t, Mode::Binary); } },
    { "smp_focal_bin_a25", [] (auto &x, auto &t) { return smp_loss::focal (x, t, Mode::Binary, 0.25); } },
    { "smp_focal_mc", [] (auto &x, auto &t) { return smp_loss::focal (x, t, Mode::Multiclass); } },
    { "tv_focal_a25_g2", [] (auto &x, auto &t) { return torch_loss::sigmoid_focal (x, t, 0.25, 2); } },
    { "bce_plus_smp_dice", [] (auto &x, auto &t) { return bce (x, t) + smp_dice_binary (x, t); } },
  };

  return losses;
}

/* "mmseg_ce_mc_ign" → "mmseg_ce": the data a case is on end its name, except where they are the loss's own. */
Loss
find_loss (std::string name)
{
  for (const char *data : { "", "_ign", "_mc", "_c2" })
    {
      if (*data != '\0' && g_str_has_suffix (name.c_str (), data))
        name.resize (name.size () - strlen (data));

      auto found = get_losses ().find (name);

      if (found != get_losses ().end ())
        return found->second;
    }
  g_error ("no loss for “%s”", name.c_str ());
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

/* NULL, the test skipped, without the shared folder. */
JsonNode *
load_kit (const char *name, std::string *folder)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = nullptr;

  if (shared == nullptr)
    {
      g_test_skip ("ACINI_SHARED is not set");
      return nullptr;
    }
  *folder = std::string (shared) + "/kit/";
  json_parser_load_from_file (parser, (*folder + name).c_str (), &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

void
check_case (JsonObject *object, const std::string &folder)
{
  std::string name = json_object_get_string_member (object, "name");
  torch::Tensor target = load_array (folder + json_object_get_string_member (object, "target") + ".npy");
  torch::Tensor logits = load_array (folder + json_object_get_string_member (object, "logits") + ".npy");
  torch::Tensor gradient = load_array (folder + json_object_get_string_member (object, "grad"));
  double expected = json_object_get_double_member (object, "value_f64");

  /* The value in double precision and in the one that training has, and the gradient in the latter. */
  logits.requires_grad_ (true);

  torch::Tensor loss = find_loss (name) (logits, target);
  double exact = find_loss (name) (logits.detach ().to (torch::kDouble), target).item<double> ();

  loss.backward ();

  double error = (logits.grad () - gradient).abs ().max ().item<double> ();

  g_test_message ("%s: %.9g, in float32 off by %.2g, gradient by %.2g", name.c_str (), exact,
                  loss.item<double> () - expected, error);
  g_assert_cmpfloat_with_epsilon (exact, expected, 1e-6 * std::max (std::abs (expected), 1e-6));
  g_assert_cmpfloat_with_epsilon (loss.item<double> (), expected, 1e-6 * std::max (std::abs (expected), 1.0));
  g_assert_cmpfloat (error, <=, 1e-5 * gradient.abs ().max ().item<double> ());
}

void
test_reference ()
{
  std::string folder;
  g_autoptr (JsonNode) node = load_kit ("losses/losses.json", &folder);

  if (node == nullptr)
    return;

  JsonArray *cases = json_node_get_array (node);

  g_assert_cmpuint (json_array_get_length (cases), >=, 29);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    check_case (json_array_get_object_element (cases, i), folder + "losses/");
}

struct Data
{
  torch::Tensor logits, target;
};

Data
make_data (int64_t channels, int64_t classes)
{
  torch::manual_seed (7);
  return { torch::randn ({ 2, channels, 12, 9 }, torch::kDouble), torch::randint (0, classes, { 2, 12, 9 }) };
}

/* With every pixel labelled ours is MMSegmentation's. */
void
test_all_labelled ()
{
  Data data = make_data (3, 3);
  double ours = training_loss (data.logits, data.target, { 1, 3, 0 }, true).item<double> ();
  double theirs = mmseg_loss::cross_entropy_and_dice (data.logits, data.target).item<double> ();

  g_assert_cmpfloat_with_epsilon (ours, theirs, 1e-12);
}

/* Whatever the network says on unlabelled pixels, loss and gradient elsewhere are the same, and there it is 0. */
void
check_ignored (bool background, int64_t channels)
{
  Data data = make_data (channels, 2);
  LossWeights weights{ 1, 3, 0.5, 1, 2, { 1, 2, 3, 4 } };
  torch::Tensor ignored = torch::rand ({ 2, 12, 9 }) < 0.4;
  torch::Tensor target = data.target.masked_fill (ignored, ACINI_IGNORE);
  torch::Tensor a = data.logits.clone ().requires_grad_ (true);
  torch::Tensor b
      = torch::where (ignored.unsqueeze (1), 5 * torch::randn_like (data.logits), data.logits).requires_grad_ (true);
  torch::Tensor loss_a = training_loss (a, target, weights, background);
  torch::Tensor loss_b = training_loss (b, target, weights, background);

  loss_a.backward ();
  loss_b.backward ();
  g_assert_cmpfloat_with_epsilon (loss_a.item<double> (), loss_b.item<double> (), 1e-12);
  g_assert_true (torch::allclose (a.grad (), b.grad (), 0, 1e-12));
  g_assert_cmpfloat (a.grad ().masked_select (ignored.unsqueeze (1)).abs ().max ().item<double> (), ==, 0);
  g_assert_cmpfloat (a.grad ().abs ().max ().item<double> (), >, 0);
}

void
test_ignored ()
{
  check_ignored (true, 2);
  check_ignored (true, 4);
  check_ignored (false, 1);
  check_ignored (false, 3);
}

/* Part of an image labelled is as good as that part alone, where no smoothing term interferes. */
void
test_part ()
{
  Data data = make_data (2, 2);
  torch::Tensor target = data.target.clone ();

  target.slice (2, 5).fill_ (ACINI_IGNORE);
  for (LossWeights weights : { LossWeights{ 1, 0, 0 }, LossWeights{ 0, 3, 0 }, LossWeights{ 0, 0, 1 } })
    {
      double masked = training_loss (data.logits, target, weights, true).item<double> ();
      double cut
          = training_loss (data.logits.slice (3, 0, 5), data.target.slice (2, 0, 5), weights, true).item<double> ();

      g_assert_cmpfloat_with_epsilon (masked, cut, 1e-12);
    }
}

void
test_nothing_labelled ()
{
  Data data = make_data (2, 2);
  torch::Tensor nothing = torch::full ({ 2, 12, 9 }, ACINI_IGNORE, torch::kLong);
  torch::Tensor logits = data.logits.requires_grad_ (true);

  for (bool background : { true, false })
    {
      torch::Tensor loss = training_loss (logits, nothing, { 1, 3, 1, 1, 1 }, background);

      loss.backward ();
      g_assert_cmpfloat (loss.item<double> (), ==, 0);
      g_assert_cmpfloat (logits.grad ().abs ().max ().item<double> (), ==, 0);
    }
}

/* A sample of half the weight adds half as much to the loss and to its gradient as one in full, one without weight
 * nothing. */
void
test_sample_weights ()
{
  for (bool background : { true, false })
    {
      Data data = make_data (background ? 3 : 2, 3);
      const LossWeights weights{ 1, 3, 1, 1, 0 };
      auto of = [&] (float first, float second) {
        torch::Tensor logits = data.logits.detach ().clone ().requires_grad_ (true);
        torch::Tensor loss
            = training_loss (logits, data.target, torch::tensor ({ first, second }), weights, background);

        loss.backward ();
        return std::make_pair (loss.item<double> (), logits.grad ());
      };
      auto [full, full_gradient] = of (1, 1);
      auto [half, half_gradient] = of (1, 0.5);
      auto [none, no_gradient] = of (1, 0);
      auto [light, light_gradient] = of (0.25, 0.25);

      g_assert_cmpfloat (full, ==, training_loss (data.logits, data.target, weights, background).item<double> ());
      g_assert_cmpfloat_with_epsilon (light, full / 4, 1e-12);
      g_assert_true (torch::allclose (light_gradient, full_gradient / 4));
      g_assert_cmpfloat (no_gradient[1].abs ().max ().item<double> (), ==, 0);
      g_assert_true (torch::allclose (half_gradient[0], no_gradient[0]));
      g_assert_cmpfloat (no_gradient[0].abs ().max ().item<double> (), >, 0);

      double first = training_loss (data.logits.slice (0, 0, 1), data.target.slice (0, 0, 1), weights, background)
                         .item<double> ();
      double second = training_loss (data.logits.slice (0, 1, 2), data.target.slice (0, 1, 2), weights, background)
                          .item<double> ();

      g_assert_cmpfloat_with_epsilon (half, (first + second / 2) / 2, 1e-12);
      g_assert_cmpfloat_with_epsilon (none, first / 2, 1e-12);
    }
}

/* Two channels of softmax say what one of sigmoid does, when the first is held at 0. */
void
test_sigmoid ()
{
  Data data = make_data (1, 2);
  torch::Tensor both = torch::cat ({ torch::zeros_like (data.logits), data.logits }, 1);
  LossWeights weights{ 1, 0, 1 };

  g_assert_cmpfloat_with_epsilon (training_loss (data.logits, data.target, weights, false).item<double> (),
                                  training_loss (both, data.target, weights, true).item<double> (), 1e-12);
}

/* The Lovász extension of the Jaccard loss by its definition (Berman et al. 2018, definition 1): the set of the k worst
 * pixels, counted anew for each k. */
double
extend_jaccard (std::vector<std::pair<double, bool>> errors)
{
  double sum = 0, before = 0;

  std::stable_sort (errors.begin (), errors.end (), [] (auto &a, auto &b) { return a.first > b.first; });
  for (size_t k = 1; k <= errors.size (); k++)
    {
      double missed = 0, joined = 0;

      for (size_t i = 0; i < errors.size (); i++)
        {
          missed += i < k;
          joined += errors[i].second || i < k;
        }
      sum += std::max (errors[k - 1].first, 0.0) * (missed / joined - before);
      before = missed / joined;
    }
  return sum;
}

void
test_lovasz_softmax ()
{
  Data data = make_data (3, 2);
  LossWeights weights{ 0, 0, 0, 0, 1, {} };
  torch::Tensor p = data.logits.softmax (1), target = data.target.clone ();
  double expected = 0;

  target.slice (2, 6).fill_ (ACINI_IGNORE);
  /* Class 2 is nowhere and does not count. */
  for (int64_t k = 0; k < 2; k++)
    {
      std::vector<std::pair<double, bool>> errors;

      for (int64_t n = 0; n < 2; n++)
        for (int64_t y = 0; y < 12; y++)
          for (int64_t x = 0; x < 6; x++)
            {
              bool truth = target[n][y][x].item<int64_t> () == k;

              errors.push_back ({ std::abs (truth - p[n][k][y][x].item<double> ()), truth });
            }
      expected += extend_jaccard (errors) / 2;
    }
  g_assert_cmpfloat_with_epsilon (training_loss (data.logits, target, weights, true).item<double> (), expected, 1e-12);
}

/* Where every error is 0 or 1 it is the Jaccard loss itself. */
void
test_lovasz_hard ()
{
  Data data = make_data (2, 2);
  torch::Tensor said = torch::randint (0, 2, { 2, 12, 9 });
  torch::Tensor logits = (1000 * torch::one_hot (said, 2).movedim (-1, 1)).to (torch::kDouble);
  double expected = 0;

  for (int k : { 0, 1 })
    {
      double both = ((said == k) & (data.target == k)).sum ().item<double> ();
      double any = ((said == k) | (data.target == k)).sum ().item<double> ();

      expected += (1 - both / any) / 2;
    }
  g_assert_cmpfloat_with_epsilon (training_loss (logits, data.target, { 0, 0, 0, 0, 1, {} }, true).item<double> (),
                                  expected, 1e-9);
}

void
test_lovasz_hinge ()
{
  Data data = make_data (1, 2);
  std::vector<std::pair<double, bool>> errors;
  torch::Tensor x = data.logits.flatten (), t = data.target.flatten ();

  for (int64_t i = 0; i < x.numel (); i++)
    {
      bool truth = t[i].item<int64_t> () == 1;

      errors.push_back ({ 1 - x[i].item<double> () * (truth ? 1 : -1), truth });
    }
  g_assert_cmpfloat_with_epsilon (
      training_loss (data.logits, data.target, { 0, 0, 0, 0, 1, {} }, false).item<double> (), extend_jaccard (errors),
      1e-12);
}

void
test_jaccard ()
{
  torch::Tensor logits = torch::zeros ({ 1, 1, 2, 2 }, torch::kDouble);
  torch::Tensor target = torch::tensor ({ 1, 1, 0, 255 }, torch::kLong).view ({ 1, 2, 2 });

  /* Halves everywhere: 1 in common of 1.5 + 2 - 1, and the smoothing 1. */
  g_assert_cmpfloat_with_epsilon (training_loss (logits, target, { 0, 0, 0, 1, 0, {} }, false).item<double> (),
                                  1 - 2 / 3.5, 1e-12);
}

/* Against torch's own weighted cross-entropy; and a class of weight 0 is none. */
void
test_class_weights ()
{
  Data data = make_data (3, 3);
  LossWeights weights{ 1, 0, 0, 0, 0, { 0.5, 2, 4 } };
  torch::Tensor target = data.target.clone ();
  auto options = torch::nn::functional::CrossEntropyFuncOptions ()
                     .ignore_index (ACINI_IGNORE)
                     .weight (torch::tensor ({ 0.5, 2.0, 4.0 }, torch::kDouble));

  target.slice (2, 5).fill_ (ACINI_IGNORE);
  g_assert_cmpfloat_with_epsilon (training_loss (data.logits, target, weights, true).item<double> (),
                                  torch::nn::functional::cross_entropy (data.logits, target, options).item<double> (),
                                  1e-12);

  weights = { 0, 1, 0, 1, 1, { 1, 0, 0 } };

  torch::Tensor other = torch::where (target == 1, 2, target);

  g_assert_cmpfloat_with_epsilon (training_loss (data.logits, target, weights, true).item<double> (),
                                  training_loss (data.logits, other, weights, true).item<double> (), 1e-12);
}

/* All parts at once are the sum of each alone. */
void
test_sum ()
{
  for (bool background : { true, false })
    {
      Data data = make_data (background ? 3 : 2, 3);
      double sum = 0;

      for (int part = 0; part < 5; part++)
        {
          LossWeights one{ 0, 0, 0, 0, 0, { 1, 2, 3 } };

          (part == 0   ? one.cross_entropy
           : part == 1 ? one.dice
           : part == 2 ? one.focal
           : part == 3 ? one.jaccard
                       : one.lovasz)
              = 0.5 + part;
          sum += training_loss (data.logits, data.target, one, background).item<double> ();
        }
      g_assert_cmpfloat_with_epsilon (
          training_loss (data.logits, data.target, { 0.5, 1.5, 2.5, 3.5, 4.5, { 1, 2, 3 } }, background)
              .item<double> (),
          sum, 1e-12);
    }
}

/* torch.optim.lr_scheduler.OneCycleLR (max_lr=0.01, total_steps=100, pct_start=0.25) and CosineAnnealingLR by their
 * published formulas, worked out by hand at some steps. */
void
test_schedules ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();

  g_assert_cmpfloat_with_epsilon (one_cycle_learning_rate (0.01, 0, 100), 0.0004, 1e-12);
  g_assert_cmpfloat_with_epsilon (one_cycle_learning_rate (0.01, 12, 100), 0.0052, 1e-12); /* half-way up */
  g_assert_cmpfloat_with_epsilon (one_cycle_learning_rate (0.01, 24, 100), 0.01, 1e-12);
  /* A third of the way down: cos 60° = 0.5, so three quarters. */
  g_assert_cmpfloat_with_epsilon (one_cycle_learning_rate (0.01, 49, 100), 0.01 - 0.25 * (0.01 - 4e-8), 1e-12);
  g_assert_cmpfloat_with_epsilon (one_cycle_learning_rate (0.01, 99, 100), 4e-8, 1e-15);
  g_assert_cmpfloat_with_epsilon (cosine_learning_rate (0.01, 25, 75), 0.0075, 1e-12);
  g_assert_cmpfloat_with_epsilon (cosine_learning_rate (0.01, 0, 75), 0.01, 1e-12);
  recipe->warmup_steps = 10;
  recipe->warmup_ratio = 0;
  for (const char *decay : { "constant", "poly", "cosine" })
    {
      g_assert_true (acini_recipe_set (recipe, "decay", decay, nullptr));
      g_assert_cmpfloat (learning_rate_at (*recipe, 0.01, 0, 100), ==, 0);
    }
  g_assert_true (acini_recipe_set (recipe, "decay", "constant", nullptr));
  g_assert_cmpfloat_with_epsilon (learning_rate_at (*recipe, 0.01, 5, 100), 0.005, 1e-12);
  g_assert_cmpfloat (learning_rate_at (*recipe, 0.01, 90, 100), ==, 0.01);
}

/* A valley from the 20th to the 79th of a hundred rates: two thirds of its way back from the end. */
void
test_finder ()
{
  std::vector<double> losses;

  g_assert_cmpfloat_with_epsilon (finder_learning_rate (0), kFinderLowest, 1e-12);
  g_assert_cmpfloat_with_epsilon (finder_learning_rate (kFinderSteps - 1), kFinderHighest, 1e-9);
  for (int i = 0; i < 100; i++)
    losses.push_back (i < 20 ? 1 : i < 80 ? 1 - (i - 19) / 100.0 : 5 + i);
  double found = suggest_learning_rate (losses);
  g_assert_cmpfloat_with_epsilon (found, finder_learning_rate (19 + 30), finder_learning_rate (51) - found);
  g_assert_cmpfloat (suggest_learning_rate ({ 1, 2, 3, 4 }), ==, 0);
  g_assert_cmpfloat (suggest_learning_rate ({}), ==, 0);
}

void
test_learning_rate ()
{
  const double base = 6e-5;

  g_assert_cmpfloat_with_epsilon (poly_learning_rate (base, 0, 100, 1, 10, 1e-6), base * 1e-6, 1e-18);
  g_assert_cmpfloat_with_epsilon (poly_learning_rate (base, 5, 100, 1, 10, 0), base * 0.95 * 0.5, 1e-18);
  g_assert_cmpfloat_with_epsilon (poly_learning_rate (base, 10, 100, 1, 10, 0), base * 0.9, 1e-18);
  g_assert_cmpfloat_with_epsilon (poly_learning_rate (base, 50, 100, 2, 0, 0), base * 0.25, 1e-18);
  g_assert_cmpfloat (poly_learning_rate (base, 100, 100, 0.9, 10, 0), ==, 0);
}

void
test_learning_rate_reference ()
{
  std::string folder;
  g_autoptr (JsonNode) node = load_kit ("train/poly_lr.json", &folder);

  if (node == nullptr)
    return;

  JsonObject *object = json_node_get_object (node);
  JsonArray *rows = json_object_get_array_member (object, "rows");
  double base = json_object_get_double_member (object, "base_lr");
  gint64 warmup = json_object_get_int_member (object, "warmup_iters");
  gint64 steps = json_object_get_int_member (object, "max_iters");

  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);
      gint64 step = json_array_get_int_element (row, 0);

      for (int head : { 0, 1 })
        g_assert_cmpfloat_with_epsilon (poly_learning_rate (head ? 10 * base : base, step, steps, 1, warmup, 1e-6),
                                        json_array_get_double_element (row, 1 + head), 1e-12);
    }
}

void
test_epochs ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();

  recipe->patch = 64;
  recipe->batch = 4;
  recipe->epochs = 3;

  Schedule schedule = make_schedule (*recipe, 64 * 64 * 9.5);

  g_assert_cmpint (schedule.steps_per_epoch, ==, 3);
  g_assert_cmpint (schedule.steps, ==, 9);
  g_assert_cmpint (schedule.validate_every, ==, 3);
  g_assert_cmpint (schedule.epochs (), ==, 3);
  g_assert_cmpint (make_schedule (*recipe, 1).steps, ==, 3);
  recipe->steps = 7;
  recipe->validate_every = 5;
  schedule = make_schedule (*recipe, 64 * 64 * 9.5);
  g_assert_cmpint (schedule.steps, ==, 7);
  g_assert_true (schedule.validates_after (5));
  g_assert_false (schedule.validates_after (6));
  g_assert_true (schedule.validates_after (7));
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, nullptr);
  g_test_add_func ("/losses/reference", test_reference);
  g_test_add_func ("/losses/all-labelled", test_all_labelled);
  g_test_add_func ("/losses/ignored", test_ignored);
  g_test_add_func ("/losses/part", test_part);
  g_test_add_func ("/losses/nothing-labelled", test_nothing_labelled);
  g_test_add_func ("/losses/sample-weights", test_sample_weights);
  g_test_add_func ("/losses/sigmoid", test_sigmoid);
  g_test_add_func ("/losses/lovasz-softmax", test_lovasz_softmax);
  g_test_add_func ("/losses/lovasz-hard", test_lovasz_hard);
  g_test_add_func ("/losses/lovasz-hinge", test_lovasz_hinge);
  g_test_add_func ("/losses/jaccard", test_jaccard);
  g_test_add_func ("/losses/class-weights", test_class_weights);
  g_test_add_func ("/losses/sum", test_sum);
  g_test_add_func ("/schedule/schedules", test_schedules);
  g_test_add_func ("/schedule/finder", test_finder);
  g_test_add_func ("/schedule/learning-rate", test_learning_rate);
  g_test_add_func ("/schedule/learning-rate-reference", test_learning_rate_reference);
  g_test_add_func ("/schedule/epochs", test_epochs);
  return g_test_run ();
}
