/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/acini-preferences-dialog.h"

#include "ui/acini-preferences-general.h"
#include "ui/base/acini-shortcuts.h"

#include <glib/gi18n.h>

struct _AciniPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  GPtrArray *rows; /* AdwActionRow, one per shortcut in the table's order */

  /* While a shortcut is edited. */
  const AciniShortcut *edited;
  AdwDialog *capture;
  GtkWidget *capture_keys;
  char *pressed; /* NULL: nothing yet; "": no key */
};

G_DEFINE_FINAL_TYPE (AciniPreferencesDialog, acini_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
show_error (AciniPreferencesDialog *self, const GError *error)
{
  AdwToast *toast;

  if (error == NULL)
    return;
  toast = adw_toast_new (error->message);
  adw_toast_set_use_markup (toast, FALSE);
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self), toast);
}

static void
show_keys (AciniPreferencesDialog *self)
{
  guint n;
  const AciniShortcut *all = acini_shortcuts_get_all (&n);

  for (guint i = 0; i < n && self->rows != NULL; i++)
    {
      GtkWidget *label = g_object_get_data (self->rows->pdata[i], "keys");
      const char *keys = acini_shortcuts_get_keys (acini_shortcuts_get_default (), all[i].action);

      g_object_set (label, "accelerator", keys, NULL);
    }
}

/* Editing a shortcut. */

static void
on_response (AciniPreferencesDialog *self, const char *response)
{
  g_autoptr (GError) error = NULL;
  const AciniShortcut *shortcut = g_steal_pointer (&self->edited);
  g_autofree char *pressed = g_steal_pointer (&self->pressed);

  self->capture = NULL;
  self->capture_keys = NULL;
  if (shortcut == NULL)
    return;
  if (g_str_equal (response, "default"))
    acini_shortcuts_set_keys (acini_shortcuts_get_default (), shortcut->action, NULL, &error);
  else if (g_str_equal (response, "set") && pressed != NULL)
    acini_shortcuts_set_keys (acini_shortcuts_get_default (), shortcut->action, pressed, &error);
  show_error (self, error);
}

static void
show_pressed (AciniPreferencesDialog *self)
{
  const AciniShortcut *other
      = *self->pressed != '\0' ? acini_shortcuts_find (acini_shortcuts_get_default (), self->pressed) : NULL;
  g_autofree char *text = NULL;

  if (other != NULL && other != self->edited)
    text = g_strdup_printf (_ ("This key is used for “%s”, which will lose it."), _ (other->title));
  else if (*self->pressed == '\0')
    text = g_strdup (_ ("It will have no shortcut."));
  else
    text = g_strdup (_ ("This key is free."));
  g_object_set (self->capture_keys, "accelerator", self->pressed, NULL);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (self->capture), text);
  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (self->capture), "set", TRUE);
}

/* Return sets the key that was pressed, unless it is meant for a button. */
static gboolean
take_return (AciniPreferencesDialog *self)
{
  AdwDialog *capture = self->capture;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (capture)));

  if (self->pressed == NULL || (GTK_IS_BUTTON (focus) && gtk_widget_is_ancestor (focus, GTK_WIDGET (capture))))
    return GDK_EVENT_PROPAGATE;
  on_response (self, "set");
  adw_dialog_force_close (capture);
  return GDK_EVENT_STOP;
}

static gboolean
on_capture_key (AciniPreferencesDialog *self, guint keyval, guint keycode, GdkModifierType state,
                GtkEventControllerKey *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (event != NULL && gdk_key_event_is_modifier (event))
    return GDK_EVENT_PROPAGATE;
  if (modifiers == 0 && (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter))
    return take_return (self);
  /* The dialog's own: to leave it, to go from button to button and to press one. */
  if (modifiers == 0
      && (keyval == GDK_KEY_Escape || keyval == GDK_KEY_Tab || (keyval == GDK_KEY_space && self->pressed != NULL)))
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_ISO_Left_Tab)
    return GDK_EVENT_PROPAGATE;
  g_free (self->pressed);
  self->pressed = modifiers == 0 && keyval == GDK_KEY_BackSpace
                      ? g_strdup ("")
                      : gtk_accelerator_name (gdk_keyval_to_lower (keyval), modifiers);
  show_pressed (self);
  return GDK_EVENT_STOP;
}

