/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/training-loops.hpp"

#include "model/kernels/clones.hpp"

#include <cmath>
#include <cstring>

namespace acini
{

namespace
{

/* Part of each processor's version of what calls it. */
#define ACINI_PART inline __attribute__ ((always_inline))

/* Whether dropout keeps each of a pixel's channels: a hash of both, the same forwards, backwards and on any thread
 * (MurmurHash3's last step).  @factors: 0, or 1 / (1 − dropout) */
ACINI_PART void
fill_dropout (const HeadTail &tail, std::int64_t pixel, float *__restrict factors)
{
  std::uint64_t key = (tail.seed + static_cast<std::uint64_t> (pixel)) * 0x9E3779B97F4A7C15;
  const auto least = static_cast<std::uint32_t> (tail.dropout * 4294967295.0);
  const float kept = static_cast<float> (1 / (1 - tail.dropout));

  key ^= key >> 32;
  const auto start = static_cast<std::uint32_t> (key);
  for (std::int64_t c = 0; c < tail.channels; c++)
    {
      std::uint32_t hash = start + static_cast<std::uint32_t> (c) * 0x9E3779B1u;

      hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
      hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
      hash ^= hash >> 16;
      factors[c] = hash >= least ? kept : 0.0f;
    }
}

/* Where a pixel's first logit lies. */
ACINI_PART std::int64_t
find_logit (const HeadTail &tail, std::int64_t pixel)
{
  return pixel / tail.stride * tail.stride * tail.classes + pixel % tail.stride;
}

/* ReLU of BatchNorm, and dropout where @factors are. */
ACINI_PART void
activate (const HeadTail &tail, std::int64_t pixel, const float *__restrict factors, float *__restrict active)
{
  const float *__restrict x = tail.map + pixel * tail.channels, *__restrict gain = tail.gain,
                          *__restrict offset = tail.offset;

  for (std::int64_t c = 0; c < tail.channels; c++)
    {
      const float value = x[c] * gain[c] + offset[c];

      active[c] = value > 0 ? value : 0.0f;
    }
  if (factors)
    for (std::int64_t c = 0; c < tail.channels; c++)
      active[c] *= factors[c];
}

ACINI_PART float
dot (const float *__restrict a, const float *__restrict b, std::int64_t n)
{
  constexpr int lanes = 32;
  float sums[lanes] = {}, sum = 0;
  std::int64_t i = 0;

  for (; i + lanes <= n; i += lanes)
    for (int j = 0; j < lanes; j++)
      sums[j] += a[i + j] * b[i + j];
  for (int j = 0; j < lanes; j++)
    sum += sums[j];
  for (; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* What comes back to BatchNorm's result. */
ACINI_PART void
pull_back (const HeadTail &tail, const float *gradient, std::int64_t pixel, const float *__restrict active,
           const float *__restrict factors, float *__restrict back)
{
  const std::int64_t at = find_logit (tail, pixel);

  std::memset (back, 0, tail.channels * sizeof *back);
  for (std::int64_t k = 0; k < tail.classes; k++)
    {
      const float share = gradient[at + k * tail.stride];
      const float *__restrict weight = tail.weight + k * tail.channels;

      for (std::int64_t c = 0; c < tail.channels; c++)
        back[c] += share * weight[c];
    }
  for (std::int64_t c = 0; c < tail.channels; c++)
    back[c] = active[c] > 0 ? back[c] : 0.0f;
  if (factors)
    for (std::int64_t c = 0; c < tail.channels; c++)
      back[c] *= factors[c];
}

/* A pixel's class; what lies beyond the last one is the last. */
ACINI_PART std::int64_t
get_class (const SoftmaxLoss &loss, std::int64_t pixel)
{
  const std::int64_t truth = loss.target[pixel], last = loss.classes - 1;

  return truth == loss.ignore ? truth : truth < 0 ? 0 : truth > last ? last : truth;
}

} // namespace

ACINI_FOR_EACH_PROCESSOR void
add_scaled (const float *from, float share, std::int64_t n, float *__restrict to)
{
  for (std::int64_t i = 0; i < n; i++)
    to[i] += share * from[i];
}

ACINI_FOR_EACH_PROCESSOR void
head_tail_run (const HeadTail &tail, std::int64_t begin, std::int64_t end, float *space, float *logits)
{
  float *const active = space, *const factors = tail.dropout > 0 ? space + tail.channels : nullptr;

  for (std::int64_t pixel = begin; pixel < end; pixel++)
    {
      const std::int64_t at = find_logit (tail, pixel);

      if (factors)
        fill_dropout (tail, pixel, factors);
      activate (tail, pixel, factors, active);
      for (std::int64_t k = 0; k < tail.classes; k++)
        logits[at + k * tail.stride] = tail.bias[k] + dot (active, tail.weight + k * tail.channels, tail.channels);
    }
}

ACINI_FOR_EACH_PROCESSOR void
head_tail_gradients (const HeadTail &tail, const float *gradient, std::int64_t begin, std::int64_t end, float *space,
                     float *sums)
{
  const std::int64_t channels = tail.channels;
  float *const active = space, *const back = space + channels;
  float *const factors = tail.dropout > 0 ? space + 2 * channels : nullptr;
  float *__restrict const bias_sum = sums + tail.classes * channels, *__restrict const weight_sum = bias_sum + channels;

  for (std::int64_t pixel = begin; pixel < end; pixel++)
    {
      const std::int64_t at = find_logit (tail, pixel);
      const float *__restrict x = tail.map + pixel * channels;

      if (factors)
        fill_dropout (tail, pixel, factors);
      activate (tail, pixel, factors, active);
      for (std::int64_t k = 0; k < tail.classes; k++)
        add_scaled (active, gradient[at + k * tail.stride], channels, sums + k * channels);
      pull_back (tail, gradient, pixel, active, factors, back);
      for (std::int64_t c = 0; c < channels; c++)
        {
          bias_sum[c] += back[c];
          weight_sum[c] += back[c] * (x[c] - tail.mean[c]) * tail.reciprocal[c];
        }
    }
}

ACINI_FOR_EACH_PROCESSOR void
head_tail_back (const HeadTail &tail, const float *gradient, const float *bias_mean, const float *weight_mean,
                std::int64_t begin, std::int64_t end, float *space, float *result)
{
  const std::int64_t channels = tail.channels;
  float *const active = space, *const back = space + channels;
  float *const factors = tail.dropout > 0 ? space + 2 * channels : nullptr;

  for (std::int64_t pixel = begin; pixel < end; pixel++)
    {
      const float *__restrict x = tail.map + pixel * channels;
      float *__restrict to = result + pixel * channels;

      if (factors)
        fill_dropout (tail, pixel, factors);
      activate (tail, pixel, factors, active);
      pull_back (tail, gradient, pixel, active, factors, back);
      for (std::int64_t c = 0; c < channels; c++)
        to[c] = tail.gain[c] * (back[c] - bias_mean[c] - (x[c] - tail.mean[c]) * tail.reciprocal[c] * weight_mean[c]);
    }
}

void
softmax_loss_run (const SoftmaxLoss &loss, std::int64_t begin, std::int64_t end, double *sums)
{
  for (std::int64_t i = begin; i < end; i++)
    {
      const float *logits = loss.logits + i;
      float *p = loss.probability + i;
      const std::int64_t truth = get_class (loss, i);
      float greatest = logits[0], sum = 0;

      for (std::int64_t k = 1; k < loss.classes; k++)
        greatest = std::fmax (greatest, logits[k * loss.pixels]);
      for (std::int64_t k = 0; k < loss.classes; k++)
        sum += p[k * loss.pixels] = std::exp (logits[k * loss.pixels] - greatest);
      for (std::int64_t k = 0; k < loss.classes; k++)
        p[k * loss.pixels] /= sum;
      if (truth == loss.ignore)
        continue;
      sums[0] += 1;
      sums[1] -= logits[truth * loss.pixels] - greatest - std::log (sum);
      for (std::int64_t k = 0; k < loss.classes; k++)
        {
          const double share = p[k * loss.pixels];

          sums[2 + 3 * k] += k == truth ? share : 0;
          sums[3 + 3 * k] += share * share;
          sums[4 + 3 * k] += k == truth;
        }
    }
}

void
softmax_loss_back (const SoftmaxLoss &loss, float entropy, const float *truth, const float *square, std::int64_t begin,
                   std::int64_t end, float *result)
{
  for (std::int64_t i = begin; i < end; i++)
    {
      const float *p = loss.probability + i;
      const std::int64_t right = get_class (loss, i);
      float mean = 0;

      /* What comes back to each probability, less its mean by the probabilities, times the probability. */
      for (std::int64_t k = 0; k < loss.classes; k++)
        {
          const float share = p[k * loss.pixels], back = 2 * share * square[k] + (k == right ? truth[k] : 0);

          result[i + k * loss.pixels] = back;
          mean += share * back;
        }
      for (std::int64_t k = 0; k < loss.classes; k++)
        {
          const float share = p[k * loss.pixels];
          float &to = result[i + k * loss.pixels];

          to = right == loss.ignore ? 0 : share * (to - mean) + entropy * (share - (k == right ? 1 : 0));
        }
    }
}

ACINI_FOR_EACH_PROCESSOR void
adam_run (const AdamStep &step, std::int64_t n, const float *__restrict gradient, float *__restrict mean,
          float *__restrict square, float *__restrict weight)
{
  for (std::int64_t i = 0; i < n; i++)
    {
      const float g = gradient[i] * step.scale;

      mean[i] += (1 - step.beta1) * (g - mean[i]);
      square[i] = step.beta2 * square[i] + (1 - step.beta2) * g * g;
      weight[i] = weight[i] * step.decay - step.step * mean[i] / (std::sqrt (square[i]) / step.root + step.eps);
    }
}

} // namespace acini
