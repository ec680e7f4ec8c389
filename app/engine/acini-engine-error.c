/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/engine/acini-engine.h"

/* The names under which errors come over the connection. */
static const GDBusErrorEntry error_entries[] = {
  { ACINI_ENGINE_ERROR_START, "io.github.acini.Engine1.Error.Start" },
  { ACINI_ENGINE_ERROR_DIED, "io.github.acini.Engine1.Error.Died" },
  { ACINI_ENGINE_ERROR_FAILED, "io.github.acini.Engine1.Error.Failed" },
};

GQuark
acini_engine_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("acini-engine-error-quark", &quark, error_entries, G_N_ELEMENTS (error_entries));
  return (GQuark)quark;
}
