/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a checkpoint holds, whether it is a network that Acini knows or not. */

#include "model/checkpoint/checkpoint.hpp"

namespace acini
{

namespace
{

JsonArray *
list_tensors (const StoredCheckpoint &stored)
{
  JsonArray *list = json_array_sized_new (stored.tensors.size ());

  for (const StoredTensor &tensor : stored.tensors)
    {
      JsonObject *object = json_object_new ();
      JsonArray *shape = json_array_new ();
      g_autofree char *name = g_utf8_make_valid (tensor.name.c_str (), -1);

      for (int64_t side : tensor.shape)
        json_array_add_int_element (shape, side);
      json_object_set_string_member (object, "name", name);
      json_object_set_string_member (object, "dtype", get_type_info (tensor.type).name);
      json_object_set_array_member (object, "shape", shape);
      json_array_add_object_element (list, object);
    }
  return list;
}

/* Names of tensors with infinities or what is no number: a training that went wrong. */
JsonArray *
list_not_finite (const Tensors &tensors)
{
  JsonArray *list = json_array_new ();

  for (const auto &item : tensors)
    if (item.value ().is_floating_point () && c10::elementSize (item.value ().scalar_type ()) > 1
        && !torch::isfinite (item.value ()).all ().item<bool> ())
      json_array_add_string_element (list, item.key ().c_str ());
  return list;
}

JsonArray *
list_names (const std::vector<std::string> &names)
{
  JsonArray *list = json_array_new ();

  for (const std::string &name : names)
    {
      g_autofree char *shown = g_utf8_make_valid (name.c_str (), -1);

      json_array_add_string_element (list, shown);
    }
  return list;
}

/* What a network of this kind would get from the file; throws where it cannot be loaded. */
void
describe_load (const Recognised &recognised, JsonObject *result)
{
  const LoadReport report
      = fill_network (*make_network (recognised.architecture), recognised, recognised.encoder_only, false);

  json_object_set_int_member (result, "matched", report.matched.size ());
  json_object_set_array_member (result, "missing", list_names (report.missing));
  json_object_set_array_member (result, "left_over", list_names (report.left_over));
}

/* What the file does not tell and no card beside it: what is taken, and the option of "model card" that sets it. */
std::vector<std::string>
list_assumed (const Checkpoint &checkpoint, const Recognised &recognised)
{
  std::vector<std::string> list = { "--mpp 0: masks are made of the slide's own pixels" };

  if (!recognised.encoder_only)
    list.push_back (recognised.architecture.classes == 1 ? "--activation sigmoid"
                                                         : "--activation softmax: the first class is the background");
  if (!checkpoint.hints.has_normalisation)
    list.push_back ("--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225: ImageNet's");
  for (const std::string &question : recognised.questions)
    list.push_back ("--numerics " + question);
  return list;
}

JsonObject *
make_question (const char *about, const std::string &taken, const std::vector<std::string> &answers)
{
  JsonObject *question = json_object_new ();

  json_object_set_string_member (question, "about", about);
  json_object_set_string_member (question, "taken", taken.c_str ());
  json_object_set_array_member (question, "answers", list_names (answers));
  return question;
}

/* @taken: "norm_groups=32", which is what was taken; see set_numerics (). */
std::vector<std::string>
list_numerics (const std::string &taken, const Architecture &architecture)
{
  std::vector<std::string> answers = { taken };
  const auto add = [&] (const std::string &answer) {
    if (answer != taken)
      answers.push_back (answer);
  };

  if (taken.rfind ("encoder=", 0) == 0)
    add ("encoder=tu-tf_efficientnet");
  if (taken.rfind ("pixels=", 0) == 0)
    add ("pixels=as-they-are");
  if (taken.rfind ("nominal_size=", 0) == 0)
    add ("nominal_size=256");
  for (int groups : { 1, 8, 16, 32 })
    if (taken.rfind ("norm_groups=", 0) == 0 && architecture.decoder_width % groups == 0)
      add ("norm_groups=" + std::to_string (groups));
  return answers;
}

/* The same as questions, with what is worth a try: for the window, which shows what comes of each answer. */
JsonArray *
list_questions (const Checkpoint &checkpoint, const Recognised &recognised)
{
  JsonArray *list = json_array_new ();

  json_array_add_object_element (list, make_question ("mpp", "0", { "0.25", "0.5", "1", "2", "0" }));
  if (recognised.architecture.classes > 1)
    json_array_add_object_element (list, make_question ("activation", "softmax", { "softmax", "sigmoid" }));
  if (!checkpoint.hints.has_normalisation)
    json_array_add_object_element (
        list, make_question ("normalisation", "imagenet", { "imagenet", "imagenet-bgr", "unit", "centred" }));
  for (const std::string &question : recognised.questions)
    {
      const std::string taken = question.substr (0, question.find (' '));

      json_array_add_object_element (list,
                                     make_question ("numerics", taken, list_numerics (taken, recognised.architecture)));
    }
  return list;
}

/* What the network is, or why it is none.  @card: the one beside the file, or NULL. */
void
describe (const Checkpoint &checkpoint, const AciniCard *card, JsonObject *result)
{
  try
    {
      const Recognised recognised = recognise (checkpoint, card != nullptr ? card->numerics : "");
      const Architecture &architecture = recognised.architecture;

      json_object_set_string_member (result, "layout", recognised.layout.c_str ());
      json_object_set_string_member (result, "architecture", architecture.get_name ().c_str ());
      json_object_set_string_member (result, "numerics", get_numerics (architecture).c_str ());
      json_object_set_boolean_member (result, "encoder_only", recognised.encoder_only);
      json_object_set_string_member (result, "prefix_removed", recognised.prefix.c_str ());
      describe_load (recognised, result);
      if (!recognised.encoder_only)
        json_object_set_int_member (result, "classes", architecture.classes);
      if (!recognised.questions.empty ())
        json_object_set_array_member (result, "questions", list_names (recognised.questions));
      if (card == nullptr)
        json_object_set_array_member (result, "assumed", list_names (list_assumed (checkpoint, recognised)));
      if (card == nullptr && !recognised.encoder_only)
        json_object_set_array_member (result, "asks", list_questions (checkpoint, recognised));
    }
  catch (const Error &error)
    {
      if (!json_object_has_member (result, "layout"))
        {
          json_object_set_null_member (result, "layout");
          json_object_set_null_member (result, "architecture");
        }
      json_object_set_string_member (result, "reason", error.what ());
    }
}

JsonObject *
inspect (const std::string &path, bool tensors)
{
  const std::string file = find_weights (path);
  const StoredCheckpoint stored = read_stored (file);
  const Checkpoint checkpoint = make_checkpoint (stored);
  g_autoptr (JsonObject) result = json_object_new ();
  g_autofree char *shown = g_filename_display_name (file.c_str ());
  int64_t parameters = 0;

  for (const auto &item : checkpoint.tensors)
    if (item.value ().is_floating_point ())
      parameters += item.value ().numel ();
  json_object_set_string_member (result, "file", shown);
  json_object_set_string_member (result, "container", checkpoint.container.c_str ());
  json_object_set_string_member (result, "member", checkpoint.member.c_str ());
  json_object_set_boolean_member (result, "averaged", checkpoint.averaged);
  const std::shared_ptr<AciniCard> card = find_card (file);
  if (card != nullptr)
    {
      g_autofree char *beside = g_filename_display_name (get_card_path (file).c_str ());

      json_object_set_string_member (result, "card", beside);
    }
  describe (checkpoint, card.get (), result);
  json_object_set_int_member (result, "parameters", parameters);
  json_object_set_array_member (result, "not_finite", list_not_finite (checkpoint.tensors));
  if (!checkpoint.metadata.empty ())
    {
      JsonObject *metadata = json_object_new ();

      for (const auto &[key, value] : checkpoint.metadata)
        json_object_set_string_member (metadata, key.c_str (), value.c_str ());
      json_object_set_object_member (result, "metadata", metadata);
    }
  if (tensors)
    json_object_set_array_member (result, "tensors", list_tensors (stored));
  return json_object_ref (result);
}

} // namespace

} // namespace acini

