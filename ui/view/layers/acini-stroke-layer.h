/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tools draw: strokes that are not in the label layer yet, and the circle of the brush. */

#include "ui/view/layers/acini-stroke.h"
#include "ui/view/grid/acini-viewport.h"

G_BEGIN_DECLS

void acini_stroke_layer_append (GtkSnapshot *snapshot, const AciniViewport *viewport, AciniStroke *stroke,
                                const GdkRGBA *colour);

/* A black and white ring of @diameter at the screen point (@x, @y), to be seen on any tissue. */
void acini_stroke_layer_append_ring (GtkSnapshot *snapshot, double x, double y, double diameter);

G_END_DECLS
