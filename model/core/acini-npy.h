/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Arrays in NumPy's .npy format (versions 1 to 3), little endian, C order: float32 ("<f4") and int64 ("<i8").
 * Plain C without torch. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_NPY_ERROR (acini_npy_error_quark ())
GQuark acini_npy_error_quark (void);

typedef enum
{
  ACINI_NPY_ERROR_DAMAGED,     /* not an array, truncated */
  ACINI_NPY_ERROR_UNSUPPORTED, /* another element type, order of bytes or of axes, or too many axes */
} AciniNpyError;

#define ACINI_NPY_MAX_DIMS 8

typedef struct
{
  int n_dims; /* 0: one number */
  gint64 shape[ACINI_NPY_MAX_DIMS];
  gint64 n_elements; /* product of @shape */
  float *floats;     /* one of the two is there */
  gint64 *integers;
} AciniNpy;

AciniNpy *acini_npy_load (const char *path, GError **error);
/* Writes float32, atomically. */
gboolean acini_npy_save (const char *path, const float *values, const gint64 *shape, int n_dims, GError **error);
void acini_npy_free (AciniNpy *npy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniNpy, acini_npy_free)

G_END_DECLS
