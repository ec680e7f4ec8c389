/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-slide-view-private.h"

/* Where the effective mask differs from the one with another prediction: both are drawn solid, each takes away from the
 * other what they share, and what is left gets a colour of its own. */

static const GdkRGBA only_here = { 0.f, .45f, .70f, 1.f }, only_there = { .84f, .37f, 0.f, 1.f }; /* Okabe and Ito */

void
acini_view_difference_rebuild (AciniSlideView *self)
{
  g_clear_pointer (&self->against_mask, acini_mask_layer_free);
  if (!self->slide || !self->against)
    return;
  AciniMaskLook look;
  acini_view_get_look (self, &look);
  self->against_mask = acini_mask_layer_new (self->cache, acini_view_get_labels (self), self->slide_id,
                                             acini_slide_get_width (self->slide), acini_slide_get_height (self->slide),
                                             self->against, &look);
}

void
acini_view_get_look (AciniSlideView *self, AciniMaskLook *look)
{
  *look = self->look;
  if (!self->against)
    return;
  look->style = ACINI_MASK_FILLED;
  look->outlines = FALSE;
  look->opacity = 1;
}

AciniProject *
acini_view_get_labels (AciniSlideView *self)
{
  return self->show_labels ? self->project : NULL;
}

/* What is in @mask and not in @other, in @colour. */
static void
append_only (AciniMaskLayer *mask, AciniMaskLayer *other, GtkSnapshot *snapshot, const AciniViewport *viewport,
             const GdkRGBA *colour)
{
  float none[16] = { 0 };
  none[15] = 1; /* alpha stays */
  graphene_matrix_t matrix;
  graphene_vec4_t offset;
  graphene_matrix_init_from_float (&matrix, none);
  graphene_vec4_init (&offset, colour->red, colour->green, colour->blue, 0);
  gtk_snapshot_push_mask (snapshot, GSK_MASK_MODE_INVERTED_ALPHA);
  acini_mask_layer_snapshot (other, snapshot, viewport, NULL, 0);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_push_color_matrix (snapshot, &matrix, &offset);
  acini_mask_layer_snapshot (mask, snapshot, viewport, NULL, 0);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_pop (snapshot);
}

void
acini_view_difference_snapshot (AciniSlideView *self, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  if (!self->mask || !self->against_mask || !self->look.fill)
    return;
  gtk_snapshot_push_opacity (snapshot, self->look.opacity);
  append_only (self->mask, self->against_mask, snapshot, viewport, &only_here);
  append_only (self->against_mask, self->mask, snapshot, viewport, &only_there);
  gtk_snapshot_pop (snapshot);
}

void
acini_slide_view_set_against (AciniSlideView *self, AciniPrediction *prediction)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (g_set_object (&self->against, prediction))
    acini_view_rebuild_prediction (self);
}
