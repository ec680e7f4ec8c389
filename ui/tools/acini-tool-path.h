/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What rulers, areas and outlines share: the points put down one after another, their preview and their keys. */

#include "ui/project/acini-measures.h"
#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_PATH (acini_tool_path_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolPath, acini_tool_path, ACINI, TOOL_PATH, AciniTool)

struct _AciniToolPathClass
{
  AciniToolClass parent_class;
  AciniMeasureKind kind; /* open or closed */
  /* The @n points are a line or an area. */
  void (*finished) (AciniToolPath *self, const AciniMeasurePoint *points, guint n);
  /* (nullable) Backspace was pressed where no point is left to take back. */
  void (*forget) (AciniToolPath *self);
};

/* Screen pixels within which two points are one. */
#define ACINI_TOOL_NEAR 8.

/* The points that are being drawn, in level-0 pixels. */
guint acini_tool_path_get_n (AciniToolPath *self);

/* For the tools themselves. */
const AciniMeasurePoint *acini_tool_path_get (AciniToolPath *self, guint i);
/* Adds the screen point, or puts point @i there. */
void acini_tool_path_add (AciniToolPath *self, const AciniToolContext *context, double x, double y);
void acini_tool_path_put (AciniToolPath *self, const AciniToolContext *context, guint i, double x, double y);
/* Puts @n points in the place of all there are. */
void acini_tool_path_set (AciniToolPath *self, const AciniMeasurePoint *points, guint n);
/* Whether point @i is within @distance screen pixels of the screen point. */
gboolean acini_tool_path_is_near (AciniToolPath *self, const AciniToolContext *context, guint i, double x, double y,
                                  double distance);
/* Forgets the points; finish calls finished () first if they are enough. */
void acini_tool_path_drop (AciniToolPath *self);
void acini_tool_path_finish (AciniToolPath *self);

/* begin, move and end of a tool whose corners are clicked or drawn as a free line. It is closed by a double click, a
 * click near the first corner, or a free line that comes back to where it began. */
void acini_tool_path_begin_corner (AciniTool *tool, const AciniToolContext *context, double x, double y,
                                   GdkModifierType state);
void acini_tool_path_move_corner (AciniTool *tool, const AciniToolContext *context, double x, double y,
                                  GdkModifierType state);
void acini_tool_path_end_corner (AciniTool *tool, const AciniToolContext *context);

G_END_DECLS
