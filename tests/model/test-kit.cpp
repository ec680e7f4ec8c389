/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every network of the folder of reference numbers, as its manifest lists them: logits, logits at the image's size,
 * features, statistics, probabilities.  Another folder of the same form is tested by naming it. */

#include "tests/model/kit.hpp"

#include "model/kernels/kernels.hpp"
#include "model/kernels/onednn.hpp"
#include "model/network/families.hpp"

#include <regex>

namespace
{

constexpr double tolerance = 5e-5;

struct Folder
{
  std::string path; /* in the kit */
  std::vector<std::string> files;
};

Folder
list_folder (const std::string &path)
{
  Folder folder{ path, {} };
  GDir *dir = g_dir_open (kit::path (path).c_str (), 0, nullptr);

  g_assert_nonnull (dir);
  while (const char *name = g_dir_read_name (dir))
    folder.files.push_back (name);
  g_dir_close (dir);
  return folder;
}

JsonArray *
get_cases (JsonNode *manifest)
{
  JsonArray *cases = json_object_get_array_member (json_node_get_object (manifest), "cases");

  g_assert_cmpuint (json_array_get_length (cases), >, 2);
  return cases;
}

const char *
get_salt (JsonNode *manifest)
{
  return json_object_get_string_member (json_node_get_object (manifest), "salt");
}

/* @weights: "formula", or a file's name with something behind it. */
std::shared_ptr<acini::Network>
load_network (const std::string &folder, const std::string &weights, const std::string &salt)
{
  const std::string file = weights.substr (0, weights.find (' '));

  return kit::make_network (file == "formula" ? kit::make_checkpoint (folder + "/keys.json", salt)
                                              : acini::read_checkpoint (kit::path (folder + "/" + file)));
}

void
check (const char *what, const torch::Tensor &actual, const std::string &expected)
{
  const double error = kit::compare (actual, kit::load_array (expected));

  g_test_message ("%s: max error / std %.1e", what, error);
  g_assert_cmpfloat (error, <=, tolerance);
}

/* A network as it is trained, and folded as it is used. */
void
check_network (JsonObject *entry, const std::string &weights, const std::string &salt)
{
  c10::InferenceMode guard;
  const std::string folder = json_object_get_string_member (entry, "dir");
  const std::string logits = json_object_get_string_member (entry, "logits");
  const torch::Tensor x = kit::load_array (json_object_get_string_member (entry, "input"));
  auto network = load_network (folder, weights, salt);

  g_test_message ("%s/%s of %s", folder.c_str (), logits.c_str (), weights.c_str ());
  check ("logits", network->forward (x), folder + "/" + logits);
  network->fold ();
  const torch::Tensor folded = network->forward (x);
  check ("folded", folded, folder + "/" + logits);
  if (const char *upsampled = json_object_get_string_member_with_default (entry, "upsampled", nullptr))
    check ("at the image's size", acini::upsample_to (folded, x.size (2), x.size (3)), folder + "/" + upsampled);
}

/* With each of the files that hold the same weights. */
void
check_case (JsonObject *entry, const std::string &salt)
{
  g_auto (GStrv) files = g_strsplit (json_object_get_string_member (entry, "weights"), "|", -1);

  for (guint i = 0; files[i] != nullptr; i++)
    check_network (entry, files[i], salt);
}

/* One test a folder, so that none takes long and each tells what it was. */
void
test_logits (gconstpointer data)
{
  const std::string section = (const char *)data;
  int n = 0;

  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) manifest = kit::load_json ("manifest.json");
  JsonArray *cases = get_cases (manifest);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);

      if (section != json_object_get_string_member (entry, "section") || !json_object_has_member (entry, "logits"))
        continue;
      check_case (entry, get_salt (manifest));
      n++;
    }
  g_assert_cmpint (n, >, 0);
}

