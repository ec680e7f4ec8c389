/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers: what must be read, and what must be refused. */

#include "tests/kit.hpp"

#include "model/acini-model.h"

#include <glib/gstdio.h>

namespace
{

class Folder
{
public:
  Folder () : path (g_dir_make_tmp ("acini-checkpoint-XXXXXX", nullptr)), file (path + std::string ("/a.bin")) {}

  ~Folder ()
  {
    g_unlink (file.c_str ());
    g_assert_cmpint (g_rmdir (path), ==, 0);
    g_free (path);
  }

  void
  write (const std::string &content) const
  {
    g_assert_true (g_file_set_contents (file.c_str (), content.data (), content.size (), nullptr));
  }

  char *const path;
  const std::string file;
};

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
          JsonObject *expected = json_object_get_object_member (tensors, (const char *) link->data);
          const torch::Tensor *tensor = checkpoint.tensors.find ((const char *) link->data);

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

std::string
make_safetensors (const std::string &header, size_t bytes)
{
  const uint64_t size = header.size ();

  return std::string ((const char *) &size, 8) + header + std::string (bytes, '\1');
}

void
test_safetensors ()
{
  const struct
  {
    const char *header;
    size_t bytes;
    bool good;
  } cases[] = {
    { R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8, true },
    { R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})", 5,
      true },
    { R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 7, false },
    { R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 9, false },
    { R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})", 6,
      false },
    { R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})", 6, false },
    { R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0, false },
    { R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4, false },
    { R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}})", 4, false },
    { R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", 4, false },
    { R"({"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}})", 4, false },
    { R"({"a":[]})", 0, false },
    { R"({"a":{}})", 0, false },
    { R"({"__metadata__":{"a":"b"}})", 0, false },
    { R"([])", 0, false },
    { R"({)", 0, false },
    { "", 0, false },
  };
  Folder folder;

  for (const auto &entry : cases)
    {
      folder.write (make_safetensors (entry.header, entry.bytes));
      g_test_message ("%s", entry.header);
      g_assert_cmpint (read_code (folder.file), ==, entry.good ? -1 : ACINI_MODEL_ERROR_UNREADABLE);
    }
  folder.write (make_safetensors (std::string (300000, '[') + std::string (300000, ']'), 0));
  g_assert_cmpint (read_code (folder.file), ==, ACINI_MODEL_ERROR_UNREADABLE);
  folder.write (make_safetensors ("{\"a\":" + std::string (300000, '['), 0));
  g_assert_cmpint (read_code (folder.file), ==, ACINI_MODEL_ERROR_UNREADABLE);
  g_assert_cmpint (read_code (folder.path), ==, ACINI_MODEL_ERROR_UNREADABLE);
  g_assert_cmpint (read_code (folder.file + ".missing"), ==, ACINI_MODEL_ERROR_UNREADABLE);
}

/* The start of a torch.save file of before 1.6, and a pickle behind it. */
std::string
make_legacy (const std::string &pickle)
{
  const char *const version = "\x80\x02M\xe9\x03.", *const sizes = "\x80\x02}.";

  return std::string ("\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19.") + version + sizes + pickle + "\x80\x02].";
}

void
test_pickles ()
{
  using namespace std::string_literals;
  const struct
  {
    std::string pickle;
    int code;
  } cases[] = {
    /* Calls of any kind of code are refused by name, before anything is read further. */
    { "cos\nsystem\n(U\x04trueT"s, ACINI_MODEL_ERROR_UNSAFE },
    { "\x80\x04\x8c\x08"s + "builtins\x8c\x04" + "eval\x93", ACINI_MODEL_ERROR_UNSAFE },
    { "(icode\nInteractiveInterpreter\n."s, ACINI_MODEL_ERROR_UNSAFE },
    { "\x82\x01."s, ACINI_MODEL_ERROR_UNSAFE },
    { "ctorch.nn.modules.linear\nLinear\n)\x81."s, ACINI_MODEL_ERROR_UNSAFE },
    /* Nonsense. */
    { "."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "0."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "u."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "}(K\x01u."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "h\x07."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "X\xff\xff\xff\x7f"s, ACINI_MODEL_ERROR_UNREADABLE },
    { "\x8d\xff\xff\xff\xff\xff\xff\xff\xff"s, ACINI_MODEL_ERROR_UNREADABLE },
    { "K\x01K\x02R."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "ccollections\nOrderedDict\n]K\x01" "a\x85R."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "ctorch._utils\n_rebuild_tensor_v2\n)R."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "K\x01Q."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "\xfe."s, ACINI_MODEL_ERROR_UNREADABLE },
    /* A list in itself, and one inside the other a million times: read, and no tensors found. */
    { "]q\x01h\x01" "a."s, ACINI_MODEL_ERROR_UNREADABLE },
    { ")"s + std::string (1000000, '\x85') + ".", ACINI_MODEL_ERROR_UNREADABLE },
  };
  Folder folder;

  for (const auto &entry : cases)
    {
      folder.write (make_legacy (entry.pickle));
      g_assert_cmpint (read_code (folder.file), ==, entry.code);
    }
}

/* Files cut off or changed anywhere are refused, or read as something: never a crash. */
void
test_damage ()
{
  Folder folder;
  std::string content;

  if (!kit::is_there ())
    return;
  for (const char *name : { "plain_zip.pth", "legacy.pth", "plain.safetensors", "views_strides_shared.pth" })
    {
      g_autofree char *bytes = nullptr;
      gsize size;
      GRand *random = g_rand_new_with_seed (3);

      g_assert_true (g_file_get_contents (kit::path (std::string ("loaders/") + name).c_str (), &bytes, &size, nullptr));
      const std::string whole (bytes, size);
      for (size_t i = 0; i < 60; i++)
        {
          folder.write (whole.substr (0, size * i / 60));
          g_assert_cmpint (read_code (folder.file), >=, 0);
        }
      for (int i = 0; i < 400; i++)
        {
          std::string changed = whole;

          for (int j = g_rand_int_range (random, 1, 4); j > 0; j--)
            changed[g_rand_int_range (random, 0, size)] = g_rand_int_range (random, 0, 256);
          folder.write (changed);
          read_code (folder.file);
        }
      g_rand_free (random);
    }
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
  g_assert_false (acini::guard (
      &error, [&] { acini::write_safetensors (std::string (folder.path) + "/none/a", tensors, {}); }));
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
  g_test_add_func ("/checkpoint/safetensors", test_safetensors);
  g_test_add_func ("/checkpoint/pickles", test_pickles);
  g_test_add_func ("/checkpoint/damage", test_damage);
  g_test_add_func ("/checkpoint/write", test_write);
  return g_test_run ();
}
