/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways a network can be computed: in which numbers and with whose products, what they change, how one is chosen and
 * remembered. */

#include "tests/model/small-networks.hpp"

#include "model/acini-model.h"
#include "model/inference/loaded-model.hpp"
#include "model/kernels/kernels.hpp"
#include "model/network/parity.hpp"

#include <glib/gstdio.h>

namespace
{

/* bfloat16 changes numbers a little and masks hardly. */
void
test_precision ()
{
  g_autofree char *folder = g_dir_make_tmp ("acini-network-XXXXXX", nullptr);
  g_autofree char *path = g_build_filename (folder, "a.safetensors", nullptr);
  AciniModelOptions options = { "cpu", ACINI_PRECISION_FLOAT32, 2 };
  const gint64 shape[] = { 1, 3, 64, 64 };
  torch::Tensor results[2];

  acini::save_network (path, *small::make_random (small::make_tiny (acini::HeadKind::HuggingFace, 2)), false);
  const torch::Tensor x = torch::randn ({ 1, 3, 64, 64 });
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = nullptr;
      g_autofree float *output = nullptr;
      gint64 output_shape[4];

      options.precision = i == 0 ? ACINI_PRECISION_FLOAT32 : ACINI_PRECISION_BFLOAT16;
      g_autoptr (AciniModel) model = acini_model_load (path, &options, &error);
      g_assert_no_error (error);
      g_assert_cmpint (acini_model_get_precision (model), ==, options.precision);
      g_assert_cmpstr (acini_model_get_device (model), ==, "cpu");
      acini_model_forward (model, x.data_ptr<float> (), shape, TRUE, &output, output_shape, &error);
      g_assert_no_error (error);
      g_assert_cmpint (output_shape[2], ==, 16);
      results[i] = torch::from_blob (output, { 1, 2, 16, 16 }, torch::kFloat).clone ();
    }
  const double error = kit::compare (results[1], results[0]);
  g_test_message ("max error / std %.1e", error);
  g_assert_cmpfloat (error, >, 0);
  g_assert_cmpfloat (error, <, 0.2);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

void
test_parity ()
{
  const torch::Tensor tissue = acini::make_tissue (2, 96), a = torch::rand ({ 2, 2, 16, 16 });
  torch::Tensor other = a.clone ();

  g_assert_true (tissue.sizes () == torch::IntArrayRef ({ 2, 96, 96, 3 }));
  g_assert_true (torch::equal (tissue, acini::make_tissue (2, 96)));
  g_assert_false (torch::equal (tissue[0], tissue[1]));
  g_assert_cmpfloat (tissue.to (torch::kFloat).std ().item<double> (), >, 20);

  g_assert_cmpfloat (acini::measure_parity (a, a), ==, 1);
  /* The order is the same, but the masks are not: what is compared with a threshold has moved. */
  g_assert_cmpfloat (acini::measure_parity (a, a * 0.9), <, 0.97);
  g_assert_cmpfloat (acini::measure_parity (a, torch::zeros_like (a)), ==, 0);
  /* One plane of two is something else. */
  other.select (1, 1).copy_ (torch::rand ({ 2, 16, 16 }));
  g_assert_cmpfloat (acini::measure_parity (a, other), <, 0.75);
  g_assert_cmpfloat (acini::measure_parity (a, other), >, 0.5);
  /* Nothing is beyond one half: the other thresholds still tell. */
  g_assert_cmpfloat (acini::measure_parity (a * 0.1, a * 0.1), ==, 1);
  g_assert_cmpfloat (acini::measure_parity (a * 0.1, a * 0.09), <, 0.97);
}

AciniPrecision
choose_for (const acini::Network &network)
{
  acini::LoadedNetwork loaded;
  AciniModelOptions options = { "cpu", ACINI_PRECISION_AUTO, 1 };

  loaded.network = acini::make_network (network.architecture);
  acini::set_state (*loaded.network, acini::get_state (network));
  loaded.card = std::shared_ptr<AciniCard> (acini_card_new (), acini_card_free);
  acini::LoadedModel model (std::move (loaded), options);
  model.probabilities (torch::full ({ 1, 64, 64, 3 }, 200, torch::kByte));
  return model.get_precision ();
}

/* The key of what is remembered about choose_for ()'s patch. */
std::string
make_key (const acini::Network &network)
{
  return acini::describe (network.architecture) + "-1x64x64-1-auto";
}

/* The fastest way that is right, unless it shows in the masks.  Any processor computes in bfloat16, if libtorch does.
 */
void
test_automatic ()
{
  const acini::PretendProcessor processor ({ false, true, true });
  const acini::Way half = { ACINI_PRECISION_BFLOAT16, acini::Products::Libtorch };
  const acini::Way full = { ACINI_PRECISION_FLOAT32, acini::Products::Default };
  const auto first = small::make_random (small::make_tiny (acini::HeadKind::HuggingFace, 2));
  const auto second = small::make_random (small::make_tiny (acini::HeadKind::HuggingFace, 2));
  acini::Architecture wider = first->architecture;
  {
    torch::NoGradGuard no_grad;
    for (torch::Tensor &parameter : second->parameters ())
      parameter.add_ (0.01 * torch::randn_like (parameter));
  }
  const std::string name = acini::get_fingerprint (*first), other = acini::get_fingerprint (*second);
  const std::string key = make_key (*first);

  g_assert_true (name != other);
  g_assert_true (name == acini::get_fingerprint (*first));
  wider.decoder_width *= 2;
  g_assert_true (acini::describe (wider) != acini::describe (first->architecture));
  g_assert_false (acini::recall_way (key, 1));
  g_assert_false (acini::recall_parity (name, 1));

  /* Compared and measured, and remembered for that many threads, that shape, those weights. */
  const AciniPrecision measured = choose_for (*first);
  const auto fastest = acini::recall_way (key, 1);
  g_assert_true (fastest.has_value ());
  g_assert_cmpfloat (fastest->error, <, fastest->way == full ? 1e-4 : 0.5);
  g_assert_cmpint (fastest->level, ==, ACINI_ONEDNN_ALL);
  g_assert_false (acini::recall_way (key, 2));
  if (fastest->way.precision == ACINI_PRECISION_FLOAT32)
    g_assert_cmpint (measured, ==, ACINI_PRECISION_FLOAT32);
  else
    g_assert_true (acini::recall_parity (name, 1).has_value ());

  acini::remember_way (key, 1, { ACINI_ONEDNN_ALL, half, full, 0.01 });
  g_assert_true (acini::recall_way (key, 1)->way == half);
  for (double parity : { 0.5, acini::kParity - 1e-6, acini::kParity, 1.0 })
    {
      acini::remember_parity (name, 1, parity);
      g_assert_cmpfloat_with_epsilon (*acini::recall_parity (name, 1), parity, 1e-9);
      g_assert_cmpint (choose_for (*first), ==,
                       parity < acini::kParity ? ACINI_PRECISION_FLOAT32 : ACINI_PRECISION_BFLOAT16);
    }
  /* The other's masks were not compared yet. */
  g_assert_false (acini::recall_parity (other, 1));
  const AciniPrecision chosen = choose_for (*second);
  const double parity = *acini::recall_parity (other, 1);
  g_test_message ("masks agree at %.5f", parity);
  g_assert_cmpfloat (parity, >, 0.9);
  g_assert_cmpfloat (parity, <=, 1);
  g_assert_cmpint (chosen, ==, parity >= acini::kParity ? ACINI_PRECISION_BFLOAT16 : ACINI_PRECISION_FLOAT32);

  acini::remember_way (key, 1, { ACINI_ONEDNN_ALL, full, full, 1e-5 });
  acini::remember_parity (name, 1, 1);
  g_assert_cmpint (choose_for (*first), ==, ACINI_PRECISION_FLOAT32);

  /* Without instructions for it bfloat16 is not even tried. */
  const acini::PretendProcessor old ({ false, false, false });
  acini::remember_way (key, 1, { ACINI_ONEDNN_ALL, half, full, 0.01 });
  g_assert_cmpint (choose_for (*first), ==, ACINI_PRECISION_FLOAT32);
}

/* What is remembered of a level that a process died of is forgotten; the next one down stays. */
void
test_distrust ()
{
  const acini::Way full = { ACINI_PRECISION_FLOAT32, acini::Products::Default };

  for (AciniOneDnn level : { ACINI_ONEDNN_ALL, ACINI_ONEDNN_SSE41, ACINI_ONEDNN_OFF })
    acini::remember_way ("distrusted", 1, { level, full, full, 1e-5 });
  g_assert_cmpint (acini::recall_way ("distrusted", 1)->level, ==, ACINI_ONEDNN_ALL);
  acini::distrust (ACINI_ONEDNN_ALL);
  g_assert_cmpint (acini::recall_way ("distrusted", 1)->level, !=, ACINI_ONEDNN_ALL);
}

/* What is seen of bfloat16 in the logits, for each network and with each kind of products. */
void
test_lowered ()
{
  c10::InferenceMode guard;
  const torch::Tensor x = torch::randn ({ 1, 3, 70, 100 });

  for (const acini::Architecture &architecture : small::make_architectures ())
    for (bool kernels : { false, true })
      {
        auto network = small::make_random (architecture);
        network->fold ();
        const torch::Tensor expected = network->forward (x);
        if (kernels)
          network->accelerate (torch::kBFloat16);
        network->lower (torch::kBFloat16);
        const acini::UseProducts products (kernels ? acini::Products::Default : acini::Products::Libtorch);
        const torch::Tensor logits = network->forward (x);
        g_assert_true (logits.scalar_type () == torch::kFloat);
        const double error = ((logits - expected).square ().mean ().sqrt () / expected.std ()).item<double> ();
        g_test_message ("%s: %.1e", architecture.get_name ().c_str (), error);
        g_assert_cmpfloat (error, >, 0);
        /* A U-Net keeps all of its maps in bfloat16, and with random weights it is as rough as can be. */
        g_assert_cmpfloat (error, <, architecture.family == acini::Family::SegFormer ? 2e-3 : 0.2);
      }
}

/* U-Nets, whose convolutions are computed in other ways: the same numbers in float32, nearly so in bfloat16.  The
 * others are libtorch's own loops: on some processors oneDNN gives wrong numbers or ends the process, which the program
 * finds out before it computes. */
void
test_accelerated ()
{
  c10::InferenceMode guard;
  const acini::WithoutOneDnn without;
  const torch::Tensor x = torch::randn ({ 1, 3, 70, 100 });

  for (const char *name : { "unet-resnet34", "unet-resnet34-fastai" })
    for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
      {
        auto network = small::make_random (acini::Architecture::from_name (name, 2));
        network->fold ();
        const torch::Tensor expected = network->forward (x);
        network->accelerate (type);
        if (type != torch::kFloat)
          network->lower (type);
        const torch::Tensor difference = network->forward (x) - expected;
        const double error = (difference.square ().mean ().sqrt () / expected.std ()).item<double> ();
        g_test_message ("%s: %.1e", name, error);
        g_assert_cmpfloat (error, <, type == torch::kFloat ? 2e-5 : 0.2);
      }
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, nullptr);
  at::set_num_threads (2);
  g_test_add_func ("/ways/precision", test_precision);
  g_test_add_func ("/ways/parity", test_parity);
  g_test_add_func ("/ways/automatic", test_automatic);
  g_test_add_func ("/ways/distrust", test_distrust);
  g_test_add_func ("/ways/lowered", test_lowered);
  g_test_add_func ("/ways/accelerated", test_accelerated);
  return g_test_run ();
}
