/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-object-selection.h"

#include "data/objects/acini-object-paint.h"
#include "ui/review/acini-object-deeds.h"
#include "ui/review/acini-object-question.h"
#include "ui/tools/acini-tool-fill.h"
#include "ui/tools/acini-tool-select.h"
#include "ui/tools/acini-tool-split.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/input/acini-view-strokes.h"

/* Milliseconds after which nobody was deciding any more. */
#define LONGEST 120000

struct _AciniObjectSelection
{
  GObject parent_instance;
  AciniSlideObjects *objects;
  AciniSlideView *view; /* weak */
  GArray *selected;     /* AciniObject, the one selected first comes first */
  GPtrArray *outlines;  /* AciniOutline, of the same */
  guint ticket;         /* of the newest question that replaces the selection: older answers are dropped */
  guint generation;     /* counts the selections that replaced another */
  gboolean waiting;     /* its answer has not come */
  double x, y;          /* what was picked last */
  gint64 since;         /* when they were selected, µs */
};

enum
{
  CHANGED,
  DECIDED,
  COPIED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniObjectSelection, acini_object_selection, G_TYPE_OBJECT)

/* What came of it, on the main thread. */

static void
show (AciniObjectSelection *self)
{
  if (self->view != NULL)
    {
      g_autoptr (GPtrArray) outlines = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_outline_unref);

      for (guint i = 0; i < self->outlines->len; i++)
        g_ptr_array_add (outlines, acini_outline_ref (self->outlines->pdata[i]));
      acini_selection_layer_set_outlines (self->view->selection, outlines);
      acini_tool_select_set_n_selected (ACINI_TOOL_SELECT (acini_view_get_tool (self->view, "select")),
                                        self->selected->len);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static int
find_selected (AciniObjectSelection *self, gint64 id)
{
  for (guint i = 0; i < self->selected->len; i++)
    if (g_array_index (self->selected, AciniObject, i).id == id)
      return (int)i;
  return -1;
}

static void
clear (AciniObjectSelection *self)
{
  self->generation++;
  g_array_set_size (self->selected, 0);
  g_ptr_array_set_size (self->outlines, 0);
}

/* A click on one that is selected, with Shift, lets it go. */
static void
add_found (AciniObjectSelection *self, const AciniObjectQuestion *question)
{
  for (guint i = 0; i < question->found->len; i++)
    {
      const AciniObject *object = &g_array_index (question->found, AciniObject, i);
      int at = find_selected (self, object->id);

      if (at < 0)
        {
          g_array_append_vals (self->selected, object, 1);
          g_ptr_array_add (self->outlines, acini_outline_ref (question->outlines->pdata[i]));
        }
      else if (question->kind == ACINI_ASK_AT)
        {
          g_array_remove_index (self->selected, (guint)at);
          g_ptr_array_remove_index (self->outlines, (guint)at);
        }
    }
}

static void
forget (AciniObjectSelection *self, const GArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    {
      int at = find_selected (self, g_array_index (ids, gint64, i));

      if (at < 0)
        continue;
      g_array_remove_index (self->selected, (guint)at);
      g_ptr_array_remove_index (self->outlines, (guint)at);
    }
}

/* Where the keyboard has walked to is to be seen. */
static void
bring_into_view (AciniObjectSelection *self)
{
  const AciniObject *object = &g_array_index (self->selected, AciniObject, 0);
  AciniRect visible;

  if (self->view == NULL)
    return;
  acini_slide_view_get_visible (self->view, &visible);
  if (object->box.x < visible.x || object->box.y < visible.y
      || object->box.x + object->box.width > visible.x + visible.width
      || object->box.y + object->box.height > visible.y + visible.height)
    acini_slide_view_centre_on (self->view, object->x, object->y);
}

static void refresh (AciniObjectSelection *self);

static void
on_answer (gpointer object, gpointer data, const GError *error)
{
  AciniObjectSelection *self = object;
  const AciniObjectQuestion *question = data;

  if (error != NULL || question->ticket != self->ticket)
    return;
  if (!question->again)
    self->waiting = FALSE;
  /* Others have been selected since: it is they who may have changed. */
  if (question->again && question->generation != self->generation)
    {
      refresh (self);
      return;
    }
  if (question->kind != ACINI_ASK_IDS)
    self->since = g_get_monotonic_time ();
  if (question->again)
    forget (self, question->ids);
  else if (!question->add)
    clear (self);
  add_found (self, question);
  show (self);
  if (question->kind == ACINI_ASK_STEP && self->selected->len > 0)
    bring_into_view (self);
}

static GArray *
dup_ids (AciniObjectSelection *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < self->selected->len; i++)
    g_array_append_val (ids, g_array_index (self->selected, AciniObject, i).id);
  return ids;
}

