/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which part of a slide is where on screen.
 *
 * Three systems of coordinates: slide points are level-0 pixels; screen points are the widget's logical pixels; between
 * them lies the canvas, the screen as it were if the slide was neither turned nor mirrored.  Layers draw on the canvas,
 * within acini_viewport_push (); pointers are on screen.  Edges of what is drawn side by side (tiles) go through
 * acini_viewport_snap_rect (), so that neighbours share one device pixel edge and no seam shows at any zoom. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  double x, y;               /* the slide point in the middle of the widget */
  double zoom;               /* logical screen pixels per level-0 pixel */
  double rotation;           /* degrees, clockwise on screen, 0 ≤ rotation < 360 */
  gboolean flipped;          /* mirrored left to right, before it is turned */
  double width, height;      /* of the widget, logical pixels */
  double scale;              /* device pixels per logical pixel */
  double origin_x, origin_y; /* of the widget on its surface, logical pixels */
} AciniViewport;

/* Between slide and screen, turned and mirrored. */
void acini_viewport_to_screen (const AciniViewport *self, double x, double y, double *screen_x, double *screen_y);
void acini_viewport_to_slide (const AciniViewport *self, double screen_x, double screen_y, double *x, double *y);
/* The same for a movement: what the slide has to move by, in level-0 pixels, for (@dx, @dy) on screen. */
void acini_viewport_vector_to_slide (const AciniViewport *self, double dx, double dy, double *x, double *y);

/* Between slide and canvas. */
static inline double
acini_viewport_to_canvas_x (const AciniViewport *self, double x)
{
  return (x - self->x) * self->zoom + self->width / 2;
}

static inline double
acini_viewport_to_canvas_y (const AciniViewport *self, double y)
{
  return (y - self->y) * self->zoom + self->height / 2;
}

/* What is appended until gtk_snapshot_restore () is on the canvas. */
void acini_viewport_push (const AciniViewport *self, GtkSnapshot *snapshot);

/* Whether the rows and columns of the slide's pixels run along the screen's. */
gboolean acini_viewport_is_upright (const AciniViewport *self);

/* The canvas rectangle of slide points (@x0, @y0) to (@x1, @y1), with its edges on device pixel boundaries of the
 * screen (of a slide that is turned freely no edge lies on one: as it is). */
void acini_viewport_snap_rect (const AciniViewport *self, double x0, double y0, double x1, double y1,
                               graphene_rect_t *rect);

/* The upright rectangle of slide points that holds all of the widget. */
void acini_viewport_get_area (const AciniViewport *self, double *x0, double *y0, double *x1, double *y1);

/* Fills @width … @origin_y for @widget as it is allocated now. */
void acini_viewport_measure (AciniViewport *self, GtkWidget *widget);

/* The zoom at which the whole slide fits, turned as it is, with a little air. */
double acini_viewport_get_fit (const AciniViewport *self, double slide_width, double slide_height);

/* Sets the zoom, with the slide point at screen point (@x, @y) staying there. */
void acini_viewport_zoom_at (AciniViewport *self, double zoom, double x, double y);

/* Turns to @rotation degrees (any number), with the slide point at screen point (@x, @y) staying there. */
void acini_viewport_rotate_at (AciniViewport *self, double rotation, double x, double y);

G_END_DECLS
