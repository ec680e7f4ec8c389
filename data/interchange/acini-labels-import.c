/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-labels-import-private.h"

#include "data/base/acini-tiles.h"
#include "data/interchange/acini-mask-classes.h"
#include "data/interchange/acini-mask-fit.h"
#include "data/slides/acini-image-reading.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (acini - labels - import - error - quark, acini_labels_import_error)

void
acini_labels_import_clear (AciniLabelsImport *import)
{
  g_clear_pointer (&import->note, g_free);
}

/* Classes. */

guint8
acini_labels_import_take_class (AciniProject *project, const char *name, GError **error)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);
  int free_label = 0;

  for (int label = ACINI_LABEL_FIRST_CLASS; label <= 254; label++)
    {
      g_autofree char *known = acini_project_dup_class_name (project, label);
      g_autofree char *other = known != NULL ? g_utf8_casefold (known, -1) : NULL;

      if (other != NULL && g_str_equal (other, folded))
        return (guint8)label;
      if (known == NULL && free_label == 0 && label > ACINI_LABEL_FIRST_CLASS)
        free_label = label;
    }
  if (free_label == 0)
    {
      g_set_error_literal (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
                           _ ("The file has more classes than a project can take (253)."));
      return 0;
    }
  return acini_project_set_class_name (project, free_label, name, error) ? (guint8)free_label : 0;
}

/* The label of each number of a mask's class, 0 where there is none yet. */
typedef struct
{
  AciniProject *project;
  gboolean classes; /* the mask tells them apart */
  guint8 labels[256];
} Labels;

static gboolean
name_labels (Labels *self, const AciniMaskReading *reading, GError **error)
{
  const char *const *names = acini_mask_classes_get_names (reading->classes);

  for (guint i = 0; names[i] != NULL && i < ACINI_MASK_MOST_CLASS; i++)
    {
      self->labels[i + 1] = acini_labels_import_take_class (self->project, names[i], error);
      if (self->labels[i + 1] == 0)
        return FALSE;
    }
  return TRUE;
}

/* A class that the project has no name for is called as exports call it. */
static gboolean
number_label (Labels *self, guint class, GError **error)
{
  int label = ACINI_LABEL_FIRST_CLASS + (int)class - 1;
  g_autofree char *known = acini_project_dup_class_name (self->project, label);
  g_autofree char *name = g_strdup_printf ("FTU %u", class);

  self->labels[class] = (guint8)label;
  return known != NULL || acini_project_set_class_name (self->project, label, name, error);
}

/* Sizes. */

/* A mask of which each row is read once, as rows of the slide. */
typedef struct
{
  AciniMaskFile *file;
  int width, height; /* of the mask */
  gint64 columns;    /* that it has on the slide, and … */
  gint64 rows;       /* … its rows there */
  guint32 *row;      /* the mask's, number … */
  int y;             /* … this; -1: none yet */
} Rows;

static gboolean
open_rows (Rows *self, AciniMaskFile *mask, const char *path, const AciniSlideRecord *record, char **note,
           GError **error)
{
  int width = acini_mask_file_get_width (mask), height = acini_mask_file_get_height (mask);
  g_autofree char *name = g_filename_display_name (path);
  gboolean scaled;

  if (!acini_mask_fits (width, height, record->width, record->height, &scaled))
    {
      g_autofree char *sentence = acini_mask_describe_misfit (path, width, height, record->width, record->height);

      g_set_error_literal (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE, sentence);
      return FALSE;
    }
  if (scaled)
    *note = g_strdup_printf (_ ("The mask “%s” of %d × %d pixels is brought to the %lld × %lld of its slide."), name,
                             width, height, (long long)record->width, (long long)record->height);
  *self = (Rows){
    mask, width, height, scaled ? record->width : width, scaled ? record->height : height, g_new (guint32, width), -1
  };
  return TRUE;
}

/* The mask's pixel at the middle of pixel @at of @n of the slide. */
static inline int
find_pixel (gint64 at, int n_mask, gint64 n)
{
  return n == n_mask ? (int)at : (int)MIN ((2 * at + 1) * n_mask / (2 * n), n_mask - 1);
}

/* Row @y of the slide. */
static gboolean
read_row (Rows *self, gint64 y, guint32 *instances, GError **error)
{
  int wanted = find_pixel (y, self->height, self->rows);

  for (; self->y < wanted; self->y++)
    if (!acini_mask_file_read_instances (self->file, 1, self->row, error))
      return FALSE;
  if (self->columns == self->width)
    memcpy (instances, self->row, self->width * sizeof *instances);
  else
    for (gint64 x = 0; x < self->columns; x++)
      instances[x] = self->row[find_pixel (x, self->width, self->columns)];
  return TRUE;
}

/* Pixels. */

/* What the rows are as labels; @instances without what is ignored. */
static gboolean
label_rows (Labels *labels, const Rows *rows, gint64 y, int n_rows, guint32 *instances, guint8 *to,
            AciniMaskCounts *counts, GError **error)
{
  const gint64 n_columns = rows->columns;

  for (gsize i = 0; i < (gsize)n_columns * n_rows; i++)
    {
      gboolean ignored = instances[i] == ACINI_MASK_FILE_IGNORED_INSTANCE;
      gint64 row = y + (gint64)(i / n_columns), column = (gint64)(i % n_columns);
      gboolean edge = row == 0 || column == 0 || row == rows->rows - 1 || column == n_columns - 1;

      instances[i] = ignored ? 0 : instances[i];
      counts->n_pixels += !ignored;
      counts->n_units += instances[i] != 0;
      counts->n_edge += edge && !ignored;
      counts->n_edge_units += edge && instances[i] != 0;
      if (ignored)
        to[i] = ACINI_LABEL_UNLABELLED;
      else if (instances[i] == 0)
        to[i] = ACINI_LABEL_BACKGROUND;
      else if (!labels->classes)
        to[i] = labels->labels[0];
      else
        {
          guint class = MIN (instances[i], ACINI_MASK_MOST_CLASS);

          if (labels->labels[class] == 0 && !number_label (labels, class, error))
            return FALSE;
          to[i] = labels->labels[class];
        }
    }
  return TRUE;
}

