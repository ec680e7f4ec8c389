/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/objects/acini-object-replace.h"

#include "data/base/acini-shape.h"
#include "data/objects/acini-object-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

void
acini_replacement_free (AciniReplacement *replacement)
{
  if (replacement == NULL)
    return;
  g_clear_pointer (&replacement->stroke, acini_stroke_unref);
  g_clear_pointer (&replacement->cutouts, g_ptr_array_unref);
  g_free (replacement);
}

/* *@drawn: (transfer full) (nullable) what @stroke covers of @slide; NULL: nothing. */
static gboolean
rasterise (AciniStroke *stroke, const AciniSlideRecord *slide, AciniCutout **drawn, GError **error)
{
  double x0, y0, x1, y1;
  g_autoptr (AciniCutout) cutout = g_new0 (AciniCutout, 1);
  AciniRect *box = &cutout->box;

  *drawn = NULL;
  acini_stroke_get_bounds (stroke, &x0, &y0, &x1, &y1);
  box->x = (gint64)CLAMP (floor (x0), 0, (double)slide->width);
  box->y = (gint64)CLAMP (floor (y0), 0, (double)slide->height);
  box->width = (gint64)CLAMP (ceil (x1), 0, (double)slide->width) - box->x;
  box->height = (gint64)CLAMP (ceil (y1), 0, (double)slide->height) - box->y;
  if (box->width <= 0 || box->height <= 0)
    return TRUE;
  if (box->width > ACINI_OBJECT_LARGEST / box->height)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LARGE,
                           _ ("This is too large to take the place of an object: draw it without replacing"));
      return FALSE;
    }
  cutout->mask = g_malloc0 ((gsize)(box->width * box->height));
  cutout->label = acini_stroke_get_label (stroke);
  if (acini_stroke_rasterise (stroke, box->x, box->y, (int)box->width, (int)box->height, cutout->mask) > 0)
    *drawn = g_steal_pointer (&cutout);
  return TRUE;
}

/* *@id: the object of which @drawn covers most, 0: it covers none. */
static gboolean
find_under (AciniObjectIndex *index, const AciniCutout *drawn, gint64 *id, GError **error)
{
  const AciniRect *box = &drawn->box;
  gsize n = (gsize)(box->width * box->height), most = 0;
  g_autofree gint64 *ids = g_new (gint64, n);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key, count;

  *id = 0;
  if (!acini_object_index_read (index, box->x, box->y, (int)box->width, (int)box->height, ids, error))
    return FALSE;
  for (gsize i = 0; i < n;)
    {
      gsize from = i;

      while (i < n && ids[i] == ids[from] && (drawn->mask[i] != 0) == (drawn->mask[from] != 0))
        i++;
      if (ids[from] == 0 || drawn->mask[from] == 0)
        continue;
      count = g_hash_table_lookup (counts, &ids[from]);
      g_hash_table_insert (counts, g_memdup2 (&ids[from], sizeof *ids),
                           GSIZE_TO_POINTER (GPOINTER_TO_SIZE (count) + i - from));
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, &count))
    if (GPOINTER_TO_SIZE (count) > most || (GPOINTER_TO_SIZE (count) == most && *(gint64 *)key < *id))
      {
        most = GPOINTER_TO_SIZE (count);
        *id = *(gint64 *)key;
      }
  return TRUE;
}

/* Where the decision about object @id is to go, if it is not about a pixel of @drawn. */
static gboolean
plan_move (AciniReplacement *self, AciniObjectIndex *index, gint64 id, const AciniCutout *drawn, GError **error)
{
  const AciniRect *box = &drawn->box;
  AciniObject object;
  int x, y;

  if (!acini_object_index_get (index, id, &object, error))
    return FALSE;
  if (object.id == 0 || object.anchor_x < 0 || object.anchor_y < 0)
    return TRUE;
  if (object.anchor_x >= box->x && object.anchor_y >= box->y && object.anchor_x < box->x + box->width
      && object.anchor_y < box->y + box->height
      && drawn->mask[(object.anchor_y - box->y) * box->width + object.anchor_x - box->x] != 0)
    return TRUE;
  acini_shape_find_middle (drawn->mask, (int)box->width, (int)box->height, &x, &y);
  self->moves = TRUE;
  self->from_x = object.anchor_x;
  self->from_y = object.anchor_y;
  self->x = box->x + x;
  self->y = box->y + y;
  return TRUE;
}

AciniReplacement *
acini_object_plan_replace (AciniObjectIndex *index, const gint64 *ids, guint n, AciniStroke *stroke, GError **error)
{
  g_autoptr (AciniReplacement) self = g_new0 (AciniReplacement, 1);
  g_autoptr (AciniCutout) drawn = NULL;
  gint64 under;

  g_return_val_if_fail (index != NULL && (ids != NULL || n == 0) && stroke != NULL, NULL);

  self->stroke = acini_stroke_ref (stroke);
  self->cutouts = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_cutout_free);
  if (!rasterise (stroke, index->source.slide, &drawn, error))
    return NULL;
  if (drawn == NULL)
    return g_steal_pointer (&self);
  if (n == 0)
    {
      if (!find_under (index, drawn, &under, error))
        return NULL;
      ids = &under;
      n = under != 0 ? 1 : 0;
    }
  if (n > 0)
    {
      g_clear_pointer (&self->cutouts, g_ptr_array_unref);
      if (acini_object_check_unlocked (index, ids, n, error))
        self->cutouts = acini_object_cut_out (index, ids, n, error);
      if (self->cutouts == NULL || !plan_move (self, index, ids[0], drawn, error))
        return NULL;
      acini_cutouts_set_label (self->cutouts, ACINI_LABEL_BACKGROUND);
    }
  if (!acini_cutout_separate (drawn, index, self->cutouts, error))
    return NULL;
  g_ptr_array_add (self->cutouts, g_steal_pointer (&drawn));
  return g_steal_pointer (&self);
}

gboolean
acini_object_draw_replacement (AciniEdit *edit, gpointer data, GError **error)
{
  const AciniReplacement *self = data;

  acini_stroke_prepare (self->stroke, edit);
  return acini_cutouts_draw (edit, self->cutouts, error);
}

AciniChange *
acini_replacement_make_move (const AciniReplacement *self, gint64 slide)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->moves ? acini_change_new_moved_review (slide, self->from_x, self->from_y, self->x, self->y) : NULL;
}
