/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/overlays/acini-overlays.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-navigation.h"
#include "ui/base/acini-units.h"
#include "ui/view/overlays/acini-zoom-controls.h"

#include <glib/gi18n-lib.h>

/* What objectives there are; a slide's own is the last that is offered. */
static const double powers[] = { 1, 2.5, 5, 10, 20, 40, 60 };

struct _AciniZoomControls
{
  GtkWidget parent_instance;
  AciniSlideView *view;     /* weak */
  GtkWidget *magnification; /* GtkMenuButton: what it is, and where another one is chosen or written */
  GtkWidget *entry, *reason;
  GtkWidget *choices; /* GtkFlowBox */
};

G_DEFINE_FINAL_TYPE (AciniZoomControls, acini_zoom_controls, GTK_TYPE_WIDGET)

static AciniScale
get_scale (AciniSlideView *view)
{
  return (AciniScale){ view->mpp_x, view->mpp_y, view->slide ? acini_slide_get_objective_power (view->slide) : 0 };
}

static char *
dup_text (AciniSlideView *view)
{
  AciniScale scale = get_scale (view);
  return acini_overlay_format_zoom (view->viewport.zoom, scale.power, scale.mpp_x);
}

static void
update (AciniZoomControls *self)
{
  AciniSlideView *view = self->view;
  gboolean open = view && view->slide;
  gtk_widget_set_sensitive (GTK_WIDGET (self), open);
  if (!open)
    return;
  g_autofree char *text = dup_text (view);
  if (g_strcmp0 (text, gtk_menu_button_get_label (GTK_MENU_BUTTON (self->magnification))) != 0)
    gtk_menu_button_set_label (GTK_MENU_BUTTON (self->magnification), text);
}

static void
zoom_out (AciniZoomControls *self)
{
  if (self->view)
    acini_slide_view_zoom_by (self->view, 1 / ACINI_ZOOM_STEP);
}

static void
zoom_in (AciniZoomControls *self)
{
  if (self->view)
    acini_slide_view_zoom_by (self->view, ACINI_ZOOM_STEP);
}

static void
fit (AciniZoomControls *self)
{
  if (self->view)
    acini_slide_view_fit (self->view);
}

static void
zoom_to (AciniZoomControls *self, double zoom)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->magnification));
  acini_slide_view_zoom_by (self->view, zoom / self->view->viewport.zoom);
}

static void
on_activate (AciniZoomControls *self)
{
  g_autoptr (GError) error = NULL;
  double zoom;
  if (!self->view)
    return;
  AciniScale scale = get_scale (self->view);
  if (acini_units_parse_zoom (&scale, gtk_editable_get_text (GTK_EDITABLE (self->entry)), &zoom, &error))
    {
      zoom_to (self, zoom);
      return;
    }
  gtk_widget_add_css_class (self->entry, "error");
  gtk_label_set_label (GTK_LABEL (self->reason), error->message);
  gtk_widget_set_visible (self->reason, TRUE);
}

static void
on_changed (AciniZoomControls *self)
{
  gtk_widget_remove_css_class (self->entry, "error");
  gtk_widget_set_visible (self->reason, FALSE);
}

static void
on_choice (GtkButton *button, AciniZoomControls *self)
{
  const double *zoom = g_object_get_data (G_OBJECT (button), "zoom");
  if (self->view)
    zoom_to (self, *zoom);
}

static void
add_choice (AciniZoomControls *self, const char *label, double zoom)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  g_object_set_data_full (G_OBJECT (button), "zoom", g_memdup2 (&zoom, sizeof zoom), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_choice), self, G_CONNECT_DEFAULT);
  gtk_flow_box_append (GTK_FLOW_BOX (self->choices), button);
}

/* The popover is about to show: with what the slide offers, and what is now, to be written over. */
static void
fill (AciniZoomControls *self)
{
  gtk_flow_box_remove_all (GTK_FLOW_BOX (self->choices));
  if (!self->view || !self->view->slide)
    return;
  AciniScale scale = get_scale (self->view);
  double native = acini_units_get_magnification (&scale, 1);
  for (guint i = 0; i < G_N_ELEMENTS (powers) && native > 0 && powers[i] < native * 1.4; i++)
    {
      g_autofree char *label = acini_overlay_format_zoom (powers[i] / native, scale.power, scale.mpp_x);
      add_choice (self, label, powers[i] / native);
    }
  add_choice (self, _ ("1:1"), 1);
  g_autofree char *text = dup_text (self->view);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  on_changed (self);
  gtk_widget_grab_focus (self->entry);
}

static GtkWidget *
make_popover (AciniZoomControls *self)
{
  GtkWidget *popover = gtk_popover_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->entry = gtk_entry_new ();
  self->reason = gtk_label_new (NULL);
  self->choices = gtk_flow_box_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _ ("10×, 0.5 µm/px or 40 %"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Magnification"), -1);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (on_activate), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  gtk_label_set_wrap (GTK_LABEL (self->reason), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->reason), 28);
  gtk_label_set_xalign (GTK_LABEL (self->reason), 0);
  gtk_widget_add_css_class (self->reason, "caption");
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->choices), GTK_SELECTION_NONE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (self->choices), 4);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->choices), 4);
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->reason);
  gtk_box_append (GTK_BOX (box), self->choices);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  g_signal_connect_object (popover, "map", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  return popover;
}

static GtkWidget *
add_button (AciniZoomControls *self, const char *label, const char *tooltip, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

static void
acini_zoom_controls_dispose (GObject *object)
{
  AciniZoomControls *self = ACINI_ZOOM_CONTROLS (object);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_weak_pointer (&self->view);
  G_OBJECT_CLASS (acini_zoom_controls_parent_class)->dispose (object);
}

static void
acini_zoom_controls_class_init (AciniZoomControlsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = acini_zoom_controls_dispose;
  gtk_widget_class_set_css_name (widget_class, "zoomcontrols");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
acini_zoom_controls_init (AciniZoomControls *self)
{
  add_button (self, "−", _ ("Zoom out"), G_CALLBACK (zoom_out));
  self->magnification = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->magnification), "1:1");
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->magnification), FALSE);
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (self->magnification), FALSE);
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->magnification), GTK_ARROW_UP);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->magnification), make_popover (self));
  gtk_widget_set_tooltip_text (self->magnification, _ ("Magnification"));
  gtk_widget_set_parent (self->magnification, GTK_WIDGET (self));
  add_button (self, "+", _ ("Zoom in"), G_CALLBACK (zoom_in));
  add_button (self, _ ("Fit"), _ ("Show the whole slide"), G_CALLBACK (fit));
  gtk_widget_set_size_request (self->magnification, 72, -1); /* so that the buttons beside it stay where they are */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Zoom"), -1);
  acini_overlay_style (GTK_WIDGET (self));
}

GtkWidget *
acini_zoom_controls_new (AciniSlideView *view)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (view), NULL);
  AciniZoomControls *self = g_object_new (ACINI_TYPE_ZOOM_CONTROLS, NULL);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (view, "view-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "opened", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

void
acini_zoom_controls_enter (AciniZoomControls *self)
{
  g_return_if_fail (ACINI_IS_ZOOM_CONTROLS (self));
  if (gtk_widget_get_sensitive (GTK_WIDGET (self)))
    gtk_menu_button_popup (GTK_MENU_BUTTON (self->magnification));
}
