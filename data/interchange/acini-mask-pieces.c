/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/interchange/acini-mask-pieces.h"

#include <math.h>

/* Pixels of a piece that is no speck. */
#define LEAST_AREA 16
/* Pieces a number, on average, from which numbers are classes: a gland that is cut by the edge, or drawn in two
 * strokes, is in two. */
#define PIECES_OF_A_CLASS 3

typedef struct
{
  guint32 parent; /* place of itself: a root */
  guint32 number;
  guint64 area;
} Piece;

struct _AciniMaskPieces
{
  int width;
  gboolean other; /* a number that is none of a class */
  GArray *pieces; /* of Piece */
  guint32 *above; /* of each pixel of the row before: its piece + 1, 0: the ground */
};

AciniMaskPieces *
acini_mask_pieces_new (int width)
{
  AciniMaskPieces *self = g_new0 (AciniMaskPieces, 1);

  self->width = width;
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  self->above = g_new0 (guint32, width);
  return self;
}

void
acini_mask_pieces_free (AciniMaskPieces *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->pieces);
  g_free (self->above);
  g_free (self);
}

static guint32
find_root (const AciniMaskPieces *self, guint32 place)
{
  Piece *pieces = (Piece *)(gpointer)self->pieces->data;

  while (pieces[place].parent != place)
    place = pieces[place].parent = pieces[pieces[place].parent].parent;
  return place;
}

/* The piece of a pixel with @number between those at its left and above; 0: none. */
static guint32
join (AciniMaskPieces *self, guint32 number, guint32 left, guint32 above)
{
  Piece *pieces = (Piece *)(gpointer)self->pieces->data;
  guint32 found;

  left = left > 0 && pieces[left - 1].number == number ? find_root (self, left - 1) + 1 : 0;
  above = above > 0 && pieces[above - 1].number == number ? find_root (self, above - 1) + 1 : 0;
  found = MAX (left, above);
  if (found == 0)
    {
      Piece piece = { self->pieces->len, number, 0 };

      g_array_append_val (self->pieces, piece);
      found = self->pieces->len;
    }
  else if (left > 0 && above > 0 && left != above)
    {
      guint32 gone = MIN (left, above);

      pieces[gone - 1].parent = found - 1;
      pieces[found - 1].area += pieces[gone - 1].area;
    }
  g_array_index (self->pieces, Piece, found - 1).area++;
  return found;
}

void
acini_mask_pieces_push (AciniMaskPieces *self, const double *numbers)
{
  guint32 left = 0;

  for (int x = 0; x < self->width && !self->other; x++)
    {
      double number = numbers[x];

      self->other = !(number >= 0 && number <= ACINI_MASK_PIECES_MOST) || number != rint (number)
                    || self->pieces->len >= G_MAXINT32 / 2;
      if (!self->other)
        self->above[x] = left = number > 0 ? join (self, (guint32)number, left, self->above[x]) : 0;
    }
}

gboolean
acini_mask_pieces_are_classes (const AciniMaskPieces *self)
{
  gboolean used[ACINI_MASK_PIECES_MOST + 1] = { FALSE };
  guint n_numbers = 0, n_pieces = 0;

  for (guint i = 0; i < self->pieces->len && !self->other; i++)
    {
      const Piece *piece = &g_array_index (self->pieces, Piece, i);

      if (piece->parent != i || piece->area < LEAST_AREA)
        continue;
      n_pieces++;
      n_numbers += !used[piece->number];
      used[piece->number] = TRUE;
    }
  return !self->other && n_numbers > 1 && n_pieces >= PIECES_OF_A_CLASS * n_numbers;
}
