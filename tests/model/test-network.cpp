/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks: what folding, training, saving and the C header do to them.  test-kit.cpp compares their numbers. */

#include "tests/model/kit.hpp"

#include "model/kernels/kernels.hpp"
#include "model/acini-model.h"
#include "model/network/parity.hpp"
#include "model/inference/loaded-model.hpp"

#include <glib/gstdio.h>

namespace
{

constexpr double tolerance = 5e-5;

torch::Tensor
load_input (const std::string &size)
{
  return kit::load_array ("inputs/x_" + size + ".npy");
}

/* The weights' formula itself: bit for bit. */
void
test_formula ()
{
  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) root = kit::load_json ("formula_vectors.json");
  JsonObject *vectors = json_object_get_object_member (json_node_get_object (root), "vectors");
  g_autoptr (GList) names = json_object_get_members (vectors);

  g_assert_nonnull (names);
  for (GList *link = names; link != nullptr; link = link->next)
    {
      JsonObject *vector = json_object_get_object_member (vectors, (const char *)link->data);
      JsonArray *sides = json_object_get_array_member (vector, "shape");
      JsonArray *first = json_object_get_array_member (vector, "first8");
      std::vector<int64_t> shape;

      for (guint i = 0; i < json_array_get_length (sides); i++)
        shape.push_back (json_array_get_int_element (sides, i));
      const torch::Tensor flat = kit::make_formula ("dev-1", (const char *)link->data, shape).flatten ();
      for (guint i = 0; i < json_array_get_length (first); i++)
        g_assert_cmpfloat (flat[i].item<double> (), ==, json_array_get_double_element (first, i));
      g_assert_cmpfloat (flat[-1].item<double> (), ==, json_object_get_double_member (vector, "last"));
    }
}

/* Through the C header: logits at input size. */
void
test_forward_upsampled ()
{
  const struct
  {
    const char *weights, *expected;
  } models[] = {
    { "segformer_hf_tiny/pytorch_model.bin", "segformer_hf_tiny/up_192x320.npy" },
    { "segformer_nv_tiny/model.pth", "segformer_nv_tiny/up_192x320.npy" },
    { "segformer_mmseg_tiny/iter_10000.pth", "segformer_mmseg_tiny/up_192x320.npy" },
  };

  if (!kit::is_there ())
    return;
  for (const auto &entry : models)
    {
      g_autoptr (GError) error = nullptr;
      g_autoptr (AciniModel) model = acini_model_load (kit::path (entry.weights).c_str (), nullptr, &error);
      const torch::Tensor x = load_input ("192x320");
      const gint64 shape[] = { 1, 3, 192, 320 };
      g_autofree float *output = nullptr;
      gint64 output_shape[4];

      g_assert_no_error (error);
      g_assert_cmpint (acini_model_get_n_classes (model), ==, 2);
      g_assert_cmpint (acini_model_get_n_planes (model), ==, 1);
      g_assert_true (acini_model_forward (model, x.data_ptr<float> (), shape, FALSE, &output, output_shape, &error));
      g_assert_no_error (error);
      const torch::Tensor y = torch::from_blob (
          output, { output_shape[0], output_shape[1], output_shape[2], output_shape[3] }, torch::kFloat);
      g_assert_cmpfloat (kit::compare (y, kit::load_array (entry.expected)), <=, tolerance);
    }
}

/* Small networks, so that these always run. */

acini::Architecture
make_tiny (acini::HeadKind head, int64_t classes)
{
  acini::Architecture a;

  a.classes = classes;
  a.widths = { 8, 16, 40, 64 };
  a.depths = { 1, 2, 1, 1 };
  a.heads = { 1, 2, 5, 8 };
  a.reductions = { 8, 4, 2, 1 };
  a.expansions = { 4, 4, 4, 4 };
  a.decoder_width = 24;
  a.head = head;
  return a;
}

