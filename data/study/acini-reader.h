/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A simulated reader who knows the truth: how long hands take to outline FTUs, and to mend what a model found.
 *
 * A key takes 0.3 s, a click 0.7 s, a stroke 1 s and its length at 300 pixels a second, as long as the hand needs after
 * the eye has seen.  The reader clicks into the middle of what is most wrong, as people are modelled since Xu et al.,
 * Deep Interactive Object Selection (2016).  A stroke takes away, or adds, what a brush of half the radius of the
 * largest disc within the wrong region can without a pixel beyond it: its opening by that disc.
 *
 * Plain memory; any thread, one at a time a structure. */

#include <glib.h>

G_BEGIN_DECLS

/* An object is outlined well from this IoU on; a picture at this Dice.  After so many clicks the reader gives up. */
#define ACINI_READER_IOU 0.85
#define ACINI_READER_DICE 0.95
#define ACINI_READER_CLICKS 20
/* Objects of fewer pixels do not count. */
#define ACINI_READER_LEAST 300

/* What is on screen, and what is true of it.  @width and @height as acini-prompts.h wants them. */
typedef struct
{
  int width, height;
  const guint8 *rgb;         /* interleaved, row stride 3 × @width */
  const guint8 *probability; /* (nullable) the model's, 0 … 255 */
  const guint32 *truth;      /* a pixel's object, 1 … @n_objects, 0 outside */
  guint n_objects;
} AciniReaderScreen;

/* How steady the hands are. */
typedef struct
{
  GRand *random; /* (nullable) steady */
  double jitter; /* standard deviation of where they point, pixels */
} AciniReaderHands;

typedef struct
{
  guint objects;    /* looked at */
  guint unfinished; /* of these, or pictures, that did not become good enough */
  guint clicks, strokes, keys;
  guint by_clicks[ACINI_READER_CLICKS + 1]; /* objects by the clicks they took */
  double seconds;
  double first_iou; /* sum over the objects, after one click */
} AciniReaderScore;

/* Outlines every object from nothing, with clicks, and adds to @score what it took. */
void acini_reader_outline (const AciniReaderScreen *screen, const AciniReaderHands *hands, AciniReaderScore *score);
/* Mends @mask (not 0: of an FTU), all FTUs together, until its Dice is good enough: rejects what is none with a key,
 * clicks what is missing, paints.  One key is for looking at each object.  Returns: the Dice at the end. */
double acini_reader_mend (const AciniReaderScreen *screen, const AciniReaderHands *hands, guint8 *mask,
                          AciniReaderScore *score);

G_END_DECLS
