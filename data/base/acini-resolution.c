/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-resolution.h"

#include <glib/gi18n-lib.h>
#include <math.h>

G_DEFINE_QUARK (acini - resolution - error - quark, acini_resolution_error)

/* Of a resolution tag, µm per pixel: 300 dpi are 85, 1200 dpi, the finest of printers, 21. */
#define LEAST_OF_TAG 0.05
#define MOST_OF_TAG 20.0

gboolean
acini_mpp_is_plausible (double mpp)
{
  return isfinite (mpp) && mpp >= ACINI_LEAST_MPP && mpp <= ACINI_MOST_MPP;
}

static void
set_implausible (const char *number, GError **error)
{
  g_set_error (error, ACINI_RESOLUTION_ERROR, ACINI_RESOLUTION_ERROR_IMPLAUSIBLE,
               _ ("%s is not a plausible µm per pixel. Enter a number from %g to %g, such as 0.25 for 40×."), number,
               ACINI_LEAST_MPP, ACINI_MOST_MPP);
}

gboolean
acini_mpp_check (double mpp, GError **error)
{
  g_autofree char *number = g_strdup_printf ("%g", mpp);

  if (acini_mpp_is_plausible (mpp))
    return TRUE;
  set_implausible (number, error);
  return FALSE;
}

gboolean
acini_mpp_parse (const char *text, double *mpp, GError **error)
{
  char *end = NULL;
  double value;

  g_return_val_if_fail (text != NULL && mpp != NULL, FALSE);

  value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !acini_mpp_is_plausible (value))
    {
      g_autofree char *quoted = g_strdup_printf ("“%s”", text);

      set_implausible (quoted, error);
      return FALSE;
    }
  *mpp = value;
  return TRUE;
}

double
acini_mpp_from_resolution (double pixels, double unit)
{
  double mpp = pixels > 0 ? unit / pixels : 0;

  return mpp >= LEAST_OF_TAG && mpp <= MOST_OF_TAG ? mpp : 0;
}
