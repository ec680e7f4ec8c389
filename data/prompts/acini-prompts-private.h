/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Private to data/prompts: the region on its working grid, and what is done with it. */

#include "data/prompts/acini-prompts.h"

G_BEGIN_DECLS

/* The longest side of the working grid, pixels. */
#define ACINI_PROMPTS_SIDE 400

typedef struct
{
  int width, height; /* of the working grid */
  int step;          /* pixels of the region per pixel of it */
  int n_planes;
  float *planes;   /* what the regression knows of each pixel: @n_planes numbers of about unit size, pixel by pixel */
  float *prior;    /* what the model says, -1 … 1; NULL: there is none */
  float *evidence; /* for the object above 0, against it below; scratch of the growth */
  float *gradient; /* of the smoothed density, mean 1 */
} AciniPromptsField;

void acini_prompts_field_init (AciniPromptsField *self, const AciniPromptsRegion *region);
void acini_prompts_field_clear (AciniPromptsField *self);

/* A prompt in pixels of the working grid: pixel (i, j) has its middle at (i, j). */
typedef struct
{
  gboolean positive;
  const AciniPromptPoint *points;
  guint n;
  float reach; /* of a correction: how far the change reaches around it, 0 of the first prompt */
} AciniPromptsLine;

/* Fits the regression to the shape (signed distance, NULL: none yet) and to the prompts, and leaves in @evidence what
 * it says together with the model. */
void acini_prompts_learn (AciniPromptsField *self, const AciniPromptsLine *lines, guint n, const float *shape);
/* The same fitted to the prompts and to what the model is sure of (where there is none, to what is common): what is
 * like the prompts, into @shape above 0. */
void acini_prompts_spread (AciniPromptsField *self, const AciniPromptsLine *lines, guint n, float *shape);
/* Sets @shape to what the model takes for the object at the first prompt: of its mask, at the
 * cut that has the prompt most in the middle, the part between two waists.
 * FALSE where it sees none there. */
gboolean acini_prompts_find_piece (const AciniPromptsField *self, const AciniPromptsLine *line, float *shape);
/* The shape that a first prompt means, as signed distance in working pixels, above 0 inside. */
void acini_prompts_grow (AciniPromptsField *self, const AciniPromptsLine *line, float *shape);
/* Changes @shape as the last of @n prompts asks. */
void acini_prompts_correct (AciniPromptsField *self, const AciniPromptsLine *lines, guint n, float *shape);

/* Makes @shape the signed distance of its own sign (Felzenszwalb and Huttenlocher, 2012). */
void acini_prompts_redistance (float *shape, int width, int height);
/* A Gaussian of @sigma by three box filters; @scratch: width × height. */
void acini_prompts_smooth (float *plane, int width, int height, float sigma, float *scratch);
float acini_prompts_median (float *values, guint n);
/* 255 into @mask of @width × @height of the region, where @shape, smooth between its pixels, is above 0. */
void acini_prompts_enlarge (const AciniPromptsField *self, const float *shape, int width, int height, guint8 *mask);

G_END_DECLS
