/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/pickle-names.hpp"

#include <cstring>
#include <unordered_map>

namespace acini::pickle
{

namespace
{

/* What a name stands for when it is called. */
const std::unordered_map<std::string, Kind> meanings = {
  { "collections.OrderedDict", Kind::Dict },
  { "collections.defaultdict", Kind::Dict },
  { "__builtin__.dict", Kind::Dict },
  { "builtins.dict", Kind::Dict },
  { "__builtin__.set", Kind::List },
  { "builtins.set", Kind::List },
  { "torch._utils._rebuild_tensor", Kind::Tensor },
  { "torch._utils._rebuild_tensor_v2", Kind::Tensor },
  { "torch._utils._rebuild_parameter", Kind::Tensor },
  { "torch._utils._rebuild_parameter_with_state", Kind::Tensor },
  { "torch.nn.parameter.Parameter", Kind::Tensor },
  { "torch.Size", Kind::Tuple },
};

/* Settings that trainers leave beside the weights. */
const char *const constructs[] = {
  "torch.device",
  "torch.float32",
  "torch.float16",
  "torch.bfloat16",
  "torch.float64",
  "torch.int64",
  "torch.int32",
  "torch.uint8",
  "torch.bool",
  "torch.layout",
  "argparse.Namespace",
  "pathlib.PosixPath",
  "pathlib.WindowsPath",
  "datetime.datetime",
  "_codecs.encode",
  "numpy.dtype",
  "numpy.ndarray",
  "numpy.core.multiarray.scalar",
  "numpy.core.multiarray._reconstruct",
  "numpy._core.multiarray.scalar",
  "numpy._core.multiarray._reconstruct",
  "mmengine.logging.history_buffer.HistoryBuffer",
  "pytorch_lightning.utilities.parsing.AttributeDict",
  "lightning.fabric.utilities.data.AttributeDict",
  "lightning_fabric.utilities.data.AttributeDict",
  "fastcore.foundation.L",
  /* A method of what is not looked at, as mmengine's statistics keep. */
  "__builtin__.getattr",
  "builtins.getattr",
};

/* Packages of which trainers leave settings, counters and logs there, under names that change from one version to the
 * next. */
const char *const packages[] = {
  "mmengine.", "mmcv.",  "mmseg.",   "pytorch_lightning.", "lightning.",    "lightning_fabric.", "lightning_utilities.",
  "timm.",     "numpy.", "pathlib.", "omegaconf.",         "torchmetrics.",
};

} // namespace

const Kind *
get_meaning (const std::string &name)
{
  const auto meaning = meanings.find (name);

  return meaning == meanings.end () ? nullptr : &meaning->second;
}

bool
is_construct (const std::string &name)
{
  for (const char *package : packages)
    if (name.compare (0, std::strlen (package), package) == 0)
      return true;
  for (const char *construct : constructs)
    if (name == construct)
      return true;
  return false;
}

} // namespace acini::pickle
