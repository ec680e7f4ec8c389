/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where patches lie, what is done to them, and in which order they come. */

#include "model/training/augment.hpp"
#include "model/training/loader.hpp"
#include "model/training/validation.hpp"

#include <cmath>
#include <set>

using namespace acini;

namespace
{

constexpr double no_mean[3] = { 0, 0, 0 }, no_std[3] = { 1, 1, 1 };

std::vector<uint8_t>
make_noise (int side)
{
  Random random ({ 5 });
  std::vector<uint8_t> rgb (size_t (side) * side * 3);

  for (uint8_t &value : rgb)
    value = uint8_t (random.next ());
  return rgb;
}

std::vector<float>
apply (const Augmentation &augmentation, int side, const std::vector<uint8_t> &rgb)
{
  std::vector<float> planar (rgb.size ());

  colour_and_normalise (augmentation, side, rgb.data (), no_mean, no_std, planar.data ());
  return planar;
}

void
test_identity ()
{
  std::vector<uint8_t> rgb = make_noise (8);
  std::vector<float> planar = apply ({}, 8, rgb);

  for (size_t i = 0; i < 64; i++)
    for (size_t c = 0; c < 3; c++)
      g_assert_cmpfloat (planar[64 * c + i], ==, rgb[3 * i + c] / 255.0f);
}

void
test_normalise ()
{
  const double mean[3] = { 0.5, 0.25, 0 }, std[3] = { 0.5, 2, 4 };
  std::vector<uint8_t> white (3, 255);
  float planar[3];

  colour_and_normalise ({}, 1, white.data (), mean, std, planar);
  g_assert_cmpfloat_with_epsilon (planar[0], 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (planar[1], 0.375, 1e-6);
  g_assert_cmpfloat_with_epsilon (planar[2], 0.25, 1e-6);
}

/* Pixels and labels go to the same place, each exactly once; the eight ways are eight. */
void
test_turns ()
{
  std::set<std::vector<uint8_t>> ways;

  for (int way = 0; way < 8; way++)
    {
      Augmentation a;
      std::vector<uint8_t> one (9), three (27);

      a.mirror = way % 2;
      a.turns = way / 2;
      for (uint8_t i = 0; i < 27; i++)
        three[i] = one[i / 3] = i / 3;
      mirror_and_turn (a, 3, 1, one);
      mirror_and_turn (a, 3, 3, three);
      for (size_t i = 0; i < 27; i++)
        g_assert_cmpint (three[i], ==, one[i / 3]);
      g_assert_cmpuint (std::set<uint8_t> (one.begin (), one.end ()).size (), ==, 9);
      g_assert_cmpint (one[4], ==, 4);
      ways.insert (one);
    }
  g_assert_cmpuint (ways.size (), ==, 8);
}

/* Glass stays white; haematoxylin alone, made twice as strong, has twice its density. */
void
test_stain ()
{
  const double haematoxylin[3] = { 0.650, 0.704, 0.286 };
  Matrix3 same = stain_matrix (1, 1), stronger = stain_matrix (2, 1), other = stain_matrix (1, 2);
  Augmentation a;

  for (int i = 0; i < 3; i++)
    {
      double twice = 0, once = 0;

      for (int j = 0; j < 3; j++)
        {
          g_assert_cmpfloat_with_epsilon (same[i][j], i == j, 1e-12);
          twice += stronger[i][j] * haematoxylin[j];
          once += other[i][j] * haematoxylin[j];
        }
      g_assert_cmpfloat_with_epsilon (twice, 2 * haematoxylin[i], 1e-12);
      g_assert_cmpfloat_with_epsilon (once, haematoxylin[i], 1e-12);
    }
  a.haematoxylin = 1.4;
  a.eosin = 0.7;
  for (float value : apply (a, 2, std::vector<uint8_t> (12, 255)))
    g_assert_cmpfloat_with_epsilon (value, 1, 1e-6);
}

/* Without saturation all is grey, of the same brightness; hue alone leaves grey as it is. */
void
test_colour ()
{
  std::vector<uint8_t> rgb = make_noise (8);
  std::vector<float> before = apply ({}, 8, rgb), after;
  Augmentation grey, hue, dark;

  grey.saturation = 0;
  after = apply (grey, 8, rgb);
  for (size_t i = 0; i < 64; i++)
    {
      double luma = 0.299 * before[i] + 0.587 * before[64 + i] + 0.114 * before[128 + i];

      for (size_t c = 0; c < 3; c++)
        g_assert_cmpfloat_with_epsilon (after[64 * c + i], luma, 1e-5);
    }
  hue.hue = 0.3;
  for (float value : apply (hue, 2, std::vector<uint8_t> (12, 100)))
    g_assert_cmpfloat_with_epsilon (value, 100 / 255.0, 1e-5);
  dark.brightness = 0.5;
  after = apply (dark, 8, rgb);
  for (size_t i = 0; i < after.size (); i++)
    g_assert_cmpfloat_with_epsilon (after[i], before[i] / 2, 1e-5);
}

/* A blur moves no mass, and spreads a point evenly. */
void
test_blur ()
{
  std::vector<uint8_t> rgb (3 * 15 * 15, 0);
  Augmentation a;
  double sum = 0;

  for (int c = 0; c < 3; c++)
    rgb[size_t (7 * 15 + 7) * 3 + c] = 255;
  a.blur = 1;

  std::vector<float> planar = apply (a, 15, rgb);

  for (size_t i = 0; i < 225; i++)
    sum += planar[i];
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
  g_assert_cmpfloat (planar[7 * 15 + 7], <, 0.3);
  g_assert_cmpfloat_with_epsilon (planar[7 * 15 + 6], planar[8 * 15 + 7], 1e-7);
}

void
test_draw ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  std::set<int> turns;

  recipe->blur = 0;
  for (uint64_t i = 0; i < 200; i++)
    {
      Random random ({ 1, i }), again ({ 1, i });
      Augmentation a = draw_augmentation (*recipe, random), b = draw_augmentation (*recipe, again);

      g_assert_cmpfloat (a.brightness, ==, b.brightness);
      g_assert_cmpfloat (std::abs (a.brightness - 1), <=, recipe->brightness);
      g_assert_cmpfloat (std::abs (a.eosin - 1), <=, recipe->stain);
      g_assert_cmpfloat (a.blur, ==, 0);
      turns.insert (a.turns + (a.mirror ? 4 : 0));
    }
  g_assert_cmpuint (turns.size (), ==, 8);
  recipe->flip = recipe->rotate = FALSE;

  Random random ({ 9 });
  Augmentation none = draw_augmentation (*recipe, random);

  g_assert_false (none.mirror);
  g_assert_cmpint (none.turns, ==, 0);
}

/* Two images, 100 × 100 and 300 × 300 pixels, labelled all over; each patch's labels tell its image. */
struct Images
{
  AciniTrainingSource source{};
  double areas[2] = { 100 * 100, 300 * 300 };

