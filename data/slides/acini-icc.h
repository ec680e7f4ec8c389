/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From the colours of a scanner, as its ICC profile describes them, to sRGB. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct _AciniIcc AciniIcc;

/* Returns: (transfer full), or NULL where @profile (@size bytes) is damaged or not one of RGB. */
AciniIcc *acini_icc_new (gconstpointer profile, gsize size);
void acini_icc_free (AciniIcc *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniIcc, acini_icc_free)

/* @n pixels of premultiplied ARGB32, in place; those that are not opaque stay as they are.  Any number of threads. */
void acini_icc_apply (AciniIcc *self, guint32 *pixels, gsize n);

G_END_DECLS
