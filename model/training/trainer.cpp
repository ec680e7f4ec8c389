/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/kernels.hpp"
#include "model/kernels/onednn.hpp"
#include "model/training/trainer.hpp"

#include "acini-config.h"
#include "model/base/memory.hpp"

#include <algorithm>
#include <cmath>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

namespace acini
{

static double
now ()
{
  return double (g_get_monotonic_time ()) / G_USEC_PER_SEC;
}

static void
adjust_architecture (Architecture &architecture, void *user_data)
{
  auto &recipe = *static_cast<const AciniRecipe *> (user_data);

  architecture.drop_path = recipe.drop_path;
  architecture.head_dropout = recipe.dropout;
  architecture.dropout = architecture.attention_dropout = recipe.encoder_dropout;
  if (*recipe.head_norm != '\0' && architecture.family == Family::SegFormer)
    {
      architecture.head = HeadKind::MMSegmentation;
      architecture.norm = g_str_equal (recipe.head_norm, "group") ? NormKind::Group : NormKind::Batch;
    }
}

/* @sigmoid: without the background, which has no channel then.  Thresholds are of the classes that they were found for.
 */
static void
set_classes (AciniCard *card, char **classes, bool sigmoid)
{
  const char *activation = sigmoid ? "sigmoid" : "softmax";

  if (sigmoid)
    classes++;
  if (g_str_equal (card->activation, activation) && g_strv_equal (card->classes, classes))
    return;
  g_strfreev (card->classes);
  card->classes = g_strdupv (classes);
  g_free (card->activation);
  card->activation = g_strdup (activation);
  card->threshold = 0.5;
  g_hash_table_remove_all (card->thresholds);
}

static void
set_normalisation (AciniCard *card, const AciniRecipe &recipe)
{
  acini_recipe_get_normalisation (&recipe, card->mean, card->std);
}

/* The names that the recipe gives the classes; empty without. */
static char **
get_classes (const AciniRecipe &recipe)
{
  char **classes = g_strsplit (recipe.classes, ";", -1);
  guint n = g_strv_length (classes);

  if (n == 1 || n > 250)
    {
      g_strfreev (classes);
      fail (ACINI_MODEL_ERROR_INPUT,
            "The recipe's “classes” must name the background and at least one other class, separated by “;”.");
    }
  return classes;
}

/* Of a network from an encoder alone, where the recipe names none: background and FTU. */
constexpr int64_t kNewClasses = 2;

static LoadedNetwork
make_fresh (const AciniRecipe &recipe, char **classes)
{
  LoadedNetwork fresh;
  AciniCard *card = acini_card_new ();

  fresh.card = std::shared_ptr<AciniCard> (card, acini_card_free);
  if (*recipe.architecture == '\0')
    fail (ACINI_MODEL_ERROR_INPUT, "The recipe “%s” names no architecture, so it needs a model to start from.",
          recipe.name);
  bool sigmoid = g_str_equal (recipe.activation, "sigmoid");

  if (g_strv_length (classes) > 0)
    set_classes (card, classes, sigmoid);
  else if (sigmoid)
    fail (ACINI_MODEL_ERROR_INPUT, "A recipe with “activation=sigmoid” has to name its “classes”, too.");
  set_normalisation (card, recipe);

  Architecture architecture = Architecture::from_name (recipe.architecture, g_strv_length (card->classes));

  adjust_architecture (architecture, const_cast<AciniRecipe *> (&recipe));
  fresh.network = make_network (architecture);
  fresh.layout = "acini";
  g_free (card->architecture);
  card->architecture = g_strdup (architecture.get_name ().c_str ());
  g_free (card->numerics);
  card->numerics = g_strdup (get_numerics (architecture).c_str ());
  g_free (card->layout);
  card->layout = g_strdup (fresh.layout.c_str ());
  card->mpp = recipe.mpp;
  return fresh;
}

LoadedNetwork
make_start (const char *parent, const AciniRecipe &recipe)
{
  g_auto (GStrv) classes = get_classes (recipe);
  LoadSettings settings;

  torch::manual_seed (recipe.seed);
  if (parent == nullptr)
    return make_fresh (recipe, classes);
  bool sigmoid = g_str_equal (recipe.activation, "sigmoid");

  if (sigmoid && g_strv_length (classes) == 0)
    fail (ACINI_MODEL_ERROR_INPUT, "A recipe with “activation=sigmoid” has to name its “classes”, too.");
  settings.classes = g_strv_length (classes) - (sigmoid ? 1 : 0);
  settings.encoder_classes = kNewClasses;
  settings.encoder_architecture = recipe.architecture;
  settings.adjust = adjust_architecture;
  settings.user_data = const_cast<AciniRecipe *> (&recipe);

  LoadedNetwork start = load_network (parent, settings);

  if (settings.classes > 0)
    set_classes (start.get_card (), classes, sigmoid);
  set_normalisation (start.get_card (), recipe);
  if (start.get_card ()->mpp <= 0)
    start.get_card ()->mpp = recipe.mpp;
  return start;
}

/* A hash over the names, sizes and labelled areas of the images to learn from and to validate on. */
static std::string
identify_images (const TrainingRequest &request)
{
  g_autoptr (GString) text = g_string_new (nullptr);
  const AciniTrainingSource *sources[] = { &request.training, request.held_out };

  for (const AciniTrainingSource *source : sources)
    {
      for (guint i = 0; source != nullptr && i < source->n_items; i++)
        {
          gint64 width, height;

          source->get_size (source->user_data, i, &width, &height);
          g_string_append_printf (text, "%s\n%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %.0f\n",
                                  source->get_name (source->user_data, i), width, height,
                                  source->get_labelled_area (source->user_data, i));
        }
      g_string_append (text, "held out\n");
    }
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
  return hash;
}

Trainer::Trainer (const TrainingRequest &request)
    : request (request), recipe (request.recipe), weights (LossWeights::of (request.recipe)),
      start (make_start (request.parent, request.recipe)), network (start.network),
      background (!g_str_equal (start.get_card ()->activation, "sigmoid")), sampler (request.training, request.recipe),
      schedule (make_schedule (request.recipe, sampler.get_epoch_area ())),
      compute (choose_compute (request.recipe, request.options))
{
  g_autofree char *text = acini_recipe_to_data (&recipe);

  identity = { text, request.parent != nullptr ? start.get_card ()->id : "", identify_images (request) };
  std::copy_n (start.get_card ()->mean, 3, normalisation.mean);
  std::copy_n (start.get_card ()->std, 3, normalisation.std);
  sampler.set_mpp (start.get_card ()->mpp);
  mark_onednn_used ();
  at::globalContext ().setDeterministicAlgorithms (recipe.deterministic, /* only warn */ true);
  at::globalContext ().setDeterministicCuDNN (recipe.deterministic);
  at::globalContext ().setBenchmarkCuDNN (!recipe.deterministic);
  keep_memory ();
  torch::set_num_threads (compute.threads);
  network->to (compute.device);
  for (torch::Tensor &parameter : network->parameters ())
    if (parameter.dim () == 4)
      parameter.set_data (parameter.contiguous (torch::MemoryFormat::ChannelsLast));
  optimiser = std::make_unique<Optimiser> (*network, recipe);
  if (g_mkdir_with_parents (request.folder, 0777) != 0)
    fail (ACINI_MODEL_ERROR_FAILED, "The folder “%s” cannot be created: %s.", request.folder, g_strerror (errno));
  resume ();
}

void
Trainer::resume ()
{
  std::optional<TrainingState> state = load_checkpoint (request.folder, identity);

  if (state && state->progress.step <= schedule.steps)
    {
      acini::set_state (*network, state->network);
      optimiser->set_state (state->moments, state->progress.step);
      progress = state->progress;
      best = state->best;
      if (progress.planned > 0)
        schedule.steps = progress.planned;
      for (const auto &item : state->leaders)
        leaders[std::stoi (item.key ())].insert (item.key ().substr (item.key ().find ('/') + 1), item.value ());
    }
  if (recipe.ema <= 0)
    return;
  average = clone_state (acini::get_state (*network));
  if (state && state->average.size () == average.size ())
    for (auto &item : average)
      item.value ().copy_ (state->average[item.key ()]);
}

TrainingState
Trainer::get_state ()
{
  TrainingState state{ progress, acini::get_state (*network), optimiser->get_state (), average, best, Tensors () };

  for (const auto &[step, weights] : leaders)
    for (const auto &item : weights)
      state.leaders.insert (std::to_string (step) + "/" + item.key (), item.value ());
  return state;
}

AciniTrainEvent
Trainer::make_event (const char *kind) const
{
  AciniTrainEvent event{};

  event.kind = kind;
  event.step = progress.step;
  event.steps = schedule.steps;
  event.epoch = schedule.epoch_of (progress.step);
  event.epochs = schedule.epochs ();
  event.steps_per_second = step_seconds > 0 ? steps_here / step_seconds : 0;
  event.loss = event.learning_rate = event.held_out_loss = event.held_out_dice = NAN;
  return event;
}

/* A decision against going on is final. */
void
Trainer::emit (const AciniTrainEvent &event)
{
  AciniTrainDecision next = request.callback ? request.callback (event) : ACINI_TRAIN_CONTINUE;

  if (goes_on ())
    decision = next;
}

void
Trainer::checkpoint ()
{
  save_checkpoint (request.folder, identity, get_state ());
  emit (make_event ("checkpoint"));
}

double
Trainer::get_learning_rate (int step) const
{
  return learning_rate_at (recipe, progress.learning_rate > 0 ? progress.learning_rate : recipe.learning_rate, step,
                           schedule.steps);
}

/* Adds the gradients of one of a step's batches.  Returns: its loss. */
double
Trainer::add_gradients (const Batch &batch)
{
  int64_t side = recipe.patch;
  torch::Tensor x = batch.pixels.to (compute.device).contiguous (torch::MemoryFormat::ChannelsLast);
  torch::Tensor target = batch.labels.to (compute.device, torch::kLong);
  torch::Tensor logits;

  {
    Autocast autocast (compute);

    logits = network->forward (x);
  }
  logits = upsample_to (logits.to (torch::kFloat), side, side);

  torch::Tensor loss = training_loss (logits, target, batch.weights, weights, background);
  double value = loss.item<double> ();

  if (!std::isfinite (value) && progress.step == 0)
    fail (ACINI_MODEL_ERROR_NOT_FINITE,
          _ ("The network of “%s” gives results that are not numbers, so that it cannot learn; start from another "
             "model"),
          start.get_card ()->name);
  if (!std::isfinite (value))
    fail (ACINI_MODEL_ERROR_DIVERGED,
          "Training diverged at step %d (the loss is not a number). Try a lower learning rate.", progress.step);
  (recipe.accumulate > 1 ? loss / recipe.accumulate : loss).backward ();
  return value;
}

/* One step of the optimiser at that learning rate.  Returns: the loss before it. */
double
Trainer::train_step (Loader &loader, double rate)
{
  double sum = 0;

  /* Dropout draws from torch's own generator; seeding it here makes a step the same wherever training was resumed. */
  torch::manual_seed (Random ({ recipe.seed, uint64_t (progress.step), 3 }).next ());
  optimiser->begin_step (progress.step);
  optimiser->set_learning_rate (rate);
  for (int i = 0; i < recipe.accumulate; i++)
    sum += add_gradients (loader.next ());
  optimiser->step ();
  if (recipe.ema > 0)
    update_average (average, *network, recipe.ema, progress.step);
  return sum / recipe.accumulate;
}

/* The weights that are scored and kept: the average, where there is one. */
Tensors
Trainer::get_scored_weights () const
{
  return clone_state (recipe.ema > 0 ? average : acini::get_state (*network));
}

Score
Trainer::score_weights (const Tensors &scored)
{
  ValidationSettings settings;
  Tensors own = clone_state (acini::get_state (*network));
  Score score;

  settings.patch = recipe.patch;
  settings.max_patches = recipe.validation_patches;
  settings.seed = recipe.seed;
  settings.weights = weights;
  settings.normalisation = normalisation;
  settings.background = background;
  settings.device = compute.device;
  acini::set_state (*network, scored);
  network->eval ();
  {
    Autocast autocast (compute);

    score = validate (*network, *request.held_out, settings);
  }
  network->train ();
  acini::set_state (*network, own);
  return score;
}

/* Scores the weights as they are now and keeps them if none did better. */
void
Trainer::measure ()
{
  const double begin = now ();
  Tensors scored = get_scored_weights ();
  Score score = score_weights (scored);
  AciniTrainEvent event;

  validation_seconds = now () - begin;

  if (score.images == 0)
    return;

  const Measurement *leader = progress.find (progress.best_step);

  if (leader == nullptr || score.better_than (leader->score))
    {
      progress.best_step = progress.step;
      best = scored;
    }
  progress.curve.push_back ({ progress.step, score });
  if (recipe.swa > 1 && progress.step > 0)
    keep_leader (scored);

  JsonObject *organs = organs_to_json (score);

  event = make_event ("validation");
  event.held_out_loss = score.loss;
  event.held_out_dice = score.dice;
  event.dice_by_organ = organs;
  emit (event);
  g_clear_pointer (&organs, json_object_unref);
}

/* Adds the weights that were measured last to the leaders and lets the last of too many go. */
void
Trainer::keep_leader (const Tensors &scored)
{
  leaders[progress.step] = scored;
  if (leaders.size () <= size_t (recipe.swa))
    return;

  auto last = std::min_element (leaders.begin (), leaders.end (), [this] (const auto &a, const auto &b) {
    return progress.find (b.first)->score.better_than (progress.find (a.first)->score);
  });

  leaders.erase (last);
}

/* The mean of the leaders becomes the best, if it is. */
void
Trainer::average_leaders ()
{
  std::vector<const Tensors *> states;
  const Measurement *leader = progress.find (progress.best_step);

  for (const auto &[step, weights] : leaders)
    states.push_back (&weights);
  if (states.size () < 2 || leader == nullptr)
    return;

  Tensors mean = average_states (states);
  Score score = score_weights (mean);

  if (!score.better_than (leader->score))
    return;
  best = mean;
  progress.average = score;
  for (const auto &[step, weights] : leaders)
    progress.averaged.push_back (step);
}

/* Whether the recipe's patience is at its end. */
bool
Trainer::is_exhausted () const
{
  int later = 0;

  for (const Measurement &measurement : progress.curve)
    later += measurement.step > progress.best_step;
  return recipe.patience > 0 && later >= recipe.patience;
}

/* So many steps tell how long one takes. */
static constexpr int kStepsToMeasure = 10;

/* Plans as many steps, with their validations, as the recipe's time has room for.  Once in a training: the learning
 * rate follows from it. */
void
Trainer::fit_into_time ()
{
  if (recipe.minutes <= 0 || progress.planned > 0 || steps_here < kStepsToMeasure)
    return;

  const double validations = request.held_out != nullptr ? validation_seconds : 0;
  const double each = step_seconds / steps_here + validations / schedule.validate_every;
  const double left = (recipe.minutes * 60 - progress.seconds - 2 * validations) / each;

  progress.planned = int (std::clamp<double> (progress.step + left, progress.step, schedule.steps));
  schedule.steps = progress.planned;
}

void
Trainer::after_step (double loss)
{
  fit_into_time ();

  AciniTrainEvent event = make_event ("step");
  bool last = progress.step == schedule.steps;

  event.loss = loss;
  event.learning_rate = get_learning_rate (progress.step - 1);
  emit (event);
  if (goes_on () && request.held_out != nullptr && schedule.validates_after (progress.step))
    measure ();
  if (goes_on () && !last && progress.step % recipe.checkpoint_every == 0)
    checkpoint ();
}

void
Trainer::finish ()
{
  average_leaders ();

  Tensors kept = best.size () > 0 ? best : get_scored_weights ();

  acini::set_state (*network, kept);
  network->eval ();
  write_model ({ request, *network, start.get_card (), progress, schedule, compute, sampler.get_labelled_area () });
  emit (make_event ("end"));
}

void
Trainer::emit_start ()
{
  AciniTrainEvent event = make_event ("start");
  const std::string text = start.report.to_text ();

  if (!start.report.missing.empty () || !start.report.left_over.empty ())
    event.parent = text.c_str ();
  event.precision = compute.type == torch::kFloat ? "float32" : "bfloat16";
  event.onednn = acini_onednn_to_string (get_onednn ());
  emit (event);
}

AciniTrainDecision
Trainer::run ()
{
  network->train ();
  emit_start ();
  /* Where the plot begins: the parent's score. */
  if (goes_on () && request.held_out != nullptr && progress.find (progress.step) == nullptr
      && (progress.step == 0 || schedule.validates_after (progress.step)))
    measure ();

  if (recipe.find_learning_rate && progress.step == 0)
    find_learning_rate ();

  Loader loader (request.training, recipe, sampler, normalisation, network->architecture.classes + (background ? 0 : 1),
                 progress.step * recipe.accumulate, schedule.steps * recipe.accumulate);

  while (goes_on () && progress.step < schedule.steps && !is_exhausted ())
    {
      double begin = now ();
      double loss = train_step (loader, get_learning_rate (progress.step));

      progress.step++;
      steps_here++;
      step_seconds += now () - begin;
      progress.seconds += now () - begin;
      after_step (loss);
    }
  if (decision == ACINI_TRAIN_PAUSE)
    save_checkpoint (request.folder, identity, get_state ());
  else if (goes_on ())
    finish ();
  return decision;
}

} // namespace acini

