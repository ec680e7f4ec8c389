/* SPDX-License-Identifier: GPL-3.0-or-later */

/* FTUs as things, in the real window: selected with the mouse and from the keyboard, and everything that can be done to
 * them with keys and from their menu, each one step of the history.  ACINI_TEST_PICTURES names a folder for a picture
 * of each step. */

#include "data/objects/acini-object-index.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-objects-desk.h"
#include "tests/view/acini-view-fixture.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-settings.h"
#include "tests/view/acini-widget-search.h"
#include "ui/review/acini-class-list.h"
#include "ui/review/acini-queue-pane-private.h"
#include "ui/review/acini-review-page-private.h"

#include <math.h>
#include <stdlib.h>
#include <vips/vips.h>

static void
test_select (Desk *desk, gconstpointer data)
{
  static const double around[][2] = { { 280, 560 }, { 620, 560 }, { 620, 740 }, { 280, 740 }, { 280, 580 } };
  static const double more[][2] = { { 680, 180 }, { 950, 180 }, { 950, 330 }, { 680, 330 }, { 680, 200 } };

  objects_desk_fill (desk);
  objects_desk_click (desk, 310, 210, "");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 1);
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 29000);
  g_assert_cmpuint (acini_selection_layer_get_n (desk->view->selection), ==, 1);
  desk_take_picture (desk, "select-1-click");
  /* What is in the hole is another, and so is what lies around it: the key goes from one to the other. */
  objects_desk_click (desk, 390, 265, "");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 400);
  objects_desk_press (desk, "q");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 29000);
  objects_desk_press (desk, "q");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 400);
  /* Shift adds, and takes away. */
  objects_desk_click (desk, 310, 610, "shift");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 2);
  objects_desk_click (desk, 390, 265, "shift");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 1);
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 12000);
  /* A line around several; with Shift around more. */
  objects_desk_drag (desk, around, G_N_ELEMENTS (around));
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 2);
  desk_send (desk, "keydown shift");
  objects_desk_drag (desk, more, G_N_ELEMENTS (more));
  desk_send (desk, "keyup shift");
  desk_settle (desk);
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 3);
  desk_take_picture (desk, "select-2-lasso");
  /* Escape lets go; beside all there is nothing. */
  objects_desk_press (desk, "Escape");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 0);
  objects_desk_click (desk, 310, 610, "");
  objects_desk_click (desk, 1000, 900, "");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 0);
  /* Tab walks by rows, round and round, and the keyboard stays on the tissue. */
  objects_desk_press (desk, "Tab");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 29000);
  objects_desk_press (desk, "Tab");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 19600);
  objects_desk_press (desk, "<Shift>Tab");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 29000);
  objects_desk_press (desk, "<Shift>Tab");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 10000);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (desk->view)));
  /* Another slide has nothing selected. */
  objects_desk_press (desk, "Page_Down");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 0);
}

