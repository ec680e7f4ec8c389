/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-annotation-simplify.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#ifdef ACINI_HAVE_GEOS
#include <geos_c.h>

static gpointer
pack (double x, double y)
{
  return (gpointer)(guintptr)((guint64)(guint32)(gint32)x << 32 | (guint32)(gint32)y);
}

/* The vertices of all: where one outline has a corner in the middle of a neighbour's edge, that needs a vertex, too. */
static GHashTable *
gather_corners (GPtrArray *annotations)
{
  GHashTable *corners = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < annotations->len; i++)
    {
      const AciniAnnotation *a = annotations->pdata[i];

      for (guint k = 0; k < a->vertices->len; k++)
        {
          const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, k);

          g_hash_table_add (corners, pack (v->x, v->y));
        }
    }
  return corners;
}

/* A ring of @n vertices, closed, with the corners that lie on its edges. */
static GEOSGeometry *
make_ring (GEOSContextHandle_t geos, const AciniVertex *v, guint n, GHashTable *corners)
{
  g_autoptr (GArray) noded = g_array_new (FALSE, FALSE, sizeof (AciniVertex));
  GEOSCoordSequence *sequence;

  for (guint i = 0; i < n; i++)
    {
      const AciniVertex *next = &v[(i + 1) % n];
      const double dx = (next->x > v[i].x) - (next->x < v[i].x), dy = (next->y > v[i].y) - (next->y < v[i].y);
      const double steps = fmax (fabs (next->x - v[i].x), fabs (next->y - v[i].y));

      g_array_append_val (noded, v[i]);
      for (double step = 1; step < steps && (dx == 0 || dy == 0); step++)
        {
          AciniVertex between = { v[i].x + step * dx, v[i].y + step * dy };

          if (g_hash_table_contains (corners, pack (between.x, between.y)))
            g_array_append_val (noded, between);
        }
    }
  g_array_append_val (noded, v[0]);
  sequence = GEOSCoordSeq_copyFromBuffer_r (geos, (const double *)(gconstpointer)noded->data, noded->len, 0, 0);
  return sequence != NULL ? GEOSGeom_createLinearRing_r (geos, sequence) : NULL;
}

static GEOSGeometry *
make_polygon (GEOSContextHandle_t geos, const AciniAnnotation *a, GHashTable *corners)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  g_autofree GEOSGeometry **rings = g_new0 (GEOSGeometry *, a->rings->len);
  gboolean done = TRUE;

  for (guint i = 0; i < a->rings->len && done; i++)
    {
      const guint n = g_array_index (a->rings, AciniRing, i).n;

      rings[i] = make_ring (geos, v, n, corners);
      done = rings[i] != NULL;
      v += n;
    }
  if (done)
    return GEOSGeom_createPolygon_r (geos, rings[0], rings + 1, a->rings->len - 1);
  for (guint i = 0; i < a->rings->len && rings[i] != NULL; i++)
    GEOSGeom_destroy_r (geos, rings[i]);
  return NULL;
}

static gboolean
add_ring (GEOSContextHandle_t geos, AciniAnnotation *a, const GEOSGeometry *ring, gboolean hole)
{
  const GEOSCoordSequence *sequence = ring != NULL ? GEOSGeom_getCoordSeq_r (geos, ring) : NULL;
  unsigned int n = 0;

  if (sequence == NULL || GEOSCoordSeq_getSize_r (geos, sequence, &n) == 0)
    return FALSE;
  for (unsigned int i = 0; i < n; i++)
    {
      double x, y;

      if (GEOSCoordSeq_getXY_r (geos, sequence, i, &x, &y) == 0)
        return FALSE;
      acini_annotation_add_vertex (a, x, y);
    }
  acini_annotation_end_ring (a, hole);
  return TRUE;
}

static gboolean
take_polygon (GEOSContextHandle_t geos, AciniAnnotation *a, const GEOSGeometry *polygon)
{
  const int n = polygon != NULL ? GEOSGetNumInteriorRings_r (geos, polygon) : -1;
  gboolean done;

  if (n < 0)
    return FALSE;
  acini_annotation_clear_shape (a);
  done = add_ring (geos, a, GEOSGetExteriorRing_r (geos, polygon), FALSE);
  for (int i = 0; i < n && done; i++)
    done = add_ring (geos, a, GEOSGetInteriorRingN_r (geos, polygon, i), TRUE);
  return done;
}

static gboolean
simplify (GEOSContextHandle_t geos, GPtrArray *polygons, double tolerance)
{
  g_autoptr (GHashTable) corners = gather_corners (polygons);
  g_autofree GEOSGeometry **shapes = g_new0 (GEOSGeometry *, polygons->len);
  GEOSGeometry *coverage = NULL, *simple = NULL;
  gboolean done = TRUE;

  for (guint i = 0; i < polygons->len && done; i++)
    done = (shapes[i] = make_polygon (geos, polygons->pdata[i], corners)) != NULL;
  if (done)
    coverage = GEOSGeom_createCollection_r (geos, GEOS_GEOMETRYCOLLECTION, shapes, polygons->len);
  for (guint i = 0; i < polygons->len && !done && shapes[i] != NULL; i++)
    GEOSGeom_destroy_r (geos, shapes[i]);
  if (coverage != NULL)
    simple = GEOSCoverageSimplifyVW_r (geos, coverage, tolerance, 0);
  done = simple != NULL && GEOSGetNumGeometries_r (geos, simple) == (int)polygons->len;
  for (guint i = 0; i < polygons->len && done; i++)
    done = take_polygon (geos, polygons->pdata[i], GEOSGetGeometryN_r (geos, simple, (int)i));
  if (coverage != NULL)
    GEOSGeom_destroy_r (geos, coverage);
  if (simple != NULL)
    GEOSGeom_destroy_r (geos, simple);
  return done;
}

gboolean
acini_annotations_simplify (GPtrArray *annotations, double tolerance, GError **error)
{
  g_autoptr (GPtrArray) polygons = g_ptr_array_new ();
  GEOSContextHandle_t geos;
  gboolean done;

  for (guint i = 0; i < annotations->len; i++)
    {
      AciniAnnotation *a = annotations->pdata[i];

      if (a->kind == ACINI_ANNOTATION_POLYGON && a->rings->len > 0)
        g_ptr_array_add (polygons, a);
    }
  if (polygons->len == 0)
    return TRUE;
  geos = GEOS_init_r ();
  done = simplify (geos, polygons, tolerance);
  GEOS_finish_r (geos);
  if (!done)
    g_set_error_literal (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNSUPPORTED,
                         _ ("The outlines cannot be simplified. Export them along the pixels’ edges instead."));
  return done;
}

#else

gboolean
acini_annotations_simplify (GPtrArray *annotations, double tolerance, GError **error)
{
  g_set_error_literal (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNSUPPORTED,
                       _ ("This Acini was built without GEOS, which simplifies outlines. Build it where libgeos is "
                          "installed (“libgeos-dev”), or export them along the pixels’ edges."));
  return FALSE;
}

#endif
