/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-click.h"
#include "data/project/acini-region.h"
#include "data/prompts/acini-prompts.h"

#include <math.h>
#include <string.h>

/* Screen pixels: between two points of a squiggle; of a prompt's mark. */
#define STEP 3.
#define MARK 5.f
/* More than a hand puts down; a damaged draft must not exceed it. */
#define MOST 1000

/* A click, of one point, or a squiggle; never changed. */
typedef struct
{
  gboolean positive;
  GArray *points; /* AciniMeasurePoint */
  GArray *within; /* (nullable) AciniMeasurePoint: of a first prompt, the region that it is in */
} Prompt;

typedef struct
{
  GPtrArray *prompts; /* Prompt: the first @n_prompts count, the others have been taken back */
  guint n_prompts;
  Prompt *drawing; /* (nullable) under the pointer */
} AciniToolClickPrivate;

/* What stays between two answers: the prompts that @prompts knows. */
typedef struct
{
  AciniPrompts *prompts;
  GPtrArray *known;
} State;

G_DEFINE_TYPE_WITH_PRIVATE (AciniToolClick, acini_tool_click, ACINI_TYPE_TOOL_PIXELS)

static AciniToolClickPrivate *
get_private (gpointer self)
{
  return acini_tool_click_get_instance_private (self);
}

static void
clear_prompt (gpointer data)
{
  g_array_unref (((Prompt *)data)->points);
  g_clear_pointer (&((Prompt *)data)->within, g_array_unref);
}

static void
prompt_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear_prompt);
}

static Prompt *
prompt_new (gboolean positive)
{
  Prompt *self = g_atomic_rc_box_new0 (Prompt);
  self->positive = positive;
  self->points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
  return self;
}

static const AciniMeasurePoint *
get_point (const Prompt *prompt, guint i)
{
  return &g_array_index (prompt->points, AciniMeasurePoint, i);
}

/* The question. */

static gpointer
acini_tool_click_ask (AciniToolPixels *pixels)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (pixels);
  if (get_private (self)->n_prompts == 0)
    return NULL;
  GPtrArray *prompts = g_ptr_array_new_with_free_func (prompt_unref);
  for (guint i = 0; i < get_private (self)->n_prompts; i++)
    g_ptr_array_add (prompts, g_atomic_rc_box_acquire (g_ptr_array_index (get_private (self)->prompts, i)));
  return prompts;
}

static void
free_question (gpointer question)
{
  g_ptr_array_unref (question);
}

static void
free_state (gpointer data)
{
  State *state = data;
  acini_prompts_free (state->prompts);
  g_ptr_array_unref (state->known);
  g_free (state);
}

static void
add (State *state, const AciniPixels *pixels, Prompt *prompt)
{
  g_autofree AciniPromptPoint *points = g_new (AciniPromptPoint, prompt->points->len);
  for (guint i = 0; i < prompt->points->len; i++)
    points[i] = (AciniPromptPoint){ (get_point (prompt, i)->x - pixels->x) / pixels->step,
                                    (get_point (prompt, i)->y - pixels->y) / pixels->step };
  acini_prompts_add (state->prompts, prompt->positive, points, prompt->points->len);
  g_ptr_array_add (state->known, g_atomic_rc_box_acquire (prompt));
}

static void
answer_as (const AciniPixels *pixels, gconstpointer question, gpointer *kept, gboolean everywhere, guint8 *mask)
{
  const GPtrArray *prompts = question;
  State *state = *kept;
  guint same = 0;
  if (!state)
    {
      const AciniPromptsRegion region = { .width = pixels->width,
                                          .height = pixels->height,
                                          .rgb = pixels->rgb,
                                          .probability = pixels->probability,
                                          .computed = pixels->computed,
                                          .everywhere = everywhere };
      *kept = state = g_new0 (State, 1);
      state->prompts = acini_prompts_new (&region);
      state->known = g_ptr_array_new_with_free_func (prompt_unref);
    }
  while (same < prompts->len && same < state->known->len && prompts->pdata[same] == state->known->pdata[same])
    same++;
  while (state->known->len > same)
    {
      acini_prompts_pop (state->prompts);
      g_ptr_array_set_size (state->known, (int)state->known->len - 1);
    }
  for (guint i = same; i < prompts->len; i++)
    add (state, pixels, prompts->pdata[i]);
  acini_prompts_get_mask (state->prompts, mask);
}

