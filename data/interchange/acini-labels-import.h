/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Masks that were made elsewhere, taken into the label layer. */

#include "data/labels/acini-journal.h"

G_BEGIN_DECLS

#define ACINI_LABELS_IMPORT_ERROR (acini_labels_import_error_quark ())
GQuark acini_labels_import_error_quark (void);

typedef enum
{
  ACINI_LABELS_IMPORT_ERROR_SIZE, /* the mask is not of the slide's size */
} AciniLabelsImportError;

/* Reads the image @path (see acini_mask_file_open () for @channel) as labels of the whole slide: what is set becomes
 * @label, the rest background.  One edit of the tool "import", which undo takes back.  The mask has to be as large as
 * the slide's level 0. */
gboolean acini_labels_import_mask (AciniProject *project, gint64 slide, const char *path, int channel, guint8 label,
                                   GError **error);

G_END_DECLS
