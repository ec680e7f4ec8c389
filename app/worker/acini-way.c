/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-way.h"

/* Options as the command line has them. */
static void
append_options (GString *way, const AciniSegmentation *how)
{
  if (how->patch > 0 && how->patch != 512)
    g_string_append_printf (way, "--patch %d ", how->patch);
  if (how->overlap >= 0)
    g_string_append_printf (way, "--overlap %d ", how->overlap);
  if (how->flips)
    g_string_append (way, "--flips ");
  if (how->turns)
    g_string_append (way, "--turns ");
  for (guint i = 0; i < how->n_scales; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (way, "%s%s%s", i == 0 ? "--scales " : ",",
                              g_ascii_formatd (number, sizeof number, "%g", how->scales[i]),
                              i + 1 == how->n_scales ? " " : "");
    }
  if (!how->tissue)
    g_string_append (way, "--no-tissue-detection ");
}

static const char *
get_precision_name (AciniModel *model)
{
  switch (acini_model_get_precision (model))
    {
    case ACINI_PRECISION_BFLOAT16:
      return "bfloat16";
    case ACINI_PRECISION_FLOAT16:
      return "float16";
    case ACINI_PRECISION_FLOAT32:
    case ACINI_PRECISION_AUTO:
    default:
      return "float32";
    }
}

/* The instruction set that the kernels for this processor use: other ones sum in another order. */
static const char *
get_instruction_set (void)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx512bf16"))
    return "avx512-bf16";
  if (__builtin_cpu_supports ("avx512f"))
    return "avx512";
  if (__builtin_cpu_supports ("avx2"))
    return "avx2";
  return "sse";
#elif defined(__aarch64__)
  return "neon";
#else
  return "generic";
#endif
}

char *
acini_describe_way (AciniModel *model, const AciniSegmentation *how)
{
  g_autoptr (GString) way = g_string_new (NULL);
  const char *device;

  g_return_val_if_fail (model != NULL, NULL);

  device = acini_model_get_device (model);
  if (how != NULL)
    append_options (way, how);
  if (way->len > 0)
    way->str[way->len - 1] = ','; /* for the last blank */
  g_string_append_printf (way, "%s%s, %s", way->len > 0 ? " " : "", get_precision_name (model),
                          g_str_has_prefix (device, "cuda") ? "cuda" : device);
  if (!g_str_equal (device, "cpu"))
    return g_string_free (g_steal_pointer (&way), FALSE);
  g_string_append_printf (way, " %s", get_instruction_set ());
  if (acini_model_get_onednn () != ACINI_ONEDNN_ALL)
    g_string_append_printf (way, ", oneDNN %s", acini_onednn_to_string (acini_model_get_onednn ()));
  return g_string_free (g_steal_pointer (&way), FALSE);
}
