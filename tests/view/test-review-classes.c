/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Classes, in the real window: what is selected is given one, the list of them is changed, and what people marked as
 * another one is protected.  ACINI_TEST_PICTURES names a folder for a picture of each step. */

#include "tests/acini-test-util.h"
#include "tests/view/acini-objects-desk.h"
#include "tests/view/acini-widget-search.h"
#include "ui/review/acini-class-list.h"
#include "ui/view/layers/acini-class-colours.h"

#include <vips/vips.h>

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
  objects_desk_fill (desk);
  objects_desk_click (desk, 310, 210, "");
  objects_desk_press (desk, "3");
  objects_desk_assert (desk, "4:29000:new " DUMB_BELL " " LEFT " " RIGHT " " SPOT);
  g_assert_cmpuint (objects_desk_get_n_selected (desk), ==, 1);
  g_assert_cmpuint (desk->view->brush_label, ==, 2);
  desk_take_picture (desk, "class");
  objects_desk_undo (desk);
  objects_desk_assert (desk, START);
  objects_desk_press (desk, "Escape");
  objects_desk_press (desk, "2");
  objects_desk_assert (desk, START);
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

  objects_desk_fill (desk);
  objects_desk_press (desk, "2"); /* there is none */
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
  objects_desk_press (desk, "2");
  g_assert_cmpuint (desk->view->brush_label, ==, 3);
  name = acini_class_list_dup_name (classes, 2);
  g_assert_cmpstr (name, ==, "Stroma");
  g_assert_cmpuint (acini_class_list_get_n (classes), ==, 2);
  acini_review_page_show_tab (objects_desk_get_page (desk), "queue");
  desk_press (desk, "F5");
  desk_settle (desk);
  desk_run (desk, 300);
  desk_take_picture (desk, "classes-2-queue");
  g_assert_nonnull (widget_find_label (GTK_WIDGET (objects_desk_get_page (desk)), "Stroma"));
}

static gboolean
is_type (GtkWidget *widget, gconstpointer type)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, GPOINTER_TO_SIZE (type));
}

static GtkWidget *
find_in_row (Desk *desk, const char *title, GType type)
{
  return widget_search (find_row (desk, title), is_type, GSIZE_TO_POINTER (type));
}

static gboolean
has_orange (Desk *desk)
{
  return acini_class_colour_get_pixel (3, FALSE) == 0xffff8000;
}

static gboolean
has_no_orange (Desk *desk)
{
  return acini_class_colour_get_pixel (3, FALSE) == 0xff0072b2;
}

static gboolean
has_first_key (Desk *desk)
{
  return acini_class_list_get_key (acini_class_list_get (desk->window->session), 2) == 1;
}

/* Colour and key: in the project, in its masks at once, and taken back. */
static void
test_look (Desk *desk, gconstpointer data)
{
  AciniClassList *classes = acini_class_list_get (desk->window->session);

  objects_desk_fill (desk);
  acini_class_list_rename (classes, 2, "Stroma");
  desk_press (desk, "<Control>k");
  desk_wait (desk, desk_has_dialog, "the list of classes");
  desk_wait (desk, has_second_class, "the second class");
  gtk_color_dialog_button_set_rgba (
      GTK_COLOR_DIALOG_BUTTON (find_in_row (desk, "Class 2", GTK_TYPE_COLOR_DIALOG_BUTTON)),
      &(GdkRGBA){ 1, 128 / 255.f, 0, 1 });
  desk_wait (desk, has_orange, "its colour");
  desk_wait (desk, has_second_class, "its row");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find_in_row (desk, "Class 2", GTK_TYPE_DROP_DOWN)), 0);
  desk_wait (desk, has_first_key, "its key");
  desk_assert_query (desk, "SELECT value FROM settings WHERE key = 'class-colour-3'", "#ff8000");
  desk_assert_query (desk, "SELECT value FROM settings WHERE key = 'class-keys'", "3 2 4 5 6 7 8 9 10");
  desk_run (desk, 300);
  desk_take_picture (desk, "classes-3-look");
  adw_dialog_close (desk_get_dialog (desk));
  desk_wait (desk, desk_has_no_dialog, "the list is closed");
  desk_clear (desk);
  objects_desk_press (desk, "1");
  g_assert_cmpuint (desk->view->brush_label, ==, 3);
  objects_desk_press (desk, "2");
  g_assert_cmpuint (desk->view->brush_label, ==, 2);
  desk_take_picture (desk, "classes-4-orange");
  acini_class_list_undo (classes, FALSE);
  acini_class_list_undo (classes, FALSE);
  desk_wait (desk, has_no_orange, "the colour taken back");
  desk_settle (desk);
  g_assert_cmpuint (acini_class_list_get_key (classes, 2), ==, 2);
}

/* Painted over, and not, while other labels are protected; the eraser leaves them, too. */
static void
test_protect (Desk *desk, gconstpointer data)
{
  static const char *const tools[] = { "b", "e" };

  objects_desk_fill (desk);
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    for (int protect = 0; protect < 2; protect++)
      {
        g_autofree char *now = NULL;

        desk_press (desk, tools[i]);
        g_assert_cmpint (desk->view->protect_labels, ==, protect);
        objects_desk_click (desk, 390, 265, "");
        now = objects_desk_describe (desk);
        /* The spot is of another class than the brush. */
        g_assert_cmpint (strstr (now, SPOT) != NULL, ==, protect);
        g_assert_cmpstr (now, !=, START);
        if (protect)
          desk_take_picture (desk, i == 0 ? "protect-1-brush" : "protect-2-eraser");
        objects_desk_undo (desk);
        objects_desk_assert (desk, START);
        objects_desk_press (desk, "<Shift>l");
      }
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
#define ADD(path, test) g_test_add ("/review-classes/" path, Desk, NULL, desk_set_up, test, desk_tear_down)
  ADD ("class", test_class);
  ADD ("classes", test_classes);
  ADD ("look", test_look);
  ADD ("protect", test_protect);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