static AciniObjectQuestion *
question_new (AciniObjectSelection *self, AciniAskKind kind)
{
  AciniObjectQuestion *question = g_new0 (AciniObjectQuestion, 1);

  question->kind = kind;
  question->ticket = self->ticket;
  question->generation = self->generation;
  question->ids = dup_ids (self);
  question->found = g_array_new (FALSE, FALSE, sizeof (AciniObject));
  question->outlines = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_outline_unref);
  return question;
}

static void
ask (AciniObjectSelection *self, AciniObjectQuestion *question)
{
  if (!question->add && !question->again)
    {
      question->ticket = ++self->ticket;
      self->waiting = TRUE;
    }
  acini_slide_objects_ask (self->objects, acini_object_question_answer, on_answer, self, question,
                           acini_object_question_free);
}

const GArray *
acini_object_selection_get (AciniObjectSelection *self)
{
  g_return_val_if_fail (ACINI_IS_OBJECT_SELECTION (self), NULL);
  return self->selected;
}

void
acini_object_selection_set (AciniObjectSelection *self, const gint64 *ids, guint n)
{
  AciniObjectQuestion *question;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self) && (ids != NULL || n == 0));
  question = question_new (self, ACINI_ASK_IDS);
  g_array_set_size (question->ids, 0);
  g_array_append_vals (question->ids, ids, n);
  self->since = g_get_monotonic_time ();
  ask (self, question);
}

void
acini_object_selection_pick (AciniObjectSelection *self, double x, double y, gboolean add)
{
  AciniObjectQuestion *question;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  question = question_new (self, ACINI_ASK_AT);
  self->x = question->x = x;
  self->y = question->y = y;
  question->add = add;
  ask (self, question);
}

void
acini_object_selection_walk (AciniObjectSelection *self, int step)
{
  AciniObjectQuestion *question;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  question = question_new (self, ACINI_ASK_STEP);
  question->step = step;
  ask (self, question);
}

void
acini_object_selection_cycle (AciniObjectSelection *self)
{
  AciniObjectQuestion *question;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  question = question_new (self, ACINI_ASK_CYCLE);
  question->x = self->x;
  question->y = self->y;
  ask (self, question);
}

static void
on_lassoed (AciniObjectSelection *self, const AciniMeasurePoint *points, guint n, gboolean add)
{
  AciniObjectQuestion *question = question_new (self, ACINI_ASK_IN);

  question->points = g_array_new (FALSE, FALSE, sizeof *points);
  g_array_append_vals (question->points, points, n);
  question->add = add;
  ask (self, question);
}

static void
drop (AciniObjectSelection *self)
{
  self->ticket++;
  self->waiting = FALSE;
  clear (self);
  show (self);
}

void
acini_object_selection_show_place (AciniObjectSelection *self, const AciniRect *box)
{
  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self) && box != NULL);
  self->ticket++;
  self->waiting = FALSE;
  clear (self);
  g_ptr_array_add (self->outlines,
                   acini_outline_new ((double)box->x, (double)box->y, (double)box->width, (double)box->height, NULL));
  show (self);
  g_ptr_array_set_size (self->outlines, 0);
}

gboolean
acini_object_selection_is_waiting (AciniObjectSelection *self)
{
  g_return_val_if_fail (ACINI_IS_OBJECT_SELECTION (self), FALSE);
  return self->waiting;
}

/* They may be others now, or gone. */
static void
refresh (AciniObjectSelection *self)
{
  AciniObjectQuestion *question;

  if (self->selected->len == 0)
    return;
  question = question_new (self, ACINI_ASK_IDS);
  question->again = TRUE;
  ask (self, question);
}

/* Deeds. */

static gint64
get_duration (AciniObjectSelection *self)
{
  gint64 duration = (g_get_monotonic_time () - self->since) / 1000;

  return duration <= LONGEST ? duration : -1;
}

static void
on_done (gpointer object, gpointer data, const GError *error)
{
  refresh (object);
}

static void
do_deed (AciniObjectSelection *self, const char *tool, AciniObjectsPlan plan, AciniDeed *deed, AciniObjectsDone done)
{
  acini_slide_objects_edit (self->objects, tool, get_duration (self), plan, done, self, deed, acini_deed_free);
}

static AciniDeed *
deed_new (AciniObjectSelection *self)
{
  AciniDeed *deed = g_new0 (AciniDeed, 1);

  deed->ids = dup_ids (self);
  return deed;
}

void
acini_object_selection_delete (AciniObjectSelection *self)
{
  AciniDeed *deed;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (self->selected->len == 0)
    return;
  deed = deed_new (self);
  deed->label = ACINI_LABEL_BACKGROUND;
  do_deed (self, "delete", acini_deed_paint, deed, on_done);
  drop (self);
}

