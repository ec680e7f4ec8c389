/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real window over a project that cannot be written: what it says, what it keeps, and how it closes. */

#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "tests/view/acini-window-fixture.h"

static gint64 slide;

static void
set_up (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;

  window_fixture_set_up (fixture, data);
  project = acini_project_open (fixture->project, &error);
  g_assert_no_error (error);
  slide = acini_test_add_slide (project, "a.tiff", 600, 600);
  g_clear_object (&project);
  window_fixture_open (fixture);
}

static void
tear_down (WindowFixture *fixture, gconstpointer data)
{
  acini_failing_vfs_set_room (-1);
  window_fixture_tear_down (fixture, data);
}

static gboolean
draw (AciniEdit *edit, gpointer data, GError **error)
{
  return acini_edit_paint (edit, &(AciniRect){ 10, 10, 20, 20 }, NULL, 2, error);
}

static AciniEditor *
get_editor (WindowFixture *fixture)
{
  return acini_session_get_editor (acini_window_get_session (fixture->window));
}

static gboolean
is_stuck (WindowFixture *fixture)
{
  return acini_editor_is_stuck (get_editor (fixture)) && !g_main_context_pending (NULL);
}

/* A stroke on a full disk. */
static void
get_stuck (WindowFixture *fixture)
{
  acini_failing_vfs_set_room (0);
  acini_editor_draw (get_editor (fixture), slide, "brush", 0, draw, NULL, NULL, NULL, NULL);
  window_fixture_wait (fixture, is_stuck);
}

static gboolean
is_revealed (GtkWidget *widget, gconstpointer data)
{
  return ADW_IS_BANNER (widget) && adw_banner_get_revealed (ADW_BANNER (widget));
}

static AdwBanner *
find_banner (WindowFixture *fixture)
{
  GtkWidget *banner = widget_search (GTK_WIDGET (fixture->window), is_revealed, NULL);

  return banner != NULL ? ADW_BANNER (banner) : NULL;
}

static int
count_edits (WindowFixture *fixture)
{
  g_autofree char *database = g_build_filename (fixture->project, "project.sqlite", NULL);
  g_autofree char *n = acini_test_query (database, "SELECT count (*) FROM journal WHERE kind = 'edit'");

  return atoi (n);
}

/* It is said at once, and gone when the disk has room again. */
static void
test_banner (WindowFixture *fixture, gconstpointer data)
{
  g_assert_null (find_banner (fixture));
  get_stuck (fixture);
  g_assert_nonnull (find_banner (fixture));
  g_test_message ("%s", adw_banner_get_title (find_banner (fixture)));
  g_assert_nonnull (strstr (adw_banner_get_title (find_banner (fixture)), "The disk is full"));
  g_assert_cmpstr (adw_banner_get_button_label (find_banner (fixture)), ==, "_Try Again");
  g_assert_cmpint (count_edits (fixture), ==, 0);
  acini_failing_vfs_set_room (-1);
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "retry-writing", NULL);
  window_fixture_wait (fixture, window_fixture_is_written);
  g_assert_null (find_banner (fixture));
  g_assert_cmpint (count_edits (fixture), ==, 1);
}

static gboolean
has_no_dialog (WindowFixture *fixture)
{
  return window_fixture_get_dialog (fixture) == NULL && !g_main_context_pending (NULL);
}

/* The window asks before it closes, stays when it is told to, and closes by itself when all is written. */
static void
test_close (WindowFixture *fixture, gconstpointer data)
{
  get_stuck (fixture);
  gtk_window_close (GTK_WINDOW (fixture->window));
  window_fixture_answer (fixture, "cancel");
  window_fixture_wait (fixture, has_no_dialog);
  g_assert_false (window_fixture_is_closed (fixture));
  gtk_window_close (GTK_WINDOW (fixture->window));
  acini_failing_vfs_set_room (-1);
  window_fixture_answer (fixture, "retry");
  window_fixture_forget (fixture);
  g_assert_cmpint (count_edits (fixture), ==, 1);
}

/* Kept in a recovery file, and taken in by the next window. */
static void
test_keep (WindowFixture *fixture, gconstpointer data)
{
  get_stuck (fixture);
  gtk_window_close (GTK_WINDOW (fixture->window));
  window_fixture_answer (fixture, "keep");
  window_fixture_forget (fixture);
  acini_failing_vfs_set_room (-1);
  g_assert_cmpint (count_edits (fixture), ==, 0);
  window_fixture_show (fixture);
  window_fixture_open (fixture);
  window_fixture_wait (fixture, window_fixture_is_written);
  g_assert_cmpint (count_edits (fixture), ==, 1);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = acini_test_make_home ();
  int result;

  g_test_init (&argc, &argv, NULL);
  acini_failing_vfs_install ();
  g_test_add ("/unwritten/banner", WindowFixture, NULL, set_up, test_banner, tear_down);
  g_test_add ("/unwritten/close", WindowFixture, NULL, set_up, test_close, tear_down);
  g_test_add ("/unwritten/keep", WindowFixture, NULL, set_up, test_keep, tear_down);
  result = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&folder));
  return result;
}
