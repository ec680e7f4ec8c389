/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-select.h"

/* Screen pixels between two points of the line. */
#define STEP 3.

struct _AciniToolSelect
{
  AciniToolPath parent_instance;
  gboolean add;
  gboolean drawing; /* farther than a click */
  guint n_selected;
};

G_DEFINE_FINAL_TYPE (AciniToolSelect, acini_tool_select, ACINI_TYPE_TOOL_PATH)

enum
{
  PICKED,
  LASSOED,
  WALKED,
  DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
acini_tool_select_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolSelect *self = ACINI_TOOL_SELECT (tool);
  acini_tool_path_drop (ACINI_TOOL_PATH (tool));
  if (!context->project)
    return;
  self->add = (state & GDK_SHIFT_MASK) != 0;
  self->drawing = FALSE;
  acini_tool_path_add (ACINI_TOOL_PATH (tool), context, x, y);
}

static void
acini_tool_select_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolSelect *self = ACINI_TOOL_SELECT (tool);
  AciniToolPath *path = ACINI_TOOL_PATH (tool);
  guint n = acini_tool_path_get_n (path);
  if (n == 0)
    return;
  self->drawing
      = self->drawing || !acini_tool_path_is_near (path, context, 0, x, y, acini_tool_get_threshold (context));
  if (self->drawing && !acini_tool_path_is_near (path, context, n - 1, x, y, STEP))
    acini_tool_path_add (path, context, x, y);
}

static void
acini_tool_select_end (AciniTool *tool, const AciniToolContext *context)
{
  AciniToolSelect *self = ACINI_TOOL_SELECT (tool);
  AciniToolPath *path = ACINI_TOOL_PATH (tool);
  if (acini_tool_path_get_n (path) == 0)
    return;
  AciniMeasurePoint at = *acini_tool_path_get (path, 0);
  if (self->drawing)
    {
      acini_tool_path_finish (path);
      return;
    }
  acini_tool_path_drop (path);
  g_signal_emit (self, signals[PICKED], 0, at.x, at.y, self->add);
}

static void
acini_tool_select_finished (AciniToolPath *path, const AciniMeasurePoint *points, guint n)
{
  AciniToolSelect *self = ACINI_TOOL_SELECT (path);
  g_signal_emit (self, signals[LASSOED], 0, points, n, self->add);
}

static gboolean
acini_tool_select_key (AciniTool *tool, const AciniToolContext *context, guint keyval)
{
  AciniToolSelect *self = ACINI_TOOL_SELECT (tool);
  switch (keyval)
    {
    case GDK_KEY_Tab:
      g_signal_emit (self, signals[WALKED], 0, 1);
      return TRUE;
    case GDK_KEY_ISO_Left_Tab:
      g_signal_emit (self, signals[WALKED], 0, -1);
      return TRUE;
    case GDK_KEY_Escape:
      if (acini_tool_path_get_n (ACINI_TOOL_PATH (tool)) > 0)
        {
          acini_tool_path_drop (ACINI_TOOL_PATH (tool));
          return TRUE;
        }
      if (self->n_selected == 0)
        return FALSE;
      g_signal_emit (self, signals[DROPPED], 0);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
acini_tool_select_class_init (AciniToolSelectClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  AciniToolPathClass *path_class = ACINI_TOOL_PATH_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  tool_class->cursor = "default";
  tool_class->freehand = TRUE;
  tool_class->begin = acini_tool_select_begin;
  tool_class->move = acini_tool_select_move;
  tool_class->end = acini_tool_select_end;
  tool_class->key = acini_tool_select_key;
  path_class->kind = ACINI_MEASURE_AREA;
  path_class->finished = acini_tool_select_finished;
  signals[PICKED] = g_signal_new ("picked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_DOUBLE,
                                  G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
  signals[LASSOED] = g_signal_new ("lassoed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                   G_TYPE_POINTER, G_TYPE_UINT, G_TYPE_BOOLEAN);
  signals[WALKED] = g_signal_new ("walked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[DROPPED] = g_signal_new ("dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_tool_select_init (AciniToolSelect *self)
{
}

void
acini_tool_select_set_n_selected (AciniToolSelect *self, guint n)
{
  g_return_if_fail (ACINI_IS_TOOL_SELECT (self));
  self->n_selected = n;
}
