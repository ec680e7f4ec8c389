/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/interchange/acini-export.h"
#include "data/objects/acini-object-index.h"

G_BEGIN_DECLS

gboolean acini_export_write_png (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                 gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_tiff (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                  gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_rle (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                 gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_geojson (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                     gpointer user_data, GCancellable *cancellable, GError **error);

/* acini-export-read.c: class numbers of the effective mask (0 = outside), any size of region: read in pieces of bounded
 * memory. */
gboolean acini_export_read (const AciniExportSource *source, gint64 x, gint64 y, int width, int height, guint8 *classes,
                            GError **error);

/* The objects of the mask, up to date.  Returns: (transfer full), or NULL with @error set. */
AciniObjectIndex *acini_export_open_index (const AciniExportSource *source, GCancellable *cancellable, GError **error);
gboolean acini_export_write_instances (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                       gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
