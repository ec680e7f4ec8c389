/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the kernels for AVX-512 share.  Included where the compiler may use its instructions, and only there: everything
 * is local to the file, so that no other part of the program ends up with such code.  bfloat16 is the upper half of a
 * float. */

#include <cstdint>
#include <cstring>

#include <immintrin.h>

namespace acini
{

namespace
{

constexpr int kLanes = 16;

using Vector = __m512;

inline Vector
load (const float *from)
{
  return _mm512_loadu_ps (from);
}

inline Vector
load (const std::uint16_t *from)
{
  return _mm512_castsi512_ps (
      _mm512_slli_epi32 (_mm512_cvtepu16_epi32 (_mm256_loadu_si256 (reinterpret_cast<const __m256i *> (from))), 16));
}

inline void
store (float *to, Vector value)
{
  _mm512_storeu_ps (to, value);
}

inline void
store (std::uint16_t *to, Vector value)
{
  _mm256_storeu_si256 (reinterpret_cast<__m256i *> (to), (__m256i)_mm512_cvtneps_pbh (value));
}

/* Adds a small product A × B to sums that stay in registers: kRows × (16 kVectors) numbers. */
template <int kRows, int kVectors>
inline void
add_block (const float *A, std::int64_t lda, const float *B, std::int64_t depth, Vector sum[kRows][kVectors])
{
  for (std::int64_t k = 0; k < depth; k++, B += kVectors * kLanes)
    {
      Vector right[kVectors];

#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++)
        right[j] = _mm512_loadu_ps (B + j * kLanes);
#pragma GCC unroll 32
      for (int i = 0; i < kRows; i++)
        {
          const Vector left = _mm512_set1_ps (A[i * lda + k]);

#pragma GCC unroll 4
          for (int j = 0; j < kVectors; j++)
            sum[i][j] = _mm512_fmadd_ps (left, right[j], sum[i][j]);
        }
    }
}

/* The same of bfloat16, two neighbours of the depth at a time. */
template <int kRows, int kVectors>
inline void
add_block (const std::uint16_t *A, std::int64_t lda, const std::uint16_t *B, std::int64_t depth,
           Vector sum[kRows][kVectors])
{
  for (std::int64_t k = 0; k < depth; k += 2, B += 2 * kVectors * kLanes)
    {
      __m512i right[kVectors];

#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++)
        right[j] = _mm512_loadu_si512 (B + 2 * j * kLanes);
#pragma GCC unroll 32
      for (int i = 0; i < kRows; i++)
        {
          int pair;
          std::memcpy (&pair, A + i * lda + k, sizeof pair);
          const __m512i left = _mm512_set1_epi32 (pair);

#pragma GCC unroll 4
          for (int j = 0; j < kVectors; j++)
            sum[i][j] = _mm512_dpbf16_ps (sum[i][j], (__m512bh)left, (__m512bh)right[j]);
        }
    }
}

/* C = A × B */
template <int kRows, int kVectors, typename T>
inline void
multiply_block (const T *A, std::int64_t lda, const T *B, std::int64_t depth, float *C, std::int64_t ldc)
{
  Vector sum[kRows][kVectors];

#pragma GCC unroll 32
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++)
      sum[i][j] = _mm512_setzero_ps ();
  add_block<kRows, kVectors> (A, lda, B, depth, sum);
#pragma GCC unroll 32
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++)
      _mm512_storeu_ps (C + i * ldc + j * kLanes, sum[i][j]);
}

/* Of whole numbers; GCC keeps arrays of __m512i in memory, not those of this. */
using WholeVector = std::int32_t __attribute__ ((vector_size (64)));

/* Adds products of one pair of neighbours in each of kRows rows of whole numbers to sums in registers.  @A: the pairs
 * lie
 * @lda numbers apart; @B: a pair for each column */
template <int kRows, int kVectors>
inline void
add_products (const std::int16_t *A, std::int64_t lda, const std::int16_t *B, WholeVector sum[kRows][kVectors])
{
  __m512i right[kVectors];

#pragma GCC unroll 4
  for (int j = 0; j < kVectors; j++)
    right[j] = _mm512_loadu_si512 (B + 2 * j * kLanes);
#pragma GCC unroll 32
  for (int i = 0; i < kRows; i++)
    {
      int pair;
      std::memcpy (&pair, A + i * lda, sizeof pair);
      const __m512i left = _mm512_set1_epi32 (pair);

#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++)
        sum[i][j] = (WholeVector)_mm512_dpwssd_epi32 ((__m512i)sum[i][j], left, right[j]);
    }
}

} // namespace

} // namespace acini
