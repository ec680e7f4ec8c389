/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Live refinement: clicks and squiggles on what is on screen teach a regression what is meant, with Alt or the
 * secondary button what is not, and all of the screen, or of the region in which the first one begins, is shown as it
 * says after each.  Enter makes that labels: of the class, and of background where nobody has labelled yet. */

#include "ui/tools/acini-tool-click.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_REFINE (acini_tool_refine_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolRefine, acini_tool_refine, ACINI, TOOL_REFINE, AciniToolClick)

G_END_DECLS
