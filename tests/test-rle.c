/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/interchange/acini-rle.h"

static void
test_columns (void)
{
  const guint8 mask[] = { 1, 0, 0,
                          1, 1, 1 };
  guint8 back[6];
  g_autoptr (GError) error = NULL;
  g_autofree char *text = acini_rle_encode (mask, 3, 2);

  g_assert_cmpstr (text, ==, "1 2 4 1 6 1");
  g_assert_true (acini_rle_decode (text, 3, 2, back, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (back, 6, mask, 6);
}

static void
test_refused (void)
{
  const char *const bad[] = { "1", "0 2", "3 0", "2 3 4 1", "6 2", "1 x", "18446744073709551615 2", "2 18446744073709551615" };
  guint8 mask[6];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (acini_rle_decode (bad[i], 3, 2, mask, &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rle/columns", test_columns);
  g_test_add_func ("/rle/refused", test_refused);
  return g_test_run ();
}
