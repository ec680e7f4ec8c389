/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https://github.com/huggingface/safetensors#format: the header's length (64 bits, little endian), a JSON object, and
 * the tensors' bytes, without gaps. */

#include "model/checkpoint/containers.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace acini
{

namespace
{

constexpr size_t largest_header = 100 * 1000 * 1000; /* the format's own limit */
constexpr int deepest_header = 8;                    /* what is valid needs three levels */
constexpr size_t most_dimensions = 16;

struct Type
{
  const char *name;
  torch::ScalarType type;
};

const Type types[] = {
  { "F32", torch::kFloat32 },   { "F16", torch::kFloat16 },        { "BF16", torch::kBFloat16 },
  { "F64", torch::kFloat64 },   { "I64", torch::kInt64 },          { "I32", torch::kInt32 },
  { "I16", torch::kInt16 },     { "I8", torch::kInt8 },            { "U8", torch::kUInt8 },
  { "BOOL", torch::kBool },     { "U16", torch::kUInt16 },         { "U32", torch::kUInt32 },
  { "U64", torch::kUInt64 },    { "F8_E4M3", torch::kFloat8_e4m3fn }, { "F8_E5M2", torch::kFloat8_e5m2 },
};

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
  torch::ScalarType type;
  std::vector<int64_t> shape;
  uint64_t begin, end;
};

/* A parser may follow nested brackets by calling itself, so their depth is looked at first. */
bool
is_shallow (const char *text, size_t length)
{
  int depth = 0;
  bool quoted = false;

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
        if (++depth > deepest_header)
          return false;
      }
    else if (text[i] == '}' || text[i] == ']')
      depth--;
  return true;
}

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
  const char *type_name = nullptr;
  uint64_t bytes;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    refuse (file, "“" + name + "” is not described as a tensor");
  JsonObject *object = json_node_get_object (node);
  JsonNode *type_node = json_object_get_member (object, "dtype");
  if (type_node != nullptr && JSON_NODE_HOLDS_VALUE (type_node) && json_node_get_value_type (type_node) == G_TYPE_STRING)
    type_name = json_node_get_string (type_node);
  const Type *type = std::find_if (std::begin (types), std::end (types), [&] (const Type &candidate)
                                   { return type_name != nullptr && std::strcmp (candidate.name, type_name) == 0; });
  if (type == std::end (types))
    refuse (file, "the type of “" + name + "” is unknown");
  if (!get_numbers (object, "shape", entry.shape) || entry.shape.size () > most_dimensions)
    refuse (file, "the shape of “" + name + "” makes no sense");
  if (!get_numbers (object, "data_offsets", offsets) || offsets.size () != 2 || offsets[0] > offsets[1]
      || (uint64_t) offsets[1] > data_size)
    refuse (file, "“" + name + "” lies outside the file; it may be cut off");
  bytes = c10::elementSize (type->type);
  for (int64_t side : entry.shape)
    if (__builtin_mul_overflow (bytes, (uint64_t) side, &bytes))
      refuse (file, "the shape of “" + name + "” is too large");
  if (bytes != (uint64_t) (offsets[1] - offsets[0]))
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

  std::sort (entries.begin (), entries.end (), [] (const Entry &a, const Entry &b)
             { return std::tie (a.begin, a.end) < std::tie (b.begin, b.end); });
  for (const Entry &entry : entries)
    {
      if (entry.begin != at)
        refuse (file, "“" + entry.name + (entry.begin < at ? "” overlaps another tensor" : "” lies behind a gap"));
      at = entry.end;
    }
  if (at != data_size)
    refuse (file, "bytes follow that belong to no tensor");
}

torch::Tensor
make_tensor (const MappedFile &file, const Entry &entry, const char *data)
{
  const torch::TensorOptions options = torch::dtype (entry.type);
  const char *start = data + entry.begin;
  auto mapping = file.share ();

  if (entry.begin == entry.end)
    return torch::empty (entry.shape, options);
  if ((uintptr_t) start % c10::elementSize (entry.type) == 0)
    return torch::from_blob ((void *) start, entry.shape, [mapping] (void *) {}, options);
  /* The header may have any length. */
  torch::Tensor tensor = torch::empty (entry.shape, options);
  std::memcpy (tensor.data_ptr (), start, entry.end - entry.begin);
  return tensor;
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
      JsonNode *value = json_object_get_member (object, (const char *) link->data);

      if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
        metadata[(const char *) link->data] = json_node_get_string (value);
    }
}

} // namespace