void
check_statistics (JsonObject *expected, const torch::Tensor &feature)
{
  const torch::Tensor flat = feature.contiguous ().flatten ();
  JsonArray *first = json_object_get_array_member (expected, "first8");
  const double std = json_object_get_double_member (expected, "std"), near = tolerance * std;

  g_assert_cmpfloat_with_epsilon (flat.mean ().item<double> (), json_object_get_double_member (expected, "mean"), near);
  g_assert_cmpfloat_with_epsilon (flat.std (false).item<double> (), std, near);
  g_assert_cmpfloat_with_epsilon (flat.abs ().max ().item<double> (),
                                  json_object_get_double_member (expected, "absmax"), near);
  for (guint i = 0; i < json_array_get_length (first); i++)
    g_assert_cmpfloat_with_epsilon (flat[i].item<double> (), json_array_get_double_element (first, i), near);
}

/* "stage1_SIZE.npy", "enc3_SIZE.npy" and "stages_SIZE.json" of a folder; @infix: which weights, "_nv". */
int
check_features (const Folder &folder, const std::string &infix, acini::Network &network)
{
  c10::InferenceMode guard;
  const std::regex array ("(stage|enc)(\\d)" + infix + "_(\\d+x\\d+)\\.npy"), list ("stages_(\\d+x\\d+)\\.json");
  std::smatch match;
  int n = 0;

  for (const std::string &file : folder.files)
    if (std::regex_match (file, match, array))
      {
        const auto features = network.encode (kit::load_array ("inputs/x_" + match[3].str () + ".npy"));

        check (file.c_str (), features[std::stoi (match[2]) - (match[1] == "enc" ? 1 : 0)], folder.path + "/" + file);
        n++;
      }
    else if (std::regex_match (file, match, list))
      {
        const torch::Tensor x = kit::load_array ("inputs/x_" + match[1].str () + ".npy");
        const auto features = network.encode (x);
        g_autoptr (JsonNode) root = kit::load_json (folder.path + "/" + file);
        JsonObject *stages = json_node_get_object (root);

        for (size_t i = 0; i < features.size (); i++)
          {
            const std::string theirs = json_object_has_member (stages, "stage0") ? "stage" + std::to_string (i)
                                                                                 : "encoder." + std::to_string (i + 1);

            check_statistics (json_object_get_object_member (stages, theirs.c_str ()), features[i]);
            n++;
          }
        const auto decoded = network.decode (x);
        for (size_t i = 0; i < decoded.size (); i++, n++)
          check_statistics (json_object_get_object_member (stages, ("decoder." + std::to_string (i)).c_str ()),
                            decoded[i]);
        if (json_object_has_member (stages, "head"))
          {
            check_statistics (json_object_get_object_member (stages, "encoder.0"), x);
            check_statistics (json_object_get_object_member (stages, "head"), network.forward (x));
          }
      }
  return n;
}

void
test_features ()
{
  int n = 0;

  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) manifest = kit::load_json ("manifest.json");
  for (const char *path : { "unet_r34_formula/c1", "segformer_hf_formula/b0_l2", "segformer_hf_formula/b4_l2" })
    n += check_features (list_folder (path), "", *load_network (path, "formula", get_salt (manifest)));
  n += check_features (list_folder ("segformer_hf_tiny"), "",
                       *load_network ("segformer_hf_tiny", "model.safetensors", get_salt (manifest)));
  for (const auto &[layout, file] :
       { std::pair ("_nv", "nv.pth"), std::pair ("_hf", "hf_pytorch_model.bin"), std::pair ("_mmseg", "mmseg.pth") })
    n += check_features (list_folder ("eps_probe"), layout, *load_network ("eps_probe", file, get_salt (manifest)));
  g_assert_cmpint (n, >=, 3 + 5 + 5 + 4 + 4 + 4 + 4 + 3);
}

