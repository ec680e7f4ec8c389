/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-pixels.h"
#include "data/mask/acini-contours.h"
#include "data/mask/acini-mask.h"
#include "ui/base/acini-async.h"
#include "ui/view/layers/acini-class-colours.h"
#include "ui/view/layers/acini-selection-layer.h"

#include <math.h>

/* So much coarser than the screen pixels may be before finer ones are read. */
#define COARSE 1.6
/* Of the preview: how much of its colour there is, and its lines in screen pixels. */
#define FILL .3f
#define LINE 2.f
#define UNDER 4.f

typedef struct
{
  AciniSlide *slide;
  AciniPrediction *prediction; /* (nullable) */
  int plane;                   /* of it */
  gint64 generation;           /* of it: it may still be computed */
  AciniMaskGrid grid;
} Source;

/* What a worker does: the pixels and the state are its own meanwhile. */
typedef struct
{
  AciniToolPixelsClass *klass;
  guint ticket;
  Source source;
  AciniPixels *pixels; /* (nullable) not read yet */
  gpointer state, question;
  guint8 *mask;        /* the answer … */
  GskPath *path;       /* … and its outline, in its pixels; NULL: it is empty */
  AciniStroke *stroke; /* (nullable) the answer is not shown, but painted as this one was begun … */
  char *note;          /* … (nullable) */
} Job;

typedef struct
{
  guint8 label;        /* of what comes next */
  AciniStroke *stroke; /* when it was begun, on which slide, and what it paints; NULL: nothing is asked for */
  Source source;       /* the slide NULL: none */
  AciniPixels *pixels; /* (nullable) of the source */
  gpointer state;
  Job *job;       /* (nullable) at work */
  GQueue taken;   /* Job: what was taken before the answer had come, oldest first */
  gboolean again; /* there is a newer question than that of the job */
  guint ticket;   /* of the newest question */

  AciniMaskGrid grid; /* of the answer */
  guint8 *mask;       /* (nullable) */
  GskPath *path;
} AciniToolPixelsPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AciniToolPixels, acini_tool_pixels, ACINI_TYPE_TOOL)

