/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/plot/acini-chart.h"

#include "ui/plot/acini-plot.h"

#include <glib/gi18n.h>
#include <math.h>

/* As those of acini-plot.c's first curve. */
static const GdkRGBA bar_colour = { 0.00f, 0.45f, 0.70f, 1 };
static const GdkRGBA mark_colour = { 0.84f, 0.37f, 0.00f, 1 };

#define TITLE 30
#define FOOT 38
#define MARGIN 14
#define POINT 5
#define WIDEST 64 /* a column */
/* Bars that are drawn; the table has all. */
#define MOST_BARS 12

typedef struct
{
  char *name;
  double value; /* of a bar or a column */
  double x, y;
  GdkRGBA colour;
  gboolean marked;
} Item;

struct _AciniChart
{
  GtkWidget parent_instance;

  AciniChartKind kind;
  char *title, *axis;
  GArray *items; /* of Item */
  int hovered;   /* -1: none */
};

enum
{
  SIGNAL_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniChart, acini_chart, GTK_TYPE_WIDGET)

#define ITEM(self, i) (&g_array_index ((self)->items, Item, i))

static void
item_clear (gpointer data)
{
  g_free (((Item *)data)->name);
}

/* Places. */

static double
find_most (AciniChart *self)
{
  double most = 0;

  for (guint i = 0; i < self->items->len; i++)
    most = MAX (most, ITEM (self, i)->value);
  return most > 0 ? most : 1;
}

static guint
count_shown (AciniChart *self)
{
  return self->kind == ACINI_CHART_BARS ? MIN (self->items->len, MOST_BARS) : self->items->len;
}

/* The box of a bar or a column, as high or as long as the field is where @whole. */
static graphene_rect_t
find_box (AciniChart *self, guint i, double width, double height, gboolean whole)
{
  double share = whole ? 1 : ITEM (self, i)->value / find_most (self);

  if (self->kind == ACINI_CHART_BARS)
    {
      double left = width * 0.34, room = width - left - MARGIN - 44;
      double step = MIN ((height - TITLE - MARGIN) / MAX (count_shown (self), 1), 26);

      return GRAPHENE_RECT_INIT ((float)left, (float)(TITLE + 6 + i * step), (float)MAX (room * share, 0),
                                 (float)(step * 0.72));
    }
  else
    {
      double left = 48, room = width - left - MARGIN, field = height - TITLE - FOOT;
      double step = room / MAX (self->items->len, 1);

      return GRAPHENE_RECT_INIT ((float)(left + i * step), (float)(TITLE + field * (1 - share)),
                                 (float)CLAMP (step - 1, 1, WIDEST), (float)(field * share));
    }
}

/* A margin of a twentieth around the points. */
static graphene_point_t
find_point (AciniChart *self, guint i, double width, double height)
{
  double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
  const Item *item = ITEM (self, i);
  double x, y;

  for (guint k = 0; k < self->items->len; k++)
    {
      low[0] = MIN (low[0], ITEM (self, k)->x);
      high[0] = MAX (high[0], ITEM (self, k)->x);
      low[1] = MIN (low[1], ITEM (self, k)->y);
      high[1] = MAX (high[1], ITEM (self, k)->y);
    }
  x = high[0] > low[0] ? (item->x - low[0]) / (high[0] - low[0]) : 0.5;
  y = high[1] > low[1] ? (item->y - low[1]) / (high[1] - low[1]) : 0.5;
  return GRAPHENE_POINT_INIT ((float)(MARGIN + (0.05 + 0.9 * x) * (width - 2 * MARGIN)),
                              (float)(TITLE + (0.05 + 0.9 * (1 - y)) * (height - TITLE - FOOT)));
}

int
acini_chart_find (AciniChart *self, double x, double y, double width, double height)
{
  int nearest = -1;
  double least = 2.5 * POINT;

  g_return_val_if_fail (ACINI_IS_CHART (self), -1);

  for (guint i = 0; i < count_shown (self); i++)
    if (self->kind == ACINI_CHART_POINTS)
      {
        graphene_point_t at = find_point (self, i, width, height);
        double distance = hypot (at.x - x, at.y - y);

        if (distance < least)
          {
            least = distance;
            nearest = (int)i;
          }
      }
    else
      {
        graphene_rect_t box = find_box (self, i, width, height, TRUE);

        if (x >= (self->kind == ACINI_CHART_BARS ? 0 : box.origin.x) && x < box.origin.x + box.size.width
            && y >= box.origin.y && y < box.origin.y + box.size.height)
          return (int)i;
      }
  return nearest;
}

/* Drawing. */

static void
set_source (cairo_t *cr, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

/* @align: 0 left, 0.5 centre, 1 right of @x; no wider than @most. */
static void
draw_text (AciniChart *self, cairo_t *cr, const char *text, double x, double y, double align, double most,
           gboolean bold)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width = 0, height = 0;

  pango_attr_list_insert (attributes, pango_attr_scale_new (bold ? 1.0 : 0.86));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_get_pixel_size (layout, &width, &height);
  if (width > most)
    pango_layout_set_width (layout, (int)(most * PANGO_SCALE));
  cairo_move_to (cr, x - MIN (width, most) * align, y - height / 2.0);
  pango_cairo_show_layout (cr, layout);
  cairo_new_path (cr);
}