  Images (const Images &) = delete;
  Images () { source = { 2, 0, 0, get_size, get_name, get_organ, get_area, nullptr, pick, read, this }; }

  static void
  get_size (gpointer, guint item, gint64 *width, gint64 *height)
  {
    *width = *height = item == 0 ? 100 : 300;
  }

  static const char *
  get_name (gpointer, guint)
  {
    return "image";
  }

  static const char *
  get_organ (gpointer, guint)
  {
    return "";
  }

  static double
  get_area (gpointer data, guint item)
  {
    return static_cast<Images *> (data)->areas[item];
  }

  static void
  pick (gpointer, guint item, guint64 random, double *x, double *y)
  {
    *x = double (random % (item == 0 ? 100 : 300));
    *y = double ((random >> 20) % (item == 0 ? 100 : 300));
  }

  static gboolean
  read (gpointer, guint item, double cx, double cy, double, int w, int h, guint8 *rgb, guint8 *labels, GError **)
  {
    g_usleep (gulong (item) * 300);
    memset (rgb, int (cx + cy), size_t (w) * h * 3);
    memset (labels, int (item), size_t (w) * h);
    return TRUE;
  }
};

double
count_second (const char *sampling)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Images images;
  int second = 0;

  g_assert_true (acini_recipe_set (recipe, "sampling", sampling, nullptr));

  Sampler sampler (images.source, *recipe);

  for (uint64_t i = 0; i < 4000; i++)
    {
      Random random ({ 1, i });

      second += int (sampler.draw (random).item);
    }
  return second / 4000.0;
}

