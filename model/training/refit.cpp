/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last layer learns anew, the rest of the network stays: what a handful of corrections can tell, in a second. */

#include "model/base/memory.hpp"
#include "model/training/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <glib/gstdio.h>
#include <set>
#include <tuple>

namespace acini
{

namespace
{

constexpr int kRefitSide = 512, kMostRefitPatches = 24;
/* Of all patches together: the cost of a fit grows with them, and neighbours tell little that is new. */
constexpr int64_t kMostSamples = 3000;
/* Penalties a sample on squared weights of standardised features, the weakest first. */
constexpr double kRidges[] = { 0.01, 0.1, 1, 10 };
constexpr int kRefitSteps = 4;

/* Pixels with labels, as the last layer sees them. */
struct Samples
{
  torch::Tensor features; /* [N, C] */
  torch::Tensor logits;   /* [N, K], of the network as it is */
  torch::Tensor targets;  /* int64 [N] */
  torch::Tensor weights;  /* [N]: of how many pixels each stands for, mean 1 */
  torch::Tensor groups;   /* int64 [N]: what is left out together */
  torch::Tensor shifts;   /* [N, K]: logit of the threshold */

  Samples
  select (const torch::Tensor &index) const
  {
    return { features.index_select (0, index), logits.index_select (0, index), targets.index_select (0, index),
             weights.index_select (0, index),  groups.index_select (0, index), shifts.index_select (0, index) };
  }
};

/* The convolution that makes the logits: the last with as many outputs. */
struct LastLayer
{
  torch::Tensor weight, bias; /* the network's own */
  std::string name;

  static LastLayer
  find (Network &network)
  {
    LastLayer found;

    for (const auto &item : network.named_parameters ())
      if (item.value ().dim () == 4 && item.value ().size (0) == network.architecture.classes)
        {
          found.weight = item.value ();
          found.name = item.key ().substr (0, item.key ().size () - strlen ("weight"));
        }
    for (const auto &item : network.named_parameters ())
      if (found.weight.defined () && item.key () == found.name + "bias")
        found.bias = item.value ();
    if (!found.bias.defined ())
      fail (ACINI_MODEL_ERROR_INPUT,
            "The last layer of this network is not a convolution with a bias, so that it cannot "
            "be refitted; fine-tune it instead.");
    return found;
  }

