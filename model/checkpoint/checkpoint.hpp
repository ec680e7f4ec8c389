/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Checkpoints: containers (what bytes mean tensors), layouts (what names mean a network).  Nothing in a checkpoint is
 * ever executed.  Failures are thrown as acini::Error: _UNREADABLE, _UNSAFE, _LAYOUT, _SHAPE. */

#include "model/checkpoint/stored.hpp"
#include "model/network/network.hpp"

namespace acini
{

/* In the file's order.  Tensors that were read may lie in a read-only mapping of the file: copy before writing. */
using Tensors = torch::OrderedDict<std::string, torch::Tensor>;
struct Checkpoint
{
  std::string container; /* "safetensors", "torch-zip", "torch-legacy", "torchscript" */
  Tensors tensors;       /* of the network: wrappings such as {'state_dict': …} and "module." are taken off */
  Metadata metadata;     /* safetensors only: its __metadata__ */
  Hints hints;
  std::string member, prefix; /* as in StoredCheckpoint */
  bool averaged = false;
  std::vector<std::string> left_over; /* of another network in the file, which was not taken */
};

/* Reads @path, whatever its container is; see read_stored (). */
Checkpoint read_checkpoint (const std::string &path);
Checkpoint make_checkpoint (const StoredCheckpoint &stored);

/* Writes @tensors (any device, any strides) atomically. */
void write_safetensors (const std::string &path, const Tensors &tensors, const Metadata &metadata);

/* A checkpoint whose names are understood. */
struct Recognised
{
  std::string layout;                 /* "hf", "mmseg", "nv", "smp", "torchvision", "efficientnet", "fastai",
                                       * "nnunet", "acini" */
  std::string prefix;                 /* what stood before every name in the file, "model." */
  std::vector<std::string> questions; /* what the file does not tell, and what was taken for it */
  Architecture architecture;
  Tensors tensors;                    /* under the names of our networks; all of them, with the right shapes */
  bool encoder_only = false;          /* decoder and head are not there (ImageNet weights): a start for training */
  std::vector<std::string> left_over; /* tensors that are known to belong to something else than the network */
};

/* What a network got from a file: names of ours. */
struct LoadReport
{
  std::vector<std::string> matched, missing; /* what is missing keeps its random initial weights */
  std::vector<std::string> left_over;        /* the file's own names */

  /* "280 of 282 tensors matched; missing: …; left over: …" */
  std::string to_text () const;
};

/* Throws ACINI_MODEL_ERROR_LAYOUT, naming the nearest family and the first tensor that has no place in it, or _SHAPE,
 * naming the tensor.  @numerics: as in LoadSettings. */
Recognised recognise (const Checkpoint &checkpoint, const std::string &numerics = "");

/* A network from disk. */
struct LoadedNetwork
{
  std::shared_ptr<Network> network; /* float32 on the CPU, eval mode */
  std::string container, layout;
  Metadata metadata;
  LoadReport report;
  std::vector<std::string> questions;
  AciniCard *
  get_card () const
  {
    return card.get ();
  }
  std::shared_ptr<AciniCard> card; /* never NULL: read, or made from what the checkpoint tells */
};

struct LoadSettings
{
  /* 0: as in the checkpoint.  Else a network of that many classes: where the checkpoint has another number, or no head
   * at all, what does not fit keeps its random initial weights. */
  int64_t classes = 0;
  /* The same for a checkpoint that holds an encoder alone, where @classes is 0.  0: such a one is an error */
  int64_t encoder_classes = 0;
  /* Of such a one, whose decoder it gets: the name of an architecture with that encoder ("fpn-resnet34"); "": U-Net's,
   * SegFormer's own for MiT.  _INPUT where the encoder is another. */
  std::string encoder_architecture;
  /* NULL, or changes the architecture's drop rates before the network is made. */
  void (*adjust) (Architecture &architecture, void *user_data) = nullptr;
  void *user_data = nullptr;
  std::string numerics; /* overrules what the file tells or is taken for, see set_numerics () */
  /* A TorchScript file whose weights are of no network that Acini knows may be run as the program it is. */
  bool allow_program = false;
};

/* The file that holds the weights of @path: itself, or, of a folder, model.safetensors, pytorch_model.bin or the index
 * of either in parts. */
std::string find_weights (const std::string &path);

/* Where the card of these weights is looked for: model.json beside model.safetensors, else a file of the weights' name
 * with .json behind it. */
std::string get_card_path (const std::string &weights);
/* Returns: NULL where there is none; throws what acini_card_load () says of a damaged one. */
std::shared_ptr<AciniCard> find_card (const std::string &weights);

/* Copies what fits into @network; throws _SHAPE for what does not, unless it may stay as it is (@encoder_only, and with
 * @other_classes the layer whose size is the number of classes). */
LoadReport fill_network (Network &network, const Recognised &recognised, bool encoder_only, bool other_classes);

/* @path: a file, or a folder with weights and perhaps a card, or Hugging Face's.  Unless the settings say
 * how many classes it gets, an encoder alone is an error (_LAYOUT). */
LoadedNetwork load_network (const std::string &path, const LoadSettings &settings = {});

/* The network's own names; @half: floating-point weights as 16-bit floats (BatchNorm's statistics too).  Epsilons and
 * what else the tensors do not tell goes into __metadata__, together with @metadata: reading back is exact. */
void save_network (const std::string &path, const Network &network, bool half, const Metadata &metadata = {});

/* The state of a module by name: parameters and buffers, in torch's order; they share memory with it. */
Tensors get_state (const torch::nn::Module &module);
/* Copies @tensors into @network; every parameter and buffer must be there, with its shape (_SHAPE). */
void set_state (torch::nn::Module &module, const Tensors &tensors);

} // namespace acini
