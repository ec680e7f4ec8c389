/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of checkpoints: what must be read, what must be refused, and that nothing lies outside.  Without torch, so that
 * the sanitizers see it. */

#include "model/checkpoint/stored.hpp"

#include <cstring>
#include <functional>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

namespace
{

class Folder
{
public:
  Folder () : path (g_dir_make_tmp ("acini-container-XXXXXX", nullptr)), file (path + std::string ("/a.bin")) {}

  ~Folder ()
  {
    GDir *folder = g_dir_open (path, 0, nullptr);

    while (const char *name = g_dir_read_name (folder))
      g_unlink ((path + std::string ("/") + name).c_str ());
    g_dir_close (folder);
    g_assert_cmpint (g_rmdir (path), ==, 0);
    g_free (path);
  }

  void
  write (const std::string &content, const char *name = "a.bin") const
  {
    g_assert_true (
        g_file_set_contents ((path + std::string ("/") + name).c_str (), content.data (), content.size (), nullptr));
  }

  char *const path;
  const std::string file;
};

std::string
load (const std::string &path)
{
  g_autofree char *bytes = nullptr;
  gsize size;
  g_autoptr (GError) error = nullptr;

  g_file_get_contents (path.c_str (), &bytes, &size, &error);
  g_assert_no_error (error);
  return std::string (bytes, size);
}

std::string
get_corpus (const char *kind)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fuzz", kind, nullptr);

  return path;
}

/* Calls @visit with the name and the path of every file in @folder. */
void
for_each_file (const std::string &folder, const std::function<void (const std::string &, const std::string &)> &visit)
{
  GDir *dir = g_dir_open (folder.c_str (), 0, nullptr);
  int n = 0;

  g_assert_nonnull (dir);
  while (const char *name = g_dir_read_name (dir))
    {
      g_test_message ("%s", name);
      visit (name, folder + "/" + name);
      n++;
    }
  g_dir_close (dir);
  g_assert_cmpint (n, >, 2);
}

/* The code that reading @path fails with, or -1 where it does not; then every element was looked at. */
int
read_code (const std::string &path)
{
  try
    {
      const acini::StoredCheckpoint checkpoint = acini::read_stored (path);
      static volatile unsigned sum;

      for (const acini::StoredTensor &tensor : checkpoint.tensors)
        for (size_t i = 0, span = tensor.get_span (); i < span; i++)
          sum = sum + (unsigned char)tensor.data[i];
      return -1;
    }
  catch (const acini::Error &error)
    {
      g_test_message ("%s", error.what ());
      g_assert_true (g_utf8_validate (error.what (), -1, nullptr));
      return error.code;
    }
}

/* conv.weight and conv.bias of tests/fuzz/make-corpus.py, whatever their strides. */
void
assert_convolution (const acini::StoredCheckpoint &checkpoint)
{
  int64_t expected = 0;

  g_assert_cmpuint (checkpoint.tensors.size (), ==, 2);
  for (const acini::StoredTensor &tensor : checkpoint.tensors)
    {
      const bool is_weight = tensor.name == "conv.weight";
      const std::vector<int64_t> shape = is_weight ? std::vector<int64_t>{ 2, 1, 1, 2 } : std::vector<int64_t>{ 2 };

      g_assert_true (is_weight || tensor.name == "conv.bias");
      g_assert_true (tensor.shape == shape);
      g_assert_cmpstr (acini::get_type_info (tensor.type).name, ==, "float32");
      for (int64_t i = 0; i < shape[0]; i++)
        for (int64_t j = 0; j < (is_weight ? 2 : 1); j++)
          {
            float value;

            std::memcpy (&value, tensor.data + 4 * (i * tensor.strides[0] + (is_weight ? j * tensor.strides[3] : 0)),
                         4);
            g_assert_cmpfloat (value, ==, expected++);
          }
    }
}

/* Each form that torch.save and torch.jit.save ever wrote: the same tensors. */
void
test_torch ()
{
  for_each_file (get_corpus ("corpus-torch"), [] (const std::string &name, const std::string &path) {
    if (name.rfind ("regression-", 0) == 0)
      read_code (path);
    else if (name == "refused-module.pth")
      g_assert_cmpint (read_code (path), ==, ACINI_MODEL_ERROR_UNSAFE);
    else if (name == "refused-compressed.pth")
      g_assert_cmpint (read_code (path), ==, ACINI_MODEL_ERROR_UNREADABLE);
    else if (name == "types.pth")
      {
        g_assert_cmpint (read_code (path), ==, -1);
        for (const acini::StoredTensor &tensor : acini::read_stored (path).tensors)
          if (tensor.name != "scalar" && tensor.name != "empty")
            g_assert_cmpstr (acini::get_type_info (tensor.type).name, ==, tensor.name.c_str ());
      }
    else
      assert_convolution (acini::read_stored (path));
  });
}

void
test_safetensors_types ()
{
  for_each_file (get_corpus ("corpus-safetensors"), [] (const std::string &name, const std::string &path) {
    if (name.rfind ("regression-", 0) == 0)
      read_code (path);
    else if (name == "types.safetensors")
      {
        g_assert_cmpint (read_code (path), ==, -1);
        for (const acini::StoredTensor &tensor : acini::read_stored (path).tensors)
          if (tensor.name != "scalar" && tensor.name != "empty")
            g_assert_cmpstr (acini::get_type_info (tensor.type).safetensors, ==, tensor.name.c_str ());
      }
    else
      assert_convolution (acini::read_stored (path));
  });
}

