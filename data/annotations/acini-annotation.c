/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-annotation.h"

#include <math.h>
#include <string.h>

/* Pairs of edges that are compared at most, of one object. */
#define MOST_PAIRS 20000000

G_DEFINE_QUARK (acini - annotation - error - quark, acini_annotation_error)

static void
clear_measurement (gpointer data)
{
  g_free (((AciniMeasurement *)data)->name);
}

AciniAnnotation *
acini_annotation_new (void)
{
  AciniAnnotation *self = g_new0 (AciniAnnotation, 1);

  self->vertices = g_array_new (FALSE, FALSE, sizeof (AciniVertex));
  self->rings = g_array_new (FALSE, FALSE, sizeof (AciniRing));
  self->measurements = g_array_new (FALSE, FALSE, sizeof (AciniMeasurement));
  g_array_set_clear_func (self->measurements, clear_measurement);
  acini_annotation_reset (self);
  return self;
}

void
acini_annotation_reset (AciniAnnotation *self)
{
  acini_annotation_clear_shape (self);
  g_array_set_size (self->measurements, 0);
  g_clear_pointer (&self->class_name, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->object_type, g_free);
  g_clear_pointer (&self->state, g_free);
  g_clear_pointer (&self->image, g_free);
  self->color = self->class_color = ACINI_NO_COLOR;
  self->locked = self->z = self->t = -1;
  self->line = self->column = 0;
}

void
acini_annotation_clear_shape (AciniAnnotation *self)
{
  self->kind = ACINI_ANNOTATION_POLYGON;
  g_array_set_size (self->vertices, 0);
  g_array_set_size (self->rings, 0);
}

void
acini_annotation_free (AciniAnnotation *self)
{
  if (self == NULL)
    return;
  acini_annotation_reset (self);
  g_array_unref (self->vertices);
  g_array_unref (self->rings);
  g_array_unref (self->measurements);
  g_free (self);
}

void
acini_annotation_assign (AciniAnnotation *to, const AciniAnnotation *from)
{
  acini_annotation_reset (to);
  to->kind = from->kind;
  g_array_append_vals (to->vertices, from->vertices->data, from->vertices->len);
  g_array_append_vals (to->rings, from->rings->data, from->rings->len);
  to->class_name = g_strdup (from->class_name);
  to->name = g_strdup (from->name);
  to->id = g_strdup (from->id);
  to->object_type = g_strdup (from->object_type);
  to->state = g_strdup (from->state);
  to->image = g_strdup (from->image);
  to->color = from->color;
  to->class_color = from->class_color;
  to->locked = from->locked;
  to->z = from->z;
  to->t = from->t;
  for (guint i = 0; i < from->measurements->len; i++)
    {
      const AciniMeasurement *m = &g_array_index (from->measurements, AciniMeasurement, i);

      acini_annotation_add_measurement (to, m->name, m->value);
    }
}

AciniAnnotation *
acini_annotation_copy (const AciniAnnotation *self)
{
  AciniAnnotation *copy = acini_annotation_new ();

  acini_annotation_assign (copy, self);
  return copy;
}

void
acini_annotation_add_vertex (AciniAnnotation *self, double x, double y)
{
  AciniVertex vertex = { x, y };

  g_array_append_val (self->vertices, vertex);
}

guint
acini_annotation_end_ring (AciniAnnotation *self, gboolean hole)
{
  AciniRing ring = { self->vertices->len, hole };

  for (guint i = 0; i < self->rings->len; i++)
    ring.n -= g_array_index (self->rings, AciniRing, i).n;
  if (ring.n > 1 && self->kind != ACINI_ANNOTATION_LINE && self->kind != ACINI_ANNOTATION_POINT)
    {
      const AciniVertex *first = &g_array_index (self->vertices, AciniVertex, self->vertices->len - ring.n);
      const AciniVertex *last = first + ring.n - 1;

      if (first->x == last->x && first->y == last->y)
        {
          ring.n--;
          g_array_set_size (self->vertices, self->vertices->len - 1);
        }
    }
  if (ring.n > 0)
    g_array_append_val (self->rings, ring);
  return ring.n;
}

