/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/core/acini-view-regions.h"

#include "ui/tools/acini-tool-outline.h"
#include "ui/view/core/acini-view-core.h"

void
acini_slide_view_set_regions (AciniSlideView *self, GPtrArray *regions)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  acini_region_layer_set_regions (self->regions, regions);
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

gboolean
acini_view_take_outline (AciniSlideView *self, AciniStroke *stroke)
{
  if (!self->outlining)
    return FALSE;
  acini_slide_view_set_outlining (self, FALSE);
  g_signal_emit_by_name (self, "outlined", stroke);
  return TRUE;
}
