/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the parts of the simulated reader share. */

#include "data/study/acini-reader.h"

G_BEGIN_DECLS

#define ACINI_READER_KEY 0.3
#define ACINI_READER_CLICK 0.7
#define ACINI_READER_STROKE 1.0
#define ACINI_READER_SPEED 300.0 /* pixels of a stroke a second */

/* Outlines object @object with clicks until it is good enough, at most @most.  @mask: 255 where it then is.
 * Returns: how many clicks. */
guint acini_reader_click_object (const AciniReaderScreen *screen, const AciniReaderHands *hands, guint32 object,
                                 guint most, guint8 *mask, double *iou, double *first_iou);
/* A step of an unsteady hand, in pixels. */
void acini_reader_shake (const AciniReaderHands *hands, double *x, double *y);

G_END_DECLS
