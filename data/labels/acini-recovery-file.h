/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The files in the user's data folder that hold what could not be written to a project: how they are named, found,
 * locked and removed.  Their content is acini-editor-recovery.c's.
 *
 * A file belongs to the project whose id (acini_project_dup_id ()) its name begins with, so that it is found again
 * where the project was renamed, moved or copied.  How far it was taken in stands in the project itself, written in the
 * transaction of each step: a crash in between neither loses a step nor does one twice. */

#include "data/project/acini-project-private.h"

G_BEGIN_DECLS

/* Locked against other processes as long as somebody has it. */
typedef struct
{
  gatomicrefcount ref_count;
  char *path, *name;
  int lock; /* file descriptor */
} AciniRecovery;

AciniRecovery *acini_recovery_ref (AciniRecovery *self);
void acini_recovery_unref (AciniRecovery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniRecovery, acini_recovery_unref)

/* Writes the bytes of @content to a new file.  Returns: (transfer full) it, or NULL with @error set. */
AciniRecovery *acini_recovery_create (AciniProject *project, GVariant *content, GError **error);
/* (transfer full) (element-type AciniRecovery) the files named after @project that no other process has, oldest
 * first. */
GPtrArray *acini_recovery_list (AciniProject *project);
/* Whether a file that was written for the project in @folder is for @project: the same folder, or one where that
 * project is no more.  What was copied leaves the original's files to it. */
gboolean acini_recovery_is_for (AciniProject *project, const char *folder);
/* Writes into @transaction that the steps up to @place, from 1 on, were taken in. */
gboolean acini_recovery_mark (AciniRecovery *self, AciniTransaction *transaction, gsize place, GError **error);
/* How many steps of the file are in the project already. */
gsize acini_recovery_count_done (AciniRecovery *self, AciniProject *project);
/* All that is in the file is in the project: the file goes. */
void acini_recovery_remove (AciniRecovery *self, AciniProject *project);

G_END_DECLS
