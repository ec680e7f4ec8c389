/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Matrix products of training, whose matrices are long and narrow, for processors with AVX-512.  Without torch.  All
 * matrices are float; where @half is set (AVX512_BF16), their numbers are rounded to bfloat16 on the way into the
 * products, whose sums are float. */

#include <cstdint>

namespace acini
{

/* Bytes of a packed matrix of @depth (even) rows and @columns (a multiple of 32). */
std::int64_t product_packed_size (std::int64_t depth, std::int64_t columns, bool half);
/* Packs the matrix whose number (i, j) lies at i × @row + j × @column.  Rows from @depth on, up to @padded (even), and
 * columns from @columns on, up to a multiple of 32, are zero. */
void product_pack (const float *matrix, std::int64_t row, std::int64_t column, std::int64_t depth, std::int64_t padded,
                   std::int64_t columns, bool half, void *packed);

/* Bytes of the caller's own that product_rows () needs for a matrix of @depth rows. */
std::int64_t product_rows_space (std::int64_t depth);
/* @result = @rows × the packed matrix, and @bias (or null) added.  @rows: @n of them, @depth numbers each, which begin
 * @stride apart; those of @result begin @columns (a multiple of 32) apart. */
void product_rows (const float *rows, std::int64_t n, std::int64_t stride, const void *packed, std::int64_t depth,
                   std::int64_t columns, const float *bias, bool half, float *result, void *space);

/* Bytes of the caller's own that product_sums () needs. */
std::int64_t product_sums_space (std::int64_t outputs, std::int64_t inputs);
/* Adds to @sums, [outputs][inputs], the products of each of @n rows of @left, [outputs] numbers, and of @right,
 * [inputs]; both widths are multiples of 32.  Rows begin @left_stride and @right_stride apart. */
void product_sums (const float *left, std::int64_t left_stride, std::int64_t outputs, const float *right,
                   std::int64_t right_stride, std::int64_t inputs, std::int64_t n, bool half, float *sums, void *space);

/* Adds rows [@n][@width], which begin @stride apart, to @sums; @width: a multiple of 16. */
void add_rows (const float *rows, std::int64_t stride, std::int64_t n, std::int64_t width, float *sums);

} // namespace acini
