/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/tasks/acini-ring.h"

#include <adwaita.h>

struct _AciniRing
{
  GtkWidget parent_instance;

  double fraction;
};

G_DEFINE_FINAL_TYPE (AciniRing, acini_ring, GTK_TYPE_WIDGET)

static void
acini_ring_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AciniRing *self = ACINI_RING (widget);
  float width = (float)gtk_widget_get_width (widget), height = (float)gtk_widget_get_height (widget);
  double radius = MIN (width, height) / 2 - 1.5;
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  GdkRGBA foreground;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  gtk_widget_get_color (widget, &foreground);
  cairo_set_line_width (cr, 3);
  foreground.alpha *= 0.2f;
  gdk_cairo_set_source_rgba (cr, &foreground);
  cairo_arc (cr, width / 2, height / 2, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  gdk_cairo_set_source_rgba (cr, accent);
  cairo_arc (cr, width / 2, height / 2, radius, -G_PI / 2, -G_PI / 2 + 2 * G_PI * MAX (self->fraction, 0.02));
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
acini_ring_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                    int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 16;
}

static void
acini_ring_class_init (AciniRingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = acini_ring_snapshot;
  widget_class->measure = acini_ring_measure;
  gtk_widget_class_set_css_name (widget_class, "acini-ring");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
acini_ring_init (AciniRing *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

void
acini_ring_set_fraction (AciniRing *self, double fraction)
{
  g_return_if_fail (ACINI_IS_RING (self));
  self->fraction = CLAMP (fraction, 0, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
