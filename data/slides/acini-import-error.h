/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The errors of all that reads and converts images. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_IMPORT_ERROR (acini_import_error_quark ())
GQuark acini_import_error_quark (void);

typedef enum
{
  ACINI_IMPORT_ERROR_NOT_AN_IMAGE,
  ACINI_IMPORT_ERROR_DAMAGED,
  ACINI_IMPORT_ERROR_WRITE,     /* full disk, no permission */
  ACINI_IMPORT_ERROR_AMBIGUOUS, /* its pixels may mean several things; the sentence says how to tell which */
} AciniImportError;

G_END_DECLS