static void
answer (const AciniPixels *pixels, gconstpointer question, gpointer *kept, guint8 *mask)
{
  answer_as (pixels, question, kept, FALSE, mask);
}

void
acini_tool_click_answer_everywhere (const AciniPixels *pixels, gconstpointer question, gpointer *kept, guint8 *mask)
{
  const Prompt *first = ((const GPtrArray *)question)->pdata[0];
  const gsize n = (gsize)pixels->width * (gsize)pixels->height;
  g_autofree guint8 *within = g_malloc (n);
  memset (within, first->within ? 0 : 255, n);
  if (first->within)
    acini_region_record_rasterise (&(AciniRegionRecord){ .points = first->within }, pixels->x, pixels->y, pixels->step,
                                   pixels->width, pixels->height, within);
  answer_as (pixels, question, kept, TRUE, mask);
  for (gsize i = 0; i < n; i++)
    mask[i] = within[i] == 0 ? 0 : mask[i] != 0 ? 255 : ACINI_PIXELS_GROUND;
}

static void
acini_tool_click_get_box (AciniToolPixels *pixels, double *x0, double *y0, double *x1, double *y1)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (pixels);
  for (guint i = 0; i < get_private (self)->n_prompts; i++)
    {
      const Prompt *prompt = g_ptr_array_index (get_private (self)->prompts, i);
      for (guint j = 0; j < prompt->points->len; j++)
        {
          const AciniMeasurePoint *p = get_point (prompt, j);
          *x0 = i + j == 0 ? p->x : MIN (*x0, p->x);
          *y0 = i + j == 0 ? p->y : MIN (*y0, p->y);
          *x1 = i + j == 0 ? p->x : MAX (*x1, p->x);
          *y1 = i + j == 0 ? p->y : MAX (*y1, p->y);
        }
    }
}

static void
append_number (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.2f", number));
}

/* {"prompts": [{"positive": true, "points": [[10.00, 20.00]]}]} */
static char *
acini_tool_click_describe (AciniToolPixels *pixels)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (pixels);
  GString *text = g_string_new ("{\"prompts\":[");
  for (guint i = 0; i < get_private (self)->n_prompts; i++)
    {
      const Prompt *prompt = g_ptr_array_index (get_private (self)->prompts, i);
      g_string_append_printf (text, "%s{\"positive\":%s,\"points\":[", i > 0 ? "," : "",
                              prompt->positive ? "true" : "false");
      for (guint j = 0; j < prompt->points->len; j++)
        {
          g_string_append (text, j > 0 ? ",[" : "[");
          append_number (text, get_point (prompt, j)->x);
          g_string_append_c (text, ',');
          append_number (text, get_point (prompt, j)->y);
          g_string_append_c (text, ']');
        }
      g_string_append (text, "]}");
    }
  g_string_append (text, "]}");
  return g_string_free_and_steal (text);
}

static void
acini_tool_click_forget (AciniToolPixels *pixels)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (pixels);
  g_ptr_array_set_size (get_private (self)->prompts, 0);
  get_private (self)->n_prompts = 0;
  g_clear_pointer (&get_private (self)->drawing, prompt_unref);
}

/* The hand. */

/* (transfer full) (nullable) the outline of the region at the level-0 point: the last one, which is drawn on top. */
static GArray *
dup_region (const AciniToolContext *context, const AciniMeasurePoint *point)
{
  for (guint i = context->regions ? context->regions->len : 0; i-- > 0;)
    {
      const AciniRegionRecord *region = g_ptr_array_index (context->regions, i);
      if (region->kind == ACINI_REGION_PLAIN && acini_region_record_contains (region, point->x, point->y))
        return g_array_copy (region->points);
    }
  return NULL;
}

