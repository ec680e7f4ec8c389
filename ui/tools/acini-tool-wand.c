/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-wand.h"
#include "data/prompts/acini-wand.h"

/* Of the first one; and what a screen pixel of dragging makes of it. */
#define TOLERANCE 24.
#define DRAG .25

typedef struct
{
  double x, y; /* slide point */
  double tolerance;
} Question;

struct _AciniToolWand
{
  AciniToolPixels parent_instance;
  gboolean dragging;
  double from_x;  /* where the button went down, on screen … */
  double before;  /* … and the tolerance then */
  Question asked; /* of what is being dragged */
};

/* What stays between two answers: the tolerance alone is another. */
typedef struct
{
  double x, y;
  AciniWand *wand;
} State;

G_DEFINE_FINAL_TYPE (AciniToolWand, acini_tool_wand, ACINI_TYPE_TOOL_PIXELS)

static gpointer
acini_tool_wand_ask (AciniToolPixels *pixels)
{
  return g_memdup2 (&ACINI_TOOL_WAND (pixels)->asked, sizeof (Question));
}

static void
acini_tool_wand_get_box (AciniToolPixels *pixels, double *x0, double *y0, double *x1, double *y1)
{
  const Question *asked = &ACINI_TOOL_WAND (pixels)->asked;
  *x0 = *x1 = asked->x;
  *y0 = *y1 = asked->y;
}

static void
free_state (gpointer data)
{
  acini_wand_free (((State *)data)->wand);
  g_free (data);
}

static void
answer (const AciniPixels *pixels, gconstpointer data, gpointer *kept, guint8 *mask)
{
  const Question *question = data;
  State *state = *kept;
  if (state && (state->x != question->x || state->y != question->y))
    g_clear_pointer (&state, free_state);
  if (!state)
    {
      const AciniPromptsRegion region = { .width = pixels->width,
                                          .height = pixels->height,
                                          .rgb = pixels->rgb,
                                          .probability = pixels->probability,
                                          .computed = pixels->computed };
      state = g_new (State, 1);
      *state = (State){ question->x, question->y,
                        acini_wand_new (&region, (question->x - pixels->x) / pixels->step,
                                        (question->y - pixels->y) / pixels->step) };
    }
  *kept = state;
  acini_wand_select (state->wand, question->tolerance, mask);
}

static char *
acini_tool_wand_describe (AciniToolPixels *pixels)
{
  const Question *asked = &ACINI_TOOL_WAND (pixels)->asked;
  char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE], tolerance[G_ASCII_DTOSTR_BUF_SIZE];
  return g_strdup_printf ("{\"point\":[%s,%s],\"tolerance\":%s}", g_ascii_formatd (x, sizeof x, "%.2f", asked->x),
                          g_ascii_formatd (y, sizeof y, "%.2f", asked->y),
                          g_ascii_formatd (tolerance, sizeof tolerance, "%.2f", asked->tolerance));
}

static void
acini_tool_wand_forget (AciniToolPixels *pixels)
{
  ACINI_TOOL_WAND (pixels)->dragging = FALSE;
}

static void
acini_tool_wand_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolWand *self = ACINI_TOOL_WAND (tool);
  self->dragging
      = acini_tool_pixels_start (ACINI_TOOL_PIXELS (tool), context, state & GDK_ALT_MASK ? ACINI_LABEL_BACKGROUND : 0,
                                 acini_tool_replaces (state));
  if (!self->dragging)
    return;
  acini_viewport_to_slide (context->viewport, x, y, &self->asked.x, &self->asked.y);
  self->from_x = x;
  self->before = self->asked.tolerance;
  acini_tool_pixels_ask (ACINI_TOOL_PIXELS (tool), context);
}

static void
acini_tool_wand_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolWand *self = ACINI_TOOL_WAND (tool);
  if (!self->dragging)
    return;
  double tolerance = CLAMP (self->before + DRAG * (x - self->from_x), 0, ACINI_WAND_MOST);
  if (tolerance == self->asked.tolerance)
    return;
  self->asked.tolerance = tolerance;
  acini_tool_pixels_ask (ACINI_TOOL_PIXELS (tool), context);
}

static void
acini_tool_wand_end (AciniTool *tool, const AciniToolContext *context)
{
  if (ACINI_TOOL_WAND (tool)->dragging)
    acini_tool_pixels_take (ACINI_TOOL_PIXELS (tool));
}

static void
acini_tool_wand_cancel (AciniTool *tool)
{
  AciniToolWand *self = ACINI_TOOL_WAND (tool);
  if (self->dragging)
    self->asked.tolerance = self->before;
  acini_tool_pixels_drop (ACINI_TOOL_PIXELS (tool));
}

static void
acini_tool_wand_class_init (AciniToolWandClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  AciniToolPixelsClass *pixels_class = ACINI_TOOL_PIXELS_CLASS (klass);
  tool_class->begin = acini_tool_wand_begin;
  tool_class->move = acini_tool_wand_move;
  tool_class->end = acini_tool_wand_end;
  tool_class->cancel = acini_tool_wand_cancel;
  pixels_class->name = "wand";
  pixels_class->ask = acini_tool_wand_ask;
  pixels_class->free_question = g_free;
  pixels_class->get_box = acini_tool_wand_get_box;
  pixels_class->answer = answer;
  pixels_class->free_state = free_state;
  pixels_class->describe = acini_tool_wand_describe;
  pixels_class->forget = acini_tool_wand_forget;
}

static void
acini_tool_wand_init (AciniToolWand *self)
{
  self->asked.tolerance = TOLERANCE;
}

double
acini_tool_wand_get_tolerance (AciniToolWand *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_WAND (self), 0);
  return self->asked.tolerance;
}
