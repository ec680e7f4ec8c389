/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two networks in one file: the averaged one is the better, and the other is said to be left. */

#include "model/checkpoint/containers.hpp"

#include <algorithm>
#include <set>

namespace acini
{

namespace
{

bool
begins_with (const std::string &name, const std::string &prefix)
{
  return name.size () > prefix.size () && name.compare (0, prefix.size (), prefix) == 0;
}

/* What stands behind @prefix in the names of @tensors. */
std::set<std::string>
get_rest (const std::vector<StoredTensor> &tensors, const std::string &prefix)
{
  std::set<std::string> rest;

  for (const StoredTensor &tensor : tensors)
    if (begins_with (tensor.name, prefix))
      rest.insert (tensor.name.substr (prefix.size ()));
  return rest;
}

/* "teacher.encoder…" beside "student.encoder…": what has the same names behind another word is the same network. */
void
take_twin (StoredCheckpoint &checkpoint, const std::string &averaged, const std::string &plain)
{
  const std::set<std::string> twin = get_rest (checkpoint.tensors, averaged);
  std::vector<StoredTensor> kept;

  if (twin.empty () || get_rest (checkpoint.tensors, plain) != twin)
    return;
  for (StoredTensor &tensor : checkpoint.tensors)
    if (!begins_with (tensor.name, plain))
      kept.push_back (std::move (tensor));
    else
      checkpoint.left_over.push_back (tensor.name);
  checkpoint.tensors = std::move (kept);
  checkpoint.averaged = true;
}

/* mmcv's hook keeps a second set of weights, "ema_backbone_norm_weight" beside "backbone.norm.weight".  It exchanges
 * the two before an epoch's file is written, so that the plain names have the average. */
void
take_hook (StoredCheckpoint &checkpoint)
{
  std::map<std::string, const StoredTensor *> plain;
  std::vector<StoredTensor> kept;

  for (const StoredTensor &tensor : checkpoint.tensors)
    {
      std::string key = "ema_" + tensor.name;

      std::replace (key.begin (), key.end (), '.', '_');
      plain[key] = &tensor;
    }
  const auto is_twin = [&] (const StoredTensor &tensor) {
    const auto found = plain.find (tensor.name);

    return found != plain.end () && found->second != &tensor && found->second->shape == tensor.shape;
  };
  for (const StoredTensor &tensor : checkpoint.tensors)
    if (is_twin (tensor))
      checkpoint.left_over.push_back (tensor.name);
    else
      kept.push_back (tensor);
  if (kept.size () == checkpoint.tensors.size ())
    return;
  checkpoint.tensors = std::move (kept);
  checkpoint.averaged = true;
}

} // namespace

void
take_averaged (StoredCheckpoint &checkpoint)
{
  const std::pair<const char *, const char *> twins[] = { { "teacher.", "student." },
                                                          { "model_ema.module.", "model." },
                                                          { "model_ema.", "model." },
                                                          { "ema_model.", "model." },
                                                          { "ema.", "model." } };

  take_hook (checkpoint);
  for (const auto &[averaged, plain] : twins)
    take_twin (checkpoint, averaged, plain);
  /* torch's AveragedModel */
  for (const StoredTensor &tensor : checkpoint.tensors)
    if (tensor.name == "n_averaged")
      checkpoint.averaged = true;
}

} // namespace acini
