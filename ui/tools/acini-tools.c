/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool.h"

static const AciniTool *const tools[] = {
  &acini_tool_pan, &acini_tool_brush, &acini_tool_eraser, &acini_tool_ruler, &acini_tool_area, NULL,
};

const AciniTool *const *
acini_tools_get_all (void)
{
  return tools;
}

const AciniTool *
acini_tools_find (const char *id)
{
  for (gsize i = 0; tools[i]; i++)
    if (g_strcmp0 (tools[i]->id, id) == 0)
      return tools[i];
  return NULL;
}
