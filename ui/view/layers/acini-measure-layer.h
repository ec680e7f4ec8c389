/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Lines and areas that were measured, with what they measure.  Drawn on the screen, so that the text stands upright. */

#include "ui/project/acini-measures.h"
#include "ui/view/grid/acini-viewport.h"

G_BEGIN_DECLS

/* @widget: whose font is used. */
void acini_measure_layer_append (GtkWidget *widget, GtkSnapshot *snapshot, const AciniViewport *viewport,
                                 const AciniScale *scale, AciniMeasureKind kind, const AciniMeasurePoint *points,
                                 guint n);

G_END_DECLS
