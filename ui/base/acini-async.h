/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Work that touches a disk, away from the main thread. */

#include <gio/gio.h>

G_BEGIN_DECLS

/* On a worker thread.  What it finds out goes into @data.  FALSE: @error is set. */
typedef gboolean (*AciniWorkFunc) (gpointer data, GCancellable *cancellable, GError **error);
/* On the main thread.  @error NULL: it worked. */
typedef void (*AciniDoneFunc) (gpointer object, gpointer data, const GError *error);

/* Runs @work (@data) on a worker thread, then on the main thread @done (nullable) with @object (nullable), which stays
 * referenced until then, and frees @data.  @done is not called once @cancellable (nullable) is cancelled: a widget
 * cancels its own when it is disposed. */
void acini_async_run (gpointer object, GCancellable *cancellable, AciniWorkFunc work, AciniDoneFunc done, gpointer data,
                      GDestroyNotify free_data);

/* The same, but one after the other in the order of the calls: for what writes into a project. */
void acini_async_run_in_order (gpointer object, GCancellable *cancellable, AciniWorkFunc work, AciniDoneFunc done,
                               gpointer data, GDestroyNotify free_data);

/* Whether everything that acini_async_run_in_order () was asked for has been done. */
gboolean acini_async_is_idle (void);

G_END_DECLS
