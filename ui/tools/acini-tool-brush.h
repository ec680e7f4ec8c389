/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Paints with a round brush; with Alt it erases. */

#include "data/labels/acini-stroke.h"
#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

/* Signals:
 *   painted (stroke: AciniStroke, as a pointer)  a stroke is finished
 */
#define ACINI_TYPE_TOOL_BRUSH (acini_tool_brush_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolBrush, acini_tool_brush, ACINI, TOOL_BRUSH, AciniTool)

struct _AciniToolBrushClass
{
  AciniToolClass parent_class;
  gboolean erases; /* with or without Alt */
};

/* @size: diameter in screen pixels. */
void acini_tool_brush_set_size (AciniToolBrush *self, double size);
/* What it paints. */
void acini_tool_brush_set_label (AciniToolBrush *self, guint8 label);
/* For other tools as wide as a brush: its ring at the pointer, with the colour of @label in its middle. */
void acini_tool_brush_append_ring (GtkSnapshot *snapshot, const AciniToolContext *context, double size, guint8 label);
/* Returns: (transfer none) (nullable) the stroke that is being painted. */
AciniStroke *acini_tool_brush_get_stroke (AciniToolBrush *self);

G_END_DECLS