void
acini_object_selection_fill_holes (AciniObjectSelection *self)
{
  AciniDeed *deed;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (!acini_object_selection_can_fill_holes (self))
    return;
  deed = deed_new (self);
  if (deed->ids->len == 0)
    acini_viewport_to_slide (&self->view->viewport, self->view->pointer_x, self->view->pointer_y, &deed->x, &deed->y);
  do_deed (self, "fill", acini_deed_fill, deed, on_done);
}

gboolean
acini_object_selection_can_fill_holes (AciniObjectSelection *self)
{
  g_return_val_if_fail (ACINI_IS_OBJECT_SELECTION (self), FALSE);
  return self->selected->len > 0 || self->view != NULL;
}

static void
on_made (gpointer object, gpointer data, const GError *error)
{
  AciniObjectSelection *self = object;
  const AciniDeed *deed = data;

  if (error == NULL && deed->made->len > 0)
    {
      /* What was made is what is worked on next. */
      AciniObjectQuestion *question = question_new (self, ACINI_ASK_IDS);

      g_array_set_size (question->ids, 0);
      g_array_append_vals (question->ids, deed->made->data, deed->made->len);
      self->since = g_get_monotonic_time ();
      ask (self, question);
    }
}

void
acini_object_selection_reshape (AciniObjectSelection *self, AciniReshape reshape, double amount)
{
  static const char *const tools[] = { "grow", "shrink", "smooth" };
  AciniDeed *deed;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self) && reshape < G_N_ELEMENTS (tools) && amount > 0);
  if (self->selected->len == 0)
    return;
  deed = deed_new (self);
  deed->reshape = reshape;
  deed->amount = amount;
  deed->made = g_array_new (FALSE, FALSE, sizeof (gint64));
  do_deed (self, tools[reshape], acini_deed_reshape, deed, on_made);
}

void
acini_object_selection_set_class (AciniObjectSelection *self, guint8 label)
{
  AciniDeed *deed;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self) && label >= ACINI_LABEL_FIRST_CLASS);
  if (self->selected->len == 0)
    return;
  deed = deed_new (self);
  deed->label = label;
  do_deed (self, "class", acini_deed_paint, deed, on_done);
}

static void
on_decided (gpointer object, gpointer data, const GError *error)
{
  if (error == NULL)
    g_signal_emit (object, signals[DECIDED], 0);
  refresh (object);
}

void
acini_object_selection_decide (AciniObjectSelection *self, AciniReviewState state, const char *comment)
{
  AciniDeed *deed;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (self->selected->len == 0)
    return;
  deed = deed_new (self);
  deed->state = state;
  deed->comment = g_strdup (comment);
  deed->duration = get_duration (self);
  do_deed (self, "review", acini_deed_decide, deed, on_decided);
}

void
acini_object_selection_split (AciniObjectSelection *self)
{
  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (self->selected->len > 0)
    do_deed (self, "split", acini_deed_split, deed_new (self), on_done);
}

void
acini_object_selection_lock (AciniObjectSelection *self)
{
  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (self->selected->len > 0)
    do_deed (self, "lock", acini_deed_lock, deed_new (self), on_done);
}

/* The line goes across the selected one, or the one in its middle. */
static void
on_cut (AciniObjectSelection *self, const AciniMeasurePoint *points, guint n)
{
  AciniDeed *deed = deed_new (self);

  deed->points = g_array_new (FALSE, FALSE, 2 * sizeof (double));
  for (guint i = 0; i < n; i++)
    {
      const double point[2] = { points[i].x, points[i].y };

      g_array_append_vals (deed->points, point, 1);
    }
  do_deed (self, "split", acini_deed_split, deed, on_done);
}

static void
on_replaced (gpointer object, gpointer data, const GError *error)
{
  AciniObjectSelection *self = object;

  if (self->view != NULL)
    acini_view_stroke_replaced (self->view, ((AciniDeed *)data)->stroke, error == NULL);
  on_made (object, data, error);
}

/* The selected ones give way, else what is under it. */
static gboolean
on_replacing (AciniSlideView *view, AciniStroke *stroke, AciniObjectSelection *self)
{
  AciniDeed *deed = deed_new (self);

  deed->stroke = acini_stroke_ref (stroke);
  deed->made = g_array_new (FALSE, FALSE, sizeof (gint64));
  acini_slide_objects_edit (self->objects, acini_stroke_get_tool (stroke), acini_stroke_get_duration (stroke),
                            acini_deed_replace, on_replaced, self, deed, acini_deed_free);
  return TRUE;
}

