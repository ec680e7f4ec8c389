/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What networks are made of.  A network is a torch module whose parameters carry the key names of Hugging Face
 * (SegFormer), segmentation_models_pytorch (an encoder and a decoder; MiT's names are Hugging Face's and EfficientNet's
 * timm's there) or fastai (DynamicUnet); names of other layouts are translated when a checkpoint is read, see
 * checkpoint/checkpoint.hpp. */

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
  Composed,    /* segmentation_models_pytorch's: any encoder with any decoder */
  DynamicUnet, /* fastai's, ResNet-34 */
  PlainUnet,   /* nnU-Net's, two-dimensional, without residual connections */
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

enum class EncoderKind
{
  ResNet, /* with basic blocks, bottlenecks, groups, squeeze and excitation */
  MiT,    /* SegFormer's */
  EfficientNet,
};

enum class DecoderKind
{
  Unet,
  UnetPlusPlus,
  Fpn,
  Segformer,
};

/* What a convolution with a stride has around its map. */
enum class Padding
{
  Symmetric,  /* half of the kernel on each side */
  Same,       /* TensorFlow's: what the map's size needs, the odd one right and below */
  StaticSame, /* the same of the size that the variant was published for, whatever the map's size is */
};

/* An encoder of Family::Composed; its stages are in the architecture's widths and depths. */
struct EncoderSpec
{
  EncoderKind kind = EncoderKind::ResNet;
  int64_t stem = 64; /* channels of the first convolution */

  /* ResNet */
  std::vector<int64_t> inner; /* of each stage: channels of the 3 × 3 convolution */
  bool bottleneck = false;    /* blocks of three convolutions; else of two */
  int64_t groups = 1;
  int64_t squeeze = 0; /* squeeze and excitation to that share of a block's width, 1 / squeeze; 0: none */

  /* EfficientNet; what of it differs from one program to the other. */
  bool early_level = false; /* the map at half size is the first stage's, not the stem's */
  Padding padding = Padding::Symmetric;
  int64_t nominal = 224;             /* StaticSame: side of the images that the variant was published for */
  double eps = 1e-5, momentum = 0.1; /* of its BatchNorms */
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

  /* One number a stage of the encoder.  The last three are SegFormer's and MiT's; expansions: the MLP's inner width /
   * width */
  std::vector<int64_t> widths, depths, heads, reductions, expansions;
  int64_t decoder_width = 256;
  HeadKind head = HeadKind::HuggingFace;
  NormKind norm = NormKind::Batch;
  int64_t norm_groups = 32; /* NormKind::Group */
  Epsilons eps;

  /* Family::Composed */
  EncoderSpec encoder;
  DecoderKind decoder = DecoderKind::Unet;
  /* Channels: of the blocks, coarsest first (Unet, UnetPlusPlus), of the pyramid and of its blocks (Fpn), of all maps
   * (Segformer). */
  std::vector<int64_t> decoder_widths;
  bool joins = false; /* Fpn: the four maps are joined, not added */

  /* Family::PlainUnet: its stages are in @widths and @depths (convolutions), both from the finest one on */
  std::vector<int64_t> strides;        /* of each stage's first convolution */
  std::vector<int64_t> decoder_depths; /* coarsest first */
  bool standardise = true;             /* each colour of a picture gets mean 0 and deviation 1 first */
  double slope = 0.01;                 /* LeakyReLU's below 0 */

  /* They act in training alone. */
  double drop_path = 0.1; /* of the last block; the others in proportion */
  double dropout = 0;     /* behind the attention's projection and in the MLP */
  double attention_dropout = 0;
  double head_dropout = 0.1;

  /* "segformer-b0" … "segformer-b5", "segformer" (other sizes), "unet-resnet34-fastai", "nnunet-2d", "torchscript", and
   * of composed ones the names of the decoder and, as in segmentation_models_pytorch, of the encoder: "unet-resnet34",
   * "fpn-se_resnext50_32x4d", "unetplusplus-timm-efficientnet-b3", "segformer-mit_b0". */
  std::string get_name () const;
  /* By such a name, with Hugging Face's epsilons (and nnU-Net's sizes for pictures of 512²); throws
   * ACINI_MODEL_ERROR_LAYOUT for an unknown one. */
  static Architecture from_name (const std::string &name, int64_t classes);
};

class Network : public torch::nn::Module
{
public:
  explicit Network (Architecture architecture) : architecture (std::move (architecture)) {}

  /* @x: float NCHW, normalised.  Returns: logits at the network's own output size, a quarter of the input for
   * SegFormer (rounded up), the input's for all others. */
  virtual torch::Tensor forward (torch::Tensor x) = 0;
  /* Of two classes: the second one's logits less the first one's, all that probabilities depend on.  [N, 1, H, W] */
  virtual torch::Tensor
  contrast (torch::Tensor x)
  {
    const torch::Tensor logits = forward (x);

    return logits.slice (1, 1, 2) - logits.slice (1, 0, 1);
  }
  /* Feature maps of the encoder, finest first (SegFormer: strides 4 … 32; others: 2 … 32, where MiT's first
   * has no channels). */
  virtual std::vector<torch::Tensor> encode (torch::Tensor x) = 0;
  /* Feature maps of the decoder, coarsest first, where it has some of its own (a U-Net's blocks, strides 16 … 1;
   * other decoders: the map before the last convolution). */
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

/* What neither a tensor's name nor its shape tells: "padding=same eps=0.001 …", those that this architecture has. Other
 * programs differ in them, so a file that Acini writes holds them, and the card, and whoever knows better may set them.
 */
std::string get_numerics (const Architecture &architecture);
/* The same of an EfficientNet in the program of that name: "efficientnet" (efficientnet_pytorch), "timm-efficientnet",
 * "tu-efficientnet", "tu-tf_efficientnet", with or without the variant.  Returns: whether it is known. */
bool set_flavour (Architecture &architecture, const std::string &name);
/* @text: some of them, separated by spaces or commas; encoder=NAME is a flavour.  Throws ACINI_MODEL_ERROR_INPUT for
 * what is none of this architecture's. */
void set_numerics (Architecture &architecture, const std::string &text);

/* A network with random weights, as its first implementation initialises them (torch's own generator), in train mode,
 * float32 on the CPU. */
std::shared_ptr<Network> make_network (const Architecture &architecture);

} // namespace acini
