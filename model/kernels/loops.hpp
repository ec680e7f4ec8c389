/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inner loops, compiled for every generation of processors.  Without torch; bfloat16 is the upper half of a float. */

#include <cstddef>
#include <cstdint>

namespace acini
{

/* @result = @offset + @scale × @pixels, [@n][3] of both; @swap: the first and the third channel change places, of the
 * pixels alone. */
void scale_bytes (const std::uint8_t *pixels, std::int64_t n, const float scale[3], const float offset[3], bool swap,
                  float *result);

/* @result = @first + @share × (@second − @first), each of @n numbers. */
void blend_rows (const float *first, const float *second, float share, std::int64_t n, float *result);
void blend_rows (const std::uint16_t *first, const std::uint16_t *second, float share, std::int64_t n, float *result);

/* @pixel = ReLU (@pixel + the sum of such blends over @n_maps).  @sum: room for @n numbers. */
void blend_pixel (const float *const *first, const float *const *second, const float *shares, std::size_t n_maps,
                  std::int64_t n, float *sum, float *pixel);
void blend_pixel (const float *const *first, const float *const *second, const float *shares, std::size_t n_maps,
                  std::int64_t n, float *sum, std::uint16_t *pixel);

/* Adds to @sums and @squares what @n pixels [@n][@channels] and their squares add up to, each less @shift's. */
void add_moments (const float *pixels, std::int64_t n, std::int64_t channels, const float *shift, float *sums,
                  float *squares);
void add_moments (const std::uint16_t *pixels, std::int64_t n, std::int64_t channels, const float *shift, float *sums,
                  float *squares);

/* LeakyReLU of each pixel times @gain plus @offset, in place. */
void scale_leaky (float *pixels, std::int64_t n, std::int64_t channels, const float *gain, const float *offset,
                  float slope);
void scale_leaky (std::uint16_t *pixels, std::int64_t n, std::int64_t channels, const float *gain, const float *offset,
                  float slope);

} // namespace acini
