/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/core/acini-view-regions.h"

#include "ui/tools/acini-tool-outline.h"
#include "ui/tools/acini-tool-reshape.h"
#include "ui/view/core/acini-view-core.h"

void
acini_slide_view_set_regions (AciniSlideView *self, GPtrArray *regions)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  acini_region_layer_set_regions (self->regions, regions);
}

void
acini_slide_view_set_proposals (AciniSlideView *self, GPtrArray *regions)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  acini_region_layer_set_proposals (self->regions, regions);
}

void
acini_slide_view_set_outlining (AciniSlideView *self, gboolean outlining)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (self->outlining == outlining)
    return;
  if (outlining && !ACINI_IS_TOOL_OUTLINE (self->tool))
    g_object_set (self, "tool", "lasso", NULL);
  self->outlining = outlining;
  g_object_notify (G_OBJECT (self), "outlining");
}

gboolean
acini_slide_view_get_outlining (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), FALSE);
  return self->outlining;
}

void
acini_slide_view_set_reshaped (AciniSlideView *self, const AciniRegionRecord *region)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  gint64 before = self->reshaping;
  self->reshaping = region ? region->id : 0;
  acini_tool_reshape_set (ACINI_TOOL_RESHAPE (acini_view_get_tool (self, "reshape")),
                          region ? (const AciniMeasurePoint *)(gconstpointer)region->points->data : NULL,
                          region ? region->points->len : 0);
  if (self->reshaping == before)
    return;
  if (region)
    g_object_set (self, "tool", "reshape", NULL);
  else if (ACINI_IS_TOOL_RESHAPE (self->tool))
    g_object_set (self, "tool", "select", NULL);
  g_signal_emit_by_name (self, "reshaping");
}

gint64
acini_slide_view_get_reshaped (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), 0);
  return self->reshaping;
}

gboolean
acini_view_take_outline (AciniSlideView *self, AciniStroke *stroke)
{
  if (self->reshaping != 0)
    {
      g_signal_emit_by_name (self, "outlined", stroke);
      return TRUE;
    }
  if (!self->outlining)
    return FALSE;
  acini_slide_view_set_outlining (self, FALSE);
  g_signal_emit_by_name (self, "outlined", stroke);
  return TRUE;
}
