/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each tool alone, without a view and without a display: what it tells, draws, and calls its cursor. */

#include "tests/acini-test-util.h"
#include "ui/tools/acini-tool-area.h"
#include "ui/tools/acini-tool-edge-brush.h"
#include "ui/tools/acini-tool-eraser.h"
#include "ui/tools/acini-tool-fill.h"
#include "ui/tools/acini-tool-outline.h"
#include "ui/tools/acini-tool-pan.h"
#include "ui/tools/acini-tool-pixels.h"
#include "ui/tools/acini-tool-reshape.h"
#include "ui/tools/acini-tool-split.h"
#include "ui/tools/acini-tool-ruler.h"
#include "ui/tools/acini-tools.h"

typedef struct
{
  char *folder;
  AciniProject *project;
  AciniViewport viewport;
  AciniToolContext context;
  AciniTool *tool;
  guint n_changed, n_grabbed, n_forget;
  double dx, dy, speed_x, speed_y; /* dragged in all; of the last release */
  guint n_released;
  GPtrArray *painted; /* AciniStroke */
  GArray *measured;   /* AciniMeasurePoint of the last one */
  guint n_measured, kind;
} Fixture;

static void
on_changed (AciniTool *tool, Fixture *f)
{
  f->n_changed++;
}

static void
on_grabbed (AciniTool *tool, Fixture *f)
{
  f->n_grabbed++;
}

static void
on_dragged (AciniTool *tool, double dx, double dy, Fixture *f)
{
  f->dx += dx;
  f->dy += dy;
}

static void
on_released (AciniTool *tool, double speed_x, double speed_y, Fixture *f)
{
  f->n_released++;
  f->speed_x = speed_x;
  f->speed_y = speed_y;
}

static void
on_painted (AciniTool *tool, AciniStroke *stroke, Fixture *f)
{
  g_ptr_array_add (f->painted, acini_stroke_ref (stroke));
}

static void
on_measured (AciniTool *tool, guint kind, const AciniMeasurePoint *points, guint n, Fixture *f)
{
  f->kind = kind;
  f->n_measured++;
  g_array_set_size (f->measured, 0);
  g_array_append_vals (f->measured, points, n);
}

static void
on_forget (AciniTool *tool, Fixture *f)
{
  f->n_forget++;
}

/* A screen of 400 × 300 pixels at zoom 2 whose middle is the slide's (1000, 800). */
static void
set_up (Fixture *f, gconstpointer id)
{
  *f = (Fixture){ .folder = acini_test_make_folder () };
  f->project = acini_test_make_project (f->folder);
  f->viewport = (AciniViewport){ .x = 1000, .y = 800, .zoom = 2, .scale = 1, .width = 400, .height = 300 };
  f->context = (AciniToolContext){
    .viewport = &f->viewport, .scale = { .5, .5, 0 }, .project = f->project, .slide = 7, .pressure = 1
  };
  f->painted = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_stroke_unref);
  f->measured = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
  f->tool = g_object_new (acini_tools_find (id)->get_type (), NULL);
  g_signal_connect (f->tool, "changed", G_CALLBACK (on_changed), f);
  if (ACINI_IS_TOOL_PAN (f->tool))
    {
      g_signal_connect (f->tool, "grabbed", G_CALLBACK (on_grabbed), f);
      g_signal_connect (f->tool, "dragged", G_CALLBACK (on_dragged), f);
      g_signal_connect (f->tool, "released", G_CALLBACK (on_released), f);
    }
  if (ACINI_IS_TOOL_BRUSH (f->tool) || ACINI_IS_TOOL_OUTLINE (f->tool))
    g_signal_connect (f->tool, "painted", G_CALLBACK (on_painted), f);
  if (ACINI_IS_TOOL_MEASURE (f->tool))
    {
      g_signal_connect (f->tool, "measured", G_CALLBACK (on_measured), f);
      g_signal_connect (f->tool, "forget", G_CALLBACK (on_forget), f);
    }
}

static void
tear_down (Fixture *f, gconstpointer id)
{
  g_object_unref (f->tool);
  g_ptr_array_unref (f->painted);
  g_array_unref (f->measured);
  g_object_unref (f->project);
  acini_test_remove_folder (f->folder);
}

