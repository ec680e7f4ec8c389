/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints as networks: the values that are read, the layouts that are recognised, and what is written. */

#include "tests/model/folder.hpp"
#include "tests/model/pickled.hpp"
#include "tests/model/kit.hpp"

#include "model/acini-model.h"

#include <functional>
#include <torch/script.h>

namespace
{

/* The code that reading @path fails with, or -1 where it does not. */
int
read_code (const std::string &path)
{
  g_autoptr (GError) error = nullptr;

  if (acini::guard (&error, [&] { acini::read_checkpoint (path); }))
    return -1;
  g_test_message ("%s", error->message);
  g_assert_true (error->domain == ACINI_MODEL_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, nullptr));
  return error->code;
}

void
assert_tensor (const torch::Tensor &tensor, JsonObject *expected)
{
  JsonArray *shape = json_object_get_array_member (expected, "shape");
  JsonArray *values = json_object_get_array_member (expected, "values");
  const torch::Tensor flat = tensor.to (torch::kDouble).flatten ();

  g_assert_cmpint (tensor.dim (), ==, json_array_get_length (shape));
  for (int64_t i = 0; i < tensor.dim (); i++)
    g_assert_cmpint (tensor.size (i), ==, json_array_get_int_element (shape, i));
  g_assert_cmpint (flat.numel (), ==, json_array_get_length (values));
  for (int64_t i = 0; i < flat.numel (); i++)
    {
      JsonNode *value = json_array_get_element (values, i);
      const double number = json_node_get_value_type (value) == G_TYPE_BOOLEAN ? json_node_get_boolean (value)
                                                                               : json_node_get_double (value);

      g_assert_cmpfloat (flat[i].item<double> (), ==, number);
    }
}

void
test_loaders ()
{
  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) root = kit::load_json ("loaders/expected.json");
  JsonArray *files = json_node_get_array (root);

  g_assert_cmpuint (json_array_get_length (files), >, 20);
  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      JsonObject *entry = json_array_get_object_element (files, i);
      const std::string name = json_object_get_string_member (entry, "file");
      const std::string path = kit::path ("loaders/" + name);

      g_test_message ("%s", name.c_str ());
      if (!json_object_get_boolean_member (entry, "should_load"))
        {
          const bool unsafe = name == "full_module.pth" || name == "bad_reduce_global.pth";

          g_assert_cmpint (read_code (path), ==, unsafe ? ACINI_MODEL_ERROR_UNSAFE : ACINI_MODEL_ERROR_UNREADABLE);
          continue;
        }
      const acini::Checkpoint checkpoint = acini::read_checkpoint (path);
      JsonObject *tensors = json_object_get_object_member (entry, "tensors");
      g_autoptr (GList) names = json_object_get_members (tensors);
      if (names != nullptr)
        g_assert_cmpuint (checkpoint.tensors.size (), ==, g_list_length (names));
      for (GList *link = names; link != nullptr; link = link->next)
        {
          JsonObject *expected = json_object_get_object_member (tensors, (const char *)link->data);
          const torch::Tensor *tensor = checkpoint.tensors.find ((const char *)link->data);

          g_assert_nonnull (tensor);
          assert_tensor (*tensor, expected);
        }
      /* Types as the C header tells them. */
      g_autoptr (GError) error = nullptr;
      g_autoptr (JsonObject) told = acini_model_inspect (path.c_str (), TRUE, &error);
      g_assert_no_error (error);
      JsonArray *list = json_object_get_array_member (told, "tensors");
      for (guint j = 0; names != nullptr && j < json_array_get_length (list); j++)
        {
          JsonObject *tensor = json_array_get_object_element (list, j);
          JsonObject *expected
              = json_object_get_object_member (tensors, json_object_get_string_member (tensor, "name"));

          g_assert_cmpstr (json_object_get_string_member (tensor, "dtype"), ==,
                           json_object_get_string_member (expected, "dtype"));
        }
    }
}

