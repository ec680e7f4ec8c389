/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real window on a display: it opens projects and slides, its pages and actions are there, every button has a name.
 * Warnings are fatal. */

#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "tests/view/acini-window-fixture.h"
#include "ui/base/acini-shortcuts.h"

static void
settle (void)
{
  acini_test_run_for (300);
}

static void
assert_action (WindowFixture *fixture, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (fixture->window), name);

  if (action == NULL)
    g_error ("there is no action %s", name);
  if (g_action_get_enabled (action) != enabled)
    g_error ("%s is %s", name, enabled ? "disabled" : "enabled");
}

static void
test_welcome (WindowFixture *fixture, gconstpointer data)
{
  settle ();
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
test_open (WindowFixture *fixture, gconstpointer data)
{
  window_fixture_open (fixture);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "test");
  assert_action (fixture, "add-slides", TRUE);
  assert_action (fixture, "undo", FALSE);
  assert_action (fixture, "export", FALSE);
  window_fixture_add_picture (fixture);
  window_fixture_activate (fixture, "page::review");
  settle ();
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
has_more_slides (WindowFixture *fixture)
{
  return acini_window_get_session (fixture->window) != NULL && window_fixture_count_slides (fixture) > 1;
}

static gboolean
is_drawn (WindowFixture *fixture)
{
  return window_fixture_count_slides (fixture) == 4 && fixture->window->demo_task == NULL;
}

static gboolean
is_not_drawing (WindowFixture *fixture)
{
  return fixture->window->demo_task == NULL;
}

/* The demo project needs no other program: its first section is there at once, the others come while it is open.  What
 * was cancelled goes on the next time, and what is complete stays as it is. */
static void
test_demo (WindowFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = dup_demo_folder ();
  g_autofree char *none = g_build_filename (fixture->folder, "no-such-program", NULL);
  g_autofree char *slides = g_build_filename (folder, "slides", NULL);
  g_autoptr (GDir) files = NULL;

  g_setenv ("ACINI_CLI", none, TRUE);
  window_fixture_activate (fixture, "demo");
  g_assert_nonnull (fixture->window->demo_task);
  g_assert_cmpuint (acini_task_list_count (fixture->window->tasks, ACINI_TASK_RUNNING), ==, 1);
  acini_task_request (fixture->window->demo_task, ACINI_TASK_CANCEL);
  g_assert_null (fixture->window->demo_task);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture->window->stack), ==, "welcome");
  settle ();
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  window_fixture_activate (fixture, "demo");
  window_fixture_wait (fixture, window_fixture_has_slide);
  g_assert_nonnull (fixture->window->demo_task);
  g_assert_nonnull (acini_session_get_slide (acini_window_get_session (fixture->window)));
  window_fixture_wait (fixture, has_more_slides);
  acini_task_request (fixture->window->demo_task, ACINI_TASK_CANCEL);
  window_fixture_wait (fixture, is_not_drawing);
  g_assert_cmpuint (window_fixture_count_slides (fixture), <, 4);
  window_fixture_activate (fixture, "demo");
  window_fixture_wait (fixture, is_drawn);
  files = g_dir_open (slides, 0, NULL);
  g_assert_nonnull (files);
  for (const char *name = g_dir_read_name (files); name != NULL; name = g_dir_read_name (files))
    g_assert_false (g_str_has_suffix (name, ".part"));
  window_fixture_open (fixture);
  g_set_object (&fixture->before, acini_window_get_session (fixture->window));
  window_fixture_activate (fixture, "demo");
  window_fixture_wait (fixture, window_fixture_is_opened);
  window_fixture_wait (fixture, is_not_drawing);
  g_assert_cmpuint (window_fixture_count_slides (fixture), ==, 4);
}

static gboolean
is_add (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), "_Add") == 0;
}

/* What is no project and what is no image is said, and the window goes on. */
static void
test_bad_input (WindowFixture *fixture, gconstpointer data)
{
  g_autofree char *nothing = g_build_filename (fixture->folder, "nothing.acini", NULL);
  g_autofree char *text = g_build_filename (fixture->folder, "notes.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (text);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GError) error = NULL;

  acini_window_open_project (fixture->window, nothing, FALSE, NULL);
  settle ();
  g_assert_null (acini_window_get_session (fixture->window));
  g_assert_null (acini_window_get_folder (fixture->window));
  g_assert_nonnull (window_fixture_get_dialog (fixture));
  adw_dialog_force_close (window_fixture_get_dialog (fixture));
  settle ();
  window_fixture_open (fixture);
  g_assert_true (g_file_set_contents (text, "not an image", -1, &error));
  g_list_store_append (files, file);
  acini_window_add_files (fixture->window, G_LIST_MODEL (files));
  window_fixture_wait (fixture, window_fixture_has_dialog);
  g_assert_false (
      gtk_widget_get_sensitive (widget_search (GTK_WIDGET (window_fixture_get_dialog (fixture)), is_add, NULL)));
  adw_dialog_force_close (window_fixture_get_dialog (fixture));
  settle ();
  g_assert_cmpuint (window_fixture_count_slides (fixture), ==, 0);
  window_fixture_add_picture (fixture);
}

static void
test_pages (WindowFixture *fixture, gconstpointer data)
{
  static const char *const pages[] = { "slides", "review", "models", "data", "review" };

  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *action = g_strconcat ("page::", pages[i], NULL);
      g_autoptr (GVariant) state = NULL;

      window_fixture_activate (fixture, action);
      settle ();
      state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), "page");
      g_assert_cmpstr (g_variant_get_string (state, NULL), ==, pages[i]);
      assert_action (fixture, "fit", g_str_equal (pages[i], "review"));
    }
}

