/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The object that clicks and squiggles on a region of the screen mean.
 *
 * Where a model sees an object at the first prompt, that one, apart from its neighbours, is the first guess.  It is a
 * shape around the first prompt: the closed curve, in polar coordinates, that takes in the most evidence, found
 * by dynamic programming (as Timp and Karssemeijer, Medical Physics 31, 2004, find masses), along rays on which
 * evidence counts the less the more has spoken against it on the way.  The evidence is the model's probability, where
 * there is one, and a ridge regression on optical density at three scales, its spread, the probability and the
 * network's own features, fitted to what is inside and around, anew with every prompt.  A later prompt is taken for the
 * middle of what is wrong: as far as it lies from the edge of the shape, so far around it the shape changes, and the
 * regression learns it; then the edge is moved, pixel by pixel, by what is there.
 *
 * Everywhere: instead of one object, all that is like the prompts in the region ("live refinement").  The same
 * regression is fitted to the prompts and, weakly, to what the model is sure of, and says of each pixel which side it
 * is on.
 *
 * All coordinates are pixels of the region, y down.  Not thread-safe: one thread at a time. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct _AciniPrompts AciniPrompts;

/* What is on screen; @width and @height up to 1024 or so: more takes longer, not more memory than a few bytes a pixel.
 * Nothing of it is kept: it may be freed after acini_prompts_new (). */
typedef struct
{
  int width, height;
  const guint8 *rgb;         /* interleaved, row stride 3 × @width */
  const guint8 *probability; /* (nullable) of the class meant, 0 … 255 */
  const guint8 *computed;    /* (nullable) 0 where there is no probability; NULL: it is everywhere */
  const float *features;     /* (nullable) @n_features planes of @width × @height: of the network's decoder, say */
  int n_features;            /* at most ACINI_PROMPTS_FEATURES */
  gboolean everywhere;       /* not one object is meant, but all that is like the prompts */
} AciniPromptsRegion;

#define ACINI_PROMPTS_FEATURES 16

typedef struct
{
  double x, y;
} AciniPromptPoint;

AciniPrompts *acini_prompts_new (const AciniPromptsRegion *region);
void acini_prompts_free (AciniPrompts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniPrompts, acini_prompts_free)

/* Adds a click (@n 1) or a squiggle, its points joined by straight lines; outside the region they count at its edge.
 * The first one has to be positive, unless it is about everywhere. */
void acini_prompts_add (AciniPrompts *self, gboolean positive, const AciniPromptPoint *points, guint n);
/* Takes the last one back. Returns: whether there was one. */
gboolean acini_prompts_pop (AciniPrompts *self);
guint acini_prompts_get_n (AciniPrompts *self);

/* Sets @mask, @width × @height of the region, to 255 inside the object and 0 elsewhere.  Every positive prompt is
 * inside, every negative one outside; where they contradict each other the later one counts.  Returns: how many pixels
 * are inside. */
gsize acini_prompts_get_mask (AciniPrompts *self, guint8 *mask);

G_END_DECLS
