/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-object-question.h"

#include "data/mask/acini-contours.h"

#include <math.h>

/* Objects with an outline of their own; the others get a box.  Pixels of a box that is read for one. */
#define MOST_OUTLINES 500
#define LARGEST_OUTLINE (16 * 1024 * 1024)

void
acini_object_question_free (gpointer data)
{
  AciniObjectQuestion *question = data;

  g_clear_pointer (&question->ids, g_array_unref);
  g_clear_pointer (&question->points, g_array_unref);
  g_clear_pointer (&question->found, g_array_unref);
  g_clear_pointer (&question->outlines, g_ptr_array_unref);
  g_free (question);
}

static AciniOutline *
make_outline (AciniObjectIndex *index, const AciniObject *object, gboolean exact, GError **error)
{
  const AciniRect *box = &object->box;
  gsize width = (gsize)box->width, n = width * (gsize)box->height;
  g_autoptr (GskPathBuilder) builder = NULL;
  g_autoptr (AciniContours) contours = NULL;
  g_autofree gint64 *ids = NULL;
  GskPath *path = NULL;

  if (exact && box->width <= LARGEST_OUTLINE / box->height)
    {
      ids = g_new (gint64, n);
      if (!acini_object_index_read (index, box->x, box->y, (int)box->width, (int)box->height, ids, error))
        return NULL;
      builder = gsk_path_builder_new ();
      contours = acini_contours_new (box->width, acini_outline_add_rings, builder);
      for (gsize i = 0; i < n; i++)
        ids[i] = ids[i] == object->id ? ids[i] : 0;
      for (gint64 y = 0; y < box->height; y++)
        acini_contours_push_objects (contours, ids + y * (gint64)width);
      acini_contours_finish (contours);
      path = gsk_path_builder_to_path (builder);
    }
  return acini_outline_new ((double)box->x, (double)box->y, (double)box->width, (double)box->height, path);
}

static gboolean
collect (const AciniObject *object, gpointer user_data)
{
  g_array_append_vals (((AciniObjectQuestion *)user_data)->found, object, 1);
  return TRUE;
}

static gboolean
is_inside (const GArray *points, double x, double y)
{
  gboolean inside = FALSE;

  for (guint i = 0, j = points->len - 1; i < points->len; j = i++)
    {
      const AciniMeasurePoint *a = &g_array_index (points, AciniMeasurePoint, i);
      const AciniMeasurePoint *b = &g_array_index (points, AciniMeasurePoint, j);

      if ((a->y > y) != (b->y > y) && x < (b->x - a->x) * (y - a->y) / (b->y - a->y) + a->x)
        inside = !inside;
    }
  return inside;
}

static gboolean
find_in (AciniObjectIndex *index, AciniObjectQuestion *question, GError **error)
{
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = -G_MAXDOUBLE, bottom = -G_MAXDOUBLE;
  AciniObjectQuery query = { 0 };
  AciniRect area;

  for (guint i = 0; i < question->points->len; i++)
    {
      const AciniMeasurePoint *p = &g_array_index (question->points, AciniMeasurePoint, i);

      left = MIN (left, p->x);
      top = MIN (top, p->y);
      right = MAX (right, p->x);
      bottom = MAX (bottom, p->y);
    }
  area = (AciniRect){ (gint64)floor (left), (gint64)floor (top), (gint64)ceil (right - left) + 1,
                      (gint64)ceil (bottom - top) + 1 };
  query.area = &area;
  if (!acini_object_index_foreach (index, &query, collect, question, error))
    return FALSE;
  for (guint i = question->found->len; i-- > 0;)
    {
      const AciniObject *object = &g_array_index (question->found, AciniObject, i);

      if (!is_inside (question->points, object->x, object->y))
        g_array_remove_index (question->found, i);
    }
  return TRUE;
}

static gboolean
find_ids (AciniObjectIndex *index, const AciniObjectSource *source, AciniObjectQuestion *question, GError **error)
{
  for (guint i = 0; i < question->ids->len; i++)
    {
      gint64 id = g_array_index (question->ids, gint64, i), width = source->slide->width;
      AciniObject object;

      /* It may have grown upwards: what is now where its first pixel was is it. */
      if (!acini_object_index_get (index, id, &object, error)
          || (object.id == 0 && !acini_object_index_find (index, (id - 1) % width, (id - 1) / width, &object, error)))
        return FALSE;
      for (guint j = 0; j < question->found->len; j++)
        if (g_array_index (question->found, AciniObject, j).id == object.id)
          object.id = 0;
      if (object.id != 0)
        g_array_append_val (question->found, object);
    }
  return TRUE;
}

/* The next of those whose boxes hold the point, after the one that is selected; the smallest first. */
static gboolean
find_other (AciniObjectIndex *index, AciniObjectQuestion *question, GError **error)
{
  const AciniRect point = { (gint64)question->x, (gint64)question->y, 1, 1 };
  const AciniObjectQuery query = { .order = ACINI_OBJECT_ORDER_AREA, .area = &point };
  gint64 now = question->ids->len > 0 ? g_array_index (question->ids, gint64, 0) : 0;
  AciniObject next;
  guint at = 0;

  if (!acini_object_index_foreach (index, &query, collect, question, error))
    return FALSE;
  if (question->found->len == 0)
    return TRUE;
  for (guint i = 0; i < question->found->len; i++)
    if (g_array_index (question->found, AciniObject, i).id == now)
      at = (i + 1) % question->found->len;
  next = g_array_index (question->found, AciniObject, at);
  g_array_set_size (question->found, 0);
  g_array_append_val (question->found, next);
  return TRUE;
}

gboolean
acini_object_question_answer (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data,
                              GCancellable *cancellable, GError **error)
{
  AciniObjectQuestion *question = data;
  gint64 last = question->ids->len > 0 ? g_array_index (question->ids, gint64, question->ids->len - 1) : 0;
  AciniObject object = { 0 };

  if (question->kind == ACINI_ASK_IDS && !find_ids (index, source, question, error))
    return FALSE;
  if (question->kind == ACINI_ASK_IN && !find_in (index, question, error))
    return FALSE;
  if (question->kind == ACINI_ASK_CYCLE && !find_other (index, question, error))
    return FALSE;
  if (question->kind == ACINI_ASK_AT
      && !acini_object_index_find (index, (gint64)floor (question->x), (gint64)floor (question->y), &object, error))
    return FALSE;
  if (question->kind == ACINI_ASK_STEP
      && (!acini_object_index_step (index, NULL, last, question->step < 0, &object, error)
          || (object.id == 0 && !acini_object_index_step (index, NULL, 0, question->step < 0, &object, error))))
    return FALSE;
  if (object.id != 0)
    g_array_append_val (question->found, object);
  for (guint i = 0; i < question->found->len; i++)
    {
      AciniOutline *outline
          = make_outline (index, &g_array_index (question->found, AciniObject, i), i < MOST_OUTLINES, error);

      if (outline == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          g_clear_pointer (&outline, acini_outline_unref);
          return FALSE;
        }
      g_ptr_array_add (question->outlines, outline);
    }
  return TRUE;
}