/* GroupNorm in the head, as those train who have memory for one image. */
acini::Architecture
make_grouped (acini::HeadKind head)
{
  acini::Architecture a = make_tiny (head, 2);

  a.norm = acini::NormKind::Group;
  a.decoder_width = 64;
  return a;
}

/* Every kind of encoder and of decoder once, small. */
acini::Architecture
make_composed (acini::DecoderKind decoder, acini::EncoderKind encoder)
{
  acini::Architecture a = make_tiny (acini::HeadKind::HuggingFace, 2);

  a.family = acini::Family::Composed;
  a.decoder = decoder;
  a.encoder.kind = encoder;
  a.decoder_widths = { 32, 32, 16, 16, 16 };
  if (decoder == acini::DecoderKind::Fpn || decoder == acini::DecoderKind::Segformer)
    a.decoder_widths.resize (decoder == acini::DecoderKind::Fpn ? 2 : 1);
  if (encoder != acini::EncoderKind::MiT)
    {
      a.heads.clear ();
      a.reductions.clear ();
      a.expansions.clear ();
    }
  if (encoder == acini::EncoderKind::EfficientNet)
    {
      a.encoder.stem = 8;
      a.widths = { 8, 12, 16, 20, 24, 28, 32 };
      a.depths = { 1, 2, 1, 1, 2, 1, 1 };
    }
  if (encoder == acini::EncoderKind::ResNet)
    {
      a.encoder.stem = 16;
      a.encoder.inner = { 16, 16, 32, 32 };
      a.widths = a.encoder.inner;
    }
  return a;
}

std::vector<acini::Architecture>
make_families ()
{
  using acini::DecoderKind, acini::EncoderKind;
  acini::Architecture squeezed = make_composed (DecoderKind::UnetPlusPlus, EncoderKind::ResNet);
  acini::Architecture fixed = make_composed (DecoderKind::Unet, EncoderKind::EfficientNet);
  acini::Architecture same = make_composed (DecoderKind::Segformer, EncoderKind::EfficientNet);
  acini::Architecture joined = make_composed (DecoderKind::Fpn, EncoderKind::ResNet);

  squeezed.encoder.bottleneck = true;
  squeezed.encoder.groups = 4;
  squeezed.encoder.squeeze = 4;
  squeezed.widths = { 32, 32, 64, 64 };
  acini::set_flavour (fixed, "efficientnet");
  fixed.encoder.nominal = 260;
  acini::set_flavour (same, "tu-tf_efficientnet");
  joined.joins = true;
  return { squeezed,
           fixed,
           same,
           joined,
           make_composed (DecoderKind::Fpn, EncoderKind::ResNet),
           make_composed (DecoderKind::Unet, EncoderKind::MiT),
           make_composed (DecoderKind::Segformer, EncoderKind::MiT),
           make_composed (DecoderKind::UnetPlusPlus, EncoderKind::EfficientNet) };
}

std::vector<acini::Architecture>
make_architectures ()
{
  acini::Architecture unet = acini::Architecture::from_name ("unet-resnet34", 1);
  acini::Architecture odd = make_tiny (acini::HeadKind::HuggingFace, 3);
  acini::Architecture linear = make_grouped (acini::HeadKind::HuggingFace);

  odd.eps = { 1e-5, 1e-6, 3e-5, 1e-3 };
  linear.norm_groups = 8; /* told by nothing but our own files */
  std::vector<acini::Architecture> all = {
    make_tiny (acini::HeadKind::HuggingFace, 2),   make_tiny (acini::HeadKind::MMSegmentation, 2), odd, unet, linear,
    make_grouped (acini::HeadKind::MMSegmentation)
  };
  for (const acini::Architecture &family : make_families ())
    all.push_back (family);
  return all;
}

