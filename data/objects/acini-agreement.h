/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How far two readers of a slide agree.
 *
 * Looked at are the places about which one of them said something: an object that was decided about, drawn or
 * corrected.  An object of the one and an object of the other are the same place where they share at least half of the
 * smaller one, those first that overlap best (intersection over union).  A reader says yes to an object that is
 * accepted, or, undecided, drawn or corrected by hand; no to one that is rejected; nothing of any other. */

#include "data/objects/acini-object-index.h"
#include "data/objects/acini-reading.h"

G_BEGIN_DECLS

typedef struct
{
  AciniObject objects[2]; /* of the first and the second reader; id 0: that one has none here */
  gint64 common;          /* level-0 pixels that both have */
} AciniAgreementPlace;

typedef enum
{
  ACINI_DISAGREEMENT_NONE,
  ACINI_DISAGREEMENT_STATE,  /* one says yes, the other no */
  ACINI_DISAGREEMENT_ONE,    /* one says yes, the other has nothing there */
  ACINI_DISAGREEMENT_CLASS,  /* both say yes, to different classes */
  ACINI_DISAGREEMENT_OUTLINE /* both say yes, one by hand, and intersection over union is below ACINI_AGREEMENT_IOU */
} AciniDisagreementKind;

#define ACINI_AGREEMENT_IOU .7

/* "none", "state", "one", "class", "outline"; static. */
const char *acini_disagreement_kind_to_string (AciniDisagreementKind self);

AciniDisagreementKind acini_agreement_place_get_disagreement (const AciniAgreementPlace *self);
/* Intersection over union, 0 … 1. */
double acini_agreement_place_get_iou (const AciniAgreementPlace *self);
/* Level-0 pixels; whole ones that hold both objects. */
AciniRect acini_agreement_place_get_box (const AciniAgreementPlace *self);

/* The places of the slide on which the two indices, which are up to date, are: by rows of the slide.  @scope
 * (nullable): only those that count.  Memory: the objects that readers said something of, and the pixels of one of
 * them, at most 16 million at a time.  Returns: (transfer full) (element-type AciniAgreementPlace), or NULL with @error
 * set. */
GArray *acini_agreement_find (AciniObjectIndex *first, AciniObjectIndex *second, const AciniRegionScope *scope,
                              GCancellable *cancellable, GError **error);

/* Sums over places, of any number of slides. */
typedef struct
{
  gint64 table[2][2]; /* places to which both said something: [first reader][second], 0: no, 1: yes */
  gint64 one_said;    /* places of which only one said anything */
  gint64 disagreements;
  /* Pixels of the objects that one of them drew or corrected, and of what the other has in their place: of each reader,
   * without what was rejected, and of both. */
  gint64 areas[2], common;
} AciniAgreement;

void acini_agreement_add (AciniAgreement *self, const AciniAgreementPlace *place);
/* Cohen's kappa of the table (J. Cohen, A Coefficient of Agreement for Nominal Scales, 1960): how much more often they
 * agreed than two would who say yes as often as they do, but by chance.  -1 … 1.  FALSE: there is none, as nothing was
 * said by both, or both said one thing always. */
gboolean acini_agreement_get_kappa (const AciniAgreement *self, double *kappa);
/* 2 common / (first + second), 0 … 1, of the pixels.  FALSE: nobody drew anything. */
gboolean acini_agreement_get_dice (const AciniAgreement *self, double *dice);

/* A slide as a reading has it. */
typedef struct
{
  AciniObjectSource source;
  AciniObjectIndex *index; /* up to date; NULL: the reading does not have the slide */
  AciniProject *project;
  AciniSlideRecord *slide;
  AciniPrediction *prediction;
} AciniReadingSlide;

/* Opens the reading in @folder at the slide of @source, a slide of the project that it is of, with the same prediction
 * and thresholds, so that nothing but the readers' own makes a difference.  @source has to outlive it.  Returns:
 * (transfer full), or NULL with @error set. */
AciniReadingSlide *acini_reading_slide_open (const char *folder, const AciniObjectSource *source,
                                             GCancellable *cancellable, GError **error);
void acini_reading_slide_free (AciniReadingSlide *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniReadingSlide, acini_reading_slide_free)

/* @first and @second: 0 is the project itself, from 1 on the reading before.  @places: (element-type
 * AciniAgreementPlace) */
typedef void (*AciniAgreementFunc) (guint first, guint second, GArray *places, gpointer user_data);

/* Compares all readers of @index's slide, two at a time: the project itself and @readings (element-type AciniReading);
 * where a reading does not have the slide, it is left out.  @index is up to date; @scope as above. */
gboolean acini_agreement_compare (AciniObjectIndex *index, GPtrArray *readings, const AciniRegionScope *scope,
                                  AciniAgreementFunc func, gpointer user_data, GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
