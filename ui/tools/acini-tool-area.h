/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Corners by clicks, or a free line while the button is down; closed at the first corner, by a double click or by
 * Return. */

#include "ui/tools/acini-tool-measure.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_AREA (acini_tool_area_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolArea, acini_tool_area, ACINI, TOOL_AREA, AciniToolMeasure)

G_END_DECLS
