/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A disk that becomes full, for SQLite: its default VFS, whose files count what is written to them. */

#include <glib.h>

G_BEGIN_DECLS

/* Has all connections opened from now on go through it.  Once, before any is. */
void acini_failing_vfs_install (void);
/* After @n more writes and syncs all further ones fail as on a full disk; below 0: none does. */
void acini_failing_vfs_set_room (int n);
/* From now on all syncs fail, and what is written does not; FALSE: they work again. */
void acini_failing_vfs_refuse_syncs (gboolean refuse);
/* How many syncs there were, failed ones included. */
int acini_failing_vfs_get_n_syncs (void);
/* Whether any failed since the last call of acini_failing_vfs_set_room (). */
gboolean acini_failing_vfs_has_failed (void);

G_END_DECLS
