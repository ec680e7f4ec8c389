/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/checkpoint.hpp"

#include <json-glib/json-glib.h>

namespace acini
{

/* Of the metadata entry, and of what it holds. */
static const char record_key[] = "acini.training";
static constexpr int format = 1;

const Measurement *
Progress::find (int wanted) const
{
  for (const Measurement &measurement : curve)
    if (measurement.step == wanted)
      return &measurement;
  return nullptr;
}

const Score *
Progress::get_score () const
{
  const Measurement *best = find (best_step);

  return average ? &*average : best != nullptr ? &best->score : nullptr;
}

JsonObject *
organs_to_json (const Score &score)
{
  g_autoptr (JsonObject) object = json_object_new ();

  for (const auto &[name, organ] : score.organs)
    if (!name.empty ())
      json_object_set_double_member (object, name.c_str (), organ.dice);
  return json_object_get_size (object) == 0 ? nullptr : static_cast<JsonObject *> (g_steal_pointer (&object));
}

JsonObject *
score_to_json (const Score &score)
{
  JsonObject *object = json_object_new ();
  JsonObject *organs = organs_to_json (score);

  json_object_set_double_member (object, "dice", score.dice);
  json_object_set_double_member (object, "loss", score.loss);
  json_object_set_int_member (object, "images", score.images);
  if (organs != nullptr)
    json_object_set_object_member (object, "dice_by_organ", organs);
  return object;
}

/* The number of images of each organ, which the scores on a card leave out. */
static JsonObject *
images_to_json (const Score &score)
{
  JsonObject *object = json_object_new ();

  for (const auto &[name, organ] : score.organs)
    json_object_set_int_member (object, name.c_str (), organ.images);
  return object;
}

static Score
score_from_json (JsonObject *object)
{
  Score score;
  JsonObject *images = json_object_get_object_member (object, "images_by_organ");
  g_autoptr (GList) names = json_object_get_members (images);
  JsonObject *organs = json_object_has_member (object, "dice_by_organ")
                           ? json_object_get_object_member (object, "dice_by_organ")
                           : nullptr;

  score.dice = json_object_get_double_member (object, "dice");
  score.loss = json_object_get_double_member (object, "loss");
  score.images = int (json_object_get_int_member (object, "images"));
  JsonArray *each = json_object_has_member (object, "each") ? json_object_get_array_member (object, "each") : nullptr;

  for (guint i = 0; each != nullptr && i < json_array_get_length (each); i++)
    score.each.push_back (json_array_get_double_element (each, i));
  for (GList *l = names; l != nullptr; l = l->next)
    {
      const char *name = static_cast<const char *> (l->data);
      Score::Organ &organ = score.organs[name];

      organ.images = int (json_object_get_int_member (images, name));
      if (organs != nullptr)
        organ.dice = json_object_get_double_member_with_default (organs, name, 0);
    }
  return score;
}

static std::string
to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);

  g_autofree char *text = json_to_string (node, TRUE);

  return text;
}

static std::string
record_to_text (const Identity &identity, const Progress &progress)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *curve = json_array_new ();

  for (const Measurement &measurement : progress.curve)
    {
      JsonObject *point = score_to_json (measurement.score);

      JsonArray *each = json_array_new ();

      for (double dice : measurement.score.each)
        json_array_add_double_element (each, dice);
      json_object_set_array_member (point, "each", each);
      json_object_set_int_member (point, "step", measurement.step);
      json_object_set_object_member (point, "images_by_organ", images_to_json (measurement.score));
      json_array_add_object_element (curve, point);
    }
  json_object_set_int_member (object, "format", format);
  json_object_set_string_member (object, "recipe", identity.recipe.c_str ());
  json_object_set_string_member (object, "parent", identity.parent.c_str ());
  json_object_set_string_member (object, "images", identity.images.c_str ());
  json_object_set_int_member (object, "step", progress.step);
  json_object_set_double_member (object, "seconds", progress.seconds);
  json_object_set_int_member (object, "best_step", progress.best_step);
  json_object_set_int_member (object, "planned", progress.planned);
  json_object_set_double_member (object, "learning_rate", progress.learning_rate);
  json_object_set_array_member (object, "curve", curve);
  return to_text (object);
}