/* Each deed, and that one undo takes it back. */
static void
test_deeds (Desk *desk, gconstpointer data)
{
  int x, y;

  objects_desk_fill (desk);
  objects_desk_click (desk, 310, 210, "");
  objects_desk_press (desk, "<Shift>h");
  objects_desk_assert (desk, "2:31600:new " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  desk_take_picture (desk, "deeds-1-filled");
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  /* Where nothing is selected, what the pointer is in. */
  objects_desk_press (desk, "Escape");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 0);
  objects_desk_locate (desk, 365, 245, &x, &y);
  desk_send (desk, "mousemove %d %d", x, y);
  desk_settle (desk);
  objects_desk_press (desk, "<Shift>h");
  objects_desk_assert (desk, "2:31600:new " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  objects_desk_click (desk, 310, 210, "");
  objects_desk_press (desk, "Delete");
  objects_desk_assert (desk, DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 0);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  /* Decisions, and a comment. */
  objects_desk_click (desk, 310, 210, "");
  objects_desk_press (desk, "Return");
  objects_desk_assert (desk, "2:29000:accepted " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  objects_desk_press (desk, "BackSpace");
  objects_desk_assert (desk, "2:29000:rejected " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  objects_desk_undo (desk);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  objects_desk_click (desk, 310, 210, "");
  desk_press (desk, "<Shift>f");
  desk_run (desk, 500);
  desk_send (desk, "type torn?");
  desk_run (desk, 200);
  desk_take_picture (desk, "deeds-2-flag");
  desk_send (desk, "key Return");
  desk_run (desk, 500);
  desk_settle (desk);
  objects_desk_assert (desk, "2:29000:flagged " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  /* Two at once, in one step. */
  objects_desk_click (desk, 310, 610, "");
  objects_desk_click (desk, 470, 610, "shift");
  objects_desk_press (desk, "Return");
  objects_desk_assert (desk, RING " " DUMB_BELL " 2:12000:accepted 2:10000:accepted " SPOT);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
}

/* Grown, shrunk and smoothed by a number of µm that can be asked for; at 0.5 µm per pixel. */
static void
test_amounts (Desk *desk, gconstpointer data)
{
  objects_desk_fill (desk);
  objects_desk_click (desk, 470, 610, "");
  objects_desk_press (desk, "period");
  /* Four pixels to each side, and those of a quarter of a disc at each corner. */
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 10000 + 4 * 400 + 4 * 8);
  desk_take_picture (desk, "amounts-1-grown");
  objects_desk_press (desk, "comma");
  g_assert_cmpint (objects_desk_get_area (desk, 0), >, 9900);
  g_assert_cmpint (objects_desk_get_area (desk, 0), <=, 10000);
  objects_desk_undo (desk);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  /* Its corners are rounded. */
  objects_desk_click (desk, 470, 610, "");
  objects_desk_press (desk, "y");
  g_assert_cmpint (objects_desk_get_area (desk, 0), >, 9950);
  g_assert_cmpint (objects_desk_get_area (desk, 0), <, 10000);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  objects_desk_click (desk, 470, 610, "");
  desk_press (desk, "<Shift>y");
  desk_wait (desk, desk_has_dialog, "the amount");
  desk_run (desk, 300);
  desk_take_picture (desk, "amounts-2-dialog");
  desk_send (desk, "key ctrl+a type 5");
  desk_run (desk, 200);
  desk_send (desk, "key Return");
  desk_wait (desk, desk_has_no_dialog, "the amount is set");
  desk_clear (desk);
  objects_desk_press (desk, "comma");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 80 * 80);
  g_settings_reset (acini_settings_get_default (), "reshape-amount");
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
}

static void
test_shapes (Desk *desk, gconstpointer data)
{
  static const double line[][2] = { { 400, 190 }, { 400, 250 }, { 402, 300 }, { 402, 370 } };
  static const double across[][2] = { { 350, 590 }, { 350, 650 }, { 350, 715 } };
  g_autofree char *merged = NULL, *split = NULL;

  objects_desk_fill (desk);
  /* Where its waist is; the two that come of it are one again. */
  objects_desk_click (desk, 710, 210, "");
  objects_desk_press (desk, "<Shift>k");
  split = objects_desk_describe (desk);
  g_assert_true (strstr (split, DUMB_BELL) == NULL);
  desk_take_picture (desk, "shapes-1-split");
  objects_desk_click (desk, 710, 210, "");
  g_assert_cmpint (objects_desk_get_area (desk, 0), <, 12000);
  objects_desk_click (desk, 900, 210, "shift");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 2);
  objects_desk_press (desk, "j");
  objects_desk_assert (desk, START);
  objects_desk_undo (desk);
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  /* A line, with the tool: the one it crosses need not be selected. */
  objects_desk_press (desk, "Escape");
  desk_press (desk, "k");
  objects_desk_drag (desk, across, G_N_ELEMENTS (across));
  {
    g_autofree char *cut = objects_desk_describe (desk);
    g_auto (GStrv) objects = g_strsplit (cut, " ", -1);

    /* The line is as exact as the screen. */
    g_assert_cmpuint (g_strv_length (objects), ==, 6);
    g_assert_cmpint (atoi (objects[3] + 2), >, 6700);
    g_assert_cmpint (atoi (objects[3] + 2) + atoi (objects[4] + 2), ==, 12000);
  }
  desk_take_picture (desk, "shapes-2-line");
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  /* A ring that is cut once stays one, and the window says so. */
  objects_desk_drag (desk, line, 2);
  objects_desk_assert (desk, START);
  /* A gap is bridged. */
  desk_press (desk, "v");
  objects_desk_click (desk, 310, 610, "");
  objects_desk_click (desk, 470, 610, "shift");
  objects_desk_press (desk, "j");
  merged = objects_desk_describe (desk);
  g_assert_true (strstr (merged, LEFT) == NULL && strstr (merged, RIGHT) == NULL);
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 1);
  desk_take_picture (desk, "shapes-3-merged");
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
}

