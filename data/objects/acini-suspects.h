/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Places where the model was in doubt and no object is: the ones that it may have missed. */

#include "data/objects/acini-object-index.h"

G_BEGIN_DECLS

/* A connected place whose probability comes to half the cut of a class, but nowhere to the cut, where nobody has
 * labelled anything. */
typedef struct
{
  AciniRect box;      /* level-0 pixels */
  gint64 x, y;        /* its most probable pixel: what a decision about it is about */
  double probability; /* there, 0 … 1 */
  gint64 area;        /* level-0 pixels, about */
  int label;
  AciniReviewState state; /* what a person decided about it: new, or flagged */
} AciniSuspect;

/* The suspects of @source, the larger and more probable ones first, at most @most: (element-type AciniSuspect).  Looked
 * for in the prediction's pyramid of greatest probabilities, on at most 4096² places; what is smaller than @least
 * level-0 pixels, and what a person accepted or rejected (see acini_change_new_decision ()), is left out.  Not on the
 * main thread.  Returns: (transfer full), or NULL with @error set. */
GArray *acini_suspects_find (const AciniObjectSource *source, gint64 least, guint most, GError **error);

/* Leaves only those of @suspects (element-type AciniSuspect) that nobody has accepted or rejected, @most of them, and
 * fills in their states.  @exact: what was decided about their very point counts, else about any point in their box. */
gboolean acini_suspects_leave_out_decided (const AciniObjectSource *source, GArray *suspects, gboolean exact,
                                           guint most, GError **error);

G_END_DECLS
