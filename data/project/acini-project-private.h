/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the parts of data/ that keep something in project.sqlite share. */

#include "data/base/acini-database.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

AciniDatabase *acini_project_get_database (AciniProject *self);

/* (transfer full) (nullable) what tells this project from all others, wherever it lies; a copy has the same.  NULL:
 * none could be written yet. */
char *acini_project_dup_id (AciniProject *self);
/* (transfer full) (nullable) the id of the project in @folder, which may be no project. */
char *acini_project_read_id (const char *folder);

/* The size of a slide in level-0 pixels; FALSE with ACINI_PROJECT_ERROR_NO_SUCH or another error. */
gboolean acini_project_get_slide_size (AciniTransaction *transaction, gint64 slide, gint64 *width, gint64 *height,
                                       GError **error);

void acini_project_set_no_such_slide (GError **error, gint64 slide);

/* acini_project_add_slide () once the file has been looked at: @width × @height pixels, @mpp_x and @mpp_y or 0. */
gint64 acini_project_add_slide_record (AciniProject *self, const char *path, const char *name, const char *organ,
                                       double mpp_x, double mpp_y, gint64 width, gint64 height, GError **error);

/* The same within @transaction, which the caller commits. */
gint64 acini_project_insert_slide (AciniProject *self, AciniTransaction *transaction, const char *path,
                                   const char *name, const char *organ, double mpp_x, double mpp_y, gint64 width,
                                   gint64 height, GError **error);

/* (transfer full) @path as it is stored: relative to the project folder when inside it. */
char *acini_project_shorten_path (AciniProject *self, const char *path);
/* (transfer full) @path as seen from the project folder, "../slides/a.svs"; it stays right where both move together. */
char *acini_project_make_relative (AciniProject *self, const char *path);
/* (transfer full) where a slide is: at @near (nullable), seen from the project folder, if it is there, else at
 * @stored. */
char *acini_project_find_place (AciniProject *self, const char *stored, const char *near);
/* The slide whose file is @path, removed ones too; 0: none, -1 with @error set. */
gint64 acini_project_find_by_path (AciniProject *self, AciniTransaction *transaction, const char *path, GError **error);
/* Writes where a slide's file is … */
gboolean acini_project_write_place (AciniProject *self, AciniTransaction *transaction, gint64 slide, const char *path,
                                    GError **error);
/* … and, where that is another place than before, a row of the journal. */
gboolean acini_project_move_slide (AciniProject *self, AciniTransaction *transaction, gint64 slide, const char *path,
                                   GError **error);

/* (transfer full) a stored path as an absolute one. */
char *acini_project_resolve_path (AciniProject *self, const char *stored);

G_END_DECLS
