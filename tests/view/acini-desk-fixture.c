/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/view/acini-desk-fixture.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-view-fixture.h"
#include "ui/base/acini-async.h"
#include "ui/review/acini-review-page-private.h"
#include "tests/view/acini-widget-search.h"

#define WIDTH 1280
#define HEIGHT 800
#define TIMEOUT_S 120

static void
iterate (void)
{
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (1000);
}

void
desk_wait (Desk *desk, DeskCondition condition, const char *what)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_S * G_USEC_PER_SEC;
  while (!condition (desk))
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s: not after %d s", what, TIMEOUT_S);
      iterate ();
    }
}

void
desk_run (Desk *desk, guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64)milliseconds * 1000;
  while (g_get_monotonic_time () < end)
    iterate ();
}

static gboolean
is_at_rest (Desk *desk)
{
  return desk->view->tick == 0 && desk->view->slide && !desk->view->opening && !desk->view->motion.zooming
         && acini_view_is_sharp (desk->view) && g_queue_is_empty (&desk->view->strokes)
         && acini_slide_view_is_idle (desk->view);
}

/* What xdotool sent is with the display's server when it ends; a busy machine needs more than a moment to bring it
 * here and to work it off. */
static void
take_in (Desk *desk)
{
  gdk_display_sync (gtk_widget_get_display (GTK_WIDGET (desk->window)));
  desk_run (desk, 20);
  /* Something that moves on a slow machine always has its next frame due. */
  for (int i = 0; i < 100 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

void
desk_rest (Desk *desk)
{
  take_in (desk);
  desk_wait (desk, is_at_rest, "the slide at rest");
}

/* Sending. */

void
desk_send (Desk *desk, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *arguments = NULL, *line = NULL, *errors = NULL;
  int status;
  va_list list;
  va_start (list, format);
  arguments = g_strdup_vprintf (format, list);
  va_end (list);
  line = g_strdup_printf ("xdotool %s", arguments);
  g_spawn_command_line_sync (line, NULL, &errors, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL) || *errors != '\0')
    g_error ("“%s” failed: %s", line, errors);
}

char *
desk_dup_key (const char *accelerator)
{
  guint key;
  GdkModifierType modifiers;
  g_assert_true (gtk_accelerator_parse (accelerator, &key, &modifiers));
  return g_strdup_printf ("%s%s%s%s", modifiers & GDK_CONTROL_MASK ? "ctrl+" : "",
                          modifiers & GDK_SHIFT_MASK ? "shift+" : "", modifiers & GDK_ALT_MASK ? "alt+" : "",
                          gdk_keyval_name (key));
}

void
desk_press (Desk *desk, const char *accelerator)
{
  g_autofree char *key = desk_dup_key (accelerator);
  desk_send (desk, "windowfocus %s key %s", desk->xid, key);
  desk_rest (desk);
}

void
desk_locate (Desk *desk, GtkWidget *widget, double x, double y, int *screen_x, int *screen_y)
{
  graphene_point_t point;
  double left, top;
  g_assert_true (
      gtk_widget_compute_point (widget, GTK_WIDGET (desk->window), &GRAPHENE_POINT_INIT ((float)x, (float)y), &point));
  gtk_native_get_surface_transform (GTK_NATIVE (desk->window), &left, &top);
  *screen_x = (int)(point.x + left);
  *screen_y = (int)(point.y + top);
}

gboolean
desk_can_undo (Desk *desk)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), "undo");
}

gboolean
desk_can_redo (Desk *desk)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), "redo");
}

gboolean
desk_is_written (Desk *desk)
{
  return acini_editor_is_idle (acini_session_get_editor (desk->window->session));
}

AdwDialog *
desk_get_dialog (Desk *desk)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (desk->window));
}

gboolean
desk_has_dialog (Desk *desk)
{
  return desk_get_dialog (desk) != NULL;
}

gboolean
desk_has_no_dialog (Desk *desk)
{
  return desk_get_dialog (desk) == NULL;
}

/* Setting up. */

static DeskMakeSlide make_slide = view_fixture_make_slide;

void
desk_use_slides (DeskMakeSlide make)
{
  make_slide = make;
}

static gboolean
is_open (Desk *desk)
{
  return desk->window->session && acini_session_is_ready (desk->window->session) && desk->view->slide;
}

static gboolean
is_closed (Desk *desk)
{
  return gtk_application_get_windows (GTK_APPLICATION (desk->application)) == NULL;
}

static gboolean
has_keyboard (Desk *desk)
{
  return gtk_window_is_active (GTK_WINDOW (desk->window));
}

static gint64
add_slide (Desk *desk, AciniProject *project, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_slide (desk->folder, name, TRUE);
  gint64 id = acini_project_add_slide (project, path, NULL, NULL, .5, &error);
  g_assert_no_error (error);
  return id;
}

static void
on_edited (AciniSlideView *view, const char *tool, Desk *desk)
{
  desk->n_edited++;
}

static void
find_window (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ids = NULL;
  g_spawn_command_line_sync ("xdotool search --onlyvisible --name ^test$", &ids, NULL, NULL, &error);
  g_assert_no_error (error);
  *strchrnul (ids, '\n') = '\0';
  g_assert_cmpstr (ids, !=, "");
  desk->xid = g_steal_pointer (&ids);
}