static char *
format_number (double value)
{
  return value == rint (value) && fabs (value) < 1e9 ? g_strdup_printf ("%.0f", value)
                                                     : g_strdup_printf ("%.4g", value);
}

static void
draw_bars (AciniChart *self, cairo_t *cr, double width, double height, const GdkRGBA *foreground)
{
  for (guint i = 0; i < count_shown (self); i++)
    {
      graphene_rect_t box = find_box (self, i, width, height, FALSE);
      double middle = box.origin.y + box.size.height / 2;
      g_autofree char *value = format_number (ITEM (self, i)->value);

      set_source (cr, &bar_colour, (int)i == self->hovered ? 1 : 0.85);
      cairo_rectangle (cr, box.origin.x, box.origin.y, box.size.width, box.size.height);
      cairo_fill (cr);
      set_source (cr, foreground, 0.85);
      draw_text (self, cr, ITEM (self, i)->name, box.origin.x - 8, middle, 1, box.origin.x - MARGIN - 8, FALSE);
      draw_text (self, cr, value, box.origin.x + box.size.width + 6, middle, 0, 44, FALSE);
    }
}

static void
draw_columns (AciniChart *self, cairo_t *cr, double width, double height, const GdkRGBA *foreground)
{
  const double most = find_most (self), field = height - TITLE - FOOT, bottom = TITLE + field;
  double first, distance;
  int n_ticks;

  acini_plot_find_ticks (0, most, 4, &first, &distance, &n_ticks);
  /* Things are counted. */
  distance = MAX (distance, 1);
  cairo_set_line_width (cr, 1);
  for (int i = 0; i < n_ticks && i * distance <= most * (1 + 1e-9); i++)
    {
      double y = round (bottom - field * i * distance / most) + 0.5;
      g_autofree char *text = format_number (i * distance);

      set_source (cr, foreground, i == 0 ? 0.3 : 0.12);
      cairo_move_to (cr, 48, y);
      cairo_line_to (cr, width - MARGIN, y);
      cairo_stroke (cr);
      set_source (cr, foreground, 0.7);
      draw_text (self, cr, text, 42, y, 1, 40, FALSE);
    }
  for (guint i = 0; i < self->items->len; i++)
    {
      graphene_rect_t box = find_box (self, i, width, height, FALSE);

      set_source (cr, &bar_colour, (int)i == self->hovered ? 1 : 0.85);
      cairo_rectangle (cr, box.origin.x, box.origin.y, box.size.width, box.size.height);
      cairo_fill (cr);
    }
  set_source (cr, foreground, 0.7);
  draw_text (self, cr, ITEM (self, 0)->name, 48, bottom + 12, 0, width / 2 - 60, FALSE);
  if (self->items->len > 1)
    draw_text (self, cr, ITEM (self, self->items->len - 1)->name, width - MARGIN, bottom + 12, 1, width / 2 - 20,
               FALSE);
}

static void
draw_points (AciniChart *self, cairo_t *cr, double width, double height, const GdkRGBA *foreground)
{
  set_source (cr, foreground, 0.12);
  cairo_set_line_width (cr, 1);
  cairo_rectangle (cr, MARGIN + 0.5, TITLE + 0.5, width - 2 * MARGIN - 1, height - TITLE - FOOT - 1);
  cairo_stroke (cr);
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = ITEM (self, i);
      graphene_point_t at = find_point (self, i, width, height);

      set_source (cr, &item->colour, 1);
      cairo_arc (cr, at.x, at.y, (int)i == self->hovered ? POINT + 2 : POINT, 0, 2 * G_PI);
      cairo_fill_preserve (cr);
      set_source (cr, foreground, 0.5);
      cairo_stroke (cr);
      if (!item->marked)
        continue;
      set_source (cr, &mark_colour, 1);
      cairo_set_line_width (cr, 2);
      cairo_arc (cr, at.x, at.y, POINT + 4, 0, 2 * G_PI);
      cairo_stroke (cr);
      cairo_set_line_width (cr, 1);
      draw_text (self, cr, item->name, at.x + (at.x > width / 2 ? -12 : 12), at.y, at.x > width / 2 ? 1 : 0, width / 2,
                 FALSE);
    }
}

