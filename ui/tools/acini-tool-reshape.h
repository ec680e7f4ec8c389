/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Moves the corners of an outline that there is already: a region's.  A corner is dragged, one is put where an edge is;
 * Tab walks them, the arrow keys move the chosen one, Insert adds one behind it, Delete and Backspace take it away. */

#include "ui/project/acini-measures.h"
#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_RESHAPE (acini_tool_reshape_get_type ())
/* Signals:
 *   reshaped (points: AciniMeasurePoint *, n: uint)  a corner has been moved, added or taken away
 *   done ()                                          Enter or Escape was pressed
 */
G_DECLARE_FINAL_TYPE (AciniToolReshape, acini_tool_reshape, ACINI, TOOL_RESHAPE, AciniTool)

/* The outline, level-0 pixels; @n 0: none. */
void acini_tool_reshape_set (AciniToolReshape *self, const AciniMeasurePoint *points, guint n);

G_END_DECLS
