/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the real window does to a slide: undo and redo, removing, settings, and how much of it was looked at.  Warnings
 * are fatal. */

#include "data/labels/acini-journal.h"
#include "data/project/acini-coverage.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "tests/view/acini-window-fixture.h"

static gboolean
has_no_slide (WindowFixture *fixture)
{
  return window_fixture_count_slides (fixture) == 0;
}

static gboolean
can_undo (WindowFixture *fixture)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), "undo");
}

static gboolean
can_redo (WindowFixture *fixture)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), "redo");
}

static gboolean
cannot_undo (WindowFixture *fixture)
{
  return !can_undo (fixture);
}

static guint8
read_label (WindowFixture *fixture, gint64 slide)
{
  AciniProject *project = acini_session_get_project (acini_window_get_session (fixture->window));
  guint8 label = 255;
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_labels_read (project, slide, 0, 320, 240, 1, 1, &label, &error));
  g_assert_no_error (error);
  return label;
}

static void
paint (WindowFixture *fixture, gint64 slide)
{
  AciniProject *project = acini_session_get_project (acini_window_get_session (fixture->window));
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 300, 200, 64, 64 }, NULL, ACINI_LABEL_FIRST_CLASS, &error));
  g_assert_true (acini_edit_commit (edit, NULL, &error));
  g_assert_no_error (error);
}

static void
test_undo (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniSlideItem) item = NULL;
  gint64 slide;

  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  item = window_fixture_dup_slide (fixture);
  slide = acini_slide_item_get_record (item)->id;
  paint (fixture, slide);
  /* Opened again: undo outlives the program. */
  window_fixture_open (fixture);
  window_fixture_activate (fixture, "page::review");
  window_fixture_wait (fixture, can_undo);
  g_assert_cmpint (read_label (fixture, slide), ==, ACINI_LABEL_FIRST_CLASS);
  window_fixture_activate (fixture, "undo");
  window_fixture_wait (fixture, can_redo);
  window_fixture_wait (fixture, window_fixture_is_written);
  g_assert_cmpint (read_label (fixture, slide), ==, ACINI_LABEL_UNLABELLED);
  window_fixture_wait (fixture, cannot_undo);
  window_fixture_activate (fixture, "redo");
  window_fixture_wait (fixture, can_undo);
  window_fixture_wait (fixture, window_fixture_is_written);
  g_assert_cmpint (read_label (fixture, slide), ==, ACINI_LABEL_FIRST_CLASS);
}

static void
test_remove (WindowFixture *fixture, gconstpointer data)
{
  AciniSession *session;
  g_autoptr (AciniSlideItem) item = NULL;
  g_autofree char *restore = NULL;

  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  session = acini_window_get_session (fixture->window);
  item = window_fixture_dup_slide (fixture);
  restore = g_strdup_printf ("restore-slides([int64 %" G_GINT64_FORMAT "])", acini_slide_item_get_record (item)->id);
  window_fixture_activate (fixture, "page::slides");
  acini_test_run_for (300);
  gtk_widget_activate_action (widget_find_type (GTK_WIDGET (fixture->window), "GtkGridView"), "list.select-all", NULL);
  window_fixture_activate (fixture, "remove-slide");
  window_fixture_wait (fixture, has_no_slide);
  g_assert_null (acini_session_get_slide (session));
  window_fixture_activate (fixture, restore);
  window_fixture_wait (fixture, window_fixture_has_slide);
}

static gboolean
organ_is_kept (WindowFixture *fixture)
{
  g_autoptr (AciniSlideItem) item = window_fixture_dup_slide (fixture);

  return g_str_equal (acini_slide_item_get_record (item)->organ, "kidney")
         && acini_slide_item_get_record (item)->mpp_x == 0.25;
}

/* Settings are there again after the project was closed. */
static void
test_settings (WindowFixture *fixture, gconstpointer data)
{
  AciniSession *session;
  gint64 slide;
  g_autoptr (AciniSlideItem) item = NULL;

  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  session = acini_window_get_session (fixture->window);
  item = window_fixture_dup_slide (fixture);
  acini_project_settings_set_number (acini_session_get_settings (session), "opacity", 0.4);
  slide = acini_slide_item_get_record (item)->id;
  acini_slide_list_set_organ (acini_session_get_slide_list (session), &slide, 1, "kidney");
  acini_slide_list_set_mpp (acini_session_get_slide_list (session), &slide, 1, 0.25, 0.25);
  window_fixture_wait (fixture, organ_is_kept);
  window_fixture_open (fixture);
  g_assert_true (acini_window_get_session (fixture->window) != session);
  g_assert_cmpfloat_with_epsilon (
      acini_project_settings_get_number (acini_session_get_settings (acini_window_get_session (fixture->window)),
                                         "opacity", 0),
      0.4, 1e-6);
  g_assert_true (organ_is_kept (fixture));
}

static gboolean
says_edited (WindowFixture *fixture)
{
  return widget_find_label (GTK_WIDGET (fixture->window->data_page), "· 1 edit") != NULL;
}

static gboolean
says_area (WindowFixture *fixture)
{
  return widget_find_label (GTK_WIDGET (fixture->window->data_page), "0.25 mm²") != NULL;
}

static gboolean
says_viewed (WindowFixture *fixture)
{
  return widget_find_label (GTK_WIDGET (fixture->window->data_page), "50 %") != NULL;
}

/* The table says how much of a slide was looked at. */
static void
test_viewed (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniCoverage) coverage = acini_coverage_new (640, 480);
  g_autoptr (AciniSlideItem) item = NULL;
  g_autofree char *key = NULL, *text = NULL;
  gint64 slide;

  window_fixture_open (fixture);
  window_fixture_add_picture (fixture);
  item = window_fixture_dup_slide (fixture);
  key = acini_coverage_dup_key (acini_slide_item_get_record (item)->id);
  acini_coverage_see (coverage, 0, 0, 640, 480, ACINI_COVERAGE_5X);
  acini_coverage_see (coverage, 0, 0, 320, 480, ACINI_COVERAGE_10X);
  text = acini_coverage_to_text (coverage);
  g_assert_true (acini_project_set_setting (acini_session_get_project (acini_window_get_session (fixture->window)), key,
                                            text, NULL));
  g_assert_false (says_viewed (fixture));
  window_fixture_activate (fixture, "page::data");
  window_fixture_wait (fixture, says_viewed);
  /* That it was added is no edit. */
  g_assert_nonnull (
      widget_find_label (GTK_WIDGET (fixture->window->data_page), "1 slide · 0.3 megapixels · 0 labelled · 0 edits"));
  paint (fixture, acini_slide_item_get_record (item)->id);
  window_fixture_activate (fixture, "page::slides");
  window_fixture_activate (fixture, "page::data");
  window_fixture_wait (fixture, says_edited);
  /* Of the square's tile 512 × 480 pixels are on the slide. */
  slide = acini_slide_item_get_record (item)->id;
  acini_slide_list_set_mpp (acini_session_get_slide_list (acini_window_get_session (fixture->window)), &slide, 1, 1, 1);
  window_fixture_wait (fixture, says_area);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_test_init (&argc, &argv, NULL);
#define TEST(name, function)                                                                                           \
  g_test_add ("/window-slide/" name, WindowFixture, NULL, window_fixture_set_up, function, window_fixture_tear_down)
  TEST ("undo", test_undo);
  TEST ("remove", test_remove);
  TEST ("settings", test_settings);
  TEST ("viewed", test_viewed);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
