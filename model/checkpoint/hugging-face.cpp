/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a folder of Hugging Face's transformers tells beside the weights: config.json and preprocessor_config.json. */

#include "model/checkpoint/containers.hpp"

namespace acini
{

namespace
{

constexpr size_t largest_configuration = 4 * 1000 * 1000;
constexpr int deepest_configuration = 16;
constexpr guint most_classes = 1000;

/* The object in the file, or NULL where there is none. */
JsonObject *
load_object (const std::string &folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder.c_str (), name, nullptr);
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return nullptr;
  const MappedFile file (path);
  if (file.size () > largest_configuration || !is_harmless_json (file.data (), file.size (), deepest_configuration)
      || !g_utf8_validate (file.data (), file.size (), nullptr)
      || !json_parser_load_from_data (parser, file.data (), file.size (), nullptr)
      || json_parser_get_root (parser) == nullptr || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” beside the weights is damaged", name);
  return json_node_dup_object (json_parser_get_root (parser));
}

bool
get_boolean (JsonObject *object, const char *name, bool otherwise)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != nullptr && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN
             ? json_node_get_boolean (node)
             : otherwise;
}

bool
get_number (JsonNode *node, double &number)
{
  if (node == nullptr || !JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_DOUBLE && json_node_get_value_type (node) != G_TYPE_INT64))
    return false;
  number = json_node_get_double (node);
  return number > -1e6 && number < 1e6;
}

bool
get_triple (JsonObject *object, const char *name, std::array<double, 3> &numbers)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == nullptr || !JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) != 3)
    return false;
  for (guint i = 0; i < 3; i++)
    if (!get_number (json_array_get_element (json_node_get_array (node), i), numbers[i]))
      return false;
  return true;
}

/* id2label: {"0": "background", …}; what transformers writes without being told, LABEL_0, says nothing. */
std::vector<std::string>
get_classes (JsonObject *config)
{
  JsonNode *node = json_object_get_member (config, "id2label");
  std::vector<std::string> classes;

  if (node == nullptr || !JSON_NODE_HOLDS_OBJECT (node)
      || json_object_get_size (json_node_get_object (node)) > most_classes)
    return {};
  JsonObject *labels = json_node_get_object (node);
  for (guint i = 0; i < json_object_get_size (labels); i++)
    {
      JsonNode *label = json_object_get_member (labels, std::to_string (i).c_str ());

      if (label == nullptr || !JSON_NODE_HOLDS_VALUE (label) || json_node_get_value_type (label) != G_TYPE_STRING
          || g_str_has_prefix (json_node_get_string (label), "LABEL_"))
        return {};
      classes.push_back (json_node_get_string (label));
    }
  return classes;
}

/* (pixel · factor - mean) / std of bytes, as the mean and std of 0 … 1. */
void
read_normalisation (JsonObject *config, Hints &hints)
{
  double factor = 1.0 / 255;

  if (!get_triple (config, "image_mean", hints.mean) || !get_triple (config, "image_std", hints.std))
    return;
  if (!get_boolean (config, "do_normalize", true))
    {
      hints.mean = { 0, 0, 0 };
      hints.std = { 1, 1, 1 };
    }
  get_number (json_object_get_member (config, "rescale_factor"), factor);
  if (!get_boolean (config, "do_rescale", true))
    factor = 1;
  hints.has_normalisation = factor > 0;
  for (int i = 0; i < 3; i++)
    {
      hints.mean[i] /= 255 * factor;
      hints.std[i] /= 255 * factor;
      hints.has_normalisation = hints.has_normalisation && hints.std[i] > 0;
    }
}

} // namespace

Hints
read_hugging_face (const std::string &folder)
{
  g_autoptr (JsonObject) config = load_object (folder, "config.json");
  g_autoptr (JsonObject) pixels = load_object (folder, "preprocessor_config.json");
  Hints hints;

  if (config != nullptr)
    hints.classes = get_classes (config);
  if (pixels != nullptr)
    read_normalisation (pixels, hints);
  return hints;
}

} // namespace acini
