/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How an image becomes a slide, where the image does not say it itself. */

#include <glib.h>

G_BEGIN_DECLS

/* The least width and height of a slide, pixels: a smaller image is filled up with white to that. */
#define ACINI_LEAST_SLIDE_SIDE 16

/* What a person says about an image that does not say it itself; all 0: nothing. */
typedef struct
{
  double mpp;       /* µm per pixel; 0: the file's */
  double low, high; /* what is black and white; both 0: by the file's depth */
  int bands[3];     /* which are red, green and blue, from 1; 0: those the file names */
  int page;         /* from 1; 0: the only one */
} AciniImageReading;

G_END_DECLS
