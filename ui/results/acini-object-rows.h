/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The rows of a table of objects: a GListModel of AciniObjectRow.  A row is made when it is asked for, and reads its
 * object, with its neighbours, on a worker thread; a few thousand are kept.  So a million rows are an array of keys. */

#include "ui/results/acini-results-source.h"

G_BEGIN_DECLS

#define ACINI_TYPE_OBJECT_ROW (acini_object_row_get_type ())
/* Property: "loaded" (boolean, notified). */
G_DECLARE_FINAL_TYPE (AciniObjectRow, acini_object_row, ACINI, OBJECT_ROW, GObject)

/* NULL until it is loaded, and where it is no more. */
const AciniObject *acini_object_row_get (AciniObjectRow *self);
gboolean acini_object_row_is_loaded (AciniObjectRow *self);
guint acini_object_row_get_slide (AciniObjectRow *self); /* its number in the source */

#define ACINI_TYPE_OBJECT_ROWS (acini_object_rows_get_type ())
G_DECLARE_FINAL_TYPE (AciniObjectRows, acini_object_rows, ACINI, OBJECT_ROWS, GObject)

AciniObjectRows *acini_object_rows_new (void);
/* Shows the objects of @keys (element-type AciniObjectKey; both nullable), in their order. */
void acini_object_rows_set (AciniObjectRows *self, AciniResultsSource *source, GArray *keys);

G_END_DECLS
