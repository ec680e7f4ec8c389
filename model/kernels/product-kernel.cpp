/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/product-kernel.hpp"

#include "model/kernels/avx512.hpp"

namespace acini
{

namespace
{

constexpr std::int64_t kColumns = 2 * kLanes; /* of a packed block */
constexpr std::int64_t kRowsAtATime = 112;    /* rounded rows that stay in the cache for all columns */
constexpr std::int64_t kTokens = 128;         /* the same, of product_sums () */

/* Up to kRows rows of the result, 32 columns. */
template <int kRows>
inline void
block (const float *A, std::int64_t lda, const float *B, std::int64_t depth, const Vector *start, float *C,
       std::int64_t ldc)
{
  Vector sum[kRows][2];

#pragma GCC unroll 14
  for (int i = 0; i < kRows; i++)
    {
      sum[i][0] = start[0];
      sum[i][1] = start[1];
    }
  for (std::int64_t k = 0; k < depth; k++, B += kColumns)
    {
      const Vector right[2] = { _mm512_loadu_ps (B), _mm512_loadu_ps (B + kLanes) };

#pragma GCC unroll 14
      for (int i = 0; i < kRows; i++)
        {
          const Vector left = _mm512_set1_ps (A[i * lda + k]);

          sum[i][0] = _mm512_fmadd_ps (left, right[0], sum[i][0]);
          sum[i][1] = _mm512_fmadd_ps (left, right[1], sum[i][1]);
        }
    }
#pragma GCC unroll 14
  for (int i = 0; i < kRows; i++)
    {
      _mm512_storeu_ps (C + i * ldc, sum[i][0]);
      _mm512_storeu_ps (C + i * ldc + kLanes, sum[i][1]);
    }
}

template <int kRows>
inline void
block (const std::uint16_t *A, std::int64_t lda, const std::uint16_t *B, std::int64_t depth, const Vector *start,
       float *C, std::int64_t ldc)
{
  Vector sum[kRows][2];

#pragma GCC unroll 14
  for (int i = 0; i < kRows; i++)
    {
      sum[i][0] = start[0];
      sum[i][1] = start[1];
    }
  for (std::int64_t k = 0; k < depth; k += 2, B += 2 * kColumns)
    {
      const __m512bh right[2] = { (__m512bh)_mm512_loadu_si512 (B), (__m512bh)_mm512_loadu_si512 (B + 2 * kLanes) };

#pragma GCC unroll 14
      for (int i = 0; i < kRows; i++)
        {
          int pair;
          std::memcpy (&pair, A + i * lda + k, sizeof pair);
          const __m512bh left = (__m512bh)_mm512_set1_epi32 (pair);

          sum[i][0] = _mm512_dpbf16_ps (sum[i][0], left, right[0]);
          sum[i][1] = _mm512_dpbf16_ps (sum[i][1], left, right[1]);
        }
    }
#pragma GCC unroll 14
  for (int i = 0; i < kRows; i++)
    {
      _mm512_storeu_ps (C + i * ldc, sum[i][0]);
      _mm512_storeu_ps (C + i * ldc + kLanes, sum[i][1]);
    }
}

/* @n rows of A times all columns. */
template <typename T>
void
multiply_rows (const T *A, std::int64_t n, std::int64_t lda, const T *B, std::int64_t depth, std::int64_t columns,
               const float *bias, float *C)
{
  for (std::int64_t j = 0; j < columns; j += kColumns, B += depth * kColumns)
    {
      const Vector start[2] = { bias ? _mm512_loadu_ps (bias + j) : _mm512_setzero_ps (),
                                bias ? _mm512_loadu_ps (bias + j + kLanes) : _mm512_setzero_ps () };
      std::int64_t i = 0;

      for (; i + 12 <= n; i += 12)
        block<12> (A + i * lda, lda, B, depth, start, C + i * columns + j, columns);
      for (; i + 4 <= n; i += 4)
        block<4> (A + i * lda, lda, B, depth, start, C + i * columns + j, columns);
      for (; i < n; i++)
        block<1> (A + i * lda, lda, B, depth, start, C + i * columns + j, columns);
    }
}

/* Adds to 8 rows and 32 columns of C the products of @n rows of A, whose numbers are those of C's rows, and of B. */
inline void
sum_block (const float *A, std::int64_t lda, const float *B, std::int64_t ldb, std::int64_t n, float *C,
           std::int64_t ldc)
{
  Vector sum[8][2];

#pragma GCC unroll 8
  for (int i = 0; i < 8; i++)
    {
      sum[i][0] = _mm512_loadu_ps (C + i * ldc);
      sum[i][1] = _mm512_loadu_ps (C + i * ldc + kLanes);
    }
  for (std::int64_t k = 0; k < n; k++, A += lda, B += ldb)
    {
      const Vector right[2] = { _mm512_loadu_ps (B), _mm512_loadu_ps (B + kLanes) };

#pragma GCC unroll 8
      for (int i = 0; i < 8; i++)
        {
          const Vector left = _mm512_set1_ps (A[i]);

          sum[i][0] = _mm512_fmadd_ps (left, right[0], sum[i][0]);
          sum[i][1] = _mm512_fmadd_ps (left, right[1], sum[i][1]);
        }
    }
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++)
    {
      _mm512_storeu_ps (C + i * ldc, sum[i][0]);
      _mm512_storeu_ps (C + i * ldc + kLanes, sum[i][1]);
    }
}

/* The same of pairs of rows: [n / 2][lda][2] and [n / 2][ldb][2]. */
inline void
sum_block (const std::uint16_t *A, std::int64_t lda, const std::uint16_t *B, std::int64_t ldb, std::int64_t n, float *C,
           std::int64_t ldc)
{
  Vector sum[8][2];

#pragma GCC unroll 8
  for (int i = 0; i < 8; i++)
    {
      sum[i][0] = _mm512_loadu_ps (C + i * ldc);
      sum[i][1] = _mm512_loadu_ps (C + i * ldc + kLanes);
    }
  for (std::int64_t k = 0; k < n; k += 2, A += 2 * lda, B += 2 * ldb)
    {
      const __m512bh right[2] = { (__m512bh)_mm512_loadu_si512 (B), (__m512bh)_mm512_loadu_si512 (B + 2 * kLanes) };

#pragma GCC unroll 8
      for (int i = 0; i < 8; i++)
        {
          int pair;
          std::memcpy (&pair, A + 2 * i, sizeof pair);
          const __m512bh left = (__m512bh)_mm512_set1_epi32 (pair);

          sum[i][0] = _mm512_dpbf16_ps (sum[i][0], left, right[0]);
          sum[i][1] = _mm512_dpbf16_ps (sum[i][1], left, right[1]);
        }
    }
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++)
    {
      _mm512_storeu_ps (C + i * ldc, sum[i][0]);
      _mm512_storeu_ps (C + i * ldc + kLanes, sum[i][1]);
    }
}

