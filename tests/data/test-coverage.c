/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/project/acini-coverage.h"

#include <string.h>

static void
test_see (void)
{
  g_autoptr (AciniCoverage) self = acini_coverage_new (9600, 4800);
  int columns, rows;
  const guint8 *cells = acini_coverage_get_cells (self, &columns, &rows);

  g_assert_cmpint (columns, ==, 96);
  g_assert_cmpint (rows, ==, 48); /* cells of 100 × 100 pixels */
  g_assert_true (acini_coverage_see (self, 100, 100, 300, 200, ACINI_COVERAGE_10X));
  g_assert_cmpint (cells[96 + 1], ==, ACINI_COVERAGE_10X);
  g_assert_cmpint (cells[96 + 2], ==, ACINI_COVERAGE_10X);
  g_assert_cmpint (cells[96 + 3], ==, ACINI_COVERAGE_UNSEEN);
  g_assert_cmpint (cells[1], ==, ACINI_COVERAGE_UNSEEN);
  g_assert_false (acini_coverage_see (self, 100, 100, 300, 200, ACINI_COVERAGE_5X)); /* seen closer already */
  g_assert_cmpint (cells[96 + 1], ==, ACINI_COVERAGE_10X);
  g_assert_cmpfloat_with_epsilon (acini_coverage_get_part (self, ACINI_COVERAGE_5X), 2. / (96 * 48), 1e-9);
  g_assert_cmpfloat (acini_coverage_get_part (self, ACINI_COVERAGE_20X), ==, 0);
  /* More than the slide is all of it. */
  g_assert_true (acini_coverage_see (self, -1e6, -1e6, 1e6, 1e6, ACINI_COVERAGE_FAR));
  g_assert_cmpfloat (acini_coverage_get_part (self, ACINI_COVERAGE_FAR), ==, 1);
  g_assert_false (acini_coverage_see (self, 500, 500, 400, 400, ACINI_COVERAGE_20X)); /* nothing */
}

static void
test_steps (void)
{
  g_assert_cmpint (acini_coverage_get_step (0.3), ==, ACINI_COVERAGE_FAR);
  g_assert_cmpint (acini_coverage_get_step (2.49), ==, ACINI_COVERAGE_2_5X);
  g_assert_cmpint (acini_coverage_get_step (9.5), ==, ACINI_COVERAGE_5X);
  g_assert_cmpint (acini_coverage_get_step (10), ==, ACINI_COVERAGE_10X);
  g_assert_cmpint (acini_coverage_get_step (400), ==, ACINI_COVERAGE_20X);
}

static void
test_text (void)
{
  g_autoptr (AciniCoverage) self = acini_coverage_new (1000, 3000), again = acini_coverage_new (1000, 3000);
  g_autoptr (AciniCoverage) other = acini_coverage_new (3000, 1000);
  g_autofree char *text = NULL;

  acini_coverage_see (self, 0, 0, 500, 500, ACINI_COVERAGE_20X);
  acini_coverage_see (again, 400, 400, 900, 900, ACINI_COVERAGE_5X);
  text = acini_coverage_to_text (self);
  g_assert_true (acini_coverage_add_text (again, text));
  g_assert_cmpfloat_with_epsilon (acini_coverage_get_part (again, ACINI_COVERAGE_20X),
                                  acini_coverage_get_part (self, ACINI_COVERAGE_20X), 1e-9);
  g_assert_cmpfloat (acini_coverage_get_part (again, ACINI_COVERAGE_5X), >,
                     acini_coverage_get_part (again, ACINI_COVERAGE_20X));
  g_assert_false (acini_coverage_add_text (other, text));
  g_assert_false (acini_coverage_add_text (again, ""));
  g_assert_false (acini_coverage_add_text (again, "32 96 AAAA"));
  g_assert_false (acini_coverage_add_text (again, "32 96"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coverage/see", test_see);
  g_test_add_func ("/coverage/steps", test_steps);
  g_test_add_func ("/coverage/text", test_text);
  return g_test_run ();
}