/* The preview as text, or NULL where there is none; drawn twice, it is the same, and nothing is told. */
static char *
describe_preview (Fixture *f)
{
  char *text[2] = { NULL };
  guint n = f->n_changed;
  for (int i = 0; i < 2; i++)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();
      acini_tool_snapshot (f->tool, &f->context, snapshot);
      g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
      g_autoptr (GBytes) bytes = node ? gsk_render_node_serialize (node) : NULL;
      text[i] = bytes ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
    }
  g_assert_cmpstr (text[0], ==, text[1]);
  g_assert_cmpuint (f->n_changed, ==, n);
  g_free (text[1]);
  return text[0];
}

static void
assert_preview (Fixture *f, gboolean expected)
{
  g_autofree char *text = describe_preview (f);
  g_assert_true ((text != NULL) == expected);
}

static void
click (Fixture *f, double x, double y)
{
  acini_tool_begin (f->tool, &f->context, x, y, 0);
  acini_tool_move (f->tool, &f->context, x, y, 0);
  acini_tool_end (f->tool, &f->context);
}

static void
test_table (void)
{
  guint n;
  const AciniToolInfo *tools = acini_tools_get_all (&n);
  g_assert_cmpuint (n, ==, 17);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AciniTool) tool = g_object_new (tools[i].get_type (), NULL);
      g_assert_true (acini_tools_find (tools[i].id) == &tools[i]);
      g_assert_true (tools[i].sized == (ACINI_IS_TOOL_BRUSH (tool) || ACINI_IS_TOOL_EDGE_BRUSH (tool)));
      g_assert_true (tools[i].paints
                     == (ACINI_IS_TOOL_BRUSH (tool) || ACINI_IS_TOOL_OUTLINE (tool) || ACINI_IS_TOOL_PIXELS (tool)
                         || ACINI_IS_TOOL_SPLIT (tool) || ACINI_IS_TOOL_FILL (tool) || ACINI_IS_TOOL_RESHAPE (tool)));
      g_assert_nonnull (acini_tool_get_cursor (tool));
    }
  g_assert_null (acini_tools_find ("saw"));
  g_assert_null (acini_tools_find (NULL));
}

static void
on_reshaped (AciniTool *tool, const AciniMeasurePoint *points, guint n, Fixture *f)
{
  f->n_measured++;
  g_array_set_size (f->measured, 0);
  g_array_append_vals (f->measured, points, n);
}

static void
assert_corner (Fixture *f, guint i, double x, double y)
{
  const AciniMeasurePoint *point = &g_array_index (f->measured, AciniMeasurePoint, i);
  g_assert_cmpfloat_with_epsilon (point->x, x, 1e-6);
  g_assert_cmpfloat_with_epsilon (point->y, y, 1e-6);
}

/* Corners are dragged, put on edges, walked and moved by keys; each of these is told once. */
static void
test_reshape (Fixture *f, gconstpointer id)
{
  /* On the screen (100, 100), (300, 100), (300, 200). */
  const AciniMeasurePoint triangle[] = { { 950, 775 }, { 1050, 775 }, { 1050, 825 } };
  g_signal_connect (f->tool, "reshaped", G_CALLBACK (on_reshaped), f);
  g_signal_connect (f->tool, "done", G_CALLBACK (on_forget), f);
  assert_preview (f, FALSE);
  g_assert_false (acini_tool_key (f->tool, &f->context, GDK_KEY_Tab));
  acini_tool_reshape_set (ACINI_TOOL_RESHAPE (f->tool), triangle, 3);
  assert_preview (f, TRUE);
  click (f, 101, 99); /* chosen, not moved */
  g_assert_cmpuint (f->n_measured, ==, 0);
  acini_tool_begin (f->tool, &f->context, 101, 99, 0);
  acini_tool_move (f->tool, &f->context, 60, 80, 0);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->n_measured, ==, 1);
  assert_corner (f, 0, 930, 765);
  /* On the edge from the second to the third. */
  acini_tool_begin (f->tool, &f->context, 298, 150, 0);
  acini_tool_move (f->tool, &f->context, 340, 150, 0);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->n_measured, ==, 2);
  g_assert_cmpuint (f->measured->len, ==, 4);
  assert_corner (f, 2, 1070, 800);
  /* Nowhere, and cancelled. */
  click (f, 200, 280);
  acini_tool_begin (f->tool, &f->context, 60, 80, 0);
  acini_tool_move (f->tool, &f->context, 20, 20, 0);
  acini_tool_cancel (f->tool);
  g_assert_cmpuint (f->n_measured, ==, 2);
  /* Keys: none while no corner is chosen. */
  g_assert_false (acini_tool_key (f->tool, &f->context, GDK_KEY_Right));
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Tab));
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Right));
  assert_corner (f, 0, 934, 765);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_ISO_Left_Tab));
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Down));
  assert_corner (f, 3, 1050, 829);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Insert));
  g_assert_cmpuint (f->measured->len, ==, 5);
  assert_corner (f, 4, 992, 797);
  for (guint n = 5; n > 3; n--)
    g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Delete));
  g_assert_cmpuint (f->measured->len, ==, 3);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_BackSpace)); /* not fewer */
  g_assert_cmpuint (f->measured->len, ==, 3);
  g_assert_cmpuint (f->n_measured, ==, 7);
  g_assert_cmpuint (f->n_forget, ==, 0);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Return));
  g_assert_cmpuint (f->n_forget, ==, 1);
}

