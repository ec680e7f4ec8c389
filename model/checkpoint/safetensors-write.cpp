/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https://github.com/huggingface/safetensors#format, written. */

#include "model/checkpoint/tensors.hpp"

#include "acini-config.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

namespace acini
{

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
      const char *type = get_type_info (get_stored_type (item.value ().scalar_type ())).safetensors;

      json_builder_begin_object (json_builder_set_member_name (builder, item.key ().c_str ()));
      json_builder_add_string_value (json_builder_set_member_name (builder, "dtype"), type);
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
    const char *at = (const char *)data;

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

    /* Who starts a training pauses it where the disk is full. */
    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
      throw ForeignError (g_error_new (G_FILE_ERROR, G_FILE_ERROR_NOSPC, _ ("“%s” cannot be written: %s"), display,
                                       g_strerror (number)));
    fail (ACINI_MODEL_ERROR_FAILED, _ ("“%s” cannot be written: %s"), display, g_strerror (number));
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
  const uint64_t size = GUINT64_TO_LE ((uint64_t)header.size ());
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
