/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which objects are meant, and what their outlines are: asked on the main thread, answered on the worker. */

#include "ui/project/acini-measures.h"
#include "ui/review/acini-slide-objects.h"
#include "ui/view/layers/acini-selection-layer.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_ASK_IDS, /* these */
  ACINI_ASK_AT,  /* the one at the point */
  ACINI_ASK_IN,  /* those in the polygon */
  ACINI_ASK_STEP,
  ACINI_ASK_CYCLE,
} AciniAskKind;

typedef struct
{
  AciniAskKind kind;
  guint ticket;
  guint generation; /* of the selection, when it was asked */
  GArray *ids;      /* gint64: what is asked for; of other kinds what is selected now */
  double x, y;
  GArray *points;      /* AciniMeasurePoint */
  gboolean add, again; /* besides the others; the same ones, as they are by now */
  int step;
  GArray *found;       /* AciniObject */
  GPtrArray *outlines; /* AciniOutline */
} AciniObjectQuestion;

void acini_object_question_free (gpointer question);
/* An AciniObjectsFunc: fills found and outlines. */
gboolean acini_object_question_answer (AciniObjectIndex *index, const AciniObjectSource *source, gpointer question,
                                       GCancellable *cancellable, GError **error);

G_END_DECLS
