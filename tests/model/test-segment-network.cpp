/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini_model_segment () with real networks, of random weights: patches against the whole image at once. */

#include "model/acini-model.h"
#include "model/checkpoint/checkpoint.hpp"

#include <glib/gstdio.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace acini;

namespace
{

constexpr int kWidth = 704, kHeight = 576, kTile = 256;

/* Soft blobs of colour, of the sizes that tissue has. */
guint8
pixel (gint64 x, gint64 y, int channel)
{
  return static_cast<guint8> (127.5 + 60 * std::sin (x * 0.031 + channel)
                              + 60 * std::cos (y * 0.043 + x * 0.011 - channel));
}

gboolean
read_pixels (gpointer data, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **error)
{
  for (gint64 row = y; row < y + h; row++)
    for (gint64 column = x; column < x + w; column++)
      for (int c = 0; c < 3; c++)
        *rgb++ = column < kWidth && row < kHeight ? pixel (column, row, c) : 255;
  return TRUE;
}

using Tiles = std::map<std::pair<gint64, gint64>, std::vector<guint8>>;

gboolean
keep_tile (gpointer data, gint64 column, gint64 row, const guint8 *probability, GError **error)
{
  auto &tiles = *static_cast<Tiles *> (data);

  g_assert_true (
      tiles.emplace (std::make_pair (column, row), std::vector<guint8> (probability, probability + kTile * kTile))
          .second);
  return TRUE;
}

Tiles
segment (AciniModel *model, AciniSegmentOptions options)
{
  g_autoptr (GError) error = NULL;
  const AciniPatchSource source = { kWidth, kHeight, read_pixels, NULL, NULL };
  Tiles tiles;
  const AciniProbabilitySink sink = { kTile, keep_tile, NULL, &tiles };

  const bool done = acini_model_segment (model, &source, &sink, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (done);
  return tiles;
}

/* Probability of class 1 from one forward pass over everything. */
std::vector<float>
compute_whole (AciniModel *model)
{
  g_autoptr (GError) error = NULL;
  const AciniCard *card = acini_model_get_card (model);
  const gint64 shape[4] = { 1, 3, kHeight, kWidth };
  const gsize size = kWidth * kHeight;
  std::vector<float> input (3 * size), result (size);
  g_autofree float *logits = NULL;
  gint64 got[4];

  for (int c = 0; c < 3; c++)
    for (gsize i = 0; i < size; i++)
      input[c * size + i]
          = static_cast<float> ((pixel (i % kWidth, i / kWidth, c) / 255.0 - card->mean[c]) / card->std[c]);
  g_assert_true (acini_model_forward (model, input.data (), shape, FALSE, &logits, got, &error));
  g_assert_no_error (error);
  g_assert_cmpint (got[1], ==, 2);
  for (gsize i = 0; i < size; i++)
    result[i] = 1 / (1 + std::exp (logits[i] - logits[size + i]));
  return result;
}

AciniModel *
load_random (const char *architecture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("acini-segment-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  AciniModelOptions options = {};

  torch::manual_seed (7);
  save_network (path, *make_network (Architecture::from_name (architecture, 2)), false);
  options.device = "cpu";
  options.precision = ACINI_PRECISION_FLOAT32;
  AciniModel *model = acini_model_load (path, &options, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
  return model;
}

void
test_whole (gconstpointer architecture)
{
  g_autoptr (AciniModel) model = load_random (static_cast<const char *> (architecture));
  const std::vector<float> whole = compute_whole (model);
  AciniSegmentOptions options = {};

  options.patch = 512;
  options.overlap = 256;
  const Tiles tiles = segment (model, options);
  std::vector<float> sorted = whole;
  std::nth_element (sorted.begin (), sorted.begin () + sorted.size () / 2, sorted.end ());
  const int threshold = static_cast<int> (std::lround (sorted[sorted.size () / 2] * 255));
  gint64 both = 0, either = 0;

  g_assert_cmpuint (tiles.size (), ==, 3 * 3);
  for (int y = 0; y < kHeight; y++)
    for (int x = 0; x < kWidth; x++)
      {
        const int blended = tiles.at ({ x / kTile, y / kTile })[y % kTile * kTile + x % kTile];
        const int expected = static_cast<int> (std::lround (whole[y * kWidth + x] * 255));

        both += blended >= threshold && expected >= threshold ? 2 : 0;
        either += (blended >= threshold) + (expected >= threshold);
      }
  g_test_message ("Dice of patches and whole: %.4f", static_cast<double> (both) / either);
  g_assert_cmpfloat (static_cast<double> (both) / either, >=, 0.97);

  /* A part of it is the same, byte for byte. */
  options.x = 300;
  options.y = 10;
  options.width = options.height = 100;
  options.centre_first = TRUE;
  for (const auto &[position, bytes] : segment (model, options))
    g_assert_cmpmem (bytes.data (), bytes.size (), tiles.at (position).data (), bytes.size ());
}

/* Several models: what each says, weighted, before anything else is done with it. */
void
test_ensemble ()
{
  g_autoptr (AciniModel) unet = load_random ("unet-resnet34");
  g_autoptr (AciniModel) b0 = load_random ("segformer-b0");
  AciniModel *models[] = { unet, b0 };
  const double weights[] = { 3, 1 }, wrong[] = { 1, -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniModel) both = acini_model_new_ensemble (models, weights, 2, &error);
  g_autoptr (AciniModel) equal = acini_model_new_ensemble (models, NULL, 2, &error);
  AciniSegmentOptions options = {};
  const gint64 shape[4] = { 1, 3, 64, 64 };
  std::vector<float> input (3 * 64 * 64);
  g_autofree float *logits = NULL;
  gint64 got[4];

  g_assert_no_error (error);
  g_assert_cmpstr (acini_model_get_card (both)->id, !=, acini_model_get_card (equal)->id);
  g_assert_cmpint (acini_model_get_n_planes (both), ==, 1);
  options.patch = 256;
  options.overlap = 64;
  options.width = options.height = 300;
  const Tiles first = segment (unet, options), second = segment (b0, options), mean = segment (both, options);
  g_assert_cmpuint (mean.size (), >, 0);
  for (const auto &[position, bytes] : mean)
    for (gsize i = 0; i < bytes.size (); i++)
      g_assert_cmpfloat_with_epsilon (bytes[i], (3.0 * first.at (position)[i] + second.at (position)[i]) / 4, 1.01);

  g_assert_false (acini_model_forward (both, input.data (), shape, TRUE, &logits, got, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_null (acini_model_new_ensemble (models, wrong, 2, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
  g_clear_error (&error);
  models[1] = both;
  g_assert_null (acini_model_new_ensemble (models, NULL, 2, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/segment-network/unet", "unet-resnet34", test_whole);
  g_test_add_data_func ("/segment-network/b0", "segformer-b0", test_whole);
  g_test_add_func ("/segment-network/ensemble", test_ensemble);
  return g_test_run ();
}
