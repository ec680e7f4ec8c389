/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A line drawn across an object, along which it is to become two. */

#include "ui/tools/acini-tool-path.h"

G_BEGIN_DECLS

/* Signals:
 *   cut (points: AciniMeasurePoint array, n: uint)  a line was drawn */
#define ACINI_TYPE_TOOL_SPLIT (acini_tool_split_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolSplit, acini_tool_split, ACINI, TOOL_SPLIT, AciniToolPath)

G_END_DECLS
