/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-region-shape.h"

#include "data/base/acini-outline.h"
#include "data/mask/acini-contours.h"

#include <math.h>

/* Pixels of the grid's longest side. */
#define LONGEST 4096
/* How far a simplified outline may be from the mask's, pixels of the grid: the steps of a slanting edge go, corners
 * stay. */
#define TOLERANCE 1.

typedef struct
{
  double x, y, step;
  double least;
  const char *name;
  AciniRegionKind kind;
  GArray *areas; /* double, of the regions */
  GPtrArray *regions;
} Collecting;

static double
get_distance (const AciniPoint *p, const AciniPoint *a, const AciniPoint *b)
{
  double dx = (double)(b->x - a->x), dy = (double)(b->y - a->y), length = hypot (dx, dy);
  double x = (double)(p->x - a->x), y = (double)(p->y - a->y);

  return length > 0 ? fabs (dx * y - dy * x) / length : hypot (x, y);
}

/* Marks in @kept the points between @from and @to that a line must not leave out. */
static void
mark_kept (const AciniPoint *points, guint from, guint to, gboolean *kept)
{
  double farthest = 0;
  guint at = from;

  for (guint i = from + 1; i < to; i++)
    {
      double distance = get_distance (&points[i], &points[from], &points[to]);

      if (distance > farthest)
        {
          farthest = distance;
          at = i;
        }
    }
  if (farthest <= TOLERANCE)
    return;
  kept[at] = TRUE;
  mark_kept (points, from, at, kept);
  mark_kept (points, at, to, kept);
}

/* (transfer full) (element-type AciniPoint) fewer points of a closed ring; the two that are farthest apart stay. */
static GArray *
simplify (const GArray *ring)
{
  g_autoptr (GArray) closed = g_array_sized_new (FALSE, FALSE, sizeof (AciniPoint), ring->len + 1);
  GArray *fewer = g_array_new (FALSE, FALSE, sizeof (AciniPoint));
  g_autofree gboolean *kept = g_new0 (gboolean, ring->len + 1);
  const AciniPoint *points;
  double farthest = 0;
  guint far = 0;

  g_array_append_vals (closed, ring->data, ring->len);
  g_array_append_vals (closed, ring->data, 1);
  points = (const AciniPoint *)(gconstpointer)closed->data;
  for (guint i = 1; i < ring->len; i++)
    {
      double distance = hypot ((double)(points[i].x - points[0].x), (double)(points[i].y - points[0].y));

      far = distance > farthest ? i : far;
      farthest = MAX (distance, farthest);
    }
  kept[0] = kept[far] = TRUE;
  mark_kept (points, 0, far, kept);
  mark_kept (points, far, ring->len, kept);
  for (guint i = 0; i < ring->len; i++)
    if (kept[i])
      g_array_append_val (fewer, points[i]);
  return fewer;
}

/* Leads from the nearest point of @outline into @hole, around it and back: where windings are counted it is none of
 * the inside then. */
static void
cut_hole (GArray *outline, const GArray *hole)
{
  g_autoptr (GArray) way = g_array_sized_new (FALSE, FALSE, sizeof (AciniPoint), hole->len + 2);
  double nearest = INFINITY;
  guint from = 0, to = 0;

  for (guint i = 0; i < outline->len; i++)
    for (guint j = 0; j < hole->len; j++)
      {
        const AciniPoint *a = &g_array_index (outline, AciniPoint, i), *b = &g_array_index (hole, AciniPoint, j);
        double distance = hypot ((double)(a->x - b->x), (double)(a->y - b->y));

        if (distance < nearest)
          {
            nearest = distance;
            from = i;
            to = j;
          }
      }
  for (guint j = 0; j <= hole->len; j++)
    g_array_append_val (way, g_array_index (hole, AciniPoint, (to + j) % hole->len));
  g_array_append_val (way, g_array_index (outline, AciniPoint, from));
  g_array_insert_vals (outline, from + 1, way->data, way->len);
}

