/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-mask-legend.h"

#include "data/labels/acini-labels.h"
#include "ui/view/acini-mask-appearance.h"
#include "ui/view/layers/acini-class-colours.h"
#include "ui/view/layers/acini-mask-palette.h"

#include <glib/gi18n.h>

#define SWATCH_WIDTH 22
#define SWATCH_HEIGHT 14
/* As on the slide: filled lightly, outlined fully. */
#define FILL 0.35

struct _AciniMaskLegend
{
  AdwBin parent_instance;

  GtkWidget *rows;
  AciniSlideView *view; /* weak */
};

G_DEFINE_FINAL_TYPE (AciniMaskLegend, acini_mask_legend, ADW_TYPE_BIN)

/* What a swatch stands for. */
typedef struct
{
  AciniMaskLegend *legend; /* it holds the swatch */
  guint8 label;
  gboolean predicted;
} Swatch;

static AciniMaskStyle
get_style (AciniMaskLegend *self)
{
  g_autofree char *style = NULL;

  if (self->view != NULL)
    g_object_get (self->view, "mask-style", &style, NULL);
  if (g_strcmp0 (style, "viridis") == 0)
    return ACINI_MASK_VIRIDIS;
  return g_strcmp0 (style, "magma") == 0 ? ACINI_MASK_MAGMA : ACINI_MASK_FILLED;
}

static void
draw_heat (cairo_t *cr, AciniMaskStyle style, int width, int height)
{
  for (int x = 0; x < width; x++)
    {
      guint32 colour = acini_mask_get_heat (style, (guint8)(255 * x / MAX (width - 1, 1)));

      cairo_set_source_rgb (cr, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0, (colour & 0xff) / 255.0);
      cairo_rectangle (cr, x, 0, 1, height);
      cairo_fill (cr);
    }
}

static void
draw_hatch (cairo_t *cr, int width, int height)
{
  for (int x = 0; x < width + height; x += 5)
    {
      cairo_move_to (cr, x, 0);
      cairo_line_to (cr, x - height, height);
    }
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  const Swatch *swatch = data;
  AciniMaskStyle style = get_style (swatch->legend);
  GdkRGBA colour;

  if (swatch->predicted && style != ACINI_MASK_FILLED)
    {
      draw_heat (cr, style, width, height);
      return;
    }
  if (swatch->label == ACINI_LABEL_BACKGROUND)
    {
      /* In the text's colour, so that it is seen on a dark pane, too. */
      gtk_widget_get_color (GTK_WIDGET (area), &colour);
      gdk_cairo_set_source_rgba (cr, &colour);
      draw_hatch (cr, width, height);
    }
  else
    {
      acini_class_colour_get (swatch->label, swatch->predicted, &colour);
      cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, FILL);
      cairo_paint (cr);
      gdk_cairo_set_source_rgba (cr, &colour);
    }
  cairo_rectangle (cr, 1, 1, width - 2, height - 2);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

static void
add_row (AciniMaskLegend *self, const char *text, guint8 label, gboolean predicted)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *area = gtk_drawing_area_new ();
  GtkWidget *name = gtk_label_new (text);
  Swatch *swatch = g_new0 (Swatch, 1);

  *swatch = (Swatch){ self, label, predicted };
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), SWATCH_WIDTH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), SWATCH_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_swatch, swatch, g_free);
  gtk_widget_set_valign (area, GTK_ALIGN_CENTER);
  gtk_accessible_update_state (GTK_ACCESSIBLE (area), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_widget_add_css_class (name, "caption");
  gtk_box_append (GTK_BOX (row), area);
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (self->rows), row);
}

static void
add_class (AciniMaskLegend *self, const char *name, guint8 label, gboolean of_model)
{
  g_autofree char *model = name != NULL ? g_strdup_printf (_ ("Model: %s"), name) : g_strdup (_ ("Model"));
  g_autofree char *person
      = name != NULL ? g_strdup_printf (_ ("Marked by a person: %s"), name) : g_strdup (_ ("Marked by a person"));

  if (of_model)
    add_row (self, model, label, TRUE);
  add_row (self, person, label, FALSE);
}

void
acini_mask_legend_set_classes (AciniMaskLegend *self, AciniClassList *classes)
{
  guint n = classes != NULL ? acini_class_list_get_n (classes) : 1;
  GtkWidget *child;

  g_return_if_fail (ACINI_IS_MASK_LEGEND (self));

  while ((child = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), child);
  for (guint i = 0; i < n; i++)
    {
      /* A single class needs no name. */
      g_autofree char *name = n > 1 ? acini_class_list_dup_name (classes, i + 1) : NULL;

      add_class (self, name, (guint8)(ACINI_LABEL_FIRST_CLASS + i),
                 classes == NULL || acini_class_list_is_of_model (classes, i + 1));
    }
  add_row (self, _ ("Background, marked by a person"), ACINI_LABEL_BACKGROUND, FALSE);
}

static void
redraw (AciniMaskLegend *self)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->rows); row != NULL; row = gtk_widget_get_next_sibling (row))
    gtk_widget_queue_draw (gtk_widget_get_first_child (row));
}

void
acini_mask_legend_set_view (AciniMaskLegend *self, AciniSlideView *view)
{
  g_return_if_fail (ACINI_IS_MASK_LEGEND (self));

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_set_weak_pointer (&self->view, view);
  if (view != NULL)
    g_signal_connect_object (view, "notify::mask-style", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  redraw (self);
}

static void
acini_mask_legend_dispose (GObject *object)
{
  g_clear_weak_pointer (&ACINI_MASK_LEGEND (object)->view);
  G_OBJECT_CLASS (acini_mask_legend_parent_class)->dispose (object);
}

static void
acini_mask_legend_class_init (AciniMaskLegendClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_mask_legend_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
acini_mask_legend_init (AciniMaskLegend *self)
{
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  adw_bin_set_child (ADW_BIN (self), self->rows);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Legend of the mask"), -1);
  acini_mask_legend_set_classes (self, NULL);
  g_signal_connect_object (acini_mask_appearance_get_default (), "changed", G_CALLBACK (redraw), self,
                           G_CONNECT_SWAPPED);
}