static void
on_filled (AciniObjectSelection *self, double x, double y, guint label)
{
  AciniDeed *deed = g_new0 (AciniDeed, 1);

  deed->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  deed->x = x;
  deed->y = y;
  deed->label = (guint8)label;
  do_deed (self, "fill-region", acini_deed_fill_area, deed, on_done);
}

void
acini_object_selection_merge (AciniObjectSelection *self)
{
  AciniDeed *deed;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (self->selected->len < 2)
    return;
  deed = deed_new (self);
  /* A bridge as wide as a line on screen. */
  deed->width = self->view != NULL ? (int)CLAMP (3 / acini_slide_view_get_zoom (self->view), 1, 64) : 3;
  do_deed (self, "merge", acini_deed_merge, deed, on_done);
}

void
acini_object_selection_duplicate (AciniObjectSelection *self)
{
  AciniDeed *deed;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (self->selected->len == 0)
    return;
  deed = deed_new (self);
  deed->made = g_array_new (FALSE, FALSE, sizeof (gint64));
  do_deed (self, "duplicate", acini_deed_duplicate, deed, on_made);
}

/* What was copied: of the process, so that windows and slides share it. */
static AciniClipping *copied;

static void
on_copied (gpointer object, gpointer data, const GError *error)
{
  AciniDeed *deed = data;

  if (error != NULL || deed->clipping == NULL)
    return;
  g_clear_pointer (&copied, acini_clipping_unref);
  copied = g_steal_pointer (&deed->clipping);
  g_signal_emit (object, signals[COPIED], 0, copied->cutouts->len);
}

void
acini_object_selection_copy (AciniObjectSelection *self)
{
  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (self->selected->len > 0)
    acini_slide_objects_ask (self->objects, acini_deed_copy, on_copied, self, deed_new (self), acini_deed_free);
}

gboolean
acini_object_selection_can_paste (AciniObjectSelection *self)
{
  return copied != NULL;
}

void
acini_object_selection_paste (AciniObjectSelection *self)
{
  AciniDeed *deed;
  AciniRect visible;

  g_return_if_fail (ACINI_IS_OBJECT_SELECTION (self));
  if (copied == NULL || self->view == NULL)
    return;
  deed = deed_new (self);
  deed->clipping = acini_clipping_ref (copied);
  deed->made = g_array_new (FALSE, FALSE, sizeof (gint64));
  acini_slide_view_get_visible (self->view, &visible);
  deed->x = (double)visible.x + (double)visible.width / 2;
  deed->y = (double)visible.y + (double)visible.height / 2;
  if (self->view->inside)
    acini_viewport_to_slide (&self->view->viewport, self->view->pointer_x, self->view->pointer_y, &deed->x, &deed->y);
  do_deed (self, "paste", acini_deed_paste, deed, on_made);
}

/* The object. */

static void
acini_object_selection_finalize (GObject *object)
{
  AciniObjectSelection *self = ACINI_OBJECT_SELECTION (object);

  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->objects);
  g_array_unref (self->selected);
  g_ptr_array_unref (self->outlines);
  G_OBJECT_CLASS (acini_object_selection_parent_class)->finalize (object);
}

static void
acini_object_selection_class_init (AciniObjectSelectionClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = acini_object_selection_finalize;
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DECIDED] = g_signal_new ("decided", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[COPIED] = g_signal_new ("copied", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
acini_object_selection_init (AciniObjectSelection *self)
{
  self->selected = g_array_new (FALSE, FALSE, sizeof (AciniObject));
  self->outlines = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_outline_unref);
}

AciniObjectSelection *
acini_object_selection_new (AciniSlideObjects *objects, AciniSlideView *view)
{
  AciniObjectSelection *self;
  AciniTool *select, *split;

  g_return_val_if_fail (ACINI_IS_SLIDE_OBJECTS (objects) && ACINI_IS_SLIDE_VIEW (view), NULL);
  self = g_object_new (ACINI_TYPE_OBJECT_SELECTION, NULL);
  self->objects = g_object_ref (objects);
  g_set_weak_pointer (&self->view, view);
  select = acini_view_get_tool (view, "select");
  split = acini_view_get_tool (view, "split");
  g_signal_connect_object (select, "picked", G_CALLBACK (acini_object_selection_pick), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (select, "lassoed", G_CALLBACK (on_lassoed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (select, "walked", G_CALLBACK (acini_object_selection_walk), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (select, "dropped", G_CALLBACK (drop), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (split, "cut", G_CALLBACK (on_cut), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_view_get_tool (view, "fill"), "filled", G_CALLBACK (on_filled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "replacing", G_CALLBACK (on_replacing), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (objects, "replaced", G_CALLBACK (drop), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (objects, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  return self;
}
