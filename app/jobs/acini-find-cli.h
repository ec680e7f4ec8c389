/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where acini-cli is. */

#include <glib.h>

G_BEGIN_DECLS

/* What the environment variable ACINI_CLI says, else beside this program, in the build folder, or in PATH.  Returns:
 * (transfer full) (nullable) */
char *acini_find_cli (void);
/* Whether ./run is still building acini-cli in the background: what needs it waits (see .ci/cli-when-built). */
gboolean acini_cli_is_being_built (void);

G_END_DECLS