/* What MMSegmentation tells about its training. */
void
test_hints ()
{
  const acini::StoredCheckpoint checkpoint = acini::read_stored (get_corpus ("corpus-torch") + "/optimizer.pth");
  const std::vector<std::string> classes = { "background", "gland" };

  g_assert_true (checkpoint.hints.classes == classes);
  g_assert_true (checkpoint.hints.has_normalisation);
  g_assert_false (checkpoint.hints.bgr);
  g_assert_cmpfloat_with_epsilon (checkpoint.hints.mean[0], 0.485, 1e-9);
  g_assert_cmpfloat_with_epsilon (checkpoint.hints.std[2], 0.225, 1e-9);
  g_assert_true (acini::read_stored (get_corpus ("corpus-torch") + "/zip.pth").hints.classes.empty ());
}

std::string
make_safetensors (const std::string &header, size_t bytes)
{
  const uint64_t size = header.size ();

  return std::string ((const char *)&size, 8) + header + std::string (bytes, '\1');
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
    { "ccollections\nOrderedDict\n]K\x01"
      "a\x85R."s,
      ACINI_MODEL_ERROR_UNREADABLE },
    { "ctorch._utils\n_rebuild_tensor_v2\n)R."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "K\x01Q."s, ACINI_MODEL_ERROR_UNREADABLE },
    { "\xfe."s, ACINI_MODEL_ERROR_UNREADABLE },
    /* A list in itself, and one inside the other a million times: read, and no tensors found. */
    { "]q\x01h\x01"
      "a."s,
      ACINI_MODEL_ERROR_UNREADABLE },
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

  for (const char *name : { "corpus-torch/zip.pth", "corpus-torch/legacy.pth", "corpus-torch/strides.pth",
                            "corpus-torch/script.pt", "corpus-safetensors/plain.safetensors" })
    {
      const std::string whole = load (get_corpus (name));
      const size_t size = whole.size ();
      GRand *random = g_rand_new_with_seed (3);

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

/* Small files that would grow large in memory: each is refused before it does. */
void
test_bombs ()
{
  using namespace std::string_literals;
  const std::string list = "]q\x01(" + std::string (1000000, 'N') + "e", many = [] {
    std::string calls;

    for (int i = 0; i < 100000; i++)
      calls += "c__builtin__\nset\nh\x01\x85R"s;
    return calls;
  }();
  Folder folder;

  folder.write (make_legacy (list + many + "."));
  g_assert_cmpint (read_code (folder.file), ==, ACINI_MODEL_ERROR_UNREADABLE);
  folder.write (make_legacy (std::string (5000000, 'N') + "."));
  g_assert_cmpint (read_code (folder.file), ==, ACINI_MODEL_ERROR_UNREADABLE);
  std::string header = "{\"a\":[";
  for (int i = 0; i < 3000000; i++)
    header += "1,";
  folder.write (make_safetensors (header + "1]}", 0));
  g_assert_cmpint (read_code (folder.file), ==, ACINI_MODEL_ERROR_UNREADABLE);
}

/* A checkpoint in parts, and indices that name what is not there, or not theirs. */
void
test_parts ()
{
  Folder folder;
  const std::string index = folder.path + std::string ("/model.safetensors.index.json");
  const char *const bad[] = {
    R"({"weight_map": {"a": "missing.safetensors"}})",
    R"({"weight_map": {"a": "../a.safetensors"}})",
    R"({"weight_map": {"a": 3}})",
    R"({"weight_map": {}})",
    R"({"weight_map": [])",
    R"([])",
    R"({"weight_map": {"a": "a.safetensors", "b": "c.safetensors"}})",
    "",
  };

  folder.write (make_safetensors (R"({"model.a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 4),
                "a.safetensors");
  folder.write (make_safetensors (R"({"model.b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 2),
                "b.safetensors");
  folder.write (make_safetensors (R"({"model.a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 2),
                "c.safetensors");
  folder.write (
      R"({"metadata": {"total_size": 6}, "weight_map": {"model.a": "a.safetensors", "model.b": "b.safetensors"}})",
      "model.safetensors.index.json");
  const acini::StoredCheckpoint checkpoint = acini::read_stored (index);
  g_assert_cmpstr (checkpoint.container.c_str (), ==, "safetensors");
  g_assert_cmpuint (checkpoint.tensors.size (), ==, 2);
  g_assert_cmpstr (checkpoint.tensors[0].name.c_str (), ==, "a");
  g_assert_cmpint (checkpoint.tensors[1].shape[0], ==, 2);
  for (const char *content : bad)
    {
      folder.write (content, "model.safetensors.index.json");
      g_assert_cmpint (read_code (index), ==, ACINI_MODEL_ERROR_UNREADABLE);
    }
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, nullptr);
  g_test_add_func ("/container/torch", test_torch);
  g_test_add_func ("/container/safetensors-types", test_safetensors_types);
  g_test_add_func ("/container/hints", test_hints);
  g_test_add_func ("/container/safetensors", test_safetensors);
  g_test_add_func ("/container/pickles", test_pickles);
  g_test_add_func ("/container/damage", test_damage);
  g_test_add_func ("/container/bombs", test_bombs);
  g_test_add_func ("/container/parts", test_parts);
  return g_test_run ();
}
