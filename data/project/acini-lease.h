/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Who may write a project on a network drive, where SQLite's locks are not to be trusted: whoever has written a lease
 * file into its folder.  The holder renews it every few seconds; one that was not renewed for a minute, by the clock of
 * the drive, or whose process on this computer is gone, can be taken over.
 *
 * A process has one lease of a folder, however often it takes it. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AciniLease AciniLease; /* thread-safe */

/* Returns: (transfer full) the lease, or NULL: with *@holder (transfer full) who has it, "Anna Berg on pathology-3", or
 * with @error set when the file cannot be written. */
AciniLease *acini_lease_take (const char *folder, char **holder, GError **error);
/* Whether another has taken it meanwhile, or it could not be renewed for so long that one may have. */
gboolean acini_lease_is_lost (AciniLease *self);
/* Gives it back: the file goes. */
void acini_lease_release (AciniLease *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniLease, acini_lease_release)

/* How often a lease is renewed, and when it is stale: for tests. */
void acini_lease_set_times (int renew_ms, int stale_ms);

G_END_DECLS
