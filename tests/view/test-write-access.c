/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window offers while a stroke waits to be written, and of a project that can only be looked at. */

#include "data/labels/acini-journal.h"
#include "data/project/acini-lease.h"
#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/base/acini-async.h"
#include "ui/review/acini-review-page-private.h"
#include "ui/slides/acini-slides-page-private.h"

#include <vips/vips.h>

static void
activate (Desk *desk, const char *name)
{
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), name, NULL);
}

static gboolean
is_enabled (Desk *desk, const char *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), name);
}

static AciniEditor *
get_editor (Desk *desk)
{
  return acini_session_get_editor (desk->window->session);
}

static gboolean
is_stuck (Desk *desk)
{
  return acini_editor_is_stuck (get_editor (desk));
}

static gboolean
is_written (Desk *desk)
{
  return acini_editor_is_idle (get_editor (desk)) && acini_slide_view_is_idle (desk->view);
}

/* What is on disk can be undone, and the page has read it. */
static gboolean
has_written_undo (Desk *desk)
{
  return is_written (desk) && desk->window->review_page->can_undo_written;
}

static gboolean
cannot_undo (Desk *desk)
{
  return !desk_can_undo (desk);
}

static char *
describe_journal (Desk *desk)
{
  g_autofree char *database
      = acini_project_build_path (acini_session_get_project (desk->window->session), "project.sqlite", NULL);
  char *kinds = acini_test_query (database, "SELECT group_concat (kind) FROM (SELECT kind FROM journal"
                                            " WHERE kind <> 'import' AND kind <> 'model' ORDER BY sequence)");

  return kinds != NULL ? kinds : g_strdup ("");
}

static void
assert_journal (Desk *desk, const char *expected)
{
  g_autofree char *kinds = describe_journal (desk);

  g_assert_cmpstr (kinds, ==, expected);
}

/* The first stroke of a slide, on a full disk: undo is there as soon as the stroke is, is asked for, and both are
 * written in their order once there is room. */
static void
test_undo_waits (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 label = 255;

  g_assert_false (desk_can_undo (desk));
  acini_failing_vfs_set_room (0);
  acini_view_begin_tool (desk->view, acini_view_get_tool (desk->view, "brush"), 300, 300, 0);
  acini_view_move_tool (desk->view, 340, 320, 0);
  acini_view_finish_tool (desk->view);
  desk_wait (desk, desk_can_undo, "something to undo");
  desk_wait (desk, is_stuck, "an editor that cannot write");
  g_assert_true (desk_can_undo (desk));
  assert_journal (desk, "");
  activate (desk, "undo");
  desk_wait (desk, desk_can_redo, "something to redo");
  g_assert_false (desk_can_undo (desk));
  assert_journal (desk, "");
  g_assert_true (is_stuck (desk));
  acini_failing_vfs_set_room (-1);
  activate (desk, "retry-writing");
  desk_wait (desk, is_written, "all written");
  assert_journal (desk, "edit,undo");
  desk_wait (desk, cannot_undo, "nothing to undo");
  desk_wait (desk, desk_can_redo, "something to redo");
  g_assert_true (acini_labels_read (acini_session_get_project (desk->window->session), desk->slide, 0, 300, 300, 1, 1,
                                    &label, &error));
  g_assert_no_error (error);
  g_assert_cmpint (label, ==, 0);
}

/* What is asked for twice while the first waits is done twice. */
static void
test_undo_twice (Desk *desk, gconstpointer data)
{
  for (int i = 0; i < 2; i++)
    {
      acini_view_begin_tool (desk->view, acini_view_get_tool (desk->view, "brush"), 300 + 60 * i, 300, 0);
      acini_view_move_tool (desk->view, 340 + 60 * i, 320, 0);
      acini_view_finish_tool (desk->view);
    }
  desk_wait (desk, has_written_undo, "both strokes written, and one to undo");
  assert_journal (desk, "edit,edit");
  acini_failing_vfs_set_room (0);
  activate (desk, "undo");
  desk_wait (desk, is_stuck, "an editor that cannot write");
  g_assert_true (desk_can_undo (desk));
  activate (desk, "undo");
  acini_failing_vfs_set_room (-1);
  activate (desk, "retry-writing");
  desk_wait (desk, is_written, "all written");
  assert_journal (desk, "edit,edit,undo,undo");
  desk_wait (desk, cannot_undo, "nothing to undo");
}

