/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Chooses objects: a click the one under it, a line drawn around several those; with Shift besides what is chosen.  Tab
 * and Shift+Tab walk from one to the next. */

#include "ui/tools/acini-tool-path.h"

G_BEGIN_DECLS

/* Signals:
 *   picked (x, y: double, add: boolean)                               a click, level-0 pixels
 *   lassoed (points: AciniMeasurePoint array, n: uint, add: boolean)  a line that was closed
 *   walked (step: int)                                                1: to the next one, -1: to the one before
 *   dropped ()                                                        nothing is to be chosen any more
 */
#define ACINI_TYPE_TOOL_SELECT (acini_tool_select_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolSelect, acini_tool_select, ACINI, TOOL_SELECT, AciniToolPath)

/* How many are chosen: without any, Escape is left to others. */
void acini_tool_select_set_n_selected (AciniToolSelect *self, guint n);

G_END_DECLS