void
acini_annotation_set_rectangle (AciniAnnotation *self, double x, double y, double width, double height)
{
  acini_annotation_clear_shape (self);
  self->kind = ACINI_ANNOTATION_RECTANGLE;
  acini_annotation_add_vertex (self, x, y);
  acini_annotation_add_vertex (self, x + width, y);
  acini_annotation_add_vertex (self, x + width, y + height);
  acini_annotation_add_vertex (self, x, y + height);
  g_array_append_val (self->rings, ((AciniRing){ 4, FALSE }));
}

void
acini_annotation_set_turned_rectangle (AciniAnnotation *self, double x, double y, double width, double height,
                                       double angle)
{
  const double c = cos (angle), s = sin (angle);

  acini_annotation_set_rectangle (self, -width / 2, -height / 2, width, height);
  acini_annotation_transform (self, (const double[]){ c, -s, x, s, c, y });
}

void
acini_annotation_set_ellipse (AciniAnnotation *self, double x, double y, double rx, double ry, double angle)
{
  acini_annotation_clear_shape (self);
  self->kind = ACINI_ANNOTATION_ELLIPSE;
  acini_annotation_add_vertex (self, x, y);
  acini_annotation_add_vertex (self, x + rx * cos (angle), y + rx * sin (angle));
  acini_annotation_add_vertex (self, x - ry * sin (angle), y + ry * cos (angle));
  g_array_append_val (self->rings, ((AciniRing){ 3, FALSE }));
}

void
acini_annotation_add_measurement (AciniAnnotation *self, const char *name, double value)
{
  AciniMeasurement measurement = { g_strdup (name), value };

  g_array_append_val (self->measurements, measurement);
}

const char *
acini_annotation_kind_name (AciniAnnotationKind kind)
{
  static const char *const names[] = { "polygon", "multipolygon", "ellipse", "rectangle", "point", "line" };

  return names[kind];
}

guint
acini_annotation_count_parts (const AciniAnnotation *self)
{
  guint n = 0;

  for (guint i = 0; i < self->rings->len; i++)
    n += !g_array_index (self->rings, AciniRing, i).hole;
  return n;
}

gboolean
acini_annotation_has_holes (const AciniAnnotation *self)
{
  return acini_annotation_count_parts (self) < self->rings->len;
}

gboolean
acini_annotation_is_area (const AciniAnnotation *self)
{
  return self->kind != ACINI_ANNOTATION_POINT && self->kind != ACINI_ANNOTATION_LINE;
}

/* Twice the signed area, taken from the first vertex so that far from the origin no digits are lost. */
static double
shoelace (const AciniVertex *v, guint n)
{
  double sum = 0;

  for (guint i = 1; i + 1 < n; i++)
    sum += (v[i].x - v[0].x) * (v[i + 1].y - v[0].y) - (v[i + 1].x - v[0].x) * (v[i].y - v[0].y);
  return sum;
}

double
acini_annotation_get_area (const AciniAnnotation *self)
{
  const AciniVertex *v = (const AciniVertex *)(gpointer)self->vertices->data;
  double area = 0;

  if (!acini_annotation_is_area (self))
    return 0;
  if (self->kind == ACINI_ANNOTATION_ELLIPSE)
    return self->vertices->len == 3 ? G_PI * fabs (shoelace (v, 3)) : 0;
  for (guint i = 0; i < self->rings->len; i++)
    {
      const AciniRing *ring = &g_array_index (self->rings, AciniRing, i);

      area += (ring->hole ? -0.5 : 0.5) * fabs (shoelace (v, ring->n));
      v += ring->n;
    }
  return area;
}

