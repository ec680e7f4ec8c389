/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks from and to disk. */

#include "model/checkpoint/layouts.hpp"

#include <algorithm>
#include <sstream>

namespace acini
{

namespace
{

std::string
to_text (c10::IntArrayRef shape)
{
  std::ostringstream text;

  text << shape;
  return text.str ();
}

bool
ends_with (const std::string &text, const std::string &end)
{
  return text.size () >= end.size () && text.compare (text.size () - end.size (), end.size (), end) == 0;
}

/* Copies what fits.  @may_stay: whether a tensor may keep the value it has, when the file has none of its shape. */
void
fill (const torch::nn::Module &module, const Tensors &tensors,
      const std::function<bool (const std::string &)> &may_stay)
{
  torch::NoGradGuard no_grad;
  const Tensors state = get_state (module);

  for (const auto &item : state)
    {
      const torch::Tensor *source = tensors.find (item.key ());
      torch::Tensor target = item.value ();

      if (source != nullptr && source->sizes () == target.sizes ())
        target.copy_ (*source);
      else if (may_stay (item.key ()))
        continue;
      else if (source == nullptr)
        fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” is missing", item.key ().c_str ());
      else
        fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” has the shape %s; the network needs %s", item.key ().c_str (),
              to_text (source->sizes ()).c_str (), to_text (target.sizes ()).c_str ());
    }
  for (const auto &item : tensors)
    if (!state.contains (item.key ()))
      fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” has no place in this network", item.key ().c_str ());
}

/* Counted for nothing that a network computes, and absent from old files. */
bool
is_counter (const std::string &key)
{
  return ends_with (key, ".num_batches_tracked");
}

/* The layer whose size is the number of classes. */
bool
is_classifier (const std::string &key)
{
  const char *const layers[]
      = { "decode_head.classifier.", "decode_head.conv_seg.", "segmentation_head.0.", "layers.12.0." };

  return std::any_of (std::begin (layers), std::end (layers),
                      [&] (const char *layer) { return key.rfind (layer, 0) == 0; });
}

std::shared_ptr<AciniCard>
share (AciniCard *card)
{
  return std::shared_ptr<AciniCard> (card, acini_card_free);
}

/* A card for a network that came without one. */
std::shared_ptr<AciniCard>
make_card (const std::string &path, const Recognised &recognised, int64_t classes)
{
  auto card = share (acini_card_new ());
  g_autofree char *base = g_path_get_basename (path.c_str ());
  g_autofree char *shown = g_filename_display_name (base);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (char *dot = strrchr (shown, '.'); dot != nullptr && dot != shown)
    *dot = '\0';
  g_free (card->name);
  card->name = g_strdup (shown);
  g_free (card->id);
  card->id = g_strcanon (g_str_to_ascii (shown, "C"), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '-');
  g_free (card->architecture);
  card->architecture = g_strdup (recognised.architecture.get_name ().c_str ());
  g_free (card->layout);
  card->layout = g_strdup (recognised.layout.c_str ());
  /* One channel cannot hold a background beside what it shows. */
  g_free (card->activation);
  card->activation = g_strdup (classes == 1 ? "sigmoid" : "softmax");
  if (classes > 1)
    g_strv_builder_add (names, "background");
  for (int64_t i = classes > 1 ? 1 : 0; i < classes; i++)
    {
      g_autofree char *name = classes <= 2 ? g_strdup ("FTU") : g_strdup_printf ("class %d", (int) i);

      g_strv_builder_add (names, name);
    }
  g_strfreev (card->classes);
  card->classes = g_strv_builder_end (names);
  return card;
}

/* The card beside the weights, or NULL. */
std::shared_ptr<AciniCard>
find_card (const std::string &weights)
{
  g_autofree char *base = g_path_get_basename (weights.c_str ());
  g_autofree char *folder = g_path_get_dirname (weights.c_str ());
  g_autofree char *path = g_build_filename (folder, "model.json", nullptr);
  GError *error = nullptr;

  if (g_strcmp0 (base, "model.safetensors") != 0 || !g_file_test (path, G_FILE_TEST_EXISTS))
    return nullptr;
  AciniCard *card = acini_card_load (path, &error);
  if (card == nullptr)
    throw ForeignError (error);
  return share (card);
}

} // namespace

Tensors
get_state (const torch::nn::Module &module)
{
  Tensors state;

  for (const auto &item : module.named_parameters ())
    state.insert (item.key (), item.value ());
  for (const auto &item : module.named_buffers ())
    state.insert (item.key (), item.value ());
  return state;
}

void
set_state (torch::nn::Module &module, const Tensors &tensors)
{
  fill (module, tensors, is_counter);
}

LoadedNetwork
load_network (const std::string &path, const LoadSettings &settings)
{
  g_autofree char *in_folder = g_build_filename (path.c_str (), "model.safetensors", nullptr);
  const bool is_folder = g_file_test (path.c_str (), G_FILE_TEST_IS_DIR);
  const std::string weights = is_folder ? in_folder : path;
  const Checkpoint checkpoint = read_checkpoint (weights);
  const Recognised recognised = recognise (checkpoint);
  Architecture architecture = recognised.architecture;
  LoadedNetwork loaded;

  if (recognised.encoder_only && settings.classes == 0)
    fail (ACINI_MODEL_ERROR_LAYOUT,
          "This checkpoint holds an encoder alone (%s): it can be trained from, but it cannot segment",
          architecture.get_name ().c_str ());
  if (settings.classes > 0)
    architecture.classes = settings.classes;
  const bool other_classes = architecture.classes != recognised.architecture.classes;
  if (settings.adjust != nullptr)
    settings.adjust (architecture, settings.user_data);
  loaded.network = make_network (architecture);
  const Network &network = *loaded.network;
  fill (network, recognised.tensors,
        [&] (const std::string &key)
        {
          return is_counter (key) || (recognised.encoder_only && !network.is_encoder_key (key))
                 || (other_classes && is_classifier (key));
        });
  loaded.network->eval ();
  loaded.container = checkpoint.container;
  loaded.layout = recognised.layout;
  loaded.metadata = checkpoint.metadata;
  loaded.card = find_card (weights);
  if (loaded.card == nullptr)
    loaded.card = make_card (is_folder ? path : weights, recognised, architecture.classes);
  else if (settings.classes == 0 && (int64_t) g_strv_length (loaded.card->classes) != architecture.classes)
    fail (ACINI_MODEL_ERROR_SHAPE, "The model card names %u classes, but the network has %d",
          g_strv_length (loaded.card->classes), (int) architecture.classes);
  return loaded;
}

void
save_network (const std::string &path, const Network &network, bool half, const Metadata &metadata)
{
  Metadata complete = metadata;
  Tensors tensors;

  complete["format"] = "pt"; /* without it transformers does not read the file */
  write_architecture (network.architecture, complete);
  for (const auto &item : get_state (network))
    tensors.insert (item.key (), half && item.value ().is_floating_point () ? item.value ().to (torch::kHalf)
                                                                           : item.value ());
  write_safetensors (path, tensors, complete);
}

} // namespace acini