void
check_sizes (JsonObject *config, const char *name, const std::vector<int64_t> &sizes)
{
  JsonArray *expected = json_object_get_array_member (config, name);

  g_assert_cmpuint (json_array_get_length (expected), ==, sizes.size ());
  for (guint i = 0; i < sizes.size (); i++)
    g_assert_cmpint (json_array_get_int_element (expected, i), ==, sizes[i]);
}

/* What is told from a checkpoint's names and shapes alone, against the configuration that it was made from. */
void
test_configurations ()
{
  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) manifest = kit::load_json ("manifest.json");
  for (const char *name : { "b0_l2", "b0_l6", "b1_l2", "b2_l2", "b3_l2", "b4_l2", "b5_l2", "tiny" })
    {
      const bool tiny = g_str_equal (name, "tiny");
      const std::string folder = tiny ? "segformer_hf_tiny" : std::string ("segformer_hf_formula/") + name;
      g_autoptr (JsonNode) root = kit::load_json (folder + "/config.json");
      JsonObject *config = json_node_get_object (root);
      const auto network = load_network (folder, tiny ? "model.safetensors" : "formula", get_salt (manifest));
      const acini::Architecture &a = network->architecture;

      g_test_message ("%s", folder.c_str ());
      check_sizes (config, "hidden_sizes", a.widths);
      check_sizes (config, "depths", a.depths);
      check_sizes (config, "num_attention_heads", a.heads);
      check_sizes (config, "sr_ratios", a.reductions);
      check_sizes (config, "mlp_ratios", a.expansions);
      g_assert_cmpint (json_object_get_int_member (config, "decoder_hidden_size"), ==, a.decoder_width);
      if (json_object_has_member (config, "num_labels"))
        g_assert_cmpint (json_object_get_int_member (config, "num_labels"), ==, a.classes);
    }
}

/* A LayerNorm's epsilon that another implementation has is not to go unnoticed: the damage it does is known. */
void
test_wrong_epsilon ()
{
  const struct
  {
    const char *file, *wrong, *logits;
    double eps;
  } cases[] = {
    { "hf_pytorch_model.bin", "hf with all LN eps 1e-06", "logits_hf_128x96.npy", 1e-6 },
    { "mmseg.pth", "mmseg with all LN eps 1e-05", "logits_mmseg_128x96.npy", 1e-5 },
    { "nv.pth", "nv with all LN eps 1e-5", "logits_nv_128x96.npy", 1e-5 },
  };

  if (!kit::is_there ())
    return;
  c10::InferenceMode guard;
  g_autoptr (JsonNode) root = kit::load_json ("eps_probe/eps.json");
  JsonObject *damage = json_object_get_object_member (json_node_get_object (root), "wrong");
  const torch::Tensor x = kit::load_array ("inputs/x_128x96.npy");
  for (const auto &wrong : cases)
    {
      auto network = load_network ("eps_probe", wrong.file, "");

      for (const auto &module : network->modules ())
        if (auto *norm = module->as<torch::nn::LayerNorm> ())
          norm->options.eps (wrong.eps);
      const double error
          = kit::compare (network->forward (x), kit::load_array (std::string ("eps_probe/") + wrong.logits));
      const double expected = json_object_get_double_member (damage, wrong.wrong);
      g_test_message ("%s: %.3f", wrong.wrong, error);
      g_assert_cmpfloat_with_epsilon (error, expected, 0.01 * expected);
    }
}

