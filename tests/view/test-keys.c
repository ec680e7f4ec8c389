/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every key of the list of shortcuts, pressed as on a keyboard: its action is asked for, and does what this table says.
 * A key without a row here, or a row without a key, fails. */

#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-shortcuts.h"
#include "ui/review/acini-review-page-private.h"

#include <math.h>
#include <vips/vips.h>

/* What a key changes, as describe () calls it. */
typedef struct
{
  const char *action;
  const char *what; /* NULL: what it does is told beside it, and elsewhere; that it is asked for is seen here */
  void (*prepare) (Desk *desk);
} Row;

static void
activate (Desk *desk, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_assert_true (g_action_parse_detailed_name (detailed, &name, &target, NULL));
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), name, target);
  desk_run (desk, 20);
}

/* Before the key. */

static void
take_brush (Desk *desk)
{
  g_object_set (desk->view, "tool", "brush", NULL);
}

static void
take_class_2 (Desk *desk)
{
  g_object_set (desk->view, "brush-label", ACINI_LABEL_FIRST_CLASS + 1, NULL);
}

static void
go_somewhere (Desk *desk)
{
  g_object_set (desk->view, "zoom", .37, NULL);
  desk_rest (desk);
}

static void
turn (Desk *desk)
{
  g_object_set (desk->view, "rotation", 30., NULL);
  desk_rest (desk);
}

static void
measure (Desk *desk)
{
  acini_slide_view_set_measures (desk->view, "length 100 100 300 100\n");
}

static void
paint (Desk *desk)
{
  acini_view_begin_tool (desk->view, acini_view_get_tool (desk->view, "brush"), 300, 300, 0);
  acini_view_move_tool (desk->view, 340, 320, 0);
  acini_view_finish_tool (desk->view);
  desk_wait (desk, desk_can_undo, "something to undo");
}

static void
paint_and_undo (Desk *desk)
{
  paint (desk);
  activate (desk, "undo");
  desk_wait (desk, desk_can_redo, "something to redo");
}

static void
show_two (Desk *desk)
{
  activate (desk, "views(2)");
}

static void
show_other (Desk *desk)
{
  activate (desk, "next-slide");
  desk_rest (desk);
}

static void
show_slides (Desk *desk)
{
  activate (desk, "page::slides");
}

static gboolean
can_remove (Desk *desk)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), "remove-slide");
}

static void
select_slide (Desk *desk)
{
  show_slides (desk);
  GtkWidget *grid = widget_find_type (GTK_WIDGET (desk->window->slides_page), "GtkGridView");
  gtk_selection_model_select_item (gtk_grid_view_get_model (GTK_GRID_VIEW (grid)), 0, TRUE);
  gtk_widget_grab_focus (grid);
  desk_wait (desk, can_remove, "a slide selected");
}

static guint wanted_selected;

static gboolean
is_selected (Desk *desk)
{
  return acini_review_page_get_n_selected (desk->window->review_page) == wanted_selected;
}

static void
pick (Desk *desk, double x, double y, guint n)
{
  acini_viewport_to_slide (&desk->view->viewport, x, y, &x, &y);
  acini_object_selection_pick (desk->window->review_page->selected, x, y, n > 1);
  wanted_selected = n;
  desk_wait (desk, is_selected, "an object selected");
}

static void
select_object (Desk *desk)
{
  paint (desk);
  pick (desk, 320, 310, 1);
}

static void
select_two (Desk *desk)
{
  select_object (desk);
  acini_view_begin_tool (desk->view, acini_view_get_tool (desk->view, "brush"), 300, 420, 0);
  acini_view_move_tool (desk->view, 340, 420, 0);
  acini_view_finish_tool (desk->view);
  pick (desk, 320, 420, 2);
}

static gboolean
is_settled (Desk *desk)
{
  return acini_slide_objects_is_idle (desk->window->review_page->objects);
}

