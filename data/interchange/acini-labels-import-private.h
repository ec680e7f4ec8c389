/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/interchange/acini-labels-import.h"

G_BEGIN_DECLS

/* acini-labels-import.c: the label of the class called @name, whatever the case; the project gets it where it lacks it.
 * Returns: 0 with @error set. */
guint8 acini_labels_import_take_class (AciniProject *project, const char *name, GError **error);

G_END_DECLS