static void
add_point (AciniToolClick *self, const AciniToolContext *context, double x, double y)
{
  AciniMeasurePoint p;
  acini_viewport_to_slide (context->viewport, x, y, &p.x, &p.y);
  g_array_append_val (get_private (self)->drawing->points, p);
  acini_tool_changed (ACINI_TOOL (self));
}

/* The first prompt has to say what is meant. */
static void
acini_tool_click_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (tool);
  AciniToolPixels *pixels = ACINI_TOOL_PIXELS (tool);
  gboolean positive = (state & (GDK_ALT_MASK | GDK_BUTTON3_MASK)) == 0;
  g_clear_pointer (&get_private (self)->drawing, prompt_unref);
  if (acini_tool_pixels_get_slide (pixels) == 0
      && ((!positive && !ACINI_TOOL_CLICK_GET_CLASS (self)->everywhere)
          || !acini_tool_pixels_start (pixels, context, 0,
                                       !ACINI_TOOL_CLICK_GET_CLASS (self)->everywhere && acini_tool_replaces (state))))
    return;
  get_private (self)->drawing = prompt_new (positive);
  add_point (self, context, x, y);
  if (get_private (self)->n_prompts == 0)
    get_private (self)->drawing->within = dup_region (context, get_point (get_private (self)->drawing, 0));
  /* Before the button comes up the pixels are read. */
  if (get_private (self)->n_prompts == 0)
    acini_tool_pixels_ask (pixels, context);
}

static void
acini_tool_click_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (tool);
  double last_x, last_y;
  if (!get_private (self)->drawing)
    return;
  const AciniMeasurePoint *last = get_point (get_private (self)->drawing, get_private (self)->drawing->points->len - 1);
  acini_viewport_to_screen (context->viewport, last->x, last->y, &last_x, &last_y);
  if (hypot (x - last_x, y - last_y)
      >= (get_private (self)->drawing->points->len == 1 ? acini_tool_get_threshold (context) : STEP))
    add_point (self, context, x, y);
}

static void
acini_tool_click_end (AciniTool *tool, const AciniToolContext *context)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (tool);
  if (!get_private (self)->drawing)
    return;
  g_ptr_array_set_size (get_private (self)->prompts, (int)get_private (self)->n_prompts);
  g_ptr_array_add (get_private (self)->prompts, g_steal_pointer (&get_private (self)->drawing));
  get_private (self)->n_prompts++;
  acini_tool_pixels_ask (ACINI_TOOL_PIXELS (tool), context);
  acini_tool_changed (tool);
}

static gboolean
acini_tool_click_can_step (AciniTool *tool, gboolean redo)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (tool);
  return redo ? get_private (self)->n_prompts < get_private (self)->prompts->len : get_private (self)->n_prompts > 0;
}

/* With the last one gone the object is let go of, but for the prompts that can come back. */
static void
acini_tool_click_step (AciniTool *tool, const AciniToolContext *context, gboolean redo)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (tool);
  get_private (self)->n_prompts = redo ? get_private (self)->n_prompts + 1 : get_private (self)->n_prompts - 1;
  acini_tool_pixels_ask (ACINI_TOOL_PIXELS (tool), context);
  acini_tool_changed (tool);
}

static gboolean
acini_tool_click_key (AciniTool *tool, const AciniToolContext *context, guint keyval)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (tool);
  gboolean asked = get_private (self)->n_prompts > 0;
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (asked)
        acini_tool_pixels_take (ACINI_TOOL_PIXELS (tool));
      return asked;
    case GDK_KEY_Escape:
      asked = acini_tool_pixels_get_slide (ACINI_TOOL_PIXELS (tool)) != 0;
      acini_tool_pixels_drop (ACINI_TOOL_PIXELS (tool));
      return asked;
    case GDK_KEY_BackSpace:
      acini_tool_step (tool, context, FALSE);
      return asked;
    default:
      return FALSE;
    }
}

