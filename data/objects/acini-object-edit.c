/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/objects/acini-object-edit.h"

#include "data/objects/acini-object-private.h"
#include "data/base/acini-shape.h"
#include "data/project/acini-lock.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* See acini_shape_propose (). */
#define WAIST 0.7

G_DEFINE_QUARK (acini - object - edit - error - quark, acini_object_edit_error)

void
acini_split_free (AciniSplit *split)
{
  if (split == NULL)
    return;
  g_free (split->parts);
  g_free (split);
}

void
acini_merge_free (AciniMerge *merge)
{
  if (merge == NULL)
    return;
  g_free (merge->seams);
  g_free (merge->labels);
  g_free (merge);
}

static gboolean
get_object (AciniObjectIndex *index, gint64 id, AciniObject *object, GError **error)
{
  if (!acini_object_index_get (index, id, object, error))
    return FALSE;
  if (object->id != 0)
    return TRUE;
  g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_GONE,
                       _ ("This object has changed meanwhile: choose it again"));
  return FALSE;
}

/* (transfer full) the objects of the pixels of @box, or NULL with @error set. */
static gint64 *
read_box (AciniObjectIndex *index, const AciniRect *box, GError **error)
{
  g_autofree gint64 *ids = NULL;

  if (box->width > ACINI_OBJECT_LARGEST / box->height)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LARGE,
                           _ ("This object is too large to be changed as a whole: use the brush"));
      return NULL;
    }
  ids = g_new (gint64, box->width * box->height);
  return acini_object_index_read (index, box->x, box->y, (int)box->width, (int)box->height, ids, error)
             ? g_steal_pointer (&ids)
             : NULL;
}

static guint8 *
make_mask (const gint64 *ids, gsize n, gint64 id)
{
  guint8 *mask = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    mask[i] = ids[i] == id;
  return mask;
}

/* Where the decision about @object is to go, so that its largest part keeps it. */
static void
plan_move (AciniSplit *split, const AciniObject *object)
{
  gsize n = (gsize)(split->box.width * split->box.height);
  g_autofree gsize *sizes = g_new0 (gsize, split->n_parts + 1);
  g_autofree guint8 *mask = NULL;
  int largest = 1, x, y;

  if (object->anchor_x < split->box.x || object->anchor_y < split->box.y)
    return;
  for (gsize i = 0; i < n; i++)
    sizes[split->parts[i]]++;
  for (int part = 2; part <= split->n_parts; part++)
    largest = sizes[part] > sizes[largest] ? part : largest;
  if (split->parts[(object->anchor_y - split->box.y) * split->box.width + object->anchor_x - split->box.x] == largest)
    return;
  mask = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    mask[i] = split->parts[i] == largest;
  acini_shape_find_middle (mask, (int)split->box.width, (int)split->box.height, &x, &y);
  split->moves = TRUE;
  split->from_x = object->anchor_x;
  split->from_y = object->anchor_y;
  split->x = split->box.x + x;
  split->y = split->box.y + y;
}

AciniSplit *
acini_object_plan_split (AciniObjectIndex *index, gint64 id, const double (*points)[2], guint n, GError **error)
{
  g_autoptr (AciniSplit) split = g_new0 (AciniSplit, 1);
  g_autofree gint64 *ids = NULL;
  g_autofree guint8 *mask = NULL;
  g_autofree double (*inside)[2] = NULL;
  AciniObject object;
  int width, height;

  g_return_val_if_fail (index != NULL && (points != NULL || n == 0), NULL);

  if (!get_object (index, id, &object, error))
    return NULL;
  split->box = object.box;
  ids = read_box (index, &split->box, error);
  if (ids == NULL)
    return NULL;
  width = (int)split->box.width;
  height = (int)split->box.height;
  mask = make_mask (ids, (gsize)width * height, id);
  split->parts = g_new (int, (gsize)width *height);
  inside = g_malloc0 (sizeof *inside * (n + 1));
  for (guint i = 0; i < n; i++)
    {
      inside[i][0] = points[i][0] - (double)split->box.x;
      inside[i][1] = points[i][1] - (double)split->box.y;
    }
  split->n_parts = n > 0 ? acini_shape_cut (mask, width, height, (const double (*)[2])inside, n, split->parts)
                         : acini_shape_propose (mask, width, height, WAIST, split->parts);
  if (split->n_parts < 2)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_WHOLE,
                           n > 0 ? _ ("The line does not cross this object from edge to edge")
                                 : _ ("This object has no waist to split it at: draw a line across it"));
      return NULL;
    }
  plan_move (split, &object);
  return g_steal_pointer (&split);
}

