/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/acini-labels-import.h"

#include "data/acini-slide-import.h"

G_DEFINE_QUARK (acini-labels-import-error-quark, acini_labels_import_error)

gboolean
acini_labels_import_mask (AciniProject *project, gint64 slide, const char *path, int channel, guint8 label,
                          GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (GBytes) mask = NULL;
  g_autoptr (AciniEdit) edit = NULL;
  g_autofree guint8 *labels = NULL;
  const guint8 *set;
  int width, height;
  gsize n;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, FALSE);
  g_return_val_if_fail (label >= ACINI_LABEL_FIRST_CLASS, FALSE);

  record = acini_project_get_slide (project, slide, error);
  if (record == NULL)
    return FALSE;
  mask = acini_mask_read (path, channel, &width, &height, error);
  if (mask == NULL)
    return FALSE;
  if (width != record->width || height != record->height)
    {
      g_set_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
                   "The mask “%s” is %d × %d pixels, its slide %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   "; both have to be of one size.",
                   path, width, height, record->width, record->height);
      return FALSE;
    }
  set = g_bytes_get_data (mask, &n);
  labels = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    labels[i] = set[i] != 0 ? label : ACINI_LABEL_BACKGROUND;
  edit = acini_edit_new (project, slide, "import");
  return acini_edit_write (edit, &(AciniRect) { 0, 0, width, height }, labels, error)
         && acini_edit_commit (edit, NULL, error);
}
