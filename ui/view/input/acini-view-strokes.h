/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Finished strokes on their way into the label layer. */

#include "data/labels/acini-stroke.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

/* Takes what the brushes paint. */
void acini_view_strokes_init (AciniSlideView *self);
/* The slide is left: its strokes are finished, and no longer drawn. */
void acini_view_strokes_leave (AciniSlideView *self);
/* Whether every stroke is in the journal. */
gboolean acini_view_strokes_are_idle (AciniSlideView *self);
/* Of a stroke that a handler of "replacing" took: it is written, or, not @done, cannot be. */
void acini_view_stroke_replaced (AciniSlideView *self, AciniStroke *stroke, gboolean done);
void acini_view_strokes_clear (AciniSlideView *self);

G_END_DECLS
