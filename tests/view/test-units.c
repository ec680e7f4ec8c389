/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/base/acini-units.h"

static const AciniScale known = { .25, .5, 40 }, unknown = { 0 };

static void
assert_length (const AciniScale *scale, double dx, double dy, const char *expected)
{
  g_autofree char *text = acini_units_format_length (scale, dx, dy);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_area (const AciniScale *scale, double area, const char *expected)
{
  g_autofree char *text = acini_units_format_area (scale, area);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_count (gint64 number, const char *expected)
{
  g_autofree char *text = acini_units_format_count (number);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_mpp (void)
{
  static const char *const wrong[] = { "two", "0.001", "101", "-1", "0.5 x", "nan" };
  g_autoptr (GError) error = NULL;
  double mpp = 7;
  g_assert_true (acini_units_parse_mpp ("", &mpp, &error));
  g_assert_cmpfloat (mpp, ==, 0);
  g_assert_true (acini_units_parse_mpp (" 0,25 ", &mpp, &error));
  g_assert_cmpfloat (mpp, ==, .25);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s", wrong[i]);
      g_assert_false (acini_units_parse_mpp (wrong[i], &mpp, &error));
      g_clear_error (&error);
    }
}

static void
test_length (void)
{
  static const char *const wrong[] = { "", "0", "-3", "10 px", "nan", "a" };
  double length;
  g_autoptr (GError) error = NULL;
  g_assert_true (acini_units_parse_length ("100", &length, &error));
  g_assert_cmpfloat (length, ==, 100);
  g_assert_true (acini_units_parse_length (" 0,25 mm", &length, &error));
  g_assert_cmpfloat (length, ==, 250);
  g_assert_true (acini_units_parse_length ("50 µm", &length, &error));
  g_assert_cmpfloat (length, ==, 50);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s", wrong[i]);
      g_assert_false (acini_units_parse_length (wrong[i], &length, &error));
      g_clear_error (&error);
    }
}

static void
test_format (void)
{
  assert_length (&known, 40, 0, "10.00 µm");
  assert_length (&known, 0, 40, "20.00 µm"); /* pixels need not be square */
  assert_length (&known, 16, 6, "5.00 µm");  /* 4 and 3 µm */
  assert_length (&known, 2000, 0, "500.0 µm");
  assert_length (&known, 6000, 0, "1.500 mm");
  assert_length (&unknown, 3, 4, "5.0 px");
  assert_area (&known, 100, "12.5 µm²");
  assert_area (&known, 8000, "1000 µm²");
  assert_area (&known, 8e6, "1.00 mm²");
  assert_area (&unknown, 123, "123 px²");
  assert_area (&unknown, 1234567, "1\u202f234\u202f567 px²");
  assert_area (&known, 73539 * 8, "73\u202f539 µm²");
  assert_length (&unknown, 12345.25, 0, "12\u202f345.2 px");
  assert_count (9999, "9999");
  assert_count (10000, "10\u202f000");
  assert_count (-1234567, "−1\u202f234\u202f567");
  g_assert_cmpfloat_with_epsilon (acini_units_get_magnification (&known, .5), 20, 1e-9);
  g_assert_cmpfloat_with_epsilon (acini_units_get_magnification (&(AciniScale){ .5, .5, 0 }, 1), 20, 1e-9);
  g_assert_cmpfloat (acini_units_get_magnification (&unknown, 1), ==, 0);
}

static void
test_zoom (void)
{
  const struct
  {
    const AciniScale *scale;
    const char *text;
    double zoom; /* 0: an error */
  } cases[] = {
    { &known, "10×", .25 },       { &known, "10x", .25 },   { &known, " 2.5 X ", .0625 }, { &known, "2,5×", .0625 },
    { &known, "40", 1 },          { &known, "40 %", .4 },   { &known, "40%", .4 },        { &known, "0.5 µm/px", .5 },
    { &known, "0,5 μm/px", .5 },  { &known, "1 um", .25 },  { &known, "1:4", .25 },       { &known, ".5x", .0125 },
    { &unknown, "40", .4 },       { &unknown, "40 %", .4 }, { &unknown, "1:1", 1 },       { &unknown, "10×", 0 },
    { &unknown, "0.5 µm/px", 0 }, { &known, "", 0 },        { &known, "ten", 0 },         { &known, "0×", 0 },
    { &known, "-10×", 0 },        { &known, "10×10", 0 },   { &known, "1e5", 0 },         { &known, "nan", 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      double zoom = 0;
      gboolean ok = acini_units_parse_zoom (cases[i].scale, cases[i].text, &zoom, &error);
      g_test_message ("%s", cases[i].text);
      g_assert_true (ok == (cases[i].zoom > 0));
      g_assert_true (ok == (error == NULL));
      if (ok)
        g_assert_cmpfloat_with_epsilon (zoom, cases[i].zoom, 1e-9);
    }
}

static void
test_point (void)
{
  const struct
  {
    const AciniScale *scale;
    const char *text;
    double x, y; /* below 0: an error */
  } cases[] = {
    { &known, "1200, 3400", 1200, 3400 },
    { &known, "1200,3400", 1200, 3400 },
    { &known, "1200 3400", 1200, 3400 },
    { &known, "12.5 34.25 px", 12.5, 34.25 },
    { &known, "12,5; 34,25", 12.5, 34.25 },
    { &known, "100, 100 µm", 400, 200 },
    { &known, "100 µm 100 µm", 400, 200 },
    { &known, "0.1 mm, 0.1 mm", 400, 200 },
    { &known, "0,1; 0,1 mm", 400, 200 },
    { &known, "x: 5 y: 6", 5, 6 },
    { &known, "x=5, y=6", 5, 6 },
    { &unknown, "5 6", 5, 6 },
    { &unknown, "5 6 mm", -1, -1 },
    { &known, "5", -1, -1 },
    { &known, "5 6 7", -1, -1 },
    { &known, "five six", -1, -1 },
    { &known, "", -1, -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      double x = 0, y = 0;
      gboolean ok = acini_units_parse_point (cases[i].scale, cases[i].text, &x, &y, &error);
      g_test_message ("%s", cases[i].text);
      g_assert_true (ok == (cases[i].x >= 0));
      g_assert_true (ok == (error == NULL));
      if (ok)
        {
          g_assert_cmpfloat_with_epsilon (x, cases[i].x, 1e-9);
          g_assert_cmpfloat_with_epsilon (y, cases[i].y, 1e-9);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/units/format", test_format);
  g_test_add_func ("/units/mpp", test_mpp);
  g_test_add_func ("/units/length", test_length);
  g_test_add_func ("/units/zoom", test_zoom);
  g_test_add_func ("/units/point", test_point);
  return g_test_run ();
}
