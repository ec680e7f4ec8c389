/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What torch.save writes: a zip archive with data.pkl and one record per storage, or, before torch 1.6, pickles in a
 * row and the storages behind them. */

#include "model/checkpoint/containers.hpp"
#include "model/checkpoint/pickle.hpp"

#include <caffe2/serialize/inline_container.h>

#include <cstring>

namespace acini
{

namespace
{

[[noreturn]] void
refuse (const MappedFile &file, const char *reason)
{
  fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is damaged: %s", file.name ().c_str (), reason);
}

using Storages = std::map<std::string, c10::Storage>;

Tensors
make_tensors (const MappedFile &file, const std::vector<std::pair<std::string, pickle::Tensor>> &descriptions,
              const Storages &storages)
{
  Tensors tensors;

  for (const auto &[name, description] : descriptions)
    {
      const auto bytes = storages.find (description.storage.key);

      if (tensors.contains (name))
        refuse (file, "two tensors have the same name");
      if (bytes == storages.end ())
        refuse (file, "the bytes of a tensor are not there");
      tensors.insert (name, pickle::make_tensor (file.name (), name, description, bytes->second));
    }
  return tensors;
}

c10::Storage
make_storage (at::DataPtr data, size_t size)
{
  return c10::Storage (c10::Storage::use_byte_size_t (), size, std::move (data), nullptr, false);
}

} // namespace

bool
is_torch_zip (const MappedFile &file)
{
  return file.size () >= 4 && std::memcmp (file.data (), "PK\3\4", 4) == 0;
}

/* Records are stored as they are; a larger one than the file is a lie, or a bomb. */
static std::pair<at::DataPtr, size_t>
get_record (caffe2::serialize::PyTorchStreamReader &reader, const MappedFile &file, const std::string &name)
{
  if (reader.getRecordSize (name) > file.size ())
    refuse (file, "a part of it is larger than the file");
  auto [data, size] = reader.getRecord (name);
  return { std::move (data), size };
}

Checkpoint
read_torch_zip (const std::string &path, const MappedFile &file)
{
  Checkpoint checkpoint;

  checkpoint.container = "torch-zip";
  try
    {
      caffe2::serialize::PyTorchStreamReader reader (path);
      Storages storages;

      const auto [text, size] = get_record (reader, file, "data.pkl");
      const pickle::Document document ((const char *) text.get (), size, file.name ());
      if (reader.hasRecord ("byteorder"))
        {
          const auto [order, length] = get_record (reader, file, "byteorder");

          if (std::string ((const char *) order.get (), length) != "little")
            refuse (file, "it was written on a machine with another order of bytes");
        }
      const auto descriptions = pickle::find_tensors (document.get_root ());
      for (const auto &[name, description] : descriptions)
        if (storages.count (description.storage.key) == 0)
          {
            auto [data, bytes] = get_record (reader, file, "data/" + description.storage.key);

            storages[description.storage.key] = make_storage (std::move (data), bytes);
          }
      checkpoint.tensors = make_tensors (file, descriptions, storages);
    }
  catch (const c10::Error &)
    {
      refuse (file, "its archive cannot be read; it may be cut off");
    }
  return checkpoint;
}

/* The first pickle is torch's magic number, as protocol 2 writes it. */
static const char legacy_magic[] = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19.";

bool
is_torch_legacy (const MappedFile &file)
{
  const size_t length = sizeof legacy_magic - 1;

  return file.size () >= length && std::memcmp (file.data (), legacy_magic, length) == 0;
}

Checkpoint
read_torch_legacy (const MappedFile &file)
{
  size_t at = sizeof legacy_magic - 1;
  const auto next = [&] ()
  {
    pickle::Document document (file.data () + at, file.size () - at, file.name ());

    at += document.get_size ();
    return document;
  };
  std::map<std::string, size_t> element_sizes;
  Checkpoint checkpoint;
  Storages storages;

  next (); /* the protocol's version */
  next (); /* sizes of the machine's integers */
  const pickle::Document document = next ();
  const pickle::Document keys = next ();
  for (const pickle::Storage &storage : document.get_storages ())
    element_sizes[storage.key] = c10::elementSize (storage.type);
  /* Each storage: its number of elements and their bytes. */
  for (const pickle::Value *key : keys.get_root ().items)
    {
      const auto element = element_sizes.find (key->text);
      uint64_t count, bytes;

      if (element == element_sizes.end () || file.size () - at < 8)
        refuse (file, "it is cut off");
      std::memcpy (&count, file.data () + at, 8);
      at += 8;
      if (__builtin_mul_overflow (count, element->second, &bytes) || bytes > file.size () - at)
        refuse (file, "it is cut off");
      at::DataPtr data = at::getCPUAllocator ()->allocate (bytes);
      std::memcpy (data.get (), file.data () + at, bytes);
      storages[key->text] = make_storage (std::move (data), bytes);
      at += bytes;
    }
  checkpoint.container = "torch-legacy";
  checkpoint.tensors = make_tensors (file, pickle::find_tensors (document.get_root ()), storages);
  return checkpoint;
}

} // namespace acini
