/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside checkpoint/: how bytes become named tensors, one file each.  No torch here, so that the readers are tested
 * under sanitizers and by fuzzers. */

#include "model/checkpoint/stored.hpp"

namespace acini
{

/* A file in memory, mapped; throws ACINI_MODEL_ERROR_UNREADABLE. */
class MappedFile
{
public:
  explicit MappedFile (const std::string &path);
  /* Bytes that are in memory already and stay there for as long as @owner. */
  MappedFile (const char *bytes, size_t length, const std::string &name, std::shared_ptr<const void> owner);

  const char *
  data () const
  {
    return bytes;
  }
  size_t
  size () const
  {
    return length;
  }
  const std::string &
  name () const
  {
    return display_name;
  } /* for messages */
  /* Keeps the mapping alive for as long as somebody holds it. */
  std::shared_ptr<const void>
  share () const
  {
    return owner;
  }

private:
  std::shared_ptr<const void> owner;
  const char *bytes;
  size_t length;
  std::string display_name;
};

/* One file, of any container.  Names as they are in the file. */
StoredCheckpoint read_container (const MappedFile &file);

StoredCheckpoint read_safetensors (const MappedFile &file);

/* torch.save's: a zip archive (since torch 1.6), or pickles in a row. */
bool is_torch_zip (const MappedFile &file);
StoredCheckpoint read_torch_zip (const MappedFile &file);
bool is_torch_legacy (const MappedFile &file);
StoredCheckpoint read_torch_legacy (const MappedFile &file);

/* Whether @text, which is JSON, may be given to a parser: it nests no deeper than @depth and has no more values than
 * are worth their memory. */
bool is_harmless_json (const char *text, size_t length, int depth);

/* How many letters of @name are words that wrappers put before names, as "module." */
size_t get_wrapper_length (const std::string &name);

/* Where a file holds a network twice, keeps the averaged weights and lists the others in @checkpoint's left_over. */
void take_averaged (StoredCheckpoint &checkpoint);

} // namespace acini
