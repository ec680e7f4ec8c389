/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* In how many pieces the numbers of a mask lie: an instance is in one, a class in many. */

#include <glib.h>

G_BEGIN_DECLS

/* Numbers of classes are small. */
#define ACINI_MASK_PIECES_MOST 20

typedef struct _AciniMaskPieces AciniMaskPieces;

AciniMaskPieces *acini_mask_pieces_new (int width);
void acini_mask_pieces_free (AciniMaskPieces *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniMaskPieces, acini_mask_pieces_free)

/* The next row of a mask from top to bottom. */
void acini_mask_pieces_push (AciniMaskPieces *self, const double *numbers);
/* Whether all numbers are whole, up to ACINI_MASK_PIECES_MOST, and lie in so many 4-connected pieces, specks left out,
 * that they are classes rather than instances. */
gboolean acini_mask_pieces_are_classes (const AciniMaskPieces *self);

G_END_DECLS
