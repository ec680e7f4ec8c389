/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-object-deeds.h"

#include <glib/gi18n.h>
#include <math.h>

/* Level-0 pixels between an object and its duplicate. */
#define GAP 4.

AciniClipping *
acini_clipping_ref (AciniClipping *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_clipping (gpointer self)
{
  g_ptr_array_unref (((AciniClipping *)self)->cutouts);
}

void
acini_clipping_unref (AciniClipping *self)
{
  g_atomic_rc_box_release_full (self, clear_clipping);
}

void
acini_deed_free (gpointer data)
{
  AciniDeed *deed = data;

  g_clear_pointer (&deed->ids, g_array_unref);
  g_clear_pointer (&deed->points, g_array_unref);
  g_clear_pointer (&deed->made, g_array_unref);
  g_clear_pointer (&deed->clipping, acini_clipping_unref);
  g_clear_pointer (&deed->stroke, acini_stroke_unref);
  g_free (deed->comment);
  g_free (deed);
}

static const gint64 *
get_ids (const AciniDeed *deed)
{
  return (const gint64 *)(gpointer)deed->ids->data;
}

static gboolean
are_open (AciniObjectIndex *index, const AciniDeed *deed, GError **error)
{
  return acini_object_check_unlocked (index, get_ids (deed), deed->ids->len, error);
}

static gboolean
draw_cutouts (AciniObjectsStep *step, GPtrArray *cutouts)
{
  if (cutouts == NULL)
    return FALSE;
  *step = (AciniObjectsStep){ acini_cutouts_draw, cutouts, (GDestroyNotify)g_ptr_array_unref, NULL };
  return TRUE;
}

gboolean
acini_deed_paint (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                  GError **error)
{
  AciniDeed *deed = data;
  GPtrArray *cutouts
      = are_open (index, deed, error) ? acini_object_cut_out (index, get_ids (deed), deed->ids->len, error) : NULL;

  if (cutouts != NULL)
    acini_cutouts_set_label (cutouts, deed->label);
  return draw_cutouts (step, cutouts);
}

/* All whose boxes hold the point. */
static gboolean
find_around (AciniObjectIndex *index, AciniDeed *deed, GError **error)
{
  const AciniRect point = { (gint64)floor (deed->x), (gint64)floor (deed->y), 1, 1 };
  g_autoptr (GArray) ids = acini_object_index_list_ids (index, &(AciniObjectQuery){ .area = &point }, error);

  if (ids != NULL)
    g_array_append_vals (deed->ids, ids->data, ids->len);
  return ids != NULL;
}

gboolean
acini_deed_fill (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                 GError **error)
{
  AciniDeed *deed = data;

  if ((deed->ids->len == 0 && !find_around (index, deed, error)) || !are_open (index, deed, error))
    return FALSE;
  return draw_cutouts (step, acini_object_cut_holes (index, get_ids (deed), deed->ids->len, error));
}

gboolean
acini_deed_reshape (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                    GError **error)
{
  AciniDeed *deed = data;
  double mpp = sqrt (source->slide->mpp_x * source->slide->mpp_y);
  /* Less than a pixel is one. */
  double radius = MAX (mpp > 0 ? deed->amount / mpp : deed->amount, 1);

  return are_open (index, deed, error)
         && draw_cutouts (step, acini_object_reshape (index, get_ids (deed), deed->ids->len, deed->reshape, radius,
                                                      deed->made, error));
}

gboolean
acini_deed_fill_area (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                      GError **error)
{
  AciniDeed *deed = data;
  GPtrArray *cutouts = acini_object_cut_area (index, (gint64)floor (deed->x), (gint64)floor (deed->y), error);

  if (cutouts != NULL)
    acini_cutouts_set_label (cutouts, deed->label);
  return draw_cutouts (step, cutouts);
}

static gboolean
leave_out_doubtful (AciniObjectIndex *index, AciniDeed *deed, GError **error)
{
  for (guint i = deed->ids->len; i-- > 0;)
    {
      AciniObject object;

      if (!acini_object_index_get (index, g_array_index (deed->ids, gint64, i), &object, error))
        return FALSE;
      if (object.id == 0 || object.probability < deed->least)
        g_array_remove_index (deed->ids, i);
    }
  return TRUE;
}

gboolean
acini_deed_decide (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                   GError **error)
{
  AciniDeed *deed = data;

  if (deed->least > 0 && !leave_out_doubtful (index, deed, error))
    return FALSE;
  if (deed->ids->len == 0)
    return TRUE;
  step->change = deed->ids->len == 1
                     ? acini_object_decide (index, get_ids (deed)[0], deed->state, deed->comment, deed->duration, error)
                     : acini_object_decide_all (index, get_ids (deed), deed->ids->len, deed->state, deed->comment,
                                                deed->duration, NULL, error);
  return step->change != NULL;
}

/* Locks them all, unless all are. */
gboolean
acini_deed_lock (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                 GError **error)
{
  AciniDeed *deed = data;
  gboolean locked = TRUE;

  for (guint i = 0; i < deed->ids->len && locked; i++)
    {
      AciniObject object;

      if (!acini_object_index_get (index, get_ids (deed)[i], &object, error))
        return FALSE;
      locked = object.locked;
    }
  step->change = locked ? acini_object_unlock (index, get_ids (deed), deed->ids->len, error)
                        : acini_object_lock (index, get_ids (deed), deed->ids->len, error);
  return step->change != NULL;
}

/* The object that a line is meant to cut: the selected one, or the one at its middle. */
static gboolean
find_cut (AciniObjectIndex *index, const AciniDeed *deed, gint64 *id, GError **error)
{
  AciniObject object = { 0 };

  *id = deed->ids->len > 0 ? get_ids (deed)[0] : 0;
  if (deed->points == NULL)
    return TRUE;
  for (guint i = 0; i < deed->points->len && (i == 0 || object.id != *id); i++)
    {
      /* From the middle outwards. */
      guint half = deed->points->len / 2, at = i % 2 == 0 ? half + i / 2 : half - (i + 1) / 2;
      const double *point = &g_array_index (deed->points, double, 2 * MIN (at, deed->points->len - 1));

      if (!acini_object_index_find (index, (gint64)floor (point[0]), (gint64)floor (point[1]), &object, error))
        return FALSE;
      if (*id == 0 && object.id != 0)
        break;
    }
  if (object.id != 0)
    *id = object.id;
  return TRUE;
}

gboolean
acini_deed_split (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                  GError **error)
{
  AciniDeed *deed = data;
  AciniSplit *split;
  gint64 id;

  if (!find_cut (index, deed, &id, error))
    return FALSE;
  if (id == 0)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_WHOLE,
                           _ ("There is no object under the line: draw it across one"));
      return FALSE;
    }
  if (!acini_object_check_unlocked (index, &id, 1, error))
    return FALSE;
  split = acini_object_plan_split (index, id,
                                   deed->points != NULL ? (const double (*)[2]) (gpointer)deed->points->data : NULL,
                                   deed->points != NULL ? deed->points->len : 0, error);
  if (split == NULL)
    return FALSE;
  *step = (AciniObjectsStep){ acini_object_draw_split, split, (GDestroyNotify)acini_split_free,
                              acini_object_make_move (split, source->slide->id) };
  return TRUE;
}

