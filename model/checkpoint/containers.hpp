/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside checkpoint/: how bytes become named tensors, one file each. */

#include "model/checkpoint/checkpoint.hpp"

#include <memory>

namespace acini
{

/* A file in memory, mapped; throws ACINI_MODEL_ERROR_UNREADABLE. */
class MappedFile
{
public:
  explicit MappedFile (const std::string &path);

  const char *data () const { return bytes; }
  size_t size () const { return length; }
  const std::string &name () const { return display_name; } /* for messages */
  /* Keeps the mapping alive for as long as somebody holds it. */
  std::shared_ptr<GMappedFile> share () const { return file; }

private:
  std::shared_ptr<GMappedFile> file;
  const char *bytes;
  size_t length;
  std::string display_name;
};

Checkpoint read_safetensors (const MappedFile &file);

/* torch.save's: a zip archive (since torch 1.6), or pickles in a row. */
bool is_torch_zip (const MappedFile &file);
Checkpoint read_torch_zip (const std::string &path, const MappedFile &file);
bool is_torch_legacy (const MappedFile &file);
Checkpoint read_torch_legacy (const MappedFile &file);

} // namespace acini
