/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The panes beside the tissue: on a narrow window they fold away and come over the tissue when they are asked for. */

#include "acini-config.h"

#include "ui/review/acini-review-page-private.h"

void
acini_review_page_set_narrow (AciniReviewPage *self, gboolean narrow)
{
  AdwOverlaySplitView *slides, *side;

  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  if (self->narrow == narrow)
    return;
  slides = self->slides_split;
  side = self->side_split;
  if (narrow)
    acini_review_page_get_panes (self, &self->wide_slides, &self->wide_side);
  self->narrow = narrow;
  adw_overlay_split_view_set_collapsed (slides, narrow);
  adw_overlay_split_view_set_collapsed (side, narrow);
  adw_overlay_split_view_set_show_sidebar (slides, !narrow && self->wide_slides);
  adw_overlay_split_view_set_show_sidebar (side, !narrow && self->wide_side);
}

void
acini_review_page_get_panes (AciniReviewPage *self, gboolean *slides, gboolean *side)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self) && slides != NULL && side != NULL);
  *slides = self->narrow ? self->wide_slides : adw_overlay_split_view_get_show_sidebar (self->slides_split);
  *side = self->narrow ? self->wide_side : adw_overlay_split_view_get_show_sidebar (self->side_split);
}
