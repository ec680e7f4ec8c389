/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a patch goes through on its way to the network.  No torch; any thread. */

#include "model/core/acini-recipe.h"
#include "model/training/image.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace acini
{

using Matrix3 = std::array<std::array<double, 3>, 3>;

/* The decisions for one patch; the values given change nothing. */
struct Augmentation
{
  bool mirror = false;
  int turns = 0;                      /* by 90° */
  double haematoxylin = 1, eosin = 1; /* factors of the stains' densities */
  double brightness = 1, contrast = 1, saturation = 1;
  double hue = 0;  /* of a full turn */
  double blur = 0; /* sigma in pixels; 0: none */

  Warp warp;
  bool cut_mix = false, cut_out = false, equalise = false;
  double gamma = 1;
  Photometric photometric;
  enum class Look
  {
    Own,
    Macenko,
    Reinhard,
    Histogram,
  } look
      = Look::Own;   /* of another slide */
  uint64_t seed = 0; /* of what is drawn later: rectangles */

  /* Whether pixels of another patch are wanted. */
  bool
  needs_other () const
  {
    return cut_mix || look != Look::Own;
  }
};

Augmentation draw_augmentation (const AciniRecipe &recipe, Random &random);

/* What is done with bytes, after warping, mirroring and turning: another patch's rectangle, another slide's look,
 * CLAHE, photometric distortion, gamma, holes.  @other, @other_labels: another patch, empty where none is needed. */
void change_pixels (const Augmentation &augmentation, const AciniRecipe &recipe, int side, const Bytes &other,
                    const Bytes &other_labels, Bytes &rgb, Bytes &labels);

/* Mirrors and turns a square of @side × @side pixels with @channels bytes each, in place. */
void mirror_and_turn (const Augmentation &augmentation, int side, int channels, std::vector<uint8_t> &pixels);

/* How optical densities (R, G, B) change when haematoxylin and eosin do (Ruifrok and Johnston 2001); bare glass stays
 * white. */
Matrix3 stain_matrix (double haematoxylin, double eosin);

/* Colours and blurs @rgb (interleaved, @side × @side), then normalises it into @planar (3 × side × side). */
void colour_and_normalise (const Augmentation &augmentation, int side, const uint8_t *rgb, const double mean[3],
                           const double std[3], float *planar);

} // namespace acini