/* A row of tiles at a time: the edit packs what it holds, so that the mask of a gigapixel slide is never whole in
 * memory.  Instances that touch are kept apart by seams. */
static gboolean
write_strips (AciniEdit *edit, Rows *mask, Labels *labels, AciniMaskCounts *counts, GError **error)
{
  const int width = (int)mask->columns;
  gsize most = (gsize)width * MIN (mask->rows, ACINI_TILE_SIZE);
  g_autofree guint8 *pixels = g_malloc (most), *seams = g_malloc (most);
  /* The last row of the strip before, and the strip. */
  g_autofree guint32 *rows = g_new (guint32, most + width);
  guint32 *instances = rows + width;

  for (gint64 y = 0; y < mask->rows; y += ACINI_TILE_SIZE)
    {
      int n_rows = (int)MIN (mask->rows - y, ACINI_TILE_SIZE);
      AciniRect rect = { 0, y, width, n_rows };

      for (int i = 0; i < n_rows; i++)
        if (!read_row (mask, y + i, instances + (gsize)i * width, error))
          return FALSE;
      if (!label_rows (labels, mask, y, n_rows, instances, pixels, counts, error))
        return FALSE;
      acini_seams_from_instances (instances, y > 0 ? rows : NULL, width, n_rows, seams);
      memcpy (rows, instances + (gsize)width * (n_rows - 1), width * sizeof *rows);
      if (!acini_edit_write (edit, &rect, pixels, error) || !acini_edit_cut (edit, &rect, seams, error))
        return FALSE;
    }
  return TRUE;
}

static void
add_note (char **note, char *more)
{
  char *both = *note != NULL && more != NULL ? g_strconcat (*note, " ", more, NULL) : NULL;

  if (both != NULL)
    {
      g_free (*note);
      g_free (more);
      *note = both;
    }
  else if (more != NULL)
    *note = more;
}

/* What a person should look at: a mask of one value, or one that looks the wrong way round. */
static char *
find_doubt (const AciniMaskCounts *counts, const char *path)
{
  g_autofree char *name = g_filename_display_basename (path);

  switch (acini_mask_find_doubt (counts))
    {
    case ACINI_MASK_DOUBT_ALL_GROUND:
      return g_strdup_printf (_ ("The mask “%s” is all background: it shows no unit."), name);
    case ACINI_MASK_DOUBT_ALL_UNIT:
      return g_strdup_printf (_ ("The mask “%s” is all unit: it has a single value."), name);
    case ACINI_MASK_DOUBT_INVERTED:
      return g_strdup_printf (_ ("The mask “%s” may be inverted: %.0f %% of its pixels are units, and nearly all at "
                                 "its edge. If the dark ones are the units, undo and use --mask-units dark."),
                              name, 100.0 * (double)counts->n_units / (double)counts->n_pixels);
    default:
      return NULL;
    }
}

static gboolean
import_mask (AciniProject *project, const AciniSlideRecord *record, const char *path, const AciniMaskReading *reading,
             guint8 label, AciniLabelsImport *import, GError **error)
{
  g_autoptr (AciniMaskFile) mask = acini_mask_file_open (path, reading, error);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, record->id, "import");
  Labels labels = { .project = project, .labels = { label } };
  g_autofree guint32 *row = NULL;
  g_autofree char *scaled = NULL;
  AciniMaskCounts counts = { 0 };
  Rows rows;

  if (mask == NULL || !open_rows (&rows, mask, path, record, &scaled, error))
    return FALSE;
  row = rows.row;
  if (!acini_mask_file_look (mask, error))
    return FALSE;
  labels.classes = acini_mask_file_has_classes (mask);
  if (reading->classes != NULL && !name_labels (&labels, reading, error))
    return FALSE;
  if (!write_strips (edit, &rows, &labels, &counts, error) || !acini_edit_commit (edit, NULL, error))
    return FALSE;
  import->note = g_strdup (acini_mask_file_get_note (mask));
  add_note (&import->note, g_steal_pointer (&scaled));
  add_note (&import->note, find_doubt (&counts, path));
  import->n_pixels = counts.n_pixels;
  import->n_units = counts.n_units;
  return TRUE;
}

gboolean
acini_labels_import_mask (AciniProject *project, gint64 slide, const char *path, const AciniMaskReading *reading,
                          guint8 label, AciniLabelsImport *import, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;
  g_auto (AciniLabelsImport) own = { 0 };

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL && reading != NULL, FALSE);
  g_return_val_if_fail (label >= ACINI_LABEL_FIRST_CLASS, FALSE);

  record = acini_project_get_slide (project, slide, error);
  if (record == NULL || !import_mask (project, record, path, reading, label, &own, error))
    return FALSE;
  if (import != NULL)
    {
      *import = own;
      own = (AciniLabelsImport){ 0 };
    }
  return TRUE;
}
