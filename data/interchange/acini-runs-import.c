/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kaggle's run lengths, straight into the tiles of the label layer: pairs "start length", 1-based, down the columns. */

#include "acini-config.h"

#include "data/interchange/acini-labels-import-private.h"

#include "data/annotations/acini-csv.h"
#include "data/base/acini-file-name.h"
#include "data/base/acini-tiles.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TILE ACINI_TILE_SIZE

/* Where runs stand in a file. */
typedef struct
{
  const char *file;
  guint line;
  gint64 column;
} Place;

/* A column of tiles: pixels, one image column behind the other, and which of its tiles any run has met. */
typedef struct
{
  AciniEdit *edit;
  gint64 width, height;
  gint64 left; /* of the columns; -1: none yet */
  guint8 *pixels;
  gboolean *met;
  guint8 *tile;
  guint8 label;
  const Place *place;
} Band;

/* Turns the tiles that were met round, gives them to the edit, and leaves the band empty. */
static gboolean
flush (Band *self, GError **error)
{
  const gint64 width = MIN (TILE, self->width - self->left);

  for (gint64 row = 0; self->left >= 0 && row * TILE < self->height; row++)
    {
      const gint64 top = row * TILE, height = MIN (TILE, self->height - top);
      const AciniRect rect = { self->left, top, width, height };

      if (!self->met[row])
        continue;
      self->met[row] = FALSE;
      /* In squares that fit the cache. */
      for (gint64 y0 = 0; y0 < height; y0 += 32)
        for (gint64 x0 = 0; x0 < width; x0 += 32)
          for (gint64 x = x0; x < MIN (x0 + 32, width); x++)
            for (gint64 y = y0; y < MIN (y0 + 32, height); y++)
              self->tile[y * width + x] = self->pixels[x * self->height + top + y];
      if (!acini_edit_write (self->edit, &rect, self->tile, error))
        return FALSE;
      for (gint64 x = 0; x < width; x++)
        memset (self->pixels + x * self->height + top, ACINI_LABEL_BACKGROUND, (gsize)height);
    }
  return TRUE;
}

/* A run, which may go over several columns. */
static gboolean
lay_run (Band *self, gint64 start, gint64 length, GError **error)
{
  while (length > 0)
    {
      const gint64 x = start / self->height, y = start % self->height, n = MIN (length, self->height - y);

      if (self->left < 0 || x >= self->left + TILE)
        {
          if (!flush (self, error))
            return FALSE;
          self->left = x / TILE * TILE;
        }
      memset (self->pixels + (x - self->left) * self->height + y, self->label, (gsize)n);
      for (gint64 row = y / TILE; row <= (y + n - 1) / TILE; row++)
        self->met[row] = TRUE;
      start += n;
      length -= n;
    }
  return TRUE;
}

/* @at: characters before the run. */
static gboolean
refuse (const Band *self, const char *what, guint64 number, gsize at, GError **error)
{
  g_autofree char *sentence = g_strdup_printf (what, (unsigned long long)number);

  if (self->place == NULL)
    g_set_error_literal (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE, sentence);
  else
    g_set_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE, _ ("“%s”, line %u, column %lld: %s"),
                 self->place->file, self->place->line, (long long)(self->place->column + (gint64)at), sentence);
  return FALSE;
}

