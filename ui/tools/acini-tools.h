/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The one table of tools. */

#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

typedef struct
{
  const char *id;  /* the view's "tool" property */
  gboolean paints; /* labels */
  gboolean sized;  /* it is as wide as the brush */
  GType (*get_type) (void);
} AciniToolInfo;

/* Returns: (transfer none) *@n tools, in the order of the tool bar. */
const AciniToolInfo *acini_tools_get_all (guint *n);
/* NULL where there is no tool of that name. */
const AciniToolInfo *acini_tools_find (const char *id);

G_END_DECLS
