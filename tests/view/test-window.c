/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real window on a display: it opens projects and slides, its pages and actions are there, every button has a name.
 * Warnings are fatal. */

#include "data/labels/acini-journal.h"
#include "data/project/acini-coverage.h"
#include "tests/acini-test-util.h"
#include "ui/acini-application.h"
#include "ui/base/acini-shortcuts.h"
#include "ui/acini-window-private.h"

/* Also for drawing the demo project under a sanitizer. */
#define TIMEOUT_S 240

typedef struct
{
  char *folder;  /* of the test */
  char *project; /* in it */
  AciniApplication *application;
  AciniWindow *window;
  AciniSession *before; /* the session before the project was opened (again) */
} Fixture;

/* A picture that is converted on import: 640 × 480, a disc on white. */
static char *
write_picture (const char *folder, const char *name)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 640, 480);
  cairo_t *cr = cairo_create (surface);
  char *path = g_build_filename (folder, name, NULL);

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

typedef gboolean (*Condition) (Fixture *fixture);

static void
wait_for (Fixture *fixture, Condition condition)
{
  acini_test_wait_for ((AciniTestCondition)condition, fixture, TIMEOUT_S);
}

static void
settle (Fixture *fixture)
{
  acini_test_run_for (300);
}

static gboolean
is_ready (Fixture *fixture)
{
  return acini_window_get_session (fixture->window) != NULL
         && acini_session_is_ready (acini_window_get_session (fixture->window));
}

static gboolean
is_opened (Fixture *fixture)
{
  return is_ready (fixture) && acini_window_get_session (fixture->window) != fixture->before;
}

static guint
count_slides (Fixture *fixture)
{
  return g_list_model_get_n_items (acini_session_get_slides (acini_window_get_session (fixture->window)));
}

static gboolean
has_slide (Fixture *fixture)
{
  return is_ready (fixture) && count_slides (fixture) == 1;
}

static gboolean
has_no_slide (Fixture *fixture)
{
  return count_slides (fixture) == 0;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = acini_test_make_folder ();
  project = acini_test_make_project (fixture->folder);
  fixture->project = g_strdup (acini_project_get_folder (project));
  fixture->application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (fixture->application), NULL, &error));
  g_assert_no_error (error);
  fixture->window = acini_window_new (ADW_APPLICATION (fixture->application));
  g_object_ref (fixture->window);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1024, 640);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static gboolean
is_closed (Fixture *fixture)
{
  return gtk_application_get_windows (GTK_APPLICATION (fixture->application)) == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->before);
  gtk_window_close (GTK_WINDOW (fixture->window));
  wait_for (fixture, is_closed);
  g_object_run_dispose (G_OBJECT (fixture->window));
  g_object_unref (fixture->window);
  settle (fixture);
  g_object_unref (fixture->application);
  g_free (fixture->project);
  acini_test_remove_folder (fixture->folder);
}

static void
assert_action (Fixture *fixture, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (fixture->window), name);

  if (action == NULL)
    g_error ("there is no action %s", name);
  if (g_action_get_enabled (action) != enabled)
    g_error ("%s is %s", name, enabled ? "disabled" : "enabled");
}

static void
activate (Fixture *fixture, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_action_parse_detailed_name (detailed, &name, &target, &error));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), name, target);
}

static void
open_project (Fixture *fixture)
{
  /* Held, so that the next one has another address. */
  g_set_object (&fixture->before, acini_window_get_session (fixture->window));
  acini_window_open_project (fixture->window, fixture->project, FALSE, NULL);
  wait_for (fixture, is_opened);
}

static GtkWidget *
find_type (GtkWidget *widget, const char *type)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_type (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_dialog (Fixture *fixture)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window)) != NULL;
}

/* The answer to what the importer asks. */
static void
answer (Fixture *fixture, const char *response)
{
  AdwDialog *dialog;

  wait_for (fixture, has_dialog);
  dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
  g_signal_emit_by_name (dialog, "response", response);
  adw_dialog_force_close (dialog);
}

static void
add_picture (Fixture *fixture)
{
  g_autofree char *path = write_picture (fixture->folder, "picture.png");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  g_list_store_append (files, file);
  acini_window_add_files (fixture->window, G_LIST_MODEL (files));
  answer (fixture, "later");
  wait_for (fixture, has_slide);
}

