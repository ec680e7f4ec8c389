/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Frozen labels: the tables of the label layers in a file of their own, which a training job reads. */

#include "data/labels/acini-labels.h"

G_BEGIN_DECLS

/* Writes a frozen copy of the label layers (no journal) of @slides (element-type gint64; NULL: all labelled ones) to
 * a new SQLite file with the same tables: a training job reads it with acini_label_snapshot_read ().  What lies in
 * an exclusion (acini-region.h) is unlabelled there, and, where @region is not NULL, what does not lie in a region of
 * that name.  Atomic. */
gboolean acini_labels_write_snapshot (AciniProject *project, GArray *slides, const char *region, const char *path,
                                      GError **error);

typedef struct _AciniLabelSnapshot AciniLabelSnapshot; /* thread-safe */
AciniLabelSnapshot *acini_label_snapshot_open (const char *path, GError **error);
void acini_label_snapshot_free (AciniLabelSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniLabelSnapshot, acini_label_snapshot_free)
gboolean acini_label_snapshot_read (AciniLabelSnapshot *self, gint64 slide, int level, gint64 x, gint64 y, int width,
                                    int height, guint8 *labels, GError **error);
GArray *acini_label_snapshot_list_tiles (AciniLabelSnapshot *self, gint64 slide, GError **error);
/* When each of @tiles, as the function before lists them, was last worked on: (element-type gint64) Unix time, 0 where
 * that is not known.  Returns: (transfer full) */
GArray *acini_label_snapshot_list_times (AciniLabelSnapshot *self, gint64 slide, GArray *tiles, GError **error);

/* Writes such a file of labels that are nobody's: one slide after the other, of each its level-0 tiles, none twice.
 * Nothing is there before it is finished.  One thread. */
typedef struct _AciniLabelWriter AciniLabelWriter;
AciniLabelWriter *acini_label_writer_new (const char *path, GError **error);
gboolean acini_label_writer_begin (AciniLabelWriter *self, gint64 slide, gint64 width, gint64 height, GError **error);
/* @labels: ACINI_LABEL_TILE × ACINI_LABEL_TILE */
gboolean acini_label_writer_put (AciniLabelWriter *self, gint64 column, gint64 row, const guint8 *labels,
                                 GError **error);
gboolean acini_label_writer_finish (AciniLabelWriter *self, GError **error);
void acini_label_writer_free (AciniLabelWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniLabelWriter, acini_label_writer_free)

G_END_DECLS
