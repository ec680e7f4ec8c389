/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A QuPath project: its slides, with the objects of each that were exported as data/N/NAME.geojson. */

#include "data/interchange/acini-competition.h"

G_BEGIN_DECLS

/* Whether @path is one, as its folder or its file project.qpproj. */
gboolean acini_qupath_project_is (const char *path);

/* Calls @func for each image whose file is found: where the project says, where it lay beside the project when that was
 * elsewhere, or by its name in the project's folder or in “images” there.  *@n_missing: those that are not;
 * *@n_unread: those whose objects are only in data.qpdata, which nothing but QuPath reads. */
gboolean acini_qupath_project_foreach (const char *path, AciniCompetitionFunc func, gpointer user_data,
                                       guint *n_missing, guint *n_unread, GError **error);

G_END_DECLS