void
test_shares ()
{
  g_assert_cmpfloat_with_epsilon (count_second ("image"), 0.5, 0.03);
  g_assert_cmpfloat_with_epsilon (count_second ("root"), 0.75, 0.03);
  g_assert_cmpfloat_with_epsilon (count_second ("area"), 0.9, 0.03);
  g_assert_cmpfloat_with_epsilon (count_second ("organ"), 0.75, 0.03);
}

/* The share of one image of 300² of the lung beside ten of 100² of the kidney. */
double
count_lung (const char *organ_weights)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Images images;
  int lung = 0;

  g_assert_true (acini_recipe_set (recipe, "sampling", "organ", nullptr));
  g_assert_true (acini_recipe_set (recipe, "organ-weights", organ_weights, nullptr));
  images.source.n_items = 11;
  images.source.get_organ = [] (gpointer, guint item) { return item < 10 ? "kidney" : "lung"; };
  images.source.get_labelled_area = [] (gpointer, guint item) { return item < 10 ? 1e4 : 9e4; };

  Sampler sampler (images.source, *recipe);

  for (uint64_t i = 0; i < 4000; i++)
    {
      Random random ({ 1, i });

      lung += sampler.draw (random).item == 10;
    }
  return lung / 4000.0;
}

/* The last of them is old: a quarter of the patches, whatever its area, and it is no part of what an epoch has to
 * cover but for that. */
void
test_replay ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Images images;
  int old = 0;

  g_assert_true (acini_recipe_set (recipe, "replay", "0.25", nullptr));
  images.source.n_items = 3;
  images.source.n_replayed = 1;
  images.source.get_labelled_area = [] (gpointer, guint item) { return item < 2 ? 1e4 : 9e4; };

  Sampler sampler (images.source, *recipe);

  for (uint64_t i = 0; i < 4000; i++)
    {
      Random random ({ 1, i });

      old += sampler.draw (random).item == 2;
    }
  g_assert_cmpfloat_with_epsilon (old / 4000.0, 0.25, 0.03);
  g_assert_cmpfloat_with_epsilon (sampler.get_labelled_area (), 2e4, 1e-6);
  g_assert_cmpfloat_with_epsilon (sampler.get_epoch_area (), 2e4 / 0.75, 1e-6);
}

/* How often each of @n items is drawn, of 1. */
std::vector<double>
count_items (const Sampler &sampler, guint n)
{
  std::vector<double> shares (n);

  for (uint64_t i = 0; i < 4000; i++)
    {
      Random random ({ 1, i });

      shares[sampler.draw (random).item] += 1 / 4000.0;
    }
  return shares;
}

/* Labels, predictions for labels, and what is replayed: each has the share that the recipe says, whatever its area, and
 * predictions count less. */
void
test_pseudo ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Images images;

  g_assert_true (acini_recipe_set (recipe, "replay", "0.2", nullptr));
  g_assert_true (acini_recipe_set (recipe, "pseudo", "0.3", nullptr));
  g_assert_true (acini_recipe_set (recipe, "pseudo-weight", "0.4", nullptr));
  images.source.n_items = 4;
  images.source.n_pseudo = 1;
  images.source.n_replayed = 1;
  images.source.get_labelled_area = [] (gpointer, guint item) { return item < 2 ? 1e4 : 9e4 * item; };

  Sampler sampler (images.source, *recipe);
  std::vector<double> shares = count_items (sampler, 4);

  g_assert_cmpfloat_with_epsilon (shares[2], 0.3, 0.03);
  g_assert_cmpfloat_with_epsilon (shares[3], 0.2, 0.03);
  g_assert_cmpfloat_with_epsilon (sampler.get_labelled_area (), 2e4, 1e-6);
  g_assert_cmpfloat_with_epsilon (sampler.get_epoch_area (), 2e4 / 0.5, 1e-6);
  g_assert_cmpfloat (sampler.get_weight (1), ==, 1);
  g_assert_cmpfloat (sampler.get_weight (2), ==, 0.4);
  g_assert_cmpfloat (sampler.get_weight (3), ==, 1);
  /* Nothing to replay: its share goes to the labels. */
  images.source.n_items = 3;
  images.source.n_replayed = 0;
  g_assert_cmpfloat_with_epsilon (count_items (Sampler (images.source, *recipe), 3)[2], 0.3, 0.03);
}