static gboolean
draw_merges (AciniEdit *edit, gpointer data, GError **error)
{
  GPtrArray *merges = data;

  for (guint i = 0; i < merges->len; i++)
    if (!acini_object_draw_merge (edit, merges->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Each of the others with the one before it. */
gboolean
acini_deed_merge (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                  GError **error)
{
  AciniDeed *deed = data;
  g_autoptr (GPtrArray) merges = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_merge_free);

  if (!are_open (index, deed, error))
    return FALSE;
  for (guint i = 1; i < deed->ids->len; i++)
    {
      AciniMerge *merge = acini_object_plan_merge (index, get_ids (deed)[i - 1], get_ids (deed)[i], deed->width, error);

      if (merge == NULL)
        return FALSE;
      g_ptr_array_add (merges, merge);
    }
  *step = (AciniObjectsStep){ draw_merges, g_steal_pointer (&merges), (GDestroyNotify)g_ptr_array_unref, NULL };
  return TRUE;
}

/* Its first pixel, as objects are called. */
static void
note_one (AciniDeed *deed, const AciniCutout *cutout, const AciniSlideRecord *slide)
{
  gint64 at = 0;

  while (at < cutout->box.width * cutout->box.height && cutout->mask[at] == 0)
    at++;
  at = (cutout->box.y + at / cutout->box.width) * slide->width + cutout->box.x + at % cutout->box.width + 1;
  g_array_append_val (deed->made, at);
}

static void
note_made (AciniDeed *deed, GPtrArray *cutouts, const AciniSlideRecord *slide)
{
  for (guint i = 0; i < cutouts->len; i++)
    note_one (deed, cutouts->pdata[i], slide);
}

/* *@free: whether no object is under @cutouts. */
static gboolean
is_free (AciniObjectIndex *index, GPtrArray *cutouts, gboolean *free, GError **error)
{
  *free = cutouts->len > 0;
  for (guint i = 0; i < cutouts->len && *free; i++)
    {
      const AciniCutout *cutout = cutouts->pdata[i];
      gsize n = (gsize)(cutout->box.width * cutout->box.height);
      g_autofree gint64 *ids = g_new (gint64, n);

      if (!acini_object_index_read (index, cutout->box.x, cutout->box.y, (int)cutout->box.width,
                                    (int)cutout->box.height, ids, error))
        return FALSE;
      for (gsize j = 0; j < n && *free; j++)
        *free = ids[j] == 0 || cutout->mask[j] == 0;
    }
  return TRUE;
}

/* Beside the objects, in the first of four directions where nothing is; else to the right. */
gboolean
acini_deed_duplicate (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                      GError **error)
{
  static const int directions[][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 }, { 1, 0 } };
  AciniDeed *deed = data;
  g_autoptr (GPtrArray) from = acini_object_cut_out (index, get_ids (deed), deed->ids->len, error);
  g_autoptr (GPtrArray) placed = NULL;
  gint64 left = G_MAXINT64, top = G_MAXINT64, right = 0, bottom = 0;
  gboolean free = FALSE;

  for (guint i = 0; from != NULL && i < from->len; i++)
    {
      const AciniRect *box = &((AciniCutout *)from->pdata[i])->box;

      left = MIN (left, box->x);
      top = MIN (top, box->y);
      right = MAX (right, box->x + box->width);
      bottom = MAX (bottom, box->y + box->height);
    }
  for (guint i = 0; from != NULL && i < G_N_ELEMENTS (directions) && !free; i++)
    {
      double x = (double)(left + right) / 2 + directions[i][0] * ((double)(right - left) + GAP);
      double y = (double)(top + bottom) / 2 + directions[i][1] * ((double)(bottom - top) + GAP);

      g_clear_pointer (&placed, g_ptr_array_unref);
      placed = acini_cutouts_place (from, 1, x, y, index, error);
      if (placed == NULL || !is_free (index, placed, &free, error))
        return FALSE;
    }
  if (placed == NULL)
    return FALSE;
  note_made (deed, placed, source->slide);
  return draw_cutouts (step, g_steal_pointer (&placed));
}

gboolean
acini_deed_copy (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, GCancellable *cancellable,
                 GError **error)
{
  AciniDeed *deed = data;
  GPtrArray *cutouts = acini_object_cut_out (index, get_ids (deed), deed->ids->len, error);

  if (cutouts == NULL)
    return FALSE;
  deed->clipping = g_atomic_rc_box_new0 (AciniClipping);
  deed->clipping->cutouts = cutouts;
  deed->clipping->mpp = source->slide->mpp_x;
  return TRUE;
}

/* As large in µm as it was. */
gboolean
acini_deed_paste (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                  GError **error)
{
  AciniDeed *deed = data;
  double here = source->slide->mpp_x, scale = here > 0 && deed->clipping->mpp > 0 ? deed->clipping->mpp / here : 1;
  GPtrArray *placed = acini_cutouts_place (deed->clipping->cutouts, scale, deed->x, deed->y, index, error);

  if (placed != NULL)
    note_made (deed, placed, source->slide);
  return draw_cutouts (step, placed);
}

gboolean
acini_deed_replace (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
                    GError **error)
{
  AciniDeed *deed = data;
  AciniReplacement *replacement
      = acini_object_plan_replace (index, get_ids (deed), deed->ids->len, deed->stroke, error);

  if (replacement == NULL)
    return FALSE;
  if (replacement->cutouts->len > 0)
    note_one (deed, replacement->cutouts->pdata[replacement->cutouts->len - 1], source->slide);
  *step = (AciniObjectsStep){ acini_object_draw_replacement, replacement, (GDestroyNotify)acini_replacement_free,
                              acini_replacement_make_move (replacement, source->slide->id) };
  return TRUE;
}
