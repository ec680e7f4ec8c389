/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/stored.hpp"

#include <algorithm>
#include <cstring>

namespace acini
{

static const TypeInfo types[] = {
  { DataType::Float32, "float32", "F32", "FloatStorage", 4 },
  { DataType::Float16, "float16", "F16", "HalfStorage", 2 },
  { DataType::BFloat16, "bfloat16", "BF16", "BFloat16Storage", 2 },
  { DataType::Float64, "float64", "F64", "DoubleStorage", 8 },
  { DataType::Int64, "int64", "I64", "LongStorage", 8 },
  { DataType::Int32, "int32", "I32", "IntStorage", 4 },
  { DataType::Int16, "int16", "I16", "ShortStorage", 2 },
  { DataType::Int8, "int8", "I8", "CharStorage", 1 },
  { DataType::UInt8, "uint8", "U8", "ByteStorage", 1 },
  { DataType::Bool, "bool", "BOOL", "BoolStorage", 1 },
  { DataType::UInt16, "uint16", "U16", nullptr, 2 },
  { DataType::UInt32, "uint32", "U32", nullptr, 4 },
  { DataType::UInt64, "uint64", "U64", nullptr, 8 },
  { DataType::Float8E4M3, "float8_e4m3fn", "F8_E4M3", nullptr, 1 },
  { DataType::Float8E5M2, "float8_e5m2", "F8_E5M2", nullptr, 1 },
};

const TypeInfo &
get_type_info (DataType type)
{
  return types[(size_t)type];
}

const TypeInfo *
find_safetensors_type (const char *name)
{
  const TypeInfo *found = std::find_if (std::begin (types), std::end (types), [&] (const TypeInfo &candidate) {
    return std::strcmp (candidate.safetensors, name) == 0;
  });

  return found != std::end (types) ? found : nullptr;
}

const TypeInfo *
find_storage_type (const std::string &name)
{
  const TypeInfo *found = std::find_if (std::begin (types), std::end (types), [&] (const TypeInfo &candidate) {
    return candidate.storage != nullptr && name == std::string ("torch.") + candidate.storage;
  });

  if (name == "torch.storage.UntypedStorage")
    return &get_type_info (DataType::UInt8);
  return found != std::end (types) ? found : nullptr;
}

bool
StoredTensor::is_empty () const
{
  return std::find (shape.begin (), shape.end (), 0) != shape.end ();
}

size_t
StoredTensor::get_span () const
{
  size_t last = 0;

  if (is_empty ())
    return 0;
  for (size_t i = 0; i < shape.size (); i++)
    last += (shape[i] - 1) * strides[i];
  return (last + 1) * get_type_info (type).size;
}

StoredTensor
place_tensor (const std::string &file, const std::string &name, const Placement &placement, const char *bytes,
              size_t size, const std::shared_ptr<const void> &owner)
{
  const int64_t available = size / get_type_info (placement.type).size;
  /* A value may be repeated by a stride of 0, but not into more memory than a file could ever mean. */
  const int64_t most = std::max (available, (int64_t)1 << 24);
  int64_t last = placement.offset, count = 1;
  bool fits = true;
  StoredTensor tensor;

  for (size_t i = 0; fits && i < placement.shape.size (); i++)
    {
      int64_t reach = 0;

      /* The product without zeros: torch multiplies the others too. */
      fits = !__builtin_mul_overflow (count, std::max (placement.shape[i], (int64_t)1), &count)
             && !__builtin_mul_overflow (std::max (placement.shape[i] - 1, (int64_t)0), placement.strides[i], &reach)
             && !__builtin_add_overflow (last, reach, &last);
    }
  tensor.shape = placement.shape;
  const bool empty = tensor.is_empty ();
  if (!fits || (!empty && (last >= available || count > most)))
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is damaged: the tensor “%s” lies outside its bytes", file.c_str (),
          name.c_str ());
  tensor.name = name;
  tensor.type = placement.type;
  tensor.strides = placement.strides;
  tensor.owner = owner;
  tensor.data = !empty ? bytes + placement.offset * get_type_info (placement.type).size : bytes;
  return tensor;
}

} // namespace acini