/* The pointer's own line goes; the prompts stay until Escape. */
static void
acini_tool_click_cancel (AciniTool *tool)
{
  g_clear_pointer (&get_private (tool)->drawing, prompt_unref);
  acini_tool_pixels_drop (ACINI_TOOL_PIXELS (tool));
}

/* What it looks like. */

static GskPath *
make_mark (const Prompt *prompt, const AciniToolContext *context)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  for (guint i = 0; i < prompt->points->len; i++)
    {
      double x, y;
      acini_viewport_to_screen (context->viewport, get_point (prompt, i)->x, get_point (prompt, i)->y, &x, &y);
      if (prompt->points->len == 1)
        gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT ((float)x, (float)y), MARK);
      else if (i == 0)
        gsk_path_builder_move_to (builder, (float)x, (float)y);
      else
        gsk_path_builder_line_to (builder, (float)x, (float)y);
    }
  return gsk_path_builder_free_to_path (builder);
}

/* The sign in a click's ring. */
static void
append_sign (GtkSnapshot *snapshot, const Prompt *prompt, const AciniToolContext *context, const GdkRGBA *colour)
{
  double x, y;
  acini_viewport_to_screen (context->viewport, get_point (prompt, 0)->x, get_point (prompt, 0)->y, &x, &y);
  const float arm = MARK - 2;
  gtk_snapshot_append_color (snapshot, colour, &GRAPHENE_RECT_INIT ((float)x - arm, (float)y - .75f, 2 * arm, 1.5f));
  if (prompt->positive)
    gtk_snapshot_append_color (snapshot, colour, &GRAPHENE_RECT_INIT ((float)x - .75f, (float)y - arm, 1.5f, 2 * arm));
}

/* White grows and black carves, each on the other. */
static void
append_prompt (GtkSnapshot *snapshot, const Prompt *prompt, const AciniToolContext *context)
{
  const GdkRGBA dark = { 0, 0, 0, .85f }, light = { 1, 1, 1, .95f };
  const GdkRGBA *own = prompt->positive ? &light : &dark, *other = prompt->positive ? &dark : &light;
  g_autoptr (GskPath) path = make_mark (prompt, context);
  gboolean click = prompt->points->len == 1;
  g_autoptr (GskStroke) under = gsk_stroke_new (click ? 2 : 5), over = gsk_stroke_new (3);
  gsk_stroke_set_line_cap (under, GSK_LINE_CAP_ROUND);
  gsk_stroke_set_line_cap (over, GSK_LINE_CAP_ROUND);
  if (click)
    gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, own);
  gtk_snapshot_append_stroke (snapshot, path, under, other);
  if (click)
    append_sign (snapshot, prompt, context, other);
  else
    gtk_snapshot_append_stroke (snapshot, path, over, own);
}

static void
acini_tool_click_snapshot (AciniTool *tool, const AciniToolContext *context, GtkSnapshot *snapshot)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (tool);
  ACINI_TOOL_CLASS (acini_tool_click_parent_class)->snapshot (tool, context, snapshot);
  for (guint i = 0; i < get_private (self)->n_prompts; i++)
    append_prompt (snapshot, g_ptr_array_index (get_private (self)->prompts, i), context);
  if (get_private (self)->drawing)
    append_prompt (snapshot, get_private (self)->drawing, context);
}

static void
acini_tool_click_finalize (GObject *object)
{
  AciniToolClick *self = ACINI_TOOL_CLICK (object);
  g_ptr_array_unref (get_private (self)->prompts);
  g_clear_pointer (&get_private (self)->drawing, prompt_unref);
  G_OBJECT_CLASS (acini_tool_click_parent_class)->finalize (object);
}

