/* SPDX-License-Identifier: GPL-3.0-or-later */

/* SlideRunner's SQLite file.  Types: 1 a spot, 2 an area (two corners), 3 a polygon, 4 a special spot, 5 a circle (two
 * corners of its box).  The class is the one the experts agreed on, else the first label given.  Written are its tables
 * as it makes them, in one transaction; newer versions add the columns of theirs when they open the file. */

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

#define TEXT_OF_OBJECTS                                                                                                \
  "SELECT a.uid, a.type, s.filename, coalesce(c.name, (SELECT d.name FROM Annotations_label l JOIN Classes d "         \
  "ON d.uid = l.class WHERE l.annoId = a.uid ORDER BY l.uid LIMIT 1)) FROM Annotations a "                             \
  "LEFT JOIN Slides s ON s.uid = a.slide LEFT JOIN Classes c ON c.uid = a.agreedClass "
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
         /* Newer versions mark what was deleted. */
         && (sqlite3_prepare_v2 (database, TEXT_OF_OBJECTS "WHERE coalesce(a.deleted, 0) = 0 ORDER BY a.uid", -1,
                                 &objects, NULL)
                 == SQLITE_OK
             || sqlite3_prepare_v2 (database, TEXT_OF_OBJECTS "ORDER BY a.uid", -1, &objects, NULL) == SQLITE_OK)
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

/* Writing */

typedef struct
{
  sqlite3 *database;
  sqlite3_stmt *object, *label, *point;
} State;

static void
state_free (gpointer data)
{
  State *state = data;

  sqlite3_finalize (state->object);
  sqlite3_finalize (state->label);
  sqlite3_finalize (state->point);
  sqlite3_close (state->database);
  g_free (state);
}

#define KEY "uid INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE"

/* The file is not there for others until it is complete: neither a journal nor a wait for the disk is of use. */
static const char text_of_tables[]
    = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;"
      "CREATE TABLE Annotations (" KEY ", slide INTEGER, type INTEGER, agreedClass INTEGER);"
      "CREATE TABLE Annotations_coordinates (" KEY ", coordinateX INTEGER, coordinateY INTEGER, slide INTEGER, "
      "annoId INTEGER, orderIdx INTEGER);"
      "CREATE TABLE Annotations_label (" KEY ", person INTEGER, class INTEGER, annoId INTEGER);"
      "CREATE TABLE Classes (" KEY ", name TEXT);"
      "CREATE TABLE Persons (" KEY ", name TEXT);"
      "CREATE TABLE Slides (" KEY ", filename TEXT, width INTEGER, height INTEGER, directory TEXT);"
      "CREATE TABLE Log (uid INTEGER PRIMARY KEY AUTOINCREMENT, dateTime FLOAT, labelId INTEGER);"
      "INSERT INTO Persons (name) VALUES ('Acini');";

static gboolean
fail_writing (AciniAnnotationWriter *writer, GError **error)
{
  State *state = writer->state;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” cannot be written: %s"), writer->name,
               sqlite3_errmsg (state->database));
  return FALSE;
}

/* @text with a value each for ?1 … that is not NULL. */
static gboolean
insert (sqlite3 *database, const char *text, const char *first, gint64 second, gint64 third)
{
  sqlite3_stmt *statement = NULL;
  gboolean done = sqlite3_prepare_v2 (database, text, -1, &statement, NULL) == SQLITE_OK
                  && sqlite3_bind_text (statement, 1, first, -1, SQLITE_TRANSIENT) == SQLITE_OK
                  && (second == 0 || sqlite3_bind_int64 (statement, 2, second) == SQLITE_OK)
                  && (third == 0 || sqlite3_bind_int64 (statement, 3, third) == SQLITE_OK)
                  && sqlite3_step (statement) == SQLITE_DONE;

  sqlite3_finalize (statement);
  return done;
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  State *state = writer->state = g_new0 (State, 1);

  writer->free_state = state_free;
  if (sqlite3_open (acini_part_file_get_path (writer->file), &state->database) == SQLITE_OK
      && sqlite3_exec (state->database, text_of_tables, NULL, NULL, NULL) == SQLITE_OK
      && insert (state->database, "INSERT INTO Slides (filename, width, height, directory) VALUES (?1, ?2, ?3, '')",
                 writer->image != NULL ? writer->image : "", writer->space.width, writer->space.height)
      && sqlite3_prepare_v2 (state->database, "INSERT INTO Annotations (slide, type, agreedClass) VALUES (1, ?1, ?2)",
                             -1, &state->object, NULL)
             == SQLITE_OK
      && sqlite3_prepare_v2 (state->database,
                             "INSERT INTO Annotations_label (person, class, annoId) VALUES (1, ?1, ?2)", -1,
                             &state->label, NULL)
             == SQLITE_OK
      && sqlite3_prepare_v2 (state->database,
                             "INSERT INTO Annotations_coordinates (coordinateX, coordinateY, slide, annoId, orderIdx) "
                             "VALUES (?1, ?2, 1, ?3, ?4)",
                             -1, &state->point, NULL)
             == SQLITE_OK)
    return TRUE;
  return fail_writing (writer, error);
}

