/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Run lengths as outlines: the runs' connected parts first (union-find over the runs of neighbouring columns), so that
 * only the box of each part is looked at pixel by pixel. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"
#include "data/mask/acini-contours.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* Pixels of the box of one part: a slide of 65 536 × 65 536. */
#define MOST_PIXELS ((gint64)1 << 32)
#define LONGEST_SIDE ((gint64)1 << 24)

/* A run within one column. */
typedef struct
{
  gint64 x, y, n;
  guint parent; /* of the union-find */
} Piece;

static guint
find (Piece *pieces, guint i)
{
  while (pieces[i].parent != i)
    i = pieces[i].parent = pieces[pieces[i].parent].parent;
  return i;
}

/* Cuts the runs where columns end.  FALSE with @error set where they lie outside or over one another. */
static gboolean
cut (AciniAnnotationReader *reader, const AciniRun *runs, gsize n, gint64 width, gint64 height, GArray *pieces,
     GError **error)
{
  gint64 behind = 0;
  guint line = reader->annotation->line, column = reader->annotation->column;

  for (gsize i = 0; i < n; i++)
    {
      gint64 start = runs[i].start, left = runs[i].length;

      if (start < behind || left < 0 || start > width * height || left > width * height - start)
        return acini_reader_fail (reader, line, column, error,
                                  _ ("the run lengths of the object here overlap or do not fit the image."));
      behind = start + left;
      while (left > 0)
        {
          Piece piece = { start / height, start % height, MIN (left, height - start % height), pieces->len };

          g_array_append_val (pieces, piece);
          start += piece.n;
          left -= piece.n;
          if (pieces->len > (1u << 28))
            return acini_reader_fail (reader, line, column, error, _ ("the object here has too many runs."));
        }
    }
  return TRUE;
}

/* Joins runs of neighbouring columns, and of one, that share an edge. */
static void
join (GArray *array)
{
  Piece *pieces = (Piece *)(gpointer)array->data;
  guint before = 0;

  for (guint i = 1; i < array->len; i++)
    {
      if (pieces[i].x == pieces[i - 1].x && pieces[i].y == pieces[i - 1].y + pieces[i - 1].n)
        pieces[find (pieces, i)].parent = find (pieces, i - 1);
      while (before < i
             && (pieces[before].x < pieces[i].x - 1
                 || (pieces[before].x == pieces[i].x - 1 && pieces[before].y + pieces[before].n <= pieces[i].y)))
        before++;
      for (guint j = before; j < i && pieces[j].x == pieces[i].x - 1 && pieces[j].y < pieces[i].y + pieces[i].n; j++)
        pieces[find (pieces, i)].parent = find (pieces, j);
    }
}

typedef struct
{
  AciniAnnotation *annotation;
  gint64 x, y;
} Outline;

/* The sweep goes along columns, so its x is ours y. */
static void
take_component (const AciniComponent *component, gpointer user_data)
{
  const Outline *outline = user_data;

  for (guint i = 0; i < component->rings->len; i++)
    {
      const GArray *ring = g_ptr_array_index (component->rings, i);

      for (guint j = 0; j < ring->len; j++)
        {
          const AciniPoint *p = &g_array_index (ring, AciniPoint, j);

          acini_annotation_add_vertex (outline->annotation, (double)(outline->x + p->y), (double)(outline->y + p->x));
        }
      acini_annotation_end_ring (outline->annotation, i > 0);
    }
}

