/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Drags the slide, and lets it go with the speed of the hand. */

#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

/* Signals:
 *   grabbed ()                             the slide is held
 *   dragged (dx, dy: double)               moved by so many screen pixels
 *   released (speed_x, speed_y: double)    let go of; screen pixels a second, 0 where the hand had come to rest
 */
#define ACINI_TYPE_TOOL_PAN (acini_tool_pan_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolPan, acini_tool_pan, ACINI, TOOL_PAN, AciniTool)

G_END_DECLS
