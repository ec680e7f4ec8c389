/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-annotation-raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows that are scanned at once. */
#define ROWS 256

typedef struct
{
  gint64 x, y;
  int width, height;
  guint8 *mask;
  guint *ends;       /* by row: behind its crossings, in @crossings */
  double *crossings; /* of the rows' middles with edges */
} Raster;

/* The rows whose middle the edge passes: *@first … *@last. */
static gboolean
find_rows (const Raster *raster, const AciniVertex *a, const AciniVertex *b, int *first, int *last)
{
  double low = fmin (a->y, b->y) - (double)raster->y, high = fmax (a->y, b->y) - (double)raster->y;

  low = fmax (ceil (low - 0.5), 0);
  high = fmin (ceil (high - 0.5) - 1, raster->height - 1);
  *first = low <= raster->height ? (int)low : raster->height;
  *last = high >= -1 ? (int)high : -1;
  return *first <= *last;
}

/* Counts the crossings of a ring with each row, or, once @crossings is there, takes them down. */
static void
visit_ring (Raster *raster, const AciniVertex *v, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const AciniVertex *a = &v[i], *b = &v[(i + 1) % n];
      int first, last;

      if (!find_rows (raster, a, b, &first, &last))
        continue;
      for (int j = first; j <= last; j++)
        if (raster->crossings == NULL)
          raster->ends[j]++;
        else
          raster->crossings[--raster->ends[j]]
              = a->x + ((double)(raster->y + j) + 0.5 - a->y) * (b->x - a->x) / (b->y - a->y) - (double)raster->x;
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static void
fill_row (Raster *raster, int row, double *crossings, guint n)
{
  guint8 *line = raster->mask + (gsize)row * raster->width;

  if (n > 2)
    qsort (crossings, n, sizeof (double), compare);
  else if (n == 2 && crossings[0] > crossings[1])
    {
      double swapped = crossings[0];

      crossings[0] = crossings[1];
      crossings[1] = swapped;
    }
  for (guint i = 0; i + 1 < n; i += 2)
    {
      double left = fmax (ceil (crossings[i] - 0.5), 0);
      double right = fmin (ceil (crossings[i + 1] - 0.5), raster->width);

      if (left < right)
        memset (line + (gsize)left, 1, (gsize)(right - left));
    }
}

/* The part whose rings begin at @v: *@i is its outer ring, and behind it afterwards.  Returns: its vertices. */
static guint
fill_part (Raster *raster, const AciniAnnotation *annotation, const AciniVertex *v, guint *i)
{
  guint first = *i, place = 0, n = 0;

  memset (raster->ends, 0, (gsize)raster->height * sizeof (guint));
  raster->crossings = NULL;
  do
    {
      visit_ring (raster, v + place, g_array_index (annotation->rings, AciniRing, *i).n);
      place += g_array_index (annotation->rings, AciniRing, *i).n;
    }
  while (++*i < annotation->rings->len && g_array_index (annotation->rings, AciniRing, *i).hole);
  for (int j = 0; j < raster->height; j++)
    n = raster->ends[j] += n;
  raster->crossings = g_new (double, n + 1);
  for (guint ring = first, at = 0; ring < *i; at += g_array_index (annotation->rings, AciniRing, ring++).n)
    visit_ring (raster, v + at, g_array_index (annotation->rings, AciniRing, ring).n);
  /* Taking them down has moved the ends to the beginnings. */
  for (int j = 0; j < raster->height; j++)
    fill_row (raster, j, raster->crossings + raster->ends[j],
              (j + 1 < raster->height ? raster->ends[j + 1] : n) - raster->ends[j]);
  g_free (raster->crossings);
  return place;
}

void
acini_annotation_rasterise (const AciniAnnotation *annotation, gint64 x, gint64 y, int width, int height, guint8 *mask)
{
  Raster raster = { x, y, width, height, mask, NULL, NULL };
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)annotation->vertices->data;

  if (!acini_annotation_is_area (annotation) || annotation->kind == ACINI_ANNOTATION_ELLIPSE || width <= 0
      || height <= 0)
    return;
  raster.ends = g_new (guint, height);
  for (guint i = 0; i < annotation->rings->len;)
    v += fill_part (&raster, annotation, v, &i);
  g_free (raster.ends);
}

/* Its vertices with x and y exchanged, so that columns become rows.  Returns: (transfer full). */
static GArray *
exchange (const AciniAnnotation *a)
{
  GArray *vertices = g_array_copy (a->vertices);

  for (guint i = 0; i < vertices->len; i++)
    {
      AciniVertex *v = &g_array_index (vertices, AciniVertex, i);

      *v = (AciniVertex){ .x = v->y, .y = v->x };
    }
  return vertices;
}

/* The runs of a row's pixels @mask, of which the first is number @start. */
static void
scan_row (const guint8 *mask, gsize n, gint64 start, AciniScanFunc func, gpointer user_data)
{
  const guint8 *end = mask + n, *first = memchr (mask, 1, n);

  while (first != NULL)
    {
      const guint8 *behind = memchr (first, 0, (gsize)(end - first));

      behind = behind != NULL ? behind : end;
      func (start + (first - mask), behind - first, user_data);
      first = behind < end ? memchr (behind, 1, (gsize)(end - behind)) : NULL;
    }
}

gboolean
acini_annotation_scan (const AciniAnnotation *annotation, gint64 width, gint64 height, gboolean down,
                       AciniScanFunc func, gpointer user_data)
{
  g_autoptr (GArray) vertices = down ? exchange (annotation) : g_array_ref (annotation->vertices);
  const gint64 columns = down ? height : width, rows = down ? width : height;
  AciniAnnotation turned = *annotation;
  double left, top, right, bottom;
  gint64 x0, y0, x1, y1;
  g_autofree guint8 *mask = NULL;

  turned.vertices = vertices;
  if (!acini_annotation_get_box (&turned, &left, &top, &right, &bottom))
    return TRUE;
  x0 = (gint64)CLAMP (floor (left), 0, (double)columns);
  y0 = (gint64)CLAMP (floor (top), 0, (double)rows);
  x1 = (gint64)CLAMP (ceil (right), (double)x0, (double)columns);
  y1 = (gint64)CLAMP (ceil (bottom), (double)y0, (double)rows);
  mask = x1 - x0 <= G_MAXINT ? g_try_malloc ((gsize)(x1 - x0) * ROWS + 1) : NULL;
  if (mask == NULL)
    return FALSE;
  for (gint64 y = y0; y < y1; y += ROWS)
    {
      const gint64 n = MIN (ROWS, y1 - y);

      memset (mask, 0, (gsize)((x1 - x0) * n));
      acini_annotation_rasterise (&turned, x0, y, (int)(x1 - x0), (int)n, mask);
      for (gint64 i = 0; i < n; i++)
        scan_row (mask + i * (x1 - x0), (gsize)(x1 - x0), (y + i) * columns + x0, func, user_data);
    }
  return TRUE;
}