static void
edit_shortcut (AciniPreferencesDialog *self, AdwActionRow *row)
{
  AdwAlertDialog *capture;
  GtkEventController *keys;
  guint at;

  if (!g_ptr_array_find (self->rows, row, &at))
    return;
  self->edited = &acini_shortcuts_get_all (&(guint){ 0 })[at];
  g_clear_pointer (&self->pressed, g_free);
  capture = ADW_ALERT_DIALOG (adw_alert_dialog_new (
      _ (self->edited->title), _ ("Press the new key. Backspace removes the shortcut, Escape cancels.")));
  self->capture = ADW_DIALOG (capture);
  adw_alert_dialog_add_responses (capture, "cancel", _ ("_Cancel"), "default", _ ("_Reset"), "set", _ ("_Set"), NULL);
  adw_alert_dialog_set_response_appearance (capture, "set", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_response_enabled (capture, "set", FALSE);
  adw_alert_dialog_set_default_response (capture, "set");
  adw_alert_dialog_set_close_response (capture, "cancel");
  self->capture_keys
      = g_object_new (GTK_TYPE_SHORTCUT_LABEL, "disabled-text", "…", "halign", GTK_ALIGN_CENTER, "accelerator",
                      acini_shortcuts_get_keys (acini_shortcuts_get_default (), self->edited->action), NULL);
  adw_alert_dialog_set_extra_child (capture, self->capture_keys);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_capture_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (capture), keys);
  g_signal_connect_object (capture, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (capture), GTK_WIDGET (self));
}

static void
on_reset (AciniPreferencesDialog *self)
{
  g_autoptr (GError) error = NULL;

  acini_shortcuts_reset (acini_shortcuts_get_default (), &error);
  show_error (self, error);
}

static GtkWidget *
make_row (AciniPreferencesDialog *self, const AciniShortcut *shortcut)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *keys
      = g_object_new (GTK_TYPE_SHORTCUT_LABEL, "disabled-text", _ ("None"), "valign", GTK_ALIGN_CENTER, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (shortcut->title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), keys);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "keys", keys);
  g_signal_connect_object (row, "activated", G_CALLBACK (edit_shortcut), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->rows, row);
  return row;
}

static GtkWidget *
make_keys_page (AciniPreferencesDialog *self)
{
  GtkWidget *page = adw_preferences_page_new (), *group = NULL;
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Reset All"));
  const char *before = "";
  guint n;
  const AciniShortcut *all = acini_shortcuts_get_all (&n);

  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), _ ("Shortcuts"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (page), "input-keyboard-symbolic");
  for (guint i = 0; i < n; i++)
    {
      if (!g_str_equal (all[i].group, before))
        {
          group = adw_preferences_group_new ();
          adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ (all[i].group));
          adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
          if (i == 0)
            adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), button);
        }
      before = all[i].group;
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_row (self, &all[i]));
    }
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_reset), self, G_CONNECT_SWAPPED);
  return page;
}

static void
acini_preferences_dialog_finalize (GObject *object)
{
  AciniPreferencesDialog *self = ACINI_PREFERENCES_DIALOG (object);

  g_ptr_array_unref (self->rows);
  g_free (self->pressed);
  G_OBJECT_CLASS (acini_preferences_dialog_parent_class)->finalize (object);
}

static void
acini_preferences_dialog_class_init (AciniPreferencesDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_preferences_dialog_finalize;
}

static void
acini_preferences_dialog_init (AciniPreferencesDialog *self)
{
  self->rows = g_ptr_array_new ();
  adw_dialog_set_title (ADW_DIALOG (self), _ ("Preferences"));
  adw_preferences_dialog_set_search_enabled (ADW_PREFERENCES_DIALOG (self), TRUE);
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), acini_preferences_general_new ());
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), ADW_PREFERENCES_PAGE (make_keys_page (self)));
  show_keys (self);
  g_signal_connect_object (acini_shortcuts_get_default (), "changed", G_CALLBACK (show_keys), self, G_CONNECT_SWAPPED);
}

AciniPreferencesDialog *
acini_preferences_dialog_new (void)
{
  return g_object_new (ACINI_TYPE_PREFERENCES_DIALOG, NULL);
}