static void
select_none (Desk *desk)
{
  desk_wait (desk, is_settled, "nothing under way");
  acini_object_selection_set (desk->window->review_page->selected, NULL, 0);
  wanted_selected = 0;
  desk_wait (desk, is_selected, "nothing selected");
}

/* It is in the queue's list, too. */
static void
list_object (Desk *desk)
{
  select_object (desk);
  activate (desk, "review-next");
}

static gboolean
can_paste (Desk *desk)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), "object-paste");
}

static void
copy_object (Desk *desk)
{
  select_object (desk);
  activate (desk, "object-copy");
  desk_wait (desk, can_paste, "something to paste");
}

/* There is nothing to cancel without an engine. */
static void
let_cancel (Desk *desk)
{
  acini_window_enable (desk->window, "cancel-segment", TRUE);
}

static const Row rows[] = {
  { "win.tool::pan", "tool", take_brush },
  { "win.tool::brush", "tool", NULL },
  { "win.tool::eraser", "tool", NULL },
  { "win.tool::polygon", "tool", NULL },
  { "win.tool::lasso", "tool", NULL },
  { "win.tool::rectangle", "tool", NULL },
  { "win.tool::ellipse", "tool", NULL },
  { "win.tool::click", "tool", NULL },
  { "win.tool::refine", "tool", NULL },
  { "win.tool::wand", "tool", NULL },
  { "win.tool::edge-brush", "tool", NULL },
  { "win.tool::fill", "tool", NULL },
  { "win.tool::ruler", "tool", NULL },
  { "win.tool::area", "tool", NULL },
  { "win.tool::select", "tool", NULL },
  { "win.tool::split", "tool", NULL },
  { "win.copy-measures", "clipboard", measure },
  { "win.clear-measures", "measures", measure },
  { "win.brush-smaller", "brush", NULL },
  { "win.brush-larger", "brush", NULL },
  { "win.class(uint32 1)", "class", take_class_2 },
  { "win.class(uint32 2)", NULL, NULL },
  { "win.class(uint32 3)", NULL, NULL },
  { "win.class(uint32 4)", NULL, NULL },
  { "win.class(uint32 5)", NULL, NULL },
  { "win.class(uint32 6)", NULL, NULL },
  { "win.class(uint32 7)", NULL, NULL },
  { "win.class(uint32 8)", NULL, NULL },
  { "win.class(uint32 9)", NULL, NULL },
  { "win.classes", "dialog", NULL },
  { "win.protect-labels", "protect-labels", NULL },
  { "win.undo", "undo", paint },
  { "win.redo", "undo", paint_and_undo },
  { "win.object-accept", NULL, select_object }, /* what they do: test-review-objects */
  { "win.object-reject", NULL, select_object },
  { "win.object-flag", "dialog", select_object },
  { "win.object-lock", NULL, select_object },
  { "win.object-split", NULL, select_object },
  { "win.object-merge", NULL, select_two },
  { "win.object-fill", NULL, select_object },
  { "win.object-grow", NULL, select_object },
  { "win.object-shrink", NULL, select_object },
  { "win.object-smooth", NULL, select_object },
  { "win.object-amount", "dialog", NULL },
  { "win.object-duplicate", NULL, select_object },
  { "win.copy", "clipboard", select_none },
  { "win.object-paste", NULL, copy_object },
  { "win.delete", "slides", select_slide },
  { "win.object-properties", "dialog", select_object },
  { "win.object-cycle", NULL, NULL },
  { "win.object-menu", NULL, select_object },
  { "win.review-next", NULL, NULL }, /* what they do: test-review-queue */
  { "win.review-previous", NULL, NULL },
  { "win.review-skip", NULL, NULL },
  { "win.review-edit", "tool", select_object },
  { "win.review-accept-above", "dialog", list_object },
  { "win.review-reload", NULL, NULL },
  { "win.gallery", "dialog", NULL }, /* test-sign-off */
  { "win.sign-off-screen", "dialog", NULL },
  { "win.sign-off", "dialog", NULL },
  { "win.journal", "dialog", NULL },
  { "win.show-mask", "mask", NULL },
  { "win.show-outlines", "outlines", NULL },
  { "win.fit", "zoom", go_somewhere },
  { "win.zoom-native", "zoom", go_somewhere },
  { "win.magnify(1.0)", "zoom", go_somewhere },
  { "win.magnify(2.5)", "zoom", go_somewhere },
  { "win.magnify(5.0)", "zoom", go_somewhere },
  { "win.magnify(10.0)", "zoom", go_somewhere },
  { "win.magnify(20.0)", "zoom", go_somewhere },
  { "win.magnify(40.0)", "zoom", go_somewhere },
  { "win.rotate(90.0)", "turn", NULL },
  { "win.rotate(-90.0)", "turn", NULL },
  { "win.flip", "turn", NULL },
  { "win.rotate-reset", "turn", turn },
  { "win.zoom-in", "zoom", go_somewhere },
  { "win.zoom-out", "zoom", go_somewhere },
  { "win.enter-zoom", "focus", NULL },
  { "win.go-to", "dialog", NULL },
  { "win.adjust-display", "tab", NULL },
  { "win.copy-view", "clipboard", NULL },
  { "win.export-view", "windows", NULL },
  { "win.slide-properties", "dialog", NULL },
  { "win.views(1)", "views", show_two },
  { "win.views(2)", "views", NULL },
  { "win.views(3)", "views", NULL },
  { "win.views(4)", "views", NULL },
  { "win.previous-slide", "slide", show_other },
  { "win.next-slide", "slide", NULL },
  { "win.segment-screen", NULL, NULL }, /* there is no engine: test-engine, kill-window */
  { "win.segment-slide", NULL, NULL },  /* the same: test-cli, test-job */
  { "win.cancel-segment", NULL, let_cancel },
  { "win.fine-tune", "dialog", NULL },
  { "win.export", "dialog", NULL },
  { "win.page::slides", "page", NULL },
  { "win.page::review", "page", show_slides },
  { "win.page::results", "page", NULL },
  { "win.page::models", "page", NULL },
  { "win.page::data", "page", NULL },
  { "win.show-slides-pane", "panes", NULL },
  { "win.show-side-pane", "panes", NULL },
  { "win.fullscreen", NULL, NULL }, /* without a window manager nothing fills the screen */
  { "win.new-project", "windows", NULL },
  { "win.open-project", "windows", NULL },
  { "win.add-slides", "windows", NULL },
  { "win.rename-slide", "dialog", select_slide },
  { "win.preferences", "dialog", NULL },
  { "win.show-help-overlay", "windows", NULL },
  { "window.close", "closed", NULL },
  { "app.quit", "closed", NULL },
};

