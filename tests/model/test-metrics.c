/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dice and IoU of masks, against known numbers where ACINI_SHARED names a folder of them. */

#include "model/core/acini-metrics.h"

#include <json-glib/json-glib.h>
#include <string.h>

static JsonNode *
load_reference (const char *name)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : "", "kit", "metrics", name, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (shared == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("ACINI_SHARED names no folder of reference numbers");
      return NULL;
    }
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  return json_parser_steal_root (parser);
}

static void
test_known (void)
{
  const guint8 truth[] = { 1, 1, 0, 0, 1 }, predicted[] = { 1, 0, 1, 0, 1 }, valid[] = { 1, 1, 1, 1, 0 };
  AciniOverlap overlap = { 0 };

  g_assert_cmpfloat (acini_overlap_get_dice (&overlap), ==, 1);
  acini_overlap_add (&overlap, truth, predicted, NULL, 5);
  g_assert_cmpfloat_with_epsilon (acini_overlap_get_dice (&overlap), 4.0 / 6, 1e-12);
  g_assert_cmpfloat_with_epsilon (acini_overlap_get_iou (&overlap), 2.0 / 4, 1e-12);
  memset (&overlap, 0, sizeof overlap);
  acini_overlap_add (&overlap, truth, predicted, valid, 5);
  g_assert_cmpfloat_with_epsilon (acini_overlap_get_dice (&overlap), 2.0 / 4, 1e-12);
}

/* Sets the pixels of the runs "start length", 1-based; their order is no matter for a score. */
static void
draw_runs (const char *runs, guint8 *mask)
{
  g_auto (GStrv) words = g_strsplit (runs, " ", -1);

  for (guint i = 0; words[i] != NULL && words[i + 1] != NULL; i += 2)
    memset (mask + g_ascii_strtoull (words[i], NULL, 10) - 1, 1, g_ascii_strtoull (words[i + 1], NULL, 10));
}

/* Kaggle's mean over images, and the score of all their pixels together. */
static void
test_reference (void)
{
  g_autoptr (JsonNode) root = load_reference ("dice.json");
  AciniOverlap all = { 0 };
  double sum = 0;
  JsonArray *cases;

  if (root == NULL)
    return;
  cases = json_object_get_array_member (json_node_get_object (root), "cases");
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);
      gsize n = json_object_get_int_member (entry, "width") * json_object_get_int_member (entry, "height");
      g_autofree guint8 *truth = g_malloc0 (n), *predicted = g_malloc0 (n);
      AciniOverlap overlap = { 0 };
      double dice, iou;

      draw_runs (json_object_get_string_member (entry, "gt_rle"), truth);
      draw_runs (json_object_get_string_member (entry, "pred_rle"), predicted);
      acini_overlap_add (&overlap, truth, predicted, NULL, n);
      acini_overlap_add (&all, truth, predicted, NULL, n);
      dice = json_object_get_double_member (entry, "dice");
      iou = json_object_get_double_member (entry, "iou");
      g_assert_cmpfloat_with_epsilon (acini_overlap_get_dice (&overlap), dice, 1e-12);
      g_assert_cmpfloat_with_epsilon (acini_overlap_get_iou (&overlap), iou, 1e-12);
      sum += acini_overlap_get_dice (&overlap);
    }
  g_assert_cmpuint (json_array_get_length (cases), >, 5);
  g_assert_cmpfloat_with_epsilon (sum / json_array_get_length (cases),
                                  json_object_get_double_member (json_node_get_object (root), "mean_dice"), 1e-12);
  g_assert_cmpfloat_with_epsilon (acini_overlap_get_dice (&all),
                                  json_object_get_double_member (json_node_get_object (root), "global_dice_foreground"),
                                  1e-12);
}

/* MMSegmentation's scores: both classes' areas, summed over all images; @ignored: without the first three pixels of the
 * image "random1". */
static void
check_dataset (JsonObject *reference, const char *name, gboolean ignored)
{
  JsonObject *expected = json_object_get_object_member (reference, name);
  JsonArray *cases = json_object_get_array_member (reference, "cases");
  AciniOverlap classes[2] = { 0 };
  guint64 n_pixels = 0;

  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);
      gsize height = json_object_get_int_member (entry, "height"),
            n = json_object_get_int_member (entry, "width") * height;
      g_autofree guint8 *truth = g_malloc0 (n), *predicted = g_malloc0 (n), *valid = g_malloc0 (n);

      memset (valid, 1, n);
      draw_runs (json_object_get_string_member (entry, "gt_rle"), truth);
      draw_runs (json_object_get_string_member (entry, "pred_rle"), predicted);
      /* Run lengths go down the columns. */
      if (ignored && g_str_equal (json_object_get_string_member (entry, "name"), "random1"))
        valid[0] = valid[height] = valid[2 * height] = 0;
      acini_overlap_add (&classes[1], truth, predicted, valid, n);
      for (gsize j = 0; j < n; j++)
        {
          truth[j] = !truth[j];
          predicted[j] = !predicted[j];
          n_pixels += valid[j];
        }
      acini_overlap_add (&classes[0], truth, predicted, valid, n);
    }
  for (guint i = 0; i < 2; i++)
    {
      double recall = (double)classes[i].intersection / classes[i].truth;

      g_assert_cmpfloat_with_epsilon (
          acini_overlap_get_dice (&classes[i]),
          json_array_get_double_element (json_object_get_array_member (expected, "Dice"), i), 1e-12);
      g_assert_cmpfloat_with_epsilon (acini_overlap_get_iou (&classes[i]),
                                      json_array_get_double_element (json_object_get_array_member (expected, "IoU"), i),
                                      1e-12);
      g_assert_cmpfloat_with_epsilon (
          recall, json_array_get_double_element (json_object_get_array_member (expected, "Acc"), i), 1e-12);
    }
  g_assert_cmpfloat_with_epsilon ((double)(classes[0].intersection + classes[1].intersection) / n_pixels,
                                  json_object_get_double_member (expected, "aAcc"), 1e-12);
}

static void
test_dataset (void)
{
  g_autoptr (JsonNode) root = load_reference ("dice.json");

  if (root == NULL)
    return;
  check_dataset (json_node_get_object (root), "mmseg_mDice_mIoU_same_masks", FALSE);
  check_dataset (json_node_get_object (root), "mmseg_with_255_ignored_in_random1_row0_cols0to2", TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/known", test_known);
  g_test_add_func ("/metrics/reference", test_reference);
  g_test_add_func ("/metrics/dataset", test_dataset);
  return g_test_run ();
}
