/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-slide-pane.h"

#include "ui/base/acini-units.h"
#include "ui/review/acini-display-group.h"
#include "ui/review/acini-slide-images.h"

#include <glib/gi18n.h>

struct _AciniSlidePane
{
  AdwBin parent_instance;

  AdwComboRow *organ_row;
  AdwEntryRow *mpp_row;
  AdwActionRow *size_row, *objective_row, *vendor_row, *path_row;
  GtkBox *images;
  AciniDisplayGroup *display_group;
  AciniRegionGroup *region_group;
  AciniRegionProposals *region_proposals;

  AciniSession *session;
  AciniSlideView *view;
  AciniSlideItem *item;      /* whose changes are followed */
  GCancellable *cancellable; /* of the reading of associated images */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (AciniSlidePane, acini_slide_pane, ADW_TYPE_BIN)

static void
on_organ_selected (AciniSlidePane *self)
{
  guint selected = adw_combo_row_get_selected (self->organ_row);

  if (self->filling || self->session == NULL || self->item == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  acini_slide_list_set_organ (acini_session_get_slide_list (self->session),
                              &acini_slide_item_get_record (self->item)->id, 1, acini_organ_list ()[selected]);
}

static void
on_mpp_applied (AciniSlidePane *self)
{
  g_autoptr (GError) error = NULL;
  double mpp;

  if (self->item == NULL)
    return;
  if (!acini_units_parse_mpp (gtk_editable_get_text (GTK_EDITABLE (self->mpp_row)), &mpp, &error))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->mpp_row), "error");
      acini_session_tell (self->session, error->message);
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->mpp_row), "error");
  acini_slide_list_set_mpp (acini_session_get_slide_list (self->session), &acini_slide_item_get_record (self->item)->id,
                            1, mpp, mpp);
}

static void
on_display_failed (AciniSlidePane *self, const char *message)
{
  if (self->session != NULL)
    acini_session_tell (self->session, message);
}

static void
forget_images (AciniSlidePane *self)
{
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->images))) != NULL)
    gtk_box_remove (self->images, child);
}

static void
forget_file (AciniSlidePane *self)
{
  forget_images (self);
  gtk_widget_set_visible (GTK_WIDGET (self->objective_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->vendor_row), FALSE);
}

static void
show_record (AciniSlidePane *self)
{
  const AciniSlideRecord *record = self->item != NULL ? acini_slide_item_get_record (self->item) : NULL;
  const char *read_only = self->session != NULL ? acini_session_get_read_only (self->session) : NULL;
  g_autofree char *size = NULL, *mpp = NULL, *pixels = NULL, *path = NULL, *width = NULL, *height = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self), record != NULL);
  if (record == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->organ_row), read_only == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->mpp_row), read_only == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->organ_row), read_only);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mpp_row), read_only);
  self->filling = TRUE;
  for (guint i = 0; acini_organ_list ()[i] != NULL; i++)
    if (g_strcmp0 (acini_organ_list ()[i], record->organ) == 0)
      adw_combo_row_set_selected (self->organ_row, i);
  mpp = record->mpp_x > 0 ? g_strdup_printf ("%.4g", record->mpp_x) : g_strdup ("");
  gtk_editable_set_text (GTK_EDITABLE (self->mpp_row), mpp);
  self->filling = FALSE;
  width = acini_units_format_count (record->width);
  height = acini_units_format_count (record->height);
  pixels = g_strdup_printf (_ ("%s × %s px"), width, height);
  if (record->mpp_x > 0)
    size = g_strdup_printf (_ ("%s\n%.2f × %.2f mm"), pixels, (double)record->width * record->mpp_x / 1000,
                            (double)record->height * record->mpp_y / 1000);
  else
    size = g_strdup (pixels);
  adw_action_row_set_subtitle (self->size_row, size);
  path = g_filename_display_name (record->path);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->path_row),
                                 record->missing ? _ ("File (missing)") : _ ("File"));
  adw_action_row_set_subtitle (self->path_row, path);
  /* What was said of another slide's file is not said of this one's. */
  if (record->missing)
    forget_file (self);
}

static void
on_opened (AciniSlidePane *self)
{
  AciniSlide *slide = acini_slide_view_get_open_slide (self->view);
  g_autofree char *objective = NULL;

  if (slide == NULL)
    return;
  if (acini_slide_get_objective_power (slide) > 0)
    objective = g_strdup_printf ("%g×", acini_slide_get_objective_power (slide));
  adw_action_row_set_subtitle (self->objective_row, objective != NULL ? objective : "");
  gtk_widget_set_visible (GTK_WIDGET (self->objective_row), objective != NULL);
  adw_action_row_set_subtitle (self->vendor_row, acini_slide_get_format_name (slide));
  gtk_widget_set_visible (GTK_WIDGET (self->vendor_row), TRUE);
  forget_images (self);
  self->cancellable = g_cancellable_new ();
  acini_slide_images_append (self->images, slide, FALSE, self->cancellable);
}

static void
on_slide (AciniSlidePane *self)
{
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  if (g_set_object (&self->item, item))
    forget_file (self);
  if (item != NULL)
    g_signal_connect_object (item, "notify::detail", G_CALLBACK (show_record), self, G_CONNECT_SWAPPED);
  show_record (self);
}

void
acini_slide_pane_set_session (AciniSlidePane *self, AciniSession *session, AciniSlideView *view)
{
  g_return_if_fail (ACINI_IS_SLIDE_PANE (self));

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_set_object (&self->session, session);
  g_set_object (&self->view, view);
  acini_display_group_set_view (self->display_group, view);
  acini_region_group_set_session (self->region_group, session, view);
  acini_region_proposals_set_session (self->region_proposals, session, view);
  if (session != NULL)
    {
      g_signal_connect_object (session, "notify::slide", G_CALLBACK (on_slide), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (view, "opened", G_CALLBACK (on_opened), self, G_CONNECT_SWAPPED);
    }
  on_slide (self);
}

AciniRegionGroup *
acini_slide_pane_get_regions (AciniSlidePane *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_PANE (self), NULL);

  return self->region_group;
}

AciniRegionProposals *
acini_slide_pane_get_proposals (AciniSlidePane *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_PANE (self), NULL);

  return self->region_proposals;
}

static void
acini_slide_pane_dispose (GObject *object)
{
  AciniSlidePane *self = ACINI_SLIDE_PANE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->filling = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_SLIDE_PANE);
  g_clear_object (&self->item);
  g_clear_object (&self->session);
  g_clear_object (&self->view);
  G_OBJECT_CLASS (acini_slide_pane_parent_class)->dispose (object);
}

static void
acini_slide_pane_class_init (AciniSlidePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_slide_pane_dispose;
  g_type_ensure (ACINI_TYPE_DISPLAY_GROUP);
  g_type_ensure (ACINI_TYPE_REGION_GROUP);
  g_type_ensure (ACINI_TYPE_REGION_PROPOSALS);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/review/acini-slide-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, organ_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, mpp_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, size_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, objective_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, vendor_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, path_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, images);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, display_group);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, region_group);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidePane, region_proposals);
  gtk_widget_class_bind_template_callback (widget_class, on_display_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_organ_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_mpp_applied);
}

static void
acini_slide_pane_init (AciniSlidePane *self)
{
  g_autoptr (GtkStringList) organs = gtk_string_list_new (NULL);

  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; acini_organ_list ()[i] != NULL; i++)
    gtk_string_list_append (organs, acini_organ_get_name (acini_organ_list ()[i]));
  adw_combo_row_set_model (self->organ_row, G_LIST_MODEL (organs));
  self->filling = FALSE;
}
