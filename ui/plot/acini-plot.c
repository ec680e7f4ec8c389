/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/plot/acini-plot.h"

#include <glib/gi18n.h>
#include <math.h>

/* Okabe and Ito's colours, told apart by colour-blind people too, in an order that keeps neighbours apart; the same
 * on light and dark. */
static const GdkRGBA palette[] = {
  { 0.00f, 0.45f, 0.70f, 1 }, { 0.00f, 0.62f, 0.45f, 1 }, { 0.84f, 0.37f, 0.00f, 1 },
  { 0.80f, 0.47f, 0.65f, 1 }, { 0.34f, 0.71f, 0.91f, 1 }, { 0.90f, 0.62f, 0.00f, 1 },
};

/* Room for the title of an axis. */
#define AXIS_TITLE 16

typedef struct
{
  double x, y;
} Point;

typedef struct
{
  char *name;
  GArray *points; /* element-type Point */
} Series;

struct _AciniPlot
{
  GtkWidget parent_instance;

  char *title, *x_title, *y_title; /* of the axes nullable */
  GPtrArray *series;               /* element-type Series */
  double x_end;
  double y_low, y_high; /* NaN: as the points ask */
  double reference;
  char *reference_label;
};

G_DEFINE_FINAL_TYPE (AciniPlot, acini_plot, GTK_TYPE_WIDGET)

/* What is drawn where. */
typedef struct
{
  double left, top, width, height; /* of the field between the axes */
  double x_end, y_low, y_high;     /* what the axes cover */
  double x_distance, y_distance;   /* between ticks */
  int n_x, n_y;
} Field;

static void
series_free (gpointer data)
{
  Series *series = data;

  g_free (series->name);
  g_array_unref (series->points);
  g_free (series);
}

void
acini_plot_find_ticks (double low, double high, int n, double *first, double *distance, int *n_ticks)
{
  double raw, magnitude, share;

  g_return_if_fail (n > 0 && first != NULL && distance != NULL && n_ticks != NULL);

  if (!(high > low))
    high = low + MAX (fabs (low) * 0.1, 1e-6);
  raw = (high - low) / n;
  magnitude = pow (10, floor (log10 (raw)));
  share = raw / magnitude;
  *distance = magnitude * (share < 1.5 ? 1 : share < 3 ? 2 : share < 7 ? 5 : 10);
  *first = floor (low / *distance + 1e-9) * *distance;
  *n_ticks = (int)ceil ((high - *first) / *distance - 1e-9) + 1;
}

static void
measure_points (AciniPlot *self, double *x_end, double *low, double *high)
{
  *x_end = self->x_end;
  *low = self->reference_label != NULL ? self->reference : INFINITY;
  *high = self->reference_label != NULL ? self->reference : -INFINITY;
  for (guint i = 0; i < self->series->len; i++)
    {
      const Series *series = self->series->pdata[i];

      for (guint k = 0; k < series->points->len; k++)
        {
          const Point *point = &g_array_index (series->points, Point, k);

          *x_end = MAX (*x_end, point->x);
          *low = MIN (*low, point->y);
          *high = MAX (*high, point->y);
        }
    }
  if (*low > *high)
    *low = 0, *high = 1;
  if (*x_end <= 0)
    *x_end = 1;
}

static void
lay_out (AciniPlot *self, double width, double height, double label_width, Field *field)
{
  double first = 0, low = 0, high = 0, x_end = 0;

  measure_points (self, &x_end, &low, &high);
  *field = (Field){ .left = 44 + (self->y_title != NULL ? AXIS_TITLE : 0), .top = 30 };
  field->width = MAX (width - field->left - MAX (label_width, 14), 20);
  field->height = MAX (height - field->top - 26 - (self->x_title != NULL ? AXIS_TITLE : 0), 20);
  acini_plot_find_ticks (0, x_end, CLAMP ((int)(field->width / 70), 2, 8), &first, &field->x_distance, &field->n_x);
  field->x_end = x_end;
  acini_plot_find_ticks (isnan (self->y_low) ? low : self->y_low, isnan (self->y_high) ? high : self->y_high,
                         CLAMP ((int)(field->height / 36), 2, 6), &field->y_low, &field->y_distance, &field->n_y);
  field->y_high = field->y_low + field->y_distance * (field->n_y - 1);
}