JsonObject *
acini_model_inspect (const char *path, gboolean tensors, GError **error)
{
  JsonObject *result = nullptr;

  g_return_val_if_fail (path != nullptr, nullptr);

  acini::guard (error, [&] { result = acini::inspect (path, tensors); });
  return result;
}

AciniCard *
acini_model_make_card (const char *path, const char *numerics, GError **error)
{
  AciniCard *card = nullptr;

  g_return_val_if_fail (path != nullptr, nullptr);

  acini::guard (error, [&] {
    acini::LoadSettings settings;

    settings.numerics = numerics != nullptr ? numerics : "";
    card = acini_card_copy (acini::load_network (path, settings).get_card ());
  });
  return card;
}

char *
acini_model_dup_card_path (const char *path, GError **error)
{
  char *result = nullptr;

  g_return_val_if_fail (path != nullptr, nullptr);

  acini::guard (error, [&] { result = g_strdup (acini::get_card_path (acini::find_weights (path)).c_str ()); });
  return result;
}

gboolean
acini_model_convert (const char *path, const char *folder, GError **error)
{
  g_return_val_if_fail (path != nullptr && folder != nullptr, FALSE);

  return acini::guard (error, [&] {
    const acini::LoadedNetwork loaded = acini::load_network (path);
    g_autofree char *weights = g_build_filename (folder, "model.safetensors", nullptr);
    g_autofree char *card = g_build_filename (folder, "model.json", nullptr);
    GError *reason = nullptr;

    /* The card comes last: a folder with a card is a whole model. */
    acini::save_network (weights, *loaded.network, false);
    if (!acini_card_save (loaded.get_card (), card, &reason))
      throw acini::ForeignError (reason);
  });
}
