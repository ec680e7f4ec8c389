/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a screen reader is told, where Tab goes, and what a narrow window keeps for the tissue: the real window. */

#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "ui/acini-window-private.h"
#include "ui/review/acini-review-page-private.h"
#include "ui/view/overlays/acini-cursor-readout.h"

#include <vips/vips.h>

static gboolean
is_described (Desk *desk)
{
  g_autofree char *difference = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (desk->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      acini_cursor_readout_get_text (ACINI_CURSOR_READOUT (desk->window->review_page->cursor_readout)), NULL);

  return difference == NULL;
}

static gboolean
is_told (Desk *desk)
{
  const char *text = acini_cursor_readout_get_text (ACINI_CURSOR_READOUT (desk->window->review_page->cursor_readout));

  return strstr (text, " px") != NULL && is_described (desk);
}

static void
test_canvas (Desk *desk, gconstpointer data)
{
  int x, y;

  gtk_test_accessible_assert_role (desk->view, GTK_ACCESSIBLE_ROLE_APPLICATION);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (desk->view), GTK_ACCESSIBLE_PROPERTY_LABEL, "Slide");
  desk_locate (desk, GTK_WIDGET (desk->view), gtk_widget_get_width (GTK_WIDGET (desk->view)) / 2.,
               gtk_widget_get_height (GTK_WIDGET (desk->view)) / 2., &x, &y);
  desk_send (desk, "mousemove %d %d", x, y);
  desk_wait (desk, is_told, "the description of what is under the pointer");
  /* Off the tissue there is nothing to describe. */
  desk_send (desk, "mousemove 2 2");
  desk_wait (desk, is_described, "the description gone");
}

static void
test_pages (Desk *desk, gconstpointer data)
{
  static const char *const names[][2] = {
    { "slides", "Slides" }, { "review", "Review" }, { "results", "Results" }, { "models", "Models" }, { "data", "Data" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GtkWidget *child = adw_view_stack_get_child_by_name (desk->window->pages, names[i][0]);
      AdwViewStackPage *page = adw_view_stack_get_page (desk->window->pages, child);

      g_assert_cmpstr (adw_view_stack_page_get_title (page), ==, names[i][1]);
      gtk_test_accessible_assert_property (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_PROPERTY_LABEL, names[i][1]);
    }
}

static gboolean
has_focus_within (Desk *desk, GtkWidget *widget)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (desk->window));

  return focus != NULL && gtk_widget_is_ancestor (focus, widget);
}

static gboolean
has_left_list (Desk *desk)
{
  return !has_focus_within (desk, GTK_WIDGET (desk->window->review_page->slide_list));
}

/* The list has two slides: one Tab goes past them. */
static void
test_tab (Desk *desk, gconstpointer data)
{
  GtkWidget *list = GTK_WIDGET (desk->window->review_page->slide_list);

  gtk_widget_grab_focus (list);
  g_assert_true (has_focus_within (desk, list));
  desk_press (desk, "Tab");
  desk_wait (desk, has_left_list, "the focus outside the list of slides");
}

static gboolean
is_folded (Desk *desk)
{
  AciniReviewPage *page = desk->window->review_page;

  return page->narrow && !adw_overlay_split_view_get_show_sidebar (page->slides_split)
         && !adw_overlay_split_view_get_show_sidebar (page->side_split);
}

static gboolean
is_wide (Desk *desk)
{
  return !desk->window->review_page->narrow;
}

static void
test_narrow (Desk *desk, gconstpointer data)
{
  AciniReviewPage *page = desk->window->review_page;
  gboolean slides = FALSE, side = TRUE;

  g_object_set (page, "show-side", FALSE, NULL);
  desk_send (desk, "windowsize %s 800 600", desk->xid);
  desk_wait (desk, is_folded, "the panes folded");
  acini_review_page_get_panes (page, &slides, &side);
  g_assert_true (slides);
  g_assert_false (side);
  /* Over the tissue when it is asked for. */
  desk_press (desk, "F9");
  g_assert_true (adw_overlay_split_view_get_show_sidebar (page->slides_split));
  g_assert_true (adw_overlay_split_view_get_collapsed (page->slides_split));
  desk_send (desk, "windowsize %s 1200 700", desk->xid);
  desk_wait (desk, is_wide, "the wide window");
  g_assert_true (adw_overlay_split_view_get_show_sidebar (page->slides_split));
  g_assert_false (adw_overlay_split_view_get_show_sidebar (page->side_split));
  g_assert_false (adw_overlay_split_view_get_collapsed (page->slides_split));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  /* Accessible roles and properties are kept, though no bus is there to tell them to. */
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  adw_init ();
  g_test_add ("/accessibility/canvas", Desk, NULL, desk_set_up, test_canvas, desk_tear_down);
  g_test_add ("/accessibility/pages", Desk, NULL, desk_set_up, test_pages, desk_tear_down);
  g_test_add ("/accessibility/tab", Desk, NULL, desk_set_up, test_tab, desk_tear_down);
  g_test_add ("/accessibility/narrow", Desk, NULL, desk_set_up, test_narrow, desk_tear_down);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
