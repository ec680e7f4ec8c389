/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ruler and the area: what they measure, how they are drawn and worked, and that they are kept. */

#include "tests/view/acini-view-fixture.h"
#include "ui/base/acini-async.h"
#include "ui/tools/acini-tool-measure.h"

#include <vips/vips.h>

static void
test_maths (void)
{
  const AciniMeasurePoint square[] = { { 1e6, 1e6 }, { 1e6 + 10, 1e6 }, { 1e6 + 10, 1e6 + 10 }, { 1e6, 1e6 + 10 } };
  const AciniMeasurePoint triangle[] = { { 0, 0 }, { 0, 8 }, { 6, 0 } };
  const AciniScale scale = { .5, .5, 0 };
  g_assert_cmpfloat_with_epsilon (acini_measure_get_area (square, 4), 100, 1e-6);
  g_assert_cmpfloat_with_epsilon (acini_measure_get_area (triangle, 3), 24, 1e-9);
  g_assert_cmpfloat (acini_measure_get_area (triangle, 2), ==, 0);
  g_autofree char *area = acini_measure_format (&scale, ACINI_MEASURE_AREA, triangle, 3);
  g_autofree char *length = acini_measure_format (&scale, ACINI_MEASURE_LENGTH, &triangle[1], 2);
  g_assert_cmpstr (area, ==, "6.00 µm²");
  g_assert_cmpstr (length, ==, "5.00 µm"); /* 6 and 8 pixels */

  g_autoptr (AciniMeasures) measures = acini_measures_new ();
  acini_measures_add (measures, ACINI_MEASURE_LENGTH, &triangle[1], 2);
  acini_measures_add (measures, ACINI_MEASURE_AREA, triangle, 3);
  g_autofree char *table = acini_measures_dup_table (measures, &scale);
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4); /* with headings and an empty end */
  g_assert_cmpstr (lines[1], ==, "Length\t5.00\t\t\t(0.0; 8.0) (6.0; 0.0)");
  g_assert_cmpstr (lines[2], ==, "Area\t\t6.00\t12.00\t(0.0; 0.0) (0.0; 8.0) (6.0; 0.0)");
}

static void
test_text (void)
{
  const AciniMeasurePoint points[] = { { 0.25, 3 }, { 100000.5, 8 }, { 6, 0 } };
  g_autoptr (AciniMeasures) measures = acini_measures_new ();
  acini_measures_add (measures, ACINI_MEASURE_LENGTH, points, 2);
  acini_measures_add (measures, ACINI_MEASURE_AREA, points, 3);
  g_autofree char *text = acini_measures_to_text (measures);
  g_autoptr (AciniMeasures) again = acini_measures_from_text (text);
  g_autofree char *text_again = acini_measures_to_text (again);
  g_assert_cmpuint (acini_measures_get_n (again), ==, 2);
  g_assert_cmpstr (text_again, ==, text);
  const char *const spoiled[] = { "",
                                  "area",
                                  "area 1 2 3 4",
                                  "length 1 2",
                                  "length 1 2 3 4 5 6",
                                  "circle 1 2 3 4",
                                  "length nan 2 3 4",
                                  "area 1 2 inf 4 5 6",
                                  "\n\n" };
  for (guint i = 0; i < G_N_ELEMENTS (spoiled); i++)
    {
      g_autoptr (AciniMeasures) none = acini_measures_from_text (spoiled[i]);
      g_assert_cmpuint (acini_measures_get_n (none), ==, 0);
    }
}

static void
to_screen (ViewFixture *f, double x, double y, double *u, double *v)
{
  acini_viewport_to_screen (&f->view->viewport, x, y, u, v);
}

static void
drag (ViewFixture *f, double x0, double y0, double x1, double y1, GdkModifierType state)
{
  double u, v;
  to_screen (f, x0, y0, &u, &v);
  acini_view_begin_tool (f->view, f->view->tool, u, v, state);
  to_screen (f, x1, y1, &u, &v);
  acini_view_move_tool (f->view, u, v, state);
  acini_view_finish_tool (f->view);
}

static void
click (ViewFixture *f, double x, double y)
{
  drag (f, x, y, x, y, 0);
}

