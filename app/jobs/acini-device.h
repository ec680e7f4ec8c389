/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the networks compute that this process has others run: jobs that it prepares, the engine that it starts. */

#include <glib.h>

G_BEGIN_DECLS

/* @device: "auto" (a GPU where there is one: so it is at first), "cpu", "cuda" or "cuda:N".  Any thread. */
void acini_set_device (const char *device);
/* Returns: (transfer none) interned, never NULL. */
const char *acini_get_device (void);

G_END_DECLS
