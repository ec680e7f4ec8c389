/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside network/: encoders, each of which goes with any decoder of decoders.hpp. */

#include "model/network/families.hpp"

namespace acini
{

/* A module whose parameters have the names that they have in segmentation_models_pytorch behind "encoder."; MiT's are
 * Hugging Face's, EfficientNet's timm's. */
class Encoder : public torch::nn::Module
{
public:
  /* @x: float NCHW, normalised.  Returns: maps at strides 2, 4, 8, 16, 32 of get_type (), the first one perhaps without
   * channels. */
  virtual std::vector<torch::Tensor> forward (const torch::Tensor &x) = 0;
  /* As in Network. */
  virtual void fold () = 0;
  virtual void accelerate (torch::ScalarType type) = 0;
  virtual void lower (torch::ScalarType type) = 0;
  virtual torch::ScalarType get_type () const = 0;

  /* Channels of the five maps. */
  std::vector<int64_t> widths;
};

/* They throw ACINI_MODEL_ERROR_SHAPE for sizes that do not fit together. */
std::shared_ptr<Encoder> make_resnet (const Architecture &architecture);
std::shared_ptr<Encoder> make_mix_transformer (const Architecture &architecture);
std::shared_ptr<Encoder> make_efficient_net (const Architecture &architecture);

/* "resnet34", "mit_b0" …, as in segmentation_models_pytorch; "resnet", "mit" … for other sizes. */
std::string get_encoder_name (const Architecture &architecture);
/* The other way round: fills the encoder's part of @architecture.  Returns: whether the name is known. */
bool set_encoder (Architecture &architecture, const std::string &name);

} // namespace acini
