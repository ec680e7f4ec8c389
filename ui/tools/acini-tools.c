/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tools.h"
#include "ui/tools/acini-tool-area.h"
#include "ui/tools/acini-tool-click.h"
#include "ui/tools/acini-tool-edge-brush.h"
#include "ui/tools/acini-tool-ellipse.h"
#include "ui/tools/acini-tool-eraser.h"
#include "ui/tools/acini-tool-fill.h"
#include "ui/tools/acini-tool-lasso.h"
#include "ui/tools/acini-tool-pan.h"
#include "ui/tools/acini-tool-polygon.h"
#include "ui/tools/acini-tool-refine.h"
#include "ui/tools/acini-tool-reshape.h"
#include "ui/tools/acini-tool-ruler.h"
#include "ui/tools/acini-tool-select.h"
#include "ui/tools/acini-tool-split.h"
#include "ui/tools/acini-tool-wand.h"

static const AciniToolInfo tools[] = {
  { "pan", FALSE, FALSE, acini_tool_pan_get_type },        { "brush", TRUE, TRUE, acini_tool_brush_get_type },
  { "eraser", TRUE, TRUE, acini_tool_eraser_get_type },    { "polygon", TRUE, FALSE, acini_tool_polygon_get_type },
  { "lasso", TRUE, FALSE, acini_tool_lasso_get_type },     { "rectangle", TRUE, FALSE, acini_tool_rectangle_get_type },
  { "ellipse", TRUE, FALSE, acini_tool_ellipse_get_type }, { "ruler", FALSE, FALSE, acini_tool_ruler_get_type },
  { "area", FALSE, FALSE, acini_tool_area_get_type },      { "select", FALSE, FALSE, acini_tool_select_get_type },
  { "click", TRUE, FALSE, acini_tool_click_get_type },     { "refine", TRUE, FALSE, acini_tool_refine_get_type },
  { "wand", TRUE, FALSE, acini_tool_wand_get_type },       { "edge-brush", TRUE, TRUE, acini_tool_edge_brush_get_type },
  { "fill", TRUE, FALSE, acini_tool_fill_get_type },       { "split", TRUE, FALSE, acini_tool_split_get_type },
  { "reshape", TRUE, FALSE, acini_tool_reshape_get_type },
};

const AciniToolInfo *
acini_tools_get_all (guint *n)
{
  g_return_val_if_fail (n != NULL, NULL);
  *n = G_N_ELEMENTS (tools);
  return tools;
}

const AciniToolInfo *
acini_tools_find (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    if (g_strcmp0 (tools[i].id, id) == 0)
      return &tools[i];
  return NULL;
}