/* @recipe without its batch, which is halved where memory is short: the checkpoint is still of the same training. */
static std::string
without_batch (const std::string &recipe)
{
  size_t begin = recipe.find ("\nbatch="), end = recipe.find ('\n', begin + 1);

  return begin == std::string::npos || end == std::string::npos ? recipe
                                                                : recipe.substr (0, begin) + recipe.substr (end);
}

/* What @object does not have in common with @identity; nullptr: it is the same training. */
static const char *
find_difference (JsonObject *object, const Identity &identity)
{
  /* Earlier checkpoints do not say which images they saw. */
  const char *images = json_object_get_string_member_with_default (object, "images", "");

  if (json_object_get_int_member_with_default (object, "format", 0) != format)
    return "version of Acini";
  if (without_batch (identity.recipe)
      != without_batch (json_object_get_string_member_with_default (object, "recipe", "")))
    return "recipe";
  if (identity.parent != json_object_get_string_member_with_default (object, "parent", ""))
    return "model to start from";
  return *images != '\0' && !identity.images.empty () && identity.images != images ? "list of images" : nullptr;
}

/* Whether @text is the record of the training that @identity names; if so, into @progress. */
static bool
record_from_text (const std::string &text, const Identity &identity, Progress *progress)
{
  g_autoptr (JsonNode) node = json_from_string (text.c_str (), nullptr);

  if (node == nullptr || !JSON_NODE_HOLDS_OBJECT (node))
    return false;

  JsonObject *object = json_node_get_object (node);

  const char *difference = find_difference (object, identity);

  if (difference != nullptr)
    {
      g_message ("Starting over, because the checkpoint is of another %s.", difference);
      return false;
    }
  progress->step = int (json_object_get_int_member (object, "step"));
  progress->seconds = json_object_get_double_member (object, "seconds");
  progress->best_step = int (json_object_get_int_member (object, "best_step"));
  progress->planned = int (json_object_get_int_member_with_default (object, "planned", 0));
  progress->learning_rate = json_object_get_double_member_with_default (object, "learning_rate", 0);

  JsonArray *curve = json_object_get_array_member (object, "curve");

  for (guint i = 0; i < json_array_get_length (curve); i++)
    {
      JsonObject *point = json_array_get_object_element (curve, i);

      progress->curve.push_back ({ int (json_object_get_int_member (point, "step")), score_from_json (point) });
    }
  return true;
}

/* The parts of a state, told apart by what their names begin with. */
static constexpr struct
{
  const char *prefix;
  Tensors TrainingState::*part;
} parts[] = {
  { "network/", &TrainingState::network }, { "moments/", &TrainingState::moments },
  { "average/", &TrainingState::average }, { "best/", &TrainingState::best },
  { "leaders/", &TrainingState::leaders },
};

void
save_checkpoint (const std::string &folder, const Identity &identity, const TrainingState &state)
{
  std::string record = record_to_text (identity, state.progress);
  GError *error = nullptr;
  Tensors all;

  for (const auto &[prefix, part] : parts)
    for (const auto &item : state.*part)
      all.insert (prefix + item.key (), item.value ());
  write_safetensors (folder + "/checkpoint.safetensors", all, { { record_key, record } });
  if (!g_file_set_contents_full ((folder + "/checkpoint.json").c_str (), record.data (), gssize (record.size ()),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0666, &error))
    throw ForeignError (error);
}

std::optional<TrainingState>
load_checkpoint (const std::string &folder, const Identity &identity)
{
  std::string path = folder + "/checkpoint.safetensors";
  TrainingState state;

  if (!g_file_test (path.c_str (), G_FILE_TEST_EXISTS))
    return {};
  try
    {
      Checkpoint checkpoint = read_checkpoint (path);

      if (!record_from_text (checkpoint.metadata[record_key], identity, &state.progress))
        return {};
      for (const auto &item : checkpoint.tensors)
        for (const auto &[prefix, part] : parts)
          if (g_str_has_prefix (item.key ().c_str (), prefix))
            (state.*part).insert (item.key ().substr (strlen (prefix)), item.value ().clone ());
    }
  catch (const Error &e)
    {
      g_message ("Starting over, because the checkpoint cannot be used: %s", e.what ());
      return {};
    }
  return state;
}

} // namespace acini
