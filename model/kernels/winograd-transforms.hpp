/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What inference and training share of Winograd's convolutions: transforms along one axis, for evaluation at 0, a, −a,
 * b, −b and infinity, and where the pixels under a tile are.  Included where avx512.hpp may be, after
 * winograd-kernel.hpp, and local to the file.
 */

#include "model/kernels/avx512.hpp"

namespace acini
{

namespace
{

constexpr float a = kWinogradA, b = kWinogradB, a2 = a * a, b2 = b * b;

inline void
transform_input (const Vector d[6], Vector v[6])
{
  const Vector sum = _mm512_set1_ps (a2 + b2), product = _mm512_set1_ps (a2 * b2);
  const Vector va2 = _mm512_set1_ps (a2), vb2 = _mm512_set1_ps (b2), va = _mm512_set1_ps (a), vb = _mm512_set1_ps (b);
  const Vector e1 = _mm512_fnmadd_ps (vb2, d[2], d[4]), o1 = _mm512_fnmadd_ps (vb2, d[1], d[3]);
  const Vector e2 = _mm512_fnmadd_ps (va2, d[2], d[4]), o2 = _mm512_fnmadd_ps (va2, d[1], d[3]);

  v[0] = _mm512_fmadd_ps (product, d[0], _mm512_fnmadd_ps (sum, d[2], d[4]));
  v[1] = _mm512_fmadd_ps (va, o1, e1);
  v[2] = _mm512_fnmadd_ps (va, o1, e1);
  v[3] = _mm512_fmadd_ps (vb, o2, e2);
  v[4] = _mm512_fnmadd_ps (vb, o2, e2);
  v[5] = _mm512_fmadd_ps (product, d[1], _mm512_fnmadd_ps (sum, d[3], d[5]));
}

inline void
transform_output (const Vector m[6], Vector y[4])
{
  const Vector s1 = _mm512_add_ps (m[1], m[2]), d1 = _mm512_sub_ps (m[1], m[2]);
  const Vector s2 = _mm512_add_ps (m[3], m[4]), d2 = _mm512_sub_ps (m[3], m[4]);

  y[0] = _mm512_add_ps (m[0], _mm512_add_ps (s1, s2));
  y[1] = _mm512_fmadd_ps (_mm512_set1_ps (a), d1, _mm512_mul_ps (_mm512_set1_ps (b), d2));
  y[2] = _mm512_fmadd_ps (_mm512_set1_ps (a2), s1, _mm512_mul_ps (_mm512_set1_ps (b2), s2));
  y[3] = _mm512_fmadd_ps (_mm512_set1_ps (a * a2), d1, _mm512_fmadd_ps (_mm512_set1_ps (b * b2), d2, m[5]));
}

/* Points lie this many numbers more apart than they need: a power of two would put all 36 into the same lines of the
 * cache. */
constexpr std::int64_t kApart = 32;

/* What is multiplied for maps of type T. */
template <typename T> struct Factor;
template <> struct Factor<float>
{
  using Type = float;
};
template <> struct Factor<std::uint16_t>
{
  using Type = std::int16_t;
};

/* Where the kSide × kSide pixels under a tile are, from (@y0, @x0) on; @nothing for those beyond the edge.  @shift: of
 * what coordinates count, 1 where it is a map twice as large as the source's.  Returns: whether those of a row lie one
 * after the other */
template <typename T, int kSide>
inline bool
locate (const WinogradSource &source, std::int64_t height, std::int64_t width, int shift, std::int64_t image,
        std::int64_t y0, std::int64_t x0, const T *nothing, const T *pixels[kSide * kSide])
{
  const std::int64_t h = height >> shift, w = width >> shift;
  const T *map = static_cast<const T *> (source.data) + image * h * w * source.channels;

  if (shift == 0 && y0 >= 0 && x0 >= 0 && y0 + kSide <= height && x0 + kSide <= width)
    {
      const T *row = map + (y0 * w + x0) * source.channels;

      for (int i = 0; i < kSide; i++, row += w * source.channels)
        for (int j = 0; j < kSide; j++)
          pixels[kSide * i + j] = row + j * source.channels;
      return true;
    }
  for (int i = 0; i < kSide; i++)
    for (int j = 0; j < kSide; j++)
      {
        const std::int64_t y = y0 + i, x = x0 + j;
        const bool inside = y >= 0 && y < height && x >= 0 && x < width;

        pixels[kSide * i + j] = inside ? map + ((y >> shift) * w + (x >> shift)) * source.channels : nothing;
      }
  return false;
}

} // namespace

} // namespace acini
