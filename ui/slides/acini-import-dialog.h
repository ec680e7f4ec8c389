/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What an import is about to take in, as a table that can be changed before anything is written. */

#include "ui/project/acini-importer.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_IMPORT_DIALOG (acini_import_dialog_get_type ())
/* Signals:
 *   answered (organ: string, mpp: string)  "Add" was pressed: the files are as they are to be imported; @organ, an id,
 *                                        and @mpp, as it was typed, were said for all
 *   declined ()                          closed otherwise */
G_DECLARE_FINAL_TYPE (AciniImportDialog, acini_import_dialog, ACINI, IMPORT_DIALOG, AdwDialog)

/* @files (element-type AciniPreviewFile); @organ and @mpp: what was said for all the last time, offered again. */
AciniImportDialog *acini_import_dialog_new (GPtrArray *files, const char *organ, double mpp);

/* What the buttons do once a file or a folder is chosen: fills in what the table at @path says of the files; looks for
 * their labels in @folder. */
void acini_import_dialog_take_table (AciniImportDialog *self, const char *path);
void acini_import_dialog_take_masks (AciniImportDialog *self, const char *folder);

/* After "answered": the files to be imported.  Returns: (transfer full) (element-type AciniPreviewFile) of the list
 * that it was made with, which has to be kept as long. */
GPtrArray *acini_import_dialog_list_files (AciniImportDialog *self);

G_END_DECLS
