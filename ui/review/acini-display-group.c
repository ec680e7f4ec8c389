/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-display-group.h"

#include "ui/base/acini-async.h"

#include <glib/gi18n.h>
#include <math.h>

enum
{
  BRIGHTNESS,
  CONTRAST,
  GAMMA,
  N_SLIDERS
};

/* In the order of the list. */
enum
{
  STAINS_HE,
  STAINS_HDAB,
  STAINS_ESTIMATED,
};

struct _AciniDisplayGroup
{
  AdwBin parent_instance;

  GtkAdjustment *sliders[N_SLIDERS];
  GtkLabel *values[N_SLIDERS];
  AdwComboRow *stains_row, *channel_row;
  GtkWidget *reset;

  AciniSlideView *view;
  AciniSlide *slide; /* what the estimate below is of, or is being made of */
  AciniStains estimated;
  gboolean is_estimated;
  GCancellable *cancellable;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (AciniDisplayGroup, acini_display_group, ADW_TYPE_BIN)

static void
apply (AciniDisplayGroup *self)
{
  AciniDisplay display;
  guint stains = adw_combo_row_get_selected (self->stains_row);

  if (self->view == NULL || self->filling)
    return;
  acini_display_init (&display);
  display.brightness = gtk_adjustment_get_value (self->sliders[BRIGHTNESS]);
  display.contrast = gtk_adjustment_get_value (self->sliders[CONTRAST]);
  display.gamma = pow (2, gtk_adjustment_get_value (self->sliders[GAMMA]));
  display.channel = (AciniChannel)MIN (adw_combo_row_get_selected (self->channel_row), ACINI_CHANNEL_RESIDUAL);
  if (stains == STAINS_HDAB)
    acini_stains_init_hdab (&display.stains);
  else if (stains == STAINS_ESTIMATED && self->is_estimated)
    display.stains = self->estimated;
  gtk_widget_set_sensitive (self->reset, !acini_display_is_plain (&display));
  acini_slide_view_set_display (self->view, &display);
}

static void
on_slider (AciniDisplayGroup *self)
{
  for (int i = 0; i < N_SLIDERS; i++)
    {
      double value = gtk_adjustment_get_value (self->sliders[i]);
      g_autofree char *text = i == GAMMA ? g_strdup_printf ("%.2f", pow (2, value)) : g_strdup_printf ("%+.2f", value);

      gtk_label_set_label (self->values[i], text);
    }
  apply (self);
}

/* What the channels are called depends on the stains. */
static void
fill_channels (AciniDisplayGroup *self)
{
  gboolean dab = adw_combo_row_get_selected (self->stains_row) == STAINS_HDAB;
  const char *const names[]
      = { _ ("As scanned"), _ ("Haematoxylin"), dab ? _ ("DAB") : _ ("Eosin"), _ ("Residual"), NULL };
  g_autoptr (GtkStringList) channels = gtk_string_list_new (names);
  guint before = adw_combo_row_get_selected (self->channel_row);
  gboolean filling = self->filling;

  self->filling = TRUE;
  adw_combo_row_set_model (self->channel_row, G_LIST_MODEL (channels));
  adw_combo_row_set_selected (self->channel_row, before < 4 ? before : 0);
  self->filling = filling;
}

/* Estimating. */

typedef struct
{
  AciniSlide *slide;
  AciniStains stains;
} Estimate;

static void
estimate_free (gpointer data)
{
  g_object_unref (((Estimate *)data)->slide);
  g_free (data);
}

static gboolean
estimate (gpointer data, GCancellable *cancellable, GError **error)
{
  Estimate *e = data;

  return acini_stains_estimate_slide (e->slide, &e->stains, error);
}

static void
on_estimated (gpointer object, gpointer data, const GError *error)
{
  AciniDisplayGroup *self = object;
  const Estimate *e = data;

  if (e->slide != self->slide)
    return;
  self->is_estimated = error == NULL;
  self->estimated = e->stains;
  if (error != NULL)
    {
      g_signal_emit_by_name (self, "failed", error->message);
      adw_combo_row_set_selected (self->stains_row, STAINS_HE);
      return;
    }
  apply (self);
}

static void
start_estimate (AciniDisplayGroup *self)
{
  AciniSlide *slide = self->view != NULL ? acini_slide_view_get_open_slide (self->view) : NULL;
  Estimate *e;

  if (adw_combo_row_get_selected (self->stains_row) != STAINS_ESTIMATED || slide == NULL
      || (slide == self->slide && self->is_estimated))
    return;
  g_set_object (&self->slide, slide);
  self->is_estimated = FALSE;
  e = g_new0 (Estimate, 1);
  e->slide = g_object_ref (slide);
  acini_async_run (self, self->cancellable, estimate, on_estimated, e, estimate_free);
}

static void
on_stains_selected (AciniDisplayGroup *self)
{
  if (self->filling)
    return;
  fill_channels (self);
  start_estimate (self);
  apply (self);
}

static void
on_reset (AciniDisplayGroup *self)
{
  self->filling = TRUE;
  for (int i = 0; i < N_SLIDERS; i++)
    gtk_adjustment_set_value (self->sliders[i], 0);
  adw_combo_row_set_selected (self->channel_row, 0);
  self->filling = FALSE;
  on_slider (self);
}

void
acini_display_group_set_view (AciniDisplayGroup *self, AciniSlideView *view)
{
  g_return_if_fail (ACINI_IS_DISPLAY_GROUP (self));
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_set_object (&self->view, view);
  g_clear_object (&self->slide);
  self->is_estimated = FALSE;
  if (view != NULL)
    g_signal_connect_object (view, "opened", G_CALLBACK (start_estimate), self, G_CONNECT_SWAPPED);
}

/* The object. */

static void
add_slider (AciniDisplayGroup *self, GtkGrid *grid, int i, const char *name, double limit)
{
  GtkWidget *label = gtk_label_new (name), *value = gtk_label_new (NULL), *scale;

  self->sliders[i] = gtk_adjustment_new (0, -limit, limit, 0.05, 0.2, 0);
  scale = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, self->sliders[i]);
  self->values[i] = GTK_LABEL (value);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_label_set_width_chars (GTK_LABEL (value), 5);
  gtk_widget_add_css_class (value, "numeric");
  gtk_widget_set_hexpand (scale, TRUE);
  gtk_scale_set_has_origin (GTK_SCALE (scale), FALSE);
  gtk_scale_add_mark (GTK_SCALE (scale), 0, GTK_POS_BOTTOM, NULL); /* the middle is found again */
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_grid_attach (grid, label, 0, i, 1, 1);
  gtk_grid_attach (grid, scale, 1, i, 1, 1);
  gtk_grid_attach (grid, value, 2, i, 1, 1);
  g_signal_connect_object (self->sliders[i], "value-changed", G_CALLBACK (on_slider), self, G_CONNECT_SWAPPED);
}

