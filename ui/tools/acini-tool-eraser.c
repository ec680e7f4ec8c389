/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-eraser.h"

struct _AciniToolEraser
{
  AciniToolBrush parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolEraser, acini_tool_eraser, ACINI_TYPE_TOOL_BRUSH)

static void
acini_tool_eraser_class_init (AciniToolEraserClass *klass)
{
  ACINI_TOOL_BRUSH_CLASS (klass)->erases = TRUE;
}

static void
acini_tool_eraser_init (AciniToolEraser *self)
{
}
