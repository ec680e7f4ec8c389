/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The columns of the table of an import: what each shows of an AciniImportRow, and lets change. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

void acini_import_columns_add (GtkColumnView *table);

G_END_DECLS
