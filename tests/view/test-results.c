/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The page of results in the real window: numbers, sorting, the histogram, a row that leads to its place, CSV, and a
 * table of very many objects. */

#include "data/labels/acini-journal.h"
#include "data/objects/acini-object-csv.h"
#include "data/predictions/acini-prediction-key.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "ui/results/acini-results-page-private.h"

#include <glib/gstdio.h>
#include <time.h>
#include <vips/vips.h>

static AciniResultsPage *
get_page (Desk *desk)
{
  return desk->window->results_page;
}

/* Squares of 10, 20, 30 … pixels, in a row. */
static void
paint_squares (Desk *desk, gint64 slide, int n)
{
  AciniProject *project = acini_session_get_project (desk->window->session);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "test");
  gint64 x = 10;

  for (int i = 1; i <= n; i++)
    {
      AciniRect rect = { x, 40, 10 * i, 10 * i };

      g_assert_true (acini_edit_paint (edit, &rect, NULL, ACINI_LABEL_FIRST_CLASS, NULL));
      x += 10 * i + 10;
    }
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  acini_slide_list_reload (acini_session_get_slide_list (desk->window->session));
}

static const AciniSlideRecord *
get_record (Desk *desk, gint64 slide)
{
  GListModel *slides = acini_session_get_slides (desk->window->session);

  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      if (acini_slide_item_get_record (item)->id == slide)
        return acini_slide_item_get_record (item);
    }
  return NULL;
}

static gboolean
is_labelled (Desk *desk)
{
  return get_record (desk, desk->slide)->labelled;
}

static gboolean
is_counted (Desk *desk)
{
  return get_page (desk)->counting != NULL && get_page (desk)->counted == NULL;
}

static guint
count_rows (Desk *desk)
{
  return g_list_model_get_n_items (G_LIST_MODEL (get_page (desk)->rows));
}

static gboolean
has_five (Desk *desk)
{
  return count_rows (desk) == 5;
}

static gboolean
has_one (Desk *desk)
{
  return count_rows (desk) == 1;
}

static gboolean
has_region_choice (Desk *desk)
{
  return gtk_widget_get_visible (GTK_WIDGET (get_page (desk)->region_choice)) && is_counted (desk)
         && count_rows (desk) == 8;
}

static void
open_page (Desk *desk)
{
  gtk_widget_activate_action (GTK_WIDGET (desk->window), "win.page", "s", "results");
  desk_wait (desk, is_counted, "the objects counted");
}

static const AciniObject *
peek_object (Desk *desk, guint position)
{
  g_autoptr (AciniObjectRow) row = g_list_model_get_item (G_LIST_MODEL (get_page (desk)->rows), position);

  return acini_object_row_get (row);
}

static gboolean
is_first_loaded (Desk *desk)
{
  return count_rows (desk) > 0 && peek_object (desk, 0) != NULL;
}

/* The area in pixels of the object in a row, which is to be loaded. */
static gint64
get_area (Desk *desk, guint position)
{
  desk_wait (desk, is_first_loaded, "the first row");
  return peek_object (desk, position)->area;
}

static void
test_empty (Desk *desk, gconstpointer data)
{
  open_page (desk);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (get_page (desk)->stack), ==, "empty");
  desk_take_picture (desk, "results-empty");
  gtk_widget_activate_action (GTK_WIDGET (get_page (desk)), "win.page", "s", "review");
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (desk->window->pages), ==, "review");
}

