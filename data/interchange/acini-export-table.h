/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One table of the masks of several slides, as the HuBMAP competitions on Kaggle took them:
 *   2021 (kidney): id, predicted; 2022 (organs): id, rle. Starts and lengths of runs down the columns, counted from 1.
 *   2023 (vessels): id, height, width, prediction_string. Of each object the number of its class from 0, how sure the
 *   model is, and COCO's packed run lengths, through zlib and base64. */

#include "data/interchange/acini-export-source.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_EXPORT_TABLE_NONE,
  ACINI_EXPORT_TABLE_2021,
  ACINI_EXPORT_TABLE_2022,
  ACINI_EXPORT_TABLE_2023,
} AciniExportTableKind;

typedef struct _AciniExportTable AciniExportTable;

/* A file that appears when it is closed; freed before, nothing is left of it. */
AciniExportTable *acini_export_table_new (AciniExportTableKind kind, const char *path, GError **error);
/* A row. */
gboolean acini_export_table_add (AciniExportTable *self, const AciniExportSource *source, AciniProgressFunc progress,
                                 gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_table_close (AciniExportTable *self, GError **error);
void acini_export_table_free (AciniExportTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniExportTable, acini_export_table_free)

G_END_DECLS
