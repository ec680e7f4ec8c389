/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How well a network does on images that it does not learn from. */

#include "model/network/network.hpp"
#include "model/training/loader.hpp"
#include "model/training/losses.hpp"

#include <map>
#include <vector>

namespace acini
{

struct Score
{
  double loss = 0; /* mean over images of the training loss over labelled pixels */
  double dice = 0; /* mean over images */
  int images = 0;
  std::vector<double> each; /* Dice of every image, in the source's order */
  struct Organ
  {
    double dice = 0; /* mean over its images */
    int images = 0;
  };
  std::map<std::string, Organ> organs;

  bool better_than (const Score &other) const;
};

struct ValidationSettings
{
  int patch = 256;
  int max_patches = 48; /* an image of more is judged on this many, at points of its labelled area */
  uint64_t seed = 1;
  LossWeights weights;
  Normalisation normalisation{};
  bool background = true; /* class 0 of the network is the background */
  torch::Device device = torch::kCPU;
};

/* Scores @network (in eval mode, on the device of the settings) on every labelled image of @source.  An image is
 * covered by overlapping patches of twice the training's side, and each pixel is judged in the patch where it lies
 * deepest.  Its Dice is over labelled pixels, all FTU classes together, at a probability of 0.5; 1 where neither person
 * nor network sees any.  Deterministic. */
Score validate (Network &network, const AciniTrainingSource &source, const ValidationSettings &settings);

/* One axis of an image's cover: a patch at @start judges the pixels @from … @to - 1, in image coordinates. */
struct CoverSpan
{
  int64_t start, from, to;
};

/* Covers @length with patches of @side that overlap by at least 2 × @margin. */
std::vector<CoverSpan> cover (int64_t length, int64_t side, int64_t margin);

} // namespace acini
