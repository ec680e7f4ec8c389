/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The demo project: artificial tissue, and real tissue if available. */

#include "data/base/acini-progress.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Makes the project @folder with sections of artificial tissue, one of them labelled.  Where the environment variable
 * ACINI_SHARED names a folder with real tissue, some of it is taken in too.  The project appears complete or not at
 * all, so that an interrupted start makes it anew.  Takes about half a minute: not on the main thread.  Returns:
 * whether it is there now; FALSE with @error set, also where there was such a file before. */
gboolean acini_demo_make (const char *folder, AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                          GError **error);

/* The same with the first section only, a labelled one, which takes a second or two; acini_demo_complete () adds what
 * is missing. */
gboolean acini_demo_begin (const char *folder, AciniProgressFunc progress, gpointer user_data,
                           GCancellable *cancellable, GError **error);
/* Adds to the demo project, slide by slide, what it does not have yet; what was added once and removed by the user does
 * not come back.  Does nothing, and returns TRUE, while another program is at it. */
gboolean acini_demo_complete (AciniProject *project, AciniProgressFunc progress, gpointer user_data,
                              GCancellable *cancellable, GError **error);

G_END_DECLS