/* Softmax of what was upsampled, and the mean of both mirror images' probabilities, as MMSegmentation has it. */
void
test_probabilities ()
{
  if (!kit::is_there ())
    return;
  c10::InferenceMode guard;
  const std::string folder = "segformer_mmseg_tiny/";
  const torch::Tensor x = kit::load_array ("inputs/x_256x256.npy");
  auto network = load_network (folder, "iter_10000.pth", "");
  const auto get_softmax = [&] (const torch::Tensor &image) {
    return acini::upsample_to (network->forward (image), 256, 256).softmax (1);
  };
  network->fold ();
  const torch::Tensor softmax = get_softmax (x);
  const torch::Tensor mean = (softmax + get_softmax (x.flip (3)).flip (3)) / 2;
  const double error = (softmax - kit::load_array (folder + "softmax_256x256.npy")).abs ().max ().item<double> ();
  const double mean_error
      = (mean - kit::load_array (folder + "tta_flip_mean_softmax_256x256.npy")).abs ().max ().item<double> ();
  g_test_message ("softmax %.1e, mean %.1e", error, mean_error);
  g_assert_cmpfloat (error, <=, 1e-5);
  g_assert_cmpfloat (mean_error, <=, 1e-5);
}

/* Stochastic depth of every block of every variant. */
void
test_drop_path ()
{
  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) root = kit::load_json ("train/drop_path.json");
  for (const char *variant : { "b0", "b1", "b2", "b3", "b4", "b5" })
    {
      const auto architecture = acini::Architecture::from_name (std::string ("segformer-") + variant, 2);
      JsonArray *rates = json_object_get_array_member (json_node_get_object (root), variant);
      int64_t blocks = 0;

      for (int64_t depth : architecture.depths)
        blocks += depth;
      g_assert_cmpint (blocks, ==, json_array_get_length (rates));
      for (int64_t i = 0; i < blocks; i++)
        g_assert_cmpfloat_with_epsilon (acini::get_drop_path (architecture, i),
                                        json_array_get_double_element (rates, i), 1e-7);
    }
}

/* torchvision's ResNet-34: what of it an encoder takes, and what is said about the rest. */
void
test_torchvision ()
{
  if (!kit::is_there ())
    return;
  const acini::Recognised recognised
      = acini::recognise (kit::make_checkpoint ("unet_r34_formula/torchvision_resnet34_keys.json"));
  auto network = acini::make_network (acini::Architecture::from_name ("unet-resnet34", 3));
  const acini::LoadReport report = acini::fill_network (*network, recognised, recognised.encoder_only, true);
  const std::vector<std::string> classifier = { "fc.weight", "fc.bias" };
  g_assert_true (recognised.encoder_only);
  g_assert_cmpstr (recognised.layout.c_str (), ==, "torchvision");
  g_assert_cmpuint (report.matched.size () + report.left_over.size (), ==,
                    recognised.tensors.size () + recognised.left_over.size ());
  g_assert_true (report.left_over == classifier);
  for (const std::string &name : report.matched)
    g_assert_true (network->is_encoder_key (name));
  for (const std::string &name : report.missing)
    g_assert_false (network->is_encoder_key (name));
  g_test_message ("%s", report.to_text ().c_str ());
}

void
add_logits (const char *section)
{
  g_autofree char *name = g_strconcat ("/kit/logits/", section, nullptr);

  g_test_add_data_func (name, section, test_logits);
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, nullptr);
  at::set_num_threads (1);
  /* It is the network that is tested here; whether oneDNN is right on a processor is seen before it is used. */
  const acini::WithoutOneDnn native;
  for (const char *section : { "unet", "fastai", "hf_formula" })
    add_logits (section);
  /* --small: the numbers in the repository, which are of three networks and always there. */
  if (argc > 1 && g_str_equal (argv[1], "--small"))
    {
      g_assert_true (kit::is_there ());
      return g_test_run ();
    }
  for (const char *section : { "hf_tiny", "nv_tiny", "mmseg_tiny", "eps" })
    add_logits (section);
  g_test_add_func ("/kit/features", test_features);
  g_test_add_func ("/kit/configurations", test_configurations);
  g_test_add_func ("/kit/wrong-epsilon", test_wrong_epsilon);
  g_test_add_func ("/kit/probabilities", test_probabilities);
  g_test_add_func ("/kit/drop-path", test_drop_path);
  g_test_add_func ("/kit/torchvision", test_torchvision);
  return g_test_run ();
}
