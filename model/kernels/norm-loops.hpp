/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inner loops of BatchNorm in training, with what follows it: a sum with another map, and ReLU.  Compiled for every
 * generation of processors, without torch.  Maps are [pixels][channels], of float or of bfloat16, its upper half. */

#include <cstdint>

namespace acini
{

struct NormTask
{
  const void *map;
  const void *residual;           /* is added; null: none */
  const float *gain, *offset;     /* of a channel: what the map is multiplied by, and what is added */
  const float *mean, *reciprocal; /* its mean, and one by its deviation */
  std::int64_t channels;
  bool rectify, half;
};

/* Pixels @begin to @end of what comes out. */
void norm_run (const NormTask &task, std::int64_t begin, std::int64_t end, void *result);
/* Adds what those pixels give to the gradients of BatchNorm's bias, @sums, and of its weight, [channels] behind these.
 * @result: what came out; @gradient: what comes back to it */
void norm_gradients (const NormTask &task, const void *result, const void *gradient, std::int64_t begin,
                     std::int64_t end, float *sums);
/* The gradients of the map and, unless that is null, of the residual.  @bias_mean, @weight_mean: what BatchNorm's
 * statistics give back, of a channel and pixel */
void norm_back (const NormTask &task, const void *result, const void *gradient, const float *bias_mean,
                const float *weight_mean, std::int64_t begin, std::int64_t end, void *map_gradient,
                void *residual_gradient);

} // namespace acini
