/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks from and to disk. */

#include "model/checkpoint/layouts.hpp"
#include "model/network/families.hpp"

#include <cmath>
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

/* A counter that no result depends on, and that old files lack. */
bool
is_counter (const std::string &key)
{
  return ends_with (key, ".num_batches_tracked");
}

/* The layer whose size is the number of classes. */
bool
is_classifier (const std::string &key)
{
  const char *const layers[] = { "decode_head.classifier.", "decode_head.conv_seg.", "segmentation_head.0.",
                                 "layers.12.0.", "decoder.seg_layers." };

  return std::any_of (std::begin (layers), std::end (layers),
                      [&] (const char *layer) { return key.rfind (layer, 0) == 0; });
}

/* Names at the end of a sentence, not too many. */
std::string
list (const std::vector<std::string> &names)
{
  const size_t most = 8;
  std::string text;

  for (size_t i = 0; i < names.size () && i < most; i++)
    text += (i > 0 ? ", " : "") + names[i];
  return names.size () > most ? text + " and " + std::to_string (names.size () - most) + " more" : text;
}

/* Copies what fits.  @may_stay: whether a tensor may keep the value it has, when the file has none of its shape. */
LoadReport
fill (const torch::nn::Module &module, const Tensors &tensors,
      const std::function<bool (const std::string &)> &may_stay,
      const std::function<bool (const std::string &)> &may_be_left)
{
  torch::NoGradGuard no_grad;
  const Tensors state = get_state (module);
  LoadReport report;

  for (const auto &item : tensors)
    if (!state.contains (item.key ()))
      {
        if (!may_be_left (item.key ()))
          fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” has no place in this network", item.key ().c_str ());
        report.left_over.push_back (item.key ());
      }
  for (const auto &item : state)
    {
      const torch::Tensor *source = tensors.find (item.key ());
      torch::Tensor target = item.value ();

      if (source != nullptr && source->sizes () == target.sizes ())
        {
          target.copy_ (*source);
          report.matched.push_back (item.key ());
        }
      else if (may_stay (item.key ()))
        {
          report.missing.push_back (item.key ());
          if (source != nullptr)
            report.left_over.push_back (item.key ());
        }
      else if (source == nullptr)
        fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” is missing", item.key ().c_str ());
      else
        fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%s” has the shape %s; the network needs %s", item.key ().c_str (),
              to_text (source->sizes ()).c_str (), to_text (target.sizes ()).c_str ());
    }
  return report;
}

std::shared_ptr<AciniCard>
share (AciniCard *card)
{
  return std::shared_ptr<AciniCard> (card, acini_card_free);
}

void
set_text (char *&text, const std::string &value)
{
  g_free (text);
  text = g_strdup (value.c_str ());
}

/* Names of the classes: those that were told, where there are as many, else what can be said without. */
char **
make_classes (const std::vector<std::string> &told, int64_t classes, bool overlap)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  /* Of background and another one, one channel shows the other. */
  if (classes == 1 && told.size () == 2)
    {
      g_strv_builder_add (names, told[1].c_str ());
      return g_strv_builder_end (names);
    }

  for (int64_t i = 0; i < classes; i++)
    if ((int64_t)told.size () == classes)
      g_strv_builder_add (names, told[i].c_str ());
    else if (i == 0 && classes > 1 && !overlap)
      g_strv_builder_add (names, "background");
    else if (classes <= 2 && !overlap)
      g_strv_builder_add (names, "FTU");
    else
      g_strv_builder_take (names, g_strdup_printf ("class %d", (int)i));
  return g_strv_builder_end (names);
}

/* A card for a network that came without one.  @path: the weights', or the folder's. */
std::shared_ptr<AciniCard>
make_card (const std::string &path, const std::string &layout, const Architecture &architecture, const Hints &hints)
{
  auto card = share (acini_card_new ());
  g_autofree char *base = g_path_get_basename (path.c_str ());
  g_autofree char *shown = g_filename_display_name (base);
  g_autofree char *ascii = g_str_to_ascii (shown, "C");

  for (char *text : { shown, ascii })
    if (char *dot = strrchr (text, '.'); dot != nullptr && dot != text)
      *dot = '\0';
  set_text (card->name, shown);
  set_text (card->id, g_strcanon (ascii, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '-'));
  set_text (card->architecture, architecture.get_name ());
  set_text (card->layout, layout);
  set_text (card->numerics, get_numerics (architecture));
  /* MMSegmentation's default for one channel is another than everybody's. */
  if (architecture.classes == 1 && (hints.threshold > 0 || layout == "mmseg"))
    card->threshold = hints.threshold > 0 ? hints.threshold : 0.3;
  /* One channel cannot hold a background beside what it shows. */
  set_text (card->activation, architecture.classes == 1 || hints.sigmoid ? "sigmoid" : "softmax");
  if (!hints.description.empty ())
    set_text (card->description, hints.description);
  g_strfreev (card->classes);
  card->classes = make_classes (hints.classes, architecture.classes, hints.sigmoid);
  if (hints.has_normalisation)
    {
      std::copy (hints.mean.begin (), hints.mean.end (), card->mean);
      std::copy (hints.std.begin (), hints.std.end (), card->std);
      card->bgr = hints.bgr;
    }
  return card;
}

