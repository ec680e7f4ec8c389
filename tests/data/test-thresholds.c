/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-thresholds.h"
#include "tests/acini-test-util.h"

/* Every byte is a threshold of its own: to a number, in print with three digits, and back. */
static void
test_cut (void)
{
  for (int cut = 1; cut < 256; cut++)
    {
      g_autofree char *text = g_strdup_printf ("%.3f", acini_threshold_from_cut ((guint8)cut));
      g_autofree char *next = g_strdup_printf ("%.3f", acini_threshold_from_cut ((guint8)MIN (cut + 1, 255)));

      g_assert_cmpint (acini_threshold_to_cut (acini_threshold_from_cut ((guint8)cut)), ==, cut);
      if (cut < 255)
        g_assert_cmpstr (text, !=, next);
    }
  g_assert_cmpfloat (acini_threshold_from_cut (128), ==, 0.5);
  g_assert_cmpfloat (acini_threshold_from_cut (64), ==, 0.25);
  g_assert_cmpint (acini_threshold_to_cut (0), ==, 1); /* what is impossible never counts */
  g_assert_cmpint (acini_threshold_to_cut (0.5), ==, 128);
  g_assert_cmpint (acini_threshold_to_cut (0.225), ==, 58);
  g_assert_cmpint (acini_threshold_to_cut (1), ==, 255);
  g_assert_cmpint (acini_threshold_to_cut (2), ==, 255);
}

static void
test_classes (void)
{
  const double numbers[] = { 0.3, 0.7 };
  AciniThresholds thresholds, same;

  acini_thresholds_init (&thresholds, numbers, 2);
  g_assert_cmpint (acini_thresholds_get_cut (&thresholds, 0), ==, 77);
  g_assert_cmpint (acini_thresholds_get_cut (&thresholds, 1), ==, 179);
  g_assert_cmpint (acini_thresholds_get_cut (&thresholds, 9), ==, 179);
  acini_thresholds_init (&thresholds, NULL, 0);
  g_assert_cmpint (thresholds.cuts[0], ==, 128);
  acini_thresholds_init_same (&same, 0.5, 1);
  g_assert_true (acini_thresholds_equal (&thresholds, &same));
  same.own = TRUE;
  g_assert_false (acini_thresholds_equal (&thresholds, &same));
}

static void
test_text (void)
{
  static const char *const wrong[] = { "", "1", "1,2,3", "0,5", "1,256", "a,b", "1,,2", "-1,3" };
  AciniThresholds card, thresholds;
  g_autofree char *text = NULL;

  acini_thresholds_init_same (&card, 0.5, 2);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      thresholds = card;
      g_assert_false (acini_thresholds_take (&thresholds, wrong[i]));
      g_assert_true (acini_thresholds_equal (&thresholds, &card));
    }
  g_assert_true (acini_thresholds_take (&thresholds, "7,255"));
  g_assert_true (thresholds.own);
  text = acini_thresholds_format (&thresholds);
  g_assert_cmpstr (text, ==, "7,255");
}

/* A user's own hold for the model and organ that they were set for, and for no other. */
static void
test_project (void)
{
  g_autofree char *folder = acini_test_make_folder ();
  g_autofree char *kidney = acini_thresholds_dup_key ("m", "kidney"), *unknown = acini_thresholds_dup_key ("m", NULL);
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  g_autoptr (GHashTable) settings = NULL;
  AciniThresholds thresholds;

  acini_thresholds_init_same (&thresholds, 0.5, 1);
  g_assert_false (acini_thresholds_load (&thresholds, project, "m", "kidney"));
  g_assert_true (acini_project_set_setting (project, kidney, "33", NULL));
  g_assert_true (acini_project_set_setting (project, unknown, "44", NULL));
  g_assert_false (acini_thresholds_load (&thresholds, project, "m", "lung"));
  g_assert_false (acini_thresholds_load (&thresholds, project, "n", "kidney"));
  g_assert_cmpint (thresholds.cuts[0], ==, 128);
  g_assert_true (acini_thresholds_load (&thresholds, project, "m", "kidney"));
  g_assert_cmpint (thresholds.cuts[0], ==, 33);
  g_assert_true (acini_thresholds_load (&thresholds, project, "m", ""));
  g_assert_cmpint (thresholds.cuts[0], ==, 44);

  settings = acini_project_list_settings (project, "threshold/");
  g_assert_cmpuint (g_hash_table_size (settings), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (settings, kidney), ==, "33");
  g_clear_object (&project);
  acini_test_remove_folder (g_steal_pointer (&folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thresholds/cut", test_cut);
  g_test_add_func ("/thresholds/classes", test_classes);
  g_test_add_func ("/thresholds/text", test_text);
  g_test_add_func ("/thresholds/project", test_project);
  return g_test_run ();
}
