/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a hand draws takes the place of objects, instead of being added to them. */

#include "data/labels/acini-stroke.h"
#include "data/objects/acini-object-paint.h"

G_BEGIN_DECLS

typedef struct
{
  AciniStroke *stroke;
  GPtrArray *cutouts; /* AciniCutout: those that go, as background, then what comes; empty: nothing is covered */
  gboolean moves;     /* the decision about the first one is to be about another pixel, so that what comes keeps it */
  gint64 from_x, from_y, x, y;
} AciniReplacement;

void acini_replacement_free (AciniReplacement *replacement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniReplacement, acini_replacement_free)

/* What @stroke covers becomes one object in place of the @n objects @ids or, @n 0, of the one of which it covers most,
 * if it covers any.  It is cut from whatever else of its class it touches.  Returns: (transfer full), or NULL with
 * @error set: one of them is locked, gone, or too large. */
AciniReplacement *acini_object_plan_replace (AciniObjectIndex *index, const gint64 *ids, guint n, AciniStroke *stroke,
                                             GError **error);
/* An AciniDrawFunc, the tool that of the stroke. */
gboolean acini_object_draw_replacement (AciniEdit *edit, gpointer replacement, GError **error);
/* (transfer full) (nullable) what is to be changed after it. */
AciniChange *acini_replacement_make_move (const AciniReplacement *replacement, gint64 slide);

G_END_DECLS
