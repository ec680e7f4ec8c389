/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/view/acini-objects-desk.h"

#include "data/objects/acini-object-index.h"

AciniReviewPage *
objects_desk_get_page (Desk *desk)
{
  return desk->window->review_page;
}

/* (transfer full) the objects, largest first: label, area, state. */
char *
objects_desk_describe (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (AciniObjectIndex) index = NULL;
  g_autoptr (GArray) ids = NULL;
  GString *text = g_string_new (NULL);
  AciniObjectSource source = { acini_session_get_project (desk->window->session) };

  record = acini_project_get_slide (source.project, desk->view->slide_id, &error);
  g_assert_no_error (error);
  source.slide = record;
  index = acini_object_index_open (&source, &error);
  g_assert_no_error (error);
  g_assert_true (acini_object_index_update (index, NULL, NULL, NULL, NULL, &error));
  ids = acini_object_index_list_ids (index, &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_AREA, .descending = TRUE },
                                     &error);
  g_assert_no_error (error);
  for (guint i = 0; i < ids->len; i++)
    {
      AciniObject object;

      g_assert_true (acini_object_index_get (index, g_array_index (ids, gint64, i), &object, NULL));
      g_string_append_printf (text, "%s%d:%" G_GINT64_FORMAT ":%s", i > 0 ? " " : "", object.label, object.area,
                              acini_review_state_to_string (object.state));
    }
  return g_string_free (text, FALSE);
}

guint
objects_desk_get_n_selected (Desk *desk)
{
  return acini_review_page_get_n_selected (objects_desk_get_page (desk));
}

gint64
objects_desk_get_area (Desk *desk, guint i)
{
  return g_array_index (acini_object_selection_get (objects_desk_get_page (desk)->selected), AciniObject, i).area;
}

void
objects_desk_undo (Desk *desk)
{
  desk_press (desk, "<Control>z");
  desk_settle (desk);
}

void
objects_desk_press (Desk *desk, const char *key)
{
  desk_press (desk, key);
  desk_settle (desk);
}

/* The slide. */

static gboolean
draw_rects (AciniEdit *edit, gpointer data, GError **error)
{
  static const struct
  {
    AciniRect rect;
    guint8 label;
  } rects[] = {
    { { 300, 200, 200, 160 }, 2 }, { { 360, 240, 60, 50 }, 1 }, /* a ring … */
    { { 380, 255, 20, 20 }, 3 },                                /* … with something in it */
    { { 700, 200, 100, 100 }, 2 }, { { 780, 240, 60, 20 }, 2 },   { { 830, 200, 90, 100 }, 2 }, /* a dumb-bell */
    { { 300, 600, 120, 100 }, 2 }, { { 460, 600, 100, 100 }, 2 },                               /* two neighbours */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rects); i++)
    if (!acini_edit_paint (edit, &rects[i].rect, NULL, rects[i].label, error))
      return FALSE;
  return TRUE;
}

void
objects_desk_fill (Desk *desk)
{
  acini_editor_draw (acini_session_get_editor (desk->window->session), desk->slide, "brush", -1, draw_rects, NULL, NULL,
                     NULL, NULL);
  g_object_set (desk->view, "zoom", .7, NULL);
  acini_slide_view_centre_on (desk->view, 620, 450);
  desk_settle (desk);
  acini_slide_view_labels_changed (desk->view, &(AciniRect){ 0, 0, 1500, 1100 });
  desk_press (desk, "v");
  g_assert_true (desk->view->tool == acini_view_get_tool (desk->view, "select"));
  desk_settle (desk);
  objects_desk_assert (desk, START);
}

void
objects_desk_locate (Desk *desk, double x, double y, int *screen_x, int *screen_y)
{
  acini_viewport_to_screen (&desk->view->viewport, x, y, &x, &y);
  desk_locate (desk, GTK_WIDGET (desk->view), x, y, screen_x, screen_y);
}

/* At the level-0 point. */
void
objects_desk_click (Desk *desk, double x, double y, const char *with)
{
  int screen_x, screen_y;

  objects_desk_locate (desk, x, y, &screen_x, &screen_y);
  if (*with != '\0')
    desk_send (desk, "keydown %s", with);
  desk_send (desk, "mousemove %d %d click 1", screen_x, screen_y);
  desk_settle (desk);
  if (*with != '\0')
    desk_send (desk, "keyup %s", with);
  desk_settle (desk);
}

/* Faster than the frames: what a tool draws has to go through every point all the same. */
void
objects_desk_drag (Desk *desk, const double (*points)[2], guint n)
{
  g_autoptr (GString) moves = g_string_new (NULL);
  int x, y;

  objects_desk_locate (desk, points[0][0], points[0][1], &x, &y);
  desk_send (desk, "mousemove %d %d mousedown 1", x, y);
  desk_run (desk, 40);
  for (guint i = 1; i < n; i++)
    {
      objects_desk_locate (desk, points[i][0], points[i][1], &x, &y);
      g_string_append_printf (moves, "mousemove %d %d ", x, y);
    }
  desk_send (desk, "%s", moves->str);
  desk_run (desk, 40);
  desk_send (desk, "mouseup 1");
  desk_settle (desk);
}
