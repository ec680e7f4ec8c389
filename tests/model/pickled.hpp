/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/base/torch.hpp"

#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickler.h>

/* Writes @root as torch.save writes it. */
inline void
write_pickled (const c10::IValue &root, const std::string &path)
{
  caffe2::serialize::PyTorchStreamWriter writer (path);
  std::string pickle;
  torch::jit::Pickler pickler ([&] (const char *data, size_t size) { pickle.append (data, size); }, nullptr, nullptr,
                               nullptr, nullptr, false); /* Python's dictionaries say no types */
  pickler.protocol ();
  pickler.pushIValue (root);
  pickler.stop ();
  writer.writeRecord ("data.pkl", pickle.data (), pickle.size ());
  size_t n = 0;
  for (const torch::Tensor &tensor : pickler.tensorData ())
    writer.writeRecord ("data/" + std::to_string (n++), tensor.data_ptr (), tensor.nbytes ());
  writer.writeEndOfFile ();
}
