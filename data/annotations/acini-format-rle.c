/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kaggle's tables of run lengths: a row an image, pairs "start length", 1-based, down the columns.  The connected parts
 * become objects.  The image's size stands in the row (img_height, img_width: train.csv) or has to be said.
 *
 * Written is a row, that of all objects together. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-bitmap.h"
#include "data/annotations/acini-annotation-private.h"
#include "data/annotations/acini-csv.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* What is longer is said to be impossible where the runs are laid out. */
#define LONGEST_SIDE ((gint64)1 << 24)

enum
{
  ID,
  RUNS,
  HEIGHT,
  WIDTH,
  N_COLUMNS
};

typedef struct
{
  AciniSource *source;
  const char *at, *end;
  guint line;
  gint64 column;          /* of the next character */
  int columns[N_COLUMNS]; /* their places; -1: not there */
} Table;

static gboolean
sniff (const AciniAnnotationHead *head)
{
  gsize n = strcspn (head->text->str, "\r\n");
  g_autofree char *line = g_ascii_strdown (head->text->str, (gssize)MIN (n, 1024));

  return n > 0 && strncmp (line, "id", 2) == 0
         && (strstr (line, "rle") != NULL || strstr (line, "encoding") != NULL || strstr (line, "predicted") != NULL);
}

/* The next character, -1 at the end, -2 with @error set. */
static int
get (Table *table, GError **error)
{
  if (table->at == table->end)
    {
      gssize n = acini_source_read (table->source, &table->at, error);

      table->end = table->at + MAX (n, 0);
      if (n <= 0)
        return n < 0 ? -2 : -1;
    }
  table->column += (*table->at & 0xc0) != 0x80;
  return (guchar)*table->at++;
}

/* The next field into @field, without quotes.  *@last: the line's, or the file's. */
static gboolean
read_field (Table *table, GString *field, gboolean *last, gboolean *over, GError **error)
{
  gboolean quoted = FALSE;

  g_string_truncate (field, 0);
  *last = *over = FALSE;
  for (;;)
    {
      int c = get (table, error);

      if (c == -2)
        return FALSE;
      if (c == '"')
        quoted = !quoted;
      else if (c == -1 || (c == '\n' && !quoted))
        {
          *last = TRUE;
          *over = c == -1;
          return TRUE;
        }
      else if (c == ',' && !quoted)
        return TRUE;
      else if (c != '\r')
        g_string_append_c (field, (char)c);
    }
}

static gboolean
take_runs (AciniAnnotationReader *reader, const char *text, gint64 width, gint64 height, guint line, gint64 column,
           GError **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AciniRun));
  const gint64 n_pixels = width <= LONGEST_SIDE && height <= LONGEST_SIDE ? width * height : G_MAXINT64;
  gint64 behind = 0;

  for (const char *at = text + strspn (text, " \t"); *at != '\0';)
    {
      const guint here = (guint)MIN (column + (at - text), G_MAXUINT);
      AciniRun run;
      guint64 start, length;
      char *end;

      start = g_ascii_strtoull (at, &end, 10);
      if (end == at || *end != ' ')
        return acini_reader_fail (reader, line, here, error, _ ("run lengths are pairs of numbers “start length”."));
      at = end + strspn (end, " ");
      length = g_ascii_strtoull (at, &end, 10);
      if (end == at || start < 1 || length < 1 || start > G_MAXINT64 || length > G_MAXINT64
          || (*end != '\0' && *end != ' '))
        return acini_reader_fail (reader, line, here, error, _ ("run lengths are pairs of numbers “start length”."));
      run = (AciniRun){ (gint64)start - 1, (gint64)length };
      at = end + strspn (end, " \t");
      if (run.start < behind)
        return acini_reader_fail (reader, line, here, error,
                                  _ ("the run here begins before the end of the one before it."));
      if (run.start > n_pixels || run.length > n_pixels - run.start)
        return acini_reader_fail (reader, line, here, error, _ ("the run here reaches beyond the image."));
      behind = run.start + run.length;
      g_array_append_val (runs, run);
    }
  return acini_reader_add_runs (reader, (const AciniRun *)(gconstpointer)runs->data, runs->len, width, height, TRUE,
                                error);
}

static gboolean
read_head (Table *table, GString *field, gboolean *over, GError **error)
{
  static const char *const names[] = { "id", "rle", "img_height", "img_width" };
  gboolean last = FALSE;

  for (int i = 0; i < N_COLUMNS; i++)
    table->columns[i] = -1;
  for (int i = 0; !last; i++)
    {
      if (!read_field (table, field, &last, over, error))
        return FALSE;
      for (int j = 0; j < N_COLUMNS; j++)
        if (g_ascii_strcasecmp (field->str, names[j]) == 0
            || (j == RUNS
                && (g_ascii_strcasecmp (field->str, "encoding") == 0
                    || g_ascii_strcasecmp (field->str, "predicted") == 0)))
          table->columns[j] = i;
    }
  return TRUE;
}

static gboolean
take_row (AciniAnnotationReader *reader, char **fields, guint line, gint64 column, GError **error)
{
  gint64 width = reader->reading->space.width, height = reader->reading->space.height;

  if (fields[WIDTH] != NULL && fields[HEIGHT] != NULL)
    {
      width = g_ascii_strtoll (fields[WIDTH], NULL, 10);
      height = g_ascii_strtoll (fields[HEIGHT], NULL, 10);
    }
  if (width <= 0 || height <= 0)
    {
      g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_NEEDS,
                   _ ("“%s”, line %u: run lengths take the image's size: give it with --size WxH."), reader->name,
                   line);
      return FALSE;
    }
  reader->annotation->image = g_strdup (fields[ID]);
  reader->annotation->line = line;
  reader->annotation->column = (guint)MIN (column, G_MAXUINT);
  return take_runs (reader, fields[RUNS], width, height, line, column, error);
}