static void
test_welcome (Fixture *fixture, gconstpointer data)
{
  settle (fixture);
  g_assert_null (acini_window_get_session (fixture->window));
  assert_action (fixture, "new-project", TRUE);
  assert_action (fixture, "open-project", TRUE);
  assert_action (fixture, "open-slides", TRUE);
  assert_action (fixture, "demo", TRUE);
  assert_action (fixture, "undo", FALSE);
  assert_action (fixture, "segment-screen", FALSE);
  assert_action (fixture, "fine-tune", FALSE);
  assert_action (fixture, "export", FALSE);
}

static void
test_open (Fixture *fixture, gconstpointer data)
{
  open_project (fixture);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "test");
  assert_action (fixture, "add-slides", TRUE);
  assert_action (fixture, "undo", FALSE);
  assert_action (fixture, "export", FALSE);
  add_picture (fixture);
  activate (fixture, "page::review");
  settle (fixture);
  assert_action (fixture, "fit", TRUE);
  assert_action (fixture, "next-slide", TRUE);
  assert_action (fixture, "undo", FALSE);
  assert_action (fixture, "export", TRUE);
}

/* The one in the user's data folder: of all tests. */
static char *
dup_demo_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "acini", "Demo.acini", NULL);
}

static gboolean
has_more_slides (Fixture *fixture)
{
  return is_ready (fixture) && count_slides (fixture) > 1;
}

static gboolean
is_drawn (Fixture *fixture)
{
  return count_slides (fixture) == 4 && fixture->window->demo_task == NULL;
}

static gboolean
is_not_drawing (Fixture *fixture)
{
  return fixture->window->demo_task == NULL;
}

/* The demo project needs no other program: its first section is there at once, the others come while it is open.  What
 * was cancelled goes on the next time, and what is complete stays as it is. */
static void
test_demo (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = dup_demo_folder ();
  g_autofree char *none = g_build_filename (fixture->folder, "no-such-program", NULL);
  g_autofree char *slides = g_build_filename (folder, "slides", NULL);
  g_autoptr (GDir) files = NULL;

  g_setenv ("ACINI_CLI", none, TRUE);
  activate (fixture, "demo");
  g_assert_nonnull (fixture->window->demo_task);
  g_assert_cmpuint (acini_task_list_count (fixture->window->tasks, ACINI_TASK_RUNNING), ==, 1);
  acini_task_request (fixture->window->demo_task, ACINI_TASK_CANCEL);
  g_assert_null (fixture->window->demo_task);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture->window->stack), ==, "welcome");
  settle (fixture);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  activate (fixture, "demo");
  wait_for (fixture, has_slide);
  g_assert_nonnull (fixture->window->demo_task);
  g_assert_nonnull (acini_session_get_slide (acini_window_get_session (fixture->window)));
  wait_for (fixture, has_more_slides);
  acini_task_request (fixture->window->demo_task, ACINI_TASK_CANCEL);
  wait_for (fixture, is_not_drawing);
  g_assert_cmpuint (count_slides (fixture), <, 4);
  activate (fixture, "demo");
  wait_for (fixture, is_drawn);
  files = g_dir_open (slides, 0, NULL);
  g_assert_nonnull (files);
  for (const char *name = g_dir_read_name (files); name != NULL; name = g_dir_read_name (files))
    g_assert_false (g_str_has_suffix (name, ".part"));
  open_project (fixture);
  g_set_object (&fixture->before, acini_window_get_session (fixture->window));
  activate (fixture, "demo");
  wait_for (fixture, is_opened);
  wait_for (fixture, is_not_drawing);
  g_assert_cmpuint (count_slides (fixture), ==, 4);
}

/* What is no project and what is no image is said, and the window goes on. */
static void
test_bad_input (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nothing = g_build_filename (fixture->folder, "nothing.acini", NULL);
  g_autofree char *text = g_build_filename (fixture->folder, "notes.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (text);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GError) error = NULL;

  acini_window_open_project (fixture->window, nothing, FALSE, NULL);
  settle (fixture);
  g_assert_null (acini_window_get_session (fixture->window));
  g_assert_null (acini_window_get_folder (fixture->window));
  g_assert_nonnull (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window)));
  adw_dialog_force_close (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window)));
  settle (fixture);
  open_project (fixture);
  g_assert_true (g_file_set_contents (text, "not an image", -1, &error));
  g_list_store_append (files, file);
  acini_window_add_files (fixture->window, G_LIST_MODEL (files));
  answer (fixture, "later");
  settle (fixture);
  g_assert_cmpuint (count_slides (fixture), ==, 0);
  add_picture (fixture);
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  static const char *const pages[] = { "slides", "review", "models", "data", "review" };

  open_project (fixture);
  add_picture (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *action = g_strconcat ("page::", pages[i], NULL);
      g_autoptr (GVariant) state = NULL;

      activate (fixture, action);
      settle (fixture);
      state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), "page");
      g_assert_cmpstr (g_variant_get_string (state, NULL), ==, pages[i]);
      assert_action (fixture, "fit", g_str_equal (pages[i], "review"));
    }
}

