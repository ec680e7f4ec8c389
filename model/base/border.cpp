/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/error.hpp"

#include "acini-config.h"
#include "model/base/torch.hpp"

#include <glib/gi18n-lib.h>

#include <cstring>

namespace acini
{

/* Torch's messages go on with a trace of its own calls; the first line says what happened. */
static std::string
first_line (const char *text)
{
  return std::string (text, std::strcspn (text, "\n"));
}

/* What it goes on with there may be a page. */
static std::string
first_sentence (const char *text)
{
  const std::string line = first_line (text);

  return line.substr (0, line.find (". "));
}

static bool
has_any (const char *text, std::initializer_list<const char *> all)
{
  for (const char *words : all)
    if (std::strstr (text, words) != nullptr)
      return true;
  return false;
}

/* The CPU's allocator reports exhaustion as an ordinary error, and so do NVIDIA's libraries. */
static bool
is_out_of_memory (const char *text)
{
  return has_any (text, { "can't allocate memory", "out of memory", "not enough memory", "STATUS_ALLOC_FAILED" });
}

/* libtorch's words for a GPU, its driver or one of NVIDIA's libraries that fail, or are gone. */
static bool
is_lost_device (const char *text)
{
  return has_any (text, { "CUDA error", "CUDA driver", "CUDA unknown error", "CUDA-capable device", "CUDA GPU",
                          "cuDNN error", "CUDNN_STATUS_", "CUBLAS_STATUS_", "CUSOLVER_STATUS_", "NVIDIA driver",
                          "support for cuda", "'CUDA' backend", "Cannot initialize CUDA" });
}

static void
set_out_of_memory (GError **error, const char *detail)
{
  g_set_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_MEMORY,
               "There is not enough memory for this; try smaller patches or a smaller batch (%s)",
               first_line (detail).c_str ());
}

/* What torch says. */
static void
set_failure (GError **error, const char *text)
{
  if (is_out_of_memory (text))
    set_out_of_memory (error, text);
  else if (is_lost_device (text))
    g_set_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_DEVICE,
                 _ ("The graphics card or its driver failed (%s). Restart the computer, or choose the processor as the "
                    "device, in the preferences or with --device cpu"),
                 first_sentence (text).c_str ());
  else
    g_set_error_literal (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_FAILED, first_line (text).c_str ());
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
      set_failure (error, e.what_without_backtrace ());
    }
  catch (const std::bad_alloc &e)
    {
      set_out_of_memory (error, e.what ());
    }
  catch (const std::exception &e)
    {
      set_failure (error, e.what ());
    }
  catch (...)
    {
      g_set_error_literal (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_FAILED, "An unknown error inside the network");
    }
}

} // namespace acini
