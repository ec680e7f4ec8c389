/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-refine.h"

struct _AciniToolRefine
{
  AciniToolClick parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolRefine, acini_tool_refine, ACINI_TYPE_TOOL_CLICK)

static void
acini_tool_refine_class_init (AciniToolRefineClass *klass)
{
  AciniToolPixelsClass *pixels_class = ACINI_TOOL_PIXELS_CLASS (klass);
  ACINI_TOOL_CLICK_CLASS (klass)->everywhere = TRUE;
  pixels_class->name = "refine";
  pixels_class->ground = TRUE;
  pixels_class->answer = acini_tool_click_answer_everywhere;
}

static void
acini_tool_refine_init (AciniToolRefine *self)
{
}
