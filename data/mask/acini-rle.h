/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Kaggle's run lengths: pairs "start length", 1-based, down the columns first. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_RLE_ERROR (acini_rle_error_quark ())
GQuark acini_rle_error_quark (void);

/* For masks larger than memory: pixels are pushed in the order of the runs, down one column after the other. */
typedef struct _AciniRleEncoder AciniRleEncoder;
AciniRleEncoder *acini_rle_encoder_new (void);
/* The next @n pixels, @stride bytes apart; not 0 = inside. */
void acini_rle_encoder_push (AciniRleEncoder *self, const guint8 *pixels, gsize n, gsize stride);
/* Returns: (transfer full) the runs; @self is freed. */
char *acini_rle_encoder_finish (AciniRleEncoder *self);

/* @mask: @width × @height bytes, row-major, not 0 = inside.  Returns: (transfer full) "" for an empty mask. */
char *acini_rle_encode (const guint8 *mask, gsize width, gsize height);
/* Sets the pixels of the runs in @mask (row-major, zeroed first) to 1.  Overlapping, unordered, odd or out-of-range
 * runs are errors that name the run. */
gboolean acini_rle_decode (const char *rle, gsize width, gsize height, guint8 *mask, GError **error);

G_END_DECLS