/* Each layout by name, and what is told about it. */
void
test_inspect ()
{
  const struct
  {
    const char *file, *layout, *architecture, *container;
    int classes;
  } cases[] = {
    { "segformer_hf_formula/b0_l6/model_fp16.safetensors", "hf", "segformer-b0", "safetensors", 6 },
    { "segformer_hf_tiny/pytorch_model.bin", "hf", "segformer", "torch-zip", 2 },
    { "segformer_nv_tiny/model.pth", "nv", "segformer", "torch-zip", 2 },
    { "segformer_mmseg_tiny/iter_10000.pth", "mmseg", "segformer", "torch-zip", 2 },
  };

  if (!kit::is_there ())
    return;
  for (const auto &entry : cases)
    {
      g_autoptr (GError) error = nullptr;
      g_autoptr (JsonObject) told = acini_model_inspect (kit::path (entry.file).c_str (), FALSE, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (json_object_get_string_member (told, "layout"), ==, entry.layout);
      g_assert_cmpstr (json_object_get_string_member (told, "architecture"), ==, entry.architecture);
      g_assert_cmpstr (json_object_get_string_member (told, "container"), ==, entry.container);
      g_assert_cmpint (json_object_get_int_member (told, "classes"), ==, entry.classes);
      g_assert_cmpuint (json_array_get_length (json_object_get_array_member (told, "not_finite")), ==, 0);
    }
  g_autoptr (JsonObject) told = acini_model_inspect (kit::path ("loaders/nan_inf.pth").c_str (), FALSE, nullptr);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (told, "not_finite")), >, 0);
  g_assert_true (json_object_get_null_member (told, "layout"));
}

/* torchvision's ResNet is an encoder alone: no network to segment with, but one to train from. */
void
test_encoder_alone ()
{
  Folder folder;
  acini::LoadSettings settings;
  acini::Tensors tensors;
  auto unet = acini::make_network (acini::Architecture::from_name ("unet-resnet34", 1));
  g_autoptr (GError) error = nullptr;

  for (const auto &item : acini::get_state (*unet))
    if (unet->is_encoder_key (item.key ()))
      tensors.insert (item.key ().substr (std::strlen ("encoder.")), item.value ());
  tensors.insert ("fc.weight", torch::zeros ({ 1000, 512 }));
  tensors.insert ("fc.bias", torch::zeros ({ 1000 }));
  acini::write_safetensors (folder.file, tensors, {});
  g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_LAYOUT);
  settings.classes = 3;
  const acini::LoadedNetwork loaded = acini::load_network (folder.file, settings);
  g_assert_cmpstr (loaded.layout.c_str (), ==, "torchvision");
  g_assert_cmpint (loaded.network->architecture.classes, ==, 3);
  for (const auto &item : acini::get_state (*unet))
    if (unet->is_encoder_key (item.key ()))
      g_assert_true (torch::equal (item.value (), acini::get_state (*loaded.network)[item.key ()]));
}

/* A tensor that is missing, has another shape, or has no place. */
void
test_other_shapes ()
{
  Folder folder;
  const acini::Tensors state
      = acini::get_state (*acini::make_network (acini::Architecture::from_name ("segformer-b0", 2)));
  const std::string victim = "segformer.encoder.block.1.1.mlp.dense2.weight";

  for (int kind = 0; kind < 3; kind++)
    {
      acini::Tensors tensors;
      g_autoptr (GError) error = nullptr;

      for (const auto &item : state)
        if (item.key () != victim)
          tensors.insert (item.key (), item.value ());
        else if (kind == 1)
          tensors.insert (victim, item.value ().t ().contiguous ());
        else if (kind == 2)
          tensors.insert (victim, item.value ());
      if (kind == 2)
        tensors.insert ("segformer.encoder.extra", torch::zeros ({ 1 }));
      acini::write_safetensors (folder.file, tensors, {});
      g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_SHAPE);
    }
  acini::Tensors tensors;
  g_autoptr (GError) error = nullptr;

  tensors.insert ("weight", torch::zeros ({ 1 }));
  acini::write_safetensors (folder.file, tensors, {});
  g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_LAYOUT);
}

