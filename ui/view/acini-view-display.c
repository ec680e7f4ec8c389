/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-slide-view-private.h"

/* The layer is made when it is needed first.  Until all of the screen is there for the first time, the slide is shown
 * as it is: no blank. */

void
acini_view_display_leave (AciniSlideView *self)
{
  g_clear_pointer (&self->display_layer, acini_display_layer_free);
}

void
acini_view_display_update (AciniSlideView *self)
{
  if (!self->slide || acini_display_is_plain (&self->display))
    acini_view_display_leave (self);
  else if (self->display_layer)
    acini_display_layer_set (self->display_layer, &self->display);
  else
    self->display_layer = acini_display_layer_new (self->cache, self->slide, &self->display);
  acini_view_queue_update (self);
}

AciniTileGrid *
acini_view_get_tissue (AciniSlideView *self)
{
  return self->display_layer ? acini_display_layer_get_grid (self->display_layer) : self->tissue;
}

AciniTileGrid *
acini_view_get_drawn_tissue (AciniSlideView *self, const AciniViewport *viewport)
{
  gboolean ready = self->display_layer && acini_display_layer_is_ready (self->display_layer, viewport);
  return ready ? acini_display_layer_get_grid (self->display_layer) : self->tissue;
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