static const Row *
find_row (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].action, action))
      return &rows[i];
  return NULL;
}

/* What there is to see of the window. */

static char *
describe_view (Desk *desk, const char *what)
{
  AciniSlideView *view = desk->view;
  if (g_str_equal (what, "tool"))
    {
      char *tool = NULL;
      g_object_get (view, "tool", &tool, NULL);
      return tool;
    }
  if (g_str_equal (what, "measures"))
    return g_strdup_printf ("%u", acini_slide_view_get_n_measures (view));
  if (g_str_equal (what, "brush"))
    return g_strdup_printf ("%g", view->brush_size);
  if (g_str_equal (what, "class"))
    return g_strdup_printf ("%u", view->brush_label);
  if (g_str_equal (what, "protect-labels"))
    return g_strdup_printf ("%d", view->protect_labels);
  if (g_str_equal (what, "mask"))
    return g_strdup_printf ("%d", view->look.fill);
  if (g_str_equal (what, "outlines"))
    return g_strdup_printf ("%d", view->look.outlines);
  if (g_str_equal (what, "zoom"))
    return g_strdup_printf ("%g", view->motion.zooming ? view->motion.zoom_target : view->viewport.zoom);
  if (g_str_equal (what, "turn"))
    return g_strdup_printf ("%g %d", view->viewport.rotation, view->viewport.flipped);
  if (g_str_equal (what, "slide"))
    return g_strdup_printf ("%" G_GINT64_FORMAT, view->slide_id);
  return NULL;
}

