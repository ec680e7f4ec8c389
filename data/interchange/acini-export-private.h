/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/interchange/acini-export.h"

G_BEGIN_DECLS

gboolean acini_export_write_png (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                 gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_tiff (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                  gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_geojson (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                     gpointer user_data, GCancellable *cancellable, GError **error);

/* @id: of a format of annotations. */
gboolean acini_export_write_outlines (const AciniExportSource *source, const char *id, const char *path,
                                      AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                                      GError **error);
gboolean acini_export_write_instances (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                       gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_report (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                    gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_ome (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                 gpointer user_data, GCancellable *cancellable, GError **error);
gboolean acini_export_write_probabilities (const AciniExportSource *source, const char *path,
                                           AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                                           GError **error);
gboolean acini_export_write_instances_tiff (const AciniExportSource *source, const char *path,
                                            AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                                            GError **error);

G_END_DECLS
