/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Objects made larger, smaller and smoother: dilation, erosion, and a closing followed by an opening, with a disc. */

#include "data/objects/acini-object-paint.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_RESHAPE_GROW,
  ACINI_RESHAPE_SHRINK,
  ACINI_RESHAPE_SMOOTH,
} AciniReshape;

/* What the @n objects @ids become with a disc of @radius level-0 pixels.  None grows over another one, and those that
 * come to touch stay two; what an object loses is background.  Returns: (transfer full) (element-type AciniCutout), to
 * be drawn in their order, or NULL with @error set. */
GPtrArray *acini_object_reshape (AciniObjectIndex *index, const gint64 *ids, guint n, AciniReshape reshape,
                                 double radius, GArray *middles, GError **error);

G_END_DECLS