static char *
describe_window (Desk *desk, const char *what)
{
  AciniWindow *window = desk->window;
  if (g_str_equal (what, "undo"))
    return g_strdup_printf ("%d %d", desk_can_undo (desk), desk_can_redo (desk));
  if (g_str_equal (what, "clipboard"))
    return g_strdup_printf ("%p", (void *)gdk_clipboard_get_content (gtk_widget_get_clipboard (GTK_WIDGET (window))));
  if (g_str_equal (what, "focus"))
    return g_strdup (G_OBJECT_TYPE_NAME (gtk_window_get_focus (GTK_WINDOW (window))));
  if (g_str_equal (what, "dialog"))
    return g_strdup_printf ("%p", (void *)adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)));
  if (g_str_equal (what, "windows"))
    return g_strdup_printf ("%u", g_list_model_get_n_items (gtk_window_get_toplevels ()));
  if (g_str_equal (what, "page"))
    return g_strdup (adw_view_stack_get_visible_child_name (window->pages));
  if (g_str_equal (what, "tab"))
    return g_strdup (adw_view_stack_get_visible_child_name (
        ADW_VIEW_STACK (widget_find_type (GTK_WIDGET (window->review_page), "AdwViewStack"))));
  if (g_str_equal (what, "slides"))
    return g_strdup_printf ("%u", g_list_model_get_n_items (acini_session_get_slides (window->session)));
  return NULL;
}

static char *
describe (Desk *desk, const char *what)
{
  gboolean slides = FALSE, side = FALSE;
  int views = 0;
  char *text = NULL;
  if (what == NULL)
    return g_strdup ("");
  if (g_str_equal (what, "closed"))
    return g_strdup_printf ("%d", gtk_application_get_windows (GTK_APPLICATION (desk->application)) == NULL);
  text = describe_view (desk, what);
  text = text ? text : describe_window (desk, what);
  if (text)
    return text;
  g_object_get (desk->window->review_page, "show-slides", &slides, "show-side", &side, "n-views", &views, NULL);
  return g_str_equal (what, "views") ? g_strdup_printf ("%d", views) : g_strdup_printf ("%d %d", slides, side);
}

/* Whether the action was asked for: a simple one says so; one that is a property has another state; those of GTK's
 * own and the application's end the window. */

static void
count (GSimpleAction *action, GVariant *parameter, guint *n)
{
  ++*n;
}

typedef struct
{
  Desk *desk;
  GAction *action;
  const Row *row;
  char *before;
  guint n;
} Press;

static Press now; /* the one under way, for happened () */

/* What the key before it started may have to end first. */
static gboolean
is_enabled (Desk *desk)
{
  return g_action_get_enabled (now.action);
}

static gboolean
happened (Desk *desk)
{
  g_autofree char *after = describe (desk, now.row->what);
  if (G_IS_SIMPLE_ACTION (now.action) && now.n == 0)
    return FALSE;
  return now.row->what == NULL || g_strcmp0 (now.before, after) != 0;
}

