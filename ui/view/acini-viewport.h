/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which part of a slide is where on screen.  Slide points are level-0 pixels, screen points the widget's logical
 * pixels.  Edges of what is drawn side by side (tiles) go through acini_viewport_snap_x () and _y (), so that neighbours
 * share one device pixel edge and no seam shows at any zoom. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  double x, y;               /* the slide point in the middle of the widget */
  double zoom;               /* logical screen pixels per level-0 pixel */
  double width, height;      /* of the widget, logical pixels */
  double scale;              /* device pixels per logical pixel */
  double origin_x, origin_y; /* of the widget on its surface, logical pixels */
} AciniViewport;

static inline double
acini_viewport_to_screen_x (const AciniViewport *self, double x)
{
  return (x - self->x) * self->zoom + self->width / 2;
}

static inline double
acini_viewport_to_screen_y (const AciniViewport *self, double y)
{
  return (y - self->y) * self->zoom + self->height / 2;
}

static inline double
acini_viewport_to_slide_x (const AciniViewport *self, double x)
{
  return (x - self->width / 2) / self->zoom + self->x;
}

static inline double
acini_viewport_to_slide_y (const AciniViewport *self, double y)
{
  return (y - self->height / 2) / self->zoom + self->y;
}

/* The screen edge of slide coordinate @x, on a device pixel boundary. */
double acini_viewport_snap_x (const AciniViewport *self, double x);
double acini_viewport_snap_y (const AciniViewport *self, double y);

/* The screen rectangle of slide points (@x0, @y0) to (@x1, @y1), snapped. */
void acini_viewport_snap_rect (const AciniViewport *self, double x0, double y0, double x1, double y1,
                               graphene_rect_t *rect);

/* The slide points in the corners of the widget. */
void acini_viewport_get_area (const AciniViewport *self, double *x0, double *y0, double *x1, double *y1);

/* Fills @width … @origin_y for @widget as it is allocated now. */
void acini_viewport_measure (AciniViewport *self, GtkWidget *widget);

/* The zoom at which the whole slide fits, with a little air. */
double acini_viewport_get_fit (const AciniViewport *self, double slide_width, double slide_height);

/* Sets the zoom, with the slide point at screen point (@x, @y) staying there. */
void acini_viewport_zoom_at (AciniViewport *self, double zoom, double x, double y);

G_END_DECLS