/* Every key of the table asks for something that is there, with a target that it takes. */
static void
test_keys (Fixture *fixture, gconstpointer data)
{
  guint n;
  const AciniShortcut *all = acini_shortcuts_get_all (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;
      g_autoptr (GError) error = NULL;
      GActionMap *map;
      GAction *action;

      g_assert_true (g_action_parse_detailed_name (all[i].action, &name, &target, &error));
      g_assert_no_error (error);
      if (g_str_has_prefix (name, "window."))
        continue; /* GTK's own */
      map = g_str_has_prefix (name, "app.") ? G_ACTION_MAP (fixture->application) : G_ACTION_MAP (fixture->window);
      action = g_action_map_lookup_action (map, strchr (name, '.') + 1);
      if (action == NULL)
        g_error ("there is no action %s", name);
      g_assert_true ((target == NULL) == (g_action_get_parameter_type (action) == NULL));
      if (target != NULL)
        g_assert_true (g_variant_is_of_type (target, g_action_get_parameter_type (action)));
    }
}

static void
assert_state (Fixture *fixture, const char *action, const char *expected)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), action);
  g_autofree char *text = g_variant_print (state, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_tools (Fixture *fixture, gconstpointer data)
{
  open_project (fixture);
  add_picture (fixture);
  activate (fixture, "page::review");
  settle (fixture);
  assert_state (fixture, "tool", "'pan'");
  activate (fixture, "tool::brush");
  assert_state (fixture, "tool", "'brush'");
  activate (fixture, "tool::eraser");
  assert_state (fixture, "tool", "'eraser'");
  assert_state (fixture, "show-mask", "true");
  activate (fixture, "show-mask");
  assert_state (fixture, "show-mask", "false");
  activate (fixture, "show-slides-pane");
  assert_state (fixture, "show-slides-pane", "false");
  activate (fixture, "show-side-pane");
  assert_state (fixture, "show-side-pane", "false");
  activate (fixture, "views(4)");
  assert_state (fixture, "views", "4");
  settle (fixture);
  activate (fixture, "views(2)");
  settle (fixture);
  activate (fixture, "views(1)");
  assert_state (fixture, "views", "1");
  settle (fixture);
}

static gboolean
can_undo (Fixture *fixture)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), "undo");
}

static gboolean
can_redo (Fixture *fixture)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), "redo");
}

static gboolean
is_written (Fixture *fixture)
{
  return acini_editor_is_idle (acini_session_get_editor (acini_window_get_session (fixture->window)));
}

static gboolean
cannot_undo (Fixture *fixture)
{
  return !can_undo (fixture);
}

static guint8
read_label (Fixture *fixture, gint64 slide)
{
  AciniProject *project = acini_session_get_project (acini_window_get_session (fixture->window));
  guint8 label = 255;
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_labels_read (project, slide, 0, 320, 240, 1, 1, &label, &error));
  g_assert_no_error (error);
  return label;
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  AciniSession *session;
  g_autoptr (AciniSlideItem) item = NULL;
  g_autoptr (AciniEdit) edit = NULL;
  g_autoptr (GError) error = NULL;
  const AciniRect rect = { 300, 200, 64, 64 };
  gint64 slide;

  open_project (fixture);
  add_picture (fixture);
  session = acini_window_get_session (fixture->window);
  item = g_list_model_get_item (acini_session_get_slides (session), 0);
  slide = acini_slide_item_get_record (item)->id;
  edit = acini_edit_new (acini_session_get_project (session), slide, "brush");
  g_assert_true (acini_edit_paint (edit, &rect, NULL, ACINI_LABEL_FIRST_CLASS, &error));
  g_assert_true (acini_edit_commit (edit, NULL, &error));
  g_assert_no_error (error);
  /* Opened again: undo outlives the program. */
  open_project (fixture);
  activate (fixture, "page::review");
  wait_for (fixture, can_undo);
  g_assert_cmpint (read_label (fixture, slide), ==, ACINI_LABEL_FIRST_CLASS);
  activate (fixture, "undo");
  wait_for (fixture, can_redo);
  wait_for (fixture, is_written);
  g_assert_cmpint (read_label (fixture, slide), ==, ACINI_LABEL_UNLABELLED);
  wait_for (fixture, cannot_undo);
  activate (fixture, "redo");
  wait_for (fixture, can_undo);
  wait_for (fixture, is_written);
  g_assert_cmpint (read_label (fixture, slide), ==, ACINI_LABEL_FIRST_CLASS);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  AciniSession *session;
  g_autoptr (AciniSlideItem) item = NULL;
  g_autofree char *restore = NULL;

  open_project (fixture);
  add_picture (fixture);
  session = acini_window_get_session (fixture->window);
  item = g_list_model_get_item (acini_session_get_slides (session), 0);
  restore = g_strdup_printf ("restore-slides([int64 %" G_GINT64_FORMAT "])", acini_slide_item_get_record (item)->id);
  activate (fixture, "page::slides");
  settle (fixture);
  gtk_widget_activate_action (find_type (GTK_WIDGET (fixture->window), "GtkGridView"), "list.select-all", NULL);
  activate (fixture, "remove-slide");
  wait_for (fixture, has_no_slide);
  g_assert_null (acini_session_get_slide (session));
  activate (fixture, restore);
  wait_for (fixture, has_slide);
}

