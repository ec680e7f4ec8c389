/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/objects/acini-object-paint.h"

#include "data/labels/acini-stroke.h"
#include "data/objects/acini-object-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define TILE ACINI_TILE_SIZE

void
acini_cutout_free (AciniCutout *cutout)
{
  if (cutout == NULL)
    return;
  g_free (cutout->mask);
  g_free (cutout->seams);
  g_free (cutout);
}

static GPtrArray *
cutouts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)acini_cutout_free);
}

static AciniCutout *
cutout_new (const AciniRect *box, guint8 label)
{
  AciniCutout *cutout = g_new0 (AciniCutout, 1);

  cutout->box = *box;
  cutout->label = label;
  cutout->mask = g_malloc0 ((gsize)box->width * (gsize)box->height);
  return cutout;
}

/* *@ids: (transfer full) the objects of the pixels of the box of object @id. */
static gboolean
read_object (AciniObjectIndex *index, gint64 id, AciniObject *object, gint64 **ids, GError **error)
{
  if (!acini_object_index_get (index, id, object, error))
    return FALSE;
  if (object->id == 0)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_GONE,
                           _ ("This object has changed meanwhile: choose it again"));
      return FALSE;
    }
  if (object->box.width > ACINI_OBJECT_LARGEST / object->box.height)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LARGE,
                           _ ("This object is too large to be changed as a whole: use the brush"));
      return FALSE;
    }
  *ids = g_new (gint64, (gsize)object->box.width * (gsize)object->box.height);
  if (acini_object_index_read (index, object->box.x, object->box.y, (int)object->box.width, (int)object->box.height,
                               *ids, error))
    return TRUE;
  g_clear_pointer (ids, g_free);
  return FALSE;
}

/* The pixels of @object, or, @holes, what they surround. */
typedef void (*FillFunc) (const AciniObject *object, const gint64 *ids, guint8 *mask);

static void
fill_object (const AciniObject *object, const gint64 *ids, guint8 *mask)
{
  for (gsize i = 0; i < (gsize)(object->box.width * object->box.height); i++)
    mask[i] = ids[i] == object->id;
}

/* Objects are 4-connected, so what is outside is 8-connected: whatever cannot be reached from the edge of the box so is
 * within. */
static void
fill_holes (const AciniObject *object, const gint64 *ids, guint8 *mask)
{
  int width = (int)object->box.width + 2, height = (int)object->box.height + 2;
  g_autofree guint8 *outside = g_malloc0 ((gsize)width * height);
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (int));
  int start = 0;

  outside[0] = 1;
  g_array_append_val (stack, start);
  while (stack->len > 0)
    {
      int at = g_array_index (stack, int, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      for (int i = 0; i < 9; i++)
        {
          int x = at % width + i % 3 - 1, y = at / width + i / 3 - 1, next = y * width + x;
          gboolean inner = x > 0 && y > 0 && x < width - 1 && y < height - 1;

          if (x < 0 || y < 0 || x >= width || y >= height || outside[next]
              || (inner && ids[(gsize)(y - 1) * (width - 2) + x - 1] == object->id))
            continue;
          outside[next] = 1;
          g_array_append_val (stack, next);
        }
    }
  for (int y = 0; y < height - 2; y++)
    for (int x = 0; x < width - 2; x++)
      {
        gsize i = (gsize)y * (width - 2) + x;

        mask[i] = ids[i] == 0 && !outside[(y + 1) * width + x + 1];
      }
}

static GPtrArray *
cut (AciniObjectIndex *index, const gint64 *ids, guint n, FillFunc fill, GError **error)
{
  g_autoptr (GPtrArray) cutouts = cutouts_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree gint64 *pixels = NULL;
      AciniObject object;
      AciniCutout *cutout;

      if (!read_object (index, ids[i], &object, &pixels, error))
        return NULL;
      cutout = cutout_new (&object.box, (guint8)object.label);
      fill (&object, pixels, cutout->mask);
      g_ptr_array_add (cutouts, cutout);
    }
  return g_steal_pointer (&cutouts);
}