static void
test_pan (Fixture *f, gconstpointer id)
{
  g_assert_cmpstr (acini_tool_get_cursor (f->tool), ==, "grab");
  acini_tool_move (f->tool, &f->context, 50, 50, 0); /* nothing is held */
  g_assert_cmpfloat (f->dx, ==, 0);
  acini_tool_begin (f->tool, &f->context, 100, 100, 0);
  g_assert_cmpuint (f->n_grabbed, ==, 1);
  g_assert_cmpstr (acini_tool_get_cursor (f->tool), ==, "grabbing");
  for (int i = 1; i <= 5; i++)
    {
      g_usleep (5000);
      acini_tool_move (f->tool, &f->context, 100 + 20 * i, 100 - 10 * i, 0);
    }
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpfloat (f->dx, ==, 100);
  g_assert_cmpfloat (f->dy, ==, -50);
  g_assert_cmpuint (f->n_released, ==, 1);
  g_assert_cmpfloat (f->speed_x, >, 0);
  g_assert_cmpfloat (f->speed_y, <, 0);
  g_assert_cmpstr (acini_tool_get_cursor (f->tool), ==, "grab");
  acini_tool_end (f->tool, &f->context); /* it is let go of already */
  g_assert_cmpuint (f->n_released, ==, 1);
  /* A hand that comes to rest throws nothing. */
  acini_tool_begin (f->tool, &f->context, 0, 0, 0);
  acini_tool_move (f->tool, &f->context, 90, 0, 0);
  g_usleep (80000);
  acini_tool_cancel (f->tool);
  g_assert_cmpuint (f->n_released, ==, 2);
  g_assert_cmpfloat (f->speed_x, ==, 0);
  assert_preview (f, FALSE);
}

static AciniStroke *
get_painted (Fixture *f)
{
  g_assert_cmpuint (f->painted->len, >, 0);
  return g_ptr_array_index (f->painted, f->painted->len - 1);
}

static void
test_brush (Fixture *f, gconstpointer id)
{
  AciniToolBrush *brush = ACINI_TOOL_BRUSH (f->tool);
  double x, y;
  acini_tool_brush_set_size (brush, 60);
  acini_tool_brush_set_label (brush, 5);
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  AciniStroke *stroke = acini_tool_brush_get_stroke (brush);
  g_assert_nonnull (stroke);
  guint n = f->n_changed;
  acini_tool_move (f->tool, &f->context, 220, 150, 0);
  g_assert_cmpuint (f->n_changed, ==, n + 1);
  acini_stroke_get_point (stroke, 1, &x, &y);
  g_assert_cmpfloat (x, ==, 1010);
  g_assert_cmpfloat (y, ==, 800);
  g_assert_cmpfloat (acini_stroke_get_radius (stroke), ==, 15); /* level-0 pixels */
  g_assert_cmpuint (acini_stroke_get_label (stroke), ==, 5);
  g_assert_cmpuint (f->painted->len, ==, 0);
  acini_tool_end (f->tool, &f->context);
  g_assert_true (get_painted (f) == stroke);
  g_assert_null (acini_tool_brush_get_stroke (brush));
  g_assert_cmpstr (acini_stroke_get_tool (stroke), ==, "brush");
  /* Alt erases, Escape takes back, another tool or slide finishes. */
  acini_tool_begin (f->tool, &f->context, 200, 150, GDK_ALT_MASK);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpstr (acini_stroke_get_tool (get_painted (f)), ==, "eraser");
  g_assert_cmpuint (acini_stroke_get_label (get_painted (f)), ==, ACINI_LABEL_BACKGROUND);
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  acini_tool_cancel (f->tool);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->painted->len, ==, 2);
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  acini_tool_leave (f->tool);
  g_assert_cmpuint (f->painted->len, ==, 3);
  /* A pen paints as wide as it is pressed. */
  f->context.pressure = .5;
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  f->context.pressure = .2;
  acini_tool_move (f->tool, &f->context, 240, 150, 0);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpfloat (acini_stroke_get_point_radius (get_painted (f), 0), ==, 7.5);
  g_assert_cmpfloat (acini_stroke_get_point_radius (get_painted (f), 1), ==, 3);
  g_assert_false (acini_stroke_is_even (get_painted (f)));
  g_ptr_array_set_size (f->painted, 3);
  f->context.pressure = 1;
  /* Without a slide there is nothing to paint on. */
  f->context.project = NULL;
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  acini_tool_move (f->tool, &f->context, 210, 150, 0);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->painted->len, ==, 3);
}