  int64_t
  get_middle () const
  {
    return weight.size (2) / 2;
  }
};

/* Within its life the last layer gives its inputs instead of logits. */
class Uncovered
{
public:
  explicit Uncovered (LastLayer &layer)
      : layer (layer), weight (layer.weight.detach ().clone ()), bias (layer.bias.detach ().clone ())
  {
    const int64_t n = weight.size (1);
    torch::Tensor identity = torch::zeros ({ n, n, weight.size (2), weight.size (3) });

    identity.select (3, layer.get_middle ()).select (2, layer.get_middle ()).copy_ (torch::eye (n));
    layer.weight.set_data (identity);
    layer.bias.set_data (torch::zeros ({ n }));
  }
  ~Uncovered ()
  {
    layer.weight.set_data (weight);
    layer.bias.set_data (bias);
  }
  Uncovered (const Uncovered &) = delete;
  Uncovered &operator= (const Uncovered &) = delete;

private:
  LastLayer &layer;
  torch::Tensor weight, bias;
};

double
to_logit (double p)
{
  p = std::clamp (p, 0.01, 0.99);
  return std::log (p / (1 - p));
}

/* How far what the threshold decides is from zero, for each output. */
torch::Tensor
get_shifts (const AciniCard *card, const char *organ, int64_t outputs, bool background)
{
  torch::Tensor shifts = torch::zeros ({ outputs });

  for (int64_t k = background ? 1 : 0; k < outputs; k++)
    shifts[k] = to_logit (acini_card_get_class_threshold (card, organ, guint (k - (background ? 1 : 0))));
  return shifts;
}

/* What the head is given of one patch. */
struct RefitPatch
{
  torch::Tensor features, logits, labels; /* [P, C], [P, K], int64 [P], P pixels of the network's output */
  torch::Tensor groups;                   /* int64 [P] */
};

RefitPatch
see (Network &network, LastLayer &layer, const AciniTrainingSource &source, const Place &place,
     const Normalisation &normalisation, int64_t classes)
{
  const int side = kRefitSide;
  torch::Tensor pixels = torch::empty ({ 1, 3, side, side });
  std::vector<uint8_t> rgb, labels;
  RefitPatch patch;

  read_patch (source, place, side, classes, rgb, labels);
  colour_and_normalise (Augmentation (), side, rgb.data (), normalisation.mean, normalisation.std,
                        pixels.data_ptr<float> ());
  pixels = pixels.contiguous (torch::MemoryFormat::ChannelsLast);
  {
    const Uncovered uncovered (layer);

    patch.features = network.forward (pixels).to (torch::kFloat);
  }
  /* A layer of one pixel is a product; a larger one looks at its neighbours, too. */
  patch.logits = layer.weight.size (2) == 1 ? at::conv2d (patch.features, layer.weight, layer.bias)
                                            : network.forward (pixels).to (torch::kFloat);

  const int64_t height = patch.features.size (2), width = patch.features.size (3);
  torch::Tensor all = torch::from_blob (labels.data (), { side, side }, torch::kByte).to (torch::kLong);
  /* The label in the middle of what an output pixel covers. */
  torch::Tensor rows = ((torch::arange (height) + 0.5) * side / double (height)).to (torch::kLong);
  torch::Tensor columns = ((torch::arange (width) + 0.5) * side / double (width)).to (torch::kLong);

  /* Squares of the image, black and white as on a chessboard: patches overlap, and what lies in two is left out in
   * both.
   */
  torch::Tensor down = ((rows - side / 2 + int64_t (place.y)).floor_divide (kRefitSide / 2)).unsqueeze (1);
  torch::Tensor right = ((columns - side / 2 + int64_t (place.x)).floor_divide (kRefitSide / 2)).unsqueeze (0);

  patch.groups = (down + right).remainder (2).flatten ();
  patch.labels = all.index_select (0, rows).index_select (1, columns).flatten ();
  patch.features = patch.features[0].flatten (1).t ();
  patch.logits = patch.logits[0].flatten (1).t ();
  return patch;
}

/* Adds up to @most pixels of each class of the patch. */
void
add_samples (const RefitPatch &patch, const torch::Tensor &shifts, int64_t most, std::vector<Samples> &samples)
{
  for (int64_t label = 0; label < patch.logits.size (1) + 1; label++)
    {
      torch::Tensor index = (patch.labels == label).nonzero ().flatten ();
      const int64_t n = index.size (0), kept = std::min (n, most);

      if (n == 0)
        continue;
      index = index.index_select (0, (torch::arange (kept) * n).floor_divide (kept));
      samples.push_back ({ patch.features.index_select (0, index), patch.logits.index_select (0, index),
                           patch.labels.index_select (0, index), torch::full ({ kept }, double (n) / double (kept)),
                           patch.groups.index_select (0, index), shifts.expand ({ kept, -1 }) });
    }
}

Samples
join_samples (const std::vector<Samples> &parts)
{
  std::vector<torch::Tensor> columns[6];

  for (const Samples &part : parts)
    {
      const torch::Tensor members[]
          = { part.features, part.logits, part.targets, part.weights, part.groups, part.shifts };

      for (int i = 0; i < 6; i++)
        columns[i].push_back (members[i]);
    }

  torch::Tensor weights = torch::cat (columns[3]).to (torch::kFloat);

  return { torch::cat (columns[0]).contiguous (),
           torch::cat (columns[1]).contiguous (),
           torch::cat (columns[2]),
           weights / weights.mean (),
           torch::cat (columns[4]),
           torch::cat (columns[5]) };
}

/* One output against the others: the logit that the others leave it, at the threshold. */
torch::Tensor
get_offsets (const Samples &samples, int64_t output, bool background)
{
  torch::Tensor own = samples.logits.select (1, output), shift = samples.shifts.select (1, output);

  if (!background)
    return own - shift;

  torch::Tensor others = samples.logits.clone ();

  others.select (1, output).fill_ (-INFINITY);
  return own - others.logsumexp (1) - shift;
}

torch::Tensor
get_truth (const Samples &samples, int64_t output, bool background)
{
  return (samples.targets == output + (background ? 0 : 1)).to (torch::kFloat);
}

/* How well "above @cut" tells units from the rest. */
struct Cut
{
  double cut = 0, dice = 0;
};

/* Dice of what is above 0. */
double
get_dice (const torch::Tensor &z, const torch::Tensor &truth, const torch::Tensor &weights)
{
  const torch::Tensor found = (z >= 0).to (torch::kFloat) * weights, units = truth * weights;
  const double sum = (found.sum () + units.sum ()).item<double> ();

  return sum > 0 ? 2 * (found * truth).sum ().item<double> () / sum : 1;
}

/* The cut of the best Dice: every sample's value is tried. */
Cut
find_cut (const torch::Tensor &z, const torch::Tensor &truth, const torch::Tensor &weights)
{
  const auto [sorted, index] = z.sort (0, true);
  const torch::Tensor w = weights.index_select (0, index), units = truth.index_select (0, index) * w;
  const torch::Tensor hits = units.cumsum (0), dice = 2 * hits / (w.cumsum (0) + units.sum ());
  const int64_t best = dice.argmax ().item<int64_t> (), next = std::min (best + 1, z.size (0) - 1);

  return { 0.5 * (sorted[best].item<double> () + sorted[next].item<double> ()), dice[best].item<double> () };
}

/* Newton's method; the bias is not penalised.  @x: [N, C + 1], the last column 1.  Returns: [C + 1]. */
torch::Tensor
fit (const torch::Tensor &x, const torch::Tensor &offsets, const torch::Tensor &truth, const torch::Tensor &weights,
     double ridge)
{
  const int64_t n = x.size (0), m = x.size (1);
  torch::Tensor beta = torch::zeros ({ m }, torch::kDouble);
  torch::Tensor penalty = torch::full ({ m }, ridge * double (n), torch::kDouble);

  penalty[m - 1] = 1e-6 * double (n);
  for (int i = 0; i < kRefitSteps; i++)
    {
      torch::Tensor p = (offsets + x.mv (beta.to (torch::kFloat))).sigmoid ();
      torch::Tensor gradient = x.t ().mv (weights * (truth - p)).to (torch::kDouble) - penalty * beta;
      torch::Tensor curvature = weights * (p * (1 - p)).clamp_min (1e-4);
      torch::Tensor hessian = x.t ().mm (x * curvature.unsqueeze (1)).to (torch::kDouble) + penalty.diag ();
      torch::Tensor step = torch::cholesky_solve (gradient.unsqueeze (1), at::linalg_cholesky (hessian)).squeeze (1);

      beta = beta + step;
      if (step.abs ().max ().item<double> () < 1e-4)
        break;
    }
  return beta;
}

/* A refitted output: what is added to its weights and its bias, and how it did on what was left out. */
struct Refit
{
  torch::Tensor delta; /* [C + 1], undefined: nothing */
  double ridge = 0;    /* 0: the bias alone */
  double before = 0, after = 0;
};

/* What the samples of each half would get from a fit to the other one. */
torch::Tensor
predict_left_out (const Samples &samples, const torch::Tensor &x, const torch::Tensor &offsets,
                  const torch::Tensor &truth, double ridge)
{
  torch::Tensor z = offsets.clone ();

  for (int64_t fold = 0; fold < 2; fold++)
    {
      const torch::Tensor out = (samples.groups == fold).nonzero ().flatten ();
      const torch::Tensor in = (samples.groups != fold).nonzero ().flatten ();

      if (out.size (0) == 0 || in.size (0) == 0)
        continue;

      const torch::Tensor beta = fit (x.index_select (0, in), offsets.index_select (0, in), truth.index_select (0, in),
                                      samples.weights.index_select (0, in), ridge);

      z.index_put_ ({ out }, offsets.index_select (0, out) + x.index_select (0, out).mv (beta.to (torch::kFloat)));
    }
  return z;
}

/* A change has to be worth it. */
constexpr double kLeastGain = 0.002;

/* @x: standardised, the last column 1. */
Refit
refit_output (const Samples &samples, const torch::Tensor &x, int64_t output, bool background)
{
  const torch::Tensor offsets = get_offsets (samples, output, background);
  const torch::Tensor truth = get_truth (samples, output, background);
  Cut best = find_cut (offsets, truth, samples.weights);
  Refit refit;

  for (double ridge : kRidges)
    {
      const Cut cut = find_cut (predict_left_out (samples, x, offsets, truth, ridge), truth, samples.weights);

      if (cut.dice > best.dice)
        {
          best = cut;
          refit.ridge = ridge;
        }
    }
  refit.before = get_dice (offsets, truth, samples.weights);
  refit.after = best.dice;
  if (refit.after < refit.before + kLeastGain)
    return refit;
  refit.delta = refit.ridge > 0 ? fit (x, offsets, truth, samples.weights, refit.ridge)
                                : torch::zeros ({ x.size (1) }, torch::kDouble);
  refit.delta[-1] -= best.cut;
  return refit;
}

/* All outputs but the background's, whose logit the others are measured against. */
Refit
refit_layer (LastLayer &layer, const Samples &samples, bool background)
{
  const torch::Tensor mean = samples.features.mean (0), own = samples.features.std (0, false);
  /* A feature that hardly ever changes is not blown up. */
  const torch::Tensor deviation = torch::maximum (own, 0.1 * own.mean () + 1e-6);
  const torch::Tensor x
      = torch::cat ({ (samples.features - mean) / deviation, torch::ones ({ samples.features.size (0), 1 }) }, 1);
  const int64_t outputs = samples.logits.size (1) - (background ? 1 : 0);
  Refit all;

  for (int64_t k = background ? 1 : 0; k < samples.logits.size (1); k++)
    {
      const Refit one = refit_output (samples, x, k, background);

      all.before += one.before / double (outputs);
      all.after += (one.delta.defined () ? one.after : one.before) / double (outputs);
      if (!one.delta.defined ())
        continue;
      all.delta = one.delta;
      all.ridge = one.ridge;

      const torch::Tensor beta = one.delta.to (torch::kFloat), weight = beta.slice (0, 0, -1) / deviation;

      layer.weight[k].select (2, layer.get_middle ()).select (1, layer.get_middle ()).add_ (weight);
      layer.bias[k].add_ (beta[-1] - weight.dot (mean));
    }
  return all;
}

AciniCard *
make_refit_card (const AciniCard *parent, const AciniTrainingSource &source, const char *id, const char *name,
                 const Refit &refit, int64_t pixels)
{
  AciniCard *card = acini_card_copy (parent);
  g_autoptr (GDateTime) time = g_date_time_new_now_utc ();
  JsonArray *items = json_array_new ();

  g_free (card->parent);
  card->parent = g_strdup (parent->id);
  g_free (card->id);
  card->id = g_strdup (id);
  g_free (card->name);
  card->name = g_strdup (name);
  g_free (card->created);
  card->created = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  g_free (card->description);
  card->description
      = g_strdup_printf ("“%s” with its last layer refitted on %" G_GINT64_FORMAT " labelled pixels of %u images.",
                         parent->name, pixels, source.n_items);
  g_clear_pointer (&card->scores, json_object_unref);
  for (guint i = 0; i < source.n_items; i++)
    json_array_add_string_element (items, source.get_name (source.user_data, i));
  g_clear_pointer (&card->training, json_object_unref);
  card->training = json_object_new ();
  json_object_set_string_member (card->training, "recipe", "Head refit");
  json_object_set_array_member (card->training, "items", items);
  json_object_set_array_member (card->training, "inherited", list_inherited (parent));
  json_object_set_double_member (card->training, "labelled_pixels", double (pixels));
  json_object_set_double_member (card->training, "ridge", refit.ridge);
  return card;
}

JsonObject *
report_refit (const Refit &refit, int64_t pixels, int64_t patches)
{
  JsonObject *report = json_object_new ();

  json_object_set_int_member (report, "pixels", pixels);
  json_object_set_int_member (report, "patches", patches);
  json_object_set_double_member (report, "ridge", refit.ridge);
  json_object_set_double_member (report, "dice_before", refit.before);
  json_object_set_double_member (report, "dice_after", refit.after);
  json_object_set_boolean_member (report, "changed", refit.delta.defined ());
  return report;
}

/* Patches over the labelled area, each twice as often as would cover it. */
Samples
collect_samples (LoadedNetwork &start, LastLayer &layer, const AciniRecipe &recipe, const AciniTrainingSource &source,
                 int64_t *patches)
{
  const AciniCard *card = start.get_card ();
  const bool background = !g_str_equal (card->activation, "sigmoid");
  const int64_t outputs = start.network->architecture.classes;
  const Sampler sampler (source, recipe);
  const double area = sampler.get_labelled_area () / (double (kRefitSide) * kRefitSide);
  const int64_t n = std::clamp<int64_t> (int64_t (std::ceil (2 * area)), 2, kMostRefitPatches);
  Normalisation normalisation{};
  std::vector<Samples> samples;
  std::set<std::tuple<guint, int64_t, int64_t>> seen; /* an image that fits into a patch has but one */

  std::copy_n (card->mean, 3, normalisation.mean);
  std::copy_n (card->std, 3, normalisation.std);
  for (int64_t i = 0; i < n; i++)
    {
      Random random ({ recipe.seed, uint64_t (i) });
      const Place place = sampler.draw (random);

      if (!seen.insert ({ place.item, std::llround (place.x), std::llround (place.y) }).second)
        continue;

      const RefitPatch patch
          = see (*start.network, layer, source, place, normalisation, outputs + (background ? 0 : 1));
      const torch::Tensor shifts
          = get_shifts (card, source.get_organ (source.user_data, place.item), outputs, background);

      add_samples (patch, shifts, kMostSamples / n / 2, samples);
    }
  if (samples.empty ())
    fail (ACINI_MODEL_ERROR_INPUT, "There is nothing to learn from: no pixel that was looked at has a label.");
  *patches = int64_t (seen.size ());
  return join_samples (samples);
}

void
refit (const char *parent, const AciniTrainingSource &source, const AciniModelOptions *options, bool half,
       const char *id, const char *name, const std::string &folder, JsonObject **report)
{
  const double begin = double (g_get_monotonic_time ());
  torch::NoGradGuard no_grad;
  std::unique_ptr<AciniRecipe, decltype (&acini_recipe_free)> recipe (acini_recipe_new (), acini_recipe_free);
  LoadedNetwork start = load_network (parent);
  LastLayer layer = LastLayer::find (*start.network);
  const bool background = !g_str_equal (start.get_card ()->activation, "sigmoid");
  int64_t patches = 0;
  double seen[2] = { double (g_get_monotonic_time ()), 0 };

  recipe->patch = kRefitSide;
  recipe->scale_min = recipe->scale_max = 1;
  torch::set_num_threads (choose_compute (*recipe, options).threads);
  start.network->eval ();
  for (torch::Tensor &parameter : start.network->parameters ())
    if (parameter.dim () == 4)
      parameter.set_data (parameter.contiguous (torch::MemoryFormat::ChannelsLast));
  /* What was read may lie in a mapping of the file. */
  layer.weight.set_data (layer.weight.clone ());
  layer.bias.set_data (layer.bias.clone ());

  const Samples samples = collect_samples (start, layer, *recipe, source, &patches);

  seen[1] = double (g_get_monotonic_time ());

  const Refit result = refit_layer (layer, samples, background);
  const int64_t pixels = samples.targets.size (0);

  *report = report_refit (result, pixels, patches);
  g_debug ("refit: %.2f s until the network is loaded, %.2f s until features are there, %.2f s until it is fitted",
           (seen[0] - begin) / 1e6, (seen[1] - begin) / 1e6, (double (g_get_monotonic_time ()) - begin) / 1e6);
  if (!result.delta.defined ())
    return;

  std::unique_ptr<AciniCard, decltype (&acini_card_free)> card (
      make_refit_card (start.get_card (), source, id, name, result, pixels), acini_card_free);
  GError *error = nullptr;

  if (g_mkdir_with_parents (folder.c_str (), 0777) != 0)
    fail (ACINI_MODEL_ERROR_FAILED, "The folder “%s” cannot be created: %s.", folder.c_str (), g_strerror (errno));
  save_network (folder + "/model.safetensors", *start.network, half);
  if (!acini_card_save (card.get (), (folder + "/model.json").c_str (), &error))
    throw ForeignError (error);
}

} // namespace

} // namespace acini

gboolean
acini_model_refit (const char *parent, const AciniTrainingSource *training, const AciniModelOptions *options,
                   gboolean half, const char *id, const char *name, const char *folder, JsonObject **report,
                   GError **error)
{
  g_return_val_if_fail (parent != nullptr && training != nullptr && id != nullptr && name != nullptr, FALSE);
  g_return_val_if_fail (folder != nullptr && report != nullptr, FALSE);

  *report = nullptr;
  return acini::guard (error,
                       [&] { acini::refit (parent, *training, options, half != FALSE, id, name, folder, report); });
}
