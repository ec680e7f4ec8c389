/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/acini-furniture.h"
#include "ui/view/acini-slide-view-private.h"
#include "ui/view/acini-zoom-controls.h"

#include <glib/gi18n-lib.h>

#define STEP 1.5

struct _AciniZoomControls
{
  GtkWidget parent_instance;
  AciniSlideView *view; /* weak */
  GtkWidget *native;    /* the magnification; takes the view to 1:1 */
};

G_DEFINE_FINAL_TYPE (AciniZoomControls, acini_zoom_controls, GTK_TYPE_WIDGET)

static void
update (AciniZoomControls *self)
{
  AciniSlideView *view = self->view;
  gboolean open = view && view->slide;
  gtk_widget_set_sensitive (GTK_WIDGET (self), open);
  if (!open)
    return;
  g_autofree char *text = acini_furniture_format_zoom (view->viewport.zoom,
                                                       acini_slide_get_objective_power (view->slide), view->mpp_x);
  if (g_strcmp0 (text, gtk_button_get_label (GTK_BUTTON (self->native))) != 0)
    gtk_button_set_label (GTK_BUTTON (self->native), text);
}

static void
zoom_out (AciniZoomControls *self)
{
  if (self->view)
    acini_slide_view_zoom_by (self->view, 1 / STEP);
}

static void
zoom_in (AciniZoomControls *self)
{
  if (self->view)
    acini_slide_view_zoom_by (self->view, STEP);
}

static void
zoom_native (AciniZoomControls *self)
{
  if (self->view)
    acini_slide_view_zoom_native (self->view);
}

static void
fit (AciniZoomControls *self)
{
  if (self->view)
    acini_slide_view_fit (self->view);
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
  add_button (self, "−", _("Zoom out"), G_CALLBACK (zoom_out));
  self->native = add_button (self, "1:1", _("Actual pixels (1:1)"), G_CALLBACK (zoom_native));
  add_button (self, "+", _("Zoom in"), G_CALLBACK (zoom_in));
  add_button (self, _("Fit"), _("Show the whole slide"), G_CALLBACK (fit));
  gtk_widget_set_size_request (self->native, 64, -1); /* so that the buttons beside it stay where they are */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Zoom"), -1);
  acini_furniture_style (GTK_WIDGET (self));
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