gboolean
acini_annotation_get_box (const AciniAnnotation *self, double *x0, double *y0, double *x1, double *y1)
{
  const AciniVertex *v = (const AciniVertex *)(gpointer)self->vertices->data;

  *x0 = *y0 = INFINITY;
  *x1 = *y1 = -INFINITY;
  if (self->kind == ACINI_ANNOTATION_ELLIPSE && self->vertices->len == 3)
    {
      double w = hypot (v[1].x - v[0].x, v[2].x - v[0].x), h = hypot (v[1].y - v[0].y, v[2].y - v[0].y);

      *x0 = v[0].x - w;
      *x1 = v[0].x + w;
      *y0 = v[0].y - h;
      *y1 = v[0].y + h;
      return TRUE;
    }
  for (guint i = 0; i < self->vertices->len; i++)
    {
      *x0 = fmin (*x0, v[i].x);
      *y0 = fmin (*y0, v[i].y);
      *x1 = fmax (*x1, v[i].x);
      *y1 = fmax (*y1, v[i].y);
    }
  return self->vertices->len > 0;
}

void
acini_annotation_transform (AciniAnnotation *self, const double m[6])
{
  for (guint i = 0; i < self->vertices->len; i++)
    {
      AciniVertex *v = &g_array_index (self->vertices, AciniVertex, i);

      *v = (AciniVertex){ m[0] * v->x + m[1] * v->y + m[2], m[3] * v->x + m[4] * v->y + m[5] };
    }
}

void
acini_annotation_flatten (AciniAnnotation *self, guint n)
{
  AciniVertex middle, a, b;

  if (self->kind != ACINI_ANNOTATION_ELLIPSE || self->vertices->len != 3)
    return;
  middle = g_array_index (self->vertices, AciniVertex, 0);
  a = g_array_index (self->vertices, AciniVertex, 1);
  b = g_array_index (self->vertices, AciniVertex, 2);
  acini_annotation_clear_shape (self);
  for (guint i = 0; i < n; i++)
    {
      /* The ends of the axes exactly: boxes are made of them. */
      static const double quarter[] = { 1, 0, -1, 0, 1 };
      guint k = 4 * i / n;
      gboolean end = 4 * i % n == 0;
      double c = end ? quarter[k] : cos (2 * G_PI * i / n), s = end ? -quarter[k + 1] : sin (2 * G_PI * i / n);

      acini_annotation_add_vertex (self, middle.x + c * (a.x - middle.x) + s * (b.x - middle.x),
                                   middle.y + c * (a.y - middle.y) + s * (b.y - middle.y));
    }
  acini_annotation_end_ring (self, FALSE);
}

void
acini_annotation_get_axes (const AciniAnnotation *self, double *rx, double *ry, double *angle)
{
  const AciniVertex *v = (const AciniVertex *)(gpointer)self->vertices->data;
  double ax, ay, bx, by, turn;

  *rx = *ry = *angle = 0;
  if (self->vertices->len != 3)
    return;
  ax = v[1].x - v[0].x;
  ay = v[1].y - v[0].y;
  bx = v[2].x - v[0].x;
  by = v[2].y - v[0].y;
  /* Conjugate half axes become the perpendicular ones (Rytz's construction, as a singular value decomposition). */
  turn = fabs (ax * bx + ay * by) <= 1e-12 * (hypot (ax, ay) * hypot (bx, by))
             ? 0
             : 0.5 * atan2 (2 * (ax * bx + ay * by), ax * ax + ay * ay - bx * bx - by * by);
  *rx = hypot (ax * cos (turn) + bx * sin (turn), ay * cos (turn) + by * sin (turn));
  *ry = hypot (bx * cos (turn) - ax * sin (turn), by * cos (turn) - ay * sin (turn));
  *angle = atan2 (ay * cos (turn) + by * sin (turn), ax * cos (turn) + bx * sin (turn));
}