void
desk_set_up (Desk *desk, gconstpointer data)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *model = NULL;
  view_fixture_expect_vips ();
  *desk = (Desk){ .folder = acini_test_make_folder () };
  project = acini_test_make_project (desk->folder);
  desk->slide = add_slide (desk, project, "a.tiff");
  desk->other = add_slide (desk, project, "b.tiff");
  model = g_build_filename (acini_project_get_folder (project), "models", "none", NULL);
  g_assert_true (acini_project_add_model (project, "none", "none", model, "", &error));
  desk->application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (desk->application), NULL, &error));
  g_assert_no_error (error);
  desk->window = g_object_ref (acini_window_new (ADW_APPLICATION (desk->application)));
  desk->view = acini_review_page_get_view (desk->window->review_page);
  g_signal_connect (desk->view, "edited", G_CALLBACK (on_edited), desk);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), WIDTH, HEIGHT);
  gtk_window_present (GTK_WINDOW (desk->window));
  acini_window_open_project (desk->window, acini_project_get_folder (project), FALSE, NULL);
  desk_wait (desk, is_open, "the project with a slide");
  find_window (desk);
  desk_send (desk, "windowmove %s 0 0 windowfocus %s", desk->xid, desk->xid);
  desk_clear (desk);
}

gboolean
desk_is_settled (Desk *desk)
{
  AciniReviewPage *page = desk->window->review_page;
  return page->objects != NULL && acini_slide_objects_is_idle (page->objects) && desk_is_written (desk)
         && acini_async_is_idle () && page->n_steps == 0;
}

void
desk_settle (Desk *desk)
{
  /* What comes to rest first may wake the other. */
  for (int i = 0; i < 2; i++)
    {
      desk_rest (desk);
      desk_wait (desk, desk_is_settled, "objects and history at rest");
    }
}

char *
desk_dup_query (Desk *desk, const char *sql)
{
  AciniProject *project = acini_session_get_project (desk->window->session);
  g_autofree char *path = acini_project_build_path (project, "project.sqlite", NULL);
  return acini_test_query (path, sql);
}

void
desk_assert_query (Desk *desk, const char *sql, const char *wanted)
{
  g_autofree char *found = desk_dup_query (desk, sql);
  g_assert_cmpstr (found, ==, wanted);
}

void
desk_take_picture (Desk *desk, const char *name)
{
  const char *folder = g_getenv ("ACINI_TEST_PICTURES");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *file = NULL, *path = NULL;
  GskRenderNode *node;
  if (folder == NULL)
    return;
  desk_run (desk, 500);
  paintable = gtk_widget_paintable_new (GTK_WIDGET (desk->window));
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, WIDTH, HEIGHT);
  node = gtk_snapshot_to_node (snapshot);
  if (node == NULL)
    return;
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (desk->window)), node, NULL);
  gsk_render_node_unref (node);
  file = g_strconcat (name, ".png", NULL);
  path = g_build_filename (folder, file, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static gboolean
is_alone (Desk *desk)
{
  return g_list_model_get_n_items (gtk_window_get_toplevels ()) <= 1;
}

static gboolean
is_mapped (Desk *desk)
{
  gboolean mapped = TRUE;
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  for (GList *list = windows; list; list = list->next)
    mapped = mapped && gtk_widget_get_mapped (list->data);
  return mapped;
}

static guint
count_folders (GtkWidget *path)
{
  guint n = GTK_IS_TOGGLE_BUTTON (path) ? 1 : 0;
  for (GtkWidget *child = gtk_widget_get_first_child (path); child; child = gtk_widget_get_next_sibling (child))
    n += count_folders (child);
  return n;
}

/* The path bar of GTK's file dialog begins with "/" alone, then looks at the folders above the working folder one after
 * the other. Where the dialog is gone before that ends GTK complains: gtk_path_bar_set_file_finish () removes buttons
 * from a box that is no more. Dialogs that open files show the recent ones, which have no path. */
static gboolean
has_path (Desk *desk)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  for (GList *list = windows; list; list = list->next)
    {
      GtkWidget *path = widget_find_type (list->data, "GtkPathBar");
      GtkFileChooserAction action = GTK_FILE_CHOOSER_ACTION_OPEN;
      if (path)
        g_object_get (list->data, "action", &action, NULL);
      if (action == GTK_FILE_CHOOSER_ACTION_SAVE && count_folders (path) < 2)
        return FALSE;
    }
  return TRUE;
}

/* As a user closes them, and not before they are there: GTK's file dialogs come back otherwise. */
static void
close_others (Desk *desk)
{
  if (is_alone (desk))
    return;
  desk_wait (desk, is_mapped, "the other window on screen");
  desk_wait (desk, has_path, "the folders above in the other window");
  desk_run (desk, 300);
  for (int i = 0; i < 60 && !is_alone (desk); i++)
    {
      desk_send (desk, "key Escape");
      desk_run (desk, 500);
    }
  desk_wait (desk, is_alone, "the other window gone");
}

static void
close_popovers (GtkWidget *widget)
{
  if (GTK_IS_POPOVER (widget) && gtk_widget_get_mapped (widget))
    gtk_popover_popdown (GTK_POPOVER (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    close_popovers (child);
}

void
desk_clear (Desk *desk)
{
  AdwDialog *dialog;
  close_popovers (GTK_WIDGET (desk->window));
  while ((dialog = desk_get_dialog (desk)))
    adw_dialog_force_close (dialog);
  desk_wait (desk, has_keyboard, "the window with the keyboard");
  gtk_widget_activate_action (GTK_WIDGET (desk->window), "win.page", "s", "review");
  desk_run (desk, 20);
  gtk_widget_grab_focus (GTK_WIDGET (desk->view));
  desk_rest (desk);
}

void
desk_tear_down (Desk *desk, gconstpointer data)
{
  close_others (desk);
  if (!is_closed (desk))
    gtk_window_close (GTK_WINDOW (desk->window));
  desk_wait (desk, is_closed, "the window gone");
  g_object_run_dispose (G_OBJECT (desk->window));
  g_object_unref (desk->window);
  desk_run (desk, 100);
  g_object_unref (desk->application);
  g_free (desk->xid);
  acini_test_remove_folder (desk->folder);
}
