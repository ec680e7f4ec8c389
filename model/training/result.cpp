/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a training leaves behind: the weights and the card that says where they come from. */

#include "model/core/acini-mask-scores.h"
#include "model/inference/tuning-cache.hpp"
#include "model/training/trainer.hpp"

#include <algorithm>
#include <cstring>
#include <set>

namespace acini
{

static void
replace_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

/* Of images @first to the one before @end. */
static JsonArray *
list_names (const AciniTrainingSource *source, guint first, guint end)
{
  JsonArray *names = json_array_new ();

  for (guint i = first; source != nullptr && i < end; i++)
    json_array_add_string_element (names, source->get_name (source->user_data, i));
  return names;
}

/* What the models before this one learnt from is still in its weights. */
JsonArray *
list_inherited (const AciniCard *parent)
{
  g_autoptr (GHashTable) learnt = acini_card_list_learnt (parent);
  g_autoptr (GPtrArray) sorted = g_hash_table_get_keys_as_ptr_array (learnt);
  JsonArray *names = json_array_new ();

  g_ptr_array_sort_values (sorted, (GCompareFunc)strcmp);
  for (guint i = 0; i < sorted->len; i++)
    json_array_add_string_element (names, static_cast<const char *> (sorted->pdata[i]));
  return names;
}

static JsonArray *
list_curve (const Progress &progress)
{
  JsonArray *curve = json_array_new ();

  for (const Measurement &measurement : progress.curve)
    {
      JsonObject *point = json_object_new ();

      json_object_set_int_member (point, "step", measurement.step);
      json_object_set_double_member (point, "dice", measurement.score.dice);
      json_object_set_double_member (point, "loss", measurement.score.loss);
      json_array_add_object_element (curve, point);
    }
  return curve;
}

static JsonObject *
describe_training (const Outcome &outcome)
{
  JsonObject *object = json_object_new ();
  g_autofree char *recipe = acini_recipe_to_data (&outcome.request.recipe);
  const Progress &progress = outcome.progress;
  const AciniTrainingSource &training = outcome.request.training, *held_out = outcome.request.held_out;
  const guint n_labelled = training.n_items - training.n_replayed, n_fresh = n_labelled - training.n_pseudo;

  json_object_set_string_member (object, "recipe", outcome.request.recipe.name);
  json_object_set_string_member (object, "recipe_data", recipe);
  json_object_set_array_member (object, "items", list_names (&training, 0, n_fresh));
  if (training.n_pseudo > 0)
    json_object_set_array_member (object, "pseudo", list_names (&training, n_fresh, n_labelled));
  if (training.n_replayed > 0)
    json_object_set_array_member (object, "replayed", list_names (&training, n_labelled, training.n_items));
  json_object_set_array_member (object, "inherited", list_inherited (outcome.parent));
  json_object_set_array_member (object, "held_out", list_names (held_out, 0, held_out ? held_out->n_items : 0));
  json_object_set_double_member (object, "labelled_pixels", outcome.labelled_area);
  json_object_set_int_member (object, "steps", progress.step);
  json_object_set_int_member (object, "epochs", outcome.schedule.epochs ());
  json_object_set_double_member (object, "seconds", progress.seconds);
  json_object_set_string_member (object, "device", outcome.compute.device.str ().c_str ());
  json_object_set_string_member (object, "precision", outcome.compute.type == torch::kFloat ? "float32" : "bfloat16");
  json_object_set_string_member (object, "onednn", acini_onednn_to_string (acini_model_get_onednn ()));
  json_object_set_string_member (object, "computer", describe_computer (outcome.compute.threads).c_str ());
  if (progress.learning_rate > 0)
    json_object_set_double_member (object, "learning_rate", progress.learning_rate);
  if (!progress.averaged.empty ())
    {
      JsonArray *steps = json_array_new ();

      for (int step : progress.averaged)
        json_array_add_int_element (steps, step);
      json_object_set_array_member (object, "averaged_steps", steps);
    }
  if (!progress.curve.empty ())
    {
      json_object_set_int_member (object, "best_step", progress.best_step);
      json_object_set_array_member (object, "curve", list_curve (progress));
    }
  return object;
}

/* Whether @now is better than @before on the same images. */
static JsonObject *
compare_scores (const Score &before, const Score &now)
{
  AciniPairedDifference difference;
  JsonObject *object = json_object_new ();
  guint n = guint (std::min (before.each.size (), now.each.size ()));

  acini_paired_difference (before.each.data (), now.each.data (), n, &difference);
  json_object_set_int_member (object, "images", difference.n);
  json_object_set_double_member (object, "difference", difference.mean);
  json_object_set_double_member (object, "low", difference.low);
  json_object_set_double_member (object, "high", difference.high);
  json_object_set_string_member (object, "verdict", acini_verdict_to_string (difference.verdict));
  return object;
}

/* NULL where nothing was held out. */
static JsonObject *
describe_scores (const Outcome &outcome)
{
  const Score *best = outcome.progress.get_score ();
  const Measurement *first = outcome.progress.find (0);
  JsonObject *object;

  if (best == nullptr)
    return nullptr;
  object = score_to_json (*best);
  if (outcome.request.parent != nullptr && first != nullptr)
    {
      json_object_set_double_member (object, "parent_dice", first->score.dice);
      json_object_set_object_member (object, "against_parent", compare_scores (first->score, *best));
    }
  return object;
}

static std::string
describe_result (const Outcome &outcome)
{
  const Progress &progress = outcome.progress;
  const Score *best = progress.get_score ();
  const Measurement *first = progress.find (0);
  bool fine_tuned = outcome.request.parent != nullptr;

  if (best == nullptr)
    return "No image was held out, so there is no score.";

  g_autofree char *score = g_strdup_printf (best->images == 1 ? "On %d held-out image its mean Dice is %.3f"
                                                              : "On %d held-out images its mean Dice is %.3f",
                                            best->images, best->dice);

  if (progress.best_step == 0 && fine_tuned && !progress.average)
    return std::string (score)
           + "; no step of the training scored better than its parent, so these are the parent's weights.";
  if (!fine_tuned || first == nullptr)
    return std::string (score) + ".";

  g_autofree char *parent = g_strdup_printf ("; its parent's is %.3f.", first->score.dice);

  return std::string (score) + parent;
}

static char *
describe (const Outcome &outcome)
{
  const TrainingRequest &request = outcome.request;
  std::string result = describe_result (outcome);
  g_autofree char *origin = request.parent != nullptr ? g_strdup_printf ("Fine-tuned from “%s”", outcome.parent->name)
                                                      : g_strdup_printf ("Trained from random weights");

  return g_strdup_printf ("%s in %d steps on %.1f labelled megapixels of %u images.  %s", origin, outcome.progress.step,
                          outcome.labelled_area / 1e6, request.training.n_items, result.c_str ());
}

/* The parent's organs and those of the images; a parent for any organ stays one. */
static void
join_organs (AciniCard *card, const Outcome &outcome)
{
  const AciniTrainingSource &source = outcome.request.training;
  std::set<std::string> organs;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; card->organs != nullptr && card->organs[i] != nullptr; i++)
    organs.insert (card->organs[i]);
  if (organs.empty () && outcome.request.parent != nullptr)
    return;
  for (guint i = 0; i < source.n_items; i++)
    {
      const char *organ = source.get_organ (source.user_data, i);

      if (organ != nullptr && *organ != '\0')
        organs.insert (organ);
    }
  for (const std::string &organ : organs)
    g_strv_builder_add (builder, organ.c_str ());
  g_strfreev (card->organs);
  card->organs = g_strv_builder_end (builder);
}

