/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Regions on the view, and drawing one: the next outline that is closed is not painted, but told. */

#include "data/labels/acini-stroke.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

/* Those of the slide on screen; none once another is shown.  @regions: (nullable) (element-type AciniRegionRecord). */
void acini_slide_view_set_regions (AciniSlideView *self, GPtrArray *regions);
/* Notifies "outlining"; with a tool that draws no outline the lasso is taken. */
void acini_slide_view_set_outlining (AciniSlideView *self, gboolean outlining);
gboolean acini_slide_view_get_outlining (AciniSlideView *self);

/* For the view's own files: takes an outline of @stroke, if one is wanted.  Returns: whether it was. */
gboolean acini_view_take_outline (AciniSlideView *self, AciniStroke *stroke);

G_END_DECLS
