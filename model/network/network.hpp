/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What networks are made of.  A network is a torch module whose parameters carry the key names of Hugging Face
 * (SegFormer), segmentation_models_pytorch (U-Net) or fastai (DynamicUnet); names of other layouts are translated when
 * a checkpoint is read, see checkpoint/checkpoint.hpp. */

#include "model/base/error.hpp"

#include "model/base/torch.hpp"

#include <memory>
#include <string>
#include <vector>

namespace acini
{

enum class Family
{
  SegFormer,
  UNet,        /* segmentation_models_pytorch's, ResNet-34 */
  DynamicUnet, /* fastai's, ResNet-34 */
  Script,      /* a TorchScript program, of which nothing else is known: for inference alone */
};

enum class HeadKind
{
  HuggingFace,    /* a linear layer per stage; NVlabs' is the same */
  MMSegmentation, /* convolution, BatchNorm and ReLU per stage: another network */
};

/* What stands behind the head's convolutions. */
enum class NormKind
{
  Batch, /* also SyncBatchNorm, which is the same outside of training on several devices */
  Group, /* trains with one image at a time */
};

/* LayerNorm's epsilon differs between layers and implementations, and a wrong one changes the masks. */
struct Epsilons
{
  double patch = 1e-5;     /* behind a patch embedding */
  double block = 1e-5;     /* the two of a block */
  double reduction = 1e-5; /* behind the convolution that shortens keys and values */
  double stage = 1e-5;     /* behind a stage */
};

struct Architecture
{
  Family family = Family::SegFormer;
  int64_t classes = 2; /* channels of the logits, background included */

  /* SegFormer only; one number a stage. */
  std::vector<int64_t> widths, depths, heads, reductions, expansions; /* expansions: the MLP's inner width / width */
  int64_t decoder_width = 256;
  HeadKind head = HeadKind::HuggingFace;
  NormKind norm = NormKind::Batch;
  int64_t norm_groups = 32; /* NormKind::Group */
  Epsilons eps;

  /* They act in training alone. */
  double drop_path = 0.1; /* of the last block; the others in proportion */
  double dropout = 0;     /* behind the attention's projection and in the MLP */
  double attention_dropout = 0;
  double head_dropout = 0.1;

  /* "segformer-b0" … "segformer-b5", "segformer" (other sizes), "unet-resnet34", "unet-resnet34-fastai",
   * "torchscript". */
  std::string get_name () const;
  /* By such a name, with Hugging Face's epsilons; throws ACINI_MODEL_ERROR_LAYOUT for an unknown one. */
  static Architecture from_name (const std::string &name, int64_t classes);
};

class Network : public torch::nn::Module
{
public:
  explicit Network (Architecture architecture) : architecture (std::move (architecture)) {}

  /* @x: float NCHW, normalised.  Returns: logits at the network's own output size, a quarter of the input for
   * SegFormer (rounded up), the input's for both U-Nets. */
  virtual torch::Tensor forward (torch::Tensor x) = 0;
  /* Feature maps of the encoder, finest first (SegFormer: strides 4 … 32; U-Net: 2 … 32). */
  virtual std::vector<torch::Tensor> encode (torch::Tensor x) = 0;
  /* Feature maps of the decoder, coarsest first, where it has some of its own (a U-Net's blocks, strides 16 … 1). */
  virtual std::vector<torch::Tensor>
  decode (torch::Tensor x)
  {
    return {};
  }
  /* For inference alone, in eval mode: merges BatchNorm into the convolution before it and the layers that are linear
   * in a row, so that the same numbers cost less.  The network cannot be trained or saved afterwards. */
  virtual void fold () = 0;
  /* For inference on a CPU, after fold () and before lower () to @type: prepares what computes the same with
   * fewer operations or fewer detours through memory, where this processor gains by it. */
  virtual void
  accelerate (torch::ScalarType type)
  {
  }
  /* For inference, after fold (): casts to @type what may be computed in it without masks showing it.  Pixels and
   * logits stay float32. */
  virtual void lower (torch::ScalarType type) = 0;
  /* Parameters of the decoder and the head start their names with this; the rest is the encoder. */
  bool is_encoder_key (const std::string &key) const;

  const Architecture architecture;
};

/* A network with random weights, as its first implementation initialises them (torch's own generator), in train mode,
 * float32 on the CPU. */
std::shared_ptr<Network> make_network (const Architecture &architecture);

} // namespace acini
