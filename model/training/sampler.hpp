/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which patch comes at which step.  No torch; any thread, once made. */

#include "model/acini-model.h"
#include "model/training/random.hpp"

#include <vector>

namespace acini
{

struct Place
{
  guint item;
  double x, y; /* centre, in network pixels */
  double zoom; /* network pixels per pixel read */
};

/* Invariant: a place is a function of the recipe's seed, the step and the index in the batch alone. */
class Sampler
{
public:
  /* Throws ACINI_MODEL_ERROR_INPUT where nothing is labelled. */
  Sampler (const AciniTrainingSource &source, const AciniRecipe &recipe);

  /* The network's µm per pixel, which a recipe with scales in µm needs to be known. */
  void
  set_mpp (double value)
  {
    mpp = value;
  }

  /* @random: the stream of this patch.  The place holds a labelled point; apart from that the patch lies within the
   * image as far as it fits. */
  Place draw (Random &random) const;
  /* Of what is new, in pixels. */
  double
  get_labelled_area () const
  {
    return area;
  }
  /* What an epoch is to cover: that, and the share of what is replayed or predicted. */
  double
  get_epoch_area () const
  {
    return area / (1 - others);
  }
  /* Of a patch of @item in the loss, 0 … 1. */
  double get_weight (guint item) const;

private:
  double draw_zoom (guint item, Random &random) const;
  guint draw_item (Random &random) const;

  const AciniTrainingSource &source;
  const AciniRecipe &recipe;
  std::vector<double> cumulative; /* shares of the items, the last 1 */
  double area = 0, mpp = 0;
  double others = 0; /* share of the patches that are not of the labels given */
  guint n_fresh = 0; /* images of these */
};

} // namespace acini
