/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The FTU objects of the slide on screen, as its prediction, thresholds and labels have them: their index, asked and
 * edited on a worker, one thing after the other, in the order of the hands.  Before each the index is brought up to
 * date.  What was asked about a slide that has been left is not answered; what was to be edited on it is edited.  Main
 * thread. */

#include "data/objects/acini-object-index.h"
#include "ui/review/acini-prediction-feed.h"

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_OBJECTS (acini_slide_objects_get_type ())
/* Properties (notified): "busy" (boolean): something is under way.
 * Signals:
 *   replaced ()  other objects altogether: another slide, prediction or threshold, or none
 *   changed (labels: boolean)  labels or regions (else only decisions) of the slide were edited */
G_DECLARE_FINAL_TYPE (AciniSlideObjects, acini_slide_objects, ACINI, SLIDE_OBJECTS, GObject)

AciniSlideObjects *acini_slide_objects_new (AciniSession *session, AciniSlideView *view, AciniPredictionFeed *feed);
AciniSession *acini_slide_objects_get_session (AciniSlideObjects *self);
/* Nothing is under way or waits. */
gboolean acini_slide_objects_is_idle (AciniSlideObjects *self);
/* All that was to be edited is with the editor, and written. */
gboolean acini_slide_objects_is_written (AciniSlideObjects *self);
/* Calls @then with @object (which stays referenced) once all edits that were asked for are written; at once, where none
 * waits. */
void acini_slide_objects_after_edits (AciniSlideObjects *self, void (*then) (gpointer object), gpointer object);

/* On the worker.  What it finds out goes into @data.  FALSE: @error is set. */
typedef gboolean (*AciniObjectsFunc) (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data,
                                      GCancellable *cancellable, GError **error);
/* On the main thread.  @error NULL: it worked. */
typedef void (*AciniObjectsDone) (gpointer object, gpointer data, const GError *error);

/* Runs @func (@data) on the worker, then @done with @object (which stays referenced), unless the slide has been left,
 * and frees @data. */
void acini_slide_objects_ask (AciniSlideObjects *self, AciniObjectsFunc func, AciniObjectsDone done, gpointer object,
                              gpointer data, GDestroyNotify free_data);

/* What a plan came to: a drawing, a change, or both, the drawing first. */
typedef struct
{
  AciniDrawFunc draw; /* NULL: none */
  gpointer drawn;
  GDestroyNotify free_drawn;
  AciniChange *change; /* NULL: none */
} AciniObjectsStep;

typedef gboolean (*AciniObjectsPlan) (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data,
                                      AciniObjectsStep *step, GError **error);

/* Has @plan (@data) find out on the worker what is to be done, and the project's editor do it; @duration: milliseconds
 * that the hand took.  What comes after it sees it.  An error is told to the user.  @done (nullable) in any case, once
 * it is written. */
void acini_slide_objects_edit (AciniSlideObjects *self, const char *tool, gint64 duration, AciniObjectsPlan plan,
                               AciniObjectsDone done, gpointer object, gpointer data, GDestroyNotify free_data);

G_END_DECLS
