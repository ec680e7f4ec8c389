/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-slide-details-dialog.h"

#include "data/base/acini-resolution.h"
#include "ui/base/acini-units.h"

#include <glib/gi18n.h>

struct _AciniSlideDetailsDialog
{
  AdwAlertDialog parent_instance;

  GtkListBox *list;
  AdwEntryRow *mpp_row;
  double pixels; /* of the line whose length is asked; 0: µm per pixel are asked */
};

enum
{
  SIGNAL_ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniSlideDetailsDialog, acini_slide_details_dialog, ADW_TYPE_ALERT_DIALOG)

/* What was typed as µm per pixel. */
static gboolean
parse (AciniSlideDetailsDialog *self, double *mpp, GError **error)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->mpp_row));

  if (self->pixels == 0)
    return acini_units_parse_mpp (text, mpp, error);
  if (!acini_units_parse_length (text, mpp, error))
    return FALSE;
  *mpp /= self->pixels;
  return acini_mpp_check (*mpp, error);
}

static void
on_mpp_changed (AciniSlideDetailsDialog *self)
{
  g_autoptr (GError) error = NULL;
  double mpp;
  gboolean valid = parse (self, &mpp, &error);

  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (self), "apply", valid);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mpp_row), valid ? NULL : error->message);
  if (valid)
    gtk_widget_remove_css_class (GTK_WIDGET (self->mpp_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->mpp_row), "error");
}

static void
acini_slide_details_dialog_response (AdwAlertDialog *dialog, const char *response)
{
  AciniSlideDetailsDialog *self = ACINI_SLIDE_DETAILS_DIALOG (dialog);
  double mpp = 0;

  if (!g_str_equal (response, "apply"))
    return;
  if (!parse (self, &mpp, NULL))
    mpp = 0;
  g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, mpp);
}

static void
add_mpp (AciniSlideDetailsDialog *self, double mpp)
{
  g_autofree char *text = mpp > 0 ? g_strdup_printf ("%.4g", mpp) : g_strdup ("");

  self->mpp_row = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->mpp_row), _ ("µm per pixel"));
  gtk_editable_set_text (GTK_EDITABLE (self->mpp_row), text);
  adw_entry_row_set_activates_default (self->mpp_row, TRUE);
  g_signal_connect_object (self->mpp_row, "changed", G_CALLBACK (on_mpp_changed), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (self->list, GTK_WIDGET (self->mpp_row));
}

static void
acini_slide_details_dialog_class_init (AciniSlideDetailsDialogClass *klass)
{
  ADW_ALERT_DIALOG_CLASS (klass)->response = acini_slide_details_dialog_response;
  signals[SIGNAL_ANSWERED] = g_signal_new ("answered", ACINI_TYPE_SLIDE_DETAILS_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
acini_slide_details_dialog_init (AciniSlideDetailsDialog *self)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (self);

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  adw_alert_dialog_set_extra_child (dialog, GTK_WIDGET (self->list));
  adw_alert_dialog_add_response (dialog, "cancel", _ ("_Cancel"));
  adw_alert_dialog_set_close_response (dialog, "cancel");
}

static void
add_apply (AciniSlideDetailsDialog *self, const char *label)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (self);

  adw_alert_dialog_add_response (dialog, "apply", label);
  adw_alert_dialog_set_response_appearance (dialog, "apply", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "apply");
}

AciniSlideDetailsDialog *
acini_slide_details_dialog_new_scale (guint n_slides, double mpp)
{
  AciniSlideDetailsDialog *self = g_object_new (ACINI_TYPE_SLIDE_DETAILS_DIALOG, NULL);
  g_autofree char *heading
      = g_strdup_printf (ngettext ("Size of a Pixel in %u Slide", "Size of a Pixel in %u Slides", n_slides), n_slides);

  adw_alert_dialog_set_heading (ADW_ALERT_DIALOG (self), heading);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (self),
                             _ ("A 40× scan has about 0.25 µm per pixel, a 20× scan 0.5. Leave it empty if unknown."));
  add_mpp (self, mpp);
  add_apply (self, _ ("_Set"));
  return self;
}

AciniSlideDetailsDialog *
acini_slide_details_dialog_new_length (double pixels)
{
  AciniSlideDetailsDialog *self = g_object_new (ACINI_TYPE_SLIDE_DETAILS_DIALOG, NULL);
  g_autofree char *number = acini_units_format_number (pixels, 1);
  g_autofree char *body = g_strdup_printf (_ ("The line that was measured last has %s px. If it lies on a scale bar, "
                                              "or on anything whose length is known, that tells the size of a pixel."),
                                           number);

  g_return_val_if_fail (pixels > 0, self);

  self->pixels = pixels;
  adw_alert_dialog_set_heading (ADW_ALERT_DIALOG (self), _ ("How Long Is the Line?"));
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (self), body);
  add_mpp (self, 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->mpp_row), _ ("Length in µm"));
  add_apply (self, _ ("_Set Scale"));
  on_mpp_changed (self);
  return self;
}