/* What the file tells, and, for one with a name of theirs, what Hugging Face's beside it do. */
Hints
find_hints (const std::string &weights, const Hints &inside)
{
  g_autofree char *base = g_path_get_basename (weights.c_str ());
  g_autofree char *folder = g_path_get_dirname (weights.c_str ());
  Hints hints = inside;

  if (!g_str_has_prefix (base, "model.safetensors") && !g_str_has_prefix (base, "pytorch_model.bin"))
    return hints;
  const Hints beside = read_hugging_face (folder);
  if (!beside.classes.empty ())
    hints.classes = beside.classes;
  if (beside.has_normalisation)
    {
      hints.has_normalisation = true;
      hints.mean = beside.mean;
      hints.std = beside.std;
      hints.bgr = false;
    }
  return hints;
}

} // namespace

std::string
get_card_path (const std::string &weights)
{
  g_autofree char *base = g_path_get_basename (weights.c_str ());
  g_autofree char *folder = g_path_get_dirname (weights.c_str ());
  g_autofree char *own = g_strconcat (base, ".json", nullptr);
  g_autofree char *path
      = g_build_filename (folder, g_strcmp0 (base, "model.safetensors") == 0 ? "model.json" : own, nullptr);

  return path;
}

std::shared_ptr<AciniCard>
find_card (const std::string &weights)
{
  const std::string path = get_card_path (weights);
  GError *error = nullptr;

  if (!g_file_test (path.c_str (), G_FILE_TEST_EXISTS))
    return nullptr;
  AciniCard *card = acini_card_load (path.c_str (), &error);
  if (card == nullptr)
    throw ForeignError (error);
  return share (card);
}

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
  fill (module, tensors, is_counter, [] (const std::string &) { return false; });
}

std::string
LoadReport::to_text () const
{
  std::string text = std::to_string (matched.size ()) + " of " + std::to_string (matched.size () + missing.size ())
                     + " tensors matched";

  if (!missing.empty ())
    text += "; missing, left at random: " + list (missing);
  if (!left_over.empty ())
    text += "; left over, not used: " + list (left_over);
  return text;
}

LoadReport
fill_network (Network &network, const Recognised &recognised, bool encoder_only, bool other_classes)
{
  const auto may_stay = [&] (const std::string &key) {
    return is_counter (key) || (encoder_only && !network.is_encoder_key (key))
           || (other_classes && is_classifier (key));
  };
  /* Beside an encoder alone: what has no convolution is no decoder. */
  const auto may_be_left = [&] (const std::string &key) {
    const torch::Tensor *tensor = recognised.tensors.find (key);

    return encoder_only && !network.is_encoder_key (key) && (tensor == nullptr || tensor->dim () < 4);
  };
  LoadReport report;

  try
    {
      report = fill (network, recognised.tensors, may_stay, may_be_left);
    }
  catch (const Error &error)
    {
      fail (error.code, "The nearest network that Acini knows is %s (%s), but it does not fit: %s",
            network.architecture.get_name ().c_str (), recognised.layout.c_str (), error.what ());
    }
  report.left_over.insert (report.left_over.end (), recognised.left_over.begin (), recognised.left_over.end ());
  return report;
}

std::string
find_weights (const std::string &path)
{
  if (!g_file_test (path.c_str (), G_FILE_TEST_IS_DIR))
    return path;
  for (const char *name :
       { "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json" })
    {
      g_autofree char *file = g_build_filename (path.c_str (), name, nullptr);

      if (g_file_test (file, G_FILE_TEST_EXISTS))
        return file;
    }
  g_autofree char *shown = g_filename_display_basename (path.c_str ());
  fail (ACINI_MODEL_ERROR_UNREADABLE,
        "The folder “%s” holds neither model.safetensors nor pytorch_model.bin; choose a checkpoint file", shown);
}

/* Whether the two have the same encoder but for what no tensor tells. */
static bool
is_same_encoder (const Architecture &a, const Architecture &b)
{
  return a.family == b.family && a.widths == b.widths && a.depths == b.depths
         && (a.family != Family::Composed
             || (a.encoder.kind == b.encoder.kind && a.encoder.stem == b.encoder.stem
                 && a.encoder.inner == b.encoder.inner && a.encoder.bottleneck == b.encoder.bottleneck
                 && a.encoder.groups == b.encoder.groups && a.encoder.squeeze == b.encoder.squeeze));
}

/* Gives an encoder alone the decoder of the architecture of that name.  timm's names, which do not tell with which
 * padding an EfficientNet was trained, are believed to be what is asked for. */
