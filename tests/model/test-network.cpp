/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks: what folding, training, saving and the C header do to them.  test-kit.cpp compares their numbers. */

#include "tests/model/folder.hpp"
#include "tests/model/pickled.hpp"
#include "tests/model/scalar-unet.hpp"
#include "tests/model/small-networks.hpp"

#include "model/kernels/kernels.hpp"
#include "model/acini-model.h"
#include "model/inference/loaded-model.hpp"

#include <cstring>
#include <regex>

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

/* Heads with GroupNorm, worked out step by step from the encoder's features. */
void
test_group_norm ()
{
  torch::NoGradGuard no_grad;

  for (const acini::HeadKind kind : { acini::HeadKind::HuggingFace, acini::HeadKind::MMSegmentation })
    {
      auto network = small::make_random (small::make_grouped (kind));
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

  for (const acini::Architecture &architecture : small::make_architectures ())
    {
      auto network = small::make_random (architecture);

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
  for (const acini::Architecture &architecture : small::make_architectures ())
    {
      auto network = small::make_random (architecture);
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
  acini::Architecture architecture = small::make_tiny (acini::HeadKind::HuggingFace, 2);

  architecture.drop_path = 0.5;
  architecture.head_dropout = 0;
  auto network = small::make_random (architecture);
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

  for (const acini::Architecture &architecture : small::make_architectures ())
    for (const bool half : { false, true })
      {
        auto network = small::make_random (architecture);
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
  for (const acini::Architecture &architecture : small::make_families ())
    {
      auto network = small::make_random (architecture);
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

/* From random weights a SegFormer begins in doubt: what it says of pixels is no worse than saying nothing.  Far from
 * that the first hundreds of steps would go into unlearning it. */
void
test_beginning ()
{
  torch::NoGradGuard no_grad;

  for (const acini::HeadKind kind : { acini::HeadKind::HuggingFace, acini::HeadKind::MMSegmentation })
    {
      acini::Architecture architecture = acini::Architecture::from_name ("segformer-b0", 2);

      architecture.head = kind;
      torch::manual_seed (5);
      auto network = acini::make_network (architecture);
      network->train ();
      const torch::Tensor logits = network->forward (torch::randn ({ 2, 3, 128, 128 }));
      const torch::Tensor labels = torch::randint (0, 2, { 2, 32, 32 }, torch::kLong);

      g_assert_cmpfloat (at::cross_entropy_loss (logits, labels).item<double> (), <, std::log (2.0) + 0.05);
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

  for (const acini::Architecture &architecture : small::make_families ())
    {
      g_autofree char *path = g_strdup_printf ("%s/%zu.safetensors", folder, models.size ());

      acini::save_network (path, *small::make_random (architecture), false);
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
  auto network = small::make_random (small::make_tiny (acini::HeadKind::MMSegmentation, 2));
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

/* What libtorch says of a card and its driver, of its memory, and of anything else. */
void
test_device_errors ()
{
  const struct
  {
    const char *text;
    AciniModelError code;
  } cases[] = {
    { "CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously reported",
      ACINI_MODEL_ERROR_DEVICE },
    { "CUDA error: unknown error", ACINI_MODEL_ERROR_DEVICE },
    { "CUDA unknown error - this may be due to an incorrectly set up environment", ACINI_MODEL_ERROR_DEVICE },
    { "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", ACINI_MODEL_ERROR_DEVICE },
    { "Found no NVIDIA driver on your system.", ACINI_MODEL_ERROR_DEVICE },
    { "The NVIDIA driver on your system is too old (found version 11040).", ACINI_MODEL_ERROR_DEVICE },
    { "PyTorch is not linked with support for cuda devices", ACINI_MODEL_ERROR_DEVICE },
    { "Could not run 'aten::empty_strided' with arguments from the 'CUDA' backend.", ACINI_MODEL_ERROR_DEVICE },
    { "CUDA out of memory. Tried to allocate 20.00 GiB", ACINI_MODEL_ERROR_MEMORY },
    { "CUDA error: out of memory", ACINI_MODEL_ERROR_MEMORY },
    { "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", ACINI_MODEL_ERROR_MEMORY },
    { "mat1 and mat2 shapes cannot be multiplied", ACINI_MODEL_ERROR_FAILED },
  };

  for (const auto &[text, code] : cases)
    {
      g_autoptr (GError) as_torch = nullptr, as_other = nullptr;

      g_assert_false (acini::guard (&as_torch, [&] { TORCH_CHECK (false, text); }));
      g_assert_error (as_torch, ACINI_MODEL_ERROR, code);
      g_assert_false (acini::guard (&as_other, [&] { throw std::runtime_error (text); }));
      g_assert_error (as_other, ACINI_MODEL_ERROR, code);
      g_assert_null (strchr (as_other->message, '\n'));
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

  acini::save_network (path, *small::make_random (small::make_tiny (acini::HeadKind::HuggingFace, 2)), false);
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

/* The tensors of a file of nnU-Net's: formula weights of small::make_plain_unet (), those of a layer and of the encoder
 * under all the names that they have there, and heads for the coarser maps. */
acini::Tensors
make_nnunet ()
{
  acini::Tensors tensors;
  const auto network = acini::make_network (small::make_plain_unet ());
  const auto add = [&] (const std::string &name, const torch::Tensor &tensor) {
    static const std::regex conv ("\\.conv\\."), norm ("\\.norm\\.");
    const std::string other
        = std::regex_replace (std::regex_replace (name, conv, ".all_modules.0."), norm, ".all_modules.1.");

    tensors.insert (name, tensor);
    if (other != name)
      tensors.insert (other, tensor);
  };

  for (const auto &item : acini::get_state (*network))
    {
      const torch::Tensor tensor = kit::make_formula ("nnunet", item.key (), item.value ().sizes ());

      add (item.key (), tensor);
      if (item.key ().rfind ("encoder.", 0) == 0)
        add ("decoder." + item.key (), tensor);
    }
  tensors.insert ("decoder.seg_layers.0.weight", torch::randn ({ 2, 32, 1, 1 }));
  tensors.insert ("decoder.seg_layers.0.bias", torch::randn ({ 2 }));
  return tensors;
}

c10::impl::GenericDict
make_dict (const std::vector<std::pair<const char *, c10::IValue>> &members)
{
  c10::impl::GenericDict dict (c10::StringType::get (), c10::AnyType::get ());

  for (const auto &[name, value] : members)
    dict.insert (std::string (name), value);
  return dict;
}

c10::IValue
make_list (std::initializer_list<int64_t> numbers)
{
  c10::impl::GenericList list (c10::AnyType::get ());

  for (const int64_t number : numbers)
    list.push_back (number);
  return list;
}

/* As nnU-Net's trainer saves them.  @channel: the name of each of the three; @labels, @slope: as in its JSON files */
void
write_nnunet (const acini::Tensors &tensors, const std::string &file, const char *channel,
              const c10::impl::GenericDict &labels, const char *activation, double slope)
{
  c10::impl::GenericDict weights = make_dict ({});
  const c10::IValue name = std::string (channel);
  const auto arguments = make_dict (
      { { "nonlin", std::string (activation) }, { "nonlin_kwargs", make_dict ({ { "negative_slope", slope } }) } });
  const auto configuration = make_dict (
      { { "patch_size", make_list ({ 64, 96 }) }, { "architecture", make_dict ({ { "arch_kwargs", arguments } }) } });

  for (const auto &item : tensors)
    weights.insert (item.key (), item.value ().detach ().clone ());
  write_pickled (
      make_dict (
          { { "network_weights", weights },
            { "optimizer_state", make_dict ({ { "state", make_dict ({ { "0", torch::zeros ({ 3 }) } }) } }) },
            { "current_epoch", 1000 },
            { "init_args",
              make_dict (
                  { { "plans", make_dict ({ { "configurations", make_dict ({ { "2d", configuration } }) } }) },
                    { "configuration", std::string ("2d") },
                    { "dataset_json",
                      make_dict ({ { "channel_names", make_dict ({ { "0", name }, { "1", name }, { "2", name } }) },
                                   { "labels", labels } }) } }) },
            { "trainer_name", std::string ("nnUNetTrainer") } }),
      file);
}

/* Its logits against those worked out number by number; pictures of any size, which nnU-Net fills up with zeros. */
void
test_nnunet ()
{
  Folder folder;
  g_autoptr (GError) error = nullptr;
  const torch::NoGradGuard no_grad;
  const acini::Tensors tensors = make_nnunet ();
  const torch::Tensor x = torch::rand ({ 1, 3, 50, 61 });

  for (const bool regions : { false, true })
    {
      const scalar::Unet reference = { tensors, { 1, 2, 4 }, { 2, 1, 2 }, { 2, 1 }, regions ? 0.2 : 0.01 };
      const c10::IValue both = make_list ({ 1, 2 }), one = regions ? make_list ({ 2 }) : 1;
      torch::Tensor filled = x;

      write_nnunet (tensors, folder.file, regions ? "rgb_to_0_1" : "R",
                    regions ? make_dict ({ { "background", 0 }, { "tumour", both }, { "core", one } })
                            : make_dict ({ { "background", 0 }, { "gland", one } }),
                    "torch.nn.LeakyReLU", regions ? 0.2 : 0.01);
      const acini::LoadedNetwork loaded = acini::load_network (folder.file);
      const AciniCard *card = loaded.get_card ();
      g_assert_cmpstr (card->architecture, ==, "nnunet-2d");
      g_assert_cmpstr (card->layout, ==, "nnunet");
      g_assert_cmpstr (card->activation, ==, regions ? "sigmoid" : "softmax");
      g_assert_cmpstr (card->classes[0], ==, regions ? "tumour" : "background");
      g_assert_cmpstr (card->classes[1], ==, regions ? "core" : "gland");
      g_assert_nonnull (strstr (card->description, "64 × 96"));
      g_assert_cmpuint (loaded.questions.size (), ==, 0);
      g_assert_cmpuint (loaded.report.left_over.size (), ==, 2);
      g_assert_cmpfloat (card->mean[1], ==, 0);
      g_assert_cmpfloat (card->std[1], ==, 1);

      if (!regions)
        filled = (x - x.mean ({ 2, 3 }, true)) / x.std (at::IntArrayRef ({ 2, 3 }), false, true);
      filled = torch::constant_pad_nd (filled, { 0, 3, 0, 6 });
      const torch::Tensor expected = reference (filled).slice (2, 0, 50).slice (3, 0, 61);
      g_assert_cmpfloat (kit::compare (loaded.network->forward (x), expected), <=, 5e-5);
      {
        const acini::ExactNumbers exactly;

        g_assert_cmpfloat (kit::compare (loaded.network->forward (x), expected), <=, 5e-5);
      }
      /* Folded and with own products. */
      loaded.network->fold ();
      loaded.network->accelerate (torch::kFloat);
      g_assert_cmpfloat (kit::compare (loaded.network->forward (x), expected), <=, 5e-5);

      g_autoptr (JsonObject) described = acini_model_inspect (folder.file.c_str (), FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (json_object_get_string_member (described, "member"), ==, "network_weights");
    }
}

/* What the file alone tells, and what of the family is another network. */
void
test_nnunet_variants ()
{
  Folder folder;
  const acini::Tensors tensors = make_nnunet ();
  const auto labels = make_dict ({ { "background", 0 }, { "gland", 1 } });
  const auto refuse = [&] (const char *name, const torch::Tensor &tensor, const char *reason) {
    g_autoptr (GError) error = nullptr;
    acini::Tensors other;

    for (const auto &item : tensors)
      if (item.key () != name)
        other.insert (item.key (), item.value ());
    other.insert (name, tensor);
    acini::write_safetensors (folder.file, other, {});
    g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, reason));
    g_assert_nonnull (strstr (error->message, "nnU-Net"));
  };

  acini::write_safetensors (folder.file, tensors, {});
  const acini::LoadedNetwork loaded = acini::load_network (folder.file);
  g_assert_cmpuint (loaded.questions.size (), ==, 1);
  g_assert_nonnull (strstr (loaded.questions[0].c_str (), "pixels=standardised"));
  acini::LoadSettings settings;
  settings.numerics = "pixels=as-they-are";
  g_assert_false (acini::load_network (folder.file, settings).network->architecture.standardise);

  refuse ("encoder.stages.1.0.convs.0.conv.weight", torch::zeros ({ 32, 16, 3, 3, 3 }), "volumes");
  refuse ("encoder.stem.convs.0.conv.weight", torch::zeros ({ 16, 3, 3, 3 }), "residual");
  refuse ("encoder.stages.0.0.convs.0.norm.running_mean", torch::zeros ({ 16 }), "BatchNorm");
  refuse ("decoder.transpconvs.1.weight", torch::zeros ({ 32, 16, 1, 2 }), "square");
  refuse ("encoder.stages.0.0.convs.0.all_modules.0.weight", torch::zeros ({ 16, 3, 3, 3 }), "ought to be the same");
  g_assert_false (acini::guard (nullptr, [&] {
    write_nnunet (tensors, folder.file, "R", labels, "torch.nn.GELU", 0);
    acini::load_network (folder.file);
  }));
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
  g_test_add_func ("/network/beginning", test_beginning);
  g_test_add_func ("/network/ensemble", test_ensemble);
  g_test_add_func ("/network/numerics", test_numerics);
  g_test_add_func ("/network/device-errors", test_device_errors);
  g_test_add_func ("/network/bad-input", test_bad_input);
  g_test_add_func ("/network/devices", test_devices);
  g_test_add_func ("/network/nnunet", test_nnunet);
  g_test_add_func ("/network/nnunet-variants", test_nnunet_variants);
  return g_test_run ();
}