static gboolean
press (ViewFixture *f, guint keyval)
{
  AciniToolContext context;
  acini_view_get_tool_context (f->view, &context);
  return acini_tool_key (f->view->tool, &context, keyval);
}

static const AciniMeasure *
get_last (ViewFixture *f)
{
  guint n = acini_slide_view_get_n_measures (f->view);
  g_assert_cmpuint (n, >, 0);
  return acini_measures_get (acini_measure_layer_get_measures (f->view->measures), n - 1);
}

static void
test_ruler (ViewFixture *f, gconstpointer data)
{
  view_fixture_go (f, 1, 700, 500);
  g_object_set (f->view, "tool", "ruler", NULL);
  drag (f, 600, 400, 660, 480, 0);
  g_autofree char *table = acini_slide_view_dup_measures (f->view);
  g_assert_nonnull (strstr (table, "Length\t50.00\t")); /* 60 and 80 pixels of 0.5 µm */
  /* Drawn over the tissue: white in the middle of the line's width. */
  view_fixture_assert_colour (f, 630, 440, 0xffffff, 40);
  view_fixture_assert_tissue (f, 560, 440);
  click (f, 700, 500); /* no line */
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 1);
  drag (f, 600, 400, 700, 410, GDK_SHIFT_MASK); /* kept level */
  g_assert_cmpfloat_with_epsilon (g_array_index (get_last (f)->points, AciniMeasurePoint, 1).y, 400, 1e-3);
  g_assert_true (press (f, GDK_KEY_BackSpace));
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 1);
  g_object_set (f->view, "tool", "pan", NULL);
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 1);
}

static void
test_area (ViewFixture *f, gconstpointer data)
{
  view_fixture_go (f, 1, 700, 500);
  g_object_set (f->view, "tool", "area", NULL);
  click (f, 600, 400);
  click (f, 800, 400);
  click (f, 800, 500);
  click (f, 600, 500);
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 0);
  click (f, 602, 402); /* near the first corner */
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 1);
  g_autofree char *table = acini_slide_view_dup_measures (f->view);
  g_assert_nonnull (strstr (table, "Area\t\t5000.00\t300.00\t"));
  /* Return closes, Backspace takes a corner back, Escape drops. */
  click (f, 600, 400);
  click (f, 700, 400);
  click (f, 700, 500);
  click (f, 650, 600);
  g_assert_true (press (f, GDK_KEY_BackSpace));
  g_assert_true (press (f, GDK_KEY_Return));
  g_assert_cmpuint (get_last (f)->points->len, ==, 3);
  click (f, 600, 400);
  click (f, 700, 400);
  g_assert_true (press (f, GDK_KEY_Escape));
  g_assert_cmpuint (acini_tool_path_get_n (ACINI_TOOL_PATH (f->view->tool)), ==, 0);
  g_assert_false (press (f, GDK_KEY_Escape)); /* the window's again */
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 2);
}

static void
test_kept (ViewFixture *f, gconstpointer data)
{
  view_fixture_go (f, 1, 700, 500);
  g_object_set (f->view, "tool", "ruler", NULL);
  drag (f, 600, 400, 660, 480, 0);
  while (!acini_async_is_idle ())
    view_fixture_run (f, 5);
  view_fixture_show (f, f->other);
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 0);
  view_fixture_show (f, f->slide);
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 1);
  g_autofree char *before = acini_slide_view_dup_measures_text (f->view);
  acini_slide_view_clear_measures (f->view);
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 0);
  acini_slide_view_set_measures (f->view, before); /* undone */
  g_assert_cmpuint (acini_slide_view_get_n_measures (f->view), ==, 1);
  while (!acini_async_is_idle ())
    view_fixture_run (f, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check () || VIPS_INIT (argv[0]))
    return 77;
  g_test_add_func ("/measure/maths", test_maths);
  g_test_add_func ("/measure/text", test_text);
#define ADD(name, func) g_test_add (name, ViewFixture, NULL, view_fixture_set_up, func, view_fixture_tear_down)
  ADD ("/measure/ruler", test_ruler);
  ADD ("/measure/area", test_area);
  ADD ("/measure/kept", test_kept);
#undef ADD
  return g_test_run ();
}
