/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What cannot be written, and that nothing can, is said in a banner; the window does not close over it without asking.
 */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

static AciniEditor *
get_editor (AciniWindow *self)
{
  return self->session != NULL ? acini_session_get_editor (self->session) : NULL;
}

static void
update_banner (AciniWindow *self)
{
  AciniEditor *editor = get_editor (self);
  g_autoptr (GError) error = editor != NULL ? acini_editor_dup_error (editor) : NULL;
  const char *read_only
      = self->session != NULL ? acini_project_get_read_only (acini_session_get_project (self->session)) : NULL;
  g_autofree char *title = NULL;

  /* Of a project that can only be looked at nothing waits to be written. */
  adw_banner_set_button_label (self->unwritten_banner, read_only == NULL ? _ ("_Try Again") : NULL);
  if (read_only != NULL)
    adw_banner_set_title (self->unwritten_banner, read_only);
  else if (error != NULL)
    {
      title = g_strdup_printf (_ ("Your last edits are not on the disk yet. %s"), error->message);
      adw_banner_set_title (self->unwritten_banner, title);
    }
  adw_banner_set_revealed (self->unwritten_banner, error != NULL || read_only != NULL);
}

static void
retry (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniEditor *editor = get_editor (user_data);

  if (editor != NULL)
    acini_editor_retry (editor);
}

/* Closing: a stroke or a setting that is still being written is finished first, with the window out of the
 * way. */

static gboolean
is_written (AciniWindow *self)
{
  AciniEditor *editor = get_editor (self);

  return acini_review_page_is_idle (self->review_page) && acini_async_is_idle ()
         && (editor == NULL || acini_editor_is_idle (editor));
}

static void
close_now (AciniWindow *self)
{
  g_clear_handle_id (&self->closing, g_source_remove);
  self->closed = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_rescued (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = acini_editor_rescue_finish (ACINI_EDITOR (source), result, &error);

  if (path != NULL)
    close_now (self);
  else
    acini_window_tell (self, error->message, NULL, NULL);
}

static gboolean on_closing (gpointer user_data);

static void
on_answer (AciniWindow *self, const char *answer)
{
  self->asking = FALSE;
  if (g_str_equal (answer, "retry"))
    {
      retry (NULL, NULL, self);
      /* Long enough for it to fail again. */
      self->closing = g_timeout_add (500, on_closing, self);
    }
  else if (g_str_equal (answer, "keep"))
    acini_editor_rescue (get_editor (self), on_rescued, g_object_ref (self));
}

static void
ask (AciniWindow *self)
{
  g_autoptr (GError) error = acini_editor_dup_error (get_editor (self));
  g_autofree char *body = NULL;
  AdwAlertDialog *dialog;

  if (self->asking)
    return;
  self->asking = TRUE;
  body = g_strdup_printf (_ ("%s\n\nA recovery file on this computer can keep the edits; they are taken in when the "
                             "project is opened the next time."),
                          error != NULL ? error->message : "");
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_ ("Your Last Edits Are Not Saved"), body));
  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "keep", _ ("_Keep in Recovery File and Close"),
                                  "retry", _ ("_Try Again"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "retry", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "retry");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static gboolean
on_closing (gpointer user_data)
{
  AciniWindow *self = user_data;
  AciniEditor *editor = get_editor (self);

  if (editor != NULL && acini_editor_is_stuck (editor))
    {
      self->closing = 0;
      gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
      ask (self);
      return G_SOURCE_REMOVE;
    }
  if (!is_written (self))
    return G_SOURCE_CONTINUE;
  self->closing = 0;
  close_now (self);
  return G_SOURCE_REMOVE;
}

/* Whether the window stays: it closes by itself later, or has asked. */
static gboolean
on_close_request (AciniWindow *self)
{
  AciniEditor *editor = get_editor (self);

  if (self->closed || is_written (self))
    return FALSE;
  if (editor != NULL && acini_editor_is_stuck (editor))
    {
      ask (self);
      return TRUE;
    }
  if (self->closing == 0)
    self->closing = g_timeout_add (10, on_closing, self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return TRUE;
}

static void
on_state_changed (AciniWindow *self)
{
  if (self->editor_signals == NULL)
    return;
  g_signal_group_set_target (self->editor_signals, get_editor (self));
  update_banner (self);
}

static void
on_gone (AciniWindow *self)
{
  g_clear_object (&self->editor_signals);
}

void
acini_window_init_editor (AciniWindow *self)
{
  static const GActionEntry entries[] = { { "retry-writing", retry } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  self->editor_signals = g_signal_group_new (ACINI_TYPE_EDITOR);
  g_signal_group_connect_swapped (self->editor_signals, "notify::error", G_CALLBACK (update_banner), self);
  g_signal_connect_object (self, "state-changed", G_CALLBACK (on_state_changed), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self, "closing", G_CALLBACK (on_gone), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self, "close-request", G_CALLBACK (on_close_request), self, G_CONNECT_DEFAULT);
}
