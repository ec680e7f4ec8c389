/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a checkpoint file holds, as it lies in the file: read without torch, and without copying a weight.  Nothing in a
 * file is ever executed.  Failures are thrown as acini::Error: _UNREADABLE, _UNSAFE. */

#include "model/base/error.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace acini
{

enum class DataType : uint8_t
{
  Float32,
  Float16,
  BFloat16,
  Float64,
  Int64,
  Int32,
  Int16,
  Int8,
  UInt8,
  Bool,
  UInt16,
  UInt32,
  UInt64,
  Float8E4M3,
  Float8E5M2,
};

struct TypeInfo
{
  DataType type;
  const char *name;        /* torch's and NumPy's: "float32" */
  const char *safetensors; /* "F32" */
  const char *storage;     /* torch.save's class, without "torch."; NULL: it has none */
  size_t size;             /* of an element, in bytes */
};

const TypeInfo &get_type_info (DataType type);
/* NULL where there is no such name. */
const TypeInfo *find_safetensors_type (const char *name);
const TypeInfo *find_storage_type (const std::string &name);

/* A tensor in a mapped file.  Every element that @shape and @strides (in elements, not negative) reach lies in the
 * file; @data need not be aligned. */
struct StoredTensor
{
  std::string name;
  DataType type = DataType::Float32;
  std::vector<int64_t> shape, strides;
  const char *data = nullptr;
  std::shared_ptr<const void> owner; /* keeps @data */

  bool is_empty () const;
  /* Bytes from the first element to the last, both included. */
  size_t get_span () const;
};

/* Where a tensor's elements lie.  Fills @tensor's type, shape, strides, data and owner; throws _UNREADABLE where an
 * element would lie outside the @size bytes at @bytes.  @offset: of the first element, in elements. */
struct Placement
{
  DataType type;
  std::vector<int64_t> shape, strides;
  int64_t offset;
};
StoredTensor place_tensor (const std::string &file, const std::string &name, const Placement &placement,
                           const char *bytes, size_t size, const std::shared_ptr<const void> &owner);

using Metadata = std::map<std::string, std::string>;

/* What a file tells about the pixels and classes it was trained for, beside the weights. */
struct Hints
{
  std::vector<std::string> classes; /* of the channels of the logits; empty: not told */
  bool has_normalisation = false;
  std::array<double, 3> mean = {}, std = {}; /* of RGB in 0 … 1 */
  bool bgr = false;                          /* the network takes blue first; mean and std are RGB all the same */
  int64_t norm_groups = 0;                   /* of GroupNorm; 0: not told */
  double threshold = 0;                      /* of the only channel's probability; 0: not told */
  bool sigmoid = false;                      /* classes overlap, and none of them is the background */
  std::string numerics;                      /* what no tensor tells, in the words of set_numerics (); "": not told */
  std::string description;                   /* a sentence for people */
};

struct StoredCheckpoint
{
  std::string container; /* "safetensors", "torch-zip", "torch-legacy", "torchscript" */
  /* In the file's order, names unique; of the network alone: wrappings such as {'state_dict': …} are taken off, and so
   * are words that stand before every name, as "module." */
  std::vector<StoredTensor> tensors;
  Metadata metadata; /* safetensors only: its __metadata__ */
  Hints hints;
  std::string member;    /* where in the file the weights lie, "state_dict"; "" where the file holds nothing else */
  std::string prefix;    /* the words that were taken off */
  bool averaged = false; /* they are the mean over the last steps of their training, as far as the file tells */
  /* Names in another network of the same file: where there is one of averaged weights, that is taken. */
  std::vector<std::string> left_over;
};

/* Reads @path, whatever its container is; the content decides, not the name.  The index of a checkpoint in parts
 * (….index.json) stands for all of them. */
StoredCheckpoint read_stored (const std::string &path);

/* What the files of Hugging Face's transformers in @folder tell, where there are some; throws _UNREADABLE where they
 * are damaged. */
Hints read_hugging_face (const std::string &folder);

} // namespace acini
