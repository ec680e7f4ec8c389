/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/loops.hpp"

#include "model/kernels/clones.hpp"
#include "model/kernels/halves.hpp"

namespace acini
{

namespace
{

template <typename T>
inline void
blend_rows_of (const T *first, const T *second, float share, std::int64_t n, float *__restrict result)
{
  for (std::int64_t i = 0; i < n; i++)
    result[i] = widen (first[i]) + share * (widen (second[i]) - widen (first[i]));
}

template <typename T>
inline void
blend_pixel_of (const float *const *first, const float *const *second, const float *shares, std::size_t n_maps,
                std::int64_t n, float least, float *__restrict sum, T *__restrict pixel)
{
  for (std::int64_t i = 0; i < n; i++)
    sum[i] = widen (pixel[i]);
  for (std::size_t map = 0; map < n_maps; map++)
    {
      const float *a = first[map], *b = second[map];
      const float share = shares[map];

      for (std::int64_t i = 0; i < n; i++)
        sum[i] += a[i] + share * (b[i] - a[i]);
    }
  for (std::int64_t i = 0; i < n; i++)
    narrow (sum[i] < least ? least : sum[i], pixel + i);
}

template <typename T>
inline void
add_moments_of (const T *pixels, std::int64_t n, std::int64_t channels, const float *shift, float *__restrict sums,
                float *__restrict squares)
{
  for (std::int64_t i = 0; i < n; i++, pixels += channels)
    for (std::int64_t c = 0; c < channels; c++)
      {
        const float value = widen (pixels[c]) - shift[c];

        sums[c] += value;
        squares[c] += value * value;
      }
}

template <typename T>
inline void
scale_leaky_of (T *__restrict pixels, std::int64_t n, std::int64_t channels, const float *gain, const float *offset,
                float slope)
{
  for (std::int64_t i = 0; i < n; i++, pixels += channels)
    for (std::int64_t c = 0; c < channels; c++)
      {
        const float value = widen (pixels[c]) * gain[c] + offset[c];

        narrow (value > 0 ? value : slope * value, pixels + c);
      }
}

} // namespace

ACINI_FOR_EACH_PROCESSOR void
blend_rows (const float *first, const float *second, float share, std::int64_t n, float *result)
{
  blend_rows_of (first, second, share, n, result);
}

ACINI_FOR_EACH_PROCESSOR void
blend_rows (const std::uint16_t *first, const std::uint16_t *second, float share, std::int64_t n, float *result)
{
  blend_rows_of (first, second, share, n, result);
}

ACINI_FOR_EACH_PROCESSOR void
blend_pixel (const float *const *first, const float *const *second, const float *shares, std::size_t n_maps,
             std::int64_t n, float least, float *sum, float *pixel)
{
  blend_pixel_of (first, second, shares, n_maps, n, least, sum, pixel);
}

ACINI_FOR_EACH_PROCESSOR void
blend_pixel (const float *const *first, const float *const *second, const float *shares, std::size_t n_maps,
             std::int64_t n, float least, float *sum, std::uint16_t *pixel)
{
  blend_pixel_of (first, second, shares, n_maps, n, least, sum, pixel);
}

ACINI_FOR_EACH_PROCESSOR void
add_moments (const float *pixels, std::int64_t n, std::int64_t channels, const float *shift, float *sums,
             float *squares)
{
  add_moments_of (pixels, n, channels, shift, sums, squares);
}

ACINI_FOR_EACH_PROCESSOR void
add_moments (const std::uint16_t *pixels, std::int64_t n, std::int64_t channels, const float *shift, float *sums,
             float *squares)
{
  add_moments_of (pixels, n, channels, shift, sums, squares);
}

ACINI_FOR_EACH_PROCESSOR void
scale_leaky (float *pixels, std::int64_t n, std::int64_t channels, const float *gain, const float *offset, float slope)
{
  scale_leaky_of (pixels, n, channels, gain, offset, slope);
}

ACINI_FOR_EACH_PROCESSOR void
scale_leaky (std::uint16_t *pixels, std::int64_t n, std::int64_t channels, const float *gain, const float *offset,
             float slope)
{
  scale_leaky_of (pixels, n, channels, gain, offset, slope);
}

ACINI_FOR_EACH_PROCESSOR void
scale_bytes (const std::uint8_t *pixels, std::int64_t n, const float scale[3], const float offset[3], bool swap,
             float *__restrict result)
{
  constexpr int many = 16; /* pixels, whose channels fill vectors of any width */
  float scales[3 * many], offsets[3 * many];

  for (int i = 0; i < 3 * many; i++)
    {
      scales[i] = scale[i % 3];
      offsets[i] = offset[i % 3];
    }
  for (std::int64_t first = 0; first < n; first += many, pixels += 3 * many, result += 3 * many)
    {
      const int numbers = n - first < many ? 3 * static_cast<int> (n - first) : 3 * many;

      if (swap)
        for (int i = 0; i < numbers; i += 3)
          for (int c = 0; c < 3; c++)
            result[i + c] = offset[c] + static_cast<float> (pixels[i + 2 - c]) * scale[c];
      else if (numbers == 3 * many)
        for (int i = 0; i < 3 * many; i++)
          result[i] = offsets[i] + static_cast<float> (pixels[i]) * scales[i];
      else
        for (int i = 0; i < numbers; i++)
          result[i] = offsets[i] + static_cast<float> (pixels[i]) * scales[i];
    }
}

} // namespace acini
