/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A magic wand: paints what is like the point that is pressed and connected with it; dragging to the right takes in
 * more, to the left less.  With Alt it erases.  The next one begins with the tolerance of the last. */

#include "ui/tools/acini-tool-pixels.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_WAND (acini_tool_wand_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolWand, acini_tool_wand, ACINI, TOOL_WAND, AciniToolPixels)

/* 0 … ACINI_WAND_MOST */
double acini_tool_wand_get_tolerance (AciniToolWand *self);

G_END_DECLS
