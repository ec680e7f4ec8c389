/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where acini-cli is. */

#include <glib.h>

G_BEGIN_DECLS

/* What the environment variable ACINI_CLI says, else beside this program, in the build folder, or in PATH.  Returns:
 * (transfer full) (nullable) */
char *acini_find_cli (void);

G_END_DECLS