Checkpoint
read_safetensors (const MappedFile &file)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = nullptr;
  std::vector<Entry> entries;
  Checkpoint checkpoint;
  uint64_t header_size;

  if (file.size () < 8)
    refuse (file, "it is too short");
  std::memcpy (&header_size, file.data (), 8);
  header_size = GUINT64_FROM_LE (header_size);
  if (header_size > file.size () - 8 || header_size > largest_header)
    refuse (file, "it does not begin as one, or it is cut off");
  const char *header = file.data () + 8, *data = header + header_size;
  const uint64_t data_size = file.size () - 8 - header_size;
  if (header_size == 0 || header[0] != '{' || !is_shallow (header, header_size))
    refuse (file, "its header is damaged");
  if (!g_utf8_validate (header, header_size, nullptr) || !json_parser_load_from_data (parser, header, header_size, &error)
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    refuse (file, "its header is damaged");

  checkpoint.container = "safetensors";
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  g_autoptr (GList) names = json_object_get_members (root);
  for (GList *link = names; link != nullptr; link = link->next)
    {
      const char *name = (const char *) link->data;
      JsonNode *node = json_object_get_member (root, name);

      if (std::strcmp (name, "__metadata__") == 0)
        read_metadata (node, checkpoint.metadata);
      else
        entries.push_back (parse_entry (file, name, node, data_size));
    }
  check_cover (file, entries, data_size);
  for (const Entry &entry : entries)
    checkpoint.tensors.insert (entry.name, make_tensor (file, entry, data));
  return checkpoint;
}

namespace
{

/* The header for @tensors, padded so that the bytes behind it are aligned. */
std::string
make_header (const Tensors &tensors, const Metadata &metadata)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  int64_t at = 0;

  json_builder_begin_object (builder);
  if (!metadata.empty ())
    {
      json_builder_begin_object (json_builder_set_member_name (builder, "__metadata__"));
      for (const auto &[key, value] : metadata)
        json_builder_add_string_value (json_builder_set_member_name (builder, key.c_str ()), value.c_str ());
      json_builder_end_object (builder);
    }
  for (const auto &item : tensors)
    {
      const Type *type = std::find_if (std::begin (types), std::end (types), [&] (const Type &candidate)
                                       { return candidate.type == item.value ().scalar_type (); });

      if (type == std::end (types))
        fail (ACINI_MODEL_ERROR_FAILED, "Tensors of type %s cannot be saved", c10::toString (item.value ().scalar_type ()));
      json_builder_begin_object (json_builder_set_member_name (builder, item.key ().c_str ()));
      json_builder_add_string_value (json_builder_set_member_name (builder, "dtype"), type->name);
      json_builder_begin_array (json_builder_set_member_name (builder, "shape"));
      for (int64_t side : item.value ().sizes ())
        json_builder_add_int_value (builder, side);
      json_builder_end_array (builder);
      json_builder_begin_array (json_builder_set_member_name (builder, "data_offsets"));
      json_builder_add_int_value (builder, at);
      at += item.value ().nbytes ();
      json_builder_add_int_value (builder, at);
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  g_autofree char *text = json_generator_to_data (generator, nullptr);
  std::string header = text;
  header.resize ((header.size () + 7) / 8 * 8, ' ');
  return header;
}

/* A temporary file that is renamed when it is whole, and removed otherwise. */
class AtomicFile
{
public:
  explicit AtomicFile (const std::string &path) : path (path), temporary (path + ".XXXXXX")
  {
    descriptor = g_mkstemp_full (temporary.data (), O_RDWR | O_CLOEXEC, 0666);
    if (descriptor < 0)
      refuse ();
  }

  ~AtomicFile ()
  {
    if (descriptor < 0)
      return;
    close (descriptor);
    unlink (temporary.c_str ());
  }

  AtomicFile (const AtomicFile &) = delete;
  AtomicFile &operator= (const AtomicFile &) = delete;

  void
  write (const void *data, size_t size)
  {
    const char *at = (const char *) data;

    while (size > 0)
      {
        const ssize_t n = ::write (descriptor, at, size);

        if (n < 0 && errno == EINTR)
          continue;
        if (n < 0)
          refuse ();
        at += n;
        size -= n;
      }
  }

  void
  commit ()
  {
    if (fsync (descriptor) != 0 || rename (temporary.c_str (), path.c_str ()) != 0)
      refuse ();
    close (descriptor);
    descriptor = -1;
  }

private:
  [[noreturn]] void
  refuse () const
  {
    const int number = errno;
    g_autofree char *display = g_filename_display_name (path.c_str ());

    fail (ACINI_MODEL_ERROR_FAILED, "“%s” cannot be written: %s", display, g_strerror (number));
  }

  const std::string path;
  std::string temporary;
  int descriptor;
};

} // namespace

void
write_safetensors (const std::string &path, const Tensors &tensors, const Metadata &metadata)
{
  const std::string header = make_header (tensors, metadata);
  const uint64_t size = GUINT64_TO_LE ((uint64_t) header.size ());
  AtomicFile file (path);

  file.write (&size, sizeof size);
  file.write (header.data (), header.size ());
  for (const auto &item : tensors)
    {
      const torch::Tensor tensor = item.value ().detach ().cpu ().contiguous ();

      file.write (tensor.data_ptr (), tensor.nbytes ());
    }
  file.commit ();
}

} // namespace acini
