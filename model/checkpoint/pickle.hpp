/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Reads Python's pickles as data, never as a program.
 *
 * A pickle is a list of instructions that may call any Python function.  Here only a short list of names has a
 * meaning: containers, and those that torch.save writes for tensors.  Names of a second list, of settings that trainers
 * leave beside the weights, become empty husks.  Every other name is refused (ACINI_MODEL_ERROR_UNSAFE). */

#include <torch/torch.h>

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace acini::pickle
{

/* Bytes that tensors share, by their name in the container. */
struct Storage
{
  std::string key;
  torch::ScalarType type;
  int64_t offset = 0;   /* elements; only old files have views of storages */
  int64_t n_elements = 0;
};

struct Tensor
{
  Storage storage;
  int64_t offset = 0; /* elements */
  std::vector<int64_t> shape, strides;
};

enum class Kind
{
  None,
  Mark,
  Boolean,
  Integer,
  Number,
  String,
  Tuple,
  List,
  Dict,   /* @items: key, value, key, value … */
  Global, /* @text: "module.name" */
  Storage,
  Tensor,
  Husk, /* something that is not looked at */
};

struct Value
{
  Kind kind = Kind::None;
  int64_t integer = 0;
  double number = 0;
  std::string text;
  std::vector<Value *> items;
  Storage storage;
  Tensor tensor;
};

/* Values refer to each other freely, in circles too, so one place owns them all and goes as a whole. */
class Document
{
public:
  /* Reads one pickle of @data.  @name: the file's, for messages. */
  Document (const char *data, size_t size, const std::string &name);
  Document (Document &&) = default;
  Document (const Document &) = delete;
  Document &operator= (const Document &) = delete;

  const Value &get_root () const { return *root; }
  size_t get_size () const { return used; } /* bytes that the pickle took */
  /* All that the pickle mentions, whether a tensor of the network uses them or not. */
  const std::vector<Storage> &get_storages () const { return storages; }

private:
  friend class Reader;

  std::deque<Value> values;
  std::vector<Storage> storages;
  Value *root = nullptr;
  size_t used = 0;
};

/* The tensors of a checkpoint's dictionary, in its order: those of 'state_dict', 'model' and the like where there is
 * such a member, else its own. */
std::vector<std::pair<std::string, Tensor>> find_tensors (const Value &root);

/* Builds a tensor over @bytes; checks that it lies within them. */
torch::Tensor make_tensor (const std::string &file, const std::string &name, const Tensor &tensor,
                           const c10::Storage &bytes);

} // namespace acini::pickle
