/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/core/acini-view-display.h"
#include "ui/view/core/acini-view-core.h"

void
acini_view_display_update (AciniSlideView *self)
{
  if (self->tissue)
    acini_tissue_layer_set_display (self->tissue, self->cache, self->slide, &self->display);
}

void
acini_slide_view_set_display (AciniSlideView *self, const AciniDisplay *display)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && display != NULL);
  self->display = *display;
  acini_view_display_update (self);
  g_signal_emit_by_name (self, "display-changed");
}

void
acini_slide_view_get_display (AciniSlideView *self, AciniDisplay *display)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && display != NULL);
  *display = self->display;
}
