/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/kernels.hpp"
#include "model/training/validation.hpp"

#include "model/core/acini-metrics.h"
#include "model/training/augment.hpp"

#include <algorithm>

namespace acini
{

/* Pixels at a patch's border that another patch judges better. */
static constexpr int64_t margin = 32;

bool
Score::better_than (const Score &other) const
{
  return dice != other.dice ? dice > other.dice : loss < other.loss;
}

std::vector<CoverSpan>
cover (int64_t length, int64_t side, int64_t overlap)
{
  std::vector<CoverSpan> spans;

  if (length <= side)
    return { { 0, 0, length } };

  int64_t n = (length - 2 * overlap + side - 2 * overlap - 1) / (side - 2 * overlap);

  for (int64_t i = 0; i < n; i++)
    {
      int64_t start = i * (length - side) / (n - 1);
      int64_t from = i == 0 ? 0 : spans.back ().to;
      int64_t next = (i + 1) * (length - side) / (n - 1);
      int64_t to = i == n - 1 ? length : (start + side + next) / 2;

      spans.push_back ({ start, from, to });
    }
  return spans;
}

/* A patch of a held-out image, and the part of it that counts. */
struct HeldOutPatch
{
  Place place;
  int64_t left, top, right, bottom; /* within the patch */
};

static int64_t
round_up (int64_t value)
{
  return (value + 31) / 32 * 32;
}

static std::vector<HeldOutPatch>
sample_patches (const AciniTrainingSource &source, guint item, int side, const ValidationSettings &settings)
{
  std::vector<HeldOutPatch> patches;

  for (int i = 0; i < settings.max_patches; i++)
    {
      Random random ({ settings.seed, item, uint64_t (i), 2 });
      Place place{ item, 0, 0, 1 };

      source.pick (source.user_data, item, random.next (), &place.x, &place.y);
      patches.push_back ({ place, 0, 0, side, side });
    }
  return patches;
}

/* @side: of the patches, at most twice the training's; smaller where the image is. */
static std::vector<HeldOutPatch>
plan_patches (const AciniTrainingSource &source, guint item, const ValidationSettings &settings, int *side)
{
  std::vector<HeldOutPatch> patches;
  gint64 width, height;

  source.get_size (source.user_data, item, &width, &height);
  *side = int (std::clamp<int64_t> (round_up (std::max (width, height)), 32, 2 * settings.patch));

  std::vector<CoverSpan> columns = cover (width, *side, std::min<int64_t> (margin, *side / 4));
  std::vector<CoverSpan> rows = cover (height, *side, std::min<int64_t> (margin, *side / 4));

  if (columns.size () * rows.size () > size_t (settings.max_patches))
    return sample_patches (source, item, *side, settings);
  for (const CoverSpan &row : rows)
    for (const CoverSpan &column : columns)
      patches.push_back ({ { item, column.start + *side / 2.0, row.start + *side / 2.0, 1 },
                           column.from - column.start,
                           row.from - row.start,
                           column.to - column.start,
                           row.to - row.start });
  return patches;
}

/* What adds up over the patches of one image. */
struct ImageSums
{
  double loss = 0, pixels = 0;
  AciniOverlap overlap{};
};

/* Leaves out what another patch judges. */
static void
ignore_outside (const HeldOutPatch &patch, int side, std::vector<uint8_t> &labels)
{
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      if (x < patch.left || x >= patch.right || y < patch.top || y >= patch.bottom)
        labels[size_t (y) * side + x] = ACINI_IGNORE;
}

static void
add_overlap (const torch::Tensor &logits, const torch::Tensor &target, bool background, AciniOverlap *overlap)
{
  torch::Tensor probability = background ? logits.softmax (1).narrow (1, 1, logits.size (1) - 1) : logits.sigmoid ();
  torch::Tensor valid = (target != ACINI_IGNORE).to (torch::kByte).cpu ().contiguous ();

  for (int64_t k = 0; k < probability.size (1); k++)
    {
      torch::Tensor truth = (target == k + 1).to (torch::kByte).cpu ().contiguous ();
      torch::Tensor predicted = (probability.select (1, k) >= 0.5).to (torch::kByte).cpu ().contiguous ();

      acini_overlap_add (overlap, truth.data_ptr<uint8_t> (), predicted.data_ptr<uint8_t> (),
                         valid.data_ptr<uint8_t> (), size_t (truth.numel ()));
    }
}

static void
judge_patch (Network &network, const AciniTrainingSource &source, const HeldOutPatch &patch, int side,
             const ValidationSettings &settings, ImageSums *sums)
{
  int64_t classes = network.architecture.classes + (settings.background ? 0 : 1);
  torch::Tensor pixels = torch::empty ({ 1, 3, side, side });
  std::vector<uint8_t> rgb, labels;

  read_patch (source, patch.place, side, classes, rgb, labels);
  ignore_outside (patch, side, labels);

  double n = double (labels.size ()) - std::count (labels.begin (), labels.end (), ACINI_IGNORE);

  if (n == 0)
    return;
  colour_and_normalise (Augmentation (), side, rgb.data (), settings.normalisation.mean, settings.normalisation.std,
                        pixels.data_ptr<float> ());

  torch::Tensor target
      = torch::from_blob (labels.data (), { 1, side, side }, torch::kByte).to (settings.device, torch::kLong);
  torch::Tensor logits = network.forward (pixels.to (settings.device)).to (torch::kFloat);

  logits = upsample_to (logits, side, side);
  sums->loss += n * training_loss (logits, target, settings.weights, settings.background).item<double> ();
  sums->pixels += n;
  add_overlap (logits, target, settings.background, &sums->overlap);
}

Score
validate (Network &network, const AciniTrainingSource &source, const ValidationSettings &settings)
{
  torch::NoGradGuard no_grad;
  Score score;

  for (guint item = 0; item < source.n_items; item++)
    {
      ImageSums sums;
      int side;

      if (!(source.get_labelled_area (source.user_data, item) > 0))
        continue;
      for (const HeldOutPatch &patch : plan_patches (source, item, settings, &side))
        judge_patch (network, source, patch, side, settings, &sums);
      if (sums.pixels == 0)
        continue;

      Score::Organ &organ = score.organs[source.get_organ (source.user_data, item)];
      double dice = acini_overlap_get_dice (&sums.overlap);

      organ.dice += dice;
      organ.images++;
      score.dice += dice;
      score.each.push_back (dice);
      score.loss += sums.loss / sums.pixels;
      score.images++;
    }
  for (auto &[name, organ] : score.organs)
    organ.dice /= organ.images;
  if (score.images > 0)
    {
      score.dice /= score.images;
      score.loss /= score.images;
    }
  return score;
}

} // namespace acini
