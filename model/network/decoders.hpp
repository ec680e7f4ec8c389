/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside network/: segmentation_models_pytorch's decoders, each of which goes with any encoder of encoders.hpp. */

#include "model/network/families.hpp"

namespace acini
{

/* A module whose parameters have the names that they have there behind "decoder." */
class Decoder : public torch::nn::Module
{
public:
  /* @features: the encoder's five maps, of get_type (); (@height, @width): of the image.  Returns: the maps of the
   * decoder's own, coarsest first; the last one goes into the head. */
  virtual std::vector<torch::Tensor> forward (const std::vector<torch::Tensor> &features, int64_t height, int64_t width)
      = 0;
  /* As in Network. */
  virtual void fold () = 0;
  virtual void accelerate (torch::ScalarType type) = 0;
  virtual void lower (torch::ScalarType type) = 0;
  virtual torch::ScalarType get_type () const = 0;

  int64_t width = 0;     /* channels of the last map */
  int64_t head_side = 3; /* of the head's convolution; what a head of 1 × 1 gives is enlarged to the image's size */
};

/* @encoder: channels of its five maps */
std::shared_ptr<Decoder> make_unet_decoder (const Architecture &architecture, const std::vector<int64_t> &encoder);
std::shared_ptr<Decoder> make_unet_plus_plus_decoder (const Architecture &architecture,
                                                      const std::vector<int64_t> &encoder);
std::shared_ptr<Decoder> make_fpn_decoder (const Architecture &architecture, const std::vector<int64_t> &encoder);
std::shared_ptr<Decoder> make_segformer_decoder (const Architecture &architecture, const std::vector<int64_t> &encoder);

/* Joins the skip connections, upsampled maps first, and convolves twice: a block of U-Net and of U-Net++. */
class DecoderBlock : public torch::nn::Module
{
public:
  DecoderBlock (int64_t from, int64_t skip, int64_t to);
  /* @skip: undefined where there is none; (@height, @width) is the size to upsample @x to. */
  torch::Tensor forward (const torch::Tensor &x, const torch::Tensor &skip, int64_t height, int64_t width);
  void fold ();
  void accelerate (torch::ScalarType type);
  void lower (torch::ScalarType type);
  torch::ScalarType get_type () const;

private:
  const int64_t from; /* channels of what is upsampled */
  ConvNorm conv1, conv2;
};

/* Bilinear with the corners at the corners (align_corners). */
torch::Tensor enlarge_by_corners (const torch::Tensor &x, int64_t height, int64_t width);

} // namespace acini
