/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A file of an import's preview, as the table in front of the user shows it and lets it be changed. */

#include "data/interchange/acini-preview-file.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_IMPORT_ROW (acini_import_row_get_type ())
/* Properties (notified): "included" (boolean): it is to be imported; "organ" (uint): its place among acini_organ_list
 * (); "mpp", "patient", "source", "split" (string): as they are typed; "inverted" (boolean): the dark is unit;
 * "at-corner" (boolean): outlines begin at the scanned area; "pixel-size" (string): where "mpp" is known from;
 * "invertible", "movable" (boolean): whether "inverted" and "at-corner" mean something;
 * "labels", "remarks" (string): sentences; "picture" (GdkTexture, nullable): the overview with its labels. */
G_DECLARE_FINAL_TYPE (AciniImportRow, acini_import_row, ACINI, IMPORT_ROW, GObject)

/* The row of file @i of a preview, whose list it keeps. */
AciniImportRow *acini_import_row_new (GPtrArray *files, guint i);

AciniPreviewFile *acini_import_row_get_file (AciniImportRow *self);
/* What was said for all files: taken where neither the file, nor a table, nor the user says it for this one. */
void acini_import_row_offer (AciniImportRow *self, guint organ, const char *mpp);
/* What a table or the pattern of names says of it. */
void acini_import_row_fill (AciniImportRow *self, const AciniSlideFields *fields);
/* Looks for its labels in the folder @masks. */
void acini_import_row_take_masks (AciniImportRow *self, const char *masks);
/* Whether all that was typed can be taken. */
gboolean acini_import_row_is_valid (AciniImportRow *self);
/* Puts what was typed into the file. */
void acini_import_row_apply (AciniImportRow *self);

G_END_DECLS
