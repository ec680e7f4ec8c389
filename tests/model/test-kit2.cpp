/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second folder of reference numbers, as its manifest lists them: encoders and decoders of
 * segmentation_models_pytorch, MMSegmentation's head with GroupNorm, and the wrappers that weights come in.  Another
 * folder of the same form is tested by naming it. */

#include "tests/model/kit2.hpp"

#include "model/kernels/kernels.hpp"
#include "model/kernels/onednn.hpp"

namespace
{

constexpr double tolerance = 5e-5;

void
check (const char *what, const torch::Tensor &actual, const std::string &expected)
{
  const double error = kit::compare (actual, kit::load_array (expected));

  g_test_message ("%s: max error / std %.1e", what, error);
  g_assert_cmpfloat (error, <=, tolerance);
}

/* "encoder[1]": {"mean": …} of a network's maps, where there is such a file for the case's size. */
void
check_stages (const std::string &folder, const std::string &input, acini::Network &network, const torch::Tensor &x)
{
  const std::string size = input.substr (input.rfind ('_') + 1),
                    name = folder + "/stages_" + size.substr (0, size.size () - 4);

  if (!g_file_test (kit::path (name + ".json").c_str (), G_FILE_TEST_EXISTS))
    return;
  g_autoptr (JsonNode) root = kit::load_json (name + ".json");
  const std::vector<torch::Tensor> features = network.encode (x);
  for (size_t i = 0; i < features.size (); i++)
    {
      const std::string key = "encoder[" + std::to_string (i + 1) + "]";
      JsonNode *node = json_object_get_member (json_node_get_object (root), key.c_str ());

      if (node == nullptr || features[i].numel () == 0)
        continue;
      JsonObject *expected = json_node_get_object (node);
      const double std = json_object_get_double_member (expected, "std");
      g_assert_cmpfloat_with_epsilon (features[i].mean ().item<double> (),
                                      json_object_get_double_member (expected, "mean"), tolerance * std);
      g_assert_cmpfloat_with_epsilon (features[i].std (false).item<double> (), std, tolerance * std);
    }
}

/* A network as it is trained, and folded as it is used. */
void
check_case (JsonObject *entry, const char *salt)
{
  c10::InferenceMode guard;
  const std::string folder = json_object_get_string_member (entry, "dir");
  const std::string logits = json_object_get_string_member (entry, "logits");
  const std::string input = json_object_get_string_member (entry, "input");
  const torch::Tensor x = kit::load_array (input);
  const auto network = kit::load_case (entry, salt);

  g_test_message ("%s/%s: %s", folder.c_str (), logits.c_str (), network->architecture.get_name ().c_str ());
  g_assert_cmpint (network->architecture.classes, ==, json_object_get_int_member (entry, "classes"));
  check ("logits", network->forward (x), folder + "/" + logits);
  check_stages (folder, input, *network, x);
  network->fold ();
  const torch::Tensor folded = network->forward (x);
  check ("folded", folded, folder + "/" + logits);
  if (const char *upsampled = json_object_get_string_member_with_default (entry, "upsampled", nullptr))
    check ("at the image's size", acini::upsample_to (folded, x.size (2), x.size (3)), folder + "/" + upsampled);
}

JsonArray *
get_cases (JsonNode *manifest)
{
  return json_object_get_array_member (json_node_get_object (manifest), "cases");
}

/* One test a section, so that none takes long and each tells what it was. */
void
test_section (gconstpointer data)
{
  int n = 0;

  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) manifest = kit::load_json (kit::manifest_name);
  const char *salt = json_object_get_string_member (json_node_get_object (manifest), "salt");
  JsonArray *cases = get_cases (manifest);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);

      if (!g_str_equal (json_object_get_string_member (entry, "section"), (const char *)data)
          || !json_object_has_member (entry, "logits"))
        continue;
      check_case (entry, salt);
      n++;
    }
  g_assert_cmpint (n, >, 0);
}

/* What has no outputs is recognised at least, and every tensor has its place. */
void
test_keys_only ()
{
  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) manifest = kit::load_json (kit::manifest_name);
  JsonArray *cases = get_cases (manifest);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);

      if (!g_str_equal (json_object_get_string_member (entry, "section"), "keys_only"))
        continue;
      const std::string folder = json_object_get_string_member (entry, "dir");
      g_test_message ("%s", folder.c_str ());
      kit::make_network (kit::make_checkpoint (folder + "/keys.json"), kit::get_numerics (entry));
    }
}

