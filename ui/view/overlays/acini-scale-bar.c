/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/overlays/acini-overlays.h"
#include "ui/view/overlays/acini-scale-bar.h"
#include "ui/view/core/acini-view-core.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define LONGEST 150.
#define LINE 3

struct _AciniScaleBar
{
  GtkWidget parent_instance;
  AciniSlideView *view; /* weak */
  PangoLayout *layout;
  double length; /* logical pixels; 0: nothing to measure */
};

G_DEFINE_FINAL_TYPE (AciniScaleBar, acini_scale_bar, GTK_TYPE_WIDGET)

static void
update (AciniScaleBar *self)
{
  AciniSlideView *view = self->view;
  gboolean open = view && view->slide;
  gtk_widget_set_visible (GTK_WIDGET (self), open);
  if (!open)
    return;
  double per_pixel = (view->mpp_x > 0 ? view->mpp_x : 1) / view->viewport.zoom; /* per logical screen pixel */
  double round = acini_overlay_round (LONGEST * per_pixel);
  g_autofree char *text = acini_overlay_format_length (round, view->mpp_x > 0);
  if (g_strcmp0 (text, pango_layout_get_text (self->layout)) != 0)
    {
      g_autofree char *description = g_strdup_printf (_ ("Scale bar: %s"), text);
      pango_layout_set_text (self->layout, text, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
    }
  if (fabs (self->length - round / per_pixel) > .01)
    {
      self->length = round / per_pixel;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
}

static void
acini_scale_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  AciniScaleBar *self = ACINI_SCALE_BAR (widget);
  int height;
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? (int)LONGEST : MAX (height, 14) + 2 + 2 * LINE;
}

static void
acini_scale_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AciniScaleBar *self = ACINI_SCALE_BAR (widget);
  GdkRGBA colour;
  float bottom = (float)gtk_widget_get_height (widget), length = (float)self->length;
  gtk_widget_get_color (widget, &colour);
  gtk_snapshot_append_layout (snapshot, self->layout, &colour);
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (0, bottom - 2, length, 2));
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (0, bottom - 2 * LINE, 2, 2 * LINE));
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (length - 2, bottom - 2 * LINE, 2, 2 * LINE));
}

static void
acini_scale_bar_dispose (GObject *object)
{
  AciniScaleBar *self = ACINI_SCALE_BAR (object);
  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->layout);
  G_OBJECT_CLASS (acini_scale_bar_parent_class)->dispose (object);
}

static void
acini_scale_bar_class_init (AciniScaleBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = acini_scale_bar_dispose;
  widget_class->measure = acini_scale_bar_measure;
  widget_class->snapshot = acini_scale_bar_snapshot;
  gtk_widget_class_set_css_name (widget_class, "slidescalebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
acini_scale_bar_init (AciniScaleBar *self)
{
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "");
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  acini_overlay_style (GTK_WIDGET (self));
}

GtkWidget *
acini_scale_bar_new (AciniSlideView *view)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (view), NULL);
  AciniScaleBar *self = g_object_new (ACINI_TYPE_SCALE_BAR, NULL);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (view, "view-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "opened", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