/* Every key of the table asks for something that is there, with a target that it takes. */
static void
test_keys (WindowFixture *fixture, gconstpointer data)
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
assert_state (WindowFixture *fixture, const char *action, const char *expected)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), action);
  g_autofree char *text = g_variant_print (state, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_tools (WindowFixture *fixture, gconstpointer data)
{
  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  window_fixture_activate (fixture, "page::review");
  settle ();
  assert_state (fixture, "tool", "'pan'");
  window_fixture_activate (fixture, "tool::brush");
  assert_state (fixture, "tool", "'brush'");
  window_fixture_activate (fixture, "tool::eraser");
  assert_state (fixture, "tool", "'eraser'");
  assert_state (fixture, "show-mask", "true");
  window_fixture_activate (fixture, "show-mask");
  assert_state (fixture, "show-mask", "false");
  window_fixture_activate (fixture, "show-slides-pane");
  assert_state (fixture, "show-slides-pane", "false");
  window_fixture_activate (fixture, "show-side-pane");
  assert_state (fixture, "show-side-pane", "false");
  window_fixture_activate (fixture, "views(4)");
  assert_state (fixture, "views", "4");
  settle ();
  window_fixture_activate (fixture, "views(2)");
  settle ();
  window_fixture_activate (fixture, "views(1)");
  assert_state (fixture, "views", "1");
  settle ();
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
test_names (WindowFixture *fixture, gconstpointer data)
{
  guint n_buttons = 0, n_bad;

  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  window_fixture_activate (fixture, "page::review");
  settle ();
  n_bad = check_names (gtk_widget_get_first_child (GTK_WIDGET (fixture->window)), &n_buttons);
  g_assert_cmpuint (n_bad, ==, 0);
  g_assert_cmpuint (n_buttons, >, 25);
}

/* When the list of models is read anew its row selects the first, which must not become the one in use. */
static void
test_model_in_use (WindowFixture *fixture, gconstpointer data)
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
  window_fixture_open (fixture);
  window_fixture_activate (fixture, "page::review");
  settle ();
  acini_model_list_reload (acini_session_get_model_list (acini_window_get_session (fixture->window)));
  settle ();

  AciniModelItem *item = acini_session_get_model (acini_window_get_session (fixture->window));
  g_assert_cmpstr (acini_model_item_get_record (item)->id, ==, "second");
  kept = acini_project_dup_setting (project, "model");
  g_assert_cmpstr (kept, ==, "second");
}

/* A side view of a model, or of a difference, leaves the corrections out; the one of the corrections does not. */
static void
test_side_views (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = acini_project_open (fixture->project, NULL);
  GtkWidget *side, *view, *mask;

  for (int i = 0; i < 2; i++)
    {
      const char *const ids[] = { "first", "second" };
      g_autofree char *folder = g_build_filename (fixture->project, "models", ids[i], NULL);

      g_assert_true (acini_project_add_model (project, ids[i], ids[i], folder, "", NULL));
    }
  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  window_fixture_activate (fixture, "page::review");
  window_fixture_activate (fixture, "views(2)");
  settle ();
  side = widget_find_type (GTK_WIDGET (fixture->window), "AciniSideView");
  g_assert_nonnull (side);
  view = widget_find_type (side, "AciniSlideView");
  mask = widget_find_type (side, "GtkDropDown");
  g_assert_nonnull (widget_find_type (side, "AciniScaleBar"));
  g_assert_nonnull (widget_find_type (side, "AciniCursorReadout"));
  for (guint i = 0; i <= 4; i++)
    {
      gboolean labels;

      gtk_drop_down_set_selected (GTK_DROP_DOWN (mask), i);
      g_object_get (view, "show-labels", &labels, NULL);
      g_assert_true (labels == (i == 0));
      settle ();
    }
  window_fixture_activate (fixture, "views(1)");
  settle ();
}

static void
add (const char *path, void (*test) (WindowFixture *, gconstpointer))
{
  g_test_add (path, WindowFixture, NULL, window_fixture_set_up, test, window_fixture_tear_down);
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
  add ("/window/model-in-use", test_model_in_use);
  add ("/window/side-views", test_side_views);
  add ("/window/names", test_names);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
