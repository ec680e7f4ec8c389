/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Whether a faster precision shows in the masks. */

#include "model/base/torch.hpp"

namespace acini
{

/* Masks agree from this Dice on. */
constexpr double kParity = 0.999;

/* What a network is tried on where there is no slide at hand: @n patches that have of stained tissue what networks
 * answer to, glands with white lumina, dark nuclei around them and in the stroma between.  The same each time.
 * Returns: uint8 [n, side, side, 3] */
torch::Tensor make_tissue (int64_t n, int64_t side);

/* The mean Dice of the masks in @a and @b, probabilities [N, planes, H, W], over planes and thresholds: one half, where
 * that leaves something inside, and those that leave a half and a tenth of @a inside.  A mask of nothing would agree
 * with anything, and small ones are more edge than large ones. */
double measure_parity (const torch::Tensor &a, const torch::Tensor &b);

} // namespace acini
