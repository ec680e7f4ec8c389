/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/objects/acini-object-reshape.h"

#include "data/objects/acini-object-private.h"
#include "data/base/acini-shape.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Sets @to to the pixels of @from, @width × @height, within @radius of one that is set.  What is within @radius of the
 * picture's edge is not reached: its margin is wider. */
static void
dilate (const guint8 *from, guint8 *to, int width, int height, double radius)
{
  gsize n = (gsize)width * height;
  int margin = (int)ceil (radius);
  g_autofree guint8 *outside = g_malloc (n);
  g_autofree float *squares = NULL;

  for (gsize i = 0; i < n; i++)
    outside[i] = from[i] == 0;
  squares = acini_shape_find_depths (outside, width, height);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        gboolean inner = x >= margin && y >= margin && x < width - margin && y < height - margin;

        to[(gsize)y * width + x] = inner && squares[(gsize)y * width + x] <= radius * radius;
      }
}

/* The same for those further than @radius from one that is not set. */
static void
erode (const guint8 *from, guint8 *to, int width, int height, double radius)
{
  g_autofree float *squares = acini_shape_find_depths (from, width, height);

  for (gsize i = 0; i < (gsize)width * height; i++)
    to[i] = squares[i] > radius * radius;
}

static void
reshape_mask (const guint8 *from, guint8 *to, int width, int height, AciniReshape reshape, double radius)
{
  switch (reshape)
    {
    case ACINI_RESHAPE_GROW:
      dilate (from, to, width, height, radius);
      break;
    case ACINI_RESHAPE_SHRINK:
      erode (from, to, width, height, radius);
      break;
    default:
      dilate (from, to, width, height, radius);
      erode (to, to, width, height, radius);
      erode (to, to, width, height, radius);
      dilate (to, to, width, height, radius);
      break;
    }
}

/* An object with space around. */
typedef struct
{
  AciniObject object;
  AciniRect box; /* reaches over the slide's edge where the object is near it */
  gint64 *ids;   /* of its pixels, -1 outside the slide */
  guint8 *before, *after;
} Shape;

static void
shape_clear (Shape *self)
{
  g_free (self->ids);
  g_free (self->before);
  g_free (self->after);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shape, shape_clear)

static gboolean
read_shape (Shape *self, AciniObjectIndex *index, gint64 id, int margin, GError **error)
{
  const AciniSlideRecord *slide = index->source.slide;
  AciniRect inner;
  g_autofree gint64 *ids = NULL;
  gsize n;

  if (!acini_object_index_get (index, id, &self->object, error))
    return FALSE;
  if (self->object.id == 0)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_GONE,
                           _ ("This object has changed meanwhile: choose it again"));
      return FALSE;
    }
  self->box = (AciniRect){ self->object.box.x - margin, self->object.box.y - margin,
                           self->object.box.width + 2 * margin, self->object.box.height + 2 * margin };
  if (self->box.width > ACINI_OBJECT_LARGEST / self->box.height)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LARGE,
                           _ ("This object is too large to be changed as a whole: use the brush"));
      return FALSE;
    }
  inner.x = MAX (self->box.x, 0);
  inner.y = MAX (self->box.y, 0);
  inner.width = MIN (self->box.x + self->box.width, slide->width) - inner.x;
  inner.height = MIN (self->box.y + self->box.height, slide->height) - inner.y;
  ids = g_new (gint64, inner.width * inner.height);
  if (!acini_object_index_read (index, inner.x, inner.y, (int)inner.width, (int)inner.height, ids, error))
    return FALSE;
  n = (gsize)(self->box.width * self->box.height);
  self->ids = g_malloc (n * sizeof *self->ids);
  self->before = g_malloc (n);
  self->after = g_malloc (n);
  memset (self->ids, 255, n * sizeof *self->ids);
  for (gint64 y = 0; y < inner.height; y++)
    memcpy (self->ids + (inner.y - self->box.y + y) * self->box.width + inner.x - self->box.x, ids + y * inner.width,
            (gsize)inner.width * sizeof *ids);
  for (gsize i = 0; i < n; i++)
    self->before[i] = self->ids[i] == id;
  return TRUE;
}

