/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/tools/acini-tool.h"
#include "ui/view/acini-slide-view-private.h"

#include <glib/gi18n-lib.h>

static void
begin (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  if (state & GDK_ALT_MASK)
    acini_tool_eraser.begin (view, x, y, state);
  else
    acini_view_stroke_begin (view, acini_tool_brush.id, acini_view_get_brush_label (view), x, y);
}

static void
move (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  acini_view_stroke_move (view, x, y);
}

const AciniTool acini_tool_brush = {
  .id = "brush",
  .title = N_ ("Brush"),
  .icon = "acini-brush-symbolic",
  .cursor = "crosshair",
  .round = TRUE,
  .begin = begin,
  .move = move,
  .end = acini_view_stroke_end,
  .cancel = acini_view_stroke_cancel,
};
