/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Fills what is clicked: an object, or a gap that objects enclose.
 *
 * Signals:
 *   filled (x, y: double, label: uint)  a click at that level-0 point; with Alt @label is the background's */

#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_FILL (acini_tool_fill_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolFill, acini_tool_fill, ACINI, TOOL_FILL, AciniTool)

/* What it paints. */
void acini_tool_fill_set_label (AciniToolFill *self, guint8 label);

G_END_DECLS