/* (transfer full) (nullable) the pixels of @self that are @now in the object and were not, or the other way round;
 * @all: those that were, too.  NULL: none changes so. */
static AciniCutout *
make_cutout (const Shape *self, gboolean now, gboolean all, guint8 label)
{
  gsize n = (gsize)(self->box.width * self->box.height);
  AciniCutout *cutout = g_new0 (AciniCutout, 1);
  gboolean any = FALSE;

  *cutout = (AciniCutout){ self->box, g_malloc (n), NULL, label };
  for (gsize i = 0; i < n; i++)
    {
      gboolean changes = (self->after[i] != 0) == now && (self->before[i] != 0) != now;

      cutout->mask[i] = changes || (all && self->after[i] != 0);
      any = any || changes;
    }
  if (!any)
    g_clear_pointer (&cutout, acini_cutout_free);
  return cutout;
}

/* Others, and what others have been given, stay. */
static void
keep_others (Shape *self, GPtrArray *earlier)
{
  const AciniRect *box = &self->box;

  for (gsize i = 0; i < (gsize)(box->width * box->height); i++)
    self->after[i] = self->after[i] && (self->ids[i] == 0 || self->before[i]);
  for (guint k = 0; k < earlier->len; k++)
    {
      const AciniCutout *other = earlier->pdata[k];
      gint64 left = MAX (box->x, other->box.x), top = MAX (box->y, other->box.y);
      gint64 right = MIN (box->x + box->width, other->box.x + other->box.width);
      gint64 bottom = MIN (box->y + box->height, other->box.y + other->box.height);

      for (gint64 y = top; other->label >= ACINI_LABEL_FIRST_CLASS && y < bottom; y++)
        for (gint64 x = left; x < right; x++)
          if (other->mask[(y - other->box.y) * other->box.width + x - other->box.x])
            self->after[(y - box->y) * box->width + x - box->x] = 0;
    }
}

static void
note_middle (const Shape *self, gint64 slide_width, GArray *middles)
{
  gint64 number;
  int x, y;

  acini_shape_find_middle (self->after, (int)self->box.width, (int)self->box.height, &x, &y);
  number = (self->box.y + y) * slide_width + self->box.x + x + 1;
  if (self->after[y * self->box.width + x])
    g_array_append_val (middles, number);
}

GPtrArray *
acini_object_reshape (AciniObjectIndex *index, const gint64 *ids, guint n, AciniReshape reshape, double radius,
                      GArray *middles, GError **error)
{
  g_autoptr (GPtrArray) cutouts = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_cutout_free);

  g_return_val_if_fail (index != NULL && (ids != NULL || n == 0) && radius > 0, NULL);

  for (guint i = 0; i < n; i++)
    {
      g_auto (Shape) shape = { 0 };
      AciniCutout *lost, *gained;

      /* See dilate (). */
      if (!read_shape (&shape, index, ids[i], 2 * (int)ceil (radius) + 2, error))
        return NULL;
      reshape_mask (shape.before, shape.after, (int)shape.box.width, (int)shape.box.height, reshape, radius);
      keep_others (&shape, cutouts);
      if (middles != NULL)
        note_middle (&shape, index->source.slide->width, middles);
      lost = make_cutout (&shape, FALSE, FALSE, ACINI_LABEL_BACKGROUND);
      gained = make_cutout (&shape, TRUE, TRUE, (guint8)shape.object.label);
      if (gained != NULL && !acini_cutout_separate (gained, index, cutouts, error))
        {
          g_clear_pointer (&lost, acini_cutout_free);
          acini_cutout_free (gained);
          return NULL;
        }
      if (lost != NULL)
        g_ptr_array_add (cutouts, lost);
      if (gained != NULL)
        g_ptr_array_add (cutouts, gained);
    }
  return g_steal_pointer (&cutouts);
}
