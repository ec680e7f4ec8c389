/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/prompts/acini-prompts.h"
#include "data/prompts/acini-prompts-private.h"

#include <math.h>
#include <string.h>

/* A prompt, in pixels of the working grid, and the shape after it. */
typedef struct
{
  gboolean positive;
  GArray *points; /* AciniPromptPoint, no two further apart than a pixel */
  float reach;    /* working pixels, see AciniPromptsLine */
  float *shape;   /* signed distance to the edge of the shape, above 0 inside */
} Prompt;

struct _AciniPrompts
{
  AciniPromptsField field;
  int width, height; /* of the region */
  gboolean everywhere;
  GPtrArray *prompts;
};

static void
prompt_free (gpointer data)
{
  Prompt *prompt = data;
  g_array_unref (prompt->points);
  g_free (prompt->shape);
  g_free (prompt);
}

AciniPrompts *
acini_prompts_new (const AciniPromptsRegion *region)
{
  g_return_val_if_fail (region && region->rgb && region->width > 0 && region->height > 0, NULL);
  g_return_val_if_fail (region->n_features >= 0 && region->n_features <= ACINI_PROMPTS_FEATURES, NULL);
  AciniPrompts *self = g_new0 (AciniPrompts, 1);
  self->width = region->width;
  self->height = region->height;
  self->everywhere = region->everywhere;
  acini_prompts_field_init (&self->field, region);
  self->prompts = g_ptr_array_new_with_free_func (prompt_free);
  return self;
}

void
acini_prompts_free (AciniPrompts *self)
{
  if (!self)
    return;
  acini_prompts_field_clear (&self->field);
  g_ptr_array_unref (self->prompts);
  g_free (self);
}

guint
acini_prompts_get_n (AciniPrompts *self)
{
  return self->prompts->len;
}

/* The points of a line in the working grid, joined. */
static GArray *
dup_points (AciniPrompts *self, const AciniPromptPoint *points, guint n)
{
  const AciniPromptsField *field = &self->field;
  GArray *joined = g_array_new (FALSE, FALSE, sizeof (AciniPromptPoint));
  for (guint i = 0; i < n; i++)
    {
      AciniPromptPoint p = { CLAMP (points[i].x / field->step, 0.5, field->width - 0.5) - 0.5,
                             CLAMP (points[i].y / field->step, 0.5, field->height - 0.5) - 0.5 };
      if (joined->len > 0)
        {
          AciniPromptPoint last = g_array_index (joined, AciniPromptPoint, joined->len - 1);
          int pieces = (int)ceil (hypot (p.x - last.x, p.y - last.y));
          for (int k = 1; k < pieces; k++)
            {
              AciniPromptPoint between = { last.x + (p.x - last.x) * k / pieces, last.y + (p.y - last.y) * k / pieces };
              g_array_append_val (joined, between);
            }
        }
      g_array_append_val (joined, p);
    }
  return joined;
}

/* The shape's value at the point @p, by the nearest pixel. */
static float
get_shape (const AciniPromptsField *field, const float *shape, AciniPromptPoint p)
{
  return shape[(int)(p.y + 0.5) * field->width + (int)(p.x + 0.5)];
}

/* How far the change that @prompt asks for reaches: the prompt is in the middle of what is wrong, so as far as it is
 * from the edge.  Of a line: the median over its points. */
static float
get_reach (const AciniPromptsField *field, const Prompt *prompt, const float *shape)
{
  guint n = prompt->points->len;
  g_autofree float *values = g_new (float, n);
  for (guint i = 0; i < n; i++)
    {
      float value = get_shape (field, shape, g_array_index (prompt->points, AciniPromptPoint, i));
      values[i] = prompt->positive ? -value : value;
    }
  return acini_prompts_median (values, n);
}

void
acini_prompts_add (AciniPrompts *self, gboolean positive, const AciniPromptPoint *points, guint n)
{
  g_return_if_fail (self && points && n > 0 && (positive || self->everywhere || self->prompts->len > 0));
  AciniPromptsField *field = &self->field;
  gsize size = (gsize)field->width * field->height;
  Prompt *prompt = g_new0 (Prompt, 1);
  prompt->positive = positive;
  prompt->points = dup_points (self, points, n);
  prompt->shape = g_new (float, size);
  Prompt *last = self->prompts->len > 0 ? g_ptr_array_index (self->prompts, self->prompts->len - 1) : NULL;
  if (last)
    prompt->reach = get_reach (field, prompt, last->shape);
  g_ptr_array_add (self->prompts, prompt);

  AciniPromptsLine *lines = g_newa (AciniPromptsLine, self->prompts->len);
  for (guint i = 0; i < self->prompts->len; i++)
    {
      Prompt *each = g_ptr_array_index (self->prompts, i);
      lines[i] = (AciniPromptsLine){ each->positive, (AciniPromptPoint *)(gpointer)each->points->data,
                                     each->points->len, each->reach };
    }
  if (self->everywhere)
    acini_prompts_spread (field, lines, self->prompts->len, prompt->shape);
  else if (!last)
    acini_prompts_grow (field, lines, prompt->shape);
  else
    {
      memcpy (prompt->shape, last->shape, size * sizeof (float));
      acini_prompts_correct (field, lines, self->prompts->len, prompt->shape);
    }
}

gboolean
acini_prompts_pop (AciniPrompts *self)
{
  if (self->prompts->len == 0)
    return FALSE;
  g_ptr_array_set_size (self->prompts, (int)self->prompts->len - 1);
  return TRUE;
}

/* Sets what lies within half a pixel of the working grid of a prompt's points, so that what was asked for is so to the
 * pixel. */
static void
keep_prompt (AciniPrompts *self, const Prompt *prompt, guint8 *mask)
{
  double step = self->field.step;
  int around = (int)ceil (step / 2);
  for (guint i = 0; i < prompt->points->len; i++)
    {
      AciniPromptPoint p = g_array_index (prompt->points, AciniPromptPoint, i);
      int x = (int)((p.x + 0.5) * step), y = (int)((p.y + 0.5) * step);
      for (int v = MAX (0, y - around); v <= MIN (self->height - 1, y + around); v++)
        for (int u = MAX (0, x - around); u <= MIN (self->width - 1, x + around); u++)
          mask[(gsize)v * self->width + u] = prompt->positive ? 255 : 0;
    }
}

gsize
acini_prompts_get_mask (AciniPrompts *self, guint8 *mask)
{
  g_return_val_if_fail (self && mask, 0);
  gsize size = (gsize)self->width * self->height, n = 0;
  memset (mask, 0, size);
  if (self->prompts->len == 0)
    return 0;
  const Prompt *last = g_ptr_array_index (self->prompts, self->prompts->len - 1);
  acini_prompts_enlarge (&self->field, last->shape, self->width, self->height, mask);
  for (guint i = 0; i < self->prompts->len; i++)
    keep_prompt (self, g_ptr_array_index (self->prompts, i), mask);
  for (gsize i = 0; i < size; i++)
    n += mask[i] != 0;
  return n;
}
