/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-device.h"

static const char *chosen; /* interned, atomic; NULL: none yet */

void
acini_set_device (const char *device)
{
  g_return_if_fail (device != NULL);
  g_atomic_pointer_set (&chosen, g_intern_string (device));
}

const char *
acini_get_device (void)
{
  const char *device = g_atomic_pointer_get (&chosen);

  return device != NULL ? device : g_intern_static_string ("auto");
}