static gboolean
organ_is_kept (Fixture *fixture)
{
  g_autoptr (AciniSlideItem) item
      = g_list_model_get_item (acini_session_get_slides (acini_window_get_session (fixture->window)), 0);

  return g_str_equal (acini_slide_item_get_record (item)->organ, "kidney")
         && acini_slide_item_get_record (item)->mpp_x == 0.25;
}

/* Settings are there again after the project was closed. */
static void
test_settings (Fixture *fixture, gconstpointer data)
{
  AciniSession *session;
  gint64 slide;
  g_autoptr (AciniSlideItem) item = NULL;

  open_project (fixture);
  add_picture (fixture);
  session = acini_window_get_session (fixture->window);
  item = g_list_model_get_item (acini_session_get_slides (session), 0);
  acini_project_settings_set_number (acini_session_get_settings (session), "opacity", 0.4);
  slide = acini_slide_item_get_record (item)->id;
  acini_slide_list_set_organ (acini_session_get_slide_list (session), &slide, 1, "kidney");
  acini_slide_list_set_mpp (acini_session_get_slide_list (session), &slide, 1, 0.25, 0.25);
  wait_for (fixture, organ_is_kept);
  open_project (fixture);
  g_assert_true (acini_window_get_session (fixture->window) != session);
  g_assert_cmpfloat_with_epsilon (
      acini_project_settings_get_number (acini_session_get_settings (acini_window_get_session (fixture->window)),
                                         "opacity", 0),
      0.4, 1e-6);
  g_assert_true (organ_is_kept (fixture));
}

static gboolean
find_text (GtkWidget *widget, const char *text)
{
  gboolean found = GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_text (child, text);
  return found;
}

static gboolean
says_viewed (Fixture *fixture)
{
  return find_text (GTK_WIDGET (fixture->window->data_page), "50 %");
}

/* The table says how much of a slide was looked at. */
static void
test_viewed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniCoverage) coverage = acini_coverage_new (640, 480);
  g_autoptr (AciniSlideItem) item = NULL;
  g_autofree char *key = NULL, *text = NULL;

  open_project (fixture);
  add_picture (fixture);
  item = g_list_model_get_item (acini_session_get_slides (acini_window_get_session (fixture->window)), 0);
  key = acini_coverage_dup_key (acini_slide_item_get_record (item)->id);
  acini_coverage_see (coverage, 0, 0, 640, 480, ACINI_COVERAGE_5X);
  acini_coverage_see (coverage, 0, 0, 320, 480, ACINI_COVERAGE_10X);
  text = acini_coverage_to_text (coverage);
  g_assert_true (acini_project_set_setting (acini_session_get_project (acini_window_get_session (fixture->window)), key,
                                            text, NULL));
  g_assert_false (says_viewed (fixture));
  activate (fixture, "page::data");
  wait_for (fixture, says_viewed);
}

