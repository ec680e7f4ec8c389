/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, of which torch writes the 64-bit form. */

#include "model/checkpoint/zip.hpp"

#include <cstring>

namespace acini
{

namespace
{

constexpr uint64_t end_size = 22, locator_size = 20, end64_size = 56, entry_size = 46, local_size = 30;
constexpr uint64_t longest_comment = 65535;

} // namespace

void
ZipArchive::refuse (const char *reason) const
{
  fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is damaged: %s", file.name ().c_str (), reason);
}

/* @bytes bytes, little endian. */
uint64_t
ZipArchive::number_at (uint64_t offset, int bytes) const
{
  uint64_t number = 0;

  if (offset > file.size () || file.size () - offset < (uint64_t)bytes)
    refuse ("its archive is cut off");
  std::memcpy (&number, file.data () + offset, bytes);
  return GUINT64_FROM_LE (number);
}

/* The record at the end of the file, before a comment, and the 64-bit one before it. */
ZipArchive::Directory
ZipArchive::find_directory () const
{
  const uint64_t size = file.size ();
  uint64_t end = size < end_size ? 0 : size - end_size;
  const uint64_t first = end > longest_comment ? end - longest_comment : 0;

  while (end > first && std::memcmp (file.data () + end, "PK\5\6", 4) != 0)
    end--;
  if (size < end_size || std::memcmp (file.data () + end, "PK\5\6", 4) != 0)
    refuse ("its archive has no end; it may be cut off");
  if (end >= locator_size && std::memcmp (file.data () + end - locator_size, "PK\6\7", 4) == 0)
    {
      const uint64_t end64 = number_at (end - locator_size + 8, 8);

      if (end64 > size || size - end64 < end64_size || std::memcmp (file.data () + end64, "PK\6\6", 4) != 0)
        refuse ("its archive makes no sense");
      return { number_at (end64 + 48, 8), number_at (end64 + 40, 8), number_at (end64 + 32, 8) };
    }
  return { number_at (end + 16, 4), number_at (end + 12, 4), number_at (end + 10, 2) };
}

/* Where the bytes of a member begin, behind its own header. */
uint64_t
ZipArchive::find_data (uint64_t header, uint64_t size) const
{
  if (header > file.size () || file.size () - header < local_size
      || std::memcmp (file.data () + header, "PK\3\4", 4) != 0)
    refuse ("a member of its archive is not there");
  const uint64_t data = header + local_size + number_at (header + 26, 2) + number_at (header + 28, 2);
  if (data > file.size () || file.size () - data < size)
    refuse ("a member of its archive is larger than the file");
  return data;
}

/* Returns: where the next entry is. */
uint64_t
ZipArchive::read_entry (uint64_t at, uint64_t end)
{
  if (end - at < entry_size || std::memcmp (file.data () + at, "PK\1\2", 4) != 0)
    refuse ("its archive makes no sense");
  const uint64_t flags = number_at (at + 8, 2), method = number_at (at + 10, 2);
  const uint64_t name_size = number_at (at + 28, 2), extra_size = number_at (at + 30, 2);
  const uint64_t next = at + entry_size + name_size + extra_size + number_at (at + 32, 2);
  uint64_t stored = number_at (at + 20, 4), size = number_at (at + 24, 4), header = number_at (at + 42, 4);
  if (next > end)
    refuse ("its archive makes no sense");

  /* What does not fit into 32 bits is among the extras, in this order. */
  for (uint64_t extra = at + entry_size + name_size, stop = extra + extra_size; stop - extra >= 4;)
    {
      const uint64_t id = number_at (extra, 2), length = number_at (extra + 2, 2);
      uint64_t field = extra + 4;

      if (length > stop - field)
        break;
      for (uint64_t *number : { &size, &stored, &header })
        if (id == 1 && *number == UINT32_MAX && extra + 4 + length - field >= 8)
          {
            *number = number_at (field, 8);
            field += 8;
          }
      extra += 4 + length;
    }

  const std::string name (file.data () + at + entry_size, name_size);
  if ((flags & 1) != 0)
    refuse ("its archive is encrypted");
  const Member member = { file.data () + find_data (header, stored), (size_t)stored, method != 0 || stored != size };
  if (!members.emplace (name, member).second)
    refuse ("two members of its archive have the same name");
  return next;
}

ZipArchive::ZipArchive (const MappedFile &file) : file (file)
{
  const Directory directory = find_directory ();

  if (directory.offset > file.size () || directory.size > file.size () - directory.offset
      || directory.count > directory.size / entry_size)
    refuse ("its archive makes no sense");
  uint64_t at = directory.offset;
  for (uint64_t i = 0; i < directory.count; i++)
    at = read_entry (at, directory.offset + directory.size);
}

const ZipArchive::Member *
ZipArchive::find (const std::string &name) const
{
  const auto found = members.find (name);

  if (found == members.end ())
    return nullptr;
  if (found->second.compressed)
    refuse ("its archive is compressed, as torch.save never does; unpack and save it again");
  return &found->second;
}

} // namespace acini
