/* SPDX-License-Identifier: GPL-3.0-or-later */

/* FTUs as things, in the real window: selected with the mouse and from the keyboard, and everything that can be done to
 * them with keys and from their menu, each one step of the history.  ACINI_TEST_PICTURES names a folder for a picture
 * of each step. */

#include "data/objects/acini-object-index.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-settings.h"
#include "tests/view/acini-widget-search.h"
#include "ui/review/acini-class-list.h"
#include "ui/review/acini-review-page-private.h"

#include <math.h>
#include <stdlib.h>
#include <vips/vips.h>

/* What the history ought to hold. */

static AciniReviewPage *
get_page (Desk *desk)
{
  return desk->window->review_page;
}

/* (transfer full) the objects, largest first: label, area, state. */
static char *
describe (Desk *desk)
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

#define assert_objects(desk, wanted)                                                                                   \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *found_ = describe (desk);                                                                         \
    g_assert_cmpstr (found_, ==, wanted);                                                                              \
  }                                                                                                                    \
  G_STMT_END

static guint
get_n_selected (Desk *desk)
{
  return acini_review_page_get_n_selected (get_page (desk));
}

static gint64
get_area (Desk *desk, guint i)
{
  return g_array_index (acini_object_selection_get (get_page (desk)->selected), AciniObject, i).area;
}

static void
undo (Desk *desk)
{
  desk_press (desk, "<Control>z");
  desk_settle (desk);
}

static void
press (Desk *desk, const char *key)
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

#define RING "2:29000:new"
#define DUMB_BELL "2:19600:new"
#define LEFT "2:12000:new"
#define RIGHT "2:10000:new"
#define SPOT "3:400:new"
#define START RING " " DUMB_BELL " " LEFT " " RIGHT " " SPOT

static void
set_up (Desk *desk)
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
  assert_objects (desk, START);
}

static void
locate (Desk *desk, double x, double y, int *screen_x, int *screen_y)
{
  acini_viewport_to_screen (&desk->view->viewport, x, y, &x, &y);
  desk_locate (desk, GTK_WIDGET (desk->view), x, y, screen_x, screen_y);
}

/* At the level-0 point. */
static void
click (Desk *desk, double x, double y, const char *with)
{
  int screen_x, screen_y;

  locate (desk, x, y, &screen_x, &screen_y);
  if (*with != '\0')
    desk_send (desk, "keydown %s", with);
  desk_send (desk, "mousemove %d %d click 1", screen_x, screen_y);
  desk_settle (desk);
  if (*with != '\0')
    desk_send (desk, "keyup %s", with);
  desk_settle (desk);
}

static void
drag (Desk *desk, const double (*points)[2], guint n)
{
  for (guint i = 0; i < n; i++)
    {
      int x, y;

      locate (desk, points[i][0], points[i][1], &x, &y);
      desk_send (desk, "mousemove %d %d%s", x, y, i == 0 ? " mousedown 1" : "");
      desk_run (desk, 40);
    }
  desk_send (desk, "mouseup 1");
  desk_settle (desk);
}

