/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside checkpoint/: how other programs name a network's tensors, one file each.
 *
 * A layout is recognised by one tensor that no other has, and translated name by name into our networks' names.  What
 * is not translated must be known to be needless, or the file is refused: a network with something left out would
 * load and be wrong. */

#include "model/checkpoint/checkpoint.hpp"
#include "model/checkpoint/pattern.hpp"

#include <functional>

namespace acini
{

struct Layout
{
  const char *name;
  const char *description; /* "Hugging Face SegFormer", for the sentence that nothing fits */
  const char *landmark;    /* the tensor it is recognised by, a suffix of its name */
  const char *own_prefix;  /* what may stand before the landmark: "backbone."; "" where nothing does */
  /* @prefix: what stands before the landmark, the own prefix or nothing. */
  Recognised (*translate) (const Tensors &tensors, const std::string &prefix);
};

extern const Layout layout_hf, layout_nv, layout_mmseg, layout_smp, layout_torchvision, layout_fastai, layout_lukemelas,
    layout_timm, layout_torchvision_efficient_net, layout_hf_resnet, layout_hf_efficient_net, layout_nnunet;

/* Calls @translate (name without @prefix, tensor) for each tensor whose name begins with @prefix, and @other for the
 * rest. */
void for_each_tensor (const Tensors &tensors, const std::string &prefix,
                      const std::function<void (const std::string &, const torch::Tensor &)> &translate,
                      const std::function<void (const std::string &, const torch::Tensor &)> &other);

/* The tensor, or ACINI_MODEL_ERROR_SHAPE where it is missing or has another number of dimensions. */
torch::Tensor get_tensor (const Tensors &tensors, const std::string &name, int64_t n_dimensions);

/* How many there are of “@before 0 @behind”, “@before 1 @behind” … */
int64_t count (const Tensors &tensors, const std::string &before, const std::string &behind);

/* @name without @prefix, when it begins with it. */
bool take_prefix (std::string &name, const std::string &prefix);

/* Fills @recognised's architecture from its tensors, which have our SegFormer's names already. */
void describe_segformer (Recognised &recognised);
/* Its encoder's, or that of a composed network; @encoder: what stands before their names. */
void describe_stages (const Tensors &tensors, const std::string &encoder, Architecture &architecture);
/* The same of a composed network, whose names are smp's already, or of an encoder alone. */
void describe_composed (Recognised &recognised);

/* A tensor of NVlabs' MiT, @name, under the name that it has in our networks behind @encoder.  What has no place there
 * keeps its name. */
void translate_mix_transformer (Tensors &result, const std::string &encoder, const std::string &name,
                                const torch::Tensor &tensor);
/* The encoders of segmentation_models_pytorch, without @prefix, which the file has before their names: in our names,
 * with what is theirs alone in the architecture. */
void translate_smp_encoder (Recognised &recognised, const Tensors &encoder, const std::string &prefix);

/* Which family of networks is the most like @tensors, and the first of them that has no place in it: a sentence. */
std::string describe_nearest (const Tensors &tensors);

/* Epsilons and the like, which no tensor tells, to and from a safetensors file's metadata. */
void write_architecture (const Architecture &architecture, Metadata &metadata);
void read_architecture (const Metadata &metadata, Architecture &architecture);

} // namespace acini
