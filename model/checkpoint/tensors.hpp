/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside checkpoint/: between tensors in files and torch's. */

#include "model/checkpoint/checkpoint.hpp"

namespace acini
{

/* The other way round of a type in a file; throws ACINI_MODEL_ERROR_FAILED for one that files cannot hold. */
DataType get_stored_type (torch::ScalarType type);

} // namespace acini