gboolean
acini_object_draw_split (AciniEdit *edit, gpointer data, GError **error)
{
  const AciniSplit *split = data;
  int width = (int)split->box.width, height = (int)split->box.height;
  gsize n = (gsize)width * height;
  g_autofree guint8 *seams = g_malloc (n), *there = g_malloc (n);

  if (!acini_seams_read (acini_edit_get_project (edit), acini_edit_get_slide (edit), split->box.x, split->box.y, width,
                         height, there, NULL, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      int own = split->parts[i];
      int left = i % (gsize)width > 0 ? split->parts[i - 1] : 0;
      int above = i >= (gsize)width ? split->parts[i - width] : 0;
      guint8 cut = (guint8)((own > 0 && left > 0 && left != own ? ACINI_SEAM_LEFT : 0)
                            | (own > 0 && above > 0 && above != own ? ACINI_SEAM_UPPER : 0));

      seams[i] = cut != 0 ? there[i] | cut : ACINI_LABEL_KEEP;
    }
  return acini_edit_cut (edit, &split->box, seams, error);
}

AciniChange *
acini_object_make_move (const AciniSplit *split, gint64 slide)
{
  g_return_val_if_fail (split != NULL, NULL);

  return split->moves ? acini_change_new_moved_review (slide, split->from_x, split->from_y, split->x, split->y) : NULL;
}

/* Merging. */

static AciniRect
join_boxes (const AciniRect *a, const AciniRect *b, int margin)
{
  AciniRect box = { MAX (MIN (a->x, b->x) - margin, 0), MAX (MIN (a->y, b->y) - margin, 0) };

  box.width = MAX (a->x + a->width, b->x + b->width) + margin - box.x;
  box.height = MAX (a->y + a->height, b->y + b->height) + margin - box.y;
  return box;
}

/* Takes away the seams between the two.  Returns: whether they touch. */
static gboolean
open_seams (AciniMerge *merge, const gint64 *ids, const guint8 *there, gint64 first, gint64 second)
{
  gsize width = (gsize)merge->box.width, n = width * (gsize)merge->box.height;
  gboolean any = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      gint64 other = ids[i] == first ? second : ids[i] == second ? first : 0;
      guint8 gone = 0;

      if (other == 0)
        continue;
      gone |= i % width > 0 && ids[i - 1] == other ? ACINI_SEAM_LEFT : 0;
      gone |= i >= width && ids[i - width] == other ? ACINI_SEAM_UPPER : 0;
      if (gone == 0)
        continue;
      any = TRUE;
      merge->seams[i] = there[i] & ~gone;
    }
  return any;
}

