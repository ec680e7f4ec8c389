/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What tests of networks share: the folder of reference numbers that ACINI_SHARED names, its formula weights, and
 * comparison with its tolerance.  Tests that need the folder are skipped where there is none. */

#include "model/core/acini-npy.h"
#include "model/checkpoint/checkpoint.hpp"

#include <cstring>

namespace kit
{

/* There are two sets, one a folder. */
inline const char *folder = "kit", *manifest_name = "manifest.json";

inline bool
is_there ()
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *manifest = g_build_filename (shared == nullptr ? "" : shared, folder, manifest_name, nullptr);

  if (shared != nullptr && g_file_test (manifest, G_FILE_TEST_EXISTS))
    return true;
  g_test_skip ("ACINI_SHARED names no folder of reference numbers");
  return false;
}

inline std::string
path (const std::string &name)
{
  g_autofree char *result = g_build_filename (g_getenv ("ACINI_SHARED"), folder, name.c_str (), nullptr);

  return result;
}

inline torch::Tensor
load_array (const std::string &name)
{
  g_autoptr (GError) error = nullptr;
  AciniNpy *npy = acini_npy_load (path (name).c_str (), &error);

  g_assert_no_error (error);
  const std::vector<int64_t> shape (npy->shape, npy->shape + npy->n_dims);
  torch::Tensor tensor = npy->floats != nullptr ? torch::from_blob (npy->floats, shape, torch::kFloat).clone ()
                                                : torch::from_blob (npy->integers, shape, torch::kLong).clone ();
  acini_npy_free (npy);
  return tensor;
}

inline JsonNode *
load_json (const std::string &name)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = nullptr;

  json_parser_load_from_file (parser, path (name).c_str (), &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

/* The largest difference over the standard deviation of what is expected. */
inline double
compare (const torch::Tensor &actual, const torch::Tensor &expected)
{
  g_assert_true (actual.sizes () == expected.sizes ());
  return ((actual - expected).abs ().max () / expected.std (false)).item<double> ();
}

inline uint64_t
hash (const std::string &salt, const std::string &name)
{
  uint64_t h = 0xcbf29ce484222325;

  for (const char c : salt + "/" + name)
    h = (h ^ (uint8_t)c) * 0x100000001b3;
  return h;
}

inline bool
ends_with (const std::string &text, const char *end)
{
  return text.size () >= std::strlen (end)
         && text.compare (text.size () - std::strlen (end), std::string::npos, end) == 0;
}

/* Weights that need no file: pseudo-random by name and place, in a range that suits the layer. */
inline torch::Tensor
make_formula (const std::string &salt, const std::string &name, c10::IntArrayRef shape)
{
  if (ends_with (name, "num_batches_tracked"))
    return torch::full (shape, 100, torch::kLong);
  torch::Tensor tensor = torch::empty (shape);
  float *values = tensor.data_ptr<float> ();
  const uint64_t h = hash (salt, name);
  float scale = 1, offset = 0;

  if (ends_with (name, "running_mean"))
    scale = 0.25f;
  else if (ends_with (name, "running_var"))
    offset = 1, scale = 0.5f;
  else if (shape.size () == 1 && ends_with (name, "weight"))
    offset = 1, scale = 0.25f;
  else if (shape.size () == 1)
    scale = 0.125f;
  else
    for (int64_t fan_in = tensor.numel () / shape[0], reach = 6; reach < fan_in; reach *= 4)
      scale /= 2;
  for (int64_t i = 0; i < tensor.numel (); i++)
    {
      uint64_t z = h + (i + 1) * 0x9e3779b97f4a7c15;

      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      z ^= z >> 31;
      values[i] = offset + scale * ((float)((int32_t)(z >> 48) - 32768) / 32768);
    }
  return tensor;
}

/* A checkpoint of formula weights with the names and shapes of @keys (keys.json). */
inline acini::Checkpoint
make_checkpoint (const std::string &keys, const std::string &salt = "dev-1")
{
  g_autoptr (JsonNode) root = load_json (keys);
  JsonArray *array = json_node_get_array (root);
  acini::Checkpoint checkpoint;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonArray *key = json_array_get_array_element (array, i), *sides = json_array_get_array_element (key, 1);
      const std::string name = json_array_get_string_element (key, 0);
      std::vector<int64_t> shape;

      for (guint j = 0; j < json_array_get_length (sides); j++)
        shape.push_back (json_array_get_int_element (sides, j));
      checkpoint.tensors.insert (name, make_formula (salt, name, shape));
    }
  return checkpoint;
}

/* The network of a checkpoint in memory, in eval mode. */
inline std::shared_ptr<acini::Network>
make_network (const acini::Checkpoint &checkpoint, const std::string &numerics = "")
{
  const acini::Recognised recognised = acini::recognise (checkpoint, numerics);
  auto network = acini::make_network (recognised.architecture);

  acini::set_state (*network, recognised.tensors);
  network->eval ();
  return network;
}

} // namespace kit
