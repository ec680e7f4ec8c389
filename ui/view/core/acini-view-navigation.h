/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Moving, zooming and turning the view. */

#include "data/labels/acini-labels.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

void acini_slide_view_fit (AciniSlideView *self);
void acini_slide_view_zoom_native (AciniSlideView *self);            /* one screen pixel per level-0 pixel */
#define ACINI_ZOOM_STEP 1.5                                          /* of a key or a button */
void acini_slide_view_zoom_by (AciniSlideView *self, double factor); /* about the centre, animated */
/* To 10×, 40× …: about the centre, animated.  Of a slide that does not tell what 1:1 is, that counts as 40×. */
void acini_slide_view_magnify (AciniSlideView *self, double times);
/* By @degrees clockwise on screen, about the centre. */
void acini_slide_view_rotate_by (AciniSlideView *self, double degrees);
void acini_slide_view_centre_on (AciniSlideView *self, double x, double y);
/* Shows @area, level-0 pixels, in the middle, with its surroundings: it takes a third of the view. */
void acini_slide_view_show_area (AciniSlideView *self, const AciniRect *area);
/* The part of the slide on screen, in level-0 pixels, within the slide. */
void acini_slide_view_get_visible (AciniSlideView *self, AciniRect *visible);
double acini_slide_view_get_zoom (AciniSlideView *self);

/* For the view's own files.  Animated; the slide point at the screen point stays. */
void acini_view_zoom_to (AciniSlideView *self, double zoom, double x, double y);
/* About the centre, at once: for a hand that holds a stick, frame by frame. */
void acini_view_scale_by (AciniSlideView *self, double factor);
/* Moves the slide by screen pixels, animated. */
void acini_view_glide_by (AciniSlideView *self, double dx, double dy);
/* Lets the slide go with a speed in screen pixels a second. */
void acini_view_flick (AciniSlideView *self, double speed_x, double speed_y);
/* Turns to @rotation degrees; the slide point at the screen point stays. */
void acini_view_turn_at (AciniSlideView *self, double rotation, double x, double y);

G_END_DECLS
