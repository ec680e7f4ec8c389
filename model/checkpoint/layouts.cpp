/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/layouts.hpp"

#include <cstring>

namespace acini
{

static const Layout *const layouts[] = { &layout_smp,         &layout_hf,
                                         &layout_nv,          &layout_mmseg,
                                         &layout_fastai,      &layout_nnunet,
                                         &layout_torchvision, &layout_lukemelas,
                                         &layout_timm,        &layout_torchvision_efficient_net,
                                         &layout_hf_resnet,   &layout_hf_efficient_net };

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
          (int)tensor->dim (), (int)n_dimensions);
  return *tensor;
}

int64_t
count (const Tensors &tensors, const std::string &before, const std::string &behind)
{
  int64_t n = 0;

  while (tensors.contains (before + std::to_string (n) + behind))
    n++;
  return n;
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

/* What stands before the network in a larger one, "net." of "net.backbone.", is taken off; what has no such name
 * belongs to something else.  Returns: whether there is such a word. */
static bool
take_root (const Tensors &tensors, const std::string &root, Tensors &network, std::vector<std::string> &left_over)
{
  if (root.empty ())
    return false;
  for (const auto &item : tensors)
    {
      std::string name = item.key ();

      if (take_prefix (name, root) && !name.empty ())
        network.insert (name, item.value ());
      else
        left_over.push_back (name);
    }
  return true;
}

/* To train from an encoder would drop what was trained of the rest.  Whatever else has convolutions is a decoder. */
static void
check_alone (const Layout &layout, const Tensors &tensors, const std::vector<std::string> &left_over)
{
  for (const std::string &name : left_over)
    if (const torch::Tensor *tensor = tensors.find (name); tensor != nullptr && tensor->dim () == 4)
      fail (
          ACINI_MODEL_ERROR_SHAPE,
          "This is %s within a network whose decoder Acini does not know: “%s” is the first tensor without a place. Of "
          "segmentation_models_pytorch it knows Unet, UnetPlusPlus, FPN and Segformer",
          layout.description, name.c_str ());
}

/* What neither names nor shapes tell: what is usual, unless somebody says so, the later the more precisely. */
static void
read_numerics (const Checkpoint &checkpoint, const std::string &numerics, Recognised &recognised)
{
  Architecture &a = recognised.architecture;
  const bool grouped = a.family == Family::SegFormer && a.norm == NormKind::Group,
             told = a.family == Family::PlainUnet && !checkpoint.hints.numerics.empty ();

  if (checkpoint.metadata.count ("acini.numerics") > 0 || !numerics.empty () || told)
    recognised.questions.clear ();
  else if (grouped && checkpoint.hints.norm_groups == 0 && checkpoint.metadata.count ("acini.norm_groups") == 0)
    recognised.questions.push_back ("norm_groups=" + std::to_string (a.norm_groups)
                                    + " was taken, which no tensor tells");
  if (grouped && checkpoint.hints.norm_groups > 0)
    a.norm_groups = checkpoint.hints.norm_groups;
  if (told)
    set_numerics (a, checkpoint.hints.numerics);
  read_architecture (checkpoint.metadata, a);
  set_numerics (a, numerics);
}

/* The network in @layout; throws _LAYOUT or _SHAPE where it is none. */
static Recognised
translate (const Layout &layout, const Checkpoint &checkpoint, const std::string &landmark, const std::string &numerics)
{
  const std::string before = landmark.substr (0, landmark.size () - std::string (layout.landmark).size ());
  std::string own = layout.own_prefix;
  Tensors network;
  std::vector<std::string> left_over;

  /* "segformer.encoder.", or as much of it as is there. */
  while (!own.empty ()
         && (before.size () < own.size () || before.compare (before.size () - own.size (), own.size (), own) != 0))
    own.erase (0, own.find ('.') + 1);
  const std::string root = before.substr (0, before.size () - own.size ());
  const bool has_root = take_root (checkpoint.tensors, root, network, left_over);
  Recognised recognised = layout.translate (has_root ? network : checkpoint.tensors, own);
  if (recognised.encoder_only)
    check_alone (layout, checkpoint.tensors, left_over);
  recognised.prefix = checkpoint.prefix + root;
  recognised.left_over.insert (recognised.left_over.end (), left_over.begin (), left_over.end ());
  recognised.left_over.insert (recognised.left_over.end (), checkpoint.left_over.begin (), checkpoint.left_over.end ());
  if (recognised.layout.empty ())
    recognised.layout = layout.name;
  read_numerics (checkpoint, numerics, recognised);
  if (const auto from = checkpoint.metadata.find ("acini.layout"); from != checkpoint.metadata.end ())
    recognised.layout = from->second;
  return recognised;
}

Recognised
recognise (const Checkpoint &checkpoint, const std::string &numerics)
{
  std::string tried;

  for (const Layout *layout : layouts)
    {
      tried += std::string (tried.empty () ? "" : "; ") + layout->description + ": ";
      const std::string *landmark = find_landmark (checkpoint.tensors, layout->landmark);
      if (landmark == nullptr)
        {
          tried += std::string ("there is no “") + layout->landmark + "”";
          continue;
        }
      try
        {
          return translate (*layout, checkpoint, *landmark, numerics);
        }
      catch (const Error &error)
        {
          /* Of a network that is known, what is wrong with it says more than what it is not. */
          if (error.code == ACINI_MODEL_ERROR_SHAPE && strstr (error.what (), "nearest") == nullptr)
            fail (error.code, "The nearest family that Acini knows is %s, but it does not fit: %s", layout->description,
                  error.what ());
          if (error.code != ACINI_MODEL_ERROR_LAYOUT)
            throw;
          tried += error.what ();
        }
    }
  fail (ACINI_MODEL_ERROR_LAYOUT, "This network is of no kind that Acini knows: %s. Tried: %s",
        describe_nearest (checkpoint.tensors).c_str (), tried.c_str ());
}

} // namespace acini
