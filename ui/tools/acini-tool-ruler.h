/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A line from where the button goes down to where it is let go; with Shift in steps of 45°. */

#include "ui/tools/acini-tool-measure.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_RULER (acini_tool_ruler_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolRuler, acini_tool_ruler, ACINI, TOOL_RULER, AciniToolMeasure)

G_END_DECLS