/* A number that is whole becomes an integer by the column's affinity. */
static gboolean
add_point (State *state, gint64 object, gint64 number, double x, double y)
{
  sqlite3_reset (state->point);
  sqlite3_bind_double (state->point, 1, x);
  sqlite3_bind_double (state->point, 2, y);
  sqlite3_bind_int64 (state->point, 3, object);
  sqlite3_bind_int64 (state->point, 4, number);
  return sqlite3_step (state->point) == SQLITE_DONE;
}

/* Returns: its number; 0: it could not be written. */
static gint64
add_object (State *state, int type, gint64 class)
{
  gint64 object;

  sqlite3_reset (state->object);
  sqlite3_bind_int (state->object, 1, type);
  sqlite3_bind_int64 (state->object, 2, class);
  if (sqlite3_step (state->object) != SQLITE_DONE)
    return 0;
  object = sqlite3_last_insert_rowid (state->database);
  if (class == 0)
    return object;
  sqlite3_reset (state->label);
  sqlite3_bind_int64 (state->label, 1, class);
  sqlite3_bind_int64 (state->label, 2, object);
  return sqlite3_step (state->label) == SQLITE_DONE ? object : 0;
}

/* Boxes and circles lie along the axes; what does not is a polygon. */
static gboolean
add_shape (AciniAnnotationWriter *writer, const AciniAnnotation *a, gint64 class)
{
  State *state = writer->state;
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  const gboolean box = a->kind == ACINI_ANNOTATION_RECTANGLE && (v[0].x == v[1].x || v[0].y == v[1].y);
  guint n = g_array_index (a->rings, AciniRing, 0).n;
  gint64 object = add_object (state, box ? 2 : 3, class);

  if (box)
    {
      double x0, y0, x1, y1;

      acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
      return object > 0 && add_point (state, object, 1, x0, y0) && add_point (state, object, 2, x1, y1);
    }
  for (guint i = 0; object > 0 && i < n; i++)
    if (!add_point (state, object, i + 1, v[i].x, v[i].y))
      return FALSE;
  return object > 0;
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  State *state = writer->state;
  const guint known = writer->class_names->len;
  const gint64 class = a->class_name != NULL ? (gint64)acini_writer_get_class (writer, a) + 1 : 0;

  if (writer->class_names->len > known
      && !insert (state->database, "INSERT INTO Classes (name) VALUES (?1)", a->class_name, 0, 0))
    return fail_writing (writer, error);
  if (a->kind != ACINI_ANNOTATION_POINT)
    return add_shape (writer, a, class) || fail_writing (writer, error);
  for (guint i = 0; i < a->vertices->len; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);
      const gint64 object = add_object (state, 1, class);

      if (object == 0 || !add_point (state, object, 1, v->x, v->y))
        return fail_writing (writer, error);
    }
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  State *state = writer->state;

  if (sqlite3_exec (state->database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    return fail_writing (writer, error);
  g_clear_pointer (&writer->state, state_free);
  writer->free_state = NULL;
  return TRUE;
}

const AciniAnnotationFormat acini_format_sliderunner = {
  .id = "sliderunner",
  .name = "SlideRunner",
  .suffix = "sqlite",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS
             | ACINI_CARRIES_IMAGES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
