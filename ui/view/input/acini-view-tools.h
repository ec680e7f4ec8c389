/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The view's tools: which one is chosen, what becomes of what they tell. */

#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

void acini_view_tools_init (AciniSlideView *self);
/* Chooses the tool of that name, if there is one.  Returns: whether it is another. */
gboolean acini_view_choose_tool (AciniSlideView *self, const char *id);
/* Of the brushes, as the view's properties say. */
void acini_view_brush_changed (AciniSlideView *self);
/* The pointer's cursor, as the tool and the keys have it. */
void acini_view_update_cursor (AciniSlideView *self);

/* The limits of a brush's diameter, screen pixels. */
#define ACINI_BRUSH_MIN 2.
#define ACINI_BRUSH_MAX 1000.
/* From one brush to the next. */
#define ACINI_BRUSH_STEP 1.25
/* Whether the chosen tool is as wide as the brush. */
gboolean acini_view_is_tool_sized (AciniSlideView *self);
/* Makes the brush @factor times as large, within its limits. */
void acini_view_scale_brush (AciniSlideView *self, double factor);
/* Its diameter on the slide: µm, or level-0 pixels where the scale is not known. */
double acini_view_get_brush_length (AciniSlideView *self);
void acini_view_set_brush_length (AciniSlideView *self, double length);

G_END_DECLS