static void
test_numbers (Desk *desk, gconstpointer data)
{
  const char *totals;
  const AciniResult *result;
  g_autoptr (AciniResultItem) item = NULL;

  paint_squares (desk, desk->slide, 5);
  desk_wait (desk, is_labelled, "the slide labelled");
  open_page (desk);
  desk_wait (desk, has_five, "five rows");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (get_page (desk)->stack), ==, "results");
  item = g_list_model_get_item (G_LIST_MODEL (get_page (desk)->results), 0);
  result = acini_result_item_get (item);
  g_assert_cmpint (result->count, ==, 5);
  g_assert_cmpint (result->states[ACINI_REVIEW_NEW], ==, 5);
  g_assert_cmpint (result->area, ==, 100 * (1 + 4 + 9 + 16 + 25));
  /* 0.5 µm per pixel: 1100 px² mean are 275 µm². */
  g_assert_cmpfloat_with_epsilon (acini_result_get_mean_area (result, TRUE), 275, 1e-6);
  totals = gtk_label_get_label (get_page (desk)->totals_label);
  g_assert_nonnull (strstr (totals, "FTU: 5 objects"));
  g_assert_nonnull (strstr (totals, "per mm² of tissue"));
  g_assert_nonnull (strstr (totals, "area 275 ± "));
  desk_take_picture (desk, "results");
}

static GtkColumnViewColumn *
find_column (GtkColumnView *table, const char *title)
{
  GListModel *columns = gtk_column_view_get_columns (table);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_strcmp0 (gtk_column_view_column_get_title (column), title) == 0)
        return column;
    }
  g_error ("There is no column “%s”.", title);
}

static gboolean
is_largest_first (Desk *desk)
{
  return is_first_loaded (desk) && peek_object (desk, 0)->area == 2500;
}

static gboolean
is_smallest_first (Desk *desk)
{
  return is_first_loaded (desk) && peek_object (desk, 0)->area == 100;
}

static gboolean
has_two (Desk *desk)
{
  return count_rows (desk) == 2 && is_counted (desk);
}

/* What lies in a named region alone; a slide that has none is not in the table. */
static void
test_region (Desk *desk, gconstpointer data)
{
  AciniResultsPage *page = get_page (desk);
  const double left[][2] = { { 0, 0 }, { 55, 0 }, { 55, 200 }, { 0, 200 } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);

  paint_squares (desk, desk->slide, 5);
  paint_squares (desk, desk->other, 3);
  g_ptr_array_add (regions, acini_region_record_new ("Cortex", ACINI_REGION_PLAIN, left, 4));
  acini_editor_change (acini_session_get_editor (desk->window->session),
                       acini_change_new_regions (desk->slide, regions), NULL, NULL);
  desk_wait (desk, is_labelled, "the slide labelled");
  desk_settle (desk);
  open_page (desk);
  desk_wait (desk, has_region_choice, "a choice of regions");
  g_assert_cmpuint (count_rows (desk), ==, 8);
  gtk_drop_down_set_selected (page->region_choice, 1);
  desk_wait (desk, has_two, "the objects in the region");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (page->results)), ==, 1);
  g_assert_nonnull (strstr (gtk_label_get_label (page->totals_label), "2 objects"));
  desk_take_picture (desk, "results-region");
}

static void
test_sorting (Desk *desk, gconstpointer data)
{
  AciniResultsPage *page = get_page (desk);
  GtkColumnViewColumn *column;

  paint_squares (desk, desk->slide, 5);
  desk_wait (desk, is_labelled, "the slide labelled");
  open_page (desk);
  desk_wait (desk, has_five, "five rows");
  g_assert_cmpint (get_area (desk, 0), ==, 100);
  column = find_column (page->objects_table, "Area (µm²)");
  gtk_column_view_sort_by_column (page->objects_table, column, GTK_SORT_DESCENDING);
  desk_wait (desk, is_largest_first, "the largest first");
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (get_area (desk, i), ==, 100 * (5 - i) * (5 - i));
  gtk_column_view_sort_by_column (page->objects_table, column, GTK_SORT_ASCENDING);
  desk_wait (desk, is_smallest_first, "the smallest first");
  /* The other table sorts, too. */
  gtk_column_view_sort_by_column (page->slides_table, find_column (page->slides_table, "Objects"), GTK_SORT_DESCENDING);
}

static gboolean
is_laid_out (Desk *desk)
{
  GtkWidget *histogram = GTK_WIDGET (get_page (desk)->histogram);

  return gtk_widget_get_mapped (histogram) && gtk_widget_get_width (histogram) > 100
         && acini_histogram_plot_get (ACINI_HISTOGRAM_PLOT (histogram))->n > 0;
}