/* A project that somebody else has open on a network drive. */
static char *
make_project_of_another (Desk *desk)
{
  g_autofree char *folder = g_build_filename (desk->folder, "shared.acini", NULL);
  g_autofree char *lease = g_build_filename (folder, "project.lease", NULL);
  g_autofree char *slide = g_build_filename (desk->folder, "a.tiff", NULL);
  static const char *const models[] = { "first", "second" };
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (AciniEdit) edit = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  g_setenv ("ACINI_NETWORK_DRIVE", "1", TRUE);
  project = acini_project_create (folder, &error);
  g_assert_no_error (error);
  id = acini_project_add_slide (project, slide, NULL, NULL, .5, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autofree char *model = acini_project_build_path (project, "models", models[i], NULL);

      g_assert_true (acini_project_add_model (project, models[i], models[i], model, "", &error));
    }
  edit = acini_edit_new (project, id, "brush");
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 10, 10, 50, 50 }, NULL, 2, &error));
  g_assert_true (acini_edit_commit (edit, NULL, &error));
  g_clear_object (&project);
  g_assert_true (g_file_set_contents (lease, "token\nAnna Berg\npathology-3\n1\n", -1, &error));
  return g_steal_pointer (&folder);
}

static gboolean
is_looked_at (Desk *desk)
{
  return desk->window->session != NULL && acini_session_is_ready (desk->window->session)
         && acini_session_get_read_only (desk->window->session) != NULL && desk->view->slide != NULL;
}

static void
check_tool (Desk *desk, const char *wanted, const char *expected)
{
  g_autofree char *tool = NULL;

  g_object_set (desk->view, "tool", wanted, NULL);
  g_object_get (desk->view, "tool", &tool, NULL);
  g_assert_cmpstr (tool, ==, expected);
}

static void
check_actions (Desk *desk)
{
  static const char *const writing[]
      = { "add-slides",     "remove-slide",  "rename-slide",   "restore-slides", "segment-all",
          "segment-screen", "segment-slide", "undo",           "redo",           "fine-tune",
          "brush-larger",   "brush-smaller", "restart-engine", "use-model" };
  static const char *const looking[] = { "fit",    "zoom-in", "zoom-out",   "zoom-native", "magnify",
                                         "rotate", "go-to",   "next-slide", "show-folder", "export" };

  for (guint i = 0; i < G_N_ELEMENTS (writing); i++)
    if (is_enabled (desk, writing[i]))
      g_error ("“%s” can be asked for", writing[i]);
  for (guint i = 0; i < G_N_ELEMENTS (looking); i++)
    if (!is_enabled (desk, looking[i]))
      g_error ("“%s” cannot be asked for", looking[i]);
}

/* The buttons of the tools that paint, and of Split, are off, the others on. */
static void
check_palette (AciniReviewPage *page)
{
  guint n_off = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (page->palette); child;
       child = gtk_widget_get_next_sibling (child))
    n_off += GTK_IS_TOGGLE_BUTTON (child) && !gtk_widget_is_sensitive (child);
  g_assert_cmpuint (n_off, ==, 12);
}

static void
check_slides_page (Desk *desk)
{
  AciniSlidesPage *page = desk->window->slides_page;
  static const char *const writing[] = { "organ", "mpp", "locate" };

  gtk_widget_activate_action (GTK_WIDGET (desk->window), "win.page", "s", "slides");
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (page->selection));
  desk_run (desk, 50);
  g_assert_true (g_action_group_get_action_enabled (G_ACTION_GROUP (page->actions), "open"));
  for (guint i = 0; i < G_N_ELEMENTS (writing); i++)
    g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (page->actions), writing[i]));
  g_assert_false (is_enabled (desk, "remove-slide"));
  g_assert_false (is_enabled (desk, "rename-slide"));
  desk_clear (desk);
}

static gboolean
is_use_button (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), "_Use This Model") == 0;
}

static gboolean
is_row_of_other (GtkWidget *widget, gconstpointer in_use)
{
  gpointer item = GTK_IS_LIST_BOX_ROW (widget) ? g_object_get_data (G_OBJECT (widget), "item") : NULL;

  return item != NULL && item != in_use;
}

static void
count (guint *n)
{
  ++*n;
}