static void
acini_tool_click_class_init (AciniToolClickClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  AciniToolPixelsClass *pixels_class = ACINI_TOOL_PIXELS_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tool_click_finalize;
  tool_class->secondary = TRUE;
  tool_class->freehand = TRUE;
  tool_class->begin = acini_tool_click_begin;
  tool_class->move = acini_tool_click_move;
  tool_class->end = acini_tool_click_end;
  tool_class->cancel = acini_tool_click_cancel;
  tool_class->key = acini_tool_click_key;
  tool_class->can_step = acini_tool_click_can_step;
  tool_class->step = acini_tool_click_step;
  tool_class->snapshot = acini_tool_click_snapshot;
  pixels_class->name = "click";
  pixels_class->ask = acini_tool_click_ask;
  pixels_class->free_question = free_question;
  pixels_class->get_box = acini_tool_click_get_box;
  pixels_class->answer = answer;
  pixels_class->free_state = free_state;
  pixels_class->describe = acini_tool_click_describe;
  pixels_class->forget = acini_tool_click_forget;
}

static void
acini_tool_click_init (AciniToolClick *self)
{
  get_private (self)->prompts = g_ptr_array_new_with_free_func (prompt_unref);
}

guint
acini_tool_click_get_n (AciniToolClick *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_CLICK (self), 0);
  return get_private (self)->n_prompts;
}

/* A draft. */

char *
acini_tool_click_dup_text (AciniToolClick *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_CLICK (self), NULL);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < get_private (self)->n_prompts; i++)
    {
      const Prompt *prompt = g_ptr_array_index (get_private (self)->prompts, i);
      g_string_append (text, i > 0 ? " " : "");
      for (guint j = 0; j < prompt->points->len; j++)
        {
          g_string_append_c (text, j > 0 ? ',' : prompt->positive ? '+' : '-');
          append_number (text, get_point (prompt, j)->x);
          g_string_append_c (text, ',');
          append_number (text, get_point (prompt, j)->y);
        }
    }
  return g_string_free_and_steal (text);
}

/* (nullable) */
static Prompt *
parse_prompt (const char *word)
{
  g_auto (GStrv) numbers = NULL;
  if (*word != '+' && *word != '-')
    return NULL;
  numbers = g_strsplit (word + 1, ",", -1);
  Prompt *prompt = prompt_new (*word == '+');
  for (guint i = 0; numbers[i] && numbers[i + 1]; i += 2)
    {
      AciniMeasurePoint p = { g_ascii_strtod (numbers[i], NULL), g_ascii_strtod (numbers[i + 1], NULL) };
      if (isfinite (p.x) && isfinite (p.y))
        g_array_append_val (prompt->points, p);
    }
  if (prompt->points->len == 0)
    g_clear_pointer (&prompt, prompt_unref);
  return prompt;
}

void
acini_tool_click_resume (AciniToolClick *self, const AciniToolContext *context, guint8 label, gboolean replaces,
                         const char *text)
{
  g_return_if_fail (ACINI_IS_TOOL_CLICK (self) && context != NULL && text != NULL);
  g_auto (GStrv) words = g_strsplit (text, " ", MOST);
  if (!acini_tool_pixels_start (ACINI_TOOL_PIXELS (self), context, label, replaces))
    return;
  for (guint i = 0; words[i]; i++)
    {
      Prompt *prompt = parse_prompt (words[i]);
      if (prompt && (prompt->positive || get_private (self)->prompts->len > 0))
        g_ptr_array_add (get_private (self)->prompts, prompt);
      else if (prompt)
        prompt_unref (prompt);
    }
  get_private (self)->n_prompts = get_private (self)->prompts->len;
  if (get_private (self)->n_prompts > 0)
    acini_tool_pixels_ask (ACINI_TOOL_PIXELS (self), context);
  else
    acini_tool_pixels_drop (ACINI_TOOL_PIXELS (self));
  acini_tool_changed (ACINI_TOOL (self));
}
