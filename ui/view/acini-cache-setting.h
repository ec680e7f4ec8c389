/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How much memory decoded tiles may take: a setting of the user's, in tiles.ini of the configuration folder. */

#include <adwaita.h>

G_BEGIN_DECLS

/* Gives the process's tile cache the limit that the user has chosen, if any. */
void acini_cache_setting_load (void);

/* Rows for the preferences.  Returns: (transfer floating). */
GtkWidget *acini_cache_setting_make_group (void);

G_END_DECLS
