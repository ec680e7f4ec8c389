/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Fills what is outlined by clicked corners, or by a free line that comes back to where it began. */

#include "ui/tools/acini-tool-outline.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_POLYGON (acini_tool_polygon_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolPolygon, acini_tool_polygon, ACINI, TOOL_POLYGON, AciniToolOutline)

G_END_DECLS