/* Draws the shortest way between the two: from a pixel of the second that is nearest to the first. */
static void
bridge (AciniMerge *merge, const gint64 *ids, gint64 first, gint64 second, guint8 label, int thick)
{
  int width = (int)merge->box.width, height = (int)merge->box.height, best = -1, nearest = -1;
  gsize n = (gsize)width * height;
  g_autofree guint8 *outside = g_malloc (n);
  g_autofree float *distances = NULL;
  gint64 least = G_MAXINT64;

  for (gsize i = 0; i < n; i++)
    outside[i] = ids[i] != first;
  distances = acini_shape_find_depths (outside, width, height);
  for (gsize i = 0; i < n; i++)
    if (ids[i] == second && (best < 0 || distances[i] < distances[best]))
      best = (int)i;
  for (gsize i = 0; i < n; i++)
    {
      gint64 dx = (int)i % width - best % width, dy = (int)i / width - best / width;

      if (ids[i] == first && dx * dx + dy * dy < least)
        {
          least = dx * dx + dy * dy;
          nearest = (int)i;
        }
    }
  for (int y = 0; y < height && best >= 0 && nearest >= 0; y++)
    for (int x = 0; x < width; x++)
      {
        double ax = best % width, ay = best / width, dx = nearest % width - ax, dy = nearest / width - ay;
        double along = CLAMP (((x - ax) * dx + (y - ay) * dy) / MAX (dx * dx + dy * dy, 1), 0, 1);
        gint64 id = ids[y * width + x];

        /* Others are left as they are. */
        if (hypot (ax + along * dx - x, ay + along * dy - y) <= MAX (thick / 2.0, .75) && id == 0)
          merge->labels[y * width + x] = label;
      }
}

AciniMerge *
acini_object_plan_merge (AciniObjectIndex *index, gint64 first, gint64 second, int width, GError **error)
{
  g_autoptr (AciniMerge) merge = g_new0 (AciniMerge, 1);
  g_autofree gint64 *ids = NULL;
  g_autofree guint8 *there = NULL;
  AciniObject a, b;
  gsize n;

  g_return_val_if_fail (index != NULL && index->source.project != NULL && first != second, NULL);

  if (!get_object (index, first, &a, error) || !get_object (index, second, &b, error))
    return NULL;
  if (a.label != b.label)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_APART,
                           _ ("Objects of two classes cannot be merged: give them one class first"));
      return NULL;
    }
  merge->box = join_boxes (&a.box, &b.box, 0);
  ids = read_box (index, &merge->box, error);
  if (ids == NULL)
    return NULL;
  n = (gsize)(merge->box.width * merge->box.height);
  merge->seams = g_malloc (n);
  merge->labels = g_malloc (n);
  there = g_malloc (n);
  memset (merge->seams, ACINI_LABEL_KEEP, n);
  memset (merge->labels, ACINI_LABEL_KEEP, n);
  if (!acini_seams_read (index->source.project, index->source.slide->id, merge->box.x, merge->box.y,
                         (int)merge->box.width, (int)merge->box.height, there, NULL, error))
    return NULL;
  if (!open_seams (merge, ids, there, first, second))
    bridge (merge, ids, first, second, (guint8)a.label, width);
  return g_steal_pointer (&merge);
}

gboolean
acini_object_draw_merge (AciniEdit *edit, gpointer data, GError **error)
{
  const AciniMerge *merge = data;

  return acini_edit_write (edit, &merge->box, merge->labels, error)
         && acini_edit_cut (edit, &merge->box, merge->seams, error);
}

/* Reviewing. */

/* Where a decision about @object goes. */
static gboolean
find_anchor (AciniObjectIndex *index, const AciniObject *object, gint64 *x, gint64 *y, GError **error)
{
  g_autofree gint64 *ids = NULL;
  g_autofree guint8 *mask = NULL;
  int column, row;

  *x = object->anchor_x;
  *y = object->anchor_y;
  if (*x >= 0 && *y >= 0)
    return TRUE;
  ids = read_box (index, &object->box, error);
  if (ids == NULL)
    return FALSE;
  mask = make_mask (ids, (gsize)(object->box.width * object->box.height), object->id);
  acini_shape_find_middle (mask, (int)object->box.width, (int)object->box.height, &column, &row);
  *x = object->box.x + column;
  *y = object->box.y + row;
  return TRUE;
}