/* [n][width] to pairs of rows [n / 2][width][2]; a last one alone gets zeros beside it. */
void
pair_rows (const float *rows, std::int64_t stride, std::int64_t n, std::int64_t width, std::uint16_t *pairs)
{
  for (std::int64_t i = 0; i < n; i += 2, pairs += 2 * width)
    for (std::int64_t c = 0; c < width; c += kLanes)
      {
        const float *row = rows + i * stride + c;
        const Vector next = i + 1 < n ? _mm512_loadu_ps (row + stride) : _mm512_setzero_ps ();
        const __m512i low = _mm512_cvtepu16_epi32 ((__m256i)_mm512_cvtneps_pbh (_mm512_loadu_ps (row)));
        const __m512i high = _mm512_slli_epi32 (_mm512_cvtepu16_epi32 ((__m256i)_mm512_cvtneps_pbh (next)), 16);

        _mm512_storeu_si512 (pairs + 2 * c, _mm512_or_si512 (low, high));
      }
}

template <typename T>
void
add_products_of_rows (const T *left, std::int64_t left_stride, std::int64_t outputs, const T *right,
                      std::int64_t right_stride, std::int64_t inputs, std::int64_t n, float *sums)
{
  constexpr std::int64_t numbers = sizeof (T) == 2 ? 2 : 1;

  for (std::int64_t i = 0; i < outputs; i += 8)
    for (std::int64_t j = 0; j < inputs; j += kColumns)
      sum_block (left + numbers * i, left_stride, right + numbers * j, right_stride, n, sums + i * inputs + j, inputs);
}