static void
test_ring (Fixture *f, gconstpointer id)
{
  assert_preview (f, FALSE); /* the pointer is elsewhere */
  f->context.inside = TRUE;
  f->context.x = 30;
  g_autofree char *small = describe_preview (f);
  acini_tool_brush_set_size (ACINI_TOOL_BRUSH (f->tool), 90);
  g_autofree char *large = describe_preview (f);
  g_assert_nonnull (small);
  g_assert_cmpstr (small, !=, large);
  f->context.x = 60;
  g_autofree char *moved = describe_preview (f);
  g_assert_cmpstr (large, !=, moved);
  g_assert_true (acini_tool_follows (f->tool));
}

static void
test_eraser (Fixture *f, gconstpointer id)
{
  acini_tool_brush_set_label (ACINI_TOOL_BRUSH (f->tool), 5);
  click (f, 200, 150);
  g_assert_cmpstr (acini_stroke_get_tool (get_painted (f)), ==, "eraser");
  g_assert_cmpuint (acini_stroke_get_label (get_painted (f)), ==, ACINI_LABEL_BACKGROUND);
}

static const AciniMeasurePoint *
get_measured (Fixture *f, guint i)
{
  g_assert_cmpuint (i, <, f->measured->len);
  return &g_array_index (f->measured, AciniMeasurePoint, i);
}

static void
test_ruler (Fixture *f, gconstpointer id)
{
  click (f, 100, 100); /* no line */
  g_assert_cmpuint (f->n_measured, ==, 0);
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  acini_tool_move (f->tool, &f->context, 260, 230, 0);
  assert_preview (f, TRUE);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->n_measured, ==, 1);
  g_assert_cmpuint (f->kind, ==, ACINI_MEASURE_LENGTH);
  g_assert_cmpuint (f->measured->len, ==, 2);
  g_assert_cmpfloat (get_measured (f, 0)->x, ==, 1000);
  g_assert_cmpfloat (get_measured (f, 1)->x, ==, 1030);
  g_assert_cmpfloat (get_measured (f, 1)->y, ==, 840);
  assert_preview (f, FALSE);
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  acini_tool_move (f->tool, &f->context, 300, 160, GDK_SHIFT_MASK); /* kept level */
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpfloat_with_epsilon (get_measured (f, 1)->y, 800, 1e-9);
  acini_tool_begin (f->tool, &f->context, 200, 150, 0);
  acini_tool_move (f->tool, &f->context, 300, 160, 0);
  acini_tool_cancel (f->tool);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->n_measured, ==, 2);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_BackSpace));
  g_assert_cmpuint (f->n_forget, ==, 1);
  g_assert_false (acini_tool_key (f->tool, &f->context, GDK_KEY_Escape));
}