static void
press (Desk *desk, const Row *row, const char *accelerator)
{
  g_autofree char *name = NULL, *key = desk_dup_key (accelerator), *title = NULL;
  g_autoptr (GVariant) target = NULL;
  g_assert_true (g_action_parse_detailed_name (row->action, &name, &target, NULL));
  if (row->prepare)
    row->prepare (desk);
  now = (Press){ .desk = desk, .row = row, .before = describe (desk, row->what) };
  if (g_str_has_prefix (name, "win."))
    now.action = g_action_map_lookup_action (G_ACTION_MAP (desk->window), strchr (name, '.') + 1);
  if (now.action)
    desk_wait (desk, is_enabled, row->action);
  if (G_IS_SIMPLE_ACTION (now.action))
    g_signal_connect (now.action, "activate", G_CALLBACK (count), &now.n);
  desk_send (desk, "windowfocus %s key %s", desk->xid, key);
  title = g_strdup_printf ("%s for %s (%s: %s)", accelerator, row->action, row->what, now.before);
  desk_wait (desk, happened, title);
  g_assert_cmpuint (now.n, <=, 1); /* once */
  if (now.action)
    g_signal_handlers_disconnect_by_func (now.action, count, &now.n);
  g_free (now.before);
}

static void
restore (Desk *desk)
{
  while (!acini_async_is_idle ())
    desk_run (desk, 5);
  g_object_set (desk->window->review_page, "n-views", 1, "show-slides", TRUE, "show-side", TRUE, NULL);
  g_object_set (desk->view, "tool", "pan", "rotation", 0., "flipped", FALSE, "show-mask", TRUE, "show-outlines", TRUE,
                NULL);
  acini_slide_view_clear_measures (desk->view);
  acini_object_selection_set (desk->window->review_page->selected, NULL, 0);
  if (desk->view->slide_id != desk->slide)
    activate (desk, "previous-slide");
  acini_review_page_show_tab (desk->window->review_page, "segment");
  desk_clear (desk);
}

/* These are tried alone: a slide or the window is gone afterwards, another window has taken the keyboard. */
static const char *const alone[]
    = { "win.export-view", "win.cancel-segment", "win.new-project", "win.open-project",      "win.add-slides",
        "win.delete",      "window.close",       "app.quit",        "win.show-help-overlay", NULL };

static void
test_table (Desk *desk, gconstpointer data)
{
  guint n;
  const AciniShortcut *all = acini_shortcuts_get_all (&n);
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) keys = g_strsplit (all[i].keys, " ", -1);
      const Row *row = find_row (all[i].action);
      if (!row)
        g_error ("%s has no row in this test", all[i].action);
      if (g_strv_contains (alone, all[i].action))
        continue;
      for (guint j = 0; keys[j]; j++)
        {
          g_test_message ("%s: %s", keys[j], all[i].action);
          press (desk, row, keys[j]);
          restore (desk);
        }
    }
}

/* In a window of its own. */
static void
test_alone (Desk *desk, gconstpointer data)
{
  const char *action = data;
  g_auto (GStrv) keys = g_strsplit (acini_shortcuts_get_keys (acini_shortcuts_get_default (), action), " ", -1);
  press (desk, find_row (action), keys[0]);
}

static GtkWidget *
get_search (Desk *desk)
{
  return GTK_WIDGET (desk->window->review_page->search); /* there are others, in lists that open */
}

static gboolean
can_type (Desk *desk)
{
  GtkWindow *window = GTK_WINDOW (desk->window);
  return gtk_window_is_active (window) && GTK_IS_TEXT (gtk_window_get_focus (window));
}

static gboolean
is_typed (Desk *desk)
{
  return g_str_equal (gtk_editable_get_text (GTK_EDITABLE (get_search (desk))), "bS]");
}

/* A key that writes into a text field is no command there; one with Ctrl or Alt is. */
static void
test_typing (Desk *desk, gconstpointer data)
{
  int x, y;
  desk_locate (desk, get_search (desk), 60, 15, &x, &y);
  desk_send (desk, "mousemove %d %d click 1", x, y);
  desk_wait (desk, can_type, "the search with the keyboard");
  desk_send (desk, "windowfocus %s key b key shift+s key bracketright", desk->xid);
  desk_wait (desk, is_typed, "the text");
  g_assert_true (desk->view->tool == acini_view_get_tool (desk->view, "pan"));
  g_assert_cmpfloat (desk->view->brush_size, ==, 40);
  desk_press (desk, "<Alt>4");
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (desk->window->pages), ==, "models");
}

