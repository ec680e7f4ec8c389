/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Makes one image look as if it had been stained and scanned where another was.  Images are interleaved 8-bit RGB of
 * any size.  No torch; any thread. */

#include "model/training/image.hpp"

#include <array>

namespace acini
{

/* Two stains as Macenko et al. (2009) find them: in the plane of the two largest variances of the optical densities
 * above 0.15, the directions at the 1st and 99th percentile of the angle; and the 99th percentile of each one's amount.
 * Haematoxylin first: the one that takes more red. */
struct StainProfile
{
  std::array<std::array<double, 3>, 2> vectors; /* optical densities of R, G, B, of length 1 */
  std::array<double, 2> strength;
};

/* Returns: false where there is too little tissue to tell. */
bool find_stains (const Bytes &rgb, StainProfile *profile);
/* Gives @rgb, whose stains are @from, those of @to. */
void transfer_stains (const StainProfile &from, const StainProfile &to, Bytes &rgb);

/* Reinhard et al. 2001: mean and standard deviation of each axis of Ruderman's lαβ become those of @reference. */
void transfer_statistics (const Bytes &reference, Bytes &rgb);

/* Each channel's histogram becomes @reference's, as near as 256 values can (skimage's match_histograms). */
void match_histograms (const Bytes &reference, Bytes &rgb);

} // namespace acini
