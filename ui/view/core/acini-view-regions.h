/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Regions on the view, and drawing one: the next outline that is closed is not painted, but told.  While a region is
 * reshaped each outline is, and a tool of its own moves the corners. */

#include "data/labels/acini-stroke.h"
#include "data/project/acini-region.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

/* Those of the slide on screen; none once another is shown.  @regions: (nullable) (element-type AciniRegionRecord). */
void acini_slide_view_set_regions (AciniSlideView *self, GPtrArray *regions);
/* The same of those that are only proposed. */
void acini_slide_view_set_proposals (AciniSlideView *self, GPtrArray *regions);
/* Notifies "outlining"; with a tool that draws no outline the lasso is taken. */
void acini_slide_view_set_outlining (AciniSlideView *self, gboolean outlining);
gboolean acini_slide_view_get_outlining (AciniSlideView *self);

/* @region (nullable: none) is worked on from now on, with the tool "reshape", until another tool is taken that draws no
 * outlines, Enter or Escape pressed, or another slide shown; given again, it is what it has become.  Tells "reshaping"
 * when it is another. */
void acini_slide_view_set_reshaped (AciniSlideView *self, const AciniRegionRecord *region);
/* Its id, 0: none. */
gint64 acini_slide_view_get_reshaped (AciniSlideView *self);

/* For the view's own files: takes an outline of @stroke, if one is wanted.  Returns: whether it was. */
gboolean acini_view_take_outline (AciniSlideView *self, AciniStroke *stroke);

G_END_DECLS
