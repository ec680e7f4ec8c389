/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/error.hpp"

#include <cstdarg>

G_DEFINE_QUARK (acini - model - error - quark, acini_model_error)

namespace acini
{

void
fail (AciniModelError code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  /* Names come from files too. */
  g_autofree char *shown = g_utf8_make_valid (message, -1);
  throw Error (code, shown);
}

} // namespace acini
