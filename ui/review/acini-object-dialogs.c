/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-object-dialogs.h"

#include <glib/gi18n.h>
#include <math.h>

const char *
acini_review_state_get_title (AciniReviewState state)
{
  static const char *const titles[ACINI_N_REVIEWS]
      = { N_ ("Undecided"), N_ ("Accepted"), N_ ("Rejected"), N_ ("Flagged") };

  g_return_val_if_fail (state < ACINI_N_REVIEWS, "");
  return _ (titles[state]);
}

const char *
acini_author_get_title (AciniAuthor author)
{
  return author == ACINI_AUTHOR_MODEL ? _ ("Model") : author == ACINI_AUTHOR_PERSON ? _ ("Person") : _ ("Both");
}

static void
add_row (AdwPreferencesGroup *group, const char *title, char *value)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = value;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (group, row);
}

/* @pixel: µm per pixel, 0: not known. */
static char *
format_length (double pixels, double pixel)
{
  return pixel > 0 ? g_strdup_printf (_ ("%.1f µm"), pixels * pixel) : g_strdup_printf (_ ("%.0f pixels"), pixels);
}

static char *
format_part (double part)
{
  return part >= 0 ? g_strdup_printf (_ ("%.0f %%"), 100 * part) : g_strdup (_ ("Not known"));
}

AdwDialog *
acini_object_properties_new (const AciniObject *object, const char *class_name, double mpp_x, double mpp_y)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new (), *page = adw_preferences_page_new (), *group = adw_preferences_group_new ();
  AdwPreferencesGroup *rows = ADW_PREFERENCES_GROUP (group);
  double pixel = mpp_x > 0 && mpp_y > 0 ? sqrt (mpp_x * mpp_y) : 0;

  add_row (rows, _ ("Class"), g_strdup (class_name));
  add_row (rows, _ ("Review"), g_strdup (acini_review_state_get_title (object->state)));
  add_row (rows, _ ("Locked"), g_strdup (object->locked ? _ ("Yes") : _ ("No")));
  add_row (rows, _ ("Drawn By"), g_strdup (acini_author_get_title (object->author)));
  add_row (rows, _ ("Area"),
           pixel > 0 ? g_strdup_printf (_ ("%.0f µm²"), (double)object->area * mpp_x * mpp_y)
                     : g_strdup_printf (_ ("%lld pixels"), (long long)object->area));
  add_row (rows, _ ("Perimeter"), format_length (object->perimeter, pixel));
  add_row (rows, _ ("Long Axis"), format_length (object->long_axis, pixel));
  add_row (rows, _ ("Short Axis"), format_length (object->short_axis, pixel));
  add_row (rows, _ ("Circularity"), g_strdup_printf ("%.2f", object->circularity));
  add_row (rows, _ ("Mean Probability"), format_part (object->probability));
  add_row (rows, _ ("Mean Uncertainty"),
           object->entropy >= 0 ? g_strdup_printf (_ ("%.2f bits"), object->entropy) : g_strdup (_ ("Not known")));
  add_row (rows, _ ("Sharpness of Its Outline"), format_part (object->sharpness));
  add_row (rows, _ ("Touches the Slide's Edge"), g_strdup (object->at_border ? _ ("Yes") : _ ("No")));
  add_row (rows, _ ("Centre"), g_strdup_printf ("%.0f, %.0f", object->x, object->y));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), rows);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_title (dialog, _ ("Object Properties"));
  adw_dialog_set_content_width (dialog, 400);
  adw_dialog_set_content_height (dialog, 560);
  adw_dialog_set_child (dialog, view);
  return dialog;
}

/* What is asked for. */

typedef struct
{
  GObject *object;
  AciniCommentFunc comment;
  AciniNumberFunc number;
  GtkWidget *entry;
} Asking;

static void
asking_free (gpointer data, GClosure *closure)
{
  Asking *asking = data;

  g_object_unref (asking->object);
  g_free (asking);
}

static void
on_response (AdwAlertDialog *dialog, const char *response, Asking *asking)
{
  if (!g_str_equal (response, "ok"))
    return;
  if (asking->comment != NULL)
    asking->comment (asking->object, gtk_editable_get_text (GTK_EDITABLE (asking->entry)));
  else
    asking->number (asking->object, adw_spin_row_get_value (ADW_SPIN_ROW (asking->entry)));
}

static void
ask (GtkWidget *parent, const char *title, const char *body, const char *answer, GtkWidget *entry, Asking asking)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (title, body));
  GtkWidget *list = gtk_list_box_new ();
  Asking *kept = g_new (Asking, 1);

  *kept = asking;
  g_object_ref (kept->object);
  kept->entry = entry;
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  adw_alert_dialog_set_extra_child (dialog, list);
  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "ok", answer, NULL);
  adw_alert_dialog_set_response_appearance (dialog, "ok", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "ok");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_dialog_set_focus (ADW_DIALOG (dialog), entry);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), kept, asking_free, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (dialog), parent);
}

void
acini_object_ask_comment (GtkWidget *parent, AciniCommentFunc func, gpointer object)
{
  GtkWidget *entry = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Comment"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  ask (parent, _ ("Flag for a Second Look"), _ ("What should be looked at?"), _ ("_Flag"), entry,
       (Asking){ G_OBJECT (object), func, NULL, NULL });
}

/* Enter in the number is the answer. */
static void
activate_with_enter (GtkWidget *entry)
{
  for (GtkEditable *text = GTK_EDITABLE (entry); text != NULL; text = gtk_editable_get_delegate (text))
    if (GTK_IS_TEXT (text))
      gtk_text_set_activates_default (GTK_TEXT (text), TRUE);
}

void
acini_object_ask_amount (GtkWidget *parent, double now, AciniNumberFunc func, gpointer object)
{
  GtkWidget *entry = adw_spin_row_new_with_range (.1, 100, .5);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Amount (µm)"));
  adw_spin_row_set_digits (ADW_SPIN_ROW (entry), 1);
  adw_spin_row_set_value (ADW_SPIN_ROW (entry), now);
  activate_with_enter (entry);
  ask (parent, _ ("Grow, Shrink, Smooth"), _ ("By how much one press of a key changes the selected objects."),
       _ ("_Set"), entry, (Asking){ G_OBJECT (object), NULL, func, NULL });
}

void
acini_object_ask_confidence (GtkWidget *parent, guint n, AciniNumberFunc func, gpointer object)
{
  GtkWidget *entry = adw_spin_row_new_with_range (1, 100, 1);
  g_autofree char *body
      = g_strdup_printf (ngettext ("Of %u listed FTU, it is accepted if the model's mean probability is high enough.",
                                   "Of %u listed FTUs, all are accepted whose mean probability is high enough.", n),
                         n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("At Least (%)"));
  adw_spin_row_set_value (ADW_SPIN_ROW (entry), 90);
  activate_with_enter (entry);
  ask (parent, _ ("Accept All Above a Confidence"), body, _ ("_Accept"), entry,
       (Asking){ G_OBJECT (object), NULL, func, NULL });
}