/* A small SegFormer with random weights. */
std::shared_ptr<acini::Network>
make_small (int64_t classes)
{
  acini::Architecture a;

  a.classes = classes;
  a.widths = { 8, 16, 40, 64 };
  a.depths = { 1, 1, 1, 1 };
  a.heads = { 1, 2, 5, 8 };
  a.reductions = { 8, 4, 2, 1 };
  a.expansions = { 4, 4, 4, 4 };
  a.decoder_width = 24;
  torch::manual_seed (3);
  auto network = acini::make_network (a);
  network->eval ();
  return network;
}

torch::Tensor
run (acini::Network &network)
{
  c10::InferenceMode guard;

  torch::manual_seed (4);
  return network.forward (torch::randn ({ 1, 3, 64, 64 }));
}

/* A folder as transformers writes it, whole and in parts: weights, classes, and how pixels are normalised. */
void
test_hugging_face ()
{
  Folder folder;
  auto network = make_small (3);
  const acini::Tensors state = acini::get_state (*network);
  acini::Tensors halves[2];
  std::string map;

  folder.write ("config.json", R"({"id2label": {"0": "background", "1": "gland", "2": "vessel"}})");
  folder.write ("preprocessor_config.json",
                R"({"do_normalize": true, "do_rescale": true, "rescale_factor": 0.00392156862745098,
                    "image_mean": [0.5, 0.25, 0.125], "image_std": [0.1, 0.2, 0.3]})");
  acini::write_safetensors (folder.get ("model.safetensors"), state, { { "format", "pt" } });
  const acini::LoadedNetwork whole = acini::load_network (folder.path);
  g_assert_true (torch::equal (run (*whole.network), run (*network)));
  g_assert_cmpstr (whole.get_card ()->classes[2], ==, "vessel");
  g_assert_cmpfloat_with_epsilon (whole.get_card ()->mean[1], 0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (whole.get_card ()->std[2], 0.3, 1e-9);
  g_assert_cmpuint (whole.report.matched.size (), ==, state.size ());

  /* Bytes that are not brought to 0 … 1 first: the mean is of 0 … 255. */
  folder.write ("preprocessor_config.json",
                R"({"do_rescale": false, "image_mean": [127.5, 51, 255], "image_std": [51, 51, 25.5]})");
  g_unlink (folder.get ("model.safetensors").c_str ());
  for (const auto &item : state)
    {
      const int part = halves[0].size () < state.size () / 2 ? 0 : 1;

      halves[part].insert (item.key (), item.value ());
      map += (map.empty () ? "\"" : ", \"") + item.key () + "\": \"model-" + std::to_string (part) + ".safetensors\"";
    }
  for (int part : { 0, 1 })
    acini::write_safetensors (folder.get ("model-" + std::to_string (part) + ".safetensors"), halves[part], {});
  folder.write ("model.safetensors.index.json", "{\"metadata\": {}, \"weight_map\": {" + map + "}}");
  const acini::LoadedNetwork parts = acini::load_network (folder.path);
  g_assert_true (torch::equal (run (*parts.network), run (*network)));
  g_assert_cmpfloat_with_epsilon (parts.get_card ()->mean[0], 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (parts.get_card ()->mean[2], 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (parts.get_card ()->std[2], 0.1, 1e-9);

  folder.write ("config.json", "{");
  g_autoptr (GError) error = nullptr;
  g_assert_null (acini_model_load (folder.path, nullptr, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_UNREADABLE);
}

/* 16-bit weights of both kinds are widened exactly. */
void
test_sixteen_bits ()
{
  Folder folder;

  for (const torch::ScalarType type : { torch::kHalf, torch::kBFloat16 })
    {
      torch::NoGradGuard no_grad;
      auto network = make_small (2);
      acini::Tensors small;

      for (const auto &item : acini::get_state (*network))
        {
          small.insert (item.key (), item.value ().is_floating_point () ? item.value ().to (type) : item.value ());
          item.value ().copy_ (small[item.key ()]);
        }
      acini::write_safetensors (folder.file, small, {});
      g_assert_true (torch::equal (run (*acini::load_network (folder.file).network), run (*network)));
    }
}

/* @network's weights as a TorchScript module of the same names, whose program takes the mean of the colours twice. */
void
write_script (const acini::Tensors &state, const std::string &path)
{
  torch::jit::Module root ("Root");
  std::map<std::string, torch::jit::Module> modules;
  const std::function<torch::jit::Module &(const std::string &)> find
      = [&] (const std::string &name) -> torch::jit::Module & {
    if (name.empty ())
      return root;
    if (modules.count (name) == 0)
      {
        const size_t dot = name.rfind ('.');
        torch::jit::Module child ("__torch__.Part" + std::to_string (modules.size ()));

        modules.emplace (name, child);
        find (dot == std::string::npos ? "" : name.substr (0, dot)).register_module (name.substr (dot + 1), child);
      }
    return modules.at (name);
  };

  for (const auto &item : state)
    {
      const size_t dot = item.key ().rfind ('.');

      find (dot == std::string::npos ? "" : item.key ().substr (0, dot))
          .register_parameter (item.key ().substr (dot + 1), item.value ().detach (),
                               !item.value ().is_floating_point ());
    }
  root.define ("def forward(self, x):\n  y = x.mean([1], True)\n  return {\"out\": torch.cat([y, -y], 1)}\n");
  root.save (path);
}

/* A TorchScript file of a known network is read as weights; any other is a program, which is run when that is asked for
 * and not before. */
void
test_script ()
{
  Folder folder;
  auto network = make_small (2);
  AciniModelOptions options = { "cpu", ACINI_PRECISION_AUTO, 1, FALSE };
  const gint64 shape[] = { 1, 3, 32, 64 };
  const torch::Tensor x = torch::randn ({ 1, 3, 32, 64 });
  g_autoptr (GError) error = nullptr;
  g_autofree float *output = nullptr;
  gint64 output_shape[4];

  write_script (acini::get_state (*network), folder.file);
  const acini::LoadedNetwork weights = acini::load_network (folder.file);
  g_assert_cmpstr (weights.container.c_str (), ==, "torchscript");
  g_assert_true (torch::equal (run (*weights.network), run (*network)));

  acini::Tensors other;
  other.insert ("thing.weight", torch::ones ({ 2 }));
  write_script (other, folder.file);
  g_assert_null (acini_model_load (folder.file.c_str (), &options, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_LAYOUT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "--allow-program"));
  g_clear_error (&error);
  options.allow_program = TRUE;
  g_autoptr (AciniModel) model = acini_model_load (folder.file.c_str (), &options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (acini_model_get_card (model)->architecture, ==, "torchscript");
  g_assert_cmpint (acini_model_get_n_classes (model), ==, 2);
  g_assert_true (acini_model_forward (model, x.data_ptr<float> (), shape, FALSE, &output, output_shape, &error));
  g_assert_no_error (error);
  const torch::Tensor y = torch::from_blob (output, { 1, 2, 32, 64 }, torch::kFloat);
  g_assert_true (torch::allclose (y.select (1, 1), -x.mean (1)));
  /* Never for training. */
  acini::LoadSettings settings;
  settings.classes = 2;
  settings.allow_program = true;
  g_assert_false (acini::guard (&error, [&] { acini::load_network (folder.file, settings); }));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_LAYOUT);
}

/* What is said about a file that fits partly, in a larger one, or not at all. */
void
test_reports ()
{
  Folder folder;
  auto network = make_small (2);
  acini::Tensors larger, unknown;
  acini::LoadSettings settings;

  /* In a training program's module, beside something else. */
  for (const auto &item : acini::get_state (*network))
    larger.insert ("net." + item.key (), item.value ());
  larger.insert ("loss.weight", torch::ones ({ 2 }));
  acini::write_safetensors (folder.file, larger, {});
  const acini::LoadedNetwork loaded = acini::load_network (folder.file);
  g_assert_true (torch::equal (run (*loaded.network), run (*network)));
  g_assert_cmpuint (loaded.report.left_over.size (), ==, 1);
  g_assert_cmpstr (loaded.report.left_over[0].c_str (), ==, "loss.weight");
  g_assert_true (loaded.report.missing.empty ());

  /* For another number of classes. */
  settings.classes = 4;
  const acini::LoadedNetwork other = acini::load_network (folder.file, settings);
  const std::vector<std::string> head = { "decode_head.classifier.weight", "decode_head.classifier.bias" };
  g_assert_true (other.report.missing == head);
  g_assert_nonnull (
      strstr (other.report.to_text ().c_str (), "missing, left at random: decode_head.classifier.weight"));

  /* Of no kind that is known: what is nearest, every layout that was tried, and why it is none. */
  unknown.insert ("encoder.levels.0.conv.weight", torch::zeros ({ 4, 3, 3, 3 }));
  unknown.insert ("decoder.outputs.0.weight", torch::zeros ({ 4, 4, 1, 1 }));
  acini::write_safetensors (folder.file, unknown, {});
  g_autoptr (GError) error = nullptr;
  g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_LAYOUT);
  for (const char *said :
       { "nearest to it is segmentation_models_pytorch's networks",
         "“encoder.levels.0.conv.weight” is the first tensor without a place", "Hugging Face's SegFormer: there is no",
         "NVlabs", "MMSegmentation", "fastai", "torchvision's ResNet" })
    g_assert_nonnull (strstr (error->message, said));
}

/* Of networks of segmentation_models_pytorch that are not known: the part, and the first tensor without a place. */
void
test_nearest ()
{
  const acini::Tensors state
      = acini::get_state (*acini::make_network (acini::Architecture::from_name ("unet-resnet18", 1)));
  const struct
  {
    const char *instead_of, *other, *without_place;
  } cases[] = {
    { "decoder.blocks.", "decoder.aspp.", "“decoder.aspp.0.conv1.0.weight” is the first" },
    { "encoder.layer", "encoder.features.", "“encoder.conv1.weight” is the first" },
    { "encoder.conv1.", "encoder.conv1.0.", "“encoder.conv1.0.weight” is the first" },
    { "", "decoder.blocks.0.attention1.", "“decoder.blocks.0.attention1.weight” has no place" },
  };

  for (const auto &entry : cases)
    {
      Folder folder;
      acini::Tensors tensors;
      g_autoptr (GError) error = nullptr;

      for (const auto &item : state)
        {
          std::string name = item.key ();

          if (*entry.instead_of != '\0' && name.rfind (entry.instead_of, 0) == 0)
            name.replace (0, std::strlen (entry.instead_of), entry.other);
          tensors.insert (name, item.value ());
        }
      if (*entry.instead_of == '\0')
        tensors.insert (std::string (entry.other) + "weight", torch::zeros ({ 4, 4, 1, 1 }));
      acini::write_safetensors (folder.file, tensors, {});
      g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "nearest"));
      g_assert_nonnull (strstr (error->message, entry.without_place));
    }
}

