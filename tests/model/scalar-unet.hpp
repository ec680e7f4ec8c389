/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* nnU-Net's plain U-Net once more, number by number in double precision as its paper and its layers' documentation say,
 * from tensors under nnU-Net's names: what Acini's is compared with. */

#include "model/checkpoint/checkpoint.hpp"

#include <cmath>

namespace scalar
{

struct Map
{
  int64_t channels, height, width;
  std::vector<double> values;

  Map (int64_t channels, int64_t height, int64_t width)
      : channels (channels), height (height), width (width), values (channels * height * width)
  {
  }

  double &
  at (int64_t c, int64_t y, int64_t x)
  {
    return values[(c * height + y) * width + x];
  }
};

/* A convolution of @side × @side around each @stride-th pixel, zeros beyond the edge. */
inline Map
convolve (Map &x, const torch::Tensor &weight, const torch::Tensor &bias, int64_t side, int64_t stride)
{
  Map y (weight.size (0), (x.height + stride - 1) / stride, (x.width + stride - 1) / stride);
  const float *w = weight.const_data_ptr<float> ();

  for (int64_t o = 0; o < y.channels; o++)
    for (int64_t i = 0; i < y.height; i++)
      for (int64_t j = 0; j < y.width; j++)
        {
          double sum = bias.const_data_ptr<float> ()[o];

          for (int64_t c = 0; c < x.channels; c++)
            for (int64_t k = 0; k < side * side; k++)
              {
                const int64_t row = i * stride + k / side - side / 2, column = j * stride + k % side - side / 2;

                if (row >= 0 && row < x.height && column >= 0 && column < x.width)
                  sum += w[(o * x.channels + c) * side * side + k] * x.at (c, row, column);
              }
          y.at (o, i, j) = sum;
        }
  return y;
}

/* Each pixel becomes a square of @side × @side. */
inline Map
enlarge (Map &x, const torch::Tensor &weight, const torch::Tensor &bias, int64_t side)
{
  Map y (weight.size (1), x.height * side, x.width * side);
  const float *w = weight.const_data_ptr<float> ();

  for (int64_t o = 0; o < y.channels; o++)
    for (int64_t i = 0; i < y.height; i++)
      for (int64_t j = 0; j < y.width; j++)
        {
          double sum = bias.const_data_ptr<float> ()[o];

          for (int64_t c = 0; c < x.channels; c++)
            sum += w[((c * y.channels + o) * side + i % side) * side + j % side] * x.at (c, i / side, j / side);
          y.at (o, i, j) = sum;
        }
  return y;
}

/* Of each channel; @eps as in InstanceNorm2d. */
inline void
standardise (Map &x, int64_t channel, double eps, double gain, double offset)
{
  const int64_t n = x.height * x.width;
  double *values = x.values.data () + channel * n, mean = 0, variance = 0;

  for (int64_t i = 0; i < n; i++)
    mean += values[i] / n;
  for (int64_t i = 0; i < n; i++)
    variance += (values[i] - mean) * (values[i] - mean) / n;
  for (int64_t i = 0; i < n; i++)
    values[i] = (values[i] - mean) / std::sqrt (variance + eps) * gain + offset;
}

struct Unet
{
  acini::Tensors tensors;
  std::vector<int64_t> strides, depths, decoder_depths;
  double slope;

  void
  pass (Map &x, const std::string &stack, int64_t depth, int64_t stride) const
  {
    for (int64_t i = 0; i < depth; i++)
      {
        const std::string layer = stack + "convs." + std::to_string (i) + ".";

        x = convolve (x, tensors[layer + "conv.weight"], tensors[layer + "conv.bias"], 3, i == 0 ? stride : 1);
        for (int64_t c = 0; c < x.channels; c++)
          standardise (x, c, 1e-5, tensors[layer + "norm.weight"][c].item<double> (),
                       tensors[layer + "norm.bias"][c].item<double> ());
        for (double &value : x.values)
          value = value > 0 ? value : slope * value;
      }
  }

  /* @image: [1, 3, H, W], H and W multiples of all strides together.  Returns: logits */
  torch::Tensor
  operator() (const torch::Tensor &image) const
  {
    const size_t n = strides.size ();
    const torch::Tensor pixels = image.contiguous ();
    Map x (3, image.size (2), image.size (3));
    std::vector<Map> skips;

    std::copy_n (pixels.const_data_ptr<float> (), x.values.size (), x.values.begin ());
    for (size_t i = 0; i < n; i++)
      {
        pass (x, "encoder.stages." + std::to_string (i) + ".0.", depths[i], strides[i]);
        skips.push_back (x);
      }
    for (size_t i = 0; i + 1 < n; i++)
      {
        const std::string name = std::to_string (i);
        const Map &skip = skips[n - 2 - i];

        x = enlarge (x, tensors["decoder.transpconvs." + name + ".weight"],
                     tensors["decoder.transpconvs." + name + ".bias"], strides[n - 1 - i]);
        x.values.insert (x.values.end (), skip.values.begin (), skip.values.end ());
        x.channels += skip.channels;
        pass (x, "decoder.stages." + name + ".", decoder_depths[i], 1);
      }
    const std::string head = "decoder.seg_layers." + std::to_string (n - 2) + ".";
    x = convolve (x, tensors[head + "weight"], tensors[head + "bias"], 1, 1);
    return torch::from_blob (x.values.data (), { 1, x.channels, x.height, x.width }, torch::kDouble).to (torch::kFloat);
  }
};

} // namespace scalar
