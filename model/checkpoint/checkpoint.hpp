/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Checkpoints: containers (what bytes mean tensors), layouts (what names mean a network).  Nothing in a checkpoint is
 * ever executed.  Failures are thrown as acini::Error: _UNREADABLE, _UNSAFE, _LAYOUT, _SHAPE. */

#include "model/network/network.hpp"

#include <map>

namespace acini
{

/* In the file's order.  Tensors that were read may lie in a read-only mapping of the file: copy before writing. */
using Tensors = torch::OrderedDict<std::string, torch::Tensor>;
using Metadata = std::map<std::string, std::string>;

struct Checkpoint
{
  std::string container; /* "safetensors", "torch-zip", "torch-legacy" */
  Tensors tensors;       /* of the network: wrappings such as {'state_dict': …} and "module." are taken off */
  Metadata metadata;     /* safetensors only: its __metadata__ */
};

/* Reads @path, whatever its container is; the content decides, not the name. */
Checkpoint read_checkpoint (const std::string &path);

/* Writes @tensors (any device, any strides) atomically. */
void write_safetensors (const std::string &path, const Tensors &tensors, const Metadata &metadata);

/* A checkpoint whose names are understood. */
struct Recognised
{
  std::string layout; /* "hf", "mmseg", "nv", "smp", "torchvision", "fastai", "acini" */
  Architecture architecture;
  Tensors tensors;           /* under the names of our networks; all of them, with the right shapes */
  bool encoder_only = false; /* decoder and head are not there (ImageNet weights): a start for training */
};

/* Throws ACINI_MODEL_ERROR_LAYOUT, saying what was tried, or _SHAPE, naming the tensor. */
Recognised recognise (const Checkpoint &checkpoint);

/* A network from disk. */
struct LoadedNetwork
{
  std::shared_ptr<Network> network; /* float32 on the CPU, eval mode */
  std::string container, layout;
  Metadata metadata;
  AciniCard *get_card () const { return card.get (); }
  std::shared_ptr<AciniCard> card; /* never NULL: read, or made from what the checkpoint tells */
};

struct LoadSettings
{
  /* 0: as in the checkpoint.  Else a network of that many classes: where the checkpoint has another number, or no head
   * at all, what does not fit keeps its random initial weights. */
  int64_t classes = 0;
  /* NULL, or changes the architecture's drop rates before the network is made. */
  void (*adjust) (Architecture &architecture, void *user_data) = nullptr;
  void *user_data = nullptr;
};

/* @path: a file, or a folder with model.safetensors and model.json.  Without @settings.classes an encoder alone is an
 * error (_LAYOUT). */
LoadedNetwork load_network (const std::string &path, const LoadSettings &settings = {});

/* The network's own names; @half: floating-point weights as 16-bit floats (BatchNorm's statistics too).  Epsilons and
 * what else the tensors do not tell goes into __metadata__, together with @metadata: reading back is exact. */
void save_network (const std::string &path, const Network &network, bool half, const Metadata &metadata = {});

/* The state of a module by name: parameters and buffers, in torch's order; they share memory with it. */
Tensors get_state (const torch::nn::Module &module);
/* Copies @tensors into @network; every parameter and buffer must be there, with its shape (_SHAPE). */
void set_state (torch::nn::Module &module, const Tensors &tensors);

} // namespace acini
