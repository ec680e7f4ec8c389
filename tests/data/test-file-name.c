/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-file-name.h"
#include "data/base/acini-organ.h"
#include "data/base/acini-resolution.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static void
test_safe (void)
{
  static const struct
  {
    const char *name, *safe;
  } names[] = {
    { "train_1", "train_1" },
    { "../../evil", "evil" },
    { "S23/1234", "S23-1234" },
    { "..\\..\\evil", "evil" },
    { ".hidden", "hidden" },
    { "..", "unnamed" },
    { "", "unnamed" },
    { "/", "unnamed" },
    { "-rf", "rf" },
    { "a\nb\tc", "a-b-c" },
    { "a:b*c?", "a-b-c-" },
    { "b\xf6se", "böse" },
    { "bo\xcc\x88se", "böse" },
    { "name. ", "name" },
    { "CON", "_CON" },
    { "nul.tiff", "_nul.tiff" },
    { "com1", "_com1" },
    { "console", "console" },
    { "a\xe2\x80\xae"
      "b",
      "a-b" },
    { "Präparat 3, HE", "Präparat 3, HE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *safe = acini_file_name_make_safe (names[i].name);

      g_assert_cmpstr (safe, ==, names[i].safe);
    }
}

/* Whatever bytes: one valid, short name that stays in its folder, and is safe itself. */
static void
test_random (void)
{
  for (int i = 0; i < 20000; i++)
    {
      char name[400] = { 0 };
      int length = g_test_rand_int_range (0, sizeof name - 1);
      g_autofree char *safe = NULL, *again = NULL, *base = NULL;

      for (int k = 0; k < length; k++)
        name[k]
            = (char)(i % 2 == 0 ? g_test_rand_int_range (1, 256) : "./-\xc3\xa4 cCoOnN"[g_test_rand_int_range (0, 13)]);
      safe = acini_file_name_make_safe (name);
      base = g_path_get_basename (safe);
      again = acini_file_name_make_safe (safe);
      g_assert_true (g_utf8_validate (safe, -1, NULL));
      g_assert_cmpstr (base, ==, safe);
      g_assert_cmpstr (again, ==, safe);
      g_assert_cmpint (strlen (safe), >, 0);
      g_assert_cmpint (strlen (safe), <=, 181);
      g_assert_true (safe[0] != '.');
    }
}

static void
test_assign (void)
{
  const char *const names[] = { "HE", "he", "HE", "HE-2", "../HE", NULL };
  g_auto (GStrv) files = acini_file_name_assign (names);

  g_assert_cmpstr (files[0], ==, "HE");
  g_assert_cmpstr (files[1], ==, "he-2");
  g_assert_cmpstr (files[2], ==, "HE-3");
  g_assert_cmpstr (files[3], ==, "HE-2-2");
  g_assert_cmpstr (files[4], ==, "HE-4");
  g_assert_null (files[5]);
}

/* Many at once: as many files as calls. */
static gpointer
reserve (gpointer folder)
{
  for (int i = 0; i < 25; i++)
    {
      g_autofree char *path = acini_file_name_reserve (folder, "HE", "tiff", NULL);

      g_assert_nonnull (path);
    }
  return NULL;
}

static void
test_reserve (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  GThread *threads[8];
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  int n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reserve", reserve, folder);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpint (n, ==, 200);
  g_assert_null (acini_file_name_reserve (missing, "HE", "tiff", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  acini_test_remove_folder (folder);
}

static void
test_resolution (void)
{
  const char *const bad[] = { "inf", "-inf", "nan", "1e300", "250", "-1", "0", "0.001", "", "abc", "0.5x", "0,5" };
  double mpp = 7;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (acini_mpp_parse (bad[i], &mpp, &error));
      g_assert_error (error, ACINI_RESOLUTION_ERROR, ACINI_RESOLUTION_ERROR_IMPLAUSIBLE);
      g_assert_cmpfloat (mpp, ==, 7);
    }
  g_assert_true (acini_mpp_parse ("0.25", &mpp, NULL));
  g_assert_cmpfloat (mpp, ==, 0.25);
  g_assert_false (acini_mpp_check (NAN, NULL));
  g_assert_true (acini_mpp_check (0.5, NULL));
  /* 0.25 µm in cm and in inches; a screen's and two printers' dots. */
  g_assert_cmpfloat_with_epsilon (acini_mpp_from_resolution (40000, 10000), 0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (acini_mpp_from_resolution (101600, 25400), 0.25, 1e-9);
  for (int dpi = 72; dpi <= 1200; dpi += dpi == 72 ? 24 : 4)
    g_assert_cmpfloat (acini_mpp_from_resolution (dpi, 25400), ==, 0);
  g_assert_cmpfloat (acini_mpp_from_resolution (0, 25400), ==, 0);
}

static void
test_organ (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (acini_organ_parse ("kidney", NULL), ==, "kidney");
  g_assert_cmpstr (acini_organ_parse ("Large intestine", NULL), ==, "largeintestine");
  g_assert_cmpstr (acini_organ_parse ("unknown", NULL), ==, "");
  g_assert_null (acini_organ_parse ("kidny", &error));
  g_assert_nonnull (strstr (error->message, "kidney, largeintestine, lung, prostate, spleen"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-name/safe", test_safe);
  g_test_add_func ("/file-name/random", test_random);
  g_test_add_func ("/file-name/assign", test_assign);
  g_test_add_func ("/file-name/reserve", test_reserve);
  g_test_add_func ("/file-name/resolution", test_resolution);
  g_test_add_func ("/file-name/organ", test_organ);
  return g_test_run ();
}
