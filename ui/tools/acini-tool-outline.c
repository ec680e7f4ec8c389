/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-outline.h"

typedef struct
{
  guint8 label;
  AciniStroke *stroke; /* what the outline becomes, without its points yet; NULL where none is being drawn */
} AciniToolOutlinePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AciniToolOutline, acini_tool_outline, ACINI_TYPE_TOOL_PATH)

enum
{
  PAINTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static AciniToolOutlinePrivate *
get_private (gpointer self)
{
  return acini_tool_outline_get_instance_private (self);
}

gboolean
acini_tool_outline_start (AciniToolOutline *self, const AciniToolContext *context, GdkModifierType state)
{
  g_return_val_if_fail (ACINI_IS_TOOL_OUTLINE (self) && context != NULL, FALSE);
  AciniToolOutlinePrivate *priv = get_private (self);
  g_clear_pointer (&priv->stroke, acini_stroke_unref);
  if (!context->project)
    return FALSE;
  priv->stroke = acini_stroke_new_outline (context->project, context->slide, ACINI_TOOL_OUTLINE_GET_CLASS (self)->name,
                                           (state & GDK_ALT_MASK) ? ACINI_LABEL_BACKGROUND : priv->label);
  acini_stroke_set_replaces (priv->stroke, acini_tool_replaces (state));
  return TRUE;
}

static void
acini_tool_outline_finished (AciniToolPath *path, const AciniMeasurePoint *points, guint n)
{
  g_autoptr (AciniStroke) stroke = g_steal_pointer (&get_private (path)->stroke);
  if (!stroke)
    return;
  for (guint i = 0; i < n; i++)
    acini_stroke_add (stroke, points[i].x, points[i].y);
  g_signal_emit (path, signals[PAINTED], 0, stroke);
}

static void
acini_tool_outline_finalize (GObject *object)
{
  g_clear_pointer (&get_private (object)->stroke, acini_stroke_unref);
  G_OBJECT_CLASS (acini_tool_outline_parent_class)->finalize (object);
}

static void
acini_tool_outline_class_init (AciniToolOutlineClass *klass)
{
  AciniToolPathClass *path_class = ACINI_TOOL_PATH_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tool_outline_finalize;
  path_class->kind = ACINI_MEASURE_AREA;
  path_class->finished = acini_tool_outline_finished;
  signals[PAINTED] = g_signal_new ("painted", ACINI_TYPE_TOOL_OUTLINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
acini_tool_outline_init (AciniToolOutline *self)
{
  get_private (self)->label = ACINI_LABEL_FIRST_CLASS;
}

void
acini_tool_outline_set_label (AciniToolOutline *self, guint8 label)
{
  g_return_if_fail (ACINI_IS_TOOL_OUTLINE (self));
  get_private (self)->label = label;
}

void
acini_tool_outline_resume (AciniToolOutline *self, AciniProject *project, gint64 slide, guint8 label, gboolean replaces,
                           const AciniMeasurePoint *points, guint n)
{
  g_return_if_fail (ACINI_IS_TOOL_OUTLINE (self) && ACINI_IS_PROJECT (project));
  AciniToolOutlinePrivate *priv = get_private (self);
  g_clear_pointer (&priv->stroke, acini_stroke_unref);
  priv->stroke = acini_stroke_new_outline (project, slide, ACINI_TOOL_OUTLINE_GET_CLASS (self)->name, label);
  acini_stroke_set_replaces (priv->stroke, replaces);
  acini_tool_path_set (ACINI_TOOL_PATH (self), points, n);
}

gint64
acini_tool_outline_get_slide (AciniToolOutline *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_OUTLINE (self), 0);
  const AciniToolOutlinePrivate *priv = get_private (self);
  return priv->stroke ? acini_stroke_get_slide (priv->stroke) : 0;
}

gboolean
acini_tool_outline_get_replaces (AciniToolOutline *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_OUTLINE (self), FALSE);
  const AciniToolOutlinePrivate *priv = get_private (self);
  return priv->stroke && acini_stroke_get_replaces (priv->stroke);
}

guint8
acini_tool_outline_get_label (AciniToolOutline *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_OUTLINE (self), 0);
  const AciniToolOutlinePrivate *priv = get_private (self);
  return priv->stroke ? acini_stroke_get_label (priv->stroke) : priv->label;
}