GPtrArray *
acini_object_cut_out (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error)
{
  g_return_val_if_fail (index != NULL && (ids != NULL || n == 0), NULL);
  return cut (index, ids, n, fill_object, error);
}

GPtrArray *
acini_object_cut_holes (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error)
{
  g_return_val_if_fail (index != NULL && (ids != NULL || n == 0), NULL);
  return cut (index, ids, n, fill_holes, error);
}

/* Floods the pixels of no object in @box from (@x, @y) on.  *@cutout: (transfer full) (nullable) those; NULL: they
 * touch the edge of the box. */
static gboolean
flood_gap (AciniObjectIndex *index, const AciniRect *box, gint64 x, gint64 y, AciniCutout **cutout, GError **error)
{
  static const int steps[][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
  int width = (int)box->width, height = (int)box->height, start = (int)((y - box->y) * width + x - box->x);
  g_autofree gint64 *ids = g_new (gint64, (gsize)width * height);
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (AciniCutout) gap = cutout_new (box, ACINI_LABEL_BACKGROUND);

  *cutout = NULL;
  if (!acini_object_index_read (index, box->x, box->y, width, height, ids, error))
    return FALSE;
  gap->mask[start] = 1;
  g_array_append_val (stack, start);
  while (stack->len > 0)
    {
      int at = g_array_index (stack, int, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        {
          int u = at % width + steps[i][0], v = at / width + steps[i][1], next = v * width + u;

          if (u < 0 || v < 0 || u >= width || v >= height)
            return TRUE;
          if (ids[next] != 0 || gap->mask[next])
            continue;
          gap->mask[next] = 1;
          g_array_append_val (stack, next);
        }
    }
  *cutout = g_steal_pointer (&gap);
  return TRUE;
}

/* In a box that grows until it holds the gap. */
static AciniCutout *
cut_gap (AciniObjectIndex *index, gint64 x, gint64 y, GError **error)
{
  const AciniSlideRecord *slide = index->source.slide;

  for (gint64 reach = TILE / 2; reach * reach <= ACINI_OBJECT_LARGEST / 4; reach *= 2)
    {
      AciniRect box = { MAX (x - reach, 0), MAX (y - reach, 0), 0, 0 };
      AciniCutout *gap;

      box.width = MIN (x + reach, slide->width) - box.x;
      box.height = MIN (y + reach, slide->height) - box.y;
      if (!flood_gap (index, &box, x, y, &gap, error))
        return NULL;
      if (gap != NULL)
        return gap;
      if (box.width == slide->width && box.height == slide->height)
        break;
    }
  g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_WHOLE,
                       _ ("Nothing encloses this area: close the outline around it first"));
  return NULL;
}

GPtrArray *
acini_object_cut_area (AciniObjectIndex *index, gint64 x, gint64 y, GError **error)
{
  g_autoptr (GPtrArray) cutouts = NULL;
  AciniObject object;
  AciniCutout *gap;

  g_return_val_if_fail (index != NULL, NULL);

  if (x < 0 || y < 0 || x >= index->source.slide->width || y >= index->source.slide->height)
    return cutouts_new ();
  if (!acini_object_index_find (index, x, y, &object, error))
    return NULL;
  if (object.id != 0)
    return acini_object_cut_out (index, &object.id, 1, error);
  gap = cut_gap (index, x, y, error);
  if (gap == NULL)
    return NULL;
  cutouts = cutouts_new ();
  g_ptr_array_add (cutouts, gap);
  return g_steal_pointer (&cutouts);
}

void
acini_cutouts_set_label (GPtrArray *cutouts, guint8 label)
{
  g_return_if_fail (cutouts != NULL);
  for (guint i = 0; i < cutouts->len; i++)
    ((AciniCutout *)cutouts->pdata[i])->label = label;
}

/* Placing. */

static void
get_middle (GPtrArray *cutouts, double *x, double *y)
{
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = -G_MAXDOUBLE, bottom = -G_MAXDOUBLE;

  for (guint i = 0; i < cutouts->len; i++)
    {
      const AciniRect *box = &((AciniCutout *)cutouts->pdata[i])->box;

      left = MIN (left, (double)box->x);
      top = MIN (top, (double)box->y);
      right = MAX (right, (double)(box->x + box->width));
      bottom = MAX (bottom, (double)(box->y + box->height));
    }
  *x = (left + right) / 2;
  *y = (top + bottom) / 2;
}

/* (transfer full) (nullable) @from with its corner at (@left, @top), within the slide; NULL: nothing of it is. */
static AciniCutout *
place_one (const AciniCutout *from, double scale, gint64 left, gint64 top, const AciniSlideRecord *slide)
{
  gint64 right = left + (gint64)MAX (round ((double)from->box.width * scale), 1);
  gint64 bottom = top + (gint64)MAX (round ((double)from->box.height * scale), 1);
  AciniRect box = { MAX (left, 0), MAX (top, 0), 0, 0 };
  AciniCutout *to;

  box.width = MIN (right, slide->width) - box.x;
  box.height = MIN (bottom, slide->height) - box.y;
  if (box.width <= 0 || box.height <= 0 || box.width > ACINI_OBJECT_LARGEST / box.height)
    return NULL;
  to = cutout_new (&box, from->label);
  for (gint64 y = 0; y < box.height; y++)
    for (gint64 x = 0; x < box.width; x++)
      {
        gint64 column = (gint64)(((double)(box.x + x - left) + .5) / scale);
        gint64 row = (gint64)(((double)(box.y + y - top) + .5) / scale);

        to->mask[y * box.width + x]
            = from->mask[MIN (row, from->box.height - 1) * from->box.width + MIN (column, from->box.width - 1)];
      }
  return to;
}

/* Cuts @self from its neighbours of the same class: for that its box grows by a pixel to the right and downwards, where
 * the seams of the neighbours there are kept. */
static gboolean
separate (AciniCutout *self, AciniObjectIndex *index, GError **error)
{
  const AciniObjectSource *source = &index->source;
  AciniRect around = { self->box.x - 1, self->box.y - 1, self->box.width + 2, self->box.height + 2 };
  gsize stride = (gsize)around.width, n = stride * (gsize)around.height;
  g_autofree guint8 *labels = g_malloc (n), *mask = g_malloc0 (n), *seams = g_malloc (n);

  if (!acini_mask_read_effective (source->project, source->slide->id, source->prediction, source->thresholds, around.x,
                                  around.y, (int)around.width, (int)around.height, labels, error)
      || !acini_seams_read (source->project, source->slide->id, around.x, around.y, (int)around.width,
                            (int)around.height, seams, NULL, error))
    return FALSE;
  for (gint64 y = 0; y < self->box.height; y++)
    memcpy (mask + (y + 1) * (gint64)stride + 1, self->mask + y * self->box.width, (gsize)self->box.width);
  for (gsize i = n; i-- > 0;)
    {
      gboolean left = i % stride > 0 && mask[i] != mask[i - 1] && labels[mask[i] ? i - 1 : i] == self->label;
      gboolean upper = i >= stride && mask[i] != mask[i - stride] && labels[mask[i] ? i - stride : i] == self->label;

      seams[i]
          = left || upper
                ? (guint8)((mask[i] ? 0 : seams[i]) | (left ? ACINI_SEAM_LEFT : 0) | (upper ? ACINI_SEAM_UPPER : 0))
                : ACINI_LABEL_KEEP;
    }
  g_free (self->mask);
  self->box = around;
  self->mask = g_steal_pointer (&mask);
  self->seams = g_steal_pointer (&seams);
  return TRUE;
}

GPtrArray *
acini_cutouts_place (GPtrArray *cutouts, double scale, double x, double y, AciniObjectIndex *index, GError **error)
{
  g_autoptr (GPtrArray) placed = cutouts_new ();
  double middle_x, middle_y;

  g_return_val_if_fail (cutouts != NULL && index != NULL && index->source.project != NULL && scale > 0, NULL);

  get_middle (cutouts, &middle_x, &middle_y);
  for (guint i = 0; i < cutouts->len; i++)
    {
      const AciniCutout *from = cutouts->pdata[i];
      AciniCutout *to = place_one (from, scale, (gint64)round (x + ((double)from->box.x - middle_x) * scale),
                                   (gint64)round (y + ((double)from->box.y - middle_y) * scale), index->source.slide);

      if (to == NULL)
        continue;
      g_ptr_array_add (placed, to);
      if (!separate (to, index, error))
        return NULL;
    }
  return g_steal_pointer (&placed);
}

gboolean
acini_cutouts_draw (AciniEdit *edit, gpointer data, GError **error)
{
  GPtrArray *cutouts = data;

  for (guint i = 0; i < cutouts->len; i++)
    {
      const AciniCutout *cutout = cutouts->pdata[i];

      if (!acini_edit_paint (edit, &cutout->box, cutout->mask, cutout->label, error)
          || (cutout->seams != NULL && !acini_edit_cut (edit, &cutout->box, cutout->seams, error)))
        return FALSE;
    }
  return TRUE;
}

/* Regions. */

/* (transfer full) (nullable) the outline, which is drawn as one that a hand draws. */
static AciniStroke *
make_outline (const AciniRegion *region)
{
  AciniStroke *outline;

  if (region->points == NULL)
    return NULL;
  outline
      = acini_stroke_new_outline (region->source.project, region->source.slide->id, "sign-off", ACINI_LABEL_BACKGROUND);
  for (guint i = 0; i < region->points->len; i++)
    {
      const double *point = &g_array_index (region->points, double, 2 * i);

      acini_stroke_add (outline, point[0], point[1]);
    }
  return outline;
}

static gboolean
draw_tile (AciniEdit *edit, const AciniRegion *region, AciniStroke *outline, const AciniRect *tile, guint8 *labels,
           guint8 *inside, GError **error)
{
  gsize n = (gsize)(tile->width * tile->height);
  const AciniObjectSource *source = &region->source;

  memset (inside, 0, n);
  if (outline != NULL
      && acini_stroke_rasterise (outline, tile->x, tile->y, (int)tile->width, (int)tile->height, inside) == 0)
    return TRUE;
  if (!acini_mask_read_effective (source->project, source->slide->id, source->prediction, source->thresholds, tile->x,
                                  tile->y, (int)tile->width, (int)tile->height, labels, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (labels[i] == ACINI_LABEL_UNLABELLED || (outline != NULL && !inside[i]))
      labels[i] = ACINI_LABEL_KEEP;
  return acini_edit_write (edit, tile, labels, error);
}

gboolean
acini_region_draw (AciniEdit *edit, gpointer data, GError **error)
{
  const AciniRegion *region = data;
  const AciniSlideRecord *slide = region->source.slide;
  g_autoptr (AciniStroke) outline = make_outline (region);
  g_autofree guint8 *labels = g_malloc (ACINI_TILE_PIXELS), *inside = g_malloc (ACINI_TILE_PIXELS);
  double left = 0, top = 0, right = (double)slide->width, bottom = (double)slide->height;

  if (outline != NULL)
    acini_stroke_get_bounds (outline, &left, &top, &right, &bottom);
  for (gint64 row = (gint64)MAX (top, 0) / TILE; row * TILE < MIN ((gint64)ceil (bottom), slide->height); row++)
    for (gint64 column = (gint64)MAX (left, 0) / TILE; column * TILE < MIN ((gint64)ceil (right), slide->width);
         column++)
      {
        AciniRect tile = { column * TILE, row * TILE, MIN (TILE, slide->width - column * TILE),
                           MIN (TILE, slide->height - row * TILE) };

        if (!draw_tile (edit, region, outline, &tile, labels, inside, error))
          return FALSE;
      }
  return TRUE;
}