static double
to_x (const Field *field, double x)
{
  return field->left + field->width * x / field->x_end;
}

static double
to_y (const Field *field, double y)
{
  double share = (y - field->y_low) / (field->y_high - field->y_low);

  return field->top + field->height * (1 - CLAMP (share, 0, 1));
}

/* Draws @text with its reference point at (@x, @y); @align: 0 left, 0.5 centre, 1 right; centred vertically. */
static double
draw_text (AciniPlot *self, cairo_t *cr, const char *text, double x, double y, double align, gboolean bold)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width = 0, height = 0;

  pango_attr_list_insert (attributes, pango_attr_scale_new (bold ? 1.0 : 0.86));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, x - width * align, y - height / 2.0);
  pango_cairo_show_layout (cr, layout);
  /* The text leaves its place as the current point, and the next line would start there. */
  cairo_new_path (cr);
  return width;
}

static void
set_source (cairo_t *cr, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

static char *
format_tick (double value, double distance)
{
  int digits = distance >= 1 ? 0 : (int)CLAMP (ceil (-log10 (distance) - 1e-9), 1, 6);

  return g_strdup_printf ("%.*f", digits, value);
}

static void
draw_axes (AciniPlot *self, cairo_t *cr, const Field *field, const GdkRGBA *foreground)
{
  cairo_set_line_width (cr, 1);
  for (int i = 0; i < field->n_y; i++)
    {
      double value = field->y_low + i * field->y_distance;
      double y = round (to_y (field, value)) + 0.5;
      g_autofree char *text = format_tick (value, field->y_distance);

      set_source (cr, foreground, i == 0 ? 0.3 : 0.12);
      cairo_move_to (cr, field->left, y);
      cairo_line_to (cr, field->left + field->width, y);
      cairo_stroke (cr);
      set_source (cr, foreground, 0.7);
      draw_text (self, cr, text, field->left - 8, y, 1, FALSE);
    }
  for (int i = 0; i < field->n_x && i * field->x_distance <= field->x_end * (1 + 1e-9); i++)
    {
      g_autofree char *text = format_tick (i * field->x_distance, field->x_distance);

      set_source (cr, foreground, 0.7);
      draw_text (self, cr, text, to_x (field, i * field->x_distance), field->top + field->height + 14, 0.5, FALSE);
    }
}

static void
draw_axis_titles (AciniPlot *self, cairo_t *cr, const Field *field, const GdkRGBA *foreground)
{
  set_source (cr, foreground, 0.7);
  if (self->x_title != NULL)
    draw_text (self, cr, self->x_title, field->left + field->width / 2, field->top + field->height + 14 + AXIS_TITLE,
               0.5, FALSE);
  if (self->y_title == NULL)
    return;
  cairo_save (cr);
  cairo_translate (cr, AXIS_TITLE - 4, field->top + field->height / 2);
  cairo_rotate (cr, -G_PI / 2);
  draw_text (self, cr, self->y_title, 0, 0, 0.5, FALSE);
  cairo_restore (cr);
}

static void
draw_reference (AciniPlot *self, cairo_t *cr, const Field *field, const GdkRGBA *foreground)
{
  double y = round (to_y (field, self->reference)) + 0.5;
  const double dashes[] = { 5, 4 };

  set_source (cr, foreground, 0.45);
  cairo_set_line_width (cr, 1);
  cairo_set_dash (cr, dashes, 2, 0);
  cairo_move_to (cr, field->left, y);
  cairo_line_to (cr, field->left + field->width, y);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  set_source (cr, foreground, 0.7);
  draw_text (self, cr, self->reference_label, field->left + 6, y + (y > field->top + 20 ? -9 : 9), 0, FALSE);
}

static void
draw_series (cairo_t *cr, const Field *field, const Series *series, const GdkRGBA *colour)
{
  set_source (cr, colour, 1);
  cairo_set_line_width (cr, 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint k = 0; k < series->points->len; k++)
    {
      const Point *point = &g_array_index (series->points, Point, k);

      cairo_line_to (cr, to_x (field, point->x), to_y (field, point->y));
    }
  cairo_stroke (cr);
  /* Few points are shown one by one: one alone would be no line. */
  for (guint k = 0; k < series->points->len && series->points->len <= 40; k++)
    {
      const Point *point = &g_array_index (series->points, Point, k);

      cairo_arc (cr, to_x (field, point->x), to_y (field, point->y), series->points->len == 1 ? 4 : 2.5, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

/* The names with their last values, in the margin at the right: at the height of the line's end, pushed apart. */
static void
draw_legend (AciniPlot *self, cairo_t *cr, const Field *field)
{
  double at[16], spacing = 17;
  guint order[16], n = 0;

  for (guint i = 0; i < self->series->len && n < G_N_ELEMENTS (at); i++)
    {
      const Series *series = self->series->pdata[i];
      guint k = n;
      double y;

      if (series->points->len == 0)
        continue;
      y = to_y (field, g_array_index (series->points, Point, series->points->len - 1).y);
      for (; k > 0 && at[k - 1] > y; k--)
        at[k] = at[k - 1], order[k] = order[k - 1];
      at[k] = y, order[k] = i, n++;
    }
  for (guint k = 1; k < n; k++)
    at[k] = MAX (at[k], at[k - 1] + spacing);
  for (guint k = n; k > 0; k--)
    at[k - 1] = MIN (at[k - 1], field->top + field->height - spacing * (n - k));
  for (guint k = 0; k < n; k++)
    {
      const Series *series = self->series->pdata[order[k]];
      const Point *last = &g_array_index (series->points, Point, series->points->len - 1);
      g_autofree char *text = g_strdup_printf ("%s %.3f", series->name, last->y);

      set_source (cr, &palette[order[k] % G_N_ELEMENTS (palette)], 1);
      draw_text (self, cr, text, field->left + field->width + 10, at[k], 0, FALSE);
    }
}

static double
measure_legend (AciniPlot *self)
{
  double widest = 0;

  for (guint i = 0; i < self->series->len; i++)
    {
      const Series *series = self->series->pdata[i];
      g_autofree char *text = g_strdup_printf ("%s 0.000", series->name);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
      int width = 0;

      pango_layout_get_pixel_size (layout, &width, NULL);
      widest = MAX (widest, width * 0.9 + 14);
    }
  return widest;
}

void
acini_plot_draw (AciniPlot *self, cairo_t *cr, double width, double height, const GdkRGBA *foreground)
{
  Field field;
  gboolean empty = TRUE;

  g_return_if_fail (ACINI_IS_PLOT (self) && cr != NULL && foreground != NULL);

  lay_out (self, width, height, MIN (measure_legend (self), width * 0.4), &field);
  set_source (cr, foreground, 1);
  draw_text (self, cr, self->title, field.left, 12, 0, TRUE);
  for (guint i = 0; i < self->series->len; i++)
    empty = empty && ((const Series *)self->series->pdata[i])->points->len == 0;
  draw_axes (self, cr, &field, foreground);
  draw_axis_titles (self, cr, &field, foreground);
  if (empty)
    {
      set_source (cr, foreground, 0.55);
      draw_text (self, cr, _ ("No data yet"), field.left + field.width / 2, field.top + field.height / 2, 0.5, FALSE);
      return;
    }
  if (self->reference_label != NULL)
    draw_reference (self, cr, &field, foreground);
  for (guint i = 0; i < self->series->len; i++)
    draw_series (cr, &field, self->series->pdata[i], &palette[i % G_N_ELEMENTS (palette)]);
  draw_legend (self, cr, &field);
}

char *
acini_plot_dup_summary (AciniPlot *self)
{
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (ACINI_IS_PLOT (self), NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < self->series->len; i++)
    {
      const Series *series = self->series->pdata[i];
      const Point *points = (const Point *)(gpointer)series->points->data;
      guint n = series->points->len;

      if (n == 0)
        continue;
      if (text->len > 0)
        g_string_append (text, "; ");
      /* Translators: name of a curve, how many points, first and last value, last step. */
      g_string_append_printf (text, _ ("%s: %u values, from %.3f to %.3f at step %.0f"), series->name, n, points[0].y,
                              points[n - 1].y, points[n - 1].x);
    }
  if (text->len == 0)
    g_string_append (text, _ ("No data yet"));
  else if (self->reference_label != NULL)
    g_string_append_printf (text, "; %s", self->reference_label);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
changed (AciniPlot *self)
{
  g_autofree char *summary = acini_plot_dup_summary (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, summary, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), summary);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
acini_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AciniPlot *self = ACINI_PLOT (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA foreground;
  cairo_t *cr;

  gtk_widget_get_color (widget, &foreground);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  acini_plot_draw (self, cr, width, height, &foreground);
  cairo_destroy (cr);
}

static void
acini_plot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                    int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 260 : 170;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 460 : 240;
}

static void
acini_plot_finalize (GObject *object)
{
  AciniPlot *self = ACINI_PLOT (object);

  g_free (self->title);
  g_free (self->x_title);
  g_free (self->y_title);
  g_free (self->reference_label);
  g_ptr_array_unref (self->series);
  G_OBJECT_CLASS (acini_plot_parent_class)->finalize (object);
}

static void
acini_plot_class_init (AciniPlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = acini_plot_finalize;
  widget_class->snapshot = acini_plot_snapshot;
  widget_class->measure = acini_plot_measure;
  gtk_widget_class_set_css_name (widget_class, "acini-plot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
acini_plot_init (AciniPlot *self)
{
  self->series = g_ptr_array_new_with_free_func (series_free);
  self->title = g_strdup ("");
  self->y_low = self->y_high = NAN;
}

GtkWidget *
acini_plot_new (const char *title)
{
  GtkWidget *self = g_object_new (ACINI_TYPE_PLOT, NULL);

  acini_plot_set_title (ACINI_PLOT (self), title);
  return self;
}

void
acini_plot_set_axis_titles (AciniPlot *self, const char *x, const char *y)
{
  g_return_if_fail (ACINI_IS_PLOT (self));
  g_set_str (&self->x_title, x);
  g_set_str (&self->y_title, y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
acini_plot_set_title (AciniPlot *self, const char *title)
{
  g_return_if_fail (ACINI_IS_PLOT (self) && title != NULL);
  g_set_str (&self->title, title);
  changed (self);
}

void
acini_plot_clear (AciniPlot *self)
{
  g_return_if_fail (ACINI_IS_PLOT (self));
  g_ptr_array_set_size (self->series, 0);
  g_clear_pointer (&self->reference_label, g_free);
  self->x_end = 0;
  changed (self);
}

guint
acini_plot_ensure_series (AciniPlot *self, const char *name)
{
  Series *series;

  g_return_val_if_fail (ACINI_IS_PLOT (self) && name != NULL, 0);

  for (guint i = 0; i < self->series->len; i++)
    if (g_str_equal (((Series *)self->series->pdata[i])->name, name))
      return i;
  series = g_new0 (Series, 1);
  series->name = g_strdup (name);
  series->points = g_array_new (FALSE, FALSE, sizeof (Point));
  g_ptr_array_add (self->series, series);
  return self->series->len - 1;
}

void
acini_plot_append (AciniPlot *self, guint series, double x, double y)
{
  Point point;

  g_return_if_fail (ACINI_IS_PLOT (self) && series < self->series->len);

  if (!isfinite (x) || !isfinite (y))
    return;
  point = (Point){ x, y };
  g_array_append_val (((Series *)self->series->pdata[series])->points, point);
  changed (self);
}

guint
acini_plot_get_n_points (AciniPlot *self, guint series)
{
  g_return_val_if_fail (ACINI_IS_PLOT (self) && series < self->series->len, 0);
  return ((Series *)self->series->pdata[series])->points->len;
}

void
acini_plot_set_x_end (AciniPlot *self, double x_end)
{
  g_return_if_fail (ACINI_IS_PLOT (self));
  if (self->x_end == x_end)
    return;
  self->x_end = x_end;
  changed (self);
}

void
acini_plot_set_y_limits (AciniPlot *self, double low, double high)
{
  g_return_if_fail (ACINI_IS_PLOT (self));
  self->y_low = low;
  self->y_high = high;
  changed (self);
}

void
acini_plot_set_reference (AciniPlot *self, double y, const char *label)
{
  g_return_if_fail (ACINI_IS_PLOT (self));
  self->reference = y;
  g_set_str (&self->reference_label, label);
  changed (self);
}