/* The outline of one part: @members, in the order of columns. */
static gboolean
trace (AciniAnnotationReader *reader, const Piece *pieces, const guint *members, gsize n, GError **error)
{
  Outline outline = { reader->annotation, pieces[members[0]].x, G_MAXINT64 };
  gint64 bottom = 0, x = outline.x;
  g_autoptr (AciniContours) contours = NULL;
  g_autofree guint8 *column = NULL;

  for (gsize i = 0; i < n; i++)
    {
      outline.y = MIN (outline.y, pieces[members[i]].y);
      bottom = MAX (bottom, pieces[members[i]].y + pieces[members[i]].n);
    }
  if ((pieces[members[n - 1]].x - x + 1) * (bottom - outline.y) > MOST_PIXELS)
    return acini_reader_fail (reader, reader->annotation->line, reader->annotation->column, error,
                              _ ("a part of the object here is larger than a slide of 65 536 × 65 536 pixels."));
  contours = acini_contours_new (bottom - outline.y, take_component, &outline);
  column = g_malloc0 ((gsize)(bottom - outline.y));
  for (gsize i = 0; i < n; x++)
    {
      gsize first = i;

      for (; i < n && pieces[members[i]].x == x; i++)
        memset (column + pieces[members[i]].y - outline.y, 1, (gsize)pieces[members[i]].n);
      acini_contours_push (contours, column);
      for (gsize j = first; j < i; j++)
        memset (column + pieces[members[j]].y - outline.y, 0, (gsize)pieces[members[j]].n);
      if (g_cancellable_set_error_if_cancelled (reader->reading->cancellable, error))
        return FALSE;
    }
  acini_contours_finish (contours);
  return TRUE;
}

static gboolean
trace_parts (AciniAnnotationReader *reader, GArray *array, gboolean each, GError **error)
{
  Piece *pieces = (Piece *)(gpointer)array->data;
  g_autoptr (GHashTable) parts = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autofree char *class_name = g_strdup (reader->annotation->class_name);
  g_autofree char *image = g_strdup (reader->annotation->image);
  const guint line = reader->annotation->line, column = reader->annotation->column;
  const int color = reader->annotation->class_color;

  for (guint i = 0; i < array->len; i++)
    {
      gpointer root = GUINT_TO_POINTER (find (pieces, i) + 1);
      GArray *members = g_hash_table_lookup (parts, root);

      if (members == NULL)
        {
          members = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (parts, root, members);
          g_ptr_array_add (order, members);
        }
      g_array_append_val (members, i);
    }
  for (guint i = 0; i < order->len; i++)
    {
      const GArray *members = order->pdata[i];

      if (!trace (reader, pieces, (const guint *)(gconstpointer)members->data, members->len, error))
        return FALSE;
      if (!each)
        continue;
      if (!acini_reader_emit (reader, error))
        return FALSE;
      reader->annotation->class_name = g_strdup (class_name);
      reader->annotation->class_color = color;
      reader->annotation->image = g_strdup (image);
      reader->annotation->line = line;
      reader->annotation->column = column;
    }
  if (each)
    acini_annotation_reset (reader->annotation);
  else
    reader->annotation->kind = order->len > 1 ? ACINI_ANNOTATION_MULTIPOLYGON : ACINI_ANNOTATION_POLYGON;
  return TRUE;
}

gboolean
acini_reader_add_runs (AciniAnnotationReader *self, const AciniRun *runs, gsize n, gint64 width, gint64 height,
                       gboolean each, GError **error)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  if (width <= 0 || height <= 0 || width > LONGEST_SIDE || height > LONGEST_SIDE)
    return acini_reader_fail (self, self->annotation->line, self->annotation->column, error,
                              _ ("the object here has run lengths of an image of impossible size."));
  if (!cut (self, runs, n, width, height, pieces, error))
    return FALSE;
  join (pieces);
  return trace_parts (self, pieces, each, error);
}

gboolean
acini_reader_add_row_runs (AciniAnnotationReader *self, const AciniRun *runs, gsize n, gint64 width, gint64 height,
                           double x, double y, GError **error)
{
  /* The image on its side. */
  if (!acini_reader_add_runs (self, runs, n, height, width, FALSE, error))
    return FALSE;
  acini_annotation_transform (self->annotation, (const double[]){ 0, 1, x, 1, 0, y });
  return TRUE;
}
