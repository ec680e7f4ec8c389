/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The seams: where two pixels of one class that lie beside each other belong to two objects.
 *
 * One byte a level-0 pixel, ACINI_SEAM_LEFT where it is cut from the pixel before it in its row and ACINI_SEAM_UPPER
 * from that in its column; sparse tiles, beside those of the labels and edited with them (acini_edit_cut ()).
 * Components, outlines, counts and exports respect them; areas and training do not see them.  A seam is about two
 * pixels of one class: when either gets another label, the seam goes. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

enum
{
  ACINI_SEAM_LEFT = 1,
  ACINI_SEAM_UPPER = 2,
};

/* In what is to become of seams (acini_edit_cut ()): beside the others, those that are there stay; or all stay. */
#define ACINI_SEAM_ADD 128
#define ACINI_SEAM_KEEP 255

/* Reads @width × @height level-0 pixels from (@x, @y); 0 outside the slide.  *@any (nullable): whether there is any
 * seam; where there is none @seams is then left as it was. */
gboolean acini_seams_read (AciniProject *project, gint64 slide, gint64 x, gint64 y, int width, int height,
                           guint8 *seams, gboolean *any, GError **error);

/* The seams between the instances of a picture of @width × @height pixels: @instances, 0 outside, from @above
 * (nullable), the row before the first one, on.  @seams: a byte each. */
void acini_seams_from_instances (const guint32 *instances, const guint32 *above, int width, int height, guint8 *seams);

G_END_DECLS