/* An image of which a pixel is to come three times as often. */
void
test_emphasis ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Images images;

  images.source.n_items = 2;
  images.source.get_labelled_area = [] (gpointer, guint) { return 1e4; };
  images.source.get_emphasis = [] (gpointer, guint item) { return item == 0 ? 1.0 : 3.0; };
  g_assert_cmpfloat_with_epsilon (count_items (Sampler (images.source, *recipe), 2)[1], 0.75, 0.03);
}

/* By the root of their areas the many would have ten shares of thirteen; by organs it is √10 : 3, times the weights. */
void
test_organs ()
{
  g_assert_cmpfloat_with_epsilon (count_lung (""), 3 / (3 + std::sqrt (10)), 0.03);
  g_assert_cmpfloat_with_epsilon (count_lung ("kidney=3;spleen=9"), 3 / (3 + 3 * std::sqrt (10)), 0.03);
  g_assert_cmpfloat (count_lung ("lung=0"), ==, 0);
}

void
test_inside ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Images images;

  recipe->patch = 128;

  Sampler sampler (images.source, *recipe);

  for (uint64_t i = 0; i < 500; i++)
    {
      Random random ({ 2, i });
      Place place = sampler.draw (random);
      double length = 128 * place.zoom, size = place.item == 0 ? 100 : 300;

      g_assert_cmpfloat (place.zoom, >=, 1 / recipe->scale_max - 1e-9);
      g_assert_cmpfloat (place.zoom, <=, 1 / recipe->scale_min + 1e-9);
      if (length >= size)
        {
          g_assert_cmpfloat (place.x, ==, size / 2);
          continue;
        }
      g_assert_cmpfloat (place.x - length / 2, >=, -1e-9);
      g_assert_cmpfloat (place.y + length / 2, <=, size + 1e-9);
    }
}

/* Batches come in order, the same each time, from wherever one begins. */
void
test_loader ()
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  Images images;
  Normalisation normalisation{ { 0, 0, 0 }, { 1, 1, 1 } };

  recipe->patch = 32;
  recipe->batch = 3;

  Sampler sampler (images.source, *recipe);
  Loader whole (images.source, *recipe, sampler, normalisation, 2, 0, 12);
  Loader part (images.source, *recipe, sampler, normalisation, 2, 5, 12);
  Loader unused (images.source, *recipe, sampler, normalisation, 2, 0, 12);

  for (int step = 0; step < 12; step++)
    {
      Batch batch = whole.next ();

      g_assert_true (batch.pixels.sizes () == torch::IntArrayRef ({ 3, 3, 32, 32 }));
      if (step < 5)
        continue;

      Batch same = part.next ();

      g_assert_true (torch::equal (batch.pixels, same.pixels));
      g_assert_true (torch::equal (batch.labels, same.labels));
    }
}

/* Every pixel is judged once, by a patch that holds it. */
void
test_cover ()
{
  for (int64_t length : { 1, 31, 128, 129, 200, 255, 256, 257, 1000, 4096 })
    {
      std::vector<CoverSpan> spans = cover (length, 128, 16);
      int64_t next = 0;

      for (const CoverSpan &span : spans)
        {
          g_assert_cmpint (span.from, ==, next);
          g_assert_cmpint (span.to, >, span.from);
          g_assert_cmpint (span.from - span.start, >=, span.start == 0 ? 0 : 16);
          g_assert_cmpint (span.to, <=, span.start + 128 - (span.to == length ? 0 : 16));
          next = span.to;
        }
      g_assert_cmpint (next, ==, length);
    }
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, nullptr);
  g_test_add_func ("/augment/identity", test_identity);
  g_test_add_func ("/augment/normalise", test_normalise);
  g_test_add_func ("/augment/turns", test_turns);
  g_test_add_func ("/augment/stain", test_stain);
  g_test_add_func ("/augment/colour", test_colour);
  g_test_add_func ("/augment/blur", test_blur);
  g_test_add_func ("/augment/draw", test_draw);
  g_test_add_func ("/sampler/shares", test_shares);
  g_test_add_func ("/sampler/organs", test_organs);
  g_test_add_func ("/sampler/replay", test_replay);
  g_test_add_func ("/sampler/pseudo", test_pseudo);
  g_test_add_func ("/sampler/emphasis", test_emphasis);
  g_test_add_func ("/sampler/inside", test_inside);
  g_test_add_func ("/loader/order", test_loader);
  g_test_add_func ("/validation/cover", test_cover);
  return g_test_run ();
}
