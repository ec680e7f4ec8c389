/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/view/acini-window-fixture.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"

#include <cairo.h>

/* Also for drawing the demo project under a sanitizer. */
#define TIMEOUT_S 240

void
window_fixture_wait (WindowFixture *fixture, WindowCondition condition)
{
  acini_test_wait_for ((AciniTestCondition)condition, fixture, TIMEOUT_S);
}

void
window_fixture_show (WindowFixture *fixture)
{
  fixture->window = g_object_ref (acini_window_new (ADW_APPLICATION (fixture->application)));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1024, 640);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

void
window_fixture_set_up (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = acini_test_make_folder ();
  project = acini_test_make_project (fixture->folder);
  fixture->project = g_strdup (acini_project_get_folder (project));
  fixture->application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (fixture->application), NULL, &error));
  g_assert_no_error (error);
  window_fixture_show (fixture);
}

void
window_fixture_forget (WindowFixture *fixture)
{
  window_fixture_wait (fixture, window_fixture_is_closed);
  g_object_run_dispose (G_OBJECT (fixture->window));
  g_clear_object (&fixture->window);
}

void
window_fixture_tear_down (WindowFixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->before);
  if (fixture->window != NULL)
    {
      gtk_window_close (GTK_WINDOW (fixture->window));
      window_fixture_forget (fixture);
    }
  acini_test_run_for (300);
  g_object_unref (fixture->application);
  g_free (fixture->project);
  acini_test_remove_folder (fixture->folder);
}

void
window_fixture_open (WindowFixture *fixture)
{
  /* Held, so that the next one has another address. */
  g_set_object (&fixture->before, acini_window_get_session (fixture->window));
  acini_window_open_project (fixture->window, fixture->project, FALSE, NULL);
  window_fixture_wait (fixture, window_fixture_is_opened);
}

void
window_fixture_activate (WindowFixture *fixture, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_action_parse_detailed_name (detailed, &name, &target, &error));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), name, target);
}

void
window_fixture_answer (WindowFixture *fixture, const char *response)
{
  AdwDialog *dialog;

  window_fixture_wait (fixture, window_fixture_has_dialog);
  dialog = window_fixture_get_dialog (fixture);
  g_signal_emit_by_name (dialog, "response", response);
  adw_dialog_force_close (dialog);
}

/* It is converted on import: a disc on white. */
static char *
write_picture (const char *folder)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 640, 480);
  cairo_t *cr = cairo_create (surface);
  char *path = g_build_filename (folder, "picture.png", NULL);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0.6, 0.2, 0.6);
  cairo_arc (cr, 320, 240, 150, 0, 2 * G_PI);
  cairo_fill (cr);
  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return path;
}

void
window_fixture_add_picture (WindowFixture *fixture)
{
  g_autofree char *path = write_picture (fixture->folder);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  g_list_store_append (files, file);
  acini_window_add_files (fixture->window, G_LIST_MODEL (files));
  window_fixture_wait (fixture, window_fixture_has_dialog);
  widget_click (GTK_WIDGET (window_fixture_get_dialog (fixture)), "_Add");
  window_fixture_wait (fixture, window_fixture_has_slide);
}

AdwDialog *
window_fixture_get_dialog (WindowFixture *fixture)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
}

guint
window_fixture_count_slides (WindowFixture *fixture)
{
  return g_list_model_get_n_items (acini_session_get_slides (acini_window_get_session (fixture->window)));
}

AciniSlideItem *
window_fixture_dup_slide (WindowFixture *fixture)
{
  return g_list_model_get_item (acini_session_get_slides (acini_window_get_session (fixture->window)), 0);
}

gboolean
window_fixture_is_closed (WindowFixture *fixture)
{
  return gtk_application_get_windows (GTK_APPLICATION (fixture->application)) == NULL;
}

static gboolean
is_ready (WindowFixture *fixture)
{
  AciniSession *session = acini_window_get_session (fixture->window);

  return session != NULL && acini_session_is_ready (session);
}

gboolean
window_fixture_is_opened (WindowFixture *fixture)
{
  return is_ready (fixture) && acini_window_get_session (fixture->window) != fixture->before;
}

gboolean
window_fixture_has_slide (WindowFixture *fixture)
{
  return is_ready (fixture) && window_fixture_count_slides (fixture) == 1;
}

gboolean
window_fixture_has_dialog (WindowFixture *fixture)
{
  return window_fixture_get_dialog (fixture) != NULL;
}

gboolean
window_fixture_is_written (WindowFixture *fixture)
{
  return acini_editor_is_idle (acini_session_get_editor (acini_window_get_session (fixture->window)))
         && !g_main_context_pending (NULL);
}
