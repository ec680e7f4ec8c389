/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What µm per pixel a picture of tissue can have; one rule for every source: a file, an option, a project. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_RESOLUTION_ERROR (acini_resolution_error_quark ())
GQuark acini_resolution_error_quark (void);

typedef enum
{
  ACINI_RESOLUTION_ERROR_IMPLAUSIBLE,
} AciniResolutionError;

/* µm per pixel. */
#define ACINI_LEAST_MPP 0.01
#define ACINI_MOST_MPP 100.0

/* Whether @mpp, µm per pixel, is a number from ACINI_LEAST_MPP to ACINI_MOST_MPP. */
gboolean acini_mpp_is_plausible (double mpp);
/* The same, with a sentence in @error for people where it is not. */
gboolean acini_mpp_check (double mpp, GError **error);
/* Reads what a person typed. */
gboolean acini_mpp_parse (const char *text, double *mpp, GError **error);

/* µm per pixel from a resolution tag in pixels per @unit µm, 0 where no microscope wrote it: programs put 72 or 300
 * dots per inch, of a screen or a printer, into every file. */
double acini_mpp_from_resolution (double pixels, double unit);

G_END_DECLS
