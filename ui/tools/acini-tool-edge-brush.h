/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A brush that paints only what no edge separates from its middle; with Alt it erases. */

#include "ui/tools/acini-tool-pixels.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_EDGE_BRUSH (acini_tool_edge_brush_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolEdgeBrush, acini_tool_edge_brush, ACINI, TOOL_EDGE_BRUSH, AciniToolPixels)

/* @size: diameter in screen pixels. */
void acini_tool_edge_brush_set_size (AciniToolEdgeBrush *self, double size);

G_END_DECLS
