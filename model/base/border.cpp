/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/error.hpp"

#include "model/base/torch.hpp"

#include <cstring>

namespace acini
{

/* Torch's messages go on with a trace of its own calls; the first line says what happened. */
static std::string
first_line (const char *text)
{
  return std::string (text, std::strcspn (text, "\n"));
}

/* The CPU's allocator reports exhaustion as an ordinary error. */
static bool
is_out_of_memory (const char *text)
{
  return std::strstr (text, "can't allocate memory") != nullptr || std::strstr (text, "out of memory") != nullptr
         || std::strstr (text, "not enough memory") != nullptr;
}

static void
set_out_of_memory (GError **error, const char *detail)
{
  g_set_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_MEMORY,
               "There is not enough memory for this; try smaller patches or a smaller batch (%s)",
               first_line (detail).c_str ());
}

void
set_error_from_exception (GError **error) noexcept
{
  try
    {
      throw;
    }
  catch (const Error &e)
    {
      g_set_error_literal (error, ACINI_MODEL_ERROR, e.code, e.what ());
    }
  catch (const ForeignError &e)
    {
      g_propagate_error (error, g_error_copy (e.error));
    }
  catch (const c10::OutOfMemoryError &e)
    {
      set_out_of_memory (error, e.what_without_backtrace ());
    }
  catch (const c10::Error &e)
    {
      const char *text = e.what_without_backtrace ();

      if (is_out_of_memory (text))
        set_out_of_memory (error, text);
      else
        g_set_error_literal (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_FAILED, first_line (text).c_str ());
    }
  catch (const std::bad_alloc &e)
    {
      set_out_of_memory (error, e.what ());
    }
  catch (const std::exception &e)
    {
      if (is_out_of_memory (e.what ()))
        set_out_of_memory (error, e.what ());
      else
        g_set_error_literal (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_FAILED, first_line (e.what ()).c_str ());
    }
  catch (...)
    {
      g_set_error_literal (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_FAILED, "An unknown error inside the network");
    }
}

} // namespace acini
