/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-reshape.h"

#include <math.h>

/* Screen pixels: how near a corner or an edge the pointer has to be, how far an arrow key moves, and how large the
 * corners are. */
#define NEAR 10.
#define ARROW 8.
#define CORNER 8.f

struct _AciniToolReshape
{
  AciniTool parent_instance;
  GArray *points; /* AciniMeasurePoint */
  GArray *before; /* (nullable) the same before the drag */
  guint chosen;   /* corner; points->len: none */
  gboolean moved;
};

G_DEFINE_FINAL_TYPE (AciniToolReshape, acini_tool_reshape, ACINI_TYPE_TOOL)

enum
{
  RESHAPED,
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static AciniMeasurePoint *
get_point (AciniToolReshape *self, guint i)
{
  return &g_array_index (self->points, AciniMeasurePoint, i % self->points->len);
}

static void
get_screen (AciniToolReshape *self, const AciniToolContext *context, guint i, double *x, double *y)
{
  const AciniMeasurePoint *p = get_point (self, i);
  acini_viewport_to_screen (context->viewport, p->x, p->y, x, y);
}

static void
tell (AciniToolReshape *self)
{
  g_autoptr (GArray) points = g_array_copy (self->points);
  g_signal_emit (self, signals[RESHAPED], 0, points->data, points->len);
  acini_tool_changed (ACINI_TOOL (self));
}

/* The corner at the screen point, or points->len. */
static guint
find_corner (AciniToolReshape *self, const AciniToolContext *context, double x, double y)
{
  double nearest = NEAR;
  guint found = self->points->len;
  for (guint i = 0; i < self->points->len; i++)
    {
      double corner_x, corner_y;
      get_screen (self, context, i, &corner_x, &corner_y);
      if (hypot (corner_x - x, corner_y - y) < nearest)
        {
          nearest = hypot (corner_x - x, corner_y - y);
          found = i;
        }
    }
  return found;
}

/* The corner before the edge at the screen point, or points->len. */
static guint
find_edge (AciniToolReshape *self, const AciniToolContext *context, double x, double y)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      double ax, ay, bx, by;
      get_screen (self, context, i, &ax, &ay);
      get_screen (self, context, i + 1, &bx, &by);
      double square = (bx - ax) * (bx - ax) + (by - ay) * (by - ay);
      double t = square > 0 ? CLAMP (((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square, 0, 1) : 0;
      if (hypot (ax + t * (bx - ax) - x, ay + t * (by - ay) - y) < NEAR)
        return i;
    }
  return self->points->len;
}

/* Puts a corner behind corner @i. */
static void
insert (AciniToolReshape *self, guint i, AciniMeasurePoint point)
{
  g_array_insert_val (self->points, i + 1, point);
  self->chosen = i + 1;
}

static void
acini_tool_reshape_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolReshape *self = ACINI_TOOL_RESHAPE (tool);
  g_clear_pointer (&self->before, g_array_unref);
  self->before = g_array_copy (self->points);
  self->moved = FALSE;
  self->chosen = find_corner (self, context, x, y);
  guint edge = self->chosen == self->points->len ? find_edge (self, context, x, y) : self->points->len;
  if (edge < self->points->len)
    {
      AciniMeasurePoint point;
      acini_viewport_to_slide (context->viewport, x, y, &point.x, &point.y);
      insert (self, edge, point);
      self->moved = TRUE;
    }
  acini_tool_changed (tool);
}

static void
acini_tool_reshape_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolReshape *self = ACINI_TOOL_RESHAPE (tool);
  double corner_x, corner_y;
  if (self->chosen >= self->points->len)
    return;
  get_screen (self, context, self->chosen, &corner_x, &corner_y);
  if (!self->moved && hypot (corner_x - x, corner_y - y) < acini_tool_get_threshold (context))
    return;
  self->moved = TRUE;
  AciniMeasurePoint *point = get_point (self, self->chosen);
  acini_viewport_to_slide (context->viewport, x, y, &point->x, &point->y);
  acini_tool_changed (tool);
}

static void
acini_tool_reshape_end (AciniTool *tool, const AciniToolContext *context)
{
  AciniToolReshape *self = ACINI_TOOL_RESHAPE (tool);
  g_clear_pointer (&self->before, g_array_unref);
  if (self->moved)
    tell (self);
  self->moved = FALSE;
}

static void
acini_tool_reshape_cancel (AciniTool *tool)
{
  AciniToolReshape *self = ACINI_TOOL_RESHAPE (tool);
  if (self->before)
    {
      g_array_unref (self->points);
      self->points = g_steal_pointer (&self->before);
      self->chosen = self->points->len;
    }
  self->moved = FALSE;
  acini_tool_changed (tool);
}

static void
move_chosen (AciniToolReshape *self, const AciniToolContext *context, double dx, double dy)
{
  double x, y;
  AciniMeasurePoint *point = get_point (self, self->chosen);
  get_screen (self, context, self->chosen, &x, &y);
  acini_viewport_to_slide (context->viewport, x + dx, y + dy, &point->x, &point->y);
  tell (self);
}

