/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The tools of the slide view: one file each, one table of them.  Positions are the view's screen points. */

#include "ui/view/acini-slide-view.h"

G_BEGIN_DECLS

typedef struct
{
  const char *id;    /* the view's "tool" property, and what the journal names it */
  const char *title; /* translatable */
  const char *icon;
  const char *cursor; /* CSS cursor name */
  gboolean round;     /* a circle of the brush's size is drawn at the pointer */
  gboolean hover;     /* what it draws follows the pointer with no button down */
  void (*begin) (AciniSlideView *view, double x, double y, GdkModifierType state);
  void (*move) (AciniSlideView *view, double x, double y, GdkModifierType state);
  void (*end) (AciniSlideView *view);
  void (*cancel) (AciniSlideView *view);
  gboolean (*key) (AciniSlideView *view, guint keyval); /* (nullable) returns: whether it took the key */
  void (*leave) (AciniSlideView *view);                 /* (nullable) another tool is taken, or another slide */
} AciniTool;

/* NULL-terminated, in the order of the tool bar. */
const AciniTool *const *acini_tools_get_all (void);
/* NULL where there is no tool of that name. */
const AciniTool *acini_tools_find (const char *id);

extern const AciniTool acini_tool_pan;
extern const AciniTool acini_tool_brush;
extern const AciniTool acini_tool_eraser;
extern const AciniTool acini_tool_ruler;
extern const AciniTool acini_tool_area;

G_END_DECLS