static void
test_select (Desk *desk, gconstpointer data)
{
  static const double around[][2] = { { 280, 560 }, { 620, 560 }, { 620, 740 }, { 280, 740 }, { 280, 580 } };
  static const double more[][2] = { { 680, 180 }, { 950, 180 }, { 950, 330 }, { 680, 330 }, { 680, 200 } };

  set_up (desk);
  click (desk, 310, 210, "");
  g_assert_cmpuint (get_n_selected (desk), ==, 1);
  g_assert_cmpint (get_area (desk, 0), ==, 29000);
  g_assert_cmpuint (acini_selection_layer_get_n (desk->view->selection), ==, 1);
  desk_take_picture (desk, "select-1-click");
  /* What is in the hole is another, and so is what lies around it: the key goes from one to the other. */
  click (desk, 390, 265, "");
  g_assert_cmpint (get_area (desk, 0), ==, 400);
  press (desk, "q");
  g_assert_cmpint (get_area (desk, 0), ==, 29000);
  press (desk, "q");
  g_assert_cmpint (get_area (desk, 0), ==, 400);
  /* Shift adds, and takes away. */
  click (desk, 310, 610, "shift");
  g_assert_cmpuint (get_n_selected (desk), ==, 2);
  click (desk, 390, 265, "shift");
  g_assert_cmpuint (get_n_selected (desk), ==, 1);
  g_assert_cmpint (get_area (desk, 0), ==, 12000);
  /* A line around several; with Shift around more. */
  drag (desk, around, G_N_ELEMENTS (around));
  g_assert_cmpuint (get_n_selected (desk), ==, 2);
  desk_send (desk, "keydown shift");
  drag (desk, more, G_N_ELEMENTS (more));
  desk_send (desk, "keyup shift");
  desk_settle (desk);
  g_assert_cmpuint (get_n_selected (desk), ==, 3);
  desk_take_picture (desk, "select-2-lasso");
  /* Escape lets go; beside all there is nothing. */
  press (desk, "Escape");
  g_assert_cmpuint (get_n_selected (desk), ==, 0);
  click (desk, 310, 610, "");
  click (desk, 1000, 900, "");
  g_assert_cmpuint (get_n_selected (desk), ==, 0);
  /* Tab walks by rows, round and round, and the keyboard stays on the tissue. */
  press (desk, "Tab");
  g_assert_cmpint (get_area (desk, 0), ==, 29000);
  press (desk, "Tab");
  g_assert_cmpint (get_area (desk, 0), ==, 19600);
  press (desk, "<Shift>Tab");
  g_assert_cmpint (get_area (desk, 0), ==, 29000);
  press (desk, "<Shift>Tab");
  g_assert_cmpint (get_area (desk, 0), ==, 10000);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (desk->view)));
  /* Another slide has nothing selected. */
  press (desk, "Page_Down");
  g_assert_cmpuint (get_n_selected (desk), ==, 0);
}