/* Two networks in one file: the averaged one is taken, and the other is said to be left. */
void
test_averaged ()
{
  Folder folder;
  auto plain = make_small (2), averaged = make_small (2);

  torch::NoGradGuard no_grad;
  for (torch::Tensor &parameter : averaged->parameters ())
    parameter.mul_ (0.9);
  const acini::Tensors first = acini::get_state (*plain), second = acini::get_state (*averaged);
  const std::pair<const char *, const char *> prefixes[]
      = { { "student.", "teacher." }, { "model.", "model_ema." }, { "ema_", "" } };

  g_assert_false (torch::equal (run (*plain), run (*averaged)));
  for (const auto &[before, behind] : prefixes)
    {
      acini::Tensors both;

      for (const auto &item : first)
        {
          std::string name = item.key ();

          both.insert (behind + name, second[item.key ()]);
          /* mmcv's hook writes no dots, and has exchanged the two before the file is written. */
          if (*behind == '\0')
            std::replace (name.begin (), name.end (), '.', '_');
          both.insert (before + name, item.value ());
        }
      acini::write_safetensors (folder.file, both, {});
      const acini::LoadedNetwork loaded = acini::load_network (folder.file);
      g_assert_true (torch::equal (run (*loaded.network), run (*averaged)));
      g_assert_cmpuint (loaded.report.left_over.size (), ==, first.size ());
      g_assert_true (loaded.report.left_over[0].rfind (before, 0) == 0);
    }
}