/* Files of MMSegmentation: what their meta tells ends in the card, and masks come out as its own. */
void
test_masks ()
{
  c10::InferenceMode guard;
  int n = 0;

  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) manifest = kit::load_json (kit::manifest_name);
  JsonArray *cases = get_cases (manifest);
  std::string weights;
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);

      if (json_object_has_member (entry, "weights"))
        weights = json_object_get_string_member (entry, "weights");
      if (!json_object_has_member (entry, "labels"))
        continue;
      const std::string folder = json_object_get_string_member (entry, "dir");
      const acini::LoadedNetwork loaded = acini::load_network (kit::path (folder + "/" + weights));
      const AciniCard *card = loaded.get_card ();
      const torch::Tensor x = kit::load_array (json_object_get_string_member (entry, "input"));
      const torch::Tensor logits = acini::upsample_to (loaded.network->forward (x), x.size (2), x.size (3));
      torch::Tensor mask;

      g_assert_true (loaded.questions.empty () || loaded.network->architecture.norm_groups == 32);
      if (logits.size (1) == 1)
        {
          const torch::Tensor probabilities = torch::sigmoid (logits);

          g_assert_cmpstr (card->activation, ==, "sigmoid");
          g_assert_cmpfloat (card->threshold, ==, json_object_get_double_member (entry, "threshold"));
          g_assert_cmpuint (g_strv_length (card->classes), ==, 1);
          if (const char *file = json_object_get_string_member_with_default (entry, "probabilities", nullptr))
            g_assert_cmpfloat ((probabilities.squeeze () - kit::load_array (folder + "/" + file).squeeze ())
                                   .abs ()
                                   .max ()
                                   .item<double> (),
                               <=, 1e-5);
          mask = probabilities > card->threshold;
        }
      else
        {
          g_assert_cmpstr (card->activation, ==, "softmax");
          mask = logits.argmax (1) == 1;
        }
      const int64_t positive = mask.sum ().item<int64_t> (),
                    expected = json_object_get_int_member (entry, "positive_pixels");
      g_test_message ("%s: %d pixels, expected %d", folder.c_str (), (int)positive, (int)expected);
      g_assert_cmpint (std::abs (positive - expected), <=, 2); /* at the threshold rounding decides */
      n++;
    }
  g_assert_cmpint (n, >, 0);
}

/* The weights that are to be taken of a file, and what is said about it. */
void
check_wrapper (JsonObject *root, JsonObject *file)
{
  const std::string folder = "wrappers/", path = kit::path (folder + json_object_get_string_member (file, "file"));
  const char *takes = json_object_get_string_member (file, "takes");
  g_autoptr (GError) error = nullptr;
  g_autoptr (JsonObject) report = acini_model_inspect (path.c_str (), FALSE, &error);

  g_test_message ("%s", path.c_str ());
  g_assert_no_error (error);
  const acini::LoadedNetwork loaded = acini::load_network (path);
  const torch::Tensor x = kit::load_array (json_object_get_string_member (root, "input"));
  check (takes, loaded.network->forward (x),
         folder + json_object_get_string_member (json_object_get_object_member (root, "logits"), takes));
  g_assert_cmpstr (json_object_get_string_member (report, "member"), ==,
                   json_object_get_string_member (file, "container"));
  g_assert_cmpstr (json_object_get_string_member (report, "prefix_removed"), ==,
                   json_object_get_string_member (file, "prefix_removed"));
}

void
test_wrappers ()
{
  c10::InferenceMode guard;
  int n = 0;

  if (!kit::is_there ())
    return;
  g_autoptr (JsonNode) node = kit::load_json ("wrappers/expected.json");
  JsonObject *root = json_node_get_object (node);
  JsonArray *files = json_object_get_array_member (root, "files");
  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      JsonObject *file = json_array_get_object_element (files, i);

      if (!json_object_get_boolean_member (file, "should_load"))
        continue;
      check_wrapper (root, file);
      n++;
    }
  g_assert_cmpint (n, >, 0);
}

void
add_section (const char *section)
{
  g_autofree char *name = g_strconcat ("/kit2/", section, nullptr);

  g_test_add_data_func (name, section, test_section);
}

} // namespace

int
main (int argc, char *argv[])
{
  kit::folder = "kit2";
  kit::manifest_name = "manifest2.json";
  g_test_init (&argc, &argv, nullptr);
  at::set_num_threads (1);
  /* It is the network that is tested here; whether oneDNN is right on a processor is seen before it is used. */
  const acini::WithoutOneDnn native;
  /* --small: the numbers in the repository, of four networks, which are always there. */
  if (argc > 1 && g_str_equal (argv[1], "--small"))
    {
      g_assert_true (kit::is_there ());
      for (const char *section : { "smp_unet_mit", "smp_segformer", "smp_unet_effnet", "smp_fpn" })
        add_section (section);
      return g_test_run ();
    }
  for (const char *section :
       { "mmseg_gn", "smp_unet_mit", "smp_segformer", "smp_unet", "smp_unet_effnet", "smp_unetpp", "smp_fpn" })
    add_section (section);
  g_test_add_func ("/kit2/masks", test_masks);
  g_test_add_func ("/kit2/wrappers", test_wrappers);
  g_test_add_func ("/kit2/keys-only", test_keys_only);
  return g_test_run ();
}