static void
halve_edge (AciniToolReshape *self)
{
  const AciniMeasurePoint a = *get_point (self, self->chosen), b = *get_point (self, self->chosen + 1);
  insert (self, self->chosen, (AciniMeasurePoint){ (a.x + b.x) / 2, (a.y + b.y) / 2 });
  tell (self);
}

/* Three are the least. */
static void
remove_chosen (AciniToolReshape *self)
{
  if (self->points->len <= 3)
    return;
  g_array_remove_index (self->points, self->chosen);
  self->chosen = self->chosen > 0 ? self->chosen - 1 : self->points->len - 1;
  tell (self);
}

static gboolean
press_on_corner (AciniToolReshape *self, const AciniToolContext *context, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      move_chosen (self, context, -ARROW, 0);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      move_chosen (self, context, ARROW, 0);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move_chosen (self, context, 0, -ARROW);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move_chosen (self, context, 0, ARROW);
      return TRUE;
    case GDK_KEY_Insert:
    case GDK_KEY_KP_Insert:
      halve_edge (self);
      return TRUE;
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
    case GDK_KEY_BackSpace:
      remove_chosen (self);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
acini_tool_reshape_key (AciniTool *tool, const AciniToolContext *context, guint keyval)
{
  AciniToolReshape *self = ACINI_TOOL_RESHAPE (tool);
  guint n = self->points->len;
  if (n == 0 || self->before)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Tab:
      self->chosen = self->chosen >= n - 1 ? 0 : self->chosen + 1;
      acini_tool_changed (tool);
      return TRUE;
    case GDK_KEY_ISO_Left_Tab:
      self->chosen = self->chosen == 0 || self->chosen >= n ? n - 1 : self->chosen - 1;
      acini_tool_changed (tool);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Escape:
      g_signal_emit (tool, signals[DONE], 0);
      return TRUE;
    default:
      return self->chosen < n && press_on_corner (self, context, keyval);
    }
}

static void
acini_tool_reshape_snapshot (AciniTool *tool, const AciniToolContext *context, GtkSnapshot *snapshot)
{
  AciniToolReshape *self = ACINI_TOOL_RESHAPE (tool);
  const GdkRGBA dark = { 0, 0, 0, .8f }, light = { 1, 1, 1, 1 }, chosen = { 1, .92f, .23f, 1 };
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskStroke) under = gsk_stroke_new (4), over = gsk_stroke_new (2);
  for (guint i = 0; i < self->points->len; i++)
    {
      double x, y;
      get_screen (self, context, i, &x, &y);
      if (i == 0)
        gsk_path_builder_move_to (builder, (float)x, (float)y);
      else
        gsk_path_builder_line_to (builder, (float)x, (float)y);
    }
  if (self->points->len == 0)
    return;
  gsk_path_builder_close (builder);
  g_autoptr (GskPath) path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, under, &dark);
  gtk_snapshot_append_stroke (snapshot, path, over, &light);
  for (guint i = 0; i < self->points->len; i++)
    {
      double x, y;
      get_screen (self, context, i, &x, &y);
      graphene_rect_t corner = GRAPHENE_RECT_INIT ((float)x - CORNER / 2, (float)y - CORNER / 2, CORNER, CORNER);
      if (x < -CORNER || y < -CORNER || x > context->viewport->width + CORNER || y > context->viewport->height + CORNER)
        continue;
      gtk_snapshot_append_color (snapshot, &dark, &corner);
      graphene_rect_inset (&corner, 1.5f, 1.5f);
      gtk_snapshot_append_color (snapshot, i == self->chosen ? &chosen : &light, &corner);
    }
}

static void
acini_tool_reshape_finalize (GObject *object)
{
  AciniToolReshape *self = ACINI_TOOL_RESHAPE (object);
  g_array_unref (self->points);
  g_clear_pointer (&self->before, g_array_unref);
  G_OBJECT_CLASS (acini_tool_reshape_parent_class)->finalize (object);
}

static void
acini_tool_reshape_class_init (AciniToolReshapeClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tool_reshape_finalize;
  tool_class->begin = acini_tool_reshape_begin;
  tool_class->move = acini_tool_reshape_move;
  tool_class->end = acini_tool_reshape_end;
  tool_class->cancel = acini_tool_reshape_cancel;
  tool_class->key = acini_tool_reshape_key;
  tool_class->snapshot = acini_tool_reshape_snapshot;
  signals[RESHAPED] = g_signal_new ("reshaped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                    G_TYPE_POINTER, G_TYPE_UINT);
  signals[DONE] = g_signal_new ("done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_tool_reshape_init (AciniToolReshape *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
}

void
acini_tool_reshape_set (AciniToolReshape *self, const AciniMeasurePoint *points, guint n)
{
  g_return_if_fail (ACINI_IS_TOOL_RESHAPE (self) && (points != NULL || n == 0));
  guint before = self->points->len;
  gboolean none = self->chosen >= before;
  /* In the middle of a drag the hand has it. */
  if (self->before)
    return;
  g_array_set_size (self->points, 0);
  g_array_append_vals (self->points, points, n);
  self->chosen = none || self->chosen >= n ? n : self->chosen;
  acini_tool_changed (ACINI_TOOL (self));
}