/* Each deed, and that one undo takes it back. */
static void
test_deeds (Desk *desk, gconstpointer data)
{
  int x, y;

  set_up (desk);
  click (desk, 310, 210, "");
  press (desk, "<Shift>h");
  assert_objects (desk, "2:31600:new " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  desk_take_picture (desk, "deeds-1-filled");
  undo (desk);
  assert_objects (desk, START);
  /* Where nothing is selected, what the pointer is in. */
  press (desk, "Escape");
  g_assert_cmpuint (get_n_selected (desk), ==, 0);
  locate (desk, 365, 245, &x, &y);
  desk_send (desk, "mousemove %d %d", x, y);
  desk_settle (desk);
  press (desk, "<Shift>h");
  assert_objects (desk, "2:31600:new " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  undo (desk);
  assert_objects (desk, START);
  click (desk, 310, 210, "");
  press (desk, "Delete");
  assert_objects (desk, DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  g_assert_cmpuint (get_n_selected (desk), ==, 0);
  undo (desk);
  assert_objects (desk, START);
  /* Decisions, and a comment. */
  click (desk, 310, 210, "");
  press (desk, "Return");
  assert_objects (desk, "2:29000:accepted " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  press (desk, "BackSpace");
  assert_objects (desk, "2:29000:rejected " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  undo (desk);
  undo (desk);
  assert_objects (desk, START);
  click (desk, 310, 210, "");
  desk_press (desk, "<Shift>f");
  desk_run (desk, 500);
  desk_send (desk, "type torn?");
  desk_run (desk, 200);
  desk_take_picture (desk, "deeds-2-flag");
  desk_send (desk, "key Return");
  desk_run (desk, 500);
  desk_settle (desk);
  assert_objects (desk, "2:29000:flagged " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  undo (desk);
  assert_objects (desk, START);
  /* Two at once, in one step. */
  click (desk, 310, 610, "");
  click (desk, 470, 610, "shift");
  press (desk, "Return");
  assert_objects (desk, RING " " DUMB_BELL " 2:12000:accepted 2:10000:accepted " SPOT);
  undo (desk);
  assert_objects (desk, START);
}

/* Grown, shrunk and smoothed by a number of µm that can be asked for; at 0.5 µm per pixel. */
static void
test_amounts (Desk *desk, gconstpointer data)
{
  set_up (desk);
  click (desk, 470, 610, "");
  press (desk, "period");
  /* Four pixels to each side, and those of a quarter of a disc at each corner. */
  g_assert_cmpint (get_area (desk, 0), ==, 10000 + 4 * 400 + 4 * 8);
  desk_take_picture (desk, "amounts-1-grown");
  press (desk, "comma");
  g_assert_cmpint (get_area (desk, 0), >, 9900);
  g_assert_cmpint (get_area (desk, 0), <=, 10000);
  undo (desk);
  undo (desk);
  assert_objects (desk, START);
  /* Its corners are rounded. */
  click (desk, 470, 610, "");
  press (desk, "y");
  g_assert_cmpint (get_area (desk, 0), >, 9950);
  g_assert_cmpint (get_area (desk, 0), <, 10000);
  undo (desk);
  assert_objects (desk, START);
  click (desk, 470, 610, "");
  desk_press (desk, "<Shift>y");
  desk_wait (desk, desk_has_dialog, "the amount");
  desk_run (desk, 300);
  desk_take_picture (desk, "amounts-2-dialog");
  desk_send (desk, "key ctrl+a type 5");
  desk_run (desk, 200);
  desk_send (desk, "key Return");
  desk_wait (desk, desk_has_no_dialog, "the amount is set");
  desk_clear (desk);
  press (desk, "comma");
  g_assert_cmpint (get_area (desk, 0), ==, 80 * 80);
  g_settings_reset (acini_settings_get_default (), "reshape-amount");
  undo (desk);
  assert_objects (desk, START);
}

static void
test_shapes (Desk *desk, gconstpointer data)
{
  static const double line[][2] = { { 400, 190 }, { 400, 250 }, { 402, 300 }, { 402, 370 } };
  static const double across[][2] = { { 350, 590 }, { 350, 650 }, { 350, 715 } };
  g_autofree char *merged = NULL, *split = NULL;

  set_up (desk);
  /* Where its waist is; the two that come of it are one again. */
  click (desk, 710, 210, "");
  press (desk, "<Shift>k");
  split = describe (desk);
  g_assert_true (strstr (split, DUMB_BELL) == NULL);
  desk_take_picture (desk, "shapes-1-split");
  click (desk, 710, 210, "");
  g_assert_cmpint (get_area (desk, 0), <, 12000);
  click (desk, 900, 210, "shift");
  g_assert_cmpuint (get_n_selected (desk), ==, 2);
  press (desk, "j");
  assert_objects (desk, START);
  undo (desk);
  undo (desk);
  assert_objects (desk, START);
  /* A line, with the tool: the one it crosses need not be selected. */
  press (desk, "Escape");
  desk_press (desk, "k");
  drag (desk, across, G_N_ELEMENTS (across));
  {
    g_autofree char *cut = describe (desk);
    g_auto (GStrv) objects = g_strsplit (cut, " ", -1);

    /* The line is as exact as the screen. */
    g_assert_cmpuint (g_strv_length (objects), ==, 6);
    g_assert_cmpint (atoi (objects[3] + 2), >, 6700);
    g_assert_cmpint (atoi (objects[3] + 2) + atoi (objects[4] + 2), ==, 12000);
  }
  desk_take_picture (desk, "shapes-2-line");
  undo (desk);
  assert_objects (desk, START);
  /* A ring that is cut once stays one, and the window says so. */
  drag (desk, line, 2);
  assert_objects (desk, START);
  /* A gap is bridged. */
  desk_press (desk, "v");
  click (desk, 310, 610, "");
  click (desk, 470, 610, "shift");
  press (desk, "j");
  merged = describe (desk);
  g_assert_true (strstr (merged, LEFT) == NULL && strstr (merged, RIGHT) == NULL);
  g_assert_cmpuint (get_n_selected (desk), ==, 1);
  desk_take_picture (desk, "shapes-3-merged");
  undo (desk);
  assert_objects (desk, START);
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

  set_up (desk);
  click (desk, 470, 610, "");
  press (desk, "<Control>d");
  assert_objects (desk, RING " " DUMB_BELL " " LEFT " " RIGHT " " RIGHT " " SPOT);
  g_assert_cmpuint (get_n_selected (desk), ==, 1); /* the new one */
  g_assert_cmpint (g_array_index (acini_object_selection_get (get_page (desk)->selected), AciniObject, 0).box.x, ==,
                   564);
  desk_take_picture (desk, "copies-1-duplicate");
  undo (desk);
  assert_objects (desk, START);
  click (desk, 310, 610, "");
  press (desk, "<Control>c");
  desk_wait (desk, can_paste, "something to paste");
  locate (desk, 900, 700, &x, &y);
  desk_send (desk, "mousemove %d %d", x, y);
  desk_settle (desk);
  press (desk, "<Control>v");
  assert_objects (desk, RING " " DUMB_BELL " " LEFT " " LEFT " " RIGHT " " SPOT);
  undo (desk);
  /* On another slide of the same scale. */
  press (desk, "Page_Down");
  g_assert_cmpint (desk->view->slide_id, ==, desk->other);
  press (desk, "<Control>v");
  assert_objects (desk, LEFT);
  desk_take_picture (desk, "copies-2-other-slide");
  undo (desk);
  assert_objects (desk, "");
}

static GtkWidget *
get_menu (Desk *desk)
{
  GtkWidget *menu = get_page (desk)->object_menu;

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

  locate (desk, 310, 610, &x, &y);
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

  set_up (desk);
  /* It selects what is under the pointer. */
  locate (desk, 310, 610, &x, &y);
  desk_send (desk, "mousemove %d %d click 3", x, y);
  desk_wait (desk, is_menu_shown, "the menu");
  g_assert_cmpuint (get_n_selected (desk), ==, 1);
  g_assert_cmpint (get_area (desk, 0), ==, 12000);
  g_assert_cmpuint (check_entries (desk, gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (get_menu (desk)))), >=, 13);
  desk_take_picture (desk, "menu");
  desk_send (desk, "key Escape");
  desk_wait (desk, is_menu_gone, "the menu gone");
  desk_clear (desk);
  choose (desk, "a");
  assert_objects (desk, RING " " DUMB_BELL " 2:12000:accepted " RIGHT " " SPOT);
  choose (desk, "r");
  assert_objects (desk, RING " " DUMB_BELL " 2:12000:rejected " RIGHT " " SPOT);
  choose (desk, "p");
  assert_objects (desk, RING " " DUMB_BELL " 2:12000:rejected " LEFT " " RIGHT " " SPOT);
  undo (desk);
  choose (desk, "d");
  assert_objects (desk, RING " " DUMB_BELL " " RIGHT " " SPOT);
  /* From the keyboard. */
  click (desk, 310, 210, "");
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
has_model (Desk *desk)
{
  return acini_model_list_find (acini_session_get_model_list (desk->window->session), "three") != NULL;
}

/* Number keys give what is selected a class. */
static void
test_class (Desk *desk, gconstpointer data)
{
  AciniProject *project = acini_session_get_project (desk->window->session);
  g_autofree char *folder = acini_project_build_path (project, "models", "three", NULL);
  g_autofree char *card = g_build_filename (folder, "model.json", NULL);
  AciniModelList *models = acini_session_get_model_list (desk->window->session);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (g_file_set_contents (
      card,
      "{\"id\": \"three\", \"name\": \"three\", \"architecture\": \"segformer-b0\", \"mpp\": 1, \"activation\":"
      " \"softmax\", \"classes\": [\"background\", \"a\", \"b\", \"c\"], \"threshold\": 0.5, \"thresholds\": {}}",
      -1, NULL));
  g_assert_true (acini_project_add_model (project, "three", "three", folder, "", NULL));
  acini_model_list_reload (models);
  desk_wait (desk, has_model, "the model in the list");
  acini_model_list_use (models, acini_model_list_find (models, "three"));
  desk_settle (desk);
  set_up (desk);
  click (desk, 310, 210, "");
  press (desk, "3");
  assert_objects (desk, "4:29000:new " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  g_assert_cmpuint (get_n_selected (desk), ==, 1);
  g_assert_cmpuint (desk->view->brush_label, ==, 2);
  desk_take_picture (desk, "class");
  undo (desk);
  assert_objects (desk, START);
  press (desk, "Escape");
  press (desk, "2");
  assert_objects (desk, START);
  g_assert_cmpuint (desk->view->brush_label, ==, 3);
}

/* The list of classes: one more, which has a key, a name and a place in the menu and the queue; and undone again. */
static gboolean
has_title (GtkWidget *widget, gconstpointer title)
{
  return ADW_IS_ENTRY_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

static GtkWidget *
find_row (Desk *desk, const char *title)
{
  return widget_search (GTK_WIDGET (desk_get_dialog (desk)), has_title, title);
}

static gboolean
has_second_class (Desk *desk)
{
  return find_row (desk, "Class 2") != NULL;
}

static gboolean
has_no_second_class (Desk *desk)
{
  return find_row (desk, "Class 2") == NULL;
}

static gboolean
has_stroma (Desk *desk)
{
  GtkWidget *row = find_row (desk, "Class 2");

  return row != NULL && g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (row)), "Stroma") == 0;
}

static void
test_classes (Desk *desk, gconstpointer data)
{
  AciniClassList *classes = acini_class_list_get (desk->window->session);
  g_autofree char *name = NULL;

  set_up (desk);
  press (desk, "2"); /* there is none */
  g_assert_cmpuint (desk->view->brush_label, ==, 2);
  desk_press (desk, "<Control>k");
  desk_wait (desk, desk_has_dialog, "the list of classes");
  g_assert_nonnull (find_row (desk, "Class 1"));
  g_assert_null (find_row (desk, "Class 2"));
  widget_click (GTK_WIDGET (desk_get_dialog (desk)), "Add a class");
  desk_wait (desk, has_second_class, "a second class");
  gtk_editable_set_text (GTK_EDITABLE (find_row (desk, "Class 2")), "Stroma");
  g_signal_emit_by_name (find_row (desk, "Class 2"), "apply");
  desk_wait (desk, has_stroma, "its name");
  desk_run (desk, 300);
  desk_take_picture (desk, "classes-1-dialog");
  desk_assert_query (desk, "SELECT group_concat(label || name) FROM classes", "2FTU,3Stroma");
  widget_click (GTK_WIDGET (desk_get_dialog (desk)), "Undo");
  widget_click (GTK_WIDGET (desk_get_dialog (desk)), "Undo");
  desk_wait (desk, has_no_second_class, "undone");
  widget_click (GTK_WIDGET (desk_get_dialog (desk)), "Redo");
  widget_click (GTK_WIDGET (desk_get_dialog (desk)), "Redo");
  desk_wait (desk, has_stroma, "done again");
  adw_dialog_close (desk_get_dialog (desk));
  desk_wait (desk, desk_has_no_dialog, "the list is closed");
  desk_clear (desk);
  press (desk, "2");
  g_assert_cmpuint (desk->view->brush_label, ==, 3);
  name = acini_class_list_dup_name (classes, 2);
  g_assert_cmpstr (name, ==, "Stroma");
  g_assert_cmpuint (acini_class_list_get_n (classes), ==, 2);
  acini_review_page_show_tab (get_page (desk), "queue");
  desk_press (desk, "F5");
  desk_settle (desk);
  desk_run (desk, 300);
  desk_take_picture (desk, "classes-2-queue");
  g_assert_nonnull (widget_find_label (GTK_WIDGET (get_page (desk)), "Stroma"));
}

/* Painted over, and not, while other labels are protected; the eraser leaves them, too. */
static void
test_protect (Desk *desk, gconstpointer data)
{
  static const char *const tools[] = { "b", "e" };

  set_up (desk);
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    for (int protect = 0; protect < 2; protect++)
      {
        g_autofree char *now = NULL;

        desk_press (desk, tools[i]);
        g_assert_cmpint (desk->view->protect_labels, ==, protect);
        click (desk, 390, 265, "");
        now = describe (desk);
        /* The spot is of another class than the brush. */
        g_assert_cmpint (strstr (now, SPOT) != NULL, ==, protect);
        g_assert_cmpstr (now, !=, START);
        if (protect)
          desk_take_picture (desk, i == 0 ? "protect-1-brush" : "protect-2-eraser");
        undo (desk);
        assert_objects (desk, START);
        press (desk, "<Shift>l");
      }
}

/* Undo right after a deed means that deed. */
static void
test_order (Desk *desk, gconstpointer data)
{
  set_up (desk);
  click (desk, 310, 210, "");
  desk_send (desk, "key Delete key ctrl+z key ctrl+shift+z key ctrl+z");
  desk_settle (desk);
  assert_objects (desk, START);
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
  ADD ("class", test_class);
  ADD ("classes", test_classes);
  ADD ("protect", test_protect);
  ADD ("order", test_order);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