/* What the slide view does with keys by itself. */
static void
test_view (Desk *desk, gconstpointer data)
{
  AciniSlideView *view = desk->view;
  g_object_set (view, "zoom", 2., NULL);
  acini_slide_view_centre_on (view, 700, 500);
  desk_rest (desk);
  desk_press (desk, "Right");
  g_assert_cmpfloat (view->viewport.x, >, 720);
  desk_press (desk, "Left");
  g_assert_cmpfloat_with_epsilon (view->viewport.x, 700, .1);
  desk_press (desk, "Down");
  g_assert_cmpfloat (view->viewport.y, >, 520);
  desk_press (desk, "Up");
  g_assert_cmpfloat_with_epsilon (view->viewport.y, 500, .1);
  desk_press (desk, "plus");
  g_assert_cmpfloat_with_epsilon (view->viewport.zoom, 2 * ACINI_ZOOM_STEP, 1e-6);
  desk_press (desk, "minus");
  g_assert_cmpfloat_with_epsilon (view->viewport.zoom, 2, 1e-6);
  desk_press (desk, "0");
  g_assert_true (view->fitted);
  g_object_set (view, "zoom", 2., NULL);
  desk_press (desk, "Home");
  g_assert_true (view->fitted);
}

/* After a click in the list of slides the keys that zoom still do. */
static void
test_list (Desk *desk, gconstpointer data)
{
  AciniSlideView *view = desk->view;
  GtkWidget *list = GTK_WIDGET (desk->window->review_page->slide_list);
  g_object_set (view, "zoom", 2., NULL);
  desk_rest (desk);
  gtk_widget_grab_focus (list);
  desk_run (desk, 20);
  g_assert_true (gtk_widget_get_focus_child (list) != NULL);
  desk_press (desk, "plus");
  g_assert_cmpfloat_with_epsilon (view->viewport.zoom, 2 * ACINI_ZOOM_STEP, 1e-6);
  desk_press (desk, "minus");
  g_assert_cmpfloat_with_epsilon (view->viewport.zoom, 2, 1e-6);
  g_assert_false (view->fitted);
  desk_press (desk, "0");
  g_assert_true (view->fitted);
}

/* The overview is moved with arrow keys, too. */
static void
test_overview (Desk *desk, gconstpointer data)
{
  GtkWidget *overview = widget_find_type (GTK_WIDGET (desk->window), "AciniOverview");
  g_object_set (desk->view, "zoom", 2., NULL);
  acini_slide_view_centre_on (desk->view, 700, 500);
  desk_rest (desk);
  gtk_widget_grab_focus (overview);
  desk_run (desk, 20);
  desk_press (desk, "Right");
  g_assert_cmpfloat (desk->view->viewport.x, >, 720);
  desk_press (desk, "Down");
  g_assert_cmpfloat (desk->view->viewport.y, >, 520);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);     /* file dialogs keep theirs */
  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE); /* nothing that a key starts outlasts it */
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
#define ADD(path, data, test) g_test_add (path, Desk, data, desk_set_up, test, desk_tear_down)
  ADD ("/keys/table", NULL, test_table);
  for (guint i = 0; alone[i]; i++)
    {
      g_autofree char *path = g_strconcat ("/keys/", strchr (alone[i], '.') + 1, NULL);
      ADD (path, alone[i], test_alone);
    }
  ADD ("/keys/typing", NULL, test_typing);
  ADD ("/keys/view", NULL, test_view);
  ADD ("/keys/list", NULL, test_list);
  ADD ("/keys/overview", NULL, test_overview);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
