/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Fills the ellipse within a rectangle drawn as with that tool; with Shift it is a circle. */

#include "ui/tools/acini-tool-rectangle.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_ELLIPSE (acini_tool_ellipse_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolEllipse, acini_tool_ellipse, ACINI, TOOL_ELLIPSE, AciniToolRectangle)

G_END_DECLS
