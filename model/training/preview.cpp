/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a training would see, for people to look at before it starts. */

#include "model/base/error.hpp"
#include "model/training/loader.hpp"

namespace acini
{

/* As many classes as a label may have. */
static constexpr int64_t kMostClasses = 250;

/* The same places, but nothing done to them. */
static void
switch_off (AciniRecipe &recipe)
{
  recipe.flip = recipe.rotate = FALSE;
  recipe.brightness = recipe.contrast = recipe.saturation = recipe.hue = recipe.stain = recipe.blur = 0;
  recipe.angle = recipe.elastic = recipe.cutout = recipe.cutmix = recipe.clahe = recipe.gamma = 0;
  recipe.photometric = recipe.macenko = recipe.reinhard = recipe.histogram = 0;
}

static void
preview (const AciniRecipe &wanted, const AciniTrainingSource &training, double mpp, int n, bool plain, guint8 *rgb,
         guint8 *labels)
{
  const int64_t side = wanted.patch, pixels = side * side;
  const Normalisation none = { { 0, 0, 0 }, { 1, 1, 1 } };
  AciniRecipe recipe = wanted; /* its texts are still the caller's */

  recipe.batch = n;
  if (plain)
    switch_off (recipe);

  Sampler sampler (training, recipe);

  sampler.set_mpp (mpp);

  const Batch batch = Loader (training, recipe, sampler, none, kMostClasses, 0, 1).next ();
  const torch::Tensor bytes = batch.pixels.mul (255).round ().clamp (0, 255).to (torch::kByte);
  const torch::Tensor interleaved = bytes.permute ({ 0, 2, 3, 1 }).contiguous ();

  std::copy_n (interleaved.data_ptr<uint8_t> (), size_t (3 * n * pixels), rgb);
  std::copy_n (batch.labels.contiguous ().data_ptr<uint8_t> (), size_t (n * pixels), labels);
}

} // namespace acini

gboolean
acini_model_preview_patches (const AciniRecipe *recipe, const AciniTrainingSource *training, double mpp, int n,
                             gboolean plain, guint8 *rgb, guint8 *labels, GError **error)
{
  g_return_val_if_fail (recipe != nullptr && training != nullptr && n > 0 && rgb != nullptr && labels != nullptr,
                        FALSE);

  return acini_recipe_check (recipe, error)
         && acini::guard (error, [&] { acini::preview (*recipe, *training, mpp, n, plain != FALSE, rgb, labels); });
}