/* A model is looked at, but not taken into use. */
static void
check_models_page (Desk *desk)
{
  AciniSession *session = desk->window->session;
  GtkWidget *page = GTK_WIDGET (desk->window->models_page), *row, *use;
  AciniModelItem *in_use = acini_session_get_model (session);
  AciniModelItem *other;

  gtk_widget_activate_action (GTK_WIDGET (desk->window), "win.page", "s", "models");
  desk_run (desk, 50);
  g_assert_nonnull (in_use);
  row = widget_search (page, is_row_of_other, in_use);
  g_assert_nonnull (row);
  other = g_object_get_data (G_OBJECT (row), "item");
  gtk_list_box_select_row (GTK_LIST_BOX (gtk_widget_get_parent (row)), GTK_LIST_BOX_ROW (row));
  use = widget_search (page, is_use_button, NULL);
  g_assert_nonnull (use);
  g_assert_false (gtk_widget_is_sensitive (use));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (use), ==, acini_session_get_read_only (session));
  gtk_widget_activate_action (GTK_WIDGET (desk->window), "win.use-model", "s", acini_model_item_get_record (other)->id);
  g_assert_true (acini_session_get_model (session) == in_use);
  desk_clear (desk);
}

static gboolean
is_settled (Desk *desk)
{
  return acini_async_is_idle ();
}

/* The ruler measures, and nothing fails for want of keeping it. */
static void
check_ruler (Desk *desk)
{
  guint n_failed = 0;
  gulong handler = g_signal_connect_swapped (desk->view, "failed", G_CALLBACK (count), &n_failed);

  acini_view_begin_tool (desk->view, acini_view_get_tool (desk->view, "ruler"), 300, 300, 0);
  acini_view_move_tool (desk->view, 340, 320, 0);
  acini_view_finish_tool (desk->view);
  g_assert_cmpuint (acini_slide_view_get_n_measures (desk->view), ==, 1);
  desk_wait (desk, is_settled, "what was measured kept or not");
  g_assert_cmpuint (n_failed, ==, 0);
  g_signal_handler_disconnect (desk->view, handler);
}

static void
test_read_only (Desk *desk, gconstpointer data)
{
  g_autofree char *folder = make_project_of_another (desk);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autofree char *dropped = g_build_filename (desk->folder, "b.tiff", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (dropped);
  AciniReviewPage *page = desk->window->review_page;
  double zoom = 0, zoom_then = 0;

  check_tool (desk, "brush", "brush");
  acini_window_open_project (desk->window, folder, FALSE, NULL);
  desk_wait (desk, is_looked_at, "the project of another");
  desk_clear (desk);
  g_assert_true (adw_banner_get_revealed (desk->window->unwritten_banner));
  g_assert_nonnull (strstr (adw_banner_get_title (desk->window->unwritten_banner), "Anna Berg on pathology-3"));
  check_actions (desk);

  /* The brush is put down, and not taken up by its key. */
  check_tool (desk, "brush", "pan");
  check_tool (desk, "eraser", "pan");
  check_tool (desk, "ruler", "ruler");
  desk_press (desk, "b");
  check_tool (desk, "pan", "pan");
  check_palette (page);
  g_object_get (desk->view, "zoom", &zoom, NULL);
  desk_press (desk, "plus");
  g_object_get (desk->view, "zoom", &zoom_then, NULL);
  g_assert_cmpfloat (zoom_then, >, zoom);
  check_slides_page (desk);
  check_models_page (desk);
  check_ruler (desk);

  /* Files that are dropped on it. */
  g_list_store_append (files, file);
  acini_window_add_files (desk->window, G_LIST_MODEL (files));
  desk_run (desk, 200);
  g_assert_cmpuint (g_list_model_get_n_items (acini_session_get_slides (desk->window->session)), ==, 1);
  assert_journal (desk, "edit");
  g_unsetenv ("ACINI_NETWORK_DRIVE");
}

int
main (int argc, char **argv)
{
  char *home = acini_test_make_home ();
  int status;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  acini_failing_vfs_install ();
  acini_lease_set_times (50, 3600 * 1000);
  g_test_add ("/write-access/undo-waits", Desk, NULL, desk_set_up, test_undo_waits, desk_tear_down);
  g_test_add ("/write-access/undo-twice", Desk, NULL, desk_set_up, test_undo_twice, desk_tear_down);
  g_test_add ("/write-access/read-only", Desk, NULL, desk_set_up, test_read_only, desk_tear_down);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
