/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How long work says how far it is. */

#include <gio/gio.h>

G_BEGIN_DECLS

/* @fraction is 0 … 1.  Called on the thread that does the work. */
typedef void (*AciniProgressFunc) (double fraction, gpointer user_data);

G_END_DECLS
