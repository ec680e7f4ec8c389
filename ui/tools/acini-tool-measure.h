/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the ruler and the area share: they tell what was measured. */

#include "ui/tools/acini-tool-path.h"

G_BEGIN_DECLS

/* Signals:
 *   measured (kind: uint, points: AciniMeasurePoint array, n: uint)  a line or an area is finished
 *   forget ()                                                        the last measurement is to go
 */
#define ACINI_TYPE_TOOL_MEASURE (acini_tool_measure_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolMeasure, acini_tool_measure, ACINI, TOOL_MEASURE, AciniToolPath)

struct _AciniToolMeasureClass
{
  AciniToolPathClass parent_class;
};

G_END_DECLS
