/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What polygon, lasso, rectangle and ellipse share: an outline whose inside becomes tissue unit, with Alt
 * background, or with Ctrl tissue unit in place of an object. It belongs to the slide on which it was begun. */

#include "data/labels/acini-stroke.h"
#include "ui/tools/acini-tool-path.h"

G_BEGIN_DECLS

/* Signals:
 *   painted (stroke: AciniStroke, as a pointer)  an outline is closed
 */
#define ACINI_TYPE_TOOL_OUTLINE (acini_tool_outline_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolOutline, acini_tool_outline, ACINI, TOOL_OUTLINE, AciniToolPath)

struct _AciniToolOutlineClass
{
  AciniToolPathClass parent_class;
  const char *name; /* as the journal knows the tool */
};

/* What it paints. */
void acini_tool_outline_set_label (AciniToolOutline *self, guint8 label);

/* Goes on with an outline of @slide that was begun before, of these corners. */
void acini_tool_outline_resume (AciniToolOutline *self, AciniProject *project, gint64 slide, guint8 label,
                                gboolean replaces, const AciniMeasurePoint *points, guint n);
/* Of the outline that is being drawn: its slide, 0: there is none; what it paints, and whether in place of an object.
 */
gint64 acini_tool_outline_get_slide (AciniToolOutline *self);
gboolean acini_tool_outline_get_replaces (AciniToolOutline *self);
guint8 acini_tool_outline_get_label (AciniToolOutline *self);

/* For the tools themselves: where a new outline begins. Returns: whether there is a slide to draw on. */
gboolean acini_tool_outline_start (AciniToolOutline *self, const AciniToolContext *context, GdkModifierType state);

G_END_DECLS
