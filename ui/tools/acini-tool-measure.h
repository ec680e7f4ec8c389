/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the ruler and the area share: the points that are drawn, their preview and their keys. */

#include "ui/project/acini-measures.h"
#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

/* Signals:
 *   measured (kind: uint, points: AciniMeasurePoint array, n: uint)  a line or an area is finished
 *   forget ()                                                        the last measurement is to go
 */
#define ACINI_TYPE_TOOL_MEASURE (acini_tool_measure_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolMeasure, acini_tool_measure, ACINI, TOOL_MEASURE, AciniTool)

struct _AciniToolMeasureClass
{
  AciniToolClass parent_class;
  AciniMeasureKind kind;
};

/* Screen pixels within which two points are one. */
#define ACINI_TOOL_NEAR 8.

/* The points that are being drawn, in level-0 pixels. */
guint acini_tool_measure_get_n (AciniToolMeasure *self);

/* For the tools themselves. */
const AciniMeasurePoint *acini_tool_measure_get (AciniToolMeasure *self, guint i);
/* Adds the screen point, or puts point @i there. */
void acini_tool_measure_add (AciniToolMeasure *self, const AciniToolContext *context, double x, double y);
void acini_tool_measure_put (AciniToolMeasure *self, const AciniToolContext *context, guint i, double x, double y);
/* Whether point @i is within @distance screen pixels of the screen point. */
gboolean acini_tool_measure_is_near (AciniToolMeasure *self, const AciniToolContext *context, guint i, double x,
                                     double y, double distance);
/* Forgets the points; finish tells "measured" first if they are enough. */
void acini_tool_measure_drop (AciniToolMeasure *self);
void acini_tool_measure_finish (AciniToolMeasure *self);

G_END_DECLS