void
acini_chart_draw (AciniChart *self, cairo_t *cr, double width, double height, const GdkRGBA *foreground)
{
  g_return_if_fail (ACINI_IS_CHART (self) && cr != NULL && foreground != NULL);

  set_source (cr, foreground, 1);
  draw_text (self, cr, self->title, MARGIN, 14, 0, width - 2 * MARGIN, TRUE);
  if (self->items->len == 0)
    {
      set_source (cr, foreground, 0.55);
      draw_text (self, cr, _ ("No data yet"), width / 2, height / 2, 0.5, width, FALSE);
      return;
    }
  if (self->kind == ACINI_CHART_BARS)
    draw_bars (self, cr, width, height, foreground);
  else if (self->kind == ACINI_CHART_COLUMNS)
    draw_columns (self, cr, width, height, foreground);
  else
    draw_points (self, cr, width, height, foreground);
  set_source (cr, foreground, 0.7);
  if (self->kind != ACINI_CHART_BARS)
    draw_text (self, cr, self->hovered >= 0 ? ITEM (self, self->hovered)->name : self->axis, width / 2, height - 12,
               0.5, width - 2 * MARGIN, FALSE);
}

static void
acini_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  GdkRGBA foreground;

  gtk_widget_get_color (widget, &foreground);
  acini_chart_draw (ACINI_CHART (widget), cr, width, height, &foreground);
  cairo_destroy (cr);
}

/* Hands. */

static int
find_at (AciniChart *self, double x, double y)
{
  return acini_chart_find (self, x, y, gtk_widget_get_width (GTK_WIDGET (self)),
                           gtk_widget_get_height (GTK_WIDGET (self)));
}

static void
hover (AciniChart *self, int item)
{
  if (item == self->hovered)
    return;
  self->hovered = item;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), item >= 0 ? "pointer" : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_motion (AciniChart *self, double x, double y)
{
  hover (self, find_at (self, x, y));
}

static void
on_leave (AciniChart *self)
{
  hover (self, -1);
}

static void
on_released (AciniChart *self, int n_press, double x, double y)
{
  int item = find_at (self, x, y);

  if (item >= 0)
    g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, (guint)item);
}

static gboolean
on_query_tooltip (AciniChart *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  int item = keyboard ? -1 : find_at (self, x, y);
  g_autofree char *value = NULL, *text = NULL;

  if (item < 0)
    return FALSE;
  value = acini_chart_dup_value (self, (guint)item);
  text = g_strdup_printf ("%s: %s", ITEM (self, item)->name, value);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* Content. */

static void
tell (AciniChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < count_shown (self) && i < MOST_BARS; i++)
    {
      g_autofree char *value = acini_chart_dup_value (self, i);

      g_string_append_printf (text, "%s%s: %s", i > 0 ? ", " : "", ITEM (self, i)->name, value);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
acini_chart_set_axis (AciniChart *self, const char *axis)
{
  g_return_if_fail (ACINI_IS_CHART (self) && axis != NULL);

  g_set_str (&self->axis, axis);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
acini_chart_add (AciniChart *self, const char *name, double value)
{
  Item item = { .name = g_strdup (name), .value = value };

  g_return_if_fail (ACINI_IS_CHART (self));

  g_array_append_val (self->items, item);
  tell (self);
}

void
acini_chart_add_point (AciniChart *self, const char *name, double x, double y, guint32 rgb, gboolean marked)
{
  Item item = { .name = g_strdup (name), .x = x, .y = y, .marked = marked };

  g_return_if_fail (ACINI_IS_CHART (self));

  item.colour = (GdkRGBA){ (float)(rgb >> 16 & 255) / 255, (float)(rgb >> 8 & 255) / 255, (float)(rgb & 255) / 255, 1 };
  g_array_append_val (self->items, item);
  tell (self);
}

guint
acini_chart_get_n_items (AciniChart *self)
{
  return self->items->len;
}

const char *
acini_chart_get_name (AciniChart *self, guint item)
{
  g_return_val_if_fail (item < self->items->len, NULL);
  return ITEM (self, item)->name;
}

char *
acini_chart_dup_value (AciniChart *self, guint item)
{
  const Item *it;

  g_return_val_if_fail (item < self->items->len, NULL);
  it = ITEM (self, item);
  if (self->kind != ACINI_CHART_POINTS)
    return format_number (it->value);
  return g_strdup_printf (it->marked ? _ ("%.2f, %.2f, unlike the others") : "%.2f, %.2f", it->x, it->y);
}

const char *
acini_chart_get_title (AciniChart *self)
{
  return self->title;
}

static void
acini_chart_finalize (GObject *object)
{
  AciniChart *self = ACINI_CHART (object);

  g_array_unref (self->items);
  g_free (self->title);
  g_free (self->axis);
  G_OBJECT_CLASS (acini_chart_parent_class)->finalize (object);
}

static void
acini_chart_class_init (AciniChartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_chart_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = acini_chart_snapshot;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "chart");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
  signals[SIGNAL_CHOSEN]
      = g_signal_new ("chosen", ACINI_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
acini_chart_init (AciniChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->hovered = -1;
  self->axis = g_strdup ("");
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (self->items, item_clear);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released), self);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_size_request (GTK_WIDGET (self), 340, 240);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}

GtkWidget *
acini_chart_new (AciniChartKind kind, const char *title)
{
  AciniChart *self = g_object_new (ACINI_TYPE_CHART, NULL);

  g_return_val_if_fail (title != NULL, NULL);

  self->kind = kind;
  self->title = g_strdup (title);
  tell (self);
  return GTK_WIDGET (self);
}
