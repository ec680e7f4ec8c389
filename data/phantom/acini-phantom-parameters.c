/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"
#include "data/phantom/acini-phantom-parameters.h"

#include <glib/gi18n-lib.h>
#include <math.h>

G_DEFINE_QUARK (acini - phantom - error - quark, acini_phantom_error)

/* In the order of PhantomOrgan. */
static const char *const ORGANS[] = { "kidney", "largeintestine", "lung", "prostate", "spleen", NULL };

/* The greatest side, pixels: what a TIFF and libvips can address. */
#define MAX_SIDE 10000000

const char *const *
acini_phantom_get_organs (void)
{
  return ORGANS;
}

gboolean
acini_phantom_init (AciniPhantom *phantom, gint64 width, gint64 height, guint64 seed, const char *organ, double mpp,
                    GError **error)
{
  g_return_val_if_fail (phantom != NULL, FALSE);
  if (organ == NULL)
    organ = "largeintestine";
  if (!g_strv_contains (ORGANS, organ))
    {
      g_autofree char *known = g_strjoinv (", ", (char **)ORGANS);
      g_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_ORGAN,
                   _ ("There is no phantom of the organ “%s”. Choose one of %s."), organ, known);
      return FALSE;
    }
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
    {
      g_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_SIZE,
                   _ ("The width and height of a phantom must be from 1 to %d pixels."), MAX_SIDE);
      return FALSE;
    }
  if (mpp == 0.0)
    mpp = 0.5;
  if (!isfinite (mpp) || mpp < 0.05 || mpp > 20.0)
    {
      g_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_SIZE,
                   _ ("The µm per pixel of a phantom must be from 0.05 to 20."));
      return FALSE;
    }
  *phantom = (AciniPhantom){ .width = width, .height = height, .seed = seed, .mpp = mpp };
  g_strlcpy (phantom->organ, organ, sizeof phantom->organ);
  return TRUE;
}
