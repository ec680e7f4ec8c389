/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside checkpoint/: the zip archives that torch.save writes.  Weights are stored in them as they are, so that reading
 * is finding; a compressed member may lie there (a TorchScript program's text does), but is refused when it is asked
 * for, and with it every bomb. */

#include "model/checkpoint/containers.hpp"

namespace acini
{

class ZipArchive
{
public:
  struct Member
  {
    const char *data;
    size_t size;
    bool compressed;
  };

  /* Reads the directory; throws _UNREADABLE.  @file must live as long. */
  explicit ZipArchive (const MappedFile &file);

  /* NULL where there is none; throws _UNREADABLE for a compressed one. */
  const Member *find (const std::string &name) const;
  const std::map<std::string, Member> &
  get_members () const
  {
    return members;
  }

private:
  struct Directory
  {
    uint64_t offset, size, count;
  };

  [[noreturn]] void refuse (const char *reason) const;
  uint64_t number_at (uint64_t offset, int bytes) const;
  Directory find_directory () const;
  uint64_t find_data (uint64_t header, uint64_t size) const;
  uint64_t read_entry (uint64_t at, uint64_t end);

  const MappedFile &file;
  std::map<std::string, Member> members;
};

} // namespace acini
