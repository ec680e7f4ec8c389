/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How a failure inside model/ reaches the C header: as an exception up to the border, as a GError across it. */

#include "model/acini-model.h"

#include <stdexcept>
#include <string>

namespace acini
{

/* What went wrong, in one sentence for people. */
class Error : public std::runtime_error
{
public:
  Error (AciniModelError code, const std::string &message) : std::runtime_error (message), code (code) {}

  const AciniModelError code;
};

/* A GError that a callback gave, on its way through C++ frames; it crosses the border unchanged. */
class ForeignError : public std::exception
{
public:
  explicit ForeignError (GError *error) noexcept : error (error) {} /* takes @error */
  ForeignError (const ForeignError &other) noexcept : error (g_error_copy (other.error)) {}
  ForeignError &operator= (const ForeignError &) = delete;
  ~ForeignError () override { g_error_free (error); }
  const char *
  what () const noexcept override
  {
    return error->message;
  }

  GError *const error;
};

/* Throws Error with a message made as printf () does. */
[[noreturn]] void fail (AciniModelError code, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Inside a catch block: the exception in flight as a GError.  Exhausted memory, of the computer or of the device, is
 * ACINI_MODEL_ERROR_MEMORY, a device that fails _DEVICE, all that torch says otherwise _FAILED. */
void set_error_from_exception (GError **error) noexcept;

/* Runs @function; every exception becomes a GError.  Returns: whether there was none. */
template <typename Function>
bool
guard (GError **error, Function &&function) noexcept
{
  try
    {
      function ();
      return true;
    }
  catch (...)
    {
      set_error_from_exception (error);
      return false;
    }
}

} // namespace acini
