/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests/gpu/run alone: what model/ takes from a GLib newer than that of the machine with the GPU. */

#include <glib.h>

#if !GLIB_CHECK_VERSION(2, 80, 0)
static inline void
g_strv_builder_take (GStrvBuilder *builder, char *value)
{
  g_strv_builder_add (builder, value);
  g_free (value);
}
#endif