/* Writes @members as torch.save writes a dictionary of state_dicts. */
void
write_saved (const std::vector<std::pair<const char *, acini::Tensors>> &members, const std::string &path)
{
  c10::impl::GenericDict root (c10::StringType::get (), c10::AnyType::get ());

  for (const auto &[name, state] : members)
    {
      c10::impl::GenericDict member (c10::StringType::get (), c10::TensorType::get ());

      for (const auto &item : state)
        member.insert (item.key (), item.value ().detach ().clone ());
      root.insert (std::string (name), member);
    }

  write_pickled (root, path);
}

/* The same in what torch.save writes: whichever order the dictionary has, and by the names that are in use. */
void
test_averaged_saved ()
{
  Folder folder;
  auto plain = make_small (2), averaged = make_small (2);

  torch::NoGradGuard no_grad;
  for (torch::Tensor &parameter : averaged->parameters ())
    parameter.mul_ (0.9);
  const acini::Tensors first = acini::get_state (*plain), second = acini::get_state (*averaged);
  const std::pair<const char *, const char *> names[] = { { "state_dict", "state_dict_ema" },
                                                          { "model", "model_ema" },
                                                          { "model", "ema" },
                                                          { "net", "ema_model" },
                                                          { "student", "teacher" } };

  for (const auto &[before, behind] : names)
    for (const bool averaged_first : { false, true })
      {
        if (averaged_first)
          write_saved ({ { behind, second }, { before, first } }, folder.file);
        else
          write_saved ({ { before, first }, { behind, second } }, folder.file);
        const acini::LoadedNetwork loaded = acini::load_network (folder.file);
        g_assert_true (torch::equal (run (*loaded.network), run (*averaged)));
        g_assert_cmpuint (loaded.report.left_over.size (), ==, 1);
        g_assert_true (loaded.report.left_over[0].rfind (before, 0) == 0);
        g_assert_nonnull (strstr (loaded.report.to_text ().c_str (), "another network in the file"));
      }
}

