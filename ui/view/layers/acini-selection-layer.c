/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-selection-layer.h"

/* Screen pixels: the line, the dark one under it, and what is too small for an outline. */
#define LINE 2.f
#define UNDER 4.f
#define SMALL 6.
#define DASH 5.f

struct _AciniSelectionLayer
{
  AciniLayer parent_instance;
  gboolean dashed;
  GPtrArray *outlines; /* AciniOutline; NULL: none */
};

G_DEFINE_FINAL_TYPE (AciniSelectionLayer, acini_selection_layer, ACINI_TYPE_LAYER)

static const GdkRGBA dark = { 0, 0, 0, .6f }, light = { 1, .92f, .23f, 1 }, white = { 1, 1, 1, 1 };

AciniOutline *
acini_outline_new (double x, double y, double width, double height, GskPath *path)
{
  AciniOutline *self = g_atomic_rc_box_new0 (AciniOutline);
  *self = (AciniOutline){ x, y, width, height, path };
  return self;
}

AciniOutline *
acini_outline_ref (AciniOutline *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_outline (gpointer self)
{
  g_clear_pointer (&((AciniOutline *)self)->path, gsk_path_unref);
}

void
acini_outline_unref (AciniOutline *self)
{
  g_atomic_rc_box_release_full (self, clear_outline);
}

void
acini_outline_add_rings (const AciniComponent *component, gpointer builder)
{
  for (guint i = 0; i < component->rings->len; i++)
    {
      const GArray *ring = component->rings->pdata[i];
      for (guint j = 0; j < ring->len; j++)
        {
          const AciniPoint *point = &g_array_index (ring, AciniPoint, j);
          if (j == 0)
            gsk_path_builder_move_to (builder, (float)point->x, (float)point->y);
          else
            gsk_path_builder_line_to (builder, (float)point->x, (float)point->y);
        }
      gsk_path_builder_close (builder);
    }
}

static void
append_box (GtkSnapshot *snapshot, const graphene_rect_t *box, const GdkRGBA *colour)
{
  GskRoundedRect outline;
  const float widths[4] = { LINE, LINE, LINE, LINE };
  const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };
  graphene_rect_t around = *box;
  graphene_rect_inset (&around, -LINE - 1, -LINE - 1);
  gsk_rounded_rect_init_from_rect (&outline, &around, 0);
  gtk_snapshot_append_border (snapshot, &outline, widths, colours);
}

static void
append_path (GtkSnapshot *snapshot, const AciniOutline *outline, const graphene_rect_t *box, double zoom,
             gboolean dashed)
{
  /* The path is in level-0 pixels, the line in those of the screen. */
  g_autoptr (GskStroke) under = gsk_stroke_new (UNDER / (float)zoom), over = gsk_stroke_new (LINE / (float)zoom);
  gsk_stroke_set_line_join (under, GSK_LINE_JOIN_ROUND);
  gsk_stroke_set_line_join (over, GSK_LINE_JOIN_ROUND);
  if (dashed)
    gsk_stroke_set_dash (over, (const float[]){ DASH / (float)zoom, DASH / (float)zoom }, 2);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &box->origin);
  gtk_snapshot_scale (snapshot, (float)zoom, (float)zoom);
  gtk_snapshot_append_stroke (snapshot, outline->path, under, &dark);
  gtk_snapshot_append_stroke (snapshot, outline->path, over, dashed ? &white : &light);
  gtk_snapshot_restore (snapshot);
}

static void
acini_selection_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  AciniSelectionLayer *self = ACINI_SELECTION_LAYER (layer);
  double x0, y0, x1, y1;
  acini_viewport_get_area (viewport, &x0, &y0, &x1, &y1);
  for (guint i = 0; self->outlines && i < self->outlines->len; i++)
    {
      const AciniOutline *outline = g_ptr_array_index (self->outlines, i);
      if (outline->x > x1 || outline->y > y1 || outline->x + outline->width < x0 || outline->y + outline->height < y0)
        continue;
      graphene_rect_t box
          = GRAPHENE_RECT_INIT ((float)acini_viewport_to_canvas_x (viewport, outline->x),
                                (float)acini_viewport_to_canvas_y (viewport, outline->y),
                                (float)(outline->width * viewport->zoom), (float)(outline->height * viewport->zoom));
      if (outline->path && MAX (outline->width, outline->height) * viewport->zoom >= SMALL)
        append_path (snapshot, outline, &box, viewport->zoom, self->dashed);
      else
        append_box (snapshot, &box, self->dashed ? &white : &light);
    }
}

static void
acini_selection_layer_finalize (GObject *object)
{
  g_clear_pointer (&ACINI_SELECTION_LAYER (object)->outlines, g_ptr_array_unref);
  G_OBJECT_CLASS (acini_selection_layer_parent_class)->finalize (object);
}

static void
acini_selection_layer_class_init (AciniSelectionLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_selection_layer_finalize;
  ACINI_LAYER_CLASS (klass)->snapshot = acini_selection_layer_snapshot;
}

static void
acini_selection_layer_init (AciniSelectionLayer *self)
{
}

AciniSelectionLayer *
acini_selection_layer_new (gboolean dashed)
{
  AciniSelectionLayer *self = g_object_new (ACINI_TYPE_SELECTION_LAYER, NULL);
  self->dashed = dashed;
  return self;
}

void
acini_selection_layer_set_outlines (AciniSelectionLayer *self, GPtrArray *outlines)
{
  g_return_if_fail (ACINI_IS_SELECTION_LAYER (self));
  g_clear_pointer (&self->outlines, g_ptr_array_unref);
  self->outlines = outlines ? g_ptr_array_ref (outlines) : NULL;
  acini_layer_damaged (ACINI_LAYER (self));
}

guint
acini_selection_layer_get_n (AciniSelectionLayer *self)
{
  g_return_val_if_fail (ACINI_IS_SELECTION_LAYER (self), 0);
  return self->outlines ? self->outlines->len : 0;
}
