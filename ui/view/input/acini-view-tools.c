/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/input/acini-view-tools.h"
#include "ui/tools/acini-tool-brush.h"
#include "ui/tools/acini-tool-edge-brush.h"
#include "ui/tools/acini-tool-fill.h"
#include "ui/tools/acini-tool-measure.h"
#include "ui/tools/acini-tool-outline.h"
#include "ui/tools/acini-tool-pan.h"
#include "ui/tools/acini-tool-pixels.h"
#include "ui/tools/acini-tool-reshape.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-measures.h"
#include "ui/view/core/acini-view-navigation.h"
#include "ui/view/core/acini-view-regions.h"

void
acini_view_update_cursor (AciniSlideView *self)
{
  AciniTool *tool = self->active ? self->active : self->space ? acini_view_get_tool (self, "pan") : self->tool;
  GdkCursor *now = gtk_widget_get_cursor (GTK_WIDGET (self));
  if (!now || g_strcmp0 (gdk_cursor_get_name (now), acini_tool_get_cursor (tool)) != 0)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), acini_tool_get_cursor (tool));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
acini_view_choose_tool (AciniSlideView *self, const char *id)
{
  const AciniToolInfo *info = acini_tools_find (id);
  AciniTool *tool = info ? acini_view_get_tool (self, id) : NULL;
  if (!tool || tool == self->tool)
    return FALSE;
  if (info->paints && self->project && acini_project_get_read_only (self->project))
    return FALSE;
  acini_view_finish_tool (self);
  acini_slide_view_set_outlining (self, FALSE);
  acini_tool_leave (self->tool);
  self->tool = tool;
  if (!ACINI_IS_TOOL_OUTLINE (tool) && !ACINI_IS_TOOL_RESHAPE (tool))
    acini_slide_view_set_reshaped (self, NULL);
  acini_view_update_cursor (self);
  return TRUE;
}

void
acini_view_brush_changed (AciniSlideView *self)
{
  for (guint i = 0; i < self->tools->len; i++)
    {
      AciniTool *tool = g_ptr_array_index (self->tools, i);
      if (ACINI_IS_TOOL_OUTLINE (tool))
        acini_tool_outline_set_label (ACINI_TOOL_OUTLINE (tool), (guint8)self->brush_label);
      if (ACINI_IS_TOOL_PIXELS (tool))
        acini_tool_pixels_set_label (ACINI_TOOL_PIXELS (tool), (guint8)self->brush_label);
      if (ACINI_IS_TOOL_EDGE_BRUSH (tool))
        acini_tool_edge_brush_set_size (ACINI_TOOL_EDGE_BRUSH (tool), self->brush_size);
      if (ACINI_IS_TOOL_FILL (tool))
        acini_tool_fill_set_label (ACINI_TOOL_FILL (tool), (guint8)self->brush_label);
      if (!ACINI_IS_TOOL_BRUSH (tool))
        continue;
      acini_tool_brush_set_size (ACINI_TOOL_BRUSH (tool), self->brush_size);
      acini_tool_brush_set_label (ACINI_TOOL_BRUSH (tool), (guint8)self->brush_label);
    }
}

gboolean
acini_view_is_tool_sized (AciniSlideView *self)
{
  return ACINI_IS_TOOL_BRUSH (self->tool) || ACINI_IS_TOOL_EDGE_BRUSH (self->tool);
}

void
acini_view_scale_brush (AciniSlideView *self, double factor)
{
  g_object_set (self, "brush-size", CLAMP (self->brush_size * factor, ACINI_BRUSH_MIN, ACINI_BRUSH_MAX), NULL);
}

double
acini_view_get_brush_length (AciniSlideView *self)
{
  const AciniScale scale = { self->mpp_x, self->mpp_y, 0 };
  return acini_units_get_length (&scale, self->brush_size / self->viewport.zoom, 0);
}

void
acini_view_set_brush_length (AciniSlideView *self, double length)
{
  double now = acini_view_get_brush_length (self);
  if (now > 0 && length > 0)
    acini_view_scale_brush (self, length / now);
}

static void
on_measured (AciniTool *tool, guint kind, const AciniMeasurePoint *points, guint n, AciniSlideView *self)
{
  acini_view_measured (self, (AciniMeasureKind)kind, points, n);
}

static void
on_reshape_done (AciniSlideView *self)
{
  acini_slide_view_set_reshaped (self, NULL);
}

void
acini_view_tools_init (AciniSlideView *self)
{
  AciniTool *pan = acini_view_get_tool (self, "pan");
  g_signal_connect_object (pan, "grabbed", G_CALLBACK (acini_view_stop), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pan, "dragged", G_CALLBACK (acini_view_pan_by), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pan, "released", G_CALLBACK (acini_view_flick), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_view_get_tool (self, "reshape"), "done", G_CALLBACK (on_reshape_done), self,
                           G_CONNECT_SWAPPED);
  for (guint i = 0; i < self->tools->len; i++)
    {
      AciniTool *tool = g_ptr_array_index (self->tools, i);
      g_signal_connect_object (tool, "changed", G_CALLBACK (acini_view_update_cursor), self, G_CONNECT_SWAPPED);
      if (ACINI_IS_TOOL_PIXELS (tool))
        g_signal_connect_object (tool, "failed", G_CALLBACK (acini_view_fail), self, G_CONNECT_SWAPPED);
      if (!ACINI_IS_TOOL_MEASURE (tool))
        continue;
      g_signal_connect_object (tool, "measured", G_CALLBACK (on_measured), self, G_CONNECT_DEFAULT);
      g_signal_connect_object (tool, "forget", G_CALLBACK (acini_view_measure_forget), self, G_CONNECT_SWAPPED);
    }
  acini_view_brush_changed (self);
}