gboolean
acini_model_get_training_mpp (const char *parent, const AciniRecipe *recipe, double *mpp, GError **error)
{
  g_return_val_if_fail (recipe != nullptr && mpp != nullptr, FALSE);

  return acini::guard (error, [&] { *mpp = acini::make_start (parent, *recipe).get_card ()->mpp; });
}

gboolean
acini_model_train (const char *parent, const AciniRecipe *recipe, const AciniTrainingSource *training,
                   const AciniTrainingSource *held_out, const AciniModelOptions *options, gboolean half, const char *id,
                   const char *name, const char *folder, AciniTrainFunc callback, gpointer user_data,
                   AciniTrainDecision *outcome, GError **error)
{
  AciniTrainDecision decision = ACINI_TRAIN_CONTINUE;

  g_return_val_if_fail (recipe != nullptr && training != nullptr && folder != nullptr, FALSE);
  g_return_val_if_fail (id != nullptr && name != nullptr, FALSE);
  if (!acini_recipe_check (recipe, error))
    return FALSE;

  bool done
      = acini::guard (error, [&] {
          acini::TrainingRequest request{ parent,        *recipe, *training, held_out, options,
                                          half != FALSE, id,      name,      folder,   {} };

          if (callback != nullptr)
            request.callback = [=] (const AciniTrainEvent &event) { return callback (&event, user_data); };
          decision = acini::Trainer (request).run ();
        });

  if (outcome != nullptr)
    *outcome = decision;
  if (done && decision == ACINI_TRAIN_CANCEL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The training was cancelled.");
      return FALSE;
    }
  return done;
}