/* A U-Net of segmentation_models_pytorch that also says whether there is anything in the picture: masks do not depend
 * on that head, which is left over and said. */
void
test_classification_head ()
{
  Folder folder;
  acini::Architecture architecture = acini::Architecture::from_name ("unet-resnet34", 2);
  torch::manual_seed (3);
  auto network = acini::make_network (architecture);
  acini::Tensors with_head = acini::get_state (*network);

  network->eval ();
  with_head.insert ("classification_head.3.weight", torch::randn ({ 4, 512 }));
  with_head.insert ("classification_head.3.bias", torch::randn ({ 4 }));
  for (const bool saved : { false, true })
    {
      if (saved)
        write_saved ({ { "state_dict", with_head } }, folder.file);
      else
        acini::write_safetensors (folder.file, with_head, {});
      const acini::LoadedNetwork loaded = acini::load_network (folder.file);
      g_assert_cmpstr (loaded.get_card ()->architecture, ==, "unet-resnet34");
      g_assert_true (torch::equal (run (*loaded.network), run (*network)));
      g_assert_cmpuint (loaded.report.left_over.size (), ==, 2);
      g_assert_true (loaded.report.missing.empty ());
      for (const std::string &name : loaded.report.left_over)
        g_assert_true (name.rfind ("classification_head.", 0) == 0);
    }
}