enum
{
  PAINTED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static AciniToolPixelsPrivate *
get_private (gpointer self)
{
  return acini_tool_pixels_get_instance_private (self);
}

static void
source_clear (Source *source)
{
  g_clear_object (&source->slide);
  g_clear_object (&source->prediction);
}

/* Whether pixels and answers of the one are those of the other. */
static gboolean
source_equal (const Source *a, const Source *b)
{
  return a->slide == b->slide && a->prediction == b->prediction && a->plane == b->plane
         && a->generation == b->generation && a->grid.x == b->grid.x && a->grid.y == b->grid.y
         && a->grid.step == b->grid.step && a->grid.width == b->grid.width && a->grid.height == b->grid.height;
}

static void
pixels_free (AciniPixels *pixels)
{
  g_free (pixels->rgb);
  g_free (pixels->probability);
  g_free (pixels->computed);
  g_free (pixels);
}

static void
job_free (gpointer data)
{
  Job *job = data;
  source_clear (&job->source);
  g_clear_pointer (&job->pixels, pixels_free);
  g_clear_pointer (&job->state, job->klass->free_state);
  g_clear_pointer (&job->question, job->klass->free_question);
  g_free (job->mask);
  g_clear_pointer (&job->path, gsk_path_unref);
  g_clear_pointer (&job->stroke, acini_stroke_unref);
  g_free (job->note);
  g_free (job);
}

/* On the worker. */

static AciniPixels *
read_pixels (const Source *source, GError **error)
{
  const AciniMaskGrid *grid = &source->grid;
  gsize n = (gsize)grid->width * (gsize)grid->height;
  AciniPixels *pixels = g_new0 (AciniPixels, 1);
  *pixels = (AciniPixels){ grid->x, grid->y, grid->step, grid->width, grid->height, g_malloc (3 * n), NULL, NULL };
  gboolean ok = acini_slide_read_rgb (source->slide, grid->x, grid->y, grid->step, grid->width, grid->height,
                                      pixels->rgb, error);
  if (ok && source->prediction)
    {
      gsize n_planes = (gsize)acini_prediction_get_info (source->prediction)->n_classes;
      g_autofree guint8 *planes = g_malloc (n_planes * n);
      pixels->computed = g_malloc (n);
      ok = acini_mask_read_probability (source->prediction, grid, planes, pixels->computed, error);
      pixels->probability = g_memdup2 (planes + (gsize)source->plane * n, n);
    }
  if (!ok)
    g_clear_pointer (&pixels, pixels_free);
  return pixels;
}

/* (transfer full) which pixels of @mask are (@ground: are not) what is meant. */
static guint8 *
dup_part (const guint8 *mask, int width, int height, gboolean ground)
{
  guint8 *part = g_malloc ((gsize)width * (gsize)height);
  for (gsize i = 0; i < (gsize)width * (gsize)height; i++)
    part[i] = mask[i] != 0 && (mask[i] == ACINI_PIXELS_GROUND) == ground ? 255 : 0;
  return part;
}

static GskPath *
make_path (const guint8 *answer, int width, int height)
{
  g_autofree guint8 *mask = dup_part (answer, width, height, FALSE);
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (AciniContours) contours = acini_contours_new (width, acini_outline_add_rings, builder);
  for (int y = 0; y < height; y++)
    acini_contours_push (contours, mask + (gsize)y * (gsize)width);
  acini_contours_finish (contours);
  g_autoptr (GskPath) path = gsk_path_builder_to_path (builder);
  return gsk_path_is_empty (path) ? NULL : g_steal_pointer (&path);
}

static gboolean
work (gpointer data, GCancellable *cancellable, GError **error)
{
  Job *job = data;
  if (!job->pixels)
    job->pixels = read_pixels (&job->source, error);
  if (!job->pixels)
    return FALSE;
  if (job->question)
    {
      job->mask = g_malloc0 ((gsize)job->pixels->width * (gsize)job->pixels->height);
      job->klass->answer (job->pixels, job->question, &job->state, job->mask);
      job->path = make_path (job->mask, job->pixels->width, job->pixels->height);
    }
  return TRUE;
}

/* On the main thread. */

static void
drop_answer (AciniToolPixelsPrivate *priv)
{
  g_clear_pointer (&priv->mask, g_free);
  g_clear_pointer (&priv->path, gsk_path_unref);
}

static void
drop_pixels (AciniToolPixels *self)
{
  AciniToolPixelsPrivate *priv = get_private (self);
  g_clear_pointer (&priv->pixels, pixels_free);
  g_clear_pointer (&priv->state, ACINI_TOOL_PIXELS_GET_CLASS (self)->free_state);
}

static void
forget (AciniToolPixels *self)
{
  AciniToolPixelsPrivate *priv = get_private (self);
  g_clear_pointer (&priv->stroke, acini_stroke_unref);
  drop_answer (priv);
  priv->again = FALSE;
  priv->ticket++;
  ACINI_TOOL_PIXELS_GET_CLASS (self)->forget (self);
  acini_tool_changed (ACINI_TOOL (self));
}

/* The stroke that was begun as @begun becomes what @mask says. */
static void
paint (AciniToolPixels *self, AciniStroke *begun, const char *note, const AciniMaskGrid *grid, const guint8 *mask)
{
  g_autofree guint8 *meant = dup_part (mask, grid->width, grid->height, FALSE);
  g_autoptr (AciniStroke) stroke = acini_stroke_new_picture (
      acini_stroke_get_project (begun), acini_stroke_get_slide (begun), acini_stroke_get_tool (begun),
      acini_stroke_get_label (begun), grid->x, grid->y, grid->step, grid->width, grid->height, meant);
  if (!stroke)
    return;
  if (ACINI_TOOL_PIXELS_GET_CLASS (self)->ground)
    {
      g_autofree guint8 *ground = dup_part (mask, grid->width, grid->height, TRUE);
      acini_stroke_set_ground (stroke, grid->x, grid->y, grid->step, grid->width, grid->height, ground);
    }
  acini_stroke_set_note (stroke, note);
  acini_stroke_set_began (stroke, begun);
  acini_stroke_set_replaces (stroke, acini_stroke_get_replaces (begun));
  g_signal_emit (self, signals[PAINTED], 0, stroke);
}

static void
fail (AciniToolPixels *self, const Job *job, const GError *error)
{
  if (job->ticket == get_private (self)->ticket)
    forget (self);
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

/* What comes of @job, and whether its pixels are still those that are looked at. */
static void
take_in (AciniToolPixels *self, Job *job)
{
  AciniToolPixelsPrivate *priv = get_private (self);
  if (!priv->pixels && source_equal (&job->source, &priv->source))
    {
      priv->pixels = g_steal_pointer (&job->pixels);
      priv->state = g_steal_pointer (&job->state);
    }
  if (job->stroke)
    paint (self, job->stroke, job->note, &job->source.grid, job->mask);
  else if (job->ticket == priv->ticket && priv->stroke)
    {
      drop_answer (priv);
      priv->grid = job->source.grid;
      priv->mask = g_steal_pointer (&job->mask);
      priv->path = g_steal_pointer (&job->path);
    }
}

static void go_on (AciniToolPixels *self);

static void
on_answer (gpointer object, gpointer data, const GError *error)
{
  AciniToolPixels *self = ACINI_TOOL_PIXELS (object);
  AciniToolPixelsPrivate *priv = get_private (self);
  Job *job = g_steal_pointer (&priv->job);
  if (error)
    fail (self, job, error);
  else
    take_in (self, job);
  go_on (self);
  acini_tool_changed (ACINI_TOOL (self));
}

/* What is asked now, as a job. */
static Job *
make_job (AciniToolPixels *self)
{
  AciniToolPixelsPrivate *priv = get_private (self);
  Job *job = g_new0 (Job, 1);
  job->klass = ACINI_TOOL_PIXELS_GET_CLASS (self);
  job->ticket = priv->ticket;
  job->source = priv->source;
  g_object_ref (job->source.slide);
  if (job->source.prediction)
    g_object_ref (job->source.prediction);
  job->question = job->klass->ask (self);
  return job;
}

/* The next job, if there is one and none at work. */
static void
go_on (AciniToolPixels *self)
{
  AciniToolPixelsPrivate *priv = get_private (self);
  if (priv->job || (!priv->again && priv->taken.length == 0))
    return;
  Job *job = g_queue_pop_head (&priv->taken);
  if (!job)
    {
      priv->again = FALSE;
      job = make_job (self);
    }
  if (source_equal (&job->source, &priv->source))
    {
      job->pixels = g_steal_pointer (&priv->pixels);
      job->state = g_steal_pointer (&priv->state);
    }
  priv->job = job;
  acini_async_run (self, NULL, work, on_answer, job, job_free);
}

/* What is on screen and what the question is about, no finer than the screen, and the slide. */
static void
choose_grid (AciniToolPixels *self, const AciniToolContext *context, AciniMaskGrid *grid)
{
  AciniToolPixelsClass *klass = ACINI_TOOL_PIXELS_GET_CLASS (self);
  double width = (double)acini_slide_get_width (context->open), height = (double)acini_slide_get_height (context->open);
  double x0, y0, x1, y1, left = HUGE_VAL, top = HUGE_VAL, right = -HUGE_VAL, bottom = -HUGE_VAL;
  acini_viewport_get_area (context->viewport, &x0, &y0, &x1, &y1);
  if (klass->get_box)
    klass->get_box (self, &left, &top, &right, &bottom);
  x0 = CLAMP (floor (MIN (x0, left)), 0, width - 1);
  y0 = CLAMP (floor (MIN (y0, top)), 0, height - 1);
  x1 = CLAMP (ceil (MAX (x1, right)), x0 + 1, width);
  y1 = CLAMP (ceil (MAX (y1, bottom)), y0 + 1, height);
  double step = MAX (MAX (1, 1 / context->viewport->zoom), MAX (x1 - x0, y1 - y0) / ACINI_PIXELS_MOST);
  *grid = (AciniMaskGrid){ x0, y0, step, CLAMP ((int)ceil ((x1 - x0) / step), 1, ACINI_PIXELS_MOST),
                           CLAMP ((int)ceil ((y1 - y0) / step), 1, ACINI_PIXELS_MOST) };
}

/* Whether all that the question is about lies within the pixels there are. */
static gboolean
holds_box (AciniToolPixels *self, const AciniMaskGrid *grid)
{
  AciniToolPixelsClass *klass = ACINI_TOOL_PIXELS_GET_CLASS (self);
  double x0 = grid->x, y0 = grid->y, x1 = x0, y1 = y0;
  if (klass->get_box)
    klass->get_box (self, &x0, &y0, &x1, &y1);
  return x0 >= grid->x && y0 >= grid->y && x1 <= grid->x + grid->width * grid->step
         && y1 <= grid->y + grid->height * grid->step;
}

/* The pixels stay as long as they will do, so that what is kept about them is of use. */
static void
choose_source (AciniToolPixels *self, const AciniToolContext *context)
{
  AciniToolPixelsPrivate *priv = get_private (self);
  Source *source = &priv->source;
  int plane = acini_tool_pixels_get_label (self) - ACINI_LABEL_FIRST_CLASS;
  gboolean known
      = context->prediction && plane >= 0 && plane < acini_prediction_get_info (context->prediction)->n_classes;
  AciniPrediction *prediction = known ? context->prediction : NULL;
  gint64 generation = prediction ? acini_prediction_get_generation (prediction) : 0;
  AciniMaskGrid grid;
  choose_grid (self, context, &grid);
  if (source->slide == context->open && source->prediction == prediction && source->plane == (known ? plane : 0)
      && source->generation == generation && source->grid.step <= COARSE * grid.step && holds_box (self, &source->grid))
    return;
  source_clear (source);
  drop_pixels (self);
  *source = (Source){ g_object_ref (context->open), prediction ? g_object_ref (prediction) : NULL, known ? plane : 0,
                      generation, grid };
}

void
acini_tool_pixels_ask (AciniToolPixels *self, const AciniToolContext *context)
{
  g_return_if_fail (ACINI_IS_TOOL_PIXELS (self) && context != NULL);
  AciniToolPixelsPrivate *priv = get_private (self);
  if (!context->open || !priv->stroke)
    return;
  choose_source (self, context);
  priv->ticket++;
  priv->again = TRUE;
  go_on (self);
}

gboolean
acini_tool_pixels_start (AciniToolPixels *self, const AciniToolContext *context, guint8 label, gboolean replaces)
{
  g_return_val_if_fail (ACINI_IS_TOOL_PIXELS (self) && context != NULL, FALSE);
  AciniToolPixelsPrivate *priv = get_private (self);
  if (priv->stroke)
    forget (self);
  if (!context->project || !context->open)
    return FALSE;
  priv->stroke = acini_stroke_new_outline (context->project, context->slide, ACINI_TOOL_PIXELS_GET_CLASS (self)->name,
                                           label != 0 ? label : priv->label);
  acini_stroke_set_replaces (priv->stroke, replaces);
  return TRUE;
}

/* What comes next need not wait for the answer: the question goes on its own way.  Who hears that it is forgotten finds
 * it painted, or asked for. */
void
acini_tool_pixels_take (AciniToolPixels *self)
{
  g_return_if_fail (ACINI_IS_TOOL_PIXELS (self));
  AciniToolPixelsPrivate *priv = get_private (self);
  AciniToolPixelsClass *klass = ACINI_TOOL_PIXELS_GET_CLASS (self);
  if (!priv->stroke)
    return;
  g_autofree char *note = klass->describe ? klass->describe (self) : NULL;
  Job *job = priv->source.slide && (priv->again || priv->job) ? make_job (self) : NULL;
  if (job && job->question)
    {
      job->stroke = acini_stroke_ref (priv->stroke);
      job->note = g_steal_pointer (&note);
      g_queue_push_tail (&priv->taken, job);
    }
  else
    {
      g_clear_pointer (&job, job_free);
      if (priv->mask)
        paint (self, priv->stroke, note, &priv->grid, priv->mask);
    }
  forget (self);
  go_on (self);
}

void
acini_tool_pixels_drop (AciniToolPixels *self)
{
  g_return_if_fail (ACINI_IS_TOOL_PIXELS (self));
  if (get_private (self)->stroke)
    forget (self);
}

void
acini_tool_pixels_look_again (AciniToolPixels *self, const AciniToolContext *context)
{
  g_return_if_fail (ACINI_IS_TOOL_PIXELS (self) && context != NULL);
  if (get_private (self)->stroke)
    acini_tool_pixels_ask (self, context);
}

/* The tool. */

static void
acini_tool_pixels_cancel (AciniTool *tool)
{
  acini_tool_pixels_drop (ACINI_TOOL_PIXELS (tool));
}

/* What is kept of the pixels would hold the slide's file open. */
static void
acini_tool_pixels_leave (AciniTool *tool)
{
  AciniToolPixels *self = ACINI_TOOL_PIXELS (tool);
  acini_tool_pixels_take (self);
  drop_pixels (self);
  source_clear (&get_private (self)->source);
}

static void
acini_tool_pixels_snapshot (AciniTool *tool, const AciniToolContext *context, GtkSnapshot *snapshot)
{
  AciniToolPixelsPrivate *priv = get_private (tool);
  const GdkRGBA dark = { 0, 0, 0, .6f };
  GdkRGBA colour = { .2f, .2f, .2f, 1 };
  if (!priv->stroke || !priv->path)
    return;
  guint8 label = acini_stroke_get_label (priv->stroke);
  if (label >= ACINI_LABEL_FIRST_CLASS)
    acini_class_colour_get (label, FALSE, &colour);
  GdkRGBA fill = colour;
  fill.alpha = FILL;
  float scale = (float)(priv->grid.step * context->viewport->zoom);
  g_autoptr (GskStroke) under = gsk_stroke_new (UNDER / scale), over = gsk_stroke_new (LINE / scale);
  acini_viewport_push (context->viewport, snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float)acini_viewport_to_canvas_x (context->viewport, priv->grid.x),
                                                (float)acini_viewport_to_canvas_y (context->viewport, priv->grid.y)));
  gtk_snapshot_scale (snapshot, scale, scale);
  gtk_snapshot_append_fill (snapshot, priv->path, GSK_FILL_RULE_EVEN_ODD, &fill);
  gtk_snapshot_append_stroke (snapshot, priv->path, under, &dark);
  gtk_snapshot_append_stroke (snapshot, priv->path, over, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
acini_tool_pixels_dispose (GObject *object)
{
  AciniToolPixelsPrivate *priv = get_private (object);
  drop_pixels (ACINI_TOOL_PIXELS (object));
  source_clear (&priv->source);
  drop_answer (priv);
  g_clear_pointer (&priv->stroke, acini_stroke_unref);
  g_queue_clear_full (&priv->taken, job_free);
  G_OBJECT_CLASS (acini_tool_pixels_parent_class)->dispose (object);
}

static void
acini_tool_pixels_class_init (AciniToolPixelsClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = acini_tool_pixels_dispose;
  tool_class->cancel = acini_tool_pixels_cancel;
  tool_class->leave = acini_tool_pixels_leave;
  tool_class->snapshot = acini_tool_pixels_snapshot;
  signals[PAINTED] = g_signal_new ("painted", ACINI_TYPE_TOOL_PIXELS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FAILED] = g_signal_new ("failed", ACINI_TYPE_TOOL_PIXELS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_STRING);
}

static void
acini_tool_pixels_init (AciniToolPixels *self)
{
  get_private (self)->label = ACINI_LABEL_FIRST_CLASS;
}

void
acini_tool_pixels_set_label (AciniToolPixels *self, guint8 label)
{
  g_return_if_fail (ACINI_IS_TOOL_PIXELS (self));
  get_private (self)->label = label;
}

gint64
acini_tool_pixels_get_slide (AciniToolPixels *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_PIXELS (self), 0);
  const AciniToolPixelsPrivate *priv = get_private (self);
  return priv->stroke ? acini_stroke_get_slide (priv->stroke) : 0;
}

guint8
acini_tool_pixels_get_label (AciniToolPixels *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_PIXELS (self), 0);
  const AciniToolPixelsPrivate *priv = get_private (self);
  return priv->stroke ? acini_stroke_get_label (priv->stroke) : priv->label;
}

gboolean
acini_tool_pixels_get_replaces (AciniToolPixels *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_PIXELS (self), FALSE);
  const AciniToolPixelsPrivate *priv = get_private (self);
  return priv->stroke && acini_stroke_get_replaces (priv->stroke);
}

gboolean
acini_tool_pixels_is_busy (AciniToolPixels *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_PIXELS (self), FALSE);
  const AciniToolPixelsPrivate *priv = get_private (self);
  return priv->job || priv->again || priv->taken.length > 0;
}
