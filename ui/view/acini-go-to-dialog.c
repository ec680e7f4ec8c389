/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/acini-go-to-dialog.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-navigation.h"
#include "ui/base/acini-units.h"

#include <glib/gi18n-lib.h>

static gboolean
parse (AciniSlideView *view, GtkEditable *entry, double *x, double *y, GError **error)
{
  const AciniScale scale = { view->mpp_x, view->mpp_y, 0 };
  if (!acini_units_parse_point (&scale, gtk_editable_get_text (entry), x, y, error))
    return FALSE;
  if (*x >= 0 && *y >= 0 && *x <= view->slide_width && *y <= view->slide_height)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("The point is outside the slide, which has %.0f × %.0f pixels."), view->slide_width,
               view->slide_height);
  return FALSE;
}

static void
on_changed (GtkEditable *entry, AdwAlertDialog *dialog)
{
  AciniSlideView *view = g_object_get_data (G_OBJECT (dialog), "view");
  g_autoptr (GError) error = NULL;
  double x, y;
  gboolean ok = parse (view, entry, &x, &y, &error);
  gboolean empty = *gtk_editable_get_text (entry) == '\0';
  adw_alert_dialog_set_response_enabled (dialog, "go", ok);
  adw_alert_dialog_set_body (dialog, ok || empty ? _ ("In px, µm or mm from the upper left corner") : error->message);
  if (ok || empty)
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
}

static void
on_response (AdwAlertDialog *dialog, const char *response, GtkEditable *entry)
{
  AciniSlideView *view = g_object_get_data (G_OBJECT (dialog), "view");
  double x, y;
  if (g_strcmp0 (response, "go") == 0 && parse (view, entry, &x, &y, NULL))
    acini_slide_view_centre_on (view, x, y);
}

AdwDialog *
acini_go_to_dialog_new (AciniSlideView *view)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (view), NULL);
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_ ("Go to Coordinates"), NULL));
  GtkWidget *entry = gtk_entry_new ();
  g_autofree char *here = g_strdup_printf ("%.0f, %.0f", view->viewport.x, view->viewport.y);
  g_object_set_data_full (G_OBJECT (dialog), "view", g_object_ref (view), g_object_unref);
  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "go", _ ("_Go"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "go", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "go");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_set_extra_child (dialog, entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), here);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("X and Y"), -1);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_changed), dialog, G_CONNECT_DEFAULT);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), entry, G_CONNECT_DEFAULT);
  on_changed (GTK_EDITABLE (entry), dialog);
  adw_dialog_set_focus (ADW_DIALOG (dialog), entry);
  return ADW_DIALOG (dialog);
}
