/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a job's program has said, to be read and copied. */

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows the end of the file @path above @parent. */
void acini_log_dialog_present (const char *path, GtkWidget *parent);

G_END_DECLS
