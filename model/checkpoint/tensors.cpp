/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/tensors.hpp"

#include <cstring>

namespace acini
{

static const std::pair<DataType, torch::ScalarType> types[] = {
  { DataType::Float32, torch::kFloat32 },
  { DataType::Float16, torch::kFloat16 },
  { DataType::BFloat16, torch::kBFloat16 },
  { DataType::Float64, torch::kFloat64 },
  { DataType::Int64, torch::kInt64 },
  { DataType::Int32, torch::kInt32 },
  { DataType::Int16, torch::kInt16 },
  { DataType::Int8, torch::kInt8 },
  { DataType::UInt8, torch::kUInt8 },
  { DataType::Bool, torch::kBool },
  { DataType::UInt16, torch::kUInt16 },
  { DataType::UInt32, torch::kUInt32 },
  { DataType::UInt64, torch::kUInt64 },
  { DataType::Float8E4M3, torch::kFloat8_e4m3fn },
  { DataType::Float8E5M2, torch::kFloat8_e5m2 },
};

DataType
get_stored_type (torch::ScalarType type)
{
  for (const auto &[stored, ours] : types)
    if (ours == type)
      return stored;
  fail (ACINI_MODEL_ERROR_FAILED, "Tensors of type %s cannot be saved", c10::toString (type));
}

static torch::ScalarType
get_torch_type (DataType type)
{
  for (const auto &[stored, ours] : types)
    if (stored == type)
      return ours;
  g_assert_not_reached ();
}

/* Over the file's own memory where it is aligned, else a copy. */
static torch::Tensor
make_tensor (const StoredTensor &stored)
{
  const torch::TensorOptions options = torch::dtype (get_torch_type (stored.type));
  const size_t size = get_type_info (stored.type).size;
  auto owner = stored.owner;

  if (stored.is_empty ())
    return torch::empty (stored.shape, options);
  if ((uintptr_t)stored.data % size == 0)
    return torch::from_blob ((void *)stored.data, stored.shape, stored.strides, [owner] (void *) {}, options);
  torch::Tensor bytes = torch::empty ({ (int64_t)(stored.get_span () / size) }, options);
  std::memcpy (bytes.data_ptr (), stored.data, stored.get_span ());
  return bytes.as_strided (stored.shape, stored.strides);
}

Checkpoint
make_checkpoint (const StoredCheckpoint &stored)
{
  Checkpoint checkpoint;

  checkpoint.container = stored.container;
  checkpoint.metadata = stored.metadata;
  checkpoint.hints = stored.hints;
  checkpoint.member = stored.member;
  checkpoint.prefix = stored.prefix;
  checkpoint.averaged = stored.averaged;
  checkpoint.left_over = stored.left_over;
  checkpoint.tensors.reserve (stored.tensors.size ());
  for (const StoredTensor &tensor : stored.tensors)
    checkpoint.tensors.insert (tensor.name, make_tensor (tensor));
  return checkpoint;
}

Checkpoint
read_checkpoint (const std::string &path)
{
  return make_checkpoint (read_stored (path));
}

} // namespace acini
