/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What ends a review, in the real window: everything on screen is right, a slide approved and reopened, its history,
 * and rows of look-alikes.  ACINI_TEST_PICTURES names a folder for a picture of each step. */

#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/base/acini-async.h"
#include "ui/review/acini-gallery-dialog.h"
#include "ui/review/acini-likeness.h"
#include "ui/review/acini-review-page-private.h"

#include <vips/vips.h>

static gboolean
has_sign_off (Desk *desk)
{
  return desk->window->review_page->sign_off != NULL;
}

static void
settle (Desk *desk)
{
  desk_settle (desk);
  desk_wait (desk, has_sign_off, "whether the slide is signed off");
}

static gboolean
draw_rows (AciniEdit *edit, gpointer data, GError **error)
{
  for (int i = 0; i < 8; i++)
    {
      /* Small ones and large ones. */
      const AciniRect rect = { 60 + 170 * i, 100, i % 2 == 0 ? 30 : 140, i % 2 == 0 ? 30 : 140 };

      if (!acini_edit_paint (edit, &rect, NULL, 2, error))
        return FALSE;
    }
  return TRUE;
}

static void
set_up (Desk *desk)
{
  acini_editor_draw (acini_session_get_editor (desk->window->session), desk->slide, "brush", -1, draw_rows, NULL, NULL,
                     NULL, NULL);
  settle (desk);
  acini_review_page_show_tab (desk->window->review_page, "queue");
  settle (desk);
}

static AciniSlideState
get_state (Desk *desk)
{
  return desk->window->review_page->sign_off->state;
}

/* Opens the dialog of the key, types @text into what has the keyboard there, and takes its default. */
static void
answer (Desk *desk, const char *key, const char *text, const char *shot)
{
  desk_press (desk, key);
  desk_wait (desk, desk_has_dialog, "a dialog");
  desk_run (desk, 500);
  if (text != NULL)
    desk_send (desk, "type %s", text);
  desk_run (desk, 300);
  desk_take_picture (desk, shot);
  desk_send (desk, "key Return");
  desk_wait (desk, desk_has_no_dialog, "the dialog gone");
  desk_run (desk, 300);
  settle (desk);
}

static void
test_approve (Desk *desk, gconstpointer data)
{
  set_up (desk);
  g_assert_cmpint (get_state (desk), ==, ACINI_SLIDE_IN_REVIEW);
  answer (desk, "<Control><Shift>s", "checked", "sign-1-approve");
  g_assert_cmpint (get_state (desk), ==, ACINI_SLIDE_APPROVED);
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE tool = 'sign-off' AND after LIKE '%checked%'", "1");
  desk_take_picture (desk, "sign-2-approved");
  /* Nothing can be done to it: not by keys, not by the tools. */
  desk_press (desk, "v");
  desk_press (desk, "Tab");
  settle (desk);
  g_assert_cmpuint (acini_review_page_get_n_selected (desk->window->review_page), ==, 1);
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE slide = 1", "3");
  desk_press (desk, "Delete");
  desk_press (desk, "Return");
  desk_press (desk, "<Control>z");
  settle (desk);
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE slide = 1", "3");
  /* Reopened, with a reason. */
  answer (desk, "<Control><Shift>s", "missed", "sign-3-reopen");
  g_assert_cmpint (get_state (desk), ==, ACINI_SLIDE_IN_REVIEW);
  desk_press (desk, "v");
  desk_press (desk, "Tab");
  settle (desk);
  desk_press (desk, "Return");
  settle (desk);
  desk_assert_query (desk, "SELECT count(*) FROM reviews WHERE state = 'accepted'", "1");
}

static void
test_screen (Desk *desk, gconstpointer data)
{
  set_up (desk);
  answer (desk, "<Control><Shift>a", NULL, "sign-4-screen");
  /* All was labelled by hand already: nothing is new, and nothing is written. */
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE tool = 'sign-off'", "0");
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);
      if (found)
        return found;
    }
  return NULL;
}

static guint
count_rows (Desk *desk)
{
  GtkWidget *list = widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "GtkListView");

  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list))));
}

static gboolean
has_rows (Desk *desk)
{
  return count_rows (desk) > 0;
}

/* Whether the pane beside the tissue lists what the journal has of the slide, the newest on top. */
static gboolean
lists_history (Desk *desk)
{
  AciniProject *project = acini_session_get_project (desk->window->session);
  g_autoptr (GPtrArray) rows = acini_journal_list (project, desk->view->slide_id, 100, NULL);
  GtkWidget *list = widget_find_type (GTK_WIDGET (desk->window->review_page->history_pane), "GtkListBox");

  for (guint i = 0; i <= rows->len; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int)i);
      g_autofree char *title = NULL;
      const char *icon;

      if (i == rows->len || row == NULL)
        return i == rows->len && row == NULL;
      title = acini_history_dup_title (rows->pdata[i], &icon);
      if (!g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), title))
        return FALSE;
    }
  return FALSE;
}

