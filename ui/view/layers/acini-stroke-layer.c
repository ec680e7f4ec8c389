/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-stroke-layer.h"

void
acini_stroke_layer_append (GtkSnapshot *snapshot, const AciniViewport *viewport, AciniStroke *stroke,
                           const GdkRGBA *colour)
{
  double x, y;
  acini_stroke_get_origin (stroke, &x, &y);
  g_autoptr (GskPath) path = acini_stroke_build_path (stroke);
  g_autoptr (GskStroke) pen = gsk_stroke_new ((float)(2 * acini_stroke_get_radius (stroke)));
  gsk_stroke_set_line_cap (pen, GSK_LINE_CAP_ROUND);
  gsk_stroke_set_line_join (pen, GSK_LINE_JOIN_ROUND);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)acini_viewport_to_canvas_x (viewport, x),
                                                          (float)acini_viewport_to_canvas_y (viewport, y)));
  gtk_snapshot_scale (snapshot, (float)viewport->zoom, (float)viewport->zoom);
  gtk_snapshot_append_stroke (snapshot, path, pen, colour);
  gtk_snapshot_restore (snapshot);
}

static void
append_circle (GtkSnapshot *snapshot, double x, double y, double diameter, float width, const GdkRGBA *colour)
{
  GskRoundedRect circle;
  float d = (float)diameter;
  const float widths[4] = { width, width, width, width };
  const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };
  gsk_rounded_rect_init_from_rect (&circle, &GRAPHENE_RECT_INIT ((float)x - d / 2, (float)y - d / 2, d, d), d / 2);
  gtk_snapshot_append_border (snapshot, &circle, widths, colours);
}

void
acini_stroke_layer_append_ring (GtkSnapshot *snapshot, double x, double y, double diameter)
{
  const GdkRGBA dark = { 0, 0, 0, .8f }, light = { 1, 1, 1, .95f };
  append_circle (snapshot, x, y, diameter + 2, 1, &dark);
  append_circle (snapshot, x, y, diameter, 1.5f, &light);
  append_circle (snapshot, x, y, 3, 1.5f, &dark);
}
