/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/tools/acini-tool.h"
#include "ui/view/acini-slide-view-private.h"

#include <glib/gi18n-lib.h>

/* Erasing is deciding that it is background: the prediction must not come back there. */
static void
begin (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  acini_view_stroke_begin (view, acini_tool_eraser.id, ACINI_LABEL_BACKGROUND, x, y);
}

static void
move (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  acini_view_stroke_move (view, x, y);
}

const AciniTool acini_tool_eraser = {
  .id = "eraser",
  .title = N_ ("Eraser"),
  .icon = "acini-eraser-symbolic",
  .cursor = "crosshair",
  .round = TRUE,
  .begin = begin,
  .move = move,
  .end = acini_view_stroke_end,
  .cancel = acini_view_stroke_cancel,
};
