/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/norm-loops.hpp"

#include "model/kernels/clones.hpp"
#include "model/kernels/halves.hpp"

namespace acini
{

namespace
{

/* Part of each processor's version of what calls it. */
#define ACINI_PART inline __attribute__ ((always_inline))

template <typename T, bool kResidual, bool kRectify>
ACINI_PART void
run (const NormTask &task, std::int64_t begin, std::int64_t end, T *__restrict result)
{
  const std::int64_t channels = task.channels;
  const T *map = static_cast<const T *> (task.map), *residual = static_cast<const T *> (task.residual);
  const float *gain = task.gain, *offset = task.offset;

  for (std::int64_t i = begin * channels; i < end * channels; i += channels)
    for (std::int64_t c = 0; c < channels; c++)
      {
        float value = widen (map[i + c]) * gain[c] + offset[c];

        if (kResidual)
          value += widen (residual[i + c]);
        if (kRectify)
          value = value > 0 ? value : 0;
        narrow (value, result + i + c);
      }
}

template <typename T>
ACINI_PART void
choose_run (const NormTask &task, std::int64_t begin, std::int64_t end, void *result)
{
  T *to = static_cast<T *> (result);

  if (task.residual && task.rectify)
    run<T, true, true> (task, begin, end, to);
  else if (task.residual)
    run<T, true, false> (task, begin, end, to);
  else if (task.rectify)
    run<T, false, true> (task, begin, end, to);
  else
    run<T, false, false> (task, begin, end, to);
}

/* What comes back behind ReLU. */
template <typename T, bool kRectify>
ACINI_PART float
get_gradient (const T *result, const T *gradient, std::int64_t i)
{
  const float value = widen (gradient[i]);

  return !kRectify || widen (result[i]) > 0 ? value : 0;
}

template <typename T, bool kRectify>
ACINI_PART void
add_gradients (const NormTask &task, const void *all_results, const void *all_gradients, std::int64_t begin,
               std::int64_t end, float *__restrict sums)
{
  const std::int64_t channels = task.channels;
  const T *map = static_cast<const T *> (task.map), *result = static_cast<const T *> (all_results);
  const T *gradient = static_cast<const T *> (all_gradients);
  const float *mean = task.mean, *reciprocal = task.reciprocal;

  for (std::int64_t i = begin * channels; i < end * channels; i += channels)
    for (std::int64_t c = 0; c < channels; c++)
      {
        const float value = get_gradient<T, kRectify> (result, gradient, i + c);

        sums[c] += value;
        sums[channels + c] += value * ((widen (map[i + c]) - mean[c]) * reciprocal[c]);
      }
}

template <typename T, bool kRectify, bool kResidual>
ACINI_PART void
go_back (const NormTask &task, const void *all_results, const void *all_gradients, const float *bias_mean,
         const float *weight_mean, std::int64_t begin, std::int64_t end, T *__restrict map_gradient,
         T *__restrict residual_gradient)
{
  const std::int64_t channels = task.channels;
  const T *map = static_cast<const T *> (task.map), *result = static_cast<const T *> (all_results);
  const T *gradient = static_cast<const T *> (all_gradients);
  const float *mean = task.mean, *reciprocal = task.reciprocal, *gain = task.gain;

  for (std::int64_t i = begin * channels; i < end * channels; i += channels)
    for (std::int64_t c = 0; c < channels; c++)
      {
        const float value = get_gradient<T, kRectify> (result, gradient, i + c);
        const float normal = (widen (map[i + c]) - mean[c]) * reciprocal[c];

        narrow (gain[c] * (value - bias_mean[c] - normal * weight_mean[c]), map_gradient + i + c);
        if (kResidual)
          narrow (value, residual_gradient + i + c);
      }
}

template <typename T, bool kRectify>
ACINI_PART void
choose_back (const NormTask &task, const void *result, const void *gradient, const float *bias_mean,
             const float *weight_mean, std::int64_t begin, std::int64_t end, void *map_gradient,
             void *residual_gradient)
{
  T *map = static_cast<T *> (map_gradient), *residual = static_cast<T *> (residual_gradient);

  if (residual)
    go_back<T, kRectify, true> (task, result, gradient, bias_mean, weight_mean, begin, end, map, residual);
  else
    go_back<T, kRectify, false> (task, result, gradient, bias_mean, weight_mean, begin, end, map, residual);
}

} // namespace

ACINI_FOR_EACH_PROCESSOR void
norm_run (const NormTask &task, std::int64_t begin, std::int64_t end, void *result)
{
  if (task.half)
    choose_run<std::uint16_t> (task, begin, end, result);
  else
    choose_run<float> (task, begin, end, result);
}

ACINI_FOR_EACH_PROCESSOR void
norm_gradients (const NormTask &task, const void *result, const void *gradient, std::int64_t begin, std::int64_t end,
                float *sums)
{
  if (task.half && task.rectify)
    add_gradients<std::uint16_t, true> (task, result, gradient, begin, end, sums);
  else if (task.half)
    add_gradients<std::uint16_t, false> (task, result, gradient, begin, end, sums);
  else if (task.rectify)
    add_gradients<float, true> (task, result, gradient, begin, end, sums);
  else
    add_gradients<float, false> (task, result, gradient, begin, end, sums);
}

ACINI_FOR_EACH_PROCESSOR void
norm_back (const NormTask &task, const void *result, const void *gradient, const float *bias_mean,
           const float *weight_mean, std::int64_t begin, std::int64_t end, void *map_gradient, void *residual_gradient)
{
  if (task.half && task.rectify)
    choose_back<std::uint16_t, true> (task, result, gradient, bias_mean, weight_mean, begin, end, map_gradient,
                                      residual_gradient);
  else if (task.half)
    choose_back<std::uint16_t, false> (task, result, gradient, bias_mean, weight_mean, begin, end, map_gradient,
                                       residual_gradient);
  else if (task.rectify)
    choose_back<float, true> (task, result, gradient, bias_mean, weight_mean, begin, end, map_gradient,
                              residual_gradient);
  else
    choose_back<float, false> (task, result, gradient, bias_mean, weight_mean, begin, end, map_gradient,
                               residual_gradient);
}

} // namespace acini