/* Scores are at 0.5.  What suited the parent mostly suits what became of it better than that, and most of all where an
 * organ was not among the images; the held-out ones tell more (acini-training-verdict.c), the recipe has the last word.
 */
static void
set_thresholds (AciniCard *card, const Outcome &outcome)
{
  g_autoptr (GHashTable) fixed = acini_recipe_get_thresholds (&outcome.request.recipe);
  GHashTableIter iter;
  gpointer organ, threshold;

  if (fixed == nullptr)
    return;
  g_hash_table_iter_init (&iter, fixed);
  while (g_hash_table_iter_next (&iter, &organ, &threshold))
    g_hash_table_insert (card->thresholds, g_strdup ((const char *)organ), g_memdup2 (threshold, sizeof (double)));
}

static AciniCard *
make_card (const Outcome &outcome)
{
  AciniCard *card = acini_card_copy (outcome.parent);
  g_autoptr (GDateTime) time = g_date_time_new_now_utc ();
  g_autofree char *created = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *description = describe (outcome);

  replace_text (&card->id, outcome.request.id);
  replace_text (&card->name, outcome.request.name);
  replace_text (&card->parent, outcome.request.parent != nullptr ? outcome.parent->id : "");
  replace_text (&card->created, created);
  replace_text (&card->description, description);
  join_organs (card, outcome);
  set_thresholds (card, outcome);
  g_clear_pointer (&card->training, json_object_unref);
  g_clear_pointer (&card->scores, json_object_unref);
  card->training = describe_training (outcome);
  card->scores = describe_scores (outcome);
  return card;
}

/* The card comes last: a folder with a card is a whole model. */
void
write_model (const Outcome &outcome)
{
  std::string folder = outcome.request.folder;
  std::unique_ptr<AciniCard, decltype (&acini_card_free)> card (make_card (outcome), acini_card_free);
  GError *error = nullptr;

  save_network (folder + "/model.safetensors", outcome.network, outcome.request.half);
  if (!acini_card_save (card.get (), (folder + "/model.json").c_str (), &error))
    throw ForeignError (error);
}

} // namespace acini
