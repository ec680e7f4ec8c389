/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Takes files and folders into a project, one after the other on a worker thread.  Before anything is written it asks
 * once, for all files of a call, whether they are what they seem to be. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

#define ACINI_TYPE_IMPORTER (acini_importer_get_type ())
/* Signals:
 *   changed ()                            progress, title or whether it is at work
 *   ask (files: GPtrArray of AciniPreviewFile)  what was found; acini_importer_answer () goes on.  Where nobody is
 *                                         connected they are taken as they are
 *   added (slide: int64)                  one more is in the project
 *   noted (sentence: string)              what its pixels were taken for, where the file does not say
 *   failed (sentence: string)             one could not be taken in; the sentence names it
 *   finished (n_added: uint, n_failed: uint)  nothing is left to do */
G_DECLARE_FINAL_TYPE (AciniImporter, acini_importer, ACINI, IMPORTER, GObject)

AciniImporter *acini_importer_new (AciniProject *project);
/* @files (element-type GFile): images, slides, or folders of them.  More may be added while it works. */
void acini_importer_add (AciniImporter *self, GListModel *files);
/* Imports of @files, which were asked about and may have been changed, those in @chosen; NULL: all.  Not called: none.
 */
void acini_importer_answer (AciniImporter *self, GPtrArray *files, GPtrArray *chosen);
void acini_importer_cancel (AciniImporter *self);

gboolean acini_importer_is_active (AciniImporter *self);
double acini_importer_get_fraction (AciniImporter *self); /* below 0: not known yet */
char *acini_importer_dup_title (AciniImporter *self);     /* "Adding train_3.png (2 of 7)" */

G_END_DECLS