static gboolean
lay_runs (Band *self, const char *runs, gint64 *n_units, GCancellable *cancellable, GError **error)
{
  const gint64 n_pixels = self->width * self->height;
  gint64 behind = 0;
  guint64 number = 1;

  for (const char *at = runs + strspn (runs, " \t"); *at != '\0'; number++)
    {
      char *end;
      const gsize place = (gsize)(at - runs);
      guint64 start = g_ascii_strtoull (at, &end, 10), length;

      if (end == at || *end != ' ')
        return refuse (self, _ ("Run %llu is no pair of numbers “start length”."), number, place, error);
      at = end;
      length = g_ascii_strtoull (at, &end, 10);
      if (end == at || start < 1 || length < 1 || (*end != '\0' && *end != ' ' && *end != '\t'))
        return refuse (self, _ ("Run %llu is no pair of numbers “start length”."), number, place, error);
      at = end + strspn (end, " \t");
      if (start - 1 < (guint64)behind || start - 1 > (guint64)n_pixels || length > (guint64)n_pixels - (start - 1))
        return refuse (self, _ ("Run %llu lies before the one before it, over it, or outside of the slide."), number,
                       place, error);
      behind = (gint64)(start - 1 + length);
      *n_units += (gint64)length;
      if ((number & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!lay_run (self, (gint64)start - 1, (gint64)length, error))
        return FALSE;
    }
  return flush (self, error);
}

static gboolean
import_runs (AciniProject *project, gint64 slide, const char *runs, const Place *place, guint8 label,
             AciniLabelsImport *import, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (AciniEdit) edit = NULL;
  g_autofree guint8 *pixels = NULL, *tile = NULL;
  g_autofree gboolean *met = NULL;
  AciniRect whole = { 0 };
  gint64 n_units = 0;
  Band band = { .left = -1, .label = label, .place = place };

  record = acini_project_get_slide (project, slide, error);
  if (record == NULL)
    return FALSE;
  whole.width = band.width = record->width;
  whole.height = band.height = record->height;
  band.edit = edit = acini_edit_new (project, slide, "import");
  band.pixels = pixels = g_malloc ((gsize)TILE * band.height);
  band.tile = tile = g_malloc (ACINI_TILE_PIXELS);
  band.met = met = g_new0 (gboolean, band.height / TILE + 1);
  memset (pixels, ACINI_LABEL_BACKGROUND, (gsize)TILE * band.height);
  if (!acini_edit_paint (edit, &whole, NULL, ACINI_LABEL_BACKGROUND, error)
      || !acini_edit_cut (edit, &whole, NULL, error) || !lay_runs (&band, runs, &n_units, cancellable, error)
      || !acini_edit_commit (edit, NULL, error))
    return FALSE;
  if (import != NULL)
    *import = (AciniLabelsImport){ record->width * record->height, n_units, NULL };
  return TRUE;
}

gboolean
acini_labels_import_runs (AciniProject *project, gint64 slide, const char *runs, guint8 label,
                          AciniLabelsImport *import, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && runs != NULL && label >= ACINI_LABEL_FIRST_CLASS, FALSE);

  return import_runs (project, slide, runs, NULL, label, import, cancellable, error);
}

/* Whether the row about the image @id is about @record. */
static gboolean
is_about (const char *id, const AciniSlideRecord *record)
{
  g_autofree char *stem = acini_file_name_dup_stem (id), *file = acini_file_name_dup_stem (record->path);

  return g_str_equal (stem, file) || g_str_equal (id, record->name) || g_str_equal (stem, record->name);
}

/* The runs of @record in the table @path, and their *@place.  Returns: (transfer full), or NULL with @error set. */
static char *
find_runs (const char *path, const AciniSlideRecord *record, Place *place, GCancellable *cancellable, GError **error)
{
  static const char *const columns[] = { "rle", "encoding", "predicted", "expected", NULL };
  g_autoptr (AciniCsv) csv = acini_csv_open (path, 0, cancellable, error);
  g_autofree char *only = NULL, *name = g_filename_display_basename (path);
  g_autoptr (GPtrArray) head = NULL;
  guint n_rows = 0;
  int key, column;

  if (csv == NULL || !acini_csv_read (csv, &head, error))
    return NULL;
  key = head != NULL ? acini_csv_find_key (head) : 0;
  column = head != NULL ? acini_csv_find (head, columns) : -1;
  for (;;)
    {
      g_autoptr (GPtrArray) row = NULL;

      if (!acini_csv_read (csv, &row, error))
        return NULL;
      if (row == NULL || column < 0)
        break;
      if ((int)row->len <= MAX (key, column))
        continue;
      if (is_about (row->pdata[key], record) || n_rows == 0)
        {
          place->line = acini_csv_get_line (csv);
          place->column = acini_csv_get_column (csv, (guint)column);
        }
      if (is_about (row->pdata[key], record))
        return g_strdup (row->pdata[column]);
      g_set_str (&only, n_rows++ == 0 ? row->pdata[column] : NULL);
    }
  if (n_rows == 1)
    return g_steal_pointer (&only);
  g_set_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
               _ ("“%s” has no row of run lengths about “%s”."), name, record->name);
  return NULL;
}

gboolean
acini_labels_import_table (AciniProject *project, const AciniSlideRecord *record, const char *path,
                           AciniLabelsImport *import, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  Place place = { .file = name };
  g_autofree char *runs = find_runs (path, record, &place, cancellable, error);

  return runs != NULL
         && import_runs (project, record->id, runs, &place, ACINI_LABEL_FIRST_CLASS, import, cancellable, error);
}
