/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/tasks/acini-log-dialog.h"

#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

#define LONGEST ((gsize)256 << 10)

typedef struct
{
  char *path, *text;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->path);
  g_free (reading->text);
  g_free (reading);
}

static gboolean
read_log (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;
  g_autofree char *text = NULL;
  gsize length = 0, from;

  if (!g_file_get_contents (reading->path, &text, &length, NULL))
    return TRUE;
  from = length > LONGEST ? length - LONGEST : 0;
  reading->text = g_utf8_make_valid (text + from, (gssize)(length - from));
  return TRUE;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  const Reading *reading = data;
  const char *text = reading->text != NULL && *reading->text != '\0' ? reading->text : _ ("The log is empty.");

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (object)), text, -1);
}

void
acini_log_dialog_present (const char *path, GtkWidget *parent)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *toolbar = adw_toolbar_view_new (), *scroller = gtk_scrolled_window_new (), *view = gtk_text_view_new ();
  Reading *reading = g_new0 (Reading, 1);

  g_return_if_fail (path != NULL && GTK_IS_WIDGET (parent));

  reading->path = g_strdup (path);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Log"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), scroller);
  adw_dialog_set_title (dialog, _ ("Log"));
  adw_dialog_set_content_width (dialog, 640);
  adw_dialog_set_content_height (dialog, 420);
  adw_dialog_set_child (dialog, toolbar);
  adw_dialog_present (dialog, parent);
  acini_async_run (view, NULL, read_log, on_read, reading, reading_free);
}
