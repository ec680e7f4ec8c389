/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/tools/acini-tool.h"
#include "ui/view/acini-slide-view-private.h"

#include <glib/gi18n-lib.h>

static void
begin (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  acini_view_pan_begin (view, x, y);
}

static void
move (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  acini_view_pan_move (view, x, y);
}

static void
end (AciniSlideView *view)
{
  acini_view_pan_end (view);
}

const AciniTool acini_tool_pan = {
  .id = "pan",
  .title = N_ ("Move"),
  .icon = "acini-hand-symbolic",
  .cursor = "grab",
  .begin = begin,
  .move = move,
  .end = end,
  .cancel = end,
};
