/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/labels/acini-stroke.h"

#include <math.h>

typedef struct
{
  double x, y;
} Point;

/* A mask coarser than the slide. */
typedef struct
{
  double x, y, step; /* level-0 pixels */
  int width, height;
  guint8 *mask; /* 0 or 255 */
} Picture;

struct _AciniStroke
{
  gatomicrefcount ref_count;
  AciniProject *project; /* (nullable) */
  gint64 slide;
  char *tool;
  guint8 label;
  gboolean filled;  /* an outline */
  Picture *picture; /* (nullable) */
  char *note;       /* (nullable) */
  double radius;
  gint64 began;   /* monotonic time, µs */
  GArray *points; /* Point */
  double x0, y0, x1, y1;
};

AciniStroke *
acini_stroke_new (AciniProject *project, gint64 slide, const char *tool, guint8 label, double radius)
{
  AciniStroke *self = g_new0 (AciniStroke, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->project = project ? g_object_ref (project) : NULL;
  self->slide = slide;
  self->tool = g_strdup (tool);
  self->label = label;
  self->radius = MAX (radius, .5);
  self->began = g_get_monotonic_time ();
  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  self->x0 = self->y0 = HUGE_VAL;
  self->x1 = self->y1 = -HUGE_VAL;
  return self;
}

AciniStroke *
acini_stroke_new_outline (AciniProject *project, gint64 slide, const char *tool, guint8 label)
{
  AciniStroke *self = acini_stroke_new (project, slide, tool, label, 0);
  self->filled = TRUE;
  self->radius = 0;
  return self;
}

/* The box of what @mask covers.  Returns: whether it covers anything. */
static gboolean
find_box (const guint8 *mask, int width, int height, int *left, int *top, int *right, int *bottom)
{
  *left = width;
  *top = height;
  *right = *bottom = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (mask[(gsize)y * (gsize)width + (gsize)x] != 0)
        {
          *left = MIN (*left, x);
          *right = MAX (*right, x + 1);
          *top = MIN (*top, y);
          *bottom = y + 1;
        }
  return *right > 0;
}

AciniStroke *
acini_stroke_new_picture (AciniProject *project, gint64 slide, const char *tool, guint8 label, double x, double y,
                          double step, int width, int height, const guint8 *mask)
{
  g_return_val_if_fail (mask != NULL && width > 0 && height > 0 && step > 0, NULL);
  int left, top, right, bottom;
  if (!find_box (mask, width, height, &left, &top, &right, &bottom))
    return NULL;
  AciniStroke *self = acini_stroke_new_outline (project, slide, tool, label);
  Picture *picture = self->picture = g_new0 (Picture, 1);
  *picture = (Picture){ x + left * step, y + top * step, step, right - left, bottom - top, NULL };
  picture->mask = g_malloc ((gsize)picture->width * (gsize)picture->height);
  for (int v = 0; v < picture->height; v++)
    for (int u = 0; u < picture->width; u++)
      picture->mask[(gsize)v * (gsize)picture->width + (gsize)u]
          = mask[(gsize)(top + v) * (gsize)width + (gsize)(left + u)] != 0 ? 255 : 0;
  acini_stroke_add (self, picture->x, picture->y);
  acini_stroke_add (self, picture->x + picture->width * step, picture->y + picture->height * step);
  return self;
}

void
acini_stroke_set_note (AciniStroke *self, const char *note)
{
  g_return_if_fail (self != NULL);
  g_set_str (&self->note, note);
}

void
acini_stroke_set_began (AciniStroke *self, AciniStroke *other)
{
  g_return_if_fail (self != NULL && other != NULL);
  self->began = other->began;
}

AciniStroke *
acini_stroke_ref (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
acini_stroke_unref (AciniStroke *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->project);
  g_free (self->tool);
  g_free (self->note);
  if (self->picture)
    g_free (self->picture->mask);
  g_free (self->picture);
  g_array_unref (self->points);
  g_free (self);
}

void
acini_stroke_add (AciniStroke *self, double x, double y)
{
  g_return_if_fail (self != NULL);
  Point point = { x, y };
  g_array_append_val (self->points, point);
  self->x0 = MIN (self->x0, x - self->radius);
  self->y0 = MIN (self->y0, y - self->radius);
  self->x1 = MAX (self->x1, x + self->radius);
  self->y1 = MAX (self->y1, y + self->radius);
}

AciniProject *
acini_stroke_get_project (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->project;
}

gint64
acini_stroke_get_slide (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->slide;
}

gint64
acini_stroke_get_duration (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return (g_get_monotonic_time () - self->began) / G_TIME_SPAN_MILLISECOND;
}

const char *
acini_stroke_get_tool (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->tool;
}

guint8
acini_stroke_get_label (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->label;
}

double
acini_stroke_get_radius (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->radius;
}

void
acini_stroke_get_bounds (AciniStroke *self, double *x0, double *y0, double *x1, double *y1)
{
  g_return_if_fail (self != NULL);
  *x0 = self->x0;
  *y0 = self->y0;
  *x1 = self->x1;
  *y1 = self->y1;
}

guint
acini_stroke_get_n_points (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->points->len;
}

void
acini_stroke_get_point (AciniStroke *self, guint i, double *x, double *y)
{
  g_return_if_fail (self != NULL && i < self->points->len);
  *x = g_array_index (self->points, Point, i).x;
  *y = g_array_index (self->points, Point, i).y;
}

static void
include (double *from, double *to, double a, double b)
{
  *from = MIN (*from, a);
  *to = MAX (*to, b);
}

/* The part of the line of pixel middles at @y that a disc covers. */
static void
cut_disc (const Point *centre, double radius, double y, double *from, double *to)
{
  double dy = y - centre->y, square = radius * radius - dy * dy;
  if (square >= 0)
    include (from, to, centre->x - sqrt (square), centre->x + sqrt (square));
}

/* Narrows [*@from, *@to] to where low ≤ slope · x + rest ≤ high.  Returns: whether anything is left. */
static gboolean
narrow (double slope, double rest, double low, double high, double *from, double *to)
{
  if (fabs (slope) < 1e-12)
    return rest >= low && rest <= high;
  double a = (low - rest) / slope, b = (high - rest) / slope;
  *from = MAX (*from, MIN (a, b));
  *to = MIN (*to, MAX (a, b));
  return *from <= *to;
}

/* The part of the line at @y that is within @radius of the segment @a – @b.  The shape is convex: one interval, the
 * union of those of its two discs and of the rectangle between them.  Returns: whether there is one. */
static gboolean
cut_segment (const Point *a, const Point *b, double radius, double y, double *from, double *to)
{
  *from = HUGE_VAL;
  *to = -HUGE_VAL;
  cut_disc (a, radius, y, from, to);
  cut_disc (b, radius, y, from, to);
  double dx = b->x - a->x, dy = b->y - a->y, length = hypot (dx, dy);
  if (length > 1e-9)
    {
      double left = -HUGE_VAL, right = HUGE_VAL, ry = y - a->y;
      dx /= length;
      dy /= length;
      if (narrow (dx, ry * dy - a->x * dx, 0, length, &left, &right)
          && narrow (dy, -ry * dx - a->x * dy, -radius, radius, &left, &right))
        include (from, to, left, right);
    }
  return *from <= *to;
}

/* Sets the pixels of a row whose middles lie in [@left, @right]. Returns: how many were not set before. */
static gsize
set_row (guint8 *row, int width, double left, double right)
{
  int u0 = (int)CLAMP (ceil (left - .5), 0, width);
  int u1 = (int)CLAMP (floor (right - .5) + 1, 0, width);
  gsize n_set = 0;
  for (int u = u0; u < u1; u++)
    {
      n_set += row[u] == 0;
      row[u] = 255;
    }
  return n_set;
}

/* Where an edge of the outline crosses the middle line of a row of pixels, and whether downwards (1) or up (-1). */
typedef struct
{
  int row, direction;
  double x;
} Crossing;

static int
compare_crossings (gconstpointer a, gconstpointer b)
{
  const Crossing *p = a, *q = b;
  return p->row != q->row ? p->row - q->row : (p->x > q->x) - (p->x < q->x);
}

/* (element-type Crossing), by row and from left to right. */
static GArray *
find_crossings (AciniStroke *self, double x, double y, double step, int height)
{
  GArray *crossings = g_array_new (FALSE, FALSE, sizeof (Crossing));
  const Point *points = (const Point *)(gpointer)self->points->data;
  for (guint i = 0; i < self->points->len; i++)
    {
      const Point *from = &points[i], *to = &points[(i + 1) % self->points->len];
      Point a = { (from->x - x) / step, (from->y - y) / step }, b = { (to->x - x) / step, (to->y - y) / step };
      int top = (int)CLAMP (ceil (MIN (a.y, b.y) - .5), 0, height);
      int bottom = (int)CLAMP (ceil (MAX (a.y, b.y) - .5), 0, height);
      for (int v = top; v < bottom; v++)
        {
          Crossing crossing = { v, a.y < b.y ? 1 : -1, a.x + (v + .5 - a.y) / (b.y - a.y) * (b.x - a.x) };
          g_array_append_val (crossings, crossing);
        }
    }
  g_array_sort (crossings, compare_crossings);
  return crossings;
}

/* Fills by winding number, not parity: a lasso that crosses its own line leaves no hole there. */
static gsize
rasterise_outline (AciniStroke *self, double x, double y, double step, int width, int height, guint8 *mask)
{
  g_autoptr (GArray) crossings = find_crossings (self, x, y, step, height);
  gsize n_set = 0;
  int winding = 0;
  for (guint i = 0; i < crossings->len; i++)
    {
      const Crossing *crossing = &g_array_index (crossings, Crossing, i);
      winding += crossing->direction;
      if (winding != 0)
        n_set += set_row (mask + (gsize)crossing->row * (gsize)width, width, crossing->x, crossing[1].x);
    }
  return n_set;
}

/* The mask at (@u, @v) of its pixels; nothing outside. */
static inline int
get_picture (const Picture *picture, int u, int v)
{
  return u >= 0 && v >= 0 && u < picture->width && v < picture->height
             ? picture->mask[(gsize)v * (gsize)picture->width + (gsize)u]
             : 0;
}

/* Whether half of the four pixels around the point (@x, @y) of the picture, weighted by how near they are, is
 * covered. */
static inline gboolean
is_covered (const Picture *picture, double x, double y)
{
  double left = floor (x - .5), top = floor (y - .5), dx = x - .5 - left, dy = y - .5 - top;
  int u = (int)left, v = (int)top;
  return (get_picture (picture, u, v) * (1 - dx) + get_picture (picture, u + 1, v) * dx) * (1 - dy)
             + (get_picture (picture, u, v + 1) * (1 - dx) + get_picture (picture, u + 1, v + 1) * dx) * dy
         >= 127.5;
}

static gsize
rasterise_picture (const Picture *picture, double x, double y, double step, int width, int height, guint8 *mask)
{
  double scale = step / picture->step, from_x = (x - picture->x) / picture->step,
         from_y = (y - picture->y) / picture->step;
  int left = (int)CLAMP (floor (-from_x / scale), 0, width), top = (int)CLAMP (floor (-from_y / scale), 0, height);
  int right = (int)CLAMP (ceil ((picture->width - from_x) / scale), 0, width);
  int bottom = (int)CLAMP (ceil ((picture->height - from_y) / scale), 0, height);
  gsize n_set = 0;
  for (int v = top; v < bottom; v++)
    for (int u = left; u < right; u++)
      {
        guint8 *pixel = &mask[(gsize)v * (gsize)width + (gsize)u];
        if (*pixel != 0 || !is_covered (picture, from_x + (u + .5) * scale, from_y + (v + .5) * scale))
          continue;
        *pixel = 255;
        n_set++;
      }
  return n_set;
}

gsize
acini_stroke_rasterise_scaled (AciniStroke *self, guint first, double x, double y, double step, int width, int height,
                               guint8 *mask)
{
  g_return_val_if_fail (self != NULL && mask != NULL && step > 0, 0);
  const double thinnest = .75;
  if (self->picture)
    return rasterise_picture (self->picture, x, y, step, width, height, mask);
  if (self->filled)
    return rasterise_outline (self, x, y, step, width, height, mask);
  const Point *points = (const Point *)(gpointer)self->points->data;
  double r = step > 1 ? MAX (self->radius / step, thinnest) : self->radius / step;
  gsize n_set = 0;
  for (guint i = MAX (first, self->points->len > 1 ? 1 : 0); i < self->points->len; i++)
    {
      const Point *to = &points[i], *from = i > 0 ? &points[i - 1] : to;
      Point a = { (from->x - x) / step, (from->y - y) / step }, b = { (to->x - x) / step, (to->y - y) / step };
      if (MAX (a.x, b.x) + r < 0 || MIN (a.x, b.x) - r > width || MAX (a.y, b.y) + r < 0 || MIN (a.y, b.y) - r > height)
        continue;
      int top = (int)CLAMP (floor (MIN (a.y, b.y) - r), 0, height);
      int bottom = (int)CLAMP (ceil (MAX (a.y, b.y) + r), 0, height);
      for (int v = top; v < bottom; v++)
        {
          double left, right;
          if (!cut_segment (&a, &b, r, v + .5, &left, &right))
            continue;
          n_set += set_row (mask + (gsize)v * (gsize)width, width, left, right);
        }
    }
  return n_set;
}

gsize
acini_stroke_rasterise (AciniStroke *self, gint64 x, gint64 y, int width, int height, guint8 *mask)
{
  return acini_stroke_rasterise_scaled (self, 0, (double)x, (double)y, 1, width, height, mask);
}

/* Marks the tiles from (@x0, @y0) to (@x1, @y1), in level-0 pixels. */
static void
mark_tiles (GHashTable *tiles, double x0, double y0, double x1, double y1)
{
  gint64 left = (gint64)floor (x0 / ACINI_LABEL_TILE), right = (gint64)floor (x1 / ACINI_LABEL_TILE);
  gint64 top = (gint64)floor (y0 / ACINI_LABEL_TILE), bottom = (gint64)floor (y1 / ACINI_LABEL_TILE);
  for (gint64 row = MAX (top, 0); row <= bottom; row++)
    for (gint64 column = MAX (left, 0); column <= right; column++)
      {
        gint64 index = row << 32 | column;
        if (!g_hash_table_contains (tiles, &index))
          g_hash_table_add (tiles, g_memdup2 (&index, sizeof index));
      }
}

/* The tiles that a segment's bounding box touches, so that a long diagonal stroke does not visit all tiles of its own
 * box; all tiles of its box where it is filled. */
static GHashTable *
find_tiles (AciniStroke *self)
{
  GHashTable *tiles = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  const Point *points = (const Point *)(gpointer)self->points->data;
  double r = self->radius;
  if (self->filled && self->points->len > 0)
    mark_tiles (tiles, self->x0, self->y0, self->x1, self->y1);
  for (guint i = 0; i < self->points->len && !self->filled; i++)
    {
      const Point *b = &points[i], *a = i > 0 ? &points[i - 1] : b;
      mark_tiles (tiles, MIN (a->x, b->x) - r, MIN (a->y, b->y) - r, MAX (a->x, b->x) + r, MAX (a->y, b->y) + r);
    }
  return tiles;
}

gboolean
acini_stroke_draw (AciniEdit *edit, gpointer stroke, GError **error)
{
  AciniStroke *self = stroke;
  g_return_val_if_fail (self != NULL && edit != NULL, FALSE);
  const gsize all = (gsize)ACINI_LABEL_TILE * ACINI_LABEL_TILE;
  g_autoptr (GHashTable) tiles = find_tiles (self);
  g_autofree guint8 *mask = g_malloc (all);
  GHashTableIter iter;
  gpointer key;
  acini_edit_set_note (edit, self->note);
  g_hash_table_iter_init (&iter, tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      gint64 index = *(gint64 *)key;
      AciniRect rect = { (index & 0xffffffff) * ACINI_LABEL_TILE, (index >> 32) * ACINI_LABEL_TILE, ACINI_LABEL_TILE,
                         ACINI_LABEL_TILE };
      memset (mask, 0, all);
      gsize n = acini_stroke_rasterise (self, rect.x, rect.y, ACINI_LABEL_TILE, ACINI_LABEL_TILE, mask);
      if (n > 0 && !acini_edit_paint (edit, &rect, n == all ? NULL : mask, self->label, error))
        return FALSE;
    }
  return TRUE;
}