static gboolean
read_row (AciniAnnotationReader *reader, Table *table, GString *field, gboolean *over, GError **error)
{
  char *fields[N_COLUMNS] = { NULL };
  gboolean last = FALSE, done = TRUE;
  gint64 column = 1; /* of the runs */
  int n = 0;

  for (; done && !last; n++)
    {
      if (table->columns[RUNS] == n)
        column = table->column;
      done = read_field (table, field, &last, over, error);
      for (int j = 0; done && j < N_COLUMNS; j++)
        if (table->columns[j] == n)
          fields[j] = g_strndup (field->str, field->len);
    }
  if (done && fields[RUNS] != NULL)
    done = take_row (reader, fields, table->line, column, error);
  else if (done && (n > 1 || field->len > 0))
    done = acini_reader_fail (reader, table->line, 1, error, _ ("the row here has no run lengths."));
  table->line++;
  table->column = 1;
  for (int j = 0; j < N_COLUMNS; j++)
    g_free (fields[j]);
  return done;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  g_autoptr (AciniSource) source = acini_source_open (reader->path, reader->reading->cancellable, error);
  g_autoptr (GString) field = g_string_new (NULL);
  Table table = { .source = source, .line = 2 };
  gboolean over = FALSE;

  if (source == NULL || !read_head (&table, field, &over, error))
    return FALSE;
  if (table.columns[RUNS] < 0)
    return acini_reader_fail (reader, 1, 1, error, _ ("there is no column “rle” or “encoding”."));
  table.column = 1;
  while (!over)
    if (!read_row (reader, &table, field, &over, error) || !acini_reader_progress (reader, source, error))
      return FALSE;
  return TRUE;
}

/* Writing */

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  if (!acini_writer_check_space (writer, FALSE, error))
    return FALSE;
  writer->state = acini_bitmap_new (writer->space.width, writer->space.height, error);
  writer->free_state = (GDestroyNotify)acini_bitmap_free;
  return writer->state != NULL;
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  return acini_bitmap_add (writer->state, a, error);
}

/* The run being written: from pixel @start to before @end, none while they are equal. */
typedef struct
{
  gint64 start, end;
  gboolean more; /* a run was written */
} Run;

static void
put_run (GString *text, Run *run)
{
  if (run->end > run->start)
    {
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, run->more ? " " : "", run->start + 1,
                              run->end - run->start);
      run->more = TRUE;
    }
}

/* The pixels of column @x, of which tile @j of its column of tiles is @tiles[j], or NULL where nothing was drawn. */
static void
add_column (AciniAnnotationWriter *writer, guint8 *const *tiles, gint64 x, Run *run)
{
  const gint64 height = writer->space.height;

  for (gint64 y = 0; y < height; y++)
    {
      const guint8 *bits = tiles[y / ACINI_BITMAP_TILE];
      const gint64 place = x * height + y;

      if (bits == NULL)
        {
          y += ACINI_BITMAP_TILE - 1;
          continue;
        }
      if ((bits[y % ACINI_BITMAP_TILE * ACINI_BITMAP_STRIDE + x % ACINI_BITMAP_TILE / 8] >> x % 8 & 1) == 0)
        continue;
      if (place > run->end || run->end == run->start)
        {
          put_run (writer->text, run);
          run->start = place;
        }
      run->end = place + 1;
    }
}

static gboolean
add_tiles (AciniAnnotationWriter *writer, gint64 i, Run *run, GError **error)
{
  const AciniBitmap *bitmap = writer->state;
  g_autoptr (GPtrArray) tiles = g_ptr_array_new_with_free_func (g_free);
  const gint64 left = i * ACINI_BITMAP_TILE, right = MIN (left + ACINI_BITMAP_TILE, writer->space.width);
  gboolean any = FALSE;

  for (gint64 j = 0; j < acini_bitmap_get_down (bitmap); j++)
    {
      guint8 *bits = acini_bitmap_has (bitmap, i, j) ? g_malloc (ACINI_BITMAP_BYTES) : NULL;

      g_ptr_array_add (tiles, bits);
      any = any || bits != NULL;
      if (bits != NULL && !acini_bitmap_read (bitmap, i, j, bits, error))
        return FALSE;
    }
  for (gint64 x = left; any && x < right; x++)
    {
      add_column (writer, (guint8 *const *)tiles->pdata, x, run);
      if (!acini_writer_flush (writer, FALSE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  GString *text = writer->text;
  Run run = { 0 };

  g_string_append (text, "id,img_height,img_width,rle\n");
  acini_csv_add_field (text, writer->image != NULL ? writer->image : "");
  g_string_append_printf (text, ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",", writer->space.height,
                          writer->space.width);
  for (gint64 i = 0; i < acini_bitmap_get_across (writer->state); i++)
    if (!add_tiles (writer, i, &run, error))
      return FALSE;
  put_run (text, &run);
  g_string_append_c (text, '\n');
  return TRUE;
}

const AciniAnnotationFormat acini_format_rle = {
  .id = "rle",
  .name = "Kaggle run lengths (CSV)",
  .suffix = "csv",
  .carries = ACINI_CARRIES_RASTERS | ACINI_CARRIES_IMAGES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
