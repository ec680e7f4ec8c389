/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/containers.hpp"

namespace acini
{

static const size_t longest_name = 1000; /* what reads names may call itself for every letter */

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
  file = std::shared_ptr<GMappedFile> (mapped, g_mapped_file_unref);
  bytes = g_mapped_file_get_contents (mapped);
  length = g_mapped_file_get_length (mapped);
}

/* Wrappers such as DataParallel, Lightning and torch.compile put a word in front of every name. */
static void
strip_prefixes (Tensors &tensors)
{
  const std::string prefixes[] = { "module.", "model.", "_orig_mod." };

  for (bool again = true; again;)
    {
      again = false;
      for (const std::string &prefix : prefixes)
        {
          Tensors stripped;

          for (const auto &item : tensors)
            if (item.key ().rfind (prefix, 0) == 0 && item.key ().size () > prefix.size ())
              stripped.insert (item.key ().substr (prefix.size ()), item.value ());
          if (stripped.size () == tensors.size ())
            {
              tensors = stripped;
              again = true;
            }
        }
    }
}

Checkpoint
read_checkpoint (const std::string &path)
{
  const MappedFile file (path);
  Checkpoint checkpoint;

  if (file.size () == 0)
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is empty", file.name ().c_str ());
  if (is_torch_zip (file))
    checkpoint = read_torch_zip (path, file);
  else if (is_torch_legacy (file))
    checkpoint = read_torch_legacy (file);
  else
    checkpoint = read_safetensors (file);
  if (checkpoint.tensors.is_empty ())
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” holds no tensors", file.name ().c_str ());
  for (const auto &item : checkpoint.tensors)
    if (item.key ().size () > longest_name)
      fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” holds a tensor whose name is longer than any network's",
            file.name ().c_str ());
  strip_prefixes (checkpoint.tensors);
  return checkpoint;
}

} // namespace acini
