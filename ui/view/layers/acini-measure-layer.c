/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-measure-layer.h"

#include <math.h>

struct _AciniMeasureLayer
{
  AciniLayer parent_instance;
  GtkWidget *widget;       /* weak: whose font is used */
  AciniMeasures *measures; /* (nullable) */
  AciniScale scale;
};

G_DEFINE_FINAL_TYPE (AciniMeasureLayer, acini_measure_layer, ACINI_TYPE_LAYER)

#define TICK 5.
#define PAD 5.f

static const GdkRGBA dark = { 0, 0, 0, .75f }, light = { 1, 1, 1, 1 }, tint = { 1, 1, 1, .15f };

static void
to_screen (const AciniViewport *viewport, const AciniMeasurePoint *p, double *x, double *y)
{
  acini_viewport_to_screen (viewport, p->x, p->y, x, y);
}

static GskPath *
build_path (const AciniViewport *viewport, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  double x, y;
  for (guint i = 0; i < n; i++)
    {
      to_screen (viewport, &points[i], &x, &y);
      if (i == 0)
        gsk_path_builder_move_to (builder, (float)x, (float)y);
      else
        gsk_path_builder_line_to (builder, (float)x, (float)y);
    }
  if (kind == ACINI_MEASURE_AREA)
    gsk_path_builder_close (builder);
  else if (n == 2)
    {
      double x0, y0, x1, y1;
      to_screen (viewport, &points[0], &x0, &y0);
      to_screen (viewport, &points[1], &x1, &y1);
      double length = MAX (hypot (x1 - x0, y1 - y0), 1);
      double across = -(y1 - y0) / length * TICK, down = (x1 - x0) / length * TICK;
      gsk_path_builder_move_to (builder, (float)(x0 - across), (float)(y0 - down));
      gsk_path_builder_line_to (builder, (float)(x0 + across), (float)(y0 + down));
      gsk_path_builder_move_to (builder, (float)(x1 - across), (float)(y1 - down));
      gsk_path_builder_line_to (builder, (float)(x1 + across), (float)(y1 + down));
    }
  return gsk_path_builder_to_path (builder);
}

static void
append_text (GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double x, double y)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int width, height;
  pango_layout_get_pixel_size (layout, &width, &height);
  float left = (float)round (x - width / 2.), top = (float)round (y - height / 2.);
  GskRoundedRect pill;
  gsk_rounded_rect_init_from_rect (
      &pill, &GRAPHENE_RECT_INIT (left - PAD, top - 1, (float)width + 2 * PAD, (float)height + 2), 6);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &dark, &pill.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (left, top));
  gtk_snapshot_append_layout (snapshot, layout, &light);
  gtk_snapshot_restore (snapshot);
}

/* Above a line, in the middle of an area. */
static void
place_text (const AciniViewport *viewport, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n, double *x,
            double *y)
{
  double sum_x = 0, sum_y = 0;
  for (guint i = 0; i < n; i++)
    {
      to_screen (viewport, &points[i], x, y);
      sum_x += *x;
      sum_y += *y;
    }
  *x = sum_x / n;
  *y = sum_y / n - (kind == ACINI_MEASURE_LENGTH ? 16 : 0);
}

void
acini_measure_append (GtkWidget *widget, GtkSnapshot *snapshot, const AciniViewport *viewport, const AciniScale *scale,
                      AciniMeasureKind kind, const AciniMeasurePoint *points, guint n)
{
  g_return_if_fail (snapshot != NULL && viewport != NULL && points != NULL);
  if (n < 2)
    return;
  g_autoptr (GskPath) path = build_path (viewport, kind, points, n);
  graphene_rect_t bounds, screen = GRAPHENE_RECT_INIT (0, 0, (float)viewport->width, (float)viewport->height);
  if (!gsk_path_get_bounds (path, &bounds))
    return;
  graphene_rect_inset (&bounds, -100, -40); /* the text may reach farther */
  if (!graphene_rect_intersection (&bounds, &screen, NULL))
    return;
  g_autoptr (GskStroke) under = gsk_stroke_new (4), over = gsk_stroke_new (2);
  if (kind == ACINI_MEASURE_AREA)
    gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, &tint);
  gtk_snapshot_append_stroke (snapshot, path, under, &dark);
  gtk_snapshot_append_stroke (snapshot, path, over, &light);
  if (!widget)
    return;
  double x, y;
  place_text (viewport, kind, points, n, &x, &y);
  g_autofree char *text = acini_measure_format (scale, kind, points, n);
  append_text (widget, snapshot, text, x, y);
}

static void
acini_measure_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  AciniMeasureLayer *self = ACINI_MEASURE_LAYER (layer);
  for (guint i = 0; self->measures && i < acini_measures_get_n (self->measures); i++)
    {
      const AciniMeasure *m = acini_measures_get (self->measures, i);
      acini_measure_append (self->widget, snapshot, viewport, &self->scale, m->kind,
                            (const AciniMeasurePoint *)(gpointer)m->points->data, m->points->len);
    }
}

static void
acini_measure_layer_finalize (GObject *object)
{
  AciniMeasureLayer *self = ACINI_MEASURE_LAYER (object);
  g_clear_weak_pointer (&self->widget);
  g_clear_pointer (&self->measures, acini_measures_free);
  G_OBJECT_CLASS (acini_measure_layer_parent_class)->finalize (object);
}

static void
acini_measure_layer_class_init (AciniMeasureLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_measure_layer_finalize;
  ACINI_LAYER_CLASS (klass)->on_screen = TRUE;
  ACINI_LAYER_CLASS (klass)->snapshot = acini_measure_layer_snapshot;
}

static void
acini_measure_layer_init (AciniMeasureLayer *self)
{
}

AciniMeasureLayer *
acini_measure_layer_new (GtkWidget *widget)
{
  g_return_val_if_fail (widget == NULL || GTK_IS_WIDGET (widget), NULL);
  AciniMeasureLayer *self = g_object_new (ACINI_TYPE_MEASURE_LAYER, NULL);
  g_set_weak_pointer (&self->widget, widget);
  return self;
}

void
acini_measure_layer_set_measures (AciniMeasureLayer *self, AciniMeasures *measures)
{
  g_return_if_fail (ACINI_IS_MEASURE_LAYER (self));
  g_clear_pointer (&self->measures, acini_measures_free);
  self->measures = measures;
  acini_layer_damaged (ACINI_LAYER (self));
}

AciniMeasures *
acini_measure_layer_get_measures (AciniMeasureLayer *self)
{
  g_return_val_if_fail (ACINI_IS_MEASURE_LAYER (self), NULL);
  return self->measures;
}

void
acini_measure_layer_set_scale (AciniMeasureLayer *self, const AciniScale *scale)
{
  g_return_if_fail (ACINI_IS_MEASURE_LAYER (self) && scale != NULL);
  self->scale = *scale;
  acini_layer_damaged (ACINI_LAYER (self));
}
