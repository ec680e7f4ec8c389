/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Fills the rectangle between where the button went down and where the pointer is; with Shift it is a square. Its sides
 * follow the screen, however the slide is turned. */

#include "ui/tools/acini-tool-outline.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_RECTANGLE (acini_tool_rectangle_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolRectangle, acini_tool_rectangle, ACINI, TOOL_RECTANGLE, AciniToolOutline)

struct _AciniToolRectangleClass
{
  AciniToolOutlineClass parent_class;
  /* Sets the outline to the shape between two corners, in screen points. */
  void (*draw) (AciniToolRectangle *self, const AciniToolContext *context, double x0, double y0, double x1, double y1);
};

G_END_DECLS
