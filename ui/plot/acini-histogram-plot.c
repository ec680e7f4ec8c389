/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/plot/acini-histogram-plot.h"

#include "ui/base/acini-units.h"
#include "ui/plot/acini-plot.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#define LEFT 58
#define RIGHT 12
#define TOP 10
#define BOTTOM 40

struct _AciniHistogramPlot
{
  GtkWidget parent_instance;

  AciniHistogram histogram;
  char *title, *unit;
  int chosen; /* -1: none */
  int cursor; /* the bar under the keyboard */
};

enum
{
  SIGNAL_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniHistogramPlot, acini_histogram_plot, GTK_TYPE_WIDGET)

static double
get_bar_width (AciniHistogramPlot *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)) - LEFT - RIGHT, 1) / (double)MAX (self->histogram.n, 1);
}

double
acini_histogram_plot_get_x (AciniHistogramPlot *self, int bar)
{
  g_return_val_if_fail (ACINI_IS_HISTOGRAM_PLOT (self), 0);
  return LEFT + (bar + .5) * get_bar_width (self);
}

int
acini_histogram_plot_find (AciniHistogramPlot *self, double x, double y)
{
  int bar;

  g_return_val_if_fail (ACINI_IS_HISTOGRAM_PLOT (self), -1);
  bar = (int)floor ((x - LEFT) / get_bar_width (self));
  return bar >= 0 && bar < (int)self->histogram.n && y >= 0 && y < gtk_widget_get_height (GTK_WIDGET (self)) ? bar : -1;
}

static char *
format_edge (AciniHistogramPlot *self, guint bar)
{
  double step = self->histogram.step;
  int decimals = step >= 1 ? 0 : (int)CLAMP (ceil (-log10 (step) - 1e-9), 1, 6);

  return acini_units_format_number (acini_histogram_get_edge (&self->histogram, bar), decimals);
}

char *
acini_histogram_plot_dup_text (AciniHistogramPlot *self, int bar)
{
  g_autofree char *low = NULL, *high = NULL, *count = NULL, *range = NULL;
  gint64 n;

  g_return_val_if_fail (ACINI_IS_HISTOGRAM_PLOT (self), NULL);
  if (bar < 0 || bar >= (int)self->histogram.n)
    return g_strdup (_ ("No data yet"));
  low = format_edge (self, (guint)bar);
  high = format_edge (self, (guint)bar + 1);
  n = self->histogram.counts[bar];
  count = acini_units_format_count (n);
  /* Translators: a measure, from, to, its unit: "Area 200 – 400 µm²". */
  range = g_strdup_printf (_ ("%s %s – %s %s"), self->title, low, high, self->unit);
  g_strchomp (range);
  return g_strdup_printf (ngettext ("%s: %s object", "%s: %s objects", (gulong)n), range, count);
}

static void
changed (AciniHistogramPlot *self)
{
  g_autofree char *text = acini_histogram_plot_dup_text (self, self->cursor);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0., GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                  MAX (self->histogram.n, 1) - 1., GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  (double)self->cursor, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const AciniHistogram *
acini_histogram_plot_get (AciniHistogramPlot *self)
{
  g_return_val_if_fail (ACINI_IS_HISTOGRAM_PLOT (self), NULL);
  return &self->histogram;
}

int
acini_histogram_plot_get_chosen (AciniHistogramPlot *self)
{
  g_return_val_if_fail (ACINI_IS_HISTOGRAM_PLOT (self), -1);
  return self->chosen;
}

void
acini_histogram_plot_set (AciniHistogramPlot *self, const AciniHistogram *histogram, const char *title,
                          const char *unit)
{
  g_return_if_fail (ACINI_IS_HISTOGRAM_PLOT (self) && histogram != NULL && title != NULL && unit != NULL);

  acini_histogram_clear (&self->histogram);
  self->histogram = *histogram;
  self->histogram.counts = g_memdup2 (histogram->counts, histogram->n * sizeof *histogram->counts);
  g_set_str (&self->title, title);
  g_set_str (&self->unit, unit);
  self->chosen = -1;
  self->cursor = CLAMP (self->cursor, 0, MAX ((int)self->histogram.n, 1) - 1);
  changed (self);
}

void
acini_histogram_plot_choose (AciniHistogramPlot *self, int bar)
{
  g_return_if_fail (ACINI_IS_HISTOGRAM_PLOT (self) && bar < (int)self->histogram.n);

  if (bar >= 0)
    self->cursor = bar;
  if (bar != self->chosen)
    {
      self->chosen = bar;
      g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, bar);
    }
  changed (self);
}

/* Drawing. */

static void
draw_text (AciniHistogramPlot *self, cairo_t *cr, const char *text, double x, double y, double align)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width = 0, height = 0;

  pango_attr_list_insert (attributes, pango_attr_scale_new (.86));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, CLAMP (x - width * align, 0, MAX (gtk_widget_get_width (GTK_WIDGET (self)) - width, 0)),
                 y - height / 2.);
  pango_cairo_show_layout (cr, layout);
  cairo_new_path (cr);
}

static void
set_source (cairo_t *cr, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, alpha);
}

