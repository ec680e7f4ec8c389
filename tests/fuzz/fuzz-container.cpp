/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer's entry: whatever the bytes, they are read as a checkpoint or refused by an acini::Error, and every element
 * of every tensor lies within them.  Compiled twice, with and without FUZZ_SAFETENSORS; see README.md here. */

#include "model/checkpoint/containers.hpp"

static acini::StoredCheckpoint
read_any (const acini::MappedFile &file)
{
#ifdef FUZZ_SAFETENSORS
  return acini::read_safetensors (file);
#else
  return acini::is_torch_legacy (file) ? acini::read_torch_legacy (file) : acini::read_torch_zip (file);
#endif
}

extern "C" int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static volatile unsigned sum;

  try
    {
      const acini::StoredCheckpoint checkpoint
          = read_any (acini::MappedFile ((const char *)data, size, "fuzz", nullptr));

      for (const acini::StoredTensor &tensor : checkpoint.tensors)
        for (size_t i = 0, span = tensor.get_span (); i < span; i++)
          sum = sum + (unsigned char)tensor.data[i];
    }
  catch (const acini::Error &error)
    {
      if (!g_utf8_validate (error.what (), -1, nullptr))
        __builtin_trap ();
    }
  return 0;
}
