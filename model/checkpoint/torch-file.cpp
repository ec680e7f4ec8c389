/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What torch.save writes: a zip archive with data.pkl and one record per storage, or, before torch 1.6, pickles in a
 * row and the storages behind them.  torch.jit.save writes a program beside the same records; its weights are read,
 * it is not run. */

#include "model/checkpoint/containers.hpp"
#include "model/checkpoint/pickle.hpp"
#include "model/checkpoint/zip.hpp"

#include <cstring>
#include <functional>
#include <set>

namespace acini
{

namespace
{

struct Bytes
{
  const char *data;
  size_t size;
};

[[noreturn]] void
refuse (const MappedFile &file, const char *reason)
{
  fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is damaged: %s", file.name ().c_str (), reason);
}

std::vector<StoredTensor>
place_tensors (const MappedFile &file, const pickle::NamedTensors &named,
               const std::function<Bytes (const std::string &key)> &find_storage)
{
  std::vector<StoredTensor> tensors;
  std::set<std::string> names;

  for (const auto &[name, tensor] : named)
    {
      const pickle::Storage &storage = tensor->storage;
      const Bytes bytes = find_storage (storage.key);
      Placement placement = { storage.type, tensor->shape, tensor->strides, 0 };

      if (!names.insert (name).second)
        refuse (file, "two tensors have the same name");
      if (bytes.data == nullptr || __builtin_add_overflow (tensor->offset, storage.offset, &placement.offset))
        refuse (file, "the bytes of a tensor are not there");
      tensors.push_back (place_tensor (file.name (), name, placement, bytes.data, bytes.size, file.share ()));
    }
  return tensors;
}

/* All members lie in a folder of any name. */
std::string
find_folder (const ZipArchive &archive, const MappedFile &file)
{
  const std::string suffix = "/data.pkl";

  for (const auto &[name, member] : archive.get_members ())
    if (name.size () > suffix.size () && name.find ('/') == name.size () - suffix.size ()
        && name.compare (name.find ('/'), std::string::npos, suffix) == 0)
      return name.substr (0, name.size () - suffix.size () + 1);
  refuse (file, "its archive holds no weights");
}

} // namespace

bool
is_torch_zip (const MappedFile &file)
{
  return file.size () >= 4 && std::memcmp (file.data (), "PK\3\4", 4) == 0;
}

StoredCheckpoint
read_torch_zip (const MappedFile &file)
{
  const ZipArchive archive (file);
  const std::string folder = find_folder (archive, file);
  const ZipArchive::Member &text = *archive.find (folder + "data.pkl");
  const ZipArchive::Member *order = archive.find (folder + "byteorder");
  const bool script = archive.find (folder + "constants.pkl") != nullptr;
  StoredCheckpoint checkpoint;

  if (order != nullptr
      && std::string (order->data, order->size) != (G_BYTE_ORDER == G_LITTLE_ENDIAN ? "little" : "big"))
    refuse (file, "it was written on a machine with another order of bytes");
  const pickle::Document document (text.data, text.size, file.name (),
                                   script ? pickle::Dialect::TorchScript : pickle::Dialect::Python);
  const pickle::Value &root = document.get_root ();
  checkpoint.container = script ? "torchscript" : "torch-zip";
  checkpoint.tensors = place_tensors (file,
                                      script ? pickle::find_attributes (root, file.name ())
                                             : pickle::find_tensors (root, file.name (), checkpoint),
                                      [&] (const std::string &key) -> Bytes {
                                        const ZipArchive::Member *record = archive.find (folder + "data/" + key);

                                        return record != nullptr ? Bytes{ record->data, record->size } : Bytes{};
                                      });
  checkpoint.hints = pickle::find_hints (root);
  return checkpoint;
}

/* The first pickle is torch's magic number, behind the protocol's number and, since protocol 4, the length of a frame.
 * Returns: the length of that pickle, or 0. */
static size_t
get_magic_length (const MappedFile &file)
{
  static const char magic[] = "\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19.";
  const size_t length = sizeof magic - 1;

  for (size_t start : { 2, 11 })
    if (file.size () >= start + length && file.data ()[0] == '\x80'
        && std::memcmp (file.data () + start, magic, length) == 0)
      return start + length;
  return 0;
}

bool
is_torch_legacy (const MappedFile &file)
{
  return get_magic_length (file) > 0;
}

/* The storages that @keys name, one behind the other from @at on: each its number of elements and their bytes. */
static std::map<std::string, Bytes>
find_legacy_storages (const MappedFile &file, size_t at, const pickle::Document &document, const pickle::Value &keys)
{
  std::map<std::string, size_t> element_sizes;
  std::map<std::string, Bytes> storages;

  for (const pickle::Storage &storage : document.get_storages ())
    element_sizes[storage.key] = get_type_info (storage.type).size;
  for (const pickle::Value *key : keys.items)
    {
      const auto element = element_sizes.find (key->text);
      uint64_t count, bytes;

      if (element == element_sizes.end () || file.size () - at < 8)
        refuse (file, "it is cut off");
      std::memcpy (&count, file.data () + at, 8);
      count = GUINT64_FROM_LE (count);
      at += 8;
      if (__builtin_mul_overflow (count, element->second, &bytes) || bytes > file.size () - at)
        refuse (file, "it is cut off");
      storages[key->text] = { file.data () + at, (size_t)bytes };
      at += bytes;
    }
  return storages;
}

StoredCheckpoint
read_torch_legacy (const MappedFile &file)
{
  size_t at = get_magic_length (file);
  const auto next = [&] () {
    pickle::Document document (file.data () + at, file.size () - at, file.name ());

    at += document.get_size ();
    return document;
  };
  StoredCheckpoint checkpoint;

  next (); /* the protocol's version */
  next (); /* sizes of the machine's integers */
  const pickle::Document document = next ();
  const pickle::Document keys = next ();
  const auto storages = find_legacy_storages (file, at, document, keys.get_root ());
  checkpoint.container = "torch-legacy";
  checkpoint.tensors = place_tensors (file, pickle::find_tensors (document.get_root (), file.name (), checkpoint),
                                      [&] (const std::string &key) -> Bytes {
                                        const auto found = storages.find (key);

                                        return found != storages.end () ? found->second : Bytes{};
                                      });
  checkpoint.hints = pickle::find_hints (document.get_root ());
  return checkpoint;
}

} // namespace acini