static void
test_histogram (Desk *desk, gconstpointer data)
{
  AciniResultsPage *page = get_page (desk);
  const AciniHistogram *histogram = acini_histogram_plot_get (page->histogram);
  g_autofree char *text = NULL;
  int last, x, y;

  paint_squares (desk, desk->slide, 5);
  desk_wait (desk, is_labelled, "the slide labelled");
  open_page (desk);
  desk_wait (desk, has_five, "five rows");
  desk_wait (desk, is_laid_out, "the histogram");
  desk_run (desk, 50);
  last = (int)histogram->n - 1;
  g_assert_cmpint (histogram->counts[last], ==, 1);
  text = acini_histogram_plot_dup_text (page->histogram, last);
  g_assert_nonnull (strstr (text, "Area"));
  g_assert_nonnull (strstr (text, "µm²: 1 object"));
  gtk_test_accessible_assert_role (page->histogram, GTK_ACCESSIBLE_ROLE_SLIDER);
  /* A click on the last bar leaves the largest square. */
  desk_locate (desk, GTK_WIDGET (page->histogram), acini_histogram_plot_get_x (page->histogram, last), 40, &x, &y);
  desk_send (desk, "mousemove %d %d click 1", x, y);
  desk_wait (desk, has_one, "one row");
  g_assert_cmpint (get_area (desk, 0), ==, 2500);
  g_assert_cmpstr (gtk_label_get_label (page->objects_label), ==, "1 of 5 objects");
  desk_take_picture (desk, "results-bar");
  /* Escape forgets it; the keyboard chooses the first bar. */
  desk_send (desk, "key Escape");
  desk_wait (desk, has_five, "five rows again");
  desk_send (desk, "key Home key Return");
  desk_wait (desk, has_one, "one row");
  g_assert_cmpint (get_area (desk, 0), ==, 100);
  g_signal_emit_by_name (page->clear_button, "clicked");
  desk_wait (desk, has_five, "five rows at last");
}

static gboolean
is_at_place (Desk *desk)
{
  AciniRect visible;

  if (desk->view->slide_id != desk->other || desk->view->slide == NULL || desk->view->opening)
    return FALSE;
  acini_slide_view_get_visible (desk->view, &visible);
  /* The middle of the third square. */
  return acini_slide_view_get_zoom (desk->view) > .9 && visible.x <= 60 && visible.x + visible.width >= 90;
}

static gboolean
is_other_labelled (Desk *desk)
{
  return get_record (desk, desk->other)->labelled;
}

static void
test_place (Desk *desk, gconstpointer data)
{
  AciniResultsPage *page = get_page (desk);

  paint_squares (desk, desk->other, 5);
  desk_wait (desk, is_other_labelled, "the slide labelled");
  open_page (desk);
  desk_wait (desk, has_five, "five rows");
  get_area (desk, 2);
  g_signal_emit_by_name (page->objects_table, "activate", 2u);
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (desk->window->pages), ==, "review");
  desk_wait (desk, is_at_place, "the object on screen");
  desk_take_picture (desk, "results-place");
}

static char *saved;

static gboolean
is_saved (Desk *desk)
{
  return g_file_test (saved, G_FILE_TEST_EXISTS);
}

static void
test_csv (Desk *desk, gconstpointer data)
{
  g_autofree char *path = g_build_filename (desk->folder, "objects.csv", NULL), *text = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_auto (GStrv) lines = NULL;

  paint_squares (desk, desk->slide, 5);
  desk_wait (desk, is_labelled, "the slide labelled");
  open_page (desk);
  desk_wait (desk, has_five, "five rows");
  saved = path;
  acini_results_page_save (get_page (desk), TRUE, file);
  desk_wait (desk, is_saved, "the table of objects");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 7); /* head, five objects, and nothing after the last end of line */
  g_assert_cmpstr (lines[0], ==, acini_object_csv_head);
  g_assert_nonnull (strstr (lines[1], ",a,FTU,100,25,"));
  g_unlink (path);
  g_clear_pointer (&text, g_free);
  acini_results_page_save (get_page (desk), FALSE, file);
  desk_wait (desk, is_saved, "the table of slides");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "a,FTU,5,"));
}

