/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Kaggle's run lengths: pairs "start length", 1-based, down the columns first. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_RLE_ERROR (acini_rle_error_quark ())
GQuark acini_rle_error_quark (void);

/* @mask: @width × @height bytes, row-major, not 0 = inside.  Returns: (transfer full) "" for an empty mask. */
char *acini_rle_encode (const guint8 *mask, gsize width, gsize height);
/* Sets the pixels of the runs in @mask (row-major, zeroed first) to 1.  Overlapping, unordered, odd or out-of-range
 * runs are errors that name the run. */
gboolean acini_rle_decode (const char *rle, gsize width, gsize height, guint8 *mask, GError **error);

G_END_DECLS
