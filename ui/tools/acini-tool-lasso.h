/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Fills what a free line goes round; letting go closes it. */

#include "ui/tools/acini-tool-outline.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_LASSO (acini_tool_lasso_get_type ())
G_DECLARE_FINAL_TYPE (AciniToolLasso, acini_tool_lasso, ACINI, TOOL_LASSO, AciniToolOutline)

G_END_DECLS
