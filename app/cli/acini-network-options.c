/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-network-options.h"

#include "app/cli/acini-command.h"

gboolean acini_option_quiet, acini_option_json;
static char *option_device, *option_precision, *option_onednn;
static int option_threads;
static gboolean option_allow_program;
static AciniModelOptions options;

const GOptionEntry *
acini_common_options (void)
{
  static const GOptionEntry entries[] = {
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &acini_option_quiet, "Print only errors", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &acini_option_json, "Print the result as a JSON object", NULL },
    { NULL },
  };

  return entries;
}

const GOptionEntry *
acini_network_options (void)
{
  static const GOptionEntry entries[] = {
    { "device", 0, 0, G_OPTION_ARG_STRING, &option_device,
      "Device: auto, cpu, cuda or cuda:N (auto: a GPU if there is one)", "DEVICE" },
    { "precision", 0, 0, G_OPTION_ARG_STRING, &option_precision, "float32, bfloat16, float16 or auto", "PRECISION" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &option_threads, "CPU threads (default: one per core)", "N" },
    { "onednn", 0, 0, G_OPTION_ARG_STRING, &option_onednn,
      "What libtorch's oneDNN may use: all, avx512, avx2, sse41 or off (default: the most that works here)", "LEVEL" },
    { "allow-program", 0, 0, G_OPTION_ARG_NONE, &option_allow_program,
      "Run a TorchScript file of a network that Acini does not know: a program, which may do what its author wrote",
      NULL },
    { NULL },
  };

  return entries;
}

gboolean
acini_network_options_check (GError **error)
{
  const char *const names[] = { "auto", "float32", "bfloat16", "float16" };
  AciniOneDnn level = ACINI_ONEDNN_ALL;

  options = (AciniModelOptions){ .device = option_device,
                                 .threads = option_threads,
                                 .allow_program = option_allow_program };
  if (option_threads < 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "%d threads are too few. Use 1 or more.",
                   option_threads);
      return FALSE;
    }
  if (option_onednn != NULL && !acini_onednn_from_string (option_onednn, &level))
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                   "“%s” is nothing that oneDNN may use: it is one of all, avx512, avx2, sse41 and off.",
                   option_onednn);
      return FALSE;
    }
  acini_model_limit_onednn (level);
  if (option_precision == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (option_precision, names[i]))
      {
        options.precision = (AciniPrecision)i;
        return TRUE;
      }
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
               "“%s” is not a precision. Use auto, float32, bfloat16 or float16.", option_precision);
  return FALSE;
}

const AciniModelOptions *
acini_network_options_get (void)
{
  return &options;
}

const char *
acini_network_options_get_precision (void)
{
  return option_precision;
}

gboolean
acini_network_options_has_precision (void)
{
  return option_precision != NULL;
}
