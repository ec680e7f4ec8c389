/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-region-layer.h"

#define DASH 6.f
#define HATCH 8.f /* from one line to the next, along x and along y */

struct _AciniRegionLayer
{
  AciniLayer parent_instance;
  GPtrArray *regions;   /* (nullable) AciniRegionRecord */
  GPtrArray *proposals; /* (nullable) likewise */
};

G_DEFINE_FINAL_TYPE (AciniRegionLayer, acini_region_layer, ACINI_TYPE_LAYER)

static const GdkRGBA dark = { 0, 0, 0, .6f }, white = { 1, 1, 1, 1 }, orange = { 1, .62f, 0, 1 };

static GskPath *
build_path (const AciniViewport *viewport, const AciniRegionRecord *region)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  for (guint i = 0; i < region->points->len; i++)
    {
      const double *point = &g_array_index (region->points, double, 2 * i);
      double x, y;
      acini_viewport_to_screen (viewport, point[0], point[1], &x, &y);
      if (i == 0)
        gsk_path_builder_move_to (builder, (float)x, (float)y);
      else
        gsk_path_builder_line_to (builder, (float)x, (float)y);
    }
  gsk_path_builder_close (builder);
  return gsk_path_builder_to_path (builder);
}

/* Slanting lines that stay where they are on the screen. */
static void
append_hatch (GtkSnapshot *snapshot, GskPath *path, const graphene_rect_t *area, GdkRGBA light)
{
  const GdkRGBA clear = { 0, 0, 0, 0 };
  const GskColorStop stops[]
      = { { 0, clear }, { .7f, clear }, { .7f, dark }, { .85f, dark }, { .85f, light }, { 1, light } };
  gtk_snapshot_push_fill (snapshot, path, GSK_FILL_RULE_WINDING);
  gtk_snapshot_append_repeating_linear_gradient (snapshot, area, &GRAPHENE_POINT_INIT (0, 0),
                                                 &GRAPHENE_POINT_INIT (HATCH, HATCH), stops, G_N_ELEMENTS (stops));
  gtk_snapshot_pop (snapshot);
}

static void
append_region (GtkSnapshot *snapshot, const AciniViewport *viewport, const AciniRegionRecord *region,
               const GdkRGBA *light)
{
  g_autoptr (GskPath) path = build_path (viewport, region);
  graphene_rect_t bounds, screen = GRAPHENE_RECT_INIT (0, 0, (float)viewport->width, (float)viewport->height), area;
  if (!gsk_path_get_bounds (path, &bounds))
    return;
  graphene_rect_inset (&bounds, -2, -2);
  if (!graphene_rect_intersection (&bounds, &screen, &area))
    return;
  g_autoptr (GskStroke) under = gsk_stroke_new (1.5f), over = gsk_stroke_new (1.5f);
  if (region->kind == ACINI_REGION_EXCLUSION)
    append_hatch (snapshot, path, &area, *light);
  gsk_stroke_set_dash (over, (const float[]){ DASH, DASH }, 2);
  gtk_snapshot_append_stroke (snapshot, path, under, &dark);
  gtk_snapshot_append_stroke (snapshot, path, over, light);
}

static void
acini_region_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  const AciniRegionLayer *self = ACINI_REGION_LAYER (layer);
  for (guint i = 0; self->regions && i < self->regions->len; i++)
    append_region (snapshot, viewport, g_ptr_array_index (self->regions, i), &white);
  for (guint i = 0; self->proposals && i < self->proposals->len; i++)
    append_region (snapshot, viewport, g_ptr_array_index (self->proposals, i), &orange);
}

static void
acini_region_layer_finalize (GObject *object)
{
  g_clear_pointer (&ACINI_REGION_LAYER (object)->regions, g_ptr_array_unref);
  g_clear_pointer (&ACINI_REGION_LAYER (object)->proposals, g_ptr_array_unref);
  G_OBJECT_CLASS (acini_region_layer_parent_class)->finalize (object);
}

static void
acini_region_layer_class_init (AciniRegionLayerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_region_layer_finalize;
  ACINI_LAYER_CLASS (klass)->on_screen = TRUE;
  ACINI_LAYER_CLASS (klass)->snapshot = acini_region_layer_snapshot;
}

static void
acini_region_layer_init (AciniRegionLayer *self)
{
}

AciniRegionLayer *
acini_region_layer_new (void)
{
  return g_object_new (ACINI_TYPE_REGION_LAYER, NULL);
}

void
acini_region_layer_set_proposals (AciniRegionLayer *self, GPtrArray *regions)
{
  g_return_if_fail (ACINI_IS_REGION_LAYER (self));
  g_clear_pointer (&self->proposals, g_ptr_array_unref);
  self->proposals = regions ? g_ptr_array_ref (regions) : NULL;
  acini_layer_damaged (ACINI_LAYER (self));
}

void
acini_region_layer_set_regions (AciniRegionLayer *self, GPtrArray *regions)
{
  g_return_if_fail (ACINI_IS_REGION_LAYER (self));
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  self->regions = regions ? g_ptr_array_ref (regions) : NULL;
  acini_layer_damaged (ACINI_LAYER (self));
}

GPtrArray *
acini_region_layer_get_regions (AciniRegionLayer *self)
{
  g_return_val_if_fail (ACINI_IS_REGION_LAYER (self), NULL);
  return self->regions;
}