static gboolean
can_paste (Desk *desk)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), "object-paste");
}

static void
test_copies (Desk *desk, gconstpointer data)
{
  int x, y;

  objects_desk_fill (desk);
  objects_desk_click (desk, 470, 610, "");
  objects_desk_press (desk, "<Control>d");
  objects_desk_assert (desk, RING " " DUMB_BELL " " LEFT " " RIGHT " " RIGHT " " SPOT);
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 1); /* the new one */
  g_assert_cmpint (
      g_array_index (acini_object_selection_get (objects_desk_get_page (desk)->selected), AciniObject, 0).box.x, ==,
      564);
  desk_take_picture (desk, "copies-1-duplicate");
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  objects_desk_click (desk, 310, 610, "");
  objects_desk_press (desk, "<Control>c");
  desk_wait (desk, can_paste, "something to paste");
  objects_desk_locate (desk, 900, 700, &x, &y);
  desk_send (desk, "mousemove %d %d", x, y);
  desk_settle (desk);
  objects_desk_press (desk, "<Control>v");
  objects_desk_assert (desk, RING " " DUMB_BELL " " LEFT " " LEFT " " RIGHT " " SPOT);
  objects_desk_undo (desk);
  /* On another slide of the same scale. */
  objects_desk_press (desk, "Page_Down");
  g_assert_cmpint (desk->view->slide_id, ==, desk->other);
  objects_desk_press (desk, "<Control>v");
  objects_desk_assert (desk, LEFT);
  desk_take_picture (desk, "copies-2-other-slide");
  objects_desk_undo (desk);
  objects_desk_assert (desk, "");
}

static GtkWidget *
get_menu (Desk *desk)
{
  GtkWidget *menu = objects_desk_get_page (desk)->object_menu;

  return menu != NULL && gtk_widget_get_mapped (menu) ? menu : NULL;
}

static gboolean
is_menu_shown (Desk *desk)
{
  return get_menu (desk) != NULL;
}

static gboolean
is_menu_gone (Desk *desk)
{
  return get_menu (desk) == NULL;
}

/* Every entry asks for an action that the window has. */
static guint
check_entries (Desk *desk, GMenuModel *model)
{
  guint n = 0;

  for (int i = 0; i < g_menu_model_get_n_items (model); i++)
    {
      g_autofree char *action = NULL, *name = NULL;
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (model, i, G_MENU_LINK_SECTION);
      g_autoptr (GMenuModel) submenu = g_menu_model_get_item_link (model, i, G_MENU_LINK_SUBMENU);

      if (section != NULL || submenu != NULL)
        {
          n += check_entries (desk, section != NULL ? section : submenu);
          continue;
        }
      g_assert_true (g_menu_model_get_item_attribute (model, i, "action", "s", &action));
      g_assert_true (g_str_has_prefix (action, "win."));
      name = g_strdup (action + 4);
      g_assert_nonnull (g_action_map_lookup_action (G_ACTION_MAP (desk->window), name));
      n++;
    }
  return n;
}

