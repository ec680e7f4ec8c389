/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several networks as one: the weighted mean of what they say. */

#include "model/inference/loaded-model.hpp"

#include <cmath>

namespace acini
{

namespace
{

void
check_members (AciniModel *const *models, const double *weights, guint n)
{
  const AciniCard *first = acini_model_get_card (models[0]);

  for (guint i = 0; i < n; i++)
    {
      const AciniCard *card = acini_model_get_card (models[i]);

      if (models[i]->loaded == nullptr)
        fail (ACINI_MODEL_ERROR_INPUT, "“%s” is several models already; name each of them", card->name);
      if (weights != nullptr && !(weights[i] > 0 && std::isfinite (weights[i])))
        fail (ACINI_MODEL_ERROR_INPUT, "The weight of “%s” has to be a positive number", card->name);
      if (acini_model_get_n_planes (models[i]) != acini_model_get_n_planes (models[0]))
        fail (ACINI_MODEL_ERROR_INPUT, "“%s” and “%s” cannot work together: they find %d and %d classes", first->name,
              card->name, acini_model_get_n_planes (models[0]), acini_model_get_n_planes (models[i]));
      if (std::abs (card->mpp - first->mpp) > 0.01 * first->mpp)
        fail (ACINI_MODEL_ERROR_INPUT,
              "“%s” and “%s” cannot work together: one sees tissue at %.3g µm per pixel, the other at %.3g",
              first->name, card->name, first->mpp, card->mpp);
    }
}

std::shared_ptr<AciniCard>
make_card (AciniModel *const *models, const double *weights, guint n)
{
  std::vector<const AciniCard *> cards;

  for (guint i = 0; i < n; i++)
    cards.push_back (acini_model_get_card (models[i]));
  return { acini_card_new_of_several (cards.data (), weights, n), acini_card_free };
}

} // namespace

} // namespace acini

AciniModel *
acini_model_new_ensemble (AciniModel *const *models, const double *weights, guint n, GError **error)
{
  std::unique_ptr<AciniModel> self;
  double sum = 0;

  g_return_val_if_fail (models != nullptr && n > 0, nullptr);

  const bool made = acini::guard (error, [&] {
    acini::check_members (models, weights, n);
    for (guint i = 0; i < n; i++)
      sum += weights == nullptr ? 1 : weights[i];
    self = std::make_unique<AciniModel> ();
    g_atomic_ref_count_init (&self->references);
    for (guint i = 0; i < n; i++)
      self->members.push_back ({ models[i], (weights == nullptr ? 1 : weights[i]) / sum });
    self->card = acini::make_card (models, weights, n);
    self->device = models[0]->device;
  });
  if (!made)
    return nullptr;
  for (guint i = 0; i < n; i++)
    acini_model_ref (models[i]);
  return self.release ();
}
