/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https://github.com/huggingface/safetensors#format: the header's length (64 bits, little endian), a JSON object, and
 * the tensors' bytes, without gaps. */

#include "model/checkpoint/containers.hpp"

#include <algorithm>
#include <cstring>

namespace acini
{

namespace
{

constexpr size_t largest_header = 100 * 1000 * 1000; /* the format's own limit */
constexpr int deepest_header = 8;                    /* what is valid needs three levels */
constexpr size_t most_dimensions = 16;

[[noreturn]] void
refuse (const MappedFile &file, const std::string &reason)
{
  fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is not a readable safetensors file: %s", file.name ().c_str (),
        reason.c_str ());
}

/* Where a tensor's bytes are, behind the header. */
struct Entry
{
  std::string name;
  DataType type;
  std::vector<int64_t> shape;
  uint64_t begin, end;
};

/* A list of numbers that are not negative. */
bool
get_numbers (JsonObject *object, const char *member, std::vector<int64_t> &numbers)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == nullptr || !JSON_NODE_HOLDS_ARRAY (node))
    return false;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_value_type (element) != G_TYPE_INT64
          || json_node_get_int (element) < 0)
        return false;
      numbers.push_back (json_node_get_int (element));
    }
  return true;
}

Entry
parse_entry (const MappedFile &file, const std::string &name, JsonNode *node, uint64_t data_size)
{
  Entry entry;
  std::vector<int64_t> offsets;
  const TypeInfo *type = nullptr;
  uint64_t bytes;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    refuse (file, "“" + name + "” is not described as a tensor");
  JsonObject *object = json_node_get_object (node);
  JsonNode *type_node = json_object_get_member (object, "dtype");
  if (type_node != nullptr && JSON_NODE_HOLDS_VALUE (type_node)
      && json_node_get_value_type (type_node) == G_TYPE_STRING)
    type = find_safetensors_type (json_node_get_string (type_node));
  if (type == nullptr)
    refuse (file, "the type of “" + name + "” is unknown");
  if (!get_numbers (object, "shape", entry.shape) || entry.shape.size () > most_dimensions)
    refuse (file, "the shape of “" + name + "” makes no sense");
  if (!get_numbers (object, "data_offsets", offsets) || offsets.size () != 2 || offsets[0] > offsets[1]
      || (uint64_t)offsets[1] > data_size)
    refuse (file, "“" + name + "” lies outside the file; it may be cut off");
  bytes = type->size;
  for (int64_t side : entry.shape)
    if (__builtin_mul_overflow (bytes, (uint64_t)side, &bytes))
      refuse (file, "the shape of “" + name + "” is too large");
  if (bytes != (uint64_t)(offsets[1] - offsets[0]))
    refuse (file, "the size of “" + name + "” does not fit its shape");
  entry.name = name;
  entry.type = type->type;
  entry.begin = offsets[0];
  entry.end = offsets[1];
  return entry;
}

/* Bytes must belong to one tensor each: what overlaps or lies between was not written by an honest program. */
void
check_cover (const MappedFile &file, std::vector<Entry> entries, uint64_t data_size)
{
  uint64_t at = 0;

  std::sort (entries.begin (), entries.end (),
             [] (const Entry &a, const Entry &b) { return std::tie (a.begin, a.end) < std::tie (b.begin, b.end); });
  for (const Entry &entry : entries)
    {
      if (entry.begin != at)
        refuse (file, "“" + entry.name + (entry.begin < at ? "” overlaps another tensor" : "” lies behind a gap"));
      at = entry.end;
    }
  if (at != data_size)
    refuse (file, "bytes follow that belong to no tensor");
}

StoredTensor
make_tensor (const MappedFile &file, const Entry &entry, const char *data)
{
  Placement placement = { entry.type, entry.shape, std::vector<int64_t> (entry.shape.size ()), 0 };
  int64_t stride = 1;

  for (size_t i = entry.shape.size (); i-- > 0;)
    {
      placement.strides[i] = stride;
      /* A tensor without elements may have sides of any length. */
      if (__builtin_mul_overflow (stride, std::max (entry.shape[i], (int64_t)1), &stride))
        refuse (file, "the shape of “" + entry.name + "” is too large");
    }
  return place_tensor (file.name (), entry.name, placement, data + entry.begin, entry.end - entry.begin, file.share ());
}

void
read_metadata (JsonNode *node, Metadata &metadata)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GList) names = json_object_get_members (object);
  for (GList *link = names; link != nullptr; link = link->next)
    {
      JsonNode *value = json_object_get_member (object, (const char *)link->data);

      if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
        metadata[(const char *)link->data] = json_node_get_string (value);
    }
}

} // namespace

StoredCheckpoint
read_safetensors (const MappedFile &file)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = nullptr;
  std::vector<Entry> entries;
  StoredCheckpoint checkpoint;
  uint64_t header_size;

  if (file.size () < 8)
    refuse (file, "it is too short");
  std::memcpy (&header_size, file.data (), 8);
  header_size = GUINT64_FROM_LE (header_size);
  if (header_size > file.size () - 8 || header_size > largest_header)
    refuse (file, "it does not begin as one, or it is cut off");
  const char *header = file.data () + 8, *data = header + header_size;
  const uint64_t data_size = file.size () - 8 - header_size;
  if (header_size == 0 || header[0] != '{' || !is_harmless_json (header, header_size, deepest_header))
    refuse (file, "its header is damaged");
  if (!g_utf8_validate (header, header_size, nullptr)
      || !json_parser_load_from_data (parser, header, header_size, &error)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    refuse (file, "its header is damaged");

  checkpoint.container = "safetensors";
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  g_autoptr (GList) names = json_object_get_members (root);
  for (GList *link = names; link != nullptr; link = link->next)
    {
      const char *name = (const char *)link->data;
      JsonNode *node = json_object_get_member (root, name);

      if (std::strcmp (name, "__metadata__") == 0)
        read_metadata (node, checkpoint.metadata);
      else
        entries.push_back (parse_entry (file, name, node, data_size));
    }
  check_cover (file, entries, data_size);
  for (const Entry &entry : entries)
    checkpoint.tensors.push_back (make_tensor (file, entry, data));
  return checkpoint;
}

} // namespace acini