static void
draw_axes (AciniHistogramPlot *self, cairo_t *cr, double width, double height, const GdkRGBA *ink, double *top)
{
  double first = 0, distance = 1, most = 1;
  int n = 0, every;
  g_autofree char *title = g_strdup_printf (*self->unit != '\0' ? "%s (%s)" : "%s", self->title, self->unit);

  for (guint i = 0; i < self->histogram.n; i++)
    most = MAX (most, (double)self->histogram.counts[i]);
  acini_plot_find_ticks (0, most, 4, &first, &distance, &n);
  distance = MAX (distance, 1);
  *top = MAX (distance * (n - 1), most);
  cairo_set_line_width (cr, 1);
  for (int i = 0; i < n && i * distance <= *top; i++)
    {
      double y = round (TOP + height * (1 - i * distance / *top)) + .5;
      g_autofree char *text = acini_units_format_number (i * distance, 0);

      set_source (cr, ink, i == 0 ? .35 : .12);
      cairo_move_to (cr, LEFT, y);
      cairo_line_to (cr, LEFT + width, y);
      cairo_stroke (cr);
      set_source (cr, ink, .75);
      draw_text (self, cr, text, LEFT - 6, y, 1);
    }
  every = (int)ceil (64 / get_bar_width (self));
  for (guint i = 0; i <= self->histogram.n && self->histogram.n > 0; i += (guint)MAX (every, 1))
    {
      g_autofree char *text = format_edge (self, i);

      draw_text (self, cr, text, LEFT + i * get_bar_width (self), TOP + height + 11, .5);
    }
  draw_text (self, cr, title, LEFT + width / 2, TOP + height + 29, .5);
}

static void
acini_histogram_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AciniHistogramPlot *self = ACINI_HISTOGRAM_PLOT (widget);
  double width = MAX (gtk_widget_get_width (widget) - LEFT - RIGHT, 1);
  double height = MAX (gtk_widget_get_height (widget) - TOP - BOTTOM, 1), top = 1, bar = get_bar_width (self);
  GdkRGBA ink, accent;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget),
                                                                          (float)gtk_widget_get_height (widget)));

  gtk_widget_get_color (widget, &ink);
  adw_accent_color_to_standalone_rgba (adw_style_manager_get_accent_color (adw_style_manager_get_default ()),
                                       adw_style_manager_get_dark (adw_style_manager_get_default ()), &accent);
  draw_axes (self, cr, width, height, &ink, &top);
  for (guint i = 0; i < self->histogram.n; i++)
    {
      double h = height * (double)self->histogram.counts[i] / top;
      double gap = bar > 6 ? 1 : 0;

      /* A bar of one object among thousands is still seen. */
      if (self->histogram.counts[i] > 0)
        h = MAX (h, 1.5);
      set_source (cr, &accent, self->chosen < 0 || self->chosen == (int)i ? 1 : .35);
      cairo_rectangle (cr, LEFT + i * bar + gap, TOP + height - h, MAX (bar - 2 * gap, 1), h);
      cairo_fill (cr);
      if (gtk_widget_has_visible_focus (widget) && self->cursor == (int)i)
        {
          set_source (cr, &ink, .9);
          cairo_set_line_width (cr, 2);
          cairo_rectangle (cr, LEFT + i * bar, TOP + 1, MAX (bar, 3), height);
          cairo_stroke (cr);
        }
    }
  set_source (cr, &ink, .6);
  if (self->histogram.n == 0)
    draw_text (self, cr, _ ("No data yet"), LEFT + width / 2, TOP + height / 2, .5);
  cairo_destroy (cr);
}

static void
acini_histogram_plot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                              int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 150;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 380 : 220;
}

/* Hands. */

static void
on_pressed (AciniHistogramPlot *self, int n, double x, double y)
{
  int bar = acini_histogram_plot_find (self, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  acini_histogram_plot_choose (self, bar == self->chosen ? -1 : bar);
}

static gboolean
on_key (AciniHistogramPlot *self, guint key)
{
  int last = (int)self->histogram.n - 1, to = self->cursor;

  switch (key)
    {
    case GDK_KEY_Left:
      to--;
      break;
    case GDK_KEY_Right:
      to++;
      break;
    case GDK_KEY_Home:
      to = 0;
      break;
    case GDK_KEY_End:
      to = last;
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      if (last >= 0)
        acini_histogram_plot_choose (self, self->cursor == self->chosen ? -1 : self->cursor);
      return TRUE;
    case GDK_KEY_Escape:
      if (self->chosen < 0)
        return FALSE;
      acini_histogram_plot_choose (self, -1);
      return TRUE;
    default:
      return FALSE;
    }
  self->cursor = CLAMP (to, 0, MAX (last, 0));
  changed (self);
  return TRUE;
}

static gboolean
on_query_tooltip (AciniHistogramPlot *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  int bar = keyboard ? self->cursor : acini_histogram_plot_find (self, x, y);
  g_autofree char *text = bar >= 0 && bar < (int)self->histogram.n ? acini_histogram_plot_dup_text (self, bar) : NULL;

  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

static void
acini_histogram_plot_finalize (GObject *object)
{
  AciniHistogramPlot *self = ACINI_HISTOGRAM_PLOT (object);

  acini_histogram_clear (&self->histogram);
  g_free (self->title);
  g_free (self->unit);
  G_OBJECT_CLASS (acini_histogram_plot_parent_class)->finalize (object);
}

static void
acini_histogram_plot_class_init (AciniHistogramPlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = acini_histogram_plot_finalize;
  widget_class->snapshot = acini_histogram_plot_snapshot;
  widget_class->measure = acini_histogram_plot_measure;
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", ACINI_TYPE_HISTOGRAM_PLOT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_css_name (widget_class, "acini-histogram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
acini_histogram_plot_init (AciniHistogramPlot *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->title = g_strdup ("");
  self->unit = g_strdup ("");
  self->chosen = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  g_signal_connect_object (click, "pressed", G_CALLBACK (on_pressed), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  changed (self);
}
