/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/labels/acini-stroke.h"

#include "data/base/acini-outline.h"

#include <math.h>

/* From one radius to the next in pieces of about so many pixels. */
#define TAPER .25

typedef struct
{
  double x, y, radius;
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
  gboolean filled; /* an outline */
  guint8 protect;
  gboolean replaces;
  gboolean uneven;  /* some points are thinner */
  Picture *picture; /* (nullable) … */
  Picture *ground;  /* … (nullable) around it */
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

static void
picture_free (Picture *picture)
{
  if (picture)
    g_free (picture->mask);
  g_free (picture);
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
acini_stroke_set_ground (AciniStroke *self, double x, double y, double step, int width, int height, const guint8 *mask)
{
  g_return_if_fail (self != NULL && self->picture && mask != NULL && width > 0 && height > 0 && step > 0);
  picture_free (self->ground);
  self->ground = g_new0 (Picture, 1);
  *self->ground = (Picture){ x, y, step, width, height, g_malloc ((gsize)width * (gsize)height) };
  for (gsize i = 0; i < (gsize)width * (gsize)height; i++)
    self->ground->mask[i] = mask[i] != 0 ? 255 : 0;
  acini_stroke_add (self, x, y);
  acini_stroke_add (self, x + width * step, y + height * step);
}

void
acini_stroke_set_note (AciniStroke *self, const char *note)
{
  g_return_if_fail (self != NULL);
  g_set_str (&self->note, note);
}

void
acini_stroke_protect (AciniStroke *self, guint8 label)
{
  g_return_if_fail (self != NULL);
  self->protect = label;
}

void
acini_stroke_set_replaces (AciniStroke *self, gboolean replaces)
{
  g_return_if_fail (self != NULL);
  self->replaces = replaces;
}

gboolean
acini_stroke_get_replaces (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->replaces;
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
  picture_free (self->picture);
  picture_free (self->ground);
  g_array_unref (self->points);
  g_free (self);
}

void
acini_stroke_add (AciniStroke *self, double x, double y)
{
  acini_stroke_add_pressed (self, x, y, 1);
}

void
acini_stroke_add_pressed (AciniStroke *self, double x, double y, double share)
{
  g_return_if_fail (self != NULL);
  Point point = { x, y, share < 1 ? MAX (self->radius * share, MIN (self->radius, .5)) : self->radius };
  self->uneven = self->uneven || point.radius != self->radius;
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

double
acini_stroke_get_point_radius (AciniStroke *self, guint i)
{
  g_return_val_if_fail (self != NULL && i < self->points->len, 0);
  return g_array_index (self->points, Point, i).radius;
}

gboolean
acini_stroke_is_even (AciniStroke *self)
{
  g_return_val_if_fail (self != NULL, TRUE);
  return !self->uneven;
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

/* A straight piece of a stroke, in pixels of a mask. */
typedef struct
{
  Point a, b;
  double radius, dx, dy, length; /* (dx, dy): its direction */
} Segment;

static Segment
make_segment (const Point *a, const Point *b, double radius)
{
  double dx = b->x - a->x, dy = b->y - a->y, length = hypot (dx, dy);
  return (Segment){ *a, *b, radius, dx / MAX (length, 1e-9), dy / MAX (length, 1e-9), length };
}

/* The part of the line at @y that is within the segment's radius of it.  The shape is convex: one interval, the union
 * of those of its two discs and of the rectangle between them.  Returns: whether there is one. */
static gboolean
cut_segment (const Segment *segment, double y, double *from, double *to)
{
  const Point *a = &segment->a;
  double radius = segment->radius, dx = segment->dx, dy = segment->dy;
  *from = HUGE_VAL;
  *to = -HUGE_VAL;
  cut_disc (a, radius, y, from, to);
  cut_disc (&segment->b, radius, y, from, to);
  if (segment->length > 1e-9)
    {
      double left = -HUGE_VAL, right = HUGE_VAL, ry = y - a->y;
      if (narrow (dx, ry * dy - a->x * dx, 0, segment->length, &left, &right)
          && narrow (dy, -ry * dx - a->x * dy, -radius, radius, &left, &right))
        include (from, to, left, right);
    }
  return *from <= *to;
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

/* Of each pixel the very same is computed wherever the others begin: tiles fit together. */
static gsize
rasterise_picture (const Picture *picture, double x, double y, double step, int width, int height, guint8 *mask)
{
  int left = (int)CLAMP (floor ((picture->x - x) / step), 0, width);
  int top = (int)CLAMP (floor ((picture->y - y) / step), 0, height);
  int right = (int)CLAMP (ceil ((picture->x + picture->width * picture->step - x) / step), 0, width);
  int bottom = (int)CLAMP (ceil ((picture->y + picture->height * picture->step - y) / step), 0, height);
  gsize n_set = 0;
  for (int v = top; v < bottom; v++)
    for (int u = left; u < right; u++)
      {
        guint8 *pixel = &mask[(gsize)v * (gsize)width + (gsize)u];
        double at_x = x + (u + .5) * step, at_y = y + (v + .5) * step;
        if (*pixel != 0
            || !is_covered (picture, (at_x - picture->x) / picture->step, (at_y - picture->y) / picture->step))
          continue;
        *pixel = 255;
        n_set++;
      }
  return n_set;
}

/* Appends the segment where it meets the mask. */
static void
add_segment (GArray *segments, const Point *a, const Point *b, double r, int width, int height)
{
  if (MAX (a->x, b->x) + r < 0 || MIN (a->x, b->x) - r > width || MAX (a->y, b->y) + r < 0
      || MIN (a->y, b->y) - r > height)
    return;
  Segment segment = make_segment (a, b, r);
  g_array_append_val (segments, segment);
}

/* Returns: (transfer full) (element-type Segment) what came with the point number @first and those after it, as far as
 * it meets a mask laid as in acini_stroke_rasterise_scaled (). */
static GArray *
list_segments (AciniStroke *self, guint first, double x, double y, double step, int width, int height)
{
  const double thinnest = step > 1 ? .75 : 0;
  const Point *points = (const Point *)(gpointer)self->points->data;
  GArray *segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  for (guint i = MAX (first, self->points->len > 1 ? 1 : 0); i < self->points->len; i++)
    {
      const Point *to = &points[i], *from = i > 0 ? &points[i - 1] : to;
      Point a = { (from->x - x) / step, (from->y - y) / step, from->radius / step };
      Point b = { (to->x - x) / step, (to->y - y) / step, to->radius / step };
      int pieces = MAX (1, (int)ceil (fabs (to->radius - from->radius) / TAPER));
      for (int k = 0; k < pieces; k++)
        {
          double t0 = (double)k / pieces, t1 = (double)(k + 1) / pieces, t = (t0 + t1) / 2;
          Point start = { a.x + (b.x - a.x) * t0, a.y + (b.y - a.y) * t0, 0 };
          Point end = { a.x + (b.x - a.x) * t1, a.y + (b.y - a.y) * t1, 0 };
          double r = pieces > 1 ? a.radius + (b.radius - a.radius) * t : b.radius;
          add_segment (segments, pieces > 1 ? &start : &a, pieces > 1 ? &end : &b, MAX (r, thinnest), width, height);
        }
    }
  return segments;
}

/* Whether one of @segments covers all of the mask by itself: it is convex, so its corners say it. */
static gboolean
is_full (const GArray *segments, int width, int height)
{
  for (guint i = 0; i < segments->len; i++)
    {
      const Segment *segment = &g_array_index (segments, Segment, i);
      double left, right;
      if (cut_segment (segment, 0, &left, &right) && left <= 0 && right >= width
          && cut_segment (segment, height, &left, &right) && left <= 0 && right >= width)
        return TRUE;
    }
  return FALSE;
}

/* The row of pixels @v. Most segments of a wide brush cover nearly the same: what hangs together is filled once. */
static gsize
rasterise_row (const GArray *segments, int v, int width, guint8 *row)
{
  double from = HUGE_VAL, to = -HUGE_VAL;
  gsize n_set = 0;
  for (guint i = 0; i < segments->len; i++)
    {
      const Segment *segment = &g_array_index (segments, Segment, i);
      double left, right;
      if (MAX (segment->a.y, segment->b.y) + segment->radius < v
          || MIN (segment->a.y, segment->b.y) - segment->radius > v + 1
          || !cut_segment (segment, v + .5, &left, &right))
        continue;
      if (left > to || right < from)
        {
          if (from <= to)
            n_set += acini_outline_fill_row (row, width, from, to);
          from = left;
          to = right;
        }
      else
        include (&from, &to, left, right);
      if (from <= 0 && to >= width)
        break;
    }
  return from <= to ? n_set + acini_outline_fill_row (row, width, from, to) : n_set;
}

gsize
acini_stroke_rasterise_scaled (AciniStroke *self, guint first, double x, double y, double step, int width, int height,
                               guint8 *mask)
{
  g_return_val_if_fail (self != NULL && mask != NULL && step > 0, 0);
  if (self->picture)
    return rasterise_picture (self->picture, x, y, step, width, height, mask);
  const Point *points = (const Point *)(gpointer)self->points->data;
  if (self->filled)
    return acini_outline_rasterise (&(AciniOutline){ &points->x, sizeof *points / sizeof points->x, self->points->len },
                                    x, y, step, width, height, mask);
  g_autoptr (GArray) segments = list_segments (self, first, x, y, step, width, height);
  gsize n_set = 0;
  for (int v = 0; v < height && segments->len > 0; v++)
    n_set += rasterise_row (segments, v, width, mask + (gsize)v * (gsize)width);
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

/* The picture, and what is around it. */
static gboolean
draw_grounded (AciniStroke *self, AciniEdit *edit, const AciniRect *rect, const guint8 *mask, GError **error)
{
  const int side = ACINI_LABEL_TILE;
  const gsize all = (gsize)side * ACINI_LABEL_TILE;
  g_autofree guint8 *ground = g_malloc0 (all), *labels = g_malloc (all);
  if (!acini_labels_read (acini_edit_get_project (edit), acini_edit_get_slide (edit), 0, rect->x, rect->y, side, side,
                          labels, error))
    return FALSE;
  rasterise_picture (self->ground, (double)rect->x, (double)rect->y, 1, side, side, ground);
  for (gsize i = 0; i < all; i++)
    labels[i] = mask[i] != 0                                            ? self->label
                : ground[i] != 0 && labels[i] == ACINI_LABEL_UNLABELLED ? ACINI_LABEL_BACKGROUND
                                                                        : ACINI_LABEL_KEEP;
  return acini_edit_write (edit, rect, labels, error);
}

void
acini_stroke_prepare (AciniStroke *self, AciniEdit *edit)
{
  g_return_if_fail (self != NULL && edit != NULL);
  acini_edit_set_note (edit, self->note);
  acini_edit_protect (edit, self->protect);
}

/* Whether a brush covers all of @rect, without looking at its pixels. */
static gboolean
covers (AciniStroke *self, const AciniRect *rect)
{
  g_autoptr (GArray) segments
      = list_segments (self, 0, (double)rect->x, (double)rect->y, 1, (int)rect->width, (int)rect->height);
  return is_full (segments, (int)rect->width, (int)rect->height);
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
  acini_stroke_prepare (self, edit);
  g_hash_table_iter_init (&iter, tiles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      gint64 index = *(gint64 *)key;
      AciniRect rect = { (index & 0xffffffff) * ACINI_LABEL_TILE, (index >> 32) * ACINI_LABEL_TILE, ACINI_LABEL_TILE,
                         ACINI_LABEL_TILE };
      if (!self->filled && covers (self, &rect))
        {
          if (!acini_edit_paint (edit, &rect, NULL, self->label, error))
            return FALSE;
          continue;
        }
      memset (mask, 0, all);
      gsize n = acini_stroke_rasterise (self, rect.x, rect.y, ACINI_LABEL_TILE, ACINI_LABEL_TILE, mask);
      if (self->ground)
        {
          if (!draw_grounded (self, edit, &rect, mask, error))
            return FALSE;
          continue;
        }
      if (n > 0 && !acini_edit_paint (edit, &rect, n == all ? NULL : mask, self->label, error))
        return FALSE;
    }
  return TRUE;
}
