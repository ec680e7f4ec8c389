/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From which probability on a pixel counts: one threshold per class of a model, for one organ.
 *
 * A prediction holds a byte per probability, so a threshold is a byte, too: its cut.  A pixel counts where its
 * probability's byte is at or above the cut.  Whatever is shown beside a slider is the cut itself, as cut / 255, so
 * that the screen, a file and a number on paper mean the same pixels.  A probability of 0 never counts.
 *
 * The model's card says thresholds by organ and class; a user's own are kept in the project, by model and organ. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* More classes than labels can name. */
#define ACINI_THRESHOLDS_MOST 253

typedef struct
{
  guint n;      /* classes, at least 1 */
  gboolean own; /* the user's, not the card's */
  guint8 cuts[ACINI_THRESHOLDS_MOST];
} AciniThresholds;

/* A threshold of 0 … 1 as the least byte (1 … 255) that is at or above it, and back: of all thresholds that mean this
 * byte the one that is written shortest, 0.5 and not 0.502. */
guint8 acini_threshold_to_cut (double threshold);
double acini_threshold_from_cut (guint8 cut);

/* The card's numbers, 0 … 1, one per class.  @n 0: one class at a half. */
void acini_thresholds_init (AciniThresholds *self, const double *thresholds, guint n);
/* All @n classes at @threshold, 0 … 1. */
void acini_thresholds_init_same (AciniThresholds *self, double threshold, guint n);
/* Of a class (0 …); a class that none was given for has the last one's. */
guint8 acini_thresholds_get_cut (const AciniThresholds *self, guint plane);
gboolean acini_thresholds_equal (const AciniThresholds *a, const AciniThresholds *b);

/* The project's setting that keeps a user's own thresholds of @model in @organ (NULL or "": unknown).  Returns:
 * (transfer full) */
char *acini_thresholds_dup_key (const char *model, const char *organ);
/* As the setting's value.  Returns: (transfer full) */
char *acini_thresholds_format (const AciniThresholds *self);
/* Takes the user's own from a setting's value.  Returns: FALSE, with nothing changed, where @text (nullable) has not
 * one cut for each class. */
gboolean acini_thresholds_take (AciniThresholds *self, const char *text);
/* The same from @project's setting.  Disk speed. */
gboolean acini_thresholds_load (AciniThresholds *self, AciniProject *project, const char *model, const char *organ);

G_END_DECLS