/* An encoder within a network that is not known is no encoder alone. */
void
test_other_decoders ()
{
  Folder folder;
  auto network = make_small (2);
  acini::Tensors foreign;
  g_autoptr (GError) error = nullptr;

  for (const auto &item : acini::get_state (*network))
    if (item.key ().rfind ("segformer.", 0) == 0)
      foreign.insert ("wrapped." + item.key (), item.value ());
  foreign.insert ("decoder.blocks.0.weight", torch::zeros ({ 4, 4, 3, 3 }));
  foreign.insert ("segmentation_head.0.weight", torch::zeros ({ 2, 4, 3, 3 }));
  acini::write_safetensors (folder.file, foreign, {});
  g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "nearest"));
}

/* What is written comes back, of any type, strided or empty; a failure leaves the old file. */
void
test_write ()
{
  Folder folder;
  acini::Tensors tensors;

  tensors.insert ("é \"q\" \\", torch::randn ({ 3, 4 }).t ());
  tensors.insert ("half", torch::randn ({ 5 }).to (torch::kHalf));
  tensors.insert ("brain", torch::randn ({ 5 }).to (torch::kBFloat16));
  tensors.insert ("count", torch::full ({}, -7, torch::kLong));
  tensors.insert ("empty", torch::zeros ({ 0, 3 }));
  acini::write_safetensors (folder.file, tensors, { { "key", "välue" } });
  const acini::Checkpoint checkpoint = acini::read_checkpoint (folder.file);
  g_assert_cmpstr (checkpoint.metadata.at ("key").c_str (), ==, "välue");
  for (const auto &item : tensors)
    {
      g_assert_true (checkpoint.tensors[item.key ()].scalar_type () == item.value ().scalar_type ());
      g_assert_true (torch::equal (checkpoint.tensors[item.key ()], item.value ()));
    }
  g_autoptr (GError) error = nullptr;
  g_assert_false (
      acini::guard (&error, [&] { acini::write_safetensors (std::string (folder.path) + "/none/a", tensors, {}); }));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_FAILED);
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, nullptr);
  at::set_num_threads (1);
  g_test_add_func ("/checkpoint/loaders", test_loaders);
  g_test_add_func ("/checkpoint/inspect", test_inspect);
  g_test_add_func ("/checkpoint/encoder-alone", test_encoder_alone);
  g_test_add_func ("/checkpoint/other-shapes", test_other_shapes);
  g_test_add_func ("/checkpoint/hugging-face", test_hugging_face);
  g_test_add_func ("/checkpoint/sixteen-bits", test_sixteen_bits);
  g_test_add_func ("/checkpoint/script", test_script);
  g_test_add_func ("/checkpoint/reports", test_reports);
  g_test_add_func ("/checkpoint/nearest", test_nearest);
  g_test_add_func ("/checkpoint/averaged", test_averaged);
  g_test_add_func ("/checkpoint/averaged-saved", test_averaged_saved);
  g_test_add_func ("/checkpoint/classification-head", test_classification_head);
  g_test_add_func ("/checkpoint/other-decoders", test_other_decoders);
  g_test_add_func ("/checkpoint/write", test_write);
  return g_test_run ();
}
