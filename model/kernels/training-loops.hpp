/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inner loops of training, compiled for every generation of processors.  Without torch; all numbers are float, all maps
 * pixels outermost: [pixels][channels]. */

#include <cstdint>

namespace acini
{

/* @to += @share × @from, each of @n numbers. */
void add_scaled (const float *from, float share, std::int64_t n, float *to);

/* What follows the fuse convolution of a SegFormer's head: BatchNorm, ReLU, dropout and the classifier (1 × 1). */
struct HeadTail
{
  const float *map;               /* [pixels][channels] */
  const float *gain, *offset;     /* of a channel: what BatchNorm multiplies by and adds */
  const float *mean, *reciprocal; /* its mean, and one by its deviation */
  const float *weight;            /* the classifier's, [classes][channels] */
  const float *bias;              /* [classes] */
  std::int64_t channels, classes;
  std::int64_t stride; /* of logits: a class begins so many numbers behind the one before */
  std::uint64_t seed;  /* of dropout */
  double dropout;
};

/* Logits of the pixels @begin to @end, counted over all images of @size pixels, each with @classes planes of them. */
void head_tail_run (const HeadTail &tail, std::int64_t begin, std::int64_t end, float *space, float *logits);
/* Adds to @sums what those pixels give to the gradients: [classes][channels] of the weight, then [channels] of
 * BatchNorm's bias and [channels] of its weight.  @gradient: like logits; @space: 2 × channels numbers */
void head_tail_gradients (const HeadTail &tail, const float *gradient, std::int64_t begin, std::int64_t end,
                          float *space, float *sums);
/* The gradient of the map.  @bias_mean, @weight_mean: what BatchNorm's statistics give back, of a channel and pixel */
void head_tail_back (const HeadTail &tail, const float *gradient, const float *bias_mean, const float *weight_mean,
                     std::int64_t begin, std::int64_t end, float *space, float *result);

/* Cross-entropy and Dice over softmax, of one image: planes of classes, [classes][pixels]. */
struct SoftmaxLoss
{
  const float *logits;
  float *probability;         /* is written first, read on the way back */
  const std::int64_t *target; /* a class a pixel, or @ignore */
  std::int64_t classes, pixels, ignore;
};

/* Adds to @sums, of the pixels @begin to @end that are not ignored: how many, minus the logarithms of what is true;
 * and, for each class, probability × truth, probability², truth. */
void softmax_loss_run (const SoftmaxLoss &loss, std::int64_t begin, std::int64_t end, double *sums);
/* The gradient of the logits.  @entropy: what the mean is multiplied by, of a pixel; @truth, @square: of a class, what
 * the first two of its sums are. */
void softmax_loss_back (const SoftmaxLoss &loss, float entropy, const float *truth, const float *square,
                        std::int64_t begin, std::int64_t end, float *result);

/* One step of AdamW, as torch::optim::AdamW computes it. */
struct AdamStep
{
  float decay;             /* 1 − rate × weight decay */
  float beta1, beta2, eps; /* of the moments */
  float step, root;        /* rate / (1 − β₁ᵗ) and √(1 − β₂ᵗ) */
  float scale;             /* of gradients, that are too long */
};

void adam_run (const AdamStep &step, std::int64_t n, const float *gradient, float *mean, float *square, float *weight);

} // namespace acini
