/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-labels-import.h"

#include "data/base/acini-tiles.h"
#include "data/slides/acini-image-reading.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (acini - labels - import - error - quark, acini_labels_import_error)

void
acini_labels_import_clear (AciniLabelsImport *import)
{
  g_clear_pointer (&import->note, g_free);
}

/* Whether a side of @mask pixels fits one of @slide pixels. */
static gboolean
fits (int mask, gint64 slide)
{
  return mask == slide || (slide == ACINI_LEAST_SLIDE_SIDE && mask < slide);
}

static gboolean
check_size (const AciniMaskFile *mask, const char *path, const AciniSlideRecord *record, GError **error)
{
  int width = acini_mask_file_get_width (mask), height = acini_mask_file_get_height (mask);
  g_autofree char *name = NULL;

  if (fits (width, record->width) && fits (height, record->height))
    return TRUE;
  name = g_filename_display_name (path);
  g_set_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
               _ ("The mask “%s” has %d × %d pixels, its slide %lld × %lld. They must have the same size."), name,
               width, height, (long long)record->width, (long long)record->height);
  return FALSE;
}

/* A row of tiles at a time: the edit packs what it holds, so that the mask of a gigapixel slide is never whole in
 * memory.  Instances that touch are kept apart by seams. */
static gboolean
write_strips (AciniEdit *edit, AciniMaskFile *mask, guint8 label, AciniLabelsImport *import, GError **error)
{
  const int width = acini_mask_file_get_width (mask), height = acini_mask_file_get_height (mask);
  gsize most = (gsize)width * MIN (height, ACINI_TILE_SIZE);
  g_autofree guint8 *labels = g_malloc (most), *seams = g_malloc (most);
  /* The last row of the strip before, and the strip. */
  g_autofree guint32 *rows = g_new (guint32, most + width);
  guint32 *instances = rows + width;

  for (int y = 0; y < height; y += ACINI_TILE_SIZE)
    {
      int n_rows = MIN (height - y, ACINI_TILE_SIZE);
      gsize n = (gsize)width * n_rows;
      AciniRect rect = { 0, y, width, n_rows };

      if (!acini_mask_file_read_instances (mask, n_rows, instances, error))
        return FALSE;
      for (gsize i = 0; i < n; i++)
        {
          gboolean ignored = instances[i] == ACINI_MASK_FILE_IGNORED_INSTANCE;

          import->n_pixels += !ignored;
          instances[i] = ignored ? 0 : instances[i];
          import->n_units += instances[i] != 0;
          labels[i] = ignored ? ACINI_LABEL_UNLABELLED : instances[i] != 0 ? label : ACINI_LABEL_BACKGROUND;
        }
      acini_seams_from_instances (instances, y > 0 ? rows : NULL, width, n_rows, seams);
      memcpy (rows, instances + n - width, width * sizeof *rows);
      if (!acini_edit_write (edit, &rect, labels, error) || !acini_edit_cut (edit, &rect, seams, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
acini_labels_import_mask (AciniProject *project, gint64 slide, const char *path, const AciniMaskReading *reading,
                          guint8 label, AciniLabelsImport *import, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (AciniMaskFile) mask = NULL;
  g_autoptr (AciniEdit) edit = NULL;
  g_auto (AciniLabelsImport) own = { 0 };

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL && reading != NULL, FALSE);
  g_return_val_if_fail (label >= ACINI_LABEL_FIRST_CLASS, FALSE);

  record = acini_project_get_slide (project, slide, error);
  if (record == NULL)
    return FALSE;
  mask = acini_mask_file_open (path, reading, error);
  if (mask == NULL || !check_size (mask, path, record, error))
    return FALSE;
  edit = acini_edit_new (project, slide, "import");
  if (!write_strips (edit, mask, label, &own, error) || !acini_edit_commit (edit, NULL, error))
    return FALSE;
  own.note = g_strdup (acini_mask_file_get_note (mask));
  if (import != NULL)
    {
      *import = own;
      own = (AciniLabelsImport){ 0 };
    }
  return TRUE;
}
