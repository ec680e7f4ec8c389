/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-stroke-layer.h"

struct _AciniStrokeLayer
{
  AciniLayer parent_instance;
  AciniStroke *stroke; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AciniStrokeLayer, acini_stroke_layer, ACINI_TYPE_LAYER)

/* In level-0 pixels relative to the first point, so that single precision is enough anywhere on a slide. */
static GskPath *
build_path (AciniStroke *stroke)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  double x0, y0, x, y;
  acini_stroke_get_point (stroke, 0, &x0, &y0);
  gsk_path_builder_move_to (builder, 0, 0);
  /* A path of one point has no caps: a hair's breadth gives it some. */
  if (acini_stroke_get_n_points (stroke) == 1)
    gsk_path_builder_line_to (builder, (float)(acini_stroke_get_radius (stroke) * 1e-3), 0);
  for (guint i = 1; i < acini_stroke_get_n_points (stroke); i++)
    {
      acini_stroke_get_point (stroke, i, &x, &y);
      gsk_path_builder_line_to (builder, (float)(x - x0), (float)(y - y0));
    }
  return gsk_path_builder_free_to_path (builder);
}

static void
append (GtkSnapshot *snapshot, GskPath *path, double radius, const GdkRGBA *colour)
{
  g_autoptr (GskStroke) pen = gsk_stroke_new ((float)(2 * radius));
  gsk_stroke_set_line_cap (pen, GSK_LINE_CAP_ROUND);
  gsk_stroke_set_line_join (pen, GSK_LINE_JOIN_ROUND);
  gtk_snapshot_append_stroke (snapshot, path, pen, colour);
}

/* Each piece as wide as the pen was pressed at its end; drawn as one, so that they do not darken each other. */
static void
append_pieces (GtkSnapshot *snapshot, AciniStroke *stroke, const GdkRGBA *colour)
{
  const GdkRGBA opaque = { colour->red, colour->green, colour->blue, 1 };
  double x0, y0, x, y, from_x = 0, from_y = 0;
  acini_stroke_get_point (stroke, 0, &x0, &y0);
  gtk_snapshot_push_opacity (snapshot, colour->alpha);
  for (guint i = 0; i < acini_stroke_get_n_points (stroke); i++)
    {
      double radius = acini_stroke_get_point_radius (stroke, i);
      GskPathBuilder *builder = gsk_path_builder_new ();
      acini_stroke_get_point (stroke, i, &x, &y);
      gsk_path_builder_move_to (builder, (float)from_x, (float)from_y);
      gsk_path_builder_line_to (builder, (float)(x - x0 + radius * 1e-3), (float)(y - y0));
      g_autoptr (GskPath) path = gsk_path_builder_free_to_path (builder);
      append (snapshot, path, radius, &opaque);
      from_x = x - x0;
      from_y = y - y0;
    }
  gtk_snapshot_pop (snapshot);
}

static void
acini_stroke_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  AciniStroke *stroke = ACINI_STROKE_LAYER (layer)->stroke;
  const GdkRGBA grey = { .5f, .5f, .5f, .5f };
  double x, y;
  if (!stroke)
    return;
  acini_stroke_get_point (stroke, 0, &x, &y);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)acini_viewport_to_canvas_x (viewport, x),
                                                          (float)acini_viewport_to_canvas_y (viewport, y)));
  gtk_snapshot_scale (snapshot, (float)viewport->zoom, (float)viewport->zoom);
  if (acini_stroke_is_even (stroke))
    {
      g_autoptr (GskPath) path = build_path (stroke);
      append (snapshot, path, acini_stroke_get_radius (stroke), &grey);
    }
  else
    append_pieces (snapshot, stroke, &grey);
  gtk_snapshot_restore (snapshot);
}

static void
acini_stroke_layer_finalize (GObject *object)
{
  g_clear_pointer (&ACINI_STROKE_LAYER (object)->stroke, acini_stroke_unref);
  G_OBJECT_CLASS (acini_stroke_layer_parent_class)->finalize (object);
}

static void
acini_stroke_layer_class_init (AciniStrokeLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_stroke_layer_finalize;
  ACINI_LAYER_CLASS (klass)->snapshot = acini_stroke_layer_snapshot;
}

static void
acini_stroke_layer_init (AciniStrokeLayer *self)
{
}

AciniStrokeLayer *
acini_stroke_layer_new (void)
{
  return g_object_new (ACINI_TYPE_STROKE_LAYER, NULL);
}

void
acini_stroke_layer_set_stroke (AciniStrokeLayer *self, AciniStroke *stroke)
{
  g_return_if_fail (ACINI_IS_STROKE_LAYER (self) && (!stroke || acini_stroke_get_n_points (stroke) > 0));
  if (stroke == self->stroke)
    return;
  g_clear_pointer (&self->stroke, acini_stroke_unref);
  self->stroke = stroke ? acini_stroke_ref (stroke) : NULL;
  acini_layer_damaged (ACINI_LAYER (self));
}
