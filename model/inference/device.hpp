/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where networks run, and how precisely. */

#include "model/acini-model.h"

#include "model/base/torch.hpp"

namespace acini
{

/* "auto" or NULL, "cpu", "cuda", "cuda:1"; throws ACINI_MODEL_ERROR_DEVICE for one that is not there. */
torch::Device find_device (const char *name);

/* What tells a GPU and its driver from others, for what is remembered of it: "cuda9-132-12080". */
std::string describe_device (const torch::Device &device);

/* What AUTO means on @device; others stay as they are. */
AciniPrecision choose_precision (AciniPrecision precision, const torch::Device &device);

torch::ScalarType get_type (AciniPrecision precision); /* not AUTO */

} // namespace acini