static AdwComboRow *
add_combo (AciniDisplayGroup *self, GtkWidget *group, const char *title, const char *const *names, GCallback selected)
{
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (names != NULL)
    {
      g_autoptr (GtkStringList) list = gtk_string_list_new (names);

      adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_signal_connect_object (row, "notify::selected", selected, self, G_CONNECT_SWAPPED);
  return ADW_COMBO_ROW (row);
}

static void
acini_display_group_dispose (GObject *object)
{
  AciniDisplayGroup *self = ACINI_DISPLAY_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  self->filling = TRUE;
  acini_display_group_set_view (self, NULL);
  G_OBJECT_CLASS (acini_display_group_parent_class)->dispose (object);
}

static void
acini_display_group_finalize (GObject *object)
{
  g_object_unref (ACINI_DISPLAY_GROUP (object)->cancellable);
  G_OBJECT_CLASS (acini_display_group_parent_class)->finalize (object);
}

static void
acini_display_group_class_init (AciniDisplayGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_display_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_display_group_finalize;
  g_signal_new ("failed", ACINI_TYPE_DISPLAY_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
acini_display_group_init (AciniDisplayGroup *self)
{
  const char *const stains[] = { _ ("H&E"), _ ("H-DAB"), _ ("Estimated from this slide"), NULL };
  GtkWidget *group = adw_preferences_group_new (), *grid = gtk_grid_new ();
  GtkWidget *row = g_object_new (ADW_TYPE_PREFERENCES_ROW, NULL);

  self->cancellable = g_cancellable_new ();
  self->filling = TRUE;
  self->reset = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_widget_add_css_class (self->reset, "flat");
  gtk_widget_set_sensitive (self->reset, FALSE);
  gtk_widget_set_tooltip_text (self->reset, _ ("Reset appearance"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reset), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Reset appearance"),
                                  -1);
  g_signal_connect_object (self->reset, "clicked", G_CALLBACK (on_reset), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Appearance"));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), self->reset);
  add_slider (self, GTK_GRID (grid), BRIGHTNESS, _ ("Brightness"), 1);
  add_slider (self, GTK_GRID (grid), CONTRAST, _ ("Contrast"), 1);
  add_slider (self, GTK_GRID (grid), GAMMA, _ ("Gamma"), 2);
  gtk_widget_add_css_class (grid, "sliders");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), grid);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  self->channel_row = add_combo (self, group, _ ("Show"), NULL, G_CALLBACK (apply));
  self->stains_row = add_combo (self, group, _ ("Stains"), stains, G_CALLBACK (on_stains_selected));
  fill_channels (self);
  adw_bin_set_child (ADW_BIN (self), group);
  on_slider (self);
  self->filling = FALSE;
}
