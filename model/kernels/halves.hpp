/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Numbers of maps as floats: bfloat16 is the upper half of one.  For the vectoriser, in each file by itself. */

#include <cstdint>
#include <cstring>

namespace acini
{

namespace
{

inline float
widen (float value)
{
  return value;
}

inline float
widen (std::uint16_t value)
{
  std::uint32_t bits = static_cast<std::uint32_t> (value) << 16;
  float result;

  std::memcpy (&result, &bits, sizeof result);
  return result;
}

inline void
narrow (float value, float *to)
{
  *to = value;
}

/* To the nearest, ties to even. */
inline void
narrow (float value, std::uint16_t *to)
{
  std::uint32_t bits;

  std::memcpy (&bits, &value, sizeof bits);
  *to = static_cast<std::uint16_t> ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

} // namespace

} // namespace acini
