/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Augmentations as functions of pixels: each against what its definition says of an image made for it. */

#include "model/training/augment.hpp"
#include "model/training/stain.hpp"

#include <algorithm>
#include <cmath>

using namespace acini;

namespace
{

constexpr double haematoxylin[3] = { 0.65, 0.704, 0.286 }, eosin[3] = { 0.072, 0.99, 0.105 };

double
length (const double v[3])
{
  return std::sqrt (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

/* Tissue of two stains in random amounts up to @strength, some glass. */
Bytes
make_tissue (int side, double strength_h, double strength_e, const double h[3], const double e[3])
{
  Random random ({ 8 });
  Bytes rgb;

  for (int i = 0; i < side * side; i++)
    {
      /* Pure stains occur, as in tissue. */
      double kind = random.uniform (), a = random.between (0.5, 1) * strength_h,
             b = random.between (0.5, 1) * strength_e;

      if (kind < 0.35)
        b = 0;
      else if (kind < 0.7)
        a = 0;
      for (int c = 0; c < 3; c++)
        rgb.push_back (kind > 0.9
                           ? 255
                           : uint8_t (std::clamp (
                                 256 * std::exp (-(a * h[c] / length (h) + b * e[c] / length (e))) - 0.5, 0.0, 255.0)));
    }
  return rgb;
}

double
get_mean (const Bytes &rgb, int channel)
{
  double sum = 0;

  for (size_t i = size_t (channel); i < rgb.size (); i += 3)
    sum += rgb[i];
  return sum / (double (rgb.size ()) / 3);
}

/* The vectors that the image was made with are found, haematoxylin first. */
void
test_macenko ()
{
  const double h[3] = { 0.6, 0.7, 0.4 }, e[3] = { 0.35, 0.85, 0.4 };
  StainProfile profile;

  g_assert_true (find_stains (make_tissue (96, 1.2, 1.0, h, e), &profile));
  for (int c = 0; c < 3; c++)
    {
      g_assert_cmpfloat_with_epsilon (profile.vectors[0][c], h[c] / length (h), 0.02);
      g_assert_cmpfloat_with_epsilon (profile.vectors[1][c], e[c] / length (e), 0.02);
    }
  g_assert_cmpfloat_with_epsilon (profile.strength[0], 1.2, 0.05);
  g_assert_cmpfloat_with_epsilon (profile.strength[1], 1.0, 0.05);
  g_assert_false (find_stains (Bytes (3 * 64 * 64, 255), &profile));
}

/* An image gets the stains of another that was made of the same amounts: it becomes that one. */
void
test_transfer ()
{
  const double h[3] = { 0.6, 0.7, 0.4 }, e[3] = { 0.35, 0.85, 0.4 };
  /* Densities above Macenko's limit in every channel, or a pure stain would pass for glass. */
  const double h2[3] = { 0.65, 0.6, 0.42 }, e2[3] = { 0.3, 0.88, 0.32 };
  Bytes rgb = make_tissue (96, 1.2, 1.0, h, e), wanted = make_tissue (96, 1.0, 1.4, h2, e2);
  StainProfile from, to;
  double error = 0, before = 0;

  g_assert_true (find_stains (rgb, &from) && find_stains (wanted, &to));
  for (size_t i = 0; i < rgb.size (); i++)
    before += std::abs (int (rgb[i]) - wanted[i]) / double (rgb.size ());
  transfer_stains (from, to, rgb);
  for (size_t i = 0; i < rgb.size (); i++)
    error += std::abs (int (rgb[i]) - wanted[i]) / double (rgb.size ());
  g_test_message ("mean difference %.2f, was %.2f", error, before);
  g_assert_cmpfloat (error, <, 3);
  g_assert_cmpfloat (before, >, 10);
}

void
test_itself ()
{
  Bytes rgb = make_tissue (64, 0.9, 0.8, haematoxylin, eosin), same = rgb, mean = rgb;
  StainProfile profile;

  g_assert_true (find_stains (rgb, &profile));
  transfer_stains (profile, profile, same);
  transfer_statistics (rgb, mean);
  for (size_t i = 0; i < rgb.size (); i++)
    {
      g_assert_cmpint (std::abs (int (same[i]) - rgb[i]), <=, 3);
      g_assert_cmpint (std::abs (int (mean[i]) - rgb[i]), <=, 3);
    }
  match_histograms (rgb, mean = rgb);
  g_assert_true (mean == rgb);
}

/* Means move to the reference's. */
void
test_reinhard ()
{
  Bytes rgb = make_tissue (64, 0.9, 0.8, haematoxylin, eosin), other;
  const double h[3] = { 0.5, 0.6, 0.5 };

  other = make_tissue (48, 0.6, 0.5, h, eosin);
  transfer_statistics (other, rgb);
  for (int c = 0; c < 3; c++)
    g_assert_cmpfloat_with_epsilon (get_mean (rgb, c), get_mean (other, c), 8);
}

void
test_histogram ()
{
  Bytes rgb, reference, result;

  /* 0 … 63 evenly becomes 100 … 163 evenly; a value between is rounded to what occurs. */
  for (int i = 0; i < 64 * 3; i++)
    {
      rgb.push_back (uint8_t (i / 3));
      reference.push_back (uint8_t (100 + i / 3));
    }
  result = rgb;
  match_histograms (reference, result);
  g_assert_true (result == reference);
}

/* One grey ramp, whose equalised values OpenCV's formula gives by hand: with a limit that clips nothing a tile of 256
 * equally frequent values stays as it is. */
void
test_clahe ()
{
  constexpr int side = 128; /* tiles of 16 × 16, each value once */
  Bytes rgb, flat (3 * side * side, 77);

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      rgb.insert (rgb.end (), 3, uint8_t (16 * (y % 16) + x % 16));

  Bytes result = rgb;

  equalise_adaptively (side, 40, result);
  for (size_t i = 0; i < rgb.size (); i++)
    g_assert_cmpint (result[i], ==, std::lrint (float (rgb[i] + 1) * (255.0f / 256)));

  /* A flat image: the limit is max (2 × 256 / 256, 1) = 2, the 254 cut off are spread over every first value, so that
   * 77 becomes the sum of what stands up to it: 2 + 78 of them, of 256 parts of 255. */
  equalise_adaptively (side, 2, flat);
  for (uint8_t value : flat)
    g_assert_cmpint (value, ==, std::lrint (80 * (255.0f / 256)));

  /* Contrast in the dark grows. */
  Bytes dark;

  for (int i = 0; i < side * side; i++)
    dark.insert (dark.end (), 3, uint8_t (30 + i % 20));
  result = dark;
  equalise_adaptively (side, 4, result);
  g_assert_cmpint (
      *std::max_element (result.begin (), result.end ()) - *std::min_element (result.begin (), result.end ()), >, 30);
  /* Any side will do. */
  Bytes odd (3 * 50 * 50, 10);

  equalise_adaptively (50, 2, odd);
  g_assert_true (std::all_of (odd.begin (), odd.end (), [&] (uint8_t v) { return v == odd[0]; }));
}

void
test_colours ()
{
  Bytes rgb = { 0, 128, 255, 200, 100, 50 }, gamma = rgb;

  apply_gamma (2, gamma);
  g_assert_cmpint (gamma[0], ==, 0);
  g_assert_cmpint (gamma[1], ==, 64);
  g_assert_cmpint (gamma[2], ==, 255);

  Photometric p;
  Bytes same = rgb;

  distort_photometrically (p, same);
  g_assert_true (same == rgb);
  p.brightness = 10;
  p.contrast = 0.5;
  distort_photometrically (p, same = rgb);
  g_assert_cmpint (same[0], ==, 5);
  g_assert_cmpint (same[2], ==, 128); /* 255, which it stays, halved */
  g_assert_cmpint (same[3], ==, 105);
  /* A third of a turn: red becomes green, green blue. */
  p = Photometric ();
  p.hue = 120;
  distort_photometrically (p, same = { 200, 100, 50 });
  g_assert_true ((same == Bytes{ 50, 200, 100 }));
  p.hue = 0;
  p.saturation = 0;
  distort_photometrically (p, same = { 200, 100, 50 });
  g_assert_true ((same == Bytes{ 200, 200, 200 }));
}

void
test_rectangles ()
{
  constexpr int side = 64;
  Random random ({ 3 });
  Bytes rgb (3 * side * side, 9), labels (side * side, 0), other (3 * side * side, 200), other_labels (side * side, 1);
  double share = 0;

  for (int i = 0; i < 200; i++)
    {
      Bytes mixed = rgb, mixed_labels = labels;

      cut_mix (side, other, other_labels, random, mixed, mixed_labels);
      for (size_t k = 0; k < labels.size (); k++)
        g_assert_cmpint (mixed[3 * k], ==, mixed_labels[k] == 1 ? 200 : 9);
      share += double (std::count (mixed_labels.begin (), mixed_labels.end (), 1)) / side / side / 200;
    }
  /* Half on average, less what lies outside. */
  g_assert_cmpfloat (share, >, 0.2);
  g_assert_cmpfloat (share, <, 0.5);

  cut_out (side, 1, 0.25, 0.25, random, rgb);

  auto black = std::count (rgb.begin (), rgb.end (), 0);

  g_assert_cmpint (black, >, 0);
  g_assert_cmpint (black, <=, 3 * 16 * 16);
}

/* A quarter turn is exact, and a turn forth and back leaves the middle where it was; labels go with pixels. */
void
test_warp ()
{
  constexpr int side = 33;
  Bytes rgb, labels;
  Warp turn;

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      {
        uint8_t inside = (x - 10) * (x - 10) + (y - 16) * (y - 16) < 25;

        labels.push_back (inside);
        rgb.insert (rgb.end (), 3, inside * 255);
      }
  turn.angle = 90;
  g_assert_cmpint (get_warped_side (turn, side), ==, side);

  Bytes turned = rgb, turned_labels = labels;

  apply_warp (turn, side, side, turned, turned_labels);
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      g_assert_cmpint (turned_labels[y * side + x], ==, labels[x * side + side - 1 - y]);

  turn.angle = 45;

  int larger = get_warped_side (turn, side);

  g_assert_cmpint (larger, >=, 47);
  g_assert_cmpint (larger % 2, ==, side % 2);
  turn.angle = 0;
  turn.elastic = 6;
  turn.seed = 4;
  turned = rgb;
  turned_labels = labels;
  apply_warp (turn, side, side, turned, turned_labels);
  g_assert_false (turned_labels == labels);
  for (int i = 0; i < side * side; i++)
    if (turned[3 * i] == 0 || turned[3 * i] == 255) /* between them a pixel may be either */
      g_assert_cmpint (turned_labels[i], ==, turned[3 * i] == 255);
  g_assert_cmpint (std::abs (std::count (turned_labels.begin (), turned_labels.end (), 1)
                             - std::count (labels.begin (), labels.end (), 1)),
                   <, 60);
}

void
test_share ()
{
  g_assert_cmpfloat (get_largest_share ({ 0, 1, 1, 255, 255 }, 255), ==, 2 / 3.0);
  g_assert_cmpfloat (get_largest_share ({ 255, 255 }, 255), ==, 0);
}

/* What the default recipe does has not changed, and each chance leads to what it is the chance of. */
void
test_drawn ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  const char *const chances[]
      = { "elastic", "cutout", "cutmix", "clahe", "photometric", "macenko", "reinhard", "histogram" };

  for (int i = 0; i < 20; i++)
    {
      Random random ({ uint64_t (i) });
      Augmentation a = draw_augmentation (*recipe, random);

      g_assert_false (a.needs_other () || a.cut_out || a.equalise || a.warp.angle != 0 || a.warp.elastic > 0);
      g_assert_cmpfloat (a.gamma, ==, 1);
    }
  for (const char *chance : chances)
    {
      g_autoptr (AciniRecipe) one = acini_recipe_new ();
      constexpr int side = 64;
      Bytes rgb = make_tissue (side, 0.9, 0.8, haematoxylin, eosin), labels (side * side, 1), before = rgb;
      Bytes other = make_tissue (side, 0.5, 1.2, haematoxylin, eosin);
      Random random ({ 2 });

      g_assert_true (acini_recipe_set (one, chance, "1", nullptr));

      Augmentation a = draw_augmentation (*one, random);

      if (a.warp.elastic > 0)
        apply_warp (a.warp, side, side, rgb, labels);
      change_pixels (a, *one, side, other, labels, rgb, labels);
      g_assert_false (rgb == before);
    }
}

/* How long each takes on a patch of 256 × 256; told, not judged. */
void
test_time ()
{
  constexpr int side = 256;
  Bytes tissue = make_tissue (side, 0.9, 0.8, haematoxylin, eosin), labels (side * side, 1);
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();

  for (const char *chance :
       { "elastic", "cutout", "cutmix", "clahe", "photometric", "macenko", "reinhard", "histogram" })
    {
      g_autoptr (AciniRecipe) one = acini_recipe_new ();
      gint64 begin;

      g_assert_true (acini_recipe_set (one, chance, "1", nullptr));
      begin = g_get_monotonic_time ();
      for (uint64_t i = 0; i < 8; i++)
        {
          Random random ({ i });
          Augmentation a = draw_augmentation (*one, random);
          Bytes rgb = tissue, own = labels;

          if (a.warp.elastic > 0)
            apply_warp (a.warp, side, side, rgb, own);
          change_pixels (a, *one, side, tissue, labels, rgb, own);
        }
      g_test_message ("%s: %.2f ms", chance, double (g_get_monotonic_time () - begin) / 8000);
    }
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, nullptr);
  g_test_add_func ("/image/macenko", test_macenko);
  g_test_add_func ("/image/transfer", test_transfer);
  g_test_add_func ("/image/itself", test_itself);
  g_test_add_func ("/image/reinhard", test_reinhard);
  g_test_add_func ("/image/histogram", test_histogram);
  g_test_add_func ("/image/clahe", test_clahe);
  g_test_add_func ("/image/colours", test_colours);
  g_test_add_func ("/image/rectangles", test_rectangles);
  g_test_add_func ("/image/warp", test_warp);
  g_test_add_func ("/image/share", test_share);
  g_test_add_func ("/image/drawn", test_drawn);
  g_test_add_func ("/image/time", test_time);
  return g_test_run ();
}