static void
test_area (Fixture *f, gconstpointer id)
{
  AciniToolPath *area = ACINI_TOOL_PATH (f->tool);
  const double corners[][2] = { { 100, 100 }, { 200, 100 }, { 200, 200 }, { 100, 200 } };
  for (guint i = 0; i < 4; i++)
    click (f, corners[i][0], corners[i][1]);
  g_assert_cmpuint (acini_tool_path_get_n (area), ==, 4);
  g_autofree char *still = describe_preview (f);
  f->context.inside = TRUE;
  f->context.x = 250;
  g_autofree char *following = describe_preview (f);
  g_assert_cmpstr (still, !=, following);
  g_assert_cmpuint (acini_tool_path_get_n (area), ==, 4); /* the pointer is no corner */
  click (f, 103, 98);                                     /* near the first one */
  g_assert_cmpuint (f->n_measured, ==, 1);
  g_assert_cmpuint (f->kind, ==, ACINI_MEASURE_AREA);
  g_assert_cmpuint (f->measured->len, ==, 4);
  g_assert_cmpuint (acini_tool_path_get_n (area), ==, 0);
  /* Two corners are no area; leaving closes what is one. */
  click (f, 10, 10);
  click (f, 90, 10);
  acini_tool_leave (f->tool);
  g_assert_cmpuint (f->n_measured, ==, 1);
  click (f, 10, 10);
  click (f, 90, 10);
  click (f, 90, 90);
  acini_tool_leave (f->tool);
  g_assert_cmpuint (f->n_measured, ==, 2);
  /* A free line that comes back is closed by letting go. */
  acini_tool_begin (f->tool, &f->context, 100, 100, 0);
  for (int i = 1; i <= 40; i++)
    acini_tool_move (f->tool, &f->context,
                     i <= 10   ? 100 + 10 * i
                     : i <= 20 ? 200
                     : i <= 30 ? 400 - 10 * i
                               : 100,
                     i <= 10   ? 100
                     : i <= 20 ? 10 * i
                     : i <= 30 ? 200
                               : 500 - 10 * i,
                     0);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->n_measured, ==, 3);
  g_assert_cmpuint (f->measured->len, >=, 30);
}

/* Draws with the button down from corner to corner, each way in steps of 5 screen pixels. */
static void
drag_along (Fixture *f, const double (*corners)[2], guint n, GdkModifierType state)
{
  acini_tool_begin (f->tool, &f->context, corners[0][0], corners[0][1], state);
  for (guint i = 1; i < n; i++)
    for (int j = 1; j <= 20; j++)
      acini_tool_move (f->tool, &f->context, corners[i - 1][0] + (corners[i][0] - corners[i - 1][0]) * j / 20,
                       corners[i - 1][1] + (corners[i][1] - corners[i - 1][1]) * j / 20, state);
  acini_tool_end (f->tool, &f->context);
}

/* How many level-0 pixels the last stroke covers. */
static gsize
count_painted (Fixture *f)
{
  const int side = 400;
  g_autofree guint8 *mask = g_malloc0 ((gsize)side * side);
  return acini_stroke_rasterise (get_painted (f), 800, 600, side, side, mask);
}

static const double square[][2] = { { 100, 100 }, { 200, 100 }, { 200, 200 }, { 100, 200 }, { 100, 104 } };

static void
test_polygon (Fixture *f, gconstpointer id)
{
  acini_tool_outline_set_label (ACINI_TOOL_OUTLINE (f->tool), 5);
  for (guint i = 0; i < 4; i++)
    click (f, square[i][0], square[i][1]);
  click (f, 300, 30);
  assert_preview (f, TRUE);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_BackSpace)); /* takes the last corner back */
  g_assert_cmpuint (f->painted->len, ==, 0);
  f->viewport.x += 40; /* a draft stays where it was drawn */
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Return));
  g_assert_cmpuint (f->painted->len, ==, 1);
  g_assert_cmpstr (acini_stroke_get_tool (get_painted (f)), ==, "polygon");
  g_assert_cmpuint (acini_stroke_get_label (get_painted (f)), ==, 5);
  g_assert_cmpint (acini_stroke_get_slide (get_painted (f)), ==, 7);
  g_assert_cmpuint (count_painted (f), ==, 50 * 50);
  assert_preview (f, FALSE);
  /* The first corner says whether it erases, and on which slide; going elsewhere closes it there. */
  acini_tool_begin (f->tool, &f->context, 10, 10, GDK_ALT_MASK);
  acini_tool_end (f->tool, &f->context);
  click (f, 90, 10);
  click (f, 90, 90);
  f->context.slide = 8;
  acini_tool_leave (f->tool);
  g_assert_cmpuint (f->painted->len, ==, 2);
  g_assert_cmpint (acini_stroke_get_slide (get_painted (f)), ==, 7);
  g_assert_cmpuint (acini_stroke_get_label (get_painted (f)), ==, ACINI_LABEL_BACKGROUND);
  /* Escape drops it; two corners are nothing; without a slide there is nothing to draw on. */
  for (guint i = 0; i < 3; i++)
    click (f, square[i][0], square[i][1]);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Escape));
  click (f, 10, 10);
  click (f, 90, 10);
  acini_tool_leave (f->tool);
  f->context.project = NULL;
  for (guint i = 0; i < 4; i++)
    click (f, square[i][0], square[i][1]);
  g_assert_true (acini_tool_path_get_n (ACINI_TOOL_PATH (f->tool)) == 0);
  g_assert_cmpuint (f->painted->len, ==, 2);
}

