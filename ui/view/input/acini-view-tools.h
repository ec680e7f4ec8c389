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

G_END_DECLS
