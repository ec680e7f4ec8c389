/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Reads Python's pickles as data, never as a program.
 *
 * A pickle is a list of instructions that may call any Python function.  Here only a short list of names has a
 * meaning: containers, and those that torch.save writes for tensors.  Names of a second list, of settings that trainers
 * leave beside the weights, become empty objects.  Every other name is refused (ACINI_MODEL_ERROR_UNSAFE). */

#include "model/checkpoint/pickle-names.hpp"
#include "model/checkpoint/stored.hpp"

#include <deque>
#include <unordered_map>

namespace acini::pickle
{

/* Bytes that tensors share, by their name in the container. */
struct Storage
{
  std::string key;
  DataType type = DataType::Float32;
  int64_t offset = 0; /* elements; only old files have views of storages */
  int64_t n_elements = 0;
};

struct Tensor
{
  Storage storage;
  int64_t offset = 0; /* elements */
  std::vector<int64_t> shape, strides;
};

struct Value
{
  Kind kind = Kind::None;
  int64_t integer = 0;
  double number = 0;
  bool is_object = false; /* a dictionary of attributes */
  std::string text;
  std::vector<Value *> items;
  std::unique_ptr<Storage> storage;
  std::unique_ptr<Tensor> tensor;

  /* The value of a dictionary under @key, or NULL. */
  const Value *find (const char *key) const;
};

/* Whose pickle it is: torch.save's, or a TorchScript program's, whose classes are taken for dictionaries. */
enum class Dialect
{
  Python,
  TorchScript,
};

/* Values refer to each other freely, in circles too, so one place owns them all and goes as a whole. */
class Document
{
public:
  /* Reads one pickle of @data.  @name: the file's, for messages. */
  Document (const char *data, size_t size, const std::string &name, Dialect dialect = Dialect::Python);
  Document (Document &&) = default;
  Document (const Document &) = delete;
  Document &operator= (const Document &) = delete;

  const Value &
  get_root () const
  {
    return *root;
  }
  size_t
  get_size () const
  {
    return used;
  } /* bytes that the pickle took */
  /* All that the pickle mentions, whether a tensor of the network uses them or not. */
  const std::vector<Storage> &
  get_storages () const
  {
    return storages;
  }

private:
  friend class Reader;

  std::deque<Value> values;
  std::vector<Storage> storages;
  Value *root = nullptr;
  size_t used = 0;
};

using NamedTensors = std::vector<std::pair<std::string, const Tensor *>>;

/* Puts the network of a checkpoint's dictionary into @checkpoint's member, averaged and left_over: that of
 * 'state_dict', 'model' and the like where there is such a member, however deep, averaged ones first, else the
 * dictionary's own. Returns: its tensors, in the dictionary's order.  Throws _UNREADABLE for a name that is no
 * network's. */
NamedTensors find_tensors (const Value &root, const std::string &file, StoredCheckpoint &checkpoint);
/* The tensors of a TorchScript module and of the modules in it, "name.name". */
NamedTensors find_attributes (const Value &root, const std::string &file);
/* What nnU-Net's trainer was made with: its plans and the description of its data. */
Hints find_nnunet_hints (const Value &arguments);
/* What MMSegmentation, or nnU-Net, leaves beside the weights: the classes, how pixels were normalised, groups, a
 * threshold. */
Hints find_hints (const Value &root);

} // namespace acini::pickle