#define MANY 300000

static gboolean
has_many (Desk *desk)
{
  return count_rows (desk) == MANY + 5;
}

static gboolean
is_last_loaded (Desk *desk)
{
  return peek_object (desk, MANY + 4) != NULL;
}

/* Of the processor, µs: what else runs on the computer does not count. */
static gint64
get_thread_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* The rows come from the index: they are put there, as the indexing of so many would take minutes. */
static void
test_many (Desk *desk, gconstpointer data)
{
  AciniProject *project = acini_session_get_project (desk->window->session);
  AciniResultsPage *page = get_page (desk);
  g_autofree char *folder = acini_prediction_dup_folder (project), *name = NULL, *path = NULL, *sql = NULL;
  gint64 longest = 0, end, width = get_record (desk, desk->slide)->width;

  paint_squares (desk, desk->slide, 5);
  desk_wait (desk, is_labelled, "the slide labelled");
  open_page (desk);
  desk_wait (desk, has_five, "five rows");
  gtk_widget_activate_action (GTK_WIDGET (desk->window), "win.page", "s", "review");
  name = g_strdup_printf ("%" G_GINT64_FORMAT ".objects", desk->slide);
  path = g_build_filename (folder, name, NULL);
  sql = g_strdup_printf (
      "WITH RECURSIVE n (i) AS (SELECT 1000000 UNION ALL SELECT i + 1 FROM n WHERE i < %d),"
      " at (i, x, y) AS (SELECT i, (i - 1) %% %d, (i - 1) / %d FROM n)"
      " INSERT INTO objects (place, id, label, author, at_border, area, x, y, width, height, centre_x, centre_y,"
      " perimeter, circularity, long_axis, short_axis, probability, entropy, sharpness, state, anchor, locked, cell)"
      " SELECT (y / 512 << 40) + (x / 512 << 18) + y %% 512 * 512 + x %% 512, i, 2, 0, 0, 1 + (i * 7919) %% 5000,"
      " x, y, 9, 9, x + 4, y + 4, 30, .8, 10, 8, .9, .3, .5, 0, 0, 0, 0 FROM at",
      1000000 + MANY - 1, (int)width, (int)width);
  acini_test_run_sql (path, sql);
  open_page (desk);
  end = g_get_monotonic_time () + 120 * G_USEC_PER_SEC;
  while (!has_many (desk) && g_get_monotonic_time () < end)
    {
      gint64 began = get_thread_time ();

      g_main_context_iteration (NULL, FALSE);
      longest = MAX (longest, get_thread_time () - began);
    }
  g_assert_true (has_many (desk));
  g_test_message ("%d objects: the longest turn of the main loop took %.1f ms of the processor", MANY,
                  (double)longest / 1000);
  /* The last row is a jump away. */
  gtk_column_view_scroll_to (page->objects_table, MANY + 4, NULL, GTK_LIST_SCROLL_FOCUS, NULL);
  desk_wait (desk, is_last_loaded, "the last row");
  desk_take_picture (desk, "results-many");
}

int
main (int argc, char **argv)
{
  char *home = acini_test_make_home ();
  static const struct
  {
    const char *path;
    void (*func) (Desk *, gconstpointer);
  } tests[] = {
    { "/results/empty", test_empty },     { "/results/numbers", test_numbers },
    { "/results/sorting", test_sorting }, { "/results/histogram", test_histogram },
    { "/results/place", test_place },     { "/results/csv", test_csv },
    { "/results/many", test_many },       { "/results/region", test_region },
  };
  int status;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Desk, NULL, desk_set_up, tests[i].func, desk_tear_down);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