static void
collect (const AciniComponent *component, gpointer data)
{
  Collecting *self = data;
  double area = (double)component->area * self->step * self->step;
  g_autoptr (GArray) outline = NULL, points = NULL;

  if (area < self->least)
    return;
  outline = simplify (component->rings->pdata[0]);
  for (guint i = 1; i < component->rings->len; i++)
    {
      g_autoptr (GArray) hole = simplify (component->rings->pdata[i]);

      if (hole->len >= 3)
        cut_hole (outline, hole);
    }
  if (outline->len < 3)
    return;
  points = g_array_sized_new (FALSE, FALSE, sizeof (double[2]), outline->len);
  for (guint i = 0; i < outline->len; i++)
    {
      const AciniPoint *p = &g_array_index (outline, AciniPoint, i);
      const double point[2] = { self->x + (double)p->x * self->step, self->y + (double)p->y * self->step };

      g_array_append_val (points, point);
    }
  /* Largest first. */
  for (guint i = 0; i <= self->areas->len; i++)
    if (i == self->areas->len || g_array_index (self->areas, double, i) < area)
      {
        g_array_insert_val (self->areas, i, area);
        g_ptr_array_insert (self->regions, (int)i,
                            acini_region_record_new (self->name, self->kind,
                                                     (const double (*)[2]) (gconstpointer)points->data, points->len));
        return;
      }
}

GPtrArray *
acini_regions_from_mask (const guint8 *mask, int width, int height, double x, double y, double step, double least,
                         const char *name, AciniRegionKind kind)
{
  g_autoptr (GArray) areas = g_array_new (FALSE, FALSE, sizeof (double));
  Collecting self = { x, y, step, least, name, kind, areas, NULL };
  g_autoptr (AciniContours) contours = NULL;
  g_autofree guint8 *row = NULL;

  g_return_val_if_fail (mask != NULL && width > 0 && height > 0 && step > 0 && name != NULL && *name != '\0', NULL);

  self.regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  contours = acini_contours_new (width, collect, &self);
  row = g_malloc ((gsize)width);
  for (int v = 0; v < height; v++)
    {
      for (int u = 0; u < width; u++)
        row[u] = mask[(gsize)v * (gsize)width + (gsize)u] != 0;
      acini_contours_push (contours, row);
    }
  acini_contours_finish (contours);
  return self.regions;
}

GPtrArray *
acini_region_combine (const AciniRegionRecord *region, const double (*points)[2], guint n, gboolean subtract)
{
  AciniRect box;
  GPtrArray *parts;
  g_autofree guint8 *mask = NULL, *other = NULL;
  double step, left, top, right, bottom;
  int width, height;

  g_return_val_if_fail (region != NULL && points != NULL && n >= 3, NULL);

  box = acini_region_record_get_box (region);
  left = (double)box.x;
  top = (double)box.y;
  right = (double)(box.x + box.width);
  bottom = (double)(box.y + box.height);
  for (guint i = 0; i < n && !subtract; i++)
    {
      left = MIN (left, floor (points[i][0]));
      top = MIN (top, floor (points[i][1]));
      right = MAX (right, ceil (points[i][0]));
      bottom = MAX (bottom, ceil (points[i][1]));
    }
  step = MAX (1, ceil (MAX (right - left, bottom - top) / LONGEST));
  width = (int)ceil ((right - left) / step);
  height = (int)ceil ((bottom - top) / step);
  mask = g_malloc0 ((gsize)width * (gsize)height);
  other = g_malloc0 ((gsize)width * (gsize)height);
  acini_region_record_rasterise (region, left, top, step, width, height, mask);
  acini_outline_rasterise (&(AciniOutline){ &points[0][0], 2, n }, left, top, step, width, height, other);
  for (gsize i = 0; i < (gsize)width * (gsize)height; i++)
    mask[i] = subtract ? mask[i] & (guint8)~other[i] : mask[i] | other[i];
  parts = acini_regions_from_mask (mask, width, height, left, top, step, 0, region->name, region->kind);
  if (parts->len > 0)
    ((AciniRegionRecord *)parts->pdata[0])->id = region->id;
  return parts;
}
