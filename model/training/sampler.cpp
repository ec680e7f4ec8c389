/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/sampler.hpp"

#include "model/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

namespace acini
{

static double
share_of (const std::string &sampling, double area)
{
  if (!(area > 0))
    return 0;
  if (sampling == "area")
    return area;
  return sampling == "image" ? 1 : std::sqrt (area);
}

/* Brings each organ's shares to the root of its labelled area, however many images that is made of (a thousand small
 * images of one organ leave room for ten of another), times the recipe's weight of the organ. */
static void
balance_organs (const AciniTrainingSource &source, const AciniRecipe &recipe, std::vector<double> &shares)
{
  g_autoptr (GHashTable) weights = acini_recipe_get_organ_weights (&recipe);
  struct Organ
  {
    double area = 0, shares = 0;
  };
  std::map<std::string, Organ> organs;
  auto get_name = [&] (guint i) {
    const char *organ = source.get_organ != nullptr ? source.get_organ (source.user_data, i) : nullptr;

    return organ != nullptr ? organ : "";
  };
  auto get_weight = [&] (const char *organ) {
    const double *weight = (const double *)(weights != nullptr ? g_hash_table_lookup (weights, organ) : nullptr);

    return weight != nullptr ? *weight : 1;
  };

  for (guint i = 0; i < shares.size (); i++)
    {
      Organ &organ = organs[get_name (i)];

      organ.area += std::max (source.get_labelled_area (source.user_data, i), 0.0);
      organ.shares += shares[i];
    }
  for (guint i = 0; i < shares.size (); i++)
    if (shares[i] > 0)
      {
        const Organ &organ = organs[get_name (i)];

        shares[i] *= get_weight (get_name (i)) * std::sqrt (organ.area) / organ.shares;
      }
}

/* Brings the shares of the images from @first on to @wanted, that of those up to @n_fresh being @rest.  Returns:
 * @wanted, or 0 where there is nothing of one of the two. */
static double
set_share (std::vector<double> &shares, guint n_fresh, guint first, guint end, double wanted, double rest)
{
  double fresh = std::accumulate (shares.begin (), shares.begin () + n_fresh, 0.0);
  double other = std::accumulate (shares.begin () + first, shares.begin () + end, 0.0);

  if (!(fresh > 0) || !(other > 0))
    return 0;
  for (guint i = first; i < end; i++)
    shares[i] *= fresh / other * wanted / rest;
  return wanted;
}

/* Brings the shares of what is replayed, and of what has predictions for labels, to the recipe's.  Returns: both
 * together. */
static double
set_shares (const AciniTrainingSource &source, const AciniRecipe &recipe, guint n_fresh, std::vector<double> &shares)
{
  const guint n_labelled = n_fresh + source.n_pseudo, n = guint (shares.size ());
  auto is_there = [&shares] (guint first, guint end) {
    return std::accumulate (shares.begin () + first, shares.begin () + end, 0.0) > 0;
  };
  const double replay = is_there (n_labelled, n) ? recipe.replay : 0;
  const double pseudo = is_there (n_fresh, n_labelled) ? recipe.pseudo : 0;
  const double rest = 1 - replay - pseudo;

  return set_share (shares, n_fresh, n_fresh, n_labelled, pseudo, rest)
         + set_share (shares, n_fresh, n_labelled, n, replay, rest);
}

Sampler::Sampler (const AciniTrainingSource &source, const AciniRecipe &recipe) : source (source), recipe (recipe)
{
  std::vector<double> shares;
  double sum = 0;

  n_fresh = source.n_items - std::min (source.n_items, source.n_replayed + source.n_pseudo);
  for (guint i = 0; i < source.n_items; i++)
    {
      double labelled = source.get_labelled_area (source.user_data, i);
      double emphasis = source.get_emphasis != nullptr ? source.get_emphasis (source.user_data, i) : 1;

      area += i < n_fresh ? std::max (labelled, 0.0) : 0;
      shares.push_back (share_of (recipe.sampling, labelled) * emphasis);
    }
  if (g_str_equal (recipe.sampling, "organ"))
    balance_organs (source, recipe, shares);
  others = set_shares (source, recipe, n_fresh, shares);
  for (double share : shares)
    cumulative.push_back (sum += share);
  if (!(sum > 0))
    fail (ACINI_MODEL_ERROR_INPUT, "There is nothing to train on: no image has labelled pixels.");
  for (double &value : cumulative)
    value /= sum;
}

double
Sampler::get_weight (guint item) const
{
  return item >= n_fresh && item - n_fresh < source.n_pseudo ? recipe.pseudo_weight : 1;
}

guint
Sampler::draw_item (Random &random) const
{
  auto found = std::upper_bound (cumulative.begin (), cumulative.end (), random.uniform ());

  return guint (std::min<size_t> (found - cumulative.begin (), cumulative.size () - 1));
}

/* Moves the centre so that @length pixels lie within @size, or in the middle where they cannot. */
static double
keep_inside (double centre, double length, double size)
{
  return length >= size ? size / 2 : std::clamp (centre, length / 2, size - length / 2);
}

/* Network pixels per pixel read. */
double
Sampler::draw_zoom (guint item, Random &random) const
{
  double share = random.uniform ();
  gint64 width, height;

  source.get_size (source.user_data, item, &width, &height);
  if (recipe.resize_max > 0)
    return double (std::max (width, height)) / (recipe.resize_min + (recipe.resize_max - recipe.resize_min) * share);
  if (recipe.mpp_max > 0 && mpp > 0)
    return recipe.mpp_min / mpp * std::pow (recipe.mpp_max / recipe.mpp_min, share);
  /* Objects as often larger as smaller: uniform in the logarithm. */
  return std::exp (
      -(std::log (recipe.scale_min) + (std::log (recipe.scale_max) - std::log (recipe.scale_min)) * share));
}

Place
Sampler::draw (Random &random) const
{
  Place place;
  gint64 width, height;

  place.item = draw_item (random);
  place.zoom = draw_zoom (place.item, random);
  source.pick (source.user_data, place.item, random.next (), &place.x, &place.y);
  source.get_size (source.user_data, place.item, &width, &height);

  double length = recipe.patch * place.zoom;

  /* The point picked need not be the centre; within a quarter of the side it stays in the patch. */
  place.x = keep_inside (place.x + random.between (-length / 4, length / 4), length, double (width));
  place.y = keep_inside (place.y + random.between (-length / 4, length / 4), length, double (height));
  return place;
}

} // namespace acini
