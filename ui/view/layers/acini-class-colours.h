/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The colours of classes: one for what a person decided, one for what only the network says (Okabe and Ito's, which
 * stay apart for people who do not tell red from green).  A project may have colours of its own for the former. */

#include "data/labels/acini-labels.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Classes with a colour of their own; with more, the colours repeat. */
#define ACINI_CLASS_COLOURS 6

/* The colours of the classes, 0xRRGGBB, from now on.  Main thread; what was coloured before stays as it is. */
void acini_class_colours_set (const guint32 decided[ACINI_CLASS_COLOURS], const guint32 predicted[ACINI_CLASS_COLOURS]);
/* The same for the colours of a project: of class i + 1 0xff000000 | 0xRRGGBB, 0 where nobody chose one. */
void acini_class_colours_set_project (const guint32 *colours, guint n);

void acini_class_colour_get (guint8 label, gboolean predicted, GdkRGBA *colour);
/* The same as premultiplied ARGB32, opaque; 0 for unlabelled and background. */
guint32 acini_class_colour_get_pixel (guint8 label, gboolean predicted);

G_END_DECLS
