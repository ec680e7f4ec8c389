/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/layouts.hpp"

namespace acini
{

static const Layout *const layouts[]
    = { &layout_hf, &layout_nv, &layout_mmseg, &layout_fastai, &layout_smp, &layout_torchvision };

void
for_each_tensor (const Tensors &tensors, const std::string &prefix,
                 const std::function<void (const std::string &, const torch::Tensor &)> &translate,
                 const std::function<void (const std::string &, const torch::Tensor &)> &other)
{
  for (const auto &item : tensors)
    {
      std::string name = item.key ();

      if (take_prefix (name, prefix))
        translate (name, item.value ());
      else
        other (name, item.value ());
    }
}

torch::Tensor
get_tensor (const Tensors &tensors, const std::string &name, int64_t n_dimensions)
{
  const torch::Tensor *tensor = tensors.find (name);

  if (tensor == nullptr)
    fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” is missing", name.c_str ());
  if (tensor->dim () != n_dimensions)
    fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” has %d dimensions instead of %d", name.c_str (),
          (int) tensor->dim (), (int) n_dimensions);
  return *tensor;
}

bool
take_prefix (std::string &name, const std::string &prefix)
{
  if (name.compare (0, prefix.size (), prefix) != 0)
    return false;
  name.erase (0, prefix.size ());
  return true;
}

/* The name of the tensor that ends as the layout's landmark, at a dot. */
static const std::string *
find_landmark (const Tensors &tensors, const std::string &landmark)
{
  for (const auto &item : tensors)
    {
      const std::string &name = item.key ();

      if (name.size () >= landmark.size ()
          && name.compare (name.size () - landmark.size (), landmark.size (), landmark) == 0
          && (name.size () == landmark.size () || name[name.size () - landmark.size () - 1] == '.'))
        return &name;
    }
  return nullptr;
}

Recognised
recognise (const Checkpoint &checkpoint)
{
  std::string tried;

  for (const Layout *layout : layouts)
    {
      if (const std::string *name = find_landmark (checkpoint.tensors, layout->landmark))
        {
          const std::string prefix = name->substr (0, name->size () - std::string (layout->landmark).size ());
          Recognised recognised = layout->translate (checkpoint.tensors, prefix);

          if (recognised.layout.empty ())
            recognised.layout = layout->name;
          read_architecture (checkpoint.metadata, recognised.architecture);
          if (const auto from = checkpoint.metadata.find ("acini.layout"); from != checkpoint.metadata.end ())
            recognised.layout = from->second;
          return recognised;
        }
      tried += std::string (tried.empty () ? "" : "; ") + layout->description + " has “" + layout->landmark + "”";
    }
  fail (ACINI_MODEL_ERROR_LAYOUT,
        "This network is of no kind that Acini knows (%s); here the first of %zu tensors is “%s”", tried.c_str (),
        checkpoint.tensors.size (), checkpoint.tensors[0].key ().c_str ());
}

} // namespace acini
