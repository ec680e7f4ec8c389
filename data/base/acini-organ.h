/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The organs whose tissue units are known, by the ids that projects, models' cards and options use. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_ORGAN_ERROR (acini_organ_error_quark ())
GQuark acini_organ_error_quark (void);

typedef enum
{
  ACINI_ORGAN_ERROR_UNKNOWN,
} AciniOrganError;

/* What a person typed as the id of an organ, whatever the case and the spaces; "" for "unknown".
 * Returns: (transfer none) static, or NULL with @error set, which lists them. */
const char *acini_organ_parse (const char *text, GError **error);

G_END_DECLS