/* The history: listed, filtered, and gone back to. */
static void
test_journal (Desk *desk, gconstpointer data)
{
  GtkWidget *search;
  guint n;

  set_up (desk);
  desk_press (desk, "v");
  for (int i = 0; i < 3; i++)
    {
      desk_press (desk, "Tab");
      settle (desk);
      desk_press (desk, "Return");
      settle (desk);
    }
  desk_assert_query (desk, "SELECT count(*) FROM reviews", "3");
  desk_press (desk, "<Control>h");
  desk_wait (desk, desk_has_dialog, "the history");
  desk_wait (desk, has_rows, "its rows");
  n = count_rows (desk);
  g_assert_cmpuint (n, ==, 5); /* added, drawn, three decisions */
  desk_take_picture (desk, "journal-1");
  search = widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "GtkSearchEntry");
  gtk_editable_set_text (GTK_EDITABLE (search), "brush");
  desk_run (desk, 500);
  desk_wait (desk, has_rows, "the stroke");
  g_assert_cmpuint (count_rows (desk), ==, 1);
  /* Back to what it was after the stroke, and forth again. */
  g_signal_emit_by_name (find_button (GTK_WIDGET (desk_get_dialog (desk)), "_Restore to This Step"), "clicked");
  desk_run (desk, 300);
  settle (desk);
  desk_assert_query (desk, "SELECT count(*) FROM reviews", "0");
  desk_take_picture (desk, "journal-2-restored");
  desk_clear (desk);
  g_assert_true (desk_can_redo (desk));
  desk_wait (desk, lists_history, "the history beside the tissue");
  desk_press (desk, "<Control>z");
  settle (desk);
  desk_wait (desk, lists_history, "the undo on top of it");
  acini_session_set_slide (desk->window->session,
                           acini_slide_list_find (acini_session_get_slide_list (desk->window->session), desk->other));
  desk_settle (desk);
  desk_wait (desk, lists_history, "the history of the other slide");
}

static gboolean
has_gallery (Desk *desk)
{
  return ACINI_IS_GALLERY_DIALOG (desk_get_dialog (desk))
         && acini_gallery_dialog_get_n (ACINI_GALLERY_DIALOG (desk_get_dialog (desk))) > 0;
}

static void
test_gallery (Desk *desk, gconstpointer data)
{
  AciniGalleryDialog *gallery;

  set_up (desk);
  desk_press (desk, "g");
  desk_wait (desk, has_gallery, "the gallery");
  gallery = ACINI_GALLERY_DIALOG (desk_get_dialog (desk));
  g_assert_cmpuint (acini_gallery_dialog_get_n (gallery), ==, 2);
  g_assert_cmpuint (acini_gallery_dialog_get (gallery, 0)->len, ==, 6);
  desk_take_picture (desk, "gallery");
  /* The whole row, with the keyboard, in one step. */
  desk_run (desk, 300);
  desk_send (desk, "key space");
  desk_run (desk, 300);
  settle (desk);
  desk_assert_query (desk, "SELECT count(*) FROM reviews WHERE state = 'accepted' AND duration >= 0", "6");
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE kind = 'review'", "1");
  g_assert_cmpuint (acini_gallery_dialog_get_n (gallery), ==, 1);
  desk_clear (desk);
}

/* Those that are alike stand together. */
static void
test_likeness (void)
{
  AciniFeatures features[12];
  g_autofree guint *order = NULL;
  const double grey[3] = { .5, .5, .5 };

  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    {
      AciniObject object = { .area = i % 3 == 0   ? 100
                                     : i % 3 == 1 ? 1000
                                                  : 10000,
                             .circularity = .2 * (i % 3) + .001 * i,
                             .long_axis = 10,
                             .short_axis = 5,
                             .probability = .9,
                             .entropy = .1 };

      acini_features_fill (&features[i], &object, grey);
    }
  order = acini_likeness_order (features, G_N_ELEMENTS (features), 4);
  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    g_assert_cmpuint (order[i] % 3, ==, i / 4);
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
  g_test_add_func ("/sign-off/likeness", test_likeness);
#define ADD(path, test) g_test_add ("/sign-off/" path, Desk, NULL, desk_set_up, test, desk_tear_down)
  ADD ("approve", test_approve);
  ADD ("screen", test_screen);
  ADD ("journal", test_journal);
  ADD ("gallery", test_gallery);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
