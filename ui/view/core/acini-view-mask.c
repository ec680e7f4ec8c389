/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/core/acini-view-mask.h"
#include "ui/tools/acini-tool-pixels.h"
#include "ui/view/core/acini-view-core.h"

/* Compared with another one, a mask is drawn solid. */
static void
get_look (AciniSlideView *self, AciniMaskLook *look)
{
  *look = self->look;
  if (!self->against)
    return;
  look->style = ACINI_MASK_FILLED;
  look->outlines = look->negatives = FALSE;
  look->opacity = 1;
}

static void
get_against_look (AciniSlideView *self, AciniMaskLook *look)
{
  get_look (self, look);
  if (self->against_thresholds.n > 0)
    look->thresholds = self->against_thresholds;
}

static AciniMaskLayer *
make_mask (AciniSlideView *self, AciniPrediction *prediction, gboolean against)
{
  AciniMaskLook look;
  (against ? get_against_look : get_look) (self, &look);
  return acini_mask_layer_new (self->cache, self->show_labels ? self->project : NULL, self->slide_id,
                               acini_slide_get_width (self->slide), acini_slide_get_height (self->slide), prediction,
                               &look);
}

/* A stroke is seen even where the mask is hidden. */
static void
update_visible (AciniSlideView *self)
{
  gboolean filled = self->look.fill && self->look.opacity > 0;
  acini_layer_set_visible (ACINI_LAYER (self->stroke), self->difference != NULL || !filled);
  if (!self->difference)
    return;
  acini_layer_set_visible (ACINI_LAYER (self->difference), self->look.fill);
  acini_layer_set_opacity (ACINI_LAYER (self->difference), self->look.opacity);
}

void
acini_view_look_changed (AciniSlideView *self)
{
  AciniMaskLook look;
  get_look (self, &look);
  if (self->mask)
    acini_mask_layer_set_look (self->mask, &look);
  get_against_look (self, &look);
  if (self->difference)
    acini_mask_layer_set_look (acini_difference_layer_get_there (self->difference), &look);
  update_visible (self);
  acini_view_queue_update (self);
}

void
acini_view_rebuild_mask (AciniSlideView *self)
{
  g_clear_object (&self->difference);
  g_clear_object (&self->mask);
  if (self->slide)
    {
      self->mask = make_mask (self, self->prediction, FALSE);
      if (self->against)
        {
          g_autoptr (AciniMaskLayer) there = make_mask (self, self->against, TRUE);
          self->difference = acini_difference_layer_new (self->mask, there);
        }
      acini_view_strokes_shown (self);
    }
  update_visible (self);
  acini_view_arrange_layers (self);
  acini_view_queue_update (self);
}

void
acini_view_strokes_shown (AciniSlideView *self)
{
  if (self->mask && !self->difference)
    acini_mask_layer_set_strokes (self->mask, (AciniStroke *const *)self->shown_strokes->pdata,
                                  self->shown_strokes->len, self->n_written_strokes);
}

void
acini_slide_view_set_prediction (AciniSlideView *self, AciniPrediction *prediction)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (!g_set_object (&self->prediction, prediction))
    return;
  acini_view_rebuild_mask (self);
  AciniToolContext context;
  acini_view_get_tool_context (self, &context);
  if (ACINI_IS_TOOL_PIXELS (self->tool))
    acini_tool_pixels_look_again (ACINI_TOOL_PIXELS (self->tool), &context);
}

void
acini_slide_view_set_against (AciniSlideView *self, AciniPrediction *prediction)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (g_set_object (&self->against, prediction))
    acini_view_rebuild_mask (self);
}

void
acini_slide_view_set_thresholds (AciniSlideView *self, const AciniThresholds *thresholds,
                                 const AciniThresholds *against)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && thresholds != NULL);
  self->look.thresholds = *thresholds;
  self->against_thresholds = against ? *against : (AciniThresholds){ 0 };
  acini_view_look_changed (self);
  g_object_notify (G_OBJECT (self), "threshold");
}

void
acini_slide_view_prediction_changed (AciniSlideView *self, gint64 column, gint64 row)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (!self->prediction || !self->mask)
    return;
  double size = ACINI_PREDICTION_TILE * acini_prediction_get_info (self->prediction)->downsample;
  double x = (double)column * size, y = (double)row * size;
  acini_layer_damage (ACINI_LAYER (self->mask), x, y, x + size, y + size);
  acini_view_queue_update (self);
}

void
acini_slide_view_labels_changed (AciniSlideView *self, const AciniRect *damage)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && damage != NULL);
  g_signal_emit_by_name (self, "damaged");
  acini_view_damage_labels (self, damage);
}

void
acini_view_damage_labels (AciniSlideView *self, const AciniRect *damage)
{
  if (!self->mask || !self->show_labels || damage->width <= 0 || damage->height <= 0)
    return;
  AciniLayer *layer = self->difference ? ACINI_LAYER (self->difference) : ACINI_LAYER (self->mask);
  double x = (double)damage->x, y = (double)damage->y;
  acini_layer_damage (layer, x, y, x + (double)damage->width, y + (double)damage->height);
  acini_view_queue_update (self);
}
