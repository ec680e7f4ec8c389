/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Movement of a viewport that goes on by itself and eases out. */

#include "ui/view/grid/acini-viewport.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean zooming;
  double zoom_target;
  double anchor_x, anchor_y; /* the screen point that stays */
  double left_x, left_y;     /* of a step of the arrow keys: screen pixels still to go */
  double speed_x, speed_y;   /* kinetic: screen pixels a second */
  gint64 last;               /* frame time of the last step, µs; 0: at rest */
} AciniMotion;

/* Zooms to @zoom; the slide point at the screen point stays, and other movement ends. */
void acini_motion_zoom_to (AciniMotion *self, double zoom, double x, double y);
/* Lets go with a speed in screen pixels a second; what is too slow for a flick stops at once.  However fast the hand
 * was, it goes no further than about a screen.  Returns: whether it moves. */
gboolean acini_motion_flick (AciniMotion *self, double speed_x, double speed_y);

/* One frame: zooms @viewport, and sets (*@dx, *@dy) to the screen pixels that the slide is to be moved by.
 * Returns: whether it goes on. */
gboolean acini_motion_step (AciniMotion *self, AciniViewport *viewport, gint64 frame_time, double *dx, double *dy);

G_END_DECLS