static void
test_lasso (Fixture *f, gconstpointer id)
{
  drag_along (f, square, 5, 0);
  g_assert_cmpuint (f->painted->len, ==, 1);
  g_assert_cmpuint (count_painted (f), ==, 50 * 50);
  /* A line that crosses itself leaves no hole: a square gone round twice. */
  const double twice[][2] = { { 100, 100 }, { 200, 100 }, { 200, 200 }, { 100, 200 },
                              { 100, 100 }, { 200, 100 }, { 200, 200 }, { 100, 200 } };
  drag_along (f, twice, 8, 0);
  g_assert_cmpuint (count_painted (f), ==, 50 * 50);
  drag_along (f, square, 5, GDK_ALT_MASK);
  g_assert_cmpuint (acini_stroke_get_label (get_painted (f)), ==, ACINI_LABEL_BACKGROUND);
  g_assert_cmpuint (f->painted->len, ==, 3);
  click (f, 100, 100);
  acini_tool_begin (f->tool, &f->context, 100, 100, 0);
  acini_tool_move (f->tool, &f->context, 150, 100, 0);
  acini_tool_move (f->tool, &f->context, 150, 150, 0);
  assert_preview (f, TRUE);
  acini_tool_cancel (f->tool);
  acini_tool_end (f->tool, &f->context);
  g_assert_cmpuint (f->painted->len, ==, 3);
}

static void
test_rectangle (Fixture *f, gconstpointer id)
{
  const double to[][2] = { { 100, 100 }, { 180, 220 } }, small[][2] = { { 100, 100 }, { 101, 200 } };
  drag_along (f, to, 2, 0);
  g_assert_cmpuint (count_painted (f), ==, 40 * 60);
  drag_along (f, to, 2, GDK_SHIFT_MASK);
  g_assert_cmpuint (count_painted (f), ==, 60 * 60);
  drag_along (f, small, 2, 0);
  click (f, 100, 100);
  g_assert_cmpuint (f->painted->len, ==, 2);
  acini_tool_begin (f->tool, &f->context, 100, 100, 0);
  acini_tool_move (f->tool, &f->context, 150, 150, 0);
  g_assert_true (acini_tool_key (f->tool, &f->context, GDK_KEY_Escape));
  acini_tool_end (f->tool, &f->context);
  g_assert_false (acini_tool_key (f->tool, &f->context, GDK_KEY_Escape));
  assert_preview (f, FALSE);
  g_assert_cmpuint (f->painted->len, ==, 2);
  f->viewport.rotation = 45; /* its sides are the screen's */
  drag_along (f, to, 2, 0);
  g_assert_cmpfloat_with_epsilon ((double)count_painted (f), 40 * 60, 60);
}

static void
test_ellipse (Fixture *f, gconstpointer id)
{
  const double to[][2] = { { 0, 0 }, { 400, 300 } };
  f->viewport.zoom = 1;
  drag_along (f, to, 2, 0);
  g_assert_cmpfloat_with_epsilon ((double)count_painted (f), G_PI * 200 * 150, .003 * G_PI * 200 * 150);
  drag_along (f, to, 2, GDK_SHIFT_MASK | GDK_ALT_MASK);
  g_assert_cmpuint (acini_stroke_get_label (get_painted (f)), ==, ACINI_LABEL_BACKGROUND);
  g_assert_cmpstr (acini_stroke_get_tool (get_painted (f)), ==, "ellipse");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init_check (); /* for its types: a display is not asked for */
  g_test_add_func ("/tools/table", test_table);
#define ADD(name, id, func) g_test_add (name, Fixture, id, set_up, func, tear_down)
  ADD ("/tools/pan", "pan", test_pan);
  ADD ("/tools/brush", "brush", test_brush);
  ADD ("/tools/ring", "brush", test_ring);
  ADD ("/tools/eraser", "eraser", test_eraser);
  ADD ("/tools/polygon", "polygon", test_polygon);
  ADD ("/tools/lasso", "lasso", test_lasso);
  ADD ("/tools/rectangle", "rectangle", test_rectangle);
  ADD ("/tools/ellipse", "ellipse", test_ellipse);
  ADD ("/tools/ruler", "ruler", test_ruler);
  ADD ("/tools/area", "area", test_area);
  ADD ("/tools/reshape", "reshape", test_reshape);
#undef ADD
  return g_test_run ();
}
