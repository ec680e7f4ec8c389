/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-measure.h"

G_DEFINE_ABSTRACT_TYPE (AciniToolMeasure, acini_tool_measure, ACINI_TYPE_TOOL_PATH)

enum
{
  MEASURED,
  FORGET,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
acini_tool_measure_finished (AciniToolPath *self, const AciniMeasurePoint *points, guint n)
{
  g_signal_emit (self, signals[MEASURED], 0, (guint)ACINI_TOOL_PATH_GET_CLASS (self)->kind, points, n);
}

static void
acini_tool_measure_forget (AciniToolPath *self)
{
  g_signal_emit (self, signals[FORGET], 0);
}

static void
acini_tool_measure_class_init (AciniToolMeasureClass *klass)
{
  AciniToolPathClass *path_class = ACINI_TOOL_PATH_CLASS (klass);
  path_class->finished = acini_tool_measure_finished;
  path_class->forget = acini_tool_measure_forget;
  signals[MEASURED] = g_signal_new ("measured", ACINI_TYPE_TOOL_MEASURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_POINTER, G_TYPE_UINT);
  signals[FORGET]
      = g_signal_new ("forget", ACINI_TYPE_TOOL_MEASURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_tool_measure_init (AciniToolMeasure *self)
{
}
