/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What hands do to objects, as plans for acini_slide_objects_edit (): on its worker. */

#include "data/objects/acini-object-replace.h"
#include "data/objects/acini-object-reshape.h"
#include "ui/review/acini-slide-objects.h"

G_BEGIN_DECLS

/* What was copied; it does not change. */
typedef struct
{
  GPtrArray *cutouts; /* AciniCutout */
  double mpp;         /* of its slide, µm per pixel; 0: not known */
} AciniClipping;

AciniClipping *acini_clipping_ref (AciniClipping *self);
void acini_clipping_unref (AciniClipping *self);

typedef struct
{
  GArray *ids;             /* gint64: to what it is done */
  guint8 label;            /* of paint */
  AciniReviewState state;  /* of decide … */
  char *comment;           /* … (nullable) … */
  gint64 duration;         /* … milliseconds, below 0: not known */
  double least;            /* … at or above this probability alone; 0: all */
  GArray *points;          /* of split: double[2], the line; NULL: where the waists are */
  int width;               /* of merge: of a bridge, level-0 pixels */
  AciniClipping *clipping; /* of paste; of copy: what came of it */
  AciniReshape reshape;    /* of reshape … */
  double amount;           /* … µm; on a slide whose scale is not known level-0 pixels */
  double x, y;             /* of paste and fill-area; of fill, where there are no @ids */
  AciniStroke *stroke;     /* of replace */
  GArray *made;            /* of paste, duplicate, reshape and replace: gint64, a pixel of each that was made */
} AciniDeed;

void acini_deed_free (gpointer deed);

/* Plans with an AciniDeed. */
gboolean acini_deed_paint (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                           AciniObjectsStep *step, GError **error);
gboolean acini_deed_fill (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                          AciniObjectsStep *step, GError **error);
gboolean acini_deed_reshape (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                             AciniObjectsStep *step, GError **error);
gboolean acini_deed_replace (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                             AciniObjectsStep *step, GError **error);
gboolean acini_deed_fill_area (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                               AciniObjectsStep *step, GError **error);
gboolean acini_deed_decide (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                            AciniObjectsStep *step, GError **error);
gboolean acini_deed_lock (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                          AciniObjectsStep *step, GError **error);
gboolean acini_deed_split (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                           AciniObjectsStep *step, GError **error);
gboolean acini_deed_merge (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                           AciniObjectsStep *step, GError **error);
gboolean acini_deed_duplicate (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                               AciniObjectsStep *step, GError **error);
gboolean acini_deed_paste (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                           AciniObjectsStep *step, GError **error);
/* An AciniObjectsFunc: fills @clipping. */
gboolean acini_deed_copy (AciniObjectIndex *index, const AciniObjectSource *source, gpointer deed,
                          GCancellable *cancellable, GError **error);

G_END_DECLS
