/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A brush that paints background. */

#include "ui/tools/acini-tool-brush.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_ERASER (acini_tool_eraser_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolEraser, acini_tool_eraser, ACINI, TOOL_ERASER, AciniToolBrush)

G_END_DECLS
