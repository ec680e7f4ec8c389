/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a checkpoint holds, whether it is a network that Acini knows or not. */

#include "model/checkpoint/checkpoint.hpp"

namespace acini
{

namespace
{

const char *
get_type_name (torch::ScalarType type)
{
  switch (type)
    {
    case torch::kFloat32:
      return "float32";
    case torch::kFloat16:
      return "float16";
    case torch::kBFloat16:
      return "bfloat16";
    case torch::kFloat64:
      return "float64";
    case torch::kInt64:
      return "int64";
    case torch::kInt32:
      return "int32";
    case torch::kInt16:
      return "int16";
    case torch::kInt8:
      return "int8";
    case torch::kUInt8:
      return "uint8";
    case torch::kBool:
      return "bool";
    default:
      return c10::toString (type);
    }
}

JsonArray *
list_tensors (const Tensors &tensors)
{
  JsonArray *list = json_array_sized_new (tensors.size ());

  for (const auto &item : tensors)
    {
      JsonObject *object = json_object_new ();
      JsonArray *shape = json_array_new ();

      for (int64_t side : item.value ().sizes ())
        json_array_add_int_element (shape, side);
      json_object_set_string_member (object, "name", item.key ().c_str ());
      json_object_set_string_member (object, "dtype", get_type_name (item.value ().scalar_type ()));
      json_object_set_array_member (object, "shape", shape);
      json_array_add_object_element (list, object);
    }
  return list;
}

/* Names of tensors with infinities or what is no number: a training that went wrong. */
JsonArray *
list_not_finite (const Tensors &tensors)
{
  JsonArray *list = json_array_new ();

  for (const auto &item : tensors)
    if (item.value ().is_floating_point () && c10::elementSize (item.value ().scalar_type ()) > 1
        && !torch::isfinite (item.value ()).all ().item<bool> ())
      json_array_add_string_element (list, item.key ().c_str ());
  return list;
}

/* What the network is, or why it is none. */
void
describe (const Checkpoint &checkpoint, JsonObject *result)
{
  try
    {
      const Recognised recognised = recognise (checkpoint);
      const Architecture &architecture = recognised.architecture;

      json_object_set_string_member (result, "layout", recognised.layout.c_str ());
      json_object_set_string_member (result, "architecture", architecture.get_name ().c_str ());
      json_object_set_boolean_member (result, "encoder_only", recognised.encoder_only);
      if (!recognised.encoder_only)
        json_object_set_int_member (result, "classes", architecture.classes);
    }
  catch (const Error &error)
    {
      json_object_set_null_member (result, "layout");
      json_object_set_null_member (result, "architecture");
      json_object_set_string_member (result, "reason", error.what ());
    }
}

JsonObject *
inspect (const std::string &path, bool tensors)
{
  g_autofree char *in_folder = g_build_filename (path.c_str (), "model.safetensors", nullptr);
  const std::string file = g_file_test (path.c_str (), G_FILE_TEST_IS_DIR) ? in_folder : path;
  const Checkpoint checkpoint = read_checkpoint (file);
  g_autoptr (JsonObject) result = json_object_new ();
  g_autofree char *shown = g_filename_display_name (file.c_str ());
  int64_t parameters = 0;

  for (const auto &item : checkpoint.tensors)
    if (item.value ().is_floating_point ())
      parameters += item.value ().numel ();
  json_object_set_string_member (result, "file", shown);
  json_object_set_string_member (result, "container", checkpoint.container.c_str ());
  describe (checkpoint, result);
  json_object_set_int_member (result, "parameters", parameters);
  json_object_set_array_member (result, "not_finite", list_not_finite (checkpoint.tensors));
  if (!checkpoint.metadata.empty ())
    {
      JsonObject *metadata = json_object_new ();

      for (const auto &[key, value] : checkpoint.metadata)
        json_object_set_string_member (metadata, key.c_str (), value.c_str ());
      json_object_set_object_member (result, "metadata", metadata);
    }
  if (tensors)
    json_object_set_array_member (result, "tensors", list_tensors (checkpoint.tensors));
  return json_object_ref (result);
}

} // namespace

} // namespace acini

JsonObject *
acini_model_inspect (const char *path, gboolean tensors, GError **error)
{
  JsonObject *result = nullptr;

  g_return_val_if_fail (path != nullptr, nullptr);

  acini::guard (error, [&] { result = acini::inspect (path, tensors); });
  return result;
}
