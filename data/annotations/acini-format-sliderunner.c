/* SPDX-License-Identifier: GPL-3.0-or-later */

/* SlideRunner's SQLite file.  Types: 1 a spot, 2 an area (two corners), 3 a polygon, 4 a special spot, 5 a circle (two
 * corners of its box).  The class is the one the experts agreed on, else the first label given. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  /* The text ends at the first zero byte of the file's magic. */
  return memcmp (head->text->str, "SQLite format 3", MIN (head->text->len, 15)) == 0 && head->text->len >= 15;
}

/* @type's shape of the vertices gathered. */
static void
shape (AciniAnnotation *a, int type)
{
  AciniVertex v[2] = { 0 };

  if (type == 1 || type == 4)
    a->kind = ACINI_ANNOTATION_POINT;
  if ((type == 2 || type == 5) && a->vertices->len == 2)
    {
      memcpy (v, a->vertices->data, sizeof v);
      if (type == 2)
        acini_annotation_set_rectangle (a, fmin (v[0].x, v[1].x), fmin (v[0].y, v[1].y), fabs (v[1].x - v[0].x),
                                        fabs (v[1].y - v[0].y));
      else
        acini_annotation_set_ellipse (a, (v[0].x + v[1].x) / 2, (v[0].y + v[1].y) / 2, fabs (v[1].x - v[0].x) / 2,
                                      fabs (v[1].y - v[0].y) / 2, 0);
    }
  else
    acini_annotation_end_ring (a, FALSE);
}

static const char text_of_objects[]
    = "SELECT a.uid, a.type, s.filename, coalesce(c.name, (SELECT d.name FROM Annotations_label l JOIN Classes d "
      "ON d.uid = l.class WHERE l.annoId = a.uid ORDER BY l.uid LIMIT 1)) FROM Annotations a "
      "LEFT JOIN Slides s ON s.uid = a.slide LEFT JOIN Classes c ON c.uid = a.agreedClass ORDER BY a.uid";
static const char text_of_points[]
    = "SELECT coordinateX, coordinateY FROM Annotations_coordinates WHERE annoId = ?1 ORDER BY orderIdx";

static gboolean
fail (AciniAnnotationReader *reader, sqlite3 *database, GError **error)
{
  g_autofree char *sentence = g_strdup_printf (_ ("this is no database of SlideRunner: %s"), sqlite3_errmsg (database));

  return acini_reader_fail (reader, 0, 0, error, sentence);
}

/* SQLite does not look whether text is UTF-8. */
static char *
dup_text (sqlite3_stmt *row, int column)
{
  const char *text = (const char *)sqlite3_column_text (row, column);

  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

static gboolean
read_objects (AciniAnnotationReader *reader, sqlite3 *database, sqlite3_stmt *objects, sqlite3_stmt *points,
              GError **error)
{
  AciniAnnotation *a = reader->annotation;
  int status, inner;

  while ((status = sqlite3_step (objects)) == SQLITE_ROW)
    {
      sqlite3_reset (points);
      sqlite3_bind_int64 (points, 1, sqlite3_column_int64 (objects, 0));
      while ((inner = sqlite3_step (points)) == SQLITE_ROW)
        acini_annotation_add_vertex (a, sqlite3_column_double (points, 0), sqlite3_column_double (points, 1));
      if (inner != SQLITE_DONE)
        return fail (reader, database, error);
      shape (a, sqlite3_column_int (objects, 1));
      a->id = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64)sqlite3_column_int64 (objects, 0));
      a->image = dup_text (objects, 2);
      a->class_name = dup_text (objects, 3);
      if (!acini_reader_emit (reader, error)
          || g_cancellable_set_error_if_cancelled (reader->reading->cancellable, error))
        return FALSE;
    }
  return status == SQLITE_DONE || fail (reader, database, error);
}

static gboolean
read_database (AciniAnnotationReader *reader, const char *path, GError **error)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL), *immutable = NULL;
  sqlite3 *database = NULL;
  sqlite3_stmt *objects = NULL, *points = NULL;
  gboolean done;

  immutable = g_strdup_printf ("%s?immutable=1", uri != NULL ? uri : "");
  done = sqlite3_open_v2 (immutable, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK
         && sqlite3_prepare_v2 (database, text_of_objects, -1, &objects, NULL) == SQLITE_OK
         && sqlite3_prepare_v2 (database, text_of_points, -1, &points, NULL) == SQLITE_OK;
  done = done ? read_objects (reader, database, objects, points, error) : fail (reader, database, error);
  sqlite3_finalize (objects);
  sqlite3_finalize (points);
  sqlite3_close (database);
  return done;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  gboolean temporary, done;
  g_autofree char *path = acini_source_unpack (reader->path, &temporary, reader->reading->cancellable, error);

  done = path != NULL && read_database (reader, path, error);
  if (path != NULL && temporary)
    g_unlink (path);
  return done;
}

const AciniAnnotationFormat acini_format_sliderunner = {
  .id = "sliderunner",
  .name = "SlideRunner",
  .suffix = "sqlite",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_IDS | ACINI_CARRIES_ELLIPSES
             | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS | ACINI_CARRIES_IMAGES,
  .sniff = sniff,
  .read = read_file,
};