/* The entries that change something, by their mnemonics, as a hand uses them. */
static void
choose (Desk *desk, const char *mnemonic)
{
  int x, y;

  objects_desk_locate (desk, 310, 610, &x, &y);
  desk_send (desk, "mousemove %d %d click 3", x, y);
  desk_wait (desk, is_menu_shown, "the menu");
  desk_run (desk, 300);
  if (mnemonic != NULL)
    desk_send (desk, "key %s", mnemonic);
  else
    desk_send (desk, "key Escape");
  desk_wait (desk, is_menu_gone, "the menu gone");
  desk_run (desk, 300);
  desk_settle (desk);
}

static void
test_menu (Desk *desk, gconstpointer data)
{
  int x, y;

  objects_desk_fill (desk);
  /* It selects what is under the pointer. */
  objects_desk_locate (desk, 310, 610, &x, &y);
  desk_send (desk, "mousemove %d %d click 3", x, y);
  desk_wait (desk, is_menu_shown, "the menu");
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 1);
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 12000);
  g_assert_cmpuint (check_entries (desk, gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (get_menu (desk)))), >=, 13);
  desk_take_picture (desk, "menu");
  desk_send (desk, "key Escape");
  desk_wait (desk, is_menu_gone, "the menu gone");
  desk_clear (desk);
  choose (desk, "a");
  objects_desk_assert (desk, RING " " DUMB_BELL " 2:12000:accepted " RIGHT " " SPOT);
  choose (desk, "r");
  objects_desk_assert (desk, RING " " DUMB_BELL " 2:12000:rejected " RIGHT " " SPOT);
  choose (desk, "p");
  objects_desk_assert (desk, RING " " DUMB_BELL " 2:12000:rejected " LEFT " " RIGHT " " SPOT);
  objects_desk_undo (desk);
  choose (desk, "d");
  objects_desk_assert (desk, RING " " DUMB_BELL " " RIGHT " " SPOT);
  /* From the keyboard. */
  objects_desk_click (desk, 310, 210, "");
  desk_press (desk, "Menu");
  desk_wait (desk, is_menu_shown, "the menu");
  desk_send (desk, "key Escape");
  desk_wait (desk, is_menu_gone, "the menu gone");
  desk_press (desk, "i");
  g_assert_nonnull (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (desk->window)));
  desk_take_picture (desk, "properties");
  desk_clear (desk);
}

static gboolean
has_entry (GMenuModel *model, const char *wanted)
{
  for (int i = 0; i < g_menu_model_get_n_items (model); i++)
    {
      g_autofree char *label = NULL;
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (model, i, G_MENU_LINK_SECTION);

      if ((section != NULL && has_entry (section, wanted))
          || (g_menu_model_get_item_attribute (model, i, "label", "s", &label) && g_str_equal (label, wanted)))
        return TRUE;
    }
  return FALSE;
}

