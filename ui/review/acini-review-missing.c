/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The place of a slide whose file is not where it was: it says so, and finds it again. */

#include "acini-config.h"

#include "ui/review/acini-review-page-private.h"

#include <glib/gi18n.h>

void
acini_review_page_show_missing (AciniReviewPage *self, const AciniSlideRecord *record)
{
  g_autofree char *shown = NULL, *text = NULL, *escaped = NULL;

  if (record == NULL)
    return;
  shown = g_filename_display_name (record->path);
  escaped = g_markup_escape_text (shown, -1);
  /* Translators: the path of a file. */
  text = g_strdup_printf (_ ("%s was not found. It may have been moved or renamed, or its drive is not connected. Your "
                             "work on the slide is safe."),
                          escaped);
  adw_status_page_set_description (self->missing_page, text);
}

static void
on_file_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniReviewPage) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;

  if (path != NULL && item != NULL)
    acini_slide_list_locate (acini_session_get_slide_list (self->session), acini_slide_item_get_record (item)->id,
                             path);
}

void
acini_review_page_locate (AciniReviewPage *self)
{
  g_autoptr (GtkFileDialog) dialog = NULL;

  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  dialog = gtk_file_dialog_new ();
  gtk_file_dialog_set_title (dialog, _ ("Locate the Slide's File"));
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_file_chosen,
                        g_object_ref (self));
}

void
acini_review_page_tell_located (AciniReviewPage *self, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u slide found", "%u slides found", n), n);

  if (self->session != NULL)
    acini_session_tell (self->session, text);
}