static void
choose_decoder (Recognised &recognised, const std::string &name)
{
  const Architecture wanted = Architecture::from_name (name, 2);
  Architecture &a = recognised.architecture;
  const bool either = a.family == Family::Composed && recognised.layout == "timm";

  if (is_same_encoder (a, wanted) && (either || a.encoder.padding == wanted.encoder.padding))
    {
      a.decoder = wanted.decoder;
      a.decoder_widths = wanted.decoder_widths;
      a.head_dropout = wanted.head_dropout;
      a.encoder.early_level = wanted.encoder.early_level; /* which of two maps of half size: a matter of the decoder */
      if (either)
        a.encoder = wanted.encoder;
      return;
    }
  if (a.family != Family::SegFormer || wanted.family != Family::Composed || wanted.encoder.kind != EncoderKind::MiT
      || wanted.widths != a.widths || wanted.depths != a.depths)
    fail (ACINI_MODEL_ERROR_INPUT,
          "The recipe asks for the architecture %s, but the encoder of this checkpoint is that of %s", name.c_str (),
          a.get_name ().c_str ());

  /* SegFormer's own encoder beneath another decoder. */
  const std::string theirs = "segformer.encoder.";
  Tensors tensors;
  for (const auto &item : recognised.tensors)
    if (item.key ().rfind (theirs, 0) == 0)
      tensors.insert ("encoder." + item.key ().substr (theirs.size ()), item.value ());
    else
      recognised.left_over.push_back (item.key ());
  recognised.tensors = tensors;
  const Architecture before = a;
  a = wanted;
  a.heads = before.heads;
  a.eps = before.eps;
}

/* The network that @found describes, with what the settings change. */
static void
build (LoadedNetwork &loaded, const Recognised &found, const LoadSettings &settings)
{
  Recognised recognised = found;

  if (found.encoder_only && !settings.encoder_architecture.empty ())
    choose_decoder (recognised, settings.encoder_architecture);
  Architecture architecture = recognised.architecture;

  if (recognised.encoder_only)
    architecture.classes = settings.encoder_classes;
  if (settings.classes > 0)
    architecture.classes = settings.classes;
  if (architecture.classes == 0)
    fail (ACINI_MODEL_ERROR_LAYOUT,
          "This checkpoint holds an encoder alone (%s): it can be trained from, but it cannot segment",
          architecture.get_name ().c_str ());
  if (settings.adjust != nullptr)
    settings.adjust (architecture, settings.user_data);
  loaded.network = make_network (architecture);
  loaded.report = fill_network (*loaded.network, recognised, recognised.encoder_only,
                                architecture.classes != recognised.architecture.classes);
  loaded.layout = recognised.layout;
  loaded.questions = recognised.questions;
}

/* The weights of a network that is known, else, where that is allowed, the program that the file is. */
static void
build_any (LoadedNetwork &loaded, const Checkpoint &checkpoint, const std::string &weights,
           const LoadSettings &settings)
{
  const bool is_program = checkpoint.container == "torchscript";

  try
    {
      build (loaded, recognise (checkpoint, settings.numerics), settings);
    }
  catch (const Error &error)
    {
      if (!is_program || (error.code != ACINI_MODEL_ERROR_LAYOUT && error.code != ACINI_MODEL_ERROR_SHAPE))
        throw;
      if (!settings.allow_program || settings.classes > 0)
        fail (error.code,
              "%s. It is a TorchScript program, which only whoever trusts its author should run: acini-cli does with "
              "--allow-program, for segmentation alone",
              error.what ());
      loaded.network = load_script (weights);
      loaded.layout = "torchscript";
    }
}

/* A single weight that is not a number spoils every result. */
static void
check_finite (const Network &network, const std::string &path)
{
  for (const auto &item : get_state (network))
    if (item.value ().is_floating_point () && !std::isfinite (item.value ().sum (torch::kDouble).item<double> ()))
      {
        g_autofree char *shown = g_filename_display_basename (path.c_str ());

        fail (ACINI_MODEL_ERROR_NOT_FINITE,
              "“%s” cannot be used: its weights are not all numbers (%s). Its training diverged; take an earlier "
              "checkpoint",
              shown, item.key ().c_str ());
      }
}

LoadedNetwork
load_network (const std::string &path, const LoadSettings &settings)
{
  const std::string weights = find_weights (path);
  const Checkpoint checkpoint = read_checkpoint (weights);
  LoadedNetwork loaded;
  LoadSettings complete = settings;

  loaded.card = find_card (weights);
  if (complete.numerics.empty () && loaded.card != nullptr)
    complete.numerics = loaded.card->numerics;
  build_any (loaded, checkpoint, weights, complete);
  const Architecture &architecture = loaded.network->architecture;
  loaded.network->eval ();
  check_finite (*loaded.network, path);
  loaded.container = checkpoint.container;
  loaded.metadata = checkpoint.metadata;
  if (loaded.card == nullptr)
    loaded.card = make_card (path, loaded.layout, architecture, find_hints (weights, checkpoint.hints));
  else if (settings.classes == 0 && (int64_t)g_strv_length (loaded.card->classes) != architecture.classes)
    fail (ACINI_MODEL_ERROR_SHAPE, "The model card names %u classes, but the network has %d",
          g_strv_length (loaded.card->classes), (int)architecture.classes);
  set_text (loaded.card->numerics, get_numerics (architecture));
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
    tensors.insert (item.key (),
                    half && item.value ().is_floating_point () ? item.value ().to (torch::kHalf) : item.value ());
  write_safetensors (path, tensors, complete);
}

} // namespace acini