/* A network whose norms do something: random statistics. */
std::shared_ptr<acini::Network>
make_random (const acini::Architecture &architecture)
{
  torch::NoGradGuard no_grad;

  torch::manual_seed (7);
  auto network = acini::make_network (architecture);
  for (const auto &item : network->named_buffers ())
    if (kit::ends_with (item.key (), "running_mean"))
      item.value ().normal_ (0, 0.2);
    else if (kit::ends_with (item.key (), "running_var"))
      item.value ().uniform_ (0.5, 2);
  network->eval ();
  return network;
}

/* Heads with GroupNorm, worked out step by step from the encoder's features. */
void
test_group_norm ()
{
  torch::NoGradGuard no_grad;

  for (const acini::HeadKind kind : { acini::HeadKind::HuggingFace, acini::HeadKind::MMSegmentation })
    {
      auto network = make_random (make_grouped (kind));
      acini::Tensors state = acini::get_state (*network);
      for (const auto &item : state) /* weights of 1 and biases of 0 would hide a mistake */
        if (item.value ().dim () == 1)
          item.value ().add_ (torch::randn_like (item.value ()) * 0.3);
      const torch::Tensor x = torch::randn ({ 1, 3, 64, 96 });
      const auto features = network->encode (x);
      const auto get = [&] (const std::string &name) { return state["decode_head." + name]; };
      std::vector<torch::Tensor> maps;
      const bool linear = kind == acini::HeadKind::HuggingFace;
      for (int i = 0; i < 4; i++)
        {
          const std::string name = (linear ? "linear_c." : "convs.") + std::to_string (i);
          torch::Tensor y = linear ? torch::conv2d (features[i], get (name + ".proj.weight").view ({ 64, -1, 1, 1 }),
                                                    get (name + ".proj.bias"))
                                   : torch::conv2d (features[i], get (name + ".conv.weight"));
          if (!linear)
            y = torch::relu (torch::group_norm (y, 32, get (name + ".gn.weight"), get (name + ".gn.bias"), 1e-5));
          maps.insert (linear ? maps.begin () : maps.end (), acini::upsample_to (y, 16, 24));
        }
      const std::string fuse = linear ? "linear_fuse.weight" : "fusion_conv.conv.weight";
      const std::string norm = linear ? "batch_norm" : "fusion_conv.gn", last = linear ? "classifier" : "conv_seg";
      torch::Tensor y = torch::conv2d (torch::cat (maps, 1), get (fuse));
      y = torch::relu (torch::group_norm (y, 32, get (norm + ".weight"), get (norm + ".bias"), 1e-5));
      y = torch::conv2d (y, get (last + ".weight"), get (last + ".bias"));
      g_assert_cmpfloat (kit::compare (network->forward (x), y), <=, 1e-5);
      /* Recognised by the names alone. */
      acini::Checkpoint checkpoint;
      checkpoint.tensors = state;
      g_assert_true (acini::recognise (checkpoint).architecture.norm == acini::NormKind::Group);
      g_assert_cmpfloat (kit::compare (kit::make_network (checkpoint)->forward (x), y), <=, 1e-5);
    }
}

void
test_folding ()
{
  torch::NoGradGuard no_grad;

  for (const acini::Architecture &architecture : make_architectures ())
    {
      auto network = make_random (architecture);

      /* In float64, where nothing but a mistake makes a difference. */
      network->to (torch::kDouble);
      const torch::Tensor x = torch::randn ({ 2, 3, 70, 100 }, torch::kDouble), expected = network->forward (x);
      network->fold ();
      g_assert_cmpfloat (kit::compare (network->forward (x), expected), <=, 1e-10);
    }
}