std::uint16_t
round_to_half (float value)
{
  std::uint32_t bits;

  std::memcpy (&bits, &value, sizeof bits);
  return static_cast<std::uint16_t> ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

} // namespace

std::int64_t
product_packed_size (std::int64_t depth, std::int64_t columns, bool half)
{
  return depth * columns * (half ? 2 : 4);
}

void
product_pack (const float *matrix, std::int64_t row, std::int64_t column, std::int64_t depth, std::int64_t padded,
              std::int64_t columns, bool half, void *packed)
{
  for (std::int64_t first = 0; first < columns; first += kColumns)
    for (std::int64_t i = 0; i < padded; i++)
      for (std::int64_t j = 0; j < kColumns; j++)
        {
          const bool there = i < depth && first + j < columns;
          const float value = there ? matrix[i * row + (first + j) * column] : 0;
          const std::int64_t start = first * padded;

          if (half)
            static_cast<std::uint16_t *> (packed)[start + (i / 2 * kColumns + j) * 2 + i % 2] = round_to_half (value);
          else
            static_cast<float *> (packed)[start + i * kColumns + j] = value;
        }
}

std::int64_t
product_rows_space (std::int64_t depth)
{
  return kRowsAtATime * depth * 2;
}

void
product_rows (const float *rows, std::int64_t n, std::int64_t stride, const void *packed, std::int64_t depth,
              std::int64_t columns, const float *bias, bool half, float *result, void *space)
{
  for (std::int64_t i = 0; i < n; i += kRowsAtATime)
    {
      const std::int64_t count = n - i < kRowsAtATime ? n - i : kRowsAtATime;
      const float *from = rows + i * stride;
      std::uint16_t *rounded = static_cast<std::uint16_t *> (space);

      if (!half)
        {
          multiply_rows (from, count, stride, static_cast<const float *> (packed), depth, columns, bias,
                         result + i * columns);
          continue;
        }
      for (std::int64_t r = 0; r < count; r++)
        {
          std::int64_t c = 0;

          for (; c + kLanes <= depth; c += kLanes)
            store (rounded + r * depth + c, _mm512_loadu_ps (from + r * stride + c));
          for (; c < depth; c++)
            rounded[r * depth + c] = round_to_half (from[r * stride + c]);
        }
      multiply_rows<std::uint16_t> (rounded, count, depth, static_cast<const std::uint16_t *> (packed), depth, columns,
                                    bias, result + i * columns);
    }
}

std::int64_t
product_sums_space (std::int64_t outputs, std::int64_t inputs)
{
  return kTokens * (outputs + inputs) * 2;
}

void
product_sums (const float *left, std::int64_t left_stride, std::int64_t outputs, const float *right,
              std::int64_t right_stride, std::int64_t inputs, std::int64_t n, bool half, float *sums, void *space)
{
  for (std::int64_t first = 0; first < n; first += kTokens)
    {
      const std::int64_t count = n - first < kTokens ? n - first : kTokens;
      const float *a = left + first * left_stride, *b = right + first * right_stride;

      if (half)
        {
          std::uint16_t *pairs = static_cast<std::uint16_t *> (space), *other = pairs + kTokens * outputs;

          pair_rows (a, left_stride, count, outputs, pairs);
          pair_rows (b, right_stride, count, inputs, other);
          add_products_of_rows<std::uint16_t> (pairs, outputs, outputs, other, inputs, inputs, count, sums);
        }
      else
        add_products_of_rows (a, left_stride, outputs, b, right_stride, inputs, count, sums);
    }
}

void
add_rows (const float *rows, std::int64_t stride, std::int64_t n, std::int64_t width, float *sums)
{
  for (std::int64_t c = 0; c < width; c += kLanes)
    {
      Vector sum = _mm512_loadu_ps (sums + c);

      for (std::int64_t i = 0; i < n; i++)
        sum = _mm512_add_ps (sum, _mm512_loadu_ps (rows + i * stride + c));
      _mm512_storeu_ps (sums + c, sum);
    }
}

} // namespace acini
