/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/containers.hpp"

#include <algorithm>
#include <cstring>
#include <set>

namespace acini
{

namespace
{

constexpr size_t longest_name = 1000; /* the code that parses names may recurse once for every letter */
constexpr size_t largest_index = 64 * 1000 * 1000;
constexpr size_t most_json_values = 2 * 1000 * 1000; /* a tensor takes ten */

} // namespace

MappedFile::MappedFile (const std::string &path)
{
  g_autoptr (GError) error = nullptr;
  g_autofree char *display = g_filename_display_basename (path.c_str ());
  GMappedFile *mapped;

  display_name = display;
  if (g_file_test (path.c_str (), G_FILE_TEST_IS_DIR))
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is a folder; choose a checkpoint file", display);
  mapped = g_mapped_file_new (path.c_str (), FALSE, &error);
  if (mapped == nullptr)
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” cannot be read: %s", display, error->message);
  owner = std::shared_ptr<GMappedFile> (mapped, g_mapped_file_unref);
  bytes = g_mapped_file_get_contents (mapped);
  length = g_mapped_file_get_length (mapped);
}

MappedFile::MappedFile (const char *bytes, size_t length, const std::string &name, std::shared_ptr<const void> owner)
    : owner (std::move (owner)), bytes (bytes), length (length), display_name (name)
{
}

/* A parser may follow nested brackets by calling itself, and makes an object of every value, so both are looked at
 * first. */
bool
is_harmless_json (const char *text, size_t length, int most_nested)
{
  size_t values = 0;
  int depth = 0;
  bool quoted = false;

  if (length == 0)
    return false;
  for (size_t i = 0; i < length; i++)
    if (quoted)
      {
        if (text[i] == '\\')
          i++;
        else if (text[i] == '"')
          quoted = false;
      }
    else if (text[i] == '"')
      quoted = true;
    else if (text[i] == '{' || text[i] == '[')
      {
        if (++depth > most_nested || ++values > most_json_values)
          return false;
      }
    else if (text[i] == ',' && ++values > most_json_values)
      return false;
    else if (text[i] == '}' || text[i] == ']')
      depth--;
  return true;
}

/* Whether a file that is none of torch.save's is meant to be a safetensors file, and damaged if it can't be read as
 * one. */
static bool
seems_safetensors (const MappedFile &file)
{
  return g_str_has_suffix (file.name ().c_str (), ".safetensors") || (file.size () > 8 && file.data ()[8] == '{');
}

StoredCheckpoint
read_container (const MappedFile &file)
{
  StoredCheckpoint checkpoint;

  if (file.size () == 0)
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is empty", file.name ().c_str ());
  if (is_torch_zip (file))
    checkpoint = read_torch_zip (file);
  else if (is_torch_legacy (file))
    checkpoint = read_torch_legacy (file);
  else if (seems_safetensors (file))
    checkpoint = read_safetensors (file);
  else
    fail (ACINI_MODEL_ERROR_UNREADABLE,
          "“%s” is neither a safetensors file nor one that PyTorch's torch.save wrote; choose a checkpoint",
          file.name ().c_str ());
  if (checkpoint.tensors.empty ())
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” holds no tensors", file.name ().c_str ());
  for (const StoredTensor &tensor : checkpoint.tensors)
    if (tensor.name.size () > longest_name)
      fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” holds a tensor whose name is longer than any network's",
            file.name ().c_str ());
  return checkpoint;
}

/* Wrappers such as DataParallel, Lightning and torch.compile put a word in front of every name. */
static const char *const wrapper_words[] = { "module.", "model.", "_orig_mod." };

size_t
get_wrapper_length (const std::string &name)
{
  size_t length = 0;

  for (bool again = true; again;)
    {
      again = false;
      for (const char *word : wrapper_words)
        if (name.compare (length, std::strlen (word), word) == 0 && name.size () > length + std::strlen (word))
          {
            length += std::strlen (word);
            again = true;
          }
    }
  return length;
}

/* The words that stand before every name are taken off.  Returns: them */
static std::string
strip_prefixes (std::vector<StoredTensor> &tensors)
{
  std::string removed;

  for (bool again = true; again;)
    {
      again = false;
      for (const std::string prefix : wrapper_words)
        {
          const auto has_prefix = [&] (const StoredTensor &tensor) {
            return tensor.name.size () > prefix.size () && tensor.name.rfind (prefix, 0) == 0;
          };

          if (!std::all_of (tensors.begin (), tensors.end (), has_prefix))
            continue;
          for (StoredTensor &tensor : tensors)
            tensor.name.erase (0, prefix.size ());
          removed += prefix;
          again = true;
        }
    }
  return removed;
}

static bool
ends_with (const std::string &text, const std::string &end)
{
  return text.size () >= end.size () && text.compare (text.size () - end.size (), end.size (), end) == 0;
}

/* The files that an index names, each once, in its order. */
static std::vector<std::string>
read_index (const MappedFile &index)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  std::vector<std::string> files;
  const auto refuse = [&] () {
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is not the index of a checkpoint in parts", index.name ().c_str ());
  };

  if (index.size () > largest_index || !is_harmless_json (index.data (), index.size (), 8)
      || !g_utf8_validate (index.data (), index.size (), nullptr)
      || !json_parser_load_from_data (parser, index.data (), index.size (), nullptr)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    refuse ();
  JsonNode *node = json_object_get_member (json_node_get_object (json_parser_get_root (parser)), "weight_map");
  if (node == nullptr || !JSON_NODE_HOLDS_OBJECT (node))
    refuse ();
  g_autoptr (GList) values = json_object_get_values (json_node_get_object (node));
  for (GList *link = values; link != nullptr; link = link->next)
    {
      JsonNode *value = (JsonNode *)link->data;
      const char *name = JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING
                             ? json_node_get_string (value)
                             : "";

      /* Parts lie beside their index, nowhere else. */
      if (name[0] == '\0' || name[0] == '.' || std::strchr (name, '/') != nullptr)
        refuse ();
      if (std::find (files.begin (), files.end (), name) == files.end ())
        files.push_back (name);
    }
  if (files.empty ())
    refuse ();
  return files;
}

static StoredCheckpoint
read_parts (const std::string &path)
{
  g_autofree char *folder = g_path_get_dirname (path.c_str ());
  const MappedFile index (path);
  StoredCheckpoint checkpoint;
  std::set<std::string> names;

  for (const std::string &name : read_index (index))
    {
      g_autofree char *part = g_build_filename (folder, name.c_str (), nullptr);
      StoredCheckpoint content = read_container (MappedFile (part));

      for (StoredTensor &tensor : content.tensors)
        {
          if (!names.insert (tensor.name).second)
            fail (ACINI_MODEL_ERROR_UNREADABLE, "Two parts of “%s” hold the tensor “%s”", index.name ().c_str (),
                  tensor.name.c_str ());
          checkpoint.tensors.push_back (std::move (tensor));
        }
      checkpoint.container = content.container;
      checkpoint.metadata.insert (content.metadata.begin (), content.metadata.end ());
    }
  return checkpoint;
}

StoredCheckpoint
read_stored (const std::string &path)
{
  StoredCheckpoint checkpoint
      = ends_with (path, ".index.json") ? read_parts (path) : read_container (MappedFile (path));

  take_averaged (checkpoint);
  checkpoint.prefix += strip_prefixes (checkpoint.tensors);
  return checkpoint;
}

} // namespace acini