/* Every parameter of a network that trains has a gradient, and a step changes the statistics. */
void
test_training ()
{
  for (const acini::Architecture &architecture : make_architectures ())
    {
      auto network = make_random (architecture);
      const torch::Tensor x = torch::randn ({ 2, 3, 64, 64 });

      network->train ();
      network->forward (x).square ().mean ().backward ();
      for (const auto &item : network->named_parameters ())
        {
          g_test_message ("%s", item.key ().c_str ());
          g_assert_true (item.value ().grad ().defined ());
          g_assert_true (torch::isfinite (item.value ().grad ()).all ().item<bool> ());
        }
      for (const auto &item : network->named_buffers ())
        if (kit::ends_with (item.key (), "num_batches_tracked"))
          g_assert_cmpint (item.value ().item<int64_t> (), ==, 1);
    }
}

/* With every branch dropped a block passes its input on; in eval mode nothing is dropped. */
void
test_drop_path ()
{
  torch::NoGradGuard no_grad;
  acini::Architecture architecture = make_tiny (acini::HeadKind::HuggingFace, 2);

  architecture.drop_path = 0.5;
  architecture.head_dropout = 0;
  auto network = make_random (architecture);
  const torch::Tensor x = torch::randn ({ 1, 3, 64, 64 });
  g_assert_true (torch::equal (network->forward (x), network->forward (x)));
  network->train ();
  bool differs = false;
  for (int i = 0; i < 8 && !differs; i++)
    differs = !torch::equal (network->encode (x)[3], network->encode (x)[3]);
  g_assert_true (differs);
}