/* No tool changes what is locked, and keys say why; it is shown on the tissue. */
static void
test_lock (Desk *desk, gconstpointer data)
{
  static const double across[][2] = { { 320, 640 }, { 380, 660 } };
  static const double cut[][2] = { { 360, 580 }, { 360, 640 }, { 360, 720 } };

  objects_desk_fill (desk);
  objects_desk_click (desk, 310, 610, "");
  g_assert_cmpint (objects_desk_get_area (desk, 0), ==, 12000);
  objects_desk_press (desk, "<Control>l");
  desk_assert_query (desk, "SELECT count(*) FROM locks", "1");
  g_assert_cmpuint (acini_selection_layer_get_n (desk->view->locked), ==, 1);
  g_assert_true (
      g_array_index (acini_object_selection_get (objects_desk_get_page (desk)->selected), AciniObject, 0).locked);
  objects_desk_press (desk, "Delete");
  objects_desk_assert (desk, START);
  desk_take_picture (desk, "lock-1-refused");
  desk_press (desk, "e");
  objects_desk_drag (desk, across, G_N_ELEMENTS (across));
  desk_settle (desk);
  objects_desk_assert (desk, START);
  desk_press (desk, "k");
  objects_desk_drag (desk, cut, G_N_ELEMENTS (cut));
  desk_settle (desk);
  objects_desk_assert (desk, START);
  desk_press (desk, "v");
  /* A review is no change of it. */
  objects_desk_click (desk, 310, 610, "");
  objects_desk_press (desk, "Return");
  objects_desk_assert (desk, RING " " DUMB_BELL " 2:12000:accepted " RIGHT " " SPOT);
  objects_desk_undo (desk);
  objects_desk_press (desk, "Escape");
  desk_take_picture (desk, "lock-2-shown");
  /* From the menu, whose entry is the other one now. */
  objects_desk_click (desk, 310, 610, "");
  desk_press (desk, "Menu");
  desk_wait (desk, is_menu_shown, "the menu");
  g_assert_true (has_entry (gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (get_menu (desk))), "Un_lock"));
  desk_send (desk, "key Escape");
  desk_wait (desk, is_menu_gone, "the menu gone");
  objects_desk_press (desk, "<Control>l");
  desk_assert_query (desk, "SELECT count(*) FROM locks", "0");
  g_assert_cmpuint (acini_selection_layer_get_n (desk->view->locked), ==, 0);
  objects_desk_press (desk, "Delete");
  objects_desk_assert (desk, RING " " DUMB_BELL " " RIGHT " " SPOT);
  objects_desk_undo (desk);
  objects_desk_undo (desk);
  desk_assert_query (desk, "SELECT count(*) FROM locks", "1");
}

/* Drawn while a tool's button goes down with Ctrl: what is under it gives way, or what is selected. */
static void
drag_with (Desk *desk, const char *key, const double (*points)[2], guint n)
{
  int x, y;

  objects_desk_locate (desk, points[0][0], points[0][1], &x, &y);
  desk_send (desk, "mousemove %d %d keydown %s", x, y, key);
  objects_desk_drag (desk, points, n);
  desk_send (desk, "keyup %s", key);
  desk_settle (desk);
}

static void
test_replace (Desk *desk, gconstpointer data)
{
  static const double within[][2] = { { 320, 620 }, { 360, 650 }, { 400, 680 } };
  static const double beside[][2] = { { 700, 600 }, { 780, 650 }, { 800, 700 } };
  gint64 area;

  objects_desk_fill (desk);
  objects_desk_click (desk, 310, 610, "");
  objects_desk_press (desk, "Return");
  objects_desk_press (desk, "Escape");
  desk_press (desk, "r");
  drag_with (desk, "ctrl", within, G_N_ELEMENTS (within));
  /* As exact as the screen; it is selected, and as it was decided. */
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 1);
  area = objects_desk_get_area (desk, 0);
  g_assert_cmpint (ABS (area - 80 * 60), <, 400);
  {
    g_autofree char *wanted
        = g_strdup_printf (RING " " DUMB_BELL " " RIGHT " 2:%" G_GINT64_FORMAT ":accepted " SPOT, area);
    objects_desk_assert (desk, wanted);
  }
  desk_take_picture (desk, "replace-1-under");
  /* The selected one, wherever it is drawn. */
  drag_with (desk, "ctrl", beside, G_N_ELEMENTS (beside));
  area = objects_desk_get_area (desk, 0);
  g_assert_cmpint (ABS (area - 100 * 100), <, 600);
  g_assert_cmpint (
      g_array_index (acini_object_selection_get (objects_desk_get_page (desk)->selected), AciniObject, 0).box.x, >,
      690);
  desk_take_picture (desk, "replace-2-selected");
  /* Each a step, and the move of the decision another. */
  while (desk_can_undo (desk))
    objects_desk_undo (desk);
  objects_desk_assert (desk, "");
}

static gboolean
has_list (Desk *desk)
{
  return acini_queue_pane_get_n (objects_desk_get_page (desk)->queue_pane) > 0 && desk_is_settled (desk);
}

static gboolean
draw_square (AciniEdit *edit, gpointer data, GError **error)
{
  return acini_edit_paint (edit, &(AciniRect){ 100, 100, 80, 80 }, NULL, 2, error);
}

static gint64 wanted_slide;