AciniChange *
acini_object_decide (AciniObjectIndex *index, gint64 id, AciniReviewState state, const char *comment, gint64 duration,
                     GError **error)
{
  AciniObject object;
  gint64 slide, x, y;

  g_return_val_if_fail (index != NULL, NULL);

  slide = index->source.slide->id;
  if (!get_object (index, id, &object, error) || !find_anchor (index, &object, &x, &y, error))
    return NULL;
  if (state == ACINI_REVIEW_NEW && (comment == NULL || *comment == '\0'))
    return acini_change_new_review (slide, x, y, NULL);
  return acini_change_new_decision (slide, x, y, acini_review_state_to_string (state), comment, duration);
}

AciniChange *
acini_object_decide_all (AciniObjectIndex *index, const gint64 *ids, guint n, AciniReviewState state,
                         const char *comment, gint64 duration, GCancellable *cancellable, GError **error)
{
  g_autofree gint64 (*places)[2] = NULL;

  g_return_val_if_fail (index != NULL && (ids != NULL || n == 0), NULL);

  places = g_malloc0_n (MAX (n, 1), sizeof *places);
  for (guint i = 0; i < n; i++)
    {
      AciniObject object;

      if (g_cancellable_set_error_if_cancelled (cancellable, error) || !get_object (index, ids[i], &object, error)
          || !find_anchor (index, &object, &places[i][0], &places[i][1], error))
        return NULL;
    }
  return acini_change_new_decisions (index->source.slide->id, (const gint64 (*)[2])places, n,
                                     acini_review_state_to_string (state), comment, duration);
}

/* Locking. */

gboolean
acini_object_check_unlocked (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error)
{
  g_return_val_if_fail (index != NULL && (ids != NULL || n == 0), FALSE);

  for (guint i = 0; i < n; i++)
    {
      AciniObject object;

      if (!acini_object_index_get (index, ids[i], &object, error))
        return FALSE;
      if (object.id == 0 || !object.locked)
        continue;
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LOCKED,
                           n == 1 ? _ ("This object is locked: unlock it first")
                                  : _ ("One of these objects is locked: unlock it first"));
      return FALSE;
    }
  return TRUE;
}

AciniChange *
acini_object_lock (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error)
{
  g_autoptr (GPtrArray) locks = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_lock_free);

  g_return_val_if_fail (index != NULL && (ids != NULL || n == 0), NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree gint64 *pixels = NULL;
      g_autofree guint8 *mask = NULL;
      AciniObject object;
      int column, row;

      if (!get_object (index, ids[i], &object, error))
        return NULL;
      if (object.locked)
        continue;
      pixels = read_box (index, &object.box, error);
      if (pixels == NULL)
        return NULL;
      mask = make_mask (pixels, (gsize)(object.box.width * object.box.height), object.id);
      acini_shape_find_middle (mask, (int)object.box.width, (int)object.box.height, &column, &row);
      g_ptr_array_add (locks, acini_lock_new (object.box.x + column, object.box.y + row, &object.box, mask));
    }
  return acini_change_new_locks (index->source.slide->id, locks);
}

/* The locks that are about pixels of @object. */
static gboolean
add_places (AciniObjectIndex *index, const AciniObject *object, GArray *places, GError **error)
{
  g_autoptr (GPtrArray) locks
      = acini_project_list_locks (index->source.project, index->source.slide->id, &object->box, error);

  for (guint i = 0; locks != NULL && i < locks->len; i++)
    {
      const AciniLock *lock = locks->pdata[i];
      const gint64 place[2] = { lock->x, lock->y };
      AciniObject there;

      if (!acini_object_index_find (index, lock->x, lock->y, &there, error))
        return FALSE;
      if (there.id == object->id)
        g_array_append_val (places, place);
    }
  return locks != NULL;
}

AciniChange *
acini_object_unlock (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64[2]));

  g_return_val_if_fail (index != NULL && index->source.project != NULL && (ids != NULL || n == 0), NULL);

  for (guint i = 0; i < n; i++)
    {
      AciniObject object;

      if (!get_object (index, ids[i], &object, error) || !add_places (index, &object, places, error))
        return NULL;
    }
  return acini_change_new_unlocked (index->source.slide->id, (const gint64 (*)[2]) (gconstpointer)places->data,
                                    places->len);
}
