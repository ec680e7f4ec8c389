/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Random numbers that are a pure function of what they are for (seed, step, place in the batch), so that a training
 * is the same whichever thread is faster and wherever it was interrupted.  No state has to be saved. */

#include <cstdint>
#include <initializer_list>

namespace acini
{

/* SplitMix64 (Steele, Lea and Flood 2014). */
class Random
{
public:
  /* A stream of its own for every list of numbers. */
  explicit Random (std::initializer_list<uint64_t> names)
  {
    for (uint64_t name : names)
      state = mix (state ^ name) + golden;
  }

  uint64_t
  next ()
  {
    return mix (state += golden);
  }
  double
  uniform ()
  {
    return double (next () >> 11) * 0x1p-53;
  } /* from 0 up to, but not including, 1 */
  double
  between (double low, double high)
  {
    return low + (high - low) * uniform ();
  }
  bool
  chance (double p)
  {
    return uniform () < p;
  }

private:
  static constexpr uint64_t golden = 0x9E3779B97F4A7C15;

  static uint64_t
  mix (uint64_t z)
  {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  uint64_t state = golden;
};

} // namespace acini
