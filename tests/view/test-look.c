/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The look at the data: charts, their tables, what a click chooses, and the files they are saved as. */

#include "ui/data/acini-look-view.h"

#include "data/labels/acini-journal.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"
#include "ui/data/acini-data-page.h"
#include "ui/plot/acini-chart.h"

#include <string.h>

#define N_SLIDES 9

/* Of the generated acini-ui-resources.h, which may not be there yet when this is compiled. */
extern GResource *acini_ui_get_resource (void);

typedef struct
{
  char *folder;
  AciniProject *project;
  gint64 slides[N_SLIDES];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const guint32 colours[]
      = { 0xd8a8c8, 0xd0a0c4, 0xd4a8cc, 0xdcacc8, 0xd2a2c6, 0xd6a6ca, 0xd8a4c4, 0xdaaaca, 0x30a040 };

  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  for (int i = 0; i < N_SLIDES; i++)
    {
      g_autofree char *name = g_strdup_printf ("slide-%d.tif", i);
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_autoptr (AciniEdit) edit = NULL;
      g_autoptr (GError) error = NULL;

      acini_test_write_slide (path, 256, colours[i]);
      fixture->slides[i]
          = acini_project_add_slide (fixture->project, path, NULL, i % 3 == 0 ? "lung" : "kidney", 0.5, &error);
      edit = acini_edit_new (fixture->project, fixture->slides[i], "test");
      for (int k = 0; k <= i; k++)
        acini_edit_paint (edit, &(AciniRect){ 25 * k, 10, 5 + 2 * k, 10 + k }, NULL, 2, &error);
      acini_edit_commit (edit, NULL, &error);
      g_assert_no_error (error);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  acini_test_remove_folder (fixture->folder);
}

/* The first widget of @type below @widget for which @title is the title or the label; NULL: none. */
static GtkWidget *
find_chart (GtkWidget *widget, const char *title)
{
  if (ACINI_IS_CHART (widget) && g_str_equal (acini_chart_get_title (ACINI_CHART (widget)), title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_chart (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

typedef struct
{
  char *what;
  GVariant *slides;
} Choice;

static void
on_chosen (AciniLookView *view, const char *what, GVariant *slides, Choice *choice)
{
  g_clear_pointer (&choice->slides, g_variant_unref);
  g_set_str (&choice->what, what);
  choice->slides = g_variant_ref_sink (slides);
}

/* A click in the middle of the bar of the lung chooses its slides. */
static void
check_choice (GtkWidget *chart, Choice *choice, const Fixture *fixture)
{
  const gint64 *ids;
  gsize n;
  int item = acini_chart_find (ACINI_CHART (chart), 200, 30 + 6 + 26 + 8, 420, 280);

  g_assert_cmpint (item, ==, 1);
  g_assert_cmpstr (acini_chart_get_name (ACINI_CHART (chart), 1), ==, "Lung");
  g_assert_cmpint (acini_chart_find (ACINI_CHART (chart), 200, 200, 420, 280), ==, -1);
  g_signal_emit_by_name (chart, "chosen", (guint)item);
  g_assert_cmpstr (choice->what, ==, "Slides by organ: Lung");
  ids = g_variant_get_fixed_array (choice->slides, &n, sizeof *ids);
  g_assert_cmpuint (n, ==, 3);
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (ids[i], ==, fixture->slides[3 * i]);
}

/* As many pixels of the picture as charts have bars are not white. */
static void
check_file (Fixture *fixture, AciniLookView *view, const char *name, const char *start, const char *holds)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL), *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  g_assert_true (acini_look_view_save (view, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_assert_cmpuint (size, >, 500);
  g_assert_cmpint (memcmp (content, start, strlen (start)), ==, 0);
  if (holds != NULL)
    g_assert_nonnull (strstr (content, holds));
  if (g_getenv ("ACINI_TEST_PICTURES") != NULL)
    {
      g_autofree char *kept = g_build_filename (g_getenv ("ACINI_TEST_PICTURES"), name, NULL);

      g_assert_true (g_file_set_contents (kept, content, (gssize)size, NULL));
    }
}

static void
test_charts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniStatistics) statistics = acini_statistics_new (fixture->project, NULL, NULL, NULL, &error);
  GtkWidget *view = g_object_ref_sink (acini_look_view_new ()), *organs, *units, *map;
  Choice choice = { 0 };
  guint marked = 0;

  g_assert_no_error (error);
  g_signal_connect (view, "chosen", G_CALLBACK (on_chosen), &choice);
  acini_look_view_show (ACINI_LOOK_VIEW (view), statistics);
  organs = find_chart (view, "Slides by organ");
  g_assert_nonnull (organs);
  g_assert_null (find_chart (view, "Slides by sex")); /* nothing is known of it */
  check_choice (organs, &choice, fixture);
  units = find_chart (view, "Units per slide"); /* 1 to 9 of them */
  g_assert_cmpuint (acini_chart_get_n_items (ACINI_CHART (units)), ==, 5);
  g_assert_cmpstr (acini_chart_get_name (ACINI_CHART (units), 0), ==, "0 – 2");
  g_assert_cmpstr (acini_chart_get_name (ACINI_CHART (units), 4), ==, "8 – 10");
  map = find_chart (view, "Slides by colour");
  for (guint i = 0; i < acini_chart_get_n_items (ACINI_CHART (map)); i++)
    {
      g_autofree char *value = acini_chart_dup_value (ACINI_CHART (map), i);

      if (strstr (value, "unlike") != NULL)
        {
          marked++;
          g_assert_cmpstr (acini_chart_get_name (ACINI_CHART (map), i), ==, "slide-8");
        }
    }
  g_assert_cmpuint (marked, ==, 1);
  check_file (fixture, ACINI_LOOK_VIEW (view), "charts.svg", "<?xml", "</svg>");
  check_file (fixture, ACINI_LOOK_VIEW (view), "charts.pdf", "%PDF", NULL);
  check_file (fixture, ACINI_LOOK_VIEW (view), "charts.png", "\x89PNG", NULL);
  check_file (fixture, ACINI_LOOK_VIEW (view), "charts.csv", "chart,item,value", "Slides by organ,Lung,3");
  g_assert_false (acini_look_view_save (ACINI_LOOK_VIEW (view), "charts.xls", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
  g_clear_pointer (&choice.slides, g_variant_unref);
  g_free (choice.what);
  g_object_unref (view);
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
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

/* For people: what the page looks like, where they want it. */
static void
keep_picture (GtkWidget *widget, const char *name)
{
  const char *folder = g_getenv ("ACINI_TEST_PICTURES");
  g_autofree char *path = folder != NULL ? g_build_filename (folder, name, NULL) : NULL;
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  GtkSnapshot *snapshot;

  if (path == NULL)
    return;
  acini_test_run_for (1000);
  paintable = gtk_widget_paintable_new (widget);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  node = gtk_snapshot_free_to_node (snapshot);
  if (node != NULL)
    {
      g_autoptr (GdkTexture) texture
          = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)), node, NULL);

      gdk_texture_save_to_png (texture, path);
    }
}

static gboolean
has_charts (gpointer page)
{
  return find_chart (page, "Slides by organ") != NULL;
}

static gboolean
has_slides (gpointer session)
{
  return g_list_model_get_n_items (acini_session_get_slides (session)) == N_SLIDES;
}

/* On the page: read off the main thread, a bar filters the table, and the button shows all again. */
static void
test_page (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniSession) session = acini_session_new (fixture->project);
  GtkWidget *window = gtk_window_new (), *page = g_object_new (ACINI_TYPE_DATA_PAGE, NULL);
  GtkStack *stack;
  GtkColumnView *table;

  gtk_window_set_default_size (GTK_WINDOW (window), 1300, 800);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  acini_session_load (session);
  acini_test_wait_for (has_slides, session, 60);
  acini_data_page_set_session (ACINI_DATA_PAGE (page), session);
  stack = GTK_STACK (find_type (page, GTK_TYPE_STACK));
  table = GTK_COLUMN_VIEW (find_type (page, GTK_TYPE_COLUMN_VIEW));
  gtk_stack_set_visible_child_name (stack, "look");
  acini_test_wait_for (has_charts, page, 60);
  keep_picture (page, "page.png");
  g_signal_emit_by_name (find_chart (page, "Slides by organ"), "chosen", 1u);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "slides");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_column_view_get_model (table))), ==, 3);
  g_signal_emit_by_name (find_type (page, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (gtk_column_view_get_model (table))), ==, N_SLIDES);
  acini_data_page_set_session (ACINI_DATA_PAGE (page), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  char *home = acini_test_make_home ();
  int status;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  acini_vips_init ();
  g_resources_register (acini_ui_get_resource ());
  g_test_add ("/look/charts", Fixture, NULL, set_up, test_charts, tear_down);
  g_test_add ("/look/page", Fixture, NULL, set_up, test_page, tear_down);
  status = g_test_run ();
  acini_test_remove_folder (home);
  return status;
}
