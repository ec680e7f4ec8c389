/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The demo project: artificial tissue, and real tissue if available. */

#include "data/base/acini-progress.h"

G_BEGIN_DECLS

/* Makes the project @folder with sections of artificial tissue, one of them labelled.  Where the environment variable
 * ACINI_SHARED names a folder with real tissue, some of it is taken in too.  The project appears complete or not at
 * all, so that an interrupted start makes it anew.  Takes about a minute: not on the main thread. Returns: whether it
 * is there now; FALSE with @error set, also where there was such a file before. */
gboolean acini_demo_make (const char *folder, AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                          GError **error);

G_END_DECLS