void
acini_annotation_get_rectangle (const AciniAnnotation *self, double *x, double *y, double *width, double *height,
                                double *angle)
{
  const AciniVertex *v = (const AciniVertex *)(gpointer)self->vertices->data;

  g_return_if_fail (self->vertices->len == 4);
  *x = (v[0].x + v[2].x) / 2;
  *y = (v[0].y + v[2].y) / 2;
  *width = hypot (v[1].x - v[0].x, v[1].y - v[0].y);
  *height = hypot (v[2].x - v[1].x, v[2].y - v[1].y);
  *angle = atan2 (v[1].y - v[0].y, v[1].x - v[0].x);
}

/* Crossing edges */

typedef struct
{
  double left, right, low, high;
  guint i;
} Edge;

static int
compare_edges (gconstpointer a, gconstpointer b)
{
  const Edge *first = a, *second = b;

  return (first->left > second->left) - (first->left < second->left);
}

static double
side (const AciniVertex *a, const AciniVertex *b, const AciniVertex *c)
{
  return (b->x - a->x) * (c->y - a->y) - (b->y - a->y) * (c->x - a->x);
}

/* Truly: a common point that is an end of either does not count. */
static gboolean
cross (const AciniVertex *a, const AciniVertex *b, const AciniVertex *c, const AciniVertex *d)
{
  return side (a, b, c) * side (a, b, d) < 0 && side (c, d, a) * side (c, d, b) < 0;
}

static gboolean
ring_crosses_itself (const AciniVertex *v, guint n, gint64 *budget)
{
  g_autofree Edge *edges = n > 3 ? g_new (Edge, n) : NULL;

  for (guint i = 0; edges != NULL && i < n; i++)
    {
      const AciniVertex *a = &v[i], *b = &v[(i + 1) % n];

      edges[i] = (Edge){ fmin (a->x, b->x), fmax (a->x, b->x), fmin (a->y, b->y), fmax (a->y, b->y), i };
    }
  if (edges != NULL)
    qsort (edges, n, sizeof (Edge), compare_edges);
  for (guint i = 0; edges != NULL && i < n; i++)
    for (guint j = i + 1; j < n && edges[j].left < edges[i].right; j++)
      {
        if (--*budget < 0)
          return FALSE;
        if (edges[j].low < edges[i].high && edges[i].low < edges[j].high
            && cross (&v[edges[i].i], &v[(edges[i].i + 1) % n], &v[edges[j].i], &v[(edges[j].i + 1) % n]))
          return TRUE;
      }
  return FALSE;
}

gboolean
acini_annotation_crosses_itself (const AciniAnnotation *self)
{
  const AciniVertex *v = (const AciniVertex *)(gpointer)self->vertices->data;
  gint64 budget = MOST_PAIRS;

  if (self->kind != ACINI_ANNOTATION_POLYGON && self->kind != ACINI_ANNOTATION_MULTIPOLYGON)
    return FALSE;
  for (guint i = 0; i < self->rings->len; i++)
    {
      guint n = g_array_index (self->rings, AciniRing, i).n;

      if (ring_crosses_itself (v, n, &budget))
        return TRUE;
      v += n;
    }
  return FALSE;
}

int
acini_color_parse (const char *text)
{
  char *end = NULL;
  double rgb[3];

  if (text == NULL)
    return ACINI_NO_COLOR;
  if (*text == '#')
    {
      gint64 value = (gint64)g_ascii_strtoull (text + 1, &end, 16);

      if (end - text == 7)
        return (int)value;
      if (end - text == 9) /* #rrggbbaa */
        return (int)(value >> 8 & 0xffffff);
      return ACINI_NO_COLOR;
    }
  if (!g_str_has_prefix (text, "rgb"))
    return ACINI_NO_COLOR;
  text = strchr (text, '(');
  for (int i = 0; text != NULL && i < 3; i++)
    {
      rgb[i] = g_ascii_strtod (text + 1, &end);
      if (end == text + 1 || !(rgb[i] >= 0 && rgb[i] <= 255))
        return ACINI_NO_COLOR;
      text = i < 2 ? strchr (end, ',') : end;
    }
  return text != NULL ? (int)rgb[0] << 16 | (int)rgb[1] << 8 | (int)rgb[2] : ACINI_NO_COLOR;
}