/* What assistive technology reads out: the widget's own label, or its text. */
static gboolean
has_name (GtkWidget *widget)
{
  g_autofree char *label = NULL;
  GtkWidget *child;

  if (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL)
      || gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return TRUE;
  for (child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if ((GTK_IS_LABEL (child) && *gtk_label_get_label (GTK_LABEL (child)) != '\0') || has_name (child))
      return TRUE;
  return FALSE;
}

/* Acini's own widgets; what is inside libadwaita's and GTK's is theirs. */
static guint
check_names (GtkWidget *widget, guint *n_buttons)
{
  guint n_bad = 0;

  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget"))
    return 0;
  if (GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget) || GTK_IS_RANGE (widget) || GTK_IS_PROGRESS_BAR (widget))
    {
      ++*n_buttons;
      if (!has_name (widget))
        {
          g_test_message ("%s %s in %s has no name", G_OBJECT_TYPE_NAME (widget),
                          GTK_IS_BUTTON (widget) ? gtk_button_get_icon_name (GTK_BUTTON (widget)) : "",
                          G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
          n_bad++;
        }
      return n_bad;
    }
  if (ADW_IS_HEADER_BAR (widget) || ADW_IS_BANNER (widget) || !g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "Gtk")
      || GTK_IS_STACK (widget) || GTK_IS_BOX (widget) || GTK_IS_OVERLAY (widget) || GTK_IS_REVEALER (widget)
      || GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_VIEWPORT (widget) || GTK_IS_GRID (widget)
      || GTK_IS_CENTER_BOX (widget) || GTK_IS_WINDOW_HANDLE (widget))
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      n_bad += check_names (child, n_buttons);
  return n_bad;
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  guint n_buttons = 0, n_bad;

  open_project (fixture);
  add_picture (fixture);
  activate (fixture, "page::review");
  settle (fixture);
  n_bad = check_names (gtk_widget_get_first_child (GTK_WIDGET (fixture->window)), &n_buttons);
  g_assert_cmpuint (n_bad, ==, 0);
  g_assert_cmpuint (n_buttons, >, 25);
}

/* When the list of models is read anew its row selects the first, which must not become the one in use. */
static void
test_model_in_use (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = acini_project_open (fixture->project, NULL);
  g_autofree char *kept = NULL;

  for (int i = 0; i < 3; i++)
    {
      const char *const ids[] = { "first", "second", "third" };
      g_autofree char *folder = g_build_filename (fixture->project, "models", ids[i], NULL);

      g_assert_true (acini_project_add_model (project, ids[i], ids[i], folder, "", NULL));
    }
  g_assert_true (acini_project_set_setting (project, "model", "second", NULL));
  open_project (fixture);
  activate (fixture, "page::review");
  settle (fixture);
  acini_model_list_reload (acini_session_get_model_list (acini_window_get_session (fixture->window)));
  settle (fixture);

  AciniModelItem *item = acini_session_get_model (acini_window_get_session (fixture->window));
  g_assert_cmpstr (acini_model_item_get_record (item)->id, ==, "second");
  kept = acini_project_dup_setting (project, "model");
  g_assert_cmpstr (kept, ==, "second");
}

/* A side view of a model, or of a difference, leaves the corrections out; the one of the corrections does not. */
static void
test_side_views (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = acini_project_open (fixture->project, NULL);
  GtkWidget *side, *view, *mask;

  for (int i = 0; i < 2; i++)
    {
      const char *const ids[] = { "first", "second" };
      g_autofree char *folder = g_build_filename (fixture->project, "models", ids[i], NULL);

      g_assert_true (acini_project_add_model (project, ids[i], ids[i], folder, "", NULL));
    }
  open_project (fixture);
  add_picture (fixture);
  activate (fixture, "page::review");
  activate (fixture, "views(2)");
  settle (fixture);
  side = find_type (GTK_WIDGET (fixture->window), "AciniSideView");
  g_assert_nonnull (side);
  view = find_type (side, "AciniSlideView");
  mask = find_type (side, "GtkDropDown");
  g_assert_nonnull (find_type (side, "AciniScaleBar"));
  g_assert_nonnull (find_type (side, "AciniCursorReadout"));
  for (guint i = 0; i <= 4; i++)
    {
      gboolean labels;

      gtk_drop_down_set_selected (GTK_DROP_DOWN (mask), i);
      g_object_get (view, "show-labels", &labels, NULL);
      g_assert_true (labels == (i == 0));
      settle (fixture);
    }
  activate (fixture, "views(1)");
  settle (fixture);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_unsetenv ("ACINI_SHARED");
  /* Keeps what would be told to a screen reader, to be asked for. */
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("/window/welcome", test_welcome);
  add ("/window/demo", test_demo);
  add ("/window/open", test_open);
  add ("/window/bad-input", test_bad_input);
  add ("/window/pages", test_pages);
  add ("/window/keys", test_keys);
  add ("/window/tools", test_tools);
  add ("/window/undo", test_undo);
  add ("/window/remove", test_remove);
  add ("/window/settings", test_settings);
  add ("/window/model-in-use", test_model_in_use);
  add ("/window/side-views", test_side_views);
  add ("/window/viewed", test_viewed);
  add ("/window/names", test_names);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