void
test_save (void)
{
  torch::NoGradGuard no_grad;
  g_autofree char *folder = g_dir_make_tmp ("acini-network-XXXXXX", nullptr);
  g_autofree char *path = g_build_filename (folder, "a.safetensors", nullptr);

  for (const acini::Architecture &architecture : make_architectures ())
    for (const bool half : { false, true })
      {
        auto network = make_random (architecture);
        const torch::Tensor x = torch::randn ({ 1, 3, 64, 96 });

        if (half) /* values that 16 bits hold */
          for (const auto &item : acini::get_state (*network))
            item.value ().copy_ (item.value ().to (torch::kHalf));
        acini::save_network (path, *network, half);
        const acini::LoadedNetwork loaded = acini::load_network (path);
        g_assert_true (torch::equal (loaded.network->forward (x), network->forward (x)));
        g_assert_true (loaded.network->architecture.get_name () == architecture.get_name ());
        g_assert_cmpuint (g_strv_length (loaded.get_card ()->classes), ==, architecture.classes);
      }
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Some steps down the gradient on one batch: the loss falls. */
void
test_learning ()
{
  for (const acini::Architecture &architecture : make_families ())
    {
      auto network = make_random (architecture);
      const torch::Tensor x = torch::randn ({ 2, 3, 64, 64 });
      const torch::Tensor labels = (x.mean (1) > 0).to (torch::kLong);
      double first = 0, last = 0;

      network->train ();
      for (int step = 0; step < 12; step++)
        {
          network->zero_grad ();
          const torch::Tensor loss = at::cross_entropy_loss (network->forward (x), labels);
          loss.backward ();
          torch::NoGradGuard no_grad;
          for (torch::Tensor &parameter : network->parameters ())
            parameter.sub_ (0.02 * parameter.grad () / (parameter.grad ().norm () + 1e-8)
                            * parameter.norm ().clamp_min (0.1));
          last = loss.item<double> ();
          first = step == 0 ? last : first;
        }
      g_test_message ("%s: %.3f → %.3f", architecture.get_name ().c_str (), first, last);
      g_assert_cmpfloat (last, <, first);
    }
}

/* Networks of different families find the same classes together, each with its own normalisation. */
void
test_ensemble ()
{
  g_autofree char *folder = g_dir_make_tmp ("acini-network-XXXXXX", nullptr);
  const AciniModelOptions options = { "cpu", ACINI_PRECISION_FLOAT32, 1 };
  const torch::Tensor rgb = torch::randint (0, 256, { 1, 64, 64, 3 }, torch::kByte);
  std::vector<AciniModel *> models;
  g_autoptr (GError) error = nullptr;

  for (const acini::Architecture &architecture : make_families ())
    {
      g_autofree char *path = g_strdup_printf ("%s/%zu.safetensors", folder, models.size ());

      acini::save_network (path, *make_random (architecture), false);
      models.push_back (acini_model_load (path, &options, &error));
      g_assert_no_error (error);
      const torch::Tensor planes = models.back ()->loaded->probabilities (rgb, torch::kFloat);
      g_assert_true (planes.sizes () == at::IntArrayRef ({ 1, 1, 64, 64 }));
      g_assert_cmpfloat (planes.min ().item<double> (), >=, 0);
      g_assert_cmpfloat (planes.max ().item<double> (), <=, 1);
      g_unlink (path);
    }
  AciniModel *all = acini_model_new_ensemble (models.data (), nullptr, models.size (), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (acini_model_get_n_members (all), ==, models.size ());
  acini_model_unref (all);
  for (AciniModel *model : models)
    acini_model_unref (model);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* What no tensor tells, as text and back; what a network has not is refused. */
void
test_numerics ()
{
  acini::Architecture a = acini::Architecture::from_name ("unet-tu-efficientnet_b0", 1);
  g_autoptr (GError) error = nullptr;

  acini::set_numerics (a, "encoder=tu-tf_efficientnet_b0");
  g_assert_true (acini::get_numerics (a) == "padding=same encoder_eps=0.001 encoder_momentum=0.1 half_level=stage");
  g_assert_true (a.get_name () == "unet-tu-tf_efficientnet_b0");
  acini::set_numerics (a, "padding=static-same, nominal_size=300");
  g_assert_true (a.encoder.padding == acini::Padding::StaticSame);
  g_assert_cmpint (a.encoder.nominal, ==, 300);
  for (const char *wrong :
       { "padding=none", "padding", "encoder_eps=0", "norm_groups=8", "encoder=resnet34", "colour=red" })
    {
      g_assert_false (acini::guard (&error, [&] { acini::set_numerics (a, wrong); }));
      g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
      g_clear_error (&error);
    }
  for (const char *name : { "unet-resnet152", "fpn-se_resnext50_32x4d", "unetplusplus-timm-efficientnet-b7",
                            "segformer-mit_b5", "unet-efficientnet-b2", "unet-tu-tf_efficientnet_b4", "segformer-b3" })
    g_assert_true (acini::Architecture::from_name (name, 1).get_name () == name);
}

/* A head of another number of classes starts anew; the rest is the parent's. */
void
test_other_classes ()
{
  torch::NoGradGuard no_grad;
  g_autofree char *folder = g_dir_make_tmp ("acini-network-XXXXXX", nullptr);
  g_autofree char *path = g_build_filename (folder, "a.safetensors", nullptr);
  auto network = make_random (make_tiny (acini::HeadKind::MMSegmentation, 2));
  acini::LoadSettings settings;

  acini::save_network (path, *network, false);
  settings.classes = 5;
  const acini::LoadedNetwork loaded = acini::load_network (path, settings);
  const torch::Tensor x = torch::randn ({ 1, 3, 64, 96 });
  g_assert_cmpint (loaded.network->forward (x).size (1), ==, 5);
  g_assert_true (torch::equal (loaded.network->encode (x)[3], network->encode (x)[3]));
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* bfloat16 changes numbers a little and masks hardly. */
void
test_precision ()
{
  g_autofree char *folder = g_dir_make_tmp ("acini-network-XXXXXX", nullptr);
  g_autofree char *path = g_build_filename (folder, "a.safetensors", nullptr);
  AciniModelOptions options = { "cpu", ACINI_PRECISION_FLOAT32, 2 };
  const gint64 shape[] = { 1, 3, 64, 64 };
  torch::Tensor results[2];

  acini::save_network (path, *make_random (make_tiny (acini::HeadKind::HuggingFace, 2)), false);
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
  const auto first = make_random (make_tiny (acini::HeadKind::HuggingFace, 2));
  const auto second = make_random (make_tiny (acini::HeadKind::HuggingFace, 2));
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

  for (const acini::Architecture &architecture : make_architectures ())
    for (bool kernels : { false, true })
      {
        auto network = make_random (architecture);
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

/* U-Nets, whose convolutions are computed in other ways: the same numbers in float32, nearly so in bfloat16. */
void
test_accelerated ()
{
  c10::InferenceMode guard;
  const torch::Tensor x = torch::randn ({ 1, 3, 70, 100 });

  for (const char *name : { "unet-resnet34", "unet-resnet34-fastai" })
    for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
      {
        auto network = make_random (acini::Architecture::from_name (name, 2));
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

void
test_bad_input ()
{
  g_autofree char *folder = g_dir_make_tmp ("acini-network-XXXXXX", nullptr);
  g_autofree char *path = g_build_filename (folder, "a.safetensors", nullptr);
  const AciniModelOptions nowhere = { "cuda:99", ACINI_PRECISION_AUTO, 0, FALSE };
  const AciniModelOptions nonsense = { "abacus", ACINI_PRECISION_AUTO, 0, FALSE };
  const gint64 shapes[][4] = { { 1, 4, 64, 64 }, { 1, 3, 8, 64 }, { 0, 3, 64, 64 }, { 1, 3, G_MAXINT64, 4 } };
  g_autoptr (GError) error = nullptr;

  acini::save_network (path, *make_random (make_tiny (acini::HeadKind::HuggingFace, 2)), false);
  g_assert_null (acini_model_load (path, &nowhere, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_DEVICE);
  g_clear_error (&error);
  g_assert_null (acini_model_load (path, &nonsense, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_DEVICE);
  g_clear_error (&error);
  g_autoptr (AciniModel) model = acini_model_load (path, nullptr, &error);
  g_assert_no_error (error);
  const torch::Tensor x = torch::zeros ({ 1, 4, 64, 64 });
  for (const auto &shape : shapes)
    {
      g_autofree float *output = nullptr;
      gint64 output_shape[4];

      g_assert_false (acini_model_forward (model, x.data_ptr<float> (), shape, TRUE, &output, output_shape, &error));
      g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
      g_clear_error (&error);
    }
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

void
test_devices ()
{
  g_auto (GStrv) devices = acini_model_list_devices ();
  g_autofree char *once = acini_model_check_speed (), *twice = acini_model_check_speed ();

  g_assert_cmpstr (devices[0], ==, "cpu");
  g_assert_cmpstr (once, ==, twice);
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, nullptr);
  at::set_num_threads (2);
  g_test_add_func ("/network/formula", test_formula);
  g_test_add_func ("/network/forward-upsampled", test_forward_upsampled);
  g_test_add_func ("/network/group-norm", test_group_norm);
  g_test_add_func ("/network/folding", test_folding);
  g_test_add_func ("/network/training", test_training);
  g_test_add_func ("/network/drop-path", test_drop_path);
  g_test_add_func ("/network/save", test_save);
  g_test_add_func ("/network/other-classes", test_other_classes);
  g_test_add_func ("/network/learning", test_learning);
  g_test_add_func ("/network/ensemble", test_ensemble);
  g_test_add_func ("/network/numerics", test_numerics);
  g_test_add_func ("/network/precision", test_precision);
  g_test_add_func ("/network/parity", test_parity);
  g_test_add_func ("/network/automatic", test_automatic);
  g_test_add_func ("/network/distrust", test_distrust);
  g_test_add_func ("/network/lowered", test_lowered);
  g_test_add_func ("/network/accelerated", test_accelerated);
  g_test_add_func ("/network/bad-input", test_bad_input);
  g_test_add_func ("/network/devices", test_devices);
  return g_test_run ();
}
