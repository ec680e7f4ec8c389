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

#if !GLIB_CHECK_VERSION(2, 76, 0)
static inline gboolean
g_set_str (char **place, const char *value)
{
  char *before = *place;

  if (g_strcmp0 (before, value) == 0)
    return FALSE;
  *place = g_strdup (value);
  g_free (before);
  return TRUE;
}
#endif