static gboolean
is_on_wanted (Desk *desk)
{
  return desk->view->slide_id == wanted_slide
         && acini_queue_pane_get_current (objects_desk_get_page (desk)->queue_pane) != NULL && desk_is_settled (desk);
}

/* All the way through the slide on screen, on to the next one. */
static void
go_on_to (Desk *desk, gint64 slide, const char *what)
{
  guint n = acini_queue_pane_get_n (objects_desk_get_page (desk)->queue_pane);

  for (guint i = 0; i < n; i++)
    objects_desk_press (desk, "n");
  wanted_slide = slide;
  desk_wait (desk, is_on_wanted, what);
}

static gboolean
draw_large (AciniEdit *edit, gpointer data, GError **error)
{
  return acini_edit_paint (edit, &(AciniRect){ 100, 100, 800, 700 }, NULL, 2, error);
}

static gboolean
has_three_slides (Desk *desk)
{
  return g_list_model_get_n_items (acini_session_get_slides (desk->window->session)) == 3;
}

/* Of all slides that comes next whose first object is first in the queue's order, and back it goes as it came; where
 * slides cannot be compared, they come as they are listed. */
static void
test_order_of_slides (Desk *desk, gconstpointer data)
{
  AciniSession *session = desk->window->session;
  AciniProject *project = acini_session_get_project (session);
  g_autofree char *path = view_fixture_make_slide (desk->folder, "c.tiff", TRUE);
  gint64 last = acini_project_add_slide (project, path, NULL, NULL, .5, NULL);
  AciniQueuePane *pane;

  g_assert_cmpint (last, >, 0);
  acini_slide_list_reload (acini_session_get_slide_list (session));
  desk_wait (desk, has_three_slides, "three slides");
  acini_editor_draw (acini_session_get_editor (session), desk->other, "brush", -1, draw_square, NULL, NULL, NULL, NULL);
  acini_editor_draw (acini_session_get_editor (session), last, "brush", -1, draw_large, NULL, NULL, NULL, NULL);
  objects_desk_fill (desk);
  acini_review_page_show_tab (objects_desk_get_page (desk), "queue");
  pane = objects_desk_get_page (desk)->queue_pane;
  gtk_drop_down_set_selected (pane->slides, 1);
  gtk_drop_down_set_selected (pane->what, 1);
  gtk_drop_down_set_selected (pane->order, 2);
  desk_wait (desk, has_list, "the largest first");
  objects_desk_press (desk, "n");
  go_on_to (desk, last, "the slide of the largest");
  go_on_to (desk, desk->other, "the other");
  objects_desk_press (desk, "<Shift>n");
  wanted_slide = last;
  desk_wait (desk, is_on_wanted, "the way back");
  objects_desk_press (desk, "<Shift>n");
  wanted_slide = desk->slide;
  desk_wait (desk, is_on_wanted, "where it began");
  /* By class: a, b, c. */
  gtk_drop_down_set_selected (pane->order, 4);
  desk_wait (desk, has_list, "by class");
  objects_desk_press (desk, "n");
  go_on_to (desk, desk->other, "the second of the list");
  go_on_to (desk, last, "the third of the list");
}

/* Undo right after a deed means that deed. */
static void
test_order (Desk *desk, gconstpointer data)
{
  objects_desk_fill (desk);
  objects_desk_click (desk, 310, 210, "");
  desk_send (desk, "key Delete key ctrl+z key ctrl+shift+z key ctrl+z");
  desk_settle (desk);
  objects_desk_assert (desk, START);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
#define ADD(path, test) g_test_add ("/review-objects/" path, Desk, NULL, desk_set_up, test, desk_tear_down)
  ADD ("select", test_select);
  ADD ("deeds", test_deeds);
  ADD ("amounts", test_amounts);
  ADD ("shapes", test_shapes);
  ADD ("copies", test_copies);
  ADD ("menu", test_menu);
  ADD ("lock", test_lock);
  ADD ("replace", test_replace);
  ADD ("order-of-slides", test_order_of_slides);
  ADD ("order", test_order);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
