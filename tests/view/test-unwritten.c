/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real window over a project that cannot be written: what it says, what it keeps, and how it closes. */

#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"
#include "ui/acini-application.h"
#include "ui/acini-window.h"

#define TIMEOUT_S 60

typedef struct
{
  char *folder, *project;
  gint64 slide;
  AciniApplication *application;
  AciniWindow *window;
} Fixture;

typedef gboolean (*Condition) (Fixture *fixture);

static void
wait_for (Fixture *fixture, Condition condition)
{
  acini_test_wait_for ((AciniTestCondition)condition, fixture, TIMEOUT_S);
}

static gboolean
is_ready (Fixture *fixture)
{
  AciniSession *session = acini_window_get_session (fixture->window);

  return session != NULL && acini_session_is_ready (session);
}

static gboolean
is_closed (Fixture *fixture)
{
  return gtk_application_get_windows (GTK_APPLICATION (fixture->application)) == NULL;
}

static void
open_window (Fixture *fixture)
{
  fixture->window = g_object_ref (acini_window_new (ADW_APPLICATION (fixture->application)));
  gtk_window_present (GTK_WINDOW (fixture->window));
  acini_window_open_project (fixture->window, fixture->project, FALSE, NULL);
  wait_for (fixture, is_ready);
}

static void
forget_window (Fixture *fixture)
{
  wait_for (fixture, is_closed);
  g_object_run_dispose (G_OBJECT (fixture->window));
  g_clear_object (&fixture->window);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = acini_test_make_folder ();
  project = acini_test_make_project (fixture->folder);
  fixture->project = g_strdup (acini_project_get_folder (project));
  fixture->slide = acini_test_add_slide (project, "a.tiff", 600, 600);
  fixture->application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (fixture->application), NULL, &error));
  g_assert_no_error (error);
  open_window (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_failing_vfs_set_room (-1);
  if (fixture->window != NULL)
    {
      gtk_window_close (GTK_WINDOW (fixture->window));
      forget_window (fixture);
    }
  g_object_unref (fixture->application);
  g_free (fixture->project);
  acini_test_remove_folder (fixture->folder);
}

static gboolean
draw (AciniEdit *edit, gpointer data, GError **error)
{
  return acini_edit_paint (edit, &(AciniRect){ 10, 10, 20, 20 }, NULL, 2, error);
}

static AciniEditor *
get_editor (Fixture *fixture)
{
  return acini_session_get_editor (acini_window_get_session (fixture->window));
}

static gboolean
is_stuck (Fixture *fixture)
{
  return acini_editor_is_stuck (get_editor (fixture)) && !g_main_context_pending (NULL);
}

static gboolean
is_written (Fixture *fixture)
{
  return acini_editor_is_idle (get_editor (fixture)) && !g_main_context_pending (NULL);
}

/* A stroke on a full disk. */
static void
get_stuck (Fixture *fixture)
{
  acini_failing_vfs_set_room (0);
  acini_editor_draw (get_editor (fixture), fixture->slide, "brush", 0, draw, NULL, NULL, NULL, NULL);
  wait_for (fixture, is_stuck);
}

/* The first widget of @type at or below @widget for which @matches (nullable) says yes. */
static GtkWidget *
find (GtkWidget *widget, GType type, gboolean (*matches) (GtkWidget *widget))
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && (matches == NULL || matches (widget)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, matches);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_revealed (GtkWidget *widget)
{
  return adw_banner_get_revealed (ADW_BANNER (widget));
}

static AdwBanner *
find_banner (Fixture *fixture)
{
  GtkWidget *banner = find (GTK_WIDGET (fixture->window), ADW_TYPE_BANNER, is_revealed);

  return banner != NULL ? ADW_BANNER (banner) : NULL;
}

static int
count_edits (Fixture *fixture)
{
  g_autofree char *database = g_build_filename (fixture->project, "project.sqlite", NULL);
  g_autofree char *n = acini_test_query (database, "SELECT count (*) FROM journal WHERE kind = 'edit'");

  return atoi (n);
}

/* It is said at once, and gone when the disk has room again. */
static void
test_banner (Fixture *fixture, gconstpointer data)
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
  wait_for (fixture, is_written);
  g_assert_null (find_banner (fixture));
  g_assert_cmpint (count_edits (fixture), ==, 1);
}

static AdwAlertDialog *
find_dialog (Fixture *fixture)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));

  return dialog != NULL && ADW_IS_ALERT_DIALOG (dialog) ? ADW_ALERT_DIALOG (dialog) : NULL;
}

static gboolean
has_dialog (Fixture *fixture)
{
  return find_dialog (fixture) != NULL;
}

static gboolean
has_no_dialog (Fixture *fixture)
{
  return find_dialog (fixture) == NULL && !g_main_context_pending (NULL);
}

static void
answer (Fixture *fixture, const char *response)
{
  AdwAlertDialog *dialog = find_dialog (fixture);

  g_signal_emit_by_name (dialog, "response", response);
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

/* The window asks before it closes, stays when it is told to, and closes by itself when all is written. */
static void
test_close (Fixture *fixture, gconstpointer data)
{
  get_stuck (fixture);
  gtk_window_close (GTK_WINDOW (fixture->window));
  wait_for (fixture, has_dialog);
  answer (fixture, "cancel");
  wait_for (fixture, has_no_dialog);
  g_assert_false (is_closed (fixture));
  gtk_window_close (GTK_WINDOW (fixture->window));
  wait_for (fixture, has_dialog);
  acini_failing_vfs_set_room (-1);
  answer (fixture, "retry");
  forget_window (fixture);
  g_assert_cmpint (count_edits (fixture), ==, 1);
}

/* Kept in a recovery file, and taken in by the next window. */
static void
test_keep (Fixture *fixture, gconstpointer data)
{
  get_stuck (fixture);
  gtk_window_close (GTK_WINDOW (fixture->window));
  wait_for (fixture, has_dialog);
  answer (fixture, "keep");
  forget_window (fixture);
  acini_failing_vfs_set_room (-1);
  g_assert_cmpint (count_edits (fixture), ==, 0);
  open_window (fixture);
  wait_for (fixture, is_written);
  g_assert_cmpint (count_edits (fixture), ==, 1);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = acini_test_make_home ();
  int result;

  g_test_init (&argc, &argv, NULL);
  acini_failing_vfs_install ();
  g_test_add ("/unwritten/banner", Fixture, NULL, set_up, test_banner, tear_down);
  g_test_add ("/unwritten/close", Fixture, NULL, set_up, test_close, tear_down);
  g_test_add ("/unwritten/keep", Fixture, NULL, set_up, test_keep, tear_down);
  result = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&folder));
  return result;
}
