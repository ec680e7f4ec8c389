/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/interchange/acini-labels-import.h"

G_BEGIN_DECLS

/* acini-labels-import.c: the label of the class called @name, whatever the case; the project gets it where it lacks it.
 * Returns: 0 with @error set. */
guint8 acini_labels_import_take_class (AciniProject *project, const char *name, GError **error);

/* acini-runs-import.c: the run lengths of the slide in Kaggle's table @path; of a table of one row, whatever it is
 * called. */
gboolean acini_labels_import_table (AciniProject *project, const AciniSlideRecord *record, const char *path,
                                    AciniLabelsImport *import, GCancellable *cancellable, GError **error);

G_END_DECLS
