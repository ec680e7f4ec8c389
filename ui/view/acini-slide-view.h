/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slide view: tissue, the network's mask and people's labels in layers, with pan, zoom and tools.
 *
 * Nothing in it waits: slides open and tiles decode on worker threads, a coarser tile stands in until the sharp one is
 * there.  Colour, opacity and threshold are applied when compositing. */

#include "data/slides/acini-display.h"
#include "data/labels/acini-journal.h"
#include "data/predictions/acini-prediction.h"
#include "data/slides/acini-slide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_VIEW (acini_slide_view_get_type ())

/* Properties (all notified):
 *   zoom (double)             device-independent screen pixels per level-0 pixel
 *   opacity-mask (double)     0 … 1, of the filled mask
 *   mask-style (string)       "filled", or the probabilities in the colours of "viridis" or "magma"
 *   show-mask (boolean)       prediction and labels, filled
 *   show-outlines (boolean)   their outlines
 *   show-labels (boolean)     what people decided lies over the prediction; otherwise the prediction stands alone
 *   threshold (double)        0 … 1: where the prediction counts
 *   tool (string)             "pan", "brush", "eraser", "ruler" or "area"
 *   brush-size (double)       diameter in screen pixels
 *   brush-label (uint)        label value that the brush paints; 2 by default (the eraser paints background)
 *   rotation (double)         degrees, clockwise; setting it turns about the middle of the view
 *   flipped (boolean)         mirrored; setting it mirrors left to right what is on screen, so that rotation changes
 * its sign loading (boolean)         a slide is being opened, or tiles of the visible region are on their way Signals:
 *   opened ()                 the slide is open and on screen
 *   failed (message: string)  it could not be opened, or a tile could not be read (once a slide)
 *   edited (tool: string)     a stroke was committed to the journal
 *   cursor-moved (x, y: double)  level-0 point under the pointer; NaN when it left
 *   display-changed ()        brightness, contrast, gamma or the stain shown is another
 *   measured ()               a line or an area was measured, or is no longer there
 *   view-changed ()           the visible region changed (coalesced, once a frame at most)
 */
G_DECLARE_FINAL_TYPE (AciniSlideView, acini_slide_view, ACINI, SLIDE_VIEW, GtkWidget)

GtkWidget *acini_slide_view_new (void);

/* Shows @slide of @project (opened on a worker thread; NULL and 0: nothing).  The last centre and zoom of each slide
 * are kept for the session; a new slide is fitted. */
void acini_slide_view_set_slide (AciniSlideView *self, AciniProject *project, gint64 slide);
gint64 acini_slide_view_get_slide (AciniSlideView *self);
/* The open slide, or NULL. */
AciniSlide *acini_slide_view_get_open_slide (AciniSlideView *self);

/* @prediction NULL: none is shown. */
void acini_slide_view_set_prediction (AciniSlideView *self, AciniPrediction *prediction);
/* Not NULL: shown is where the mask differs from the one with this prediction, in blue what only the view's own has, in
 * orange what only the other one has.  With show-labels what people decided is in both, and so no difference. */
void acini_slide_view_set_against (AciniSlideView *self, AciniPrediction *prediction);
/* The tile of the prediction's grid has new content. */
void acini_slide_view_prediction_changed (AciniSlideView *self, gint64 column, gint64 row);
/* Labels changed behind the view's back (undo, redo, import). */
void acini_slide_view_labels_changed (AciniSlideView *self, const AciniRect *damage);

void acini_slide_view_fit (AciniSlideView *self);
void acini_slide_view_zoom_native (AciniSlideView *self);            /* one screen pixel per level-0 pixel */
#define ACINI_ZOOM_STEP 1.5                                          /* of a key or a button */
void acini_slide_view_zoom_by (AciniSlideView *self, double factor); /* about the centre, animated */
/* To 10×, 40× …: about the centre, animated.  Of a slide that does not tell what 1:1 is, that counts as 40×. */
void acini_slide_view_magnify (AciniSlideView *self, double times);
/* By @degrees clockwise on screen, about the centre. */
void acini_slide_view_rotate_by (AciniSlideView *self, double degrees);
void acini_slide_view_centre_on (AciniSlideView *self, double x, double y);
/* The part of the slide on screen, in level-0 pixels, within the slide. */
void acini_slide_view_get_visible (AciniSlideView *self, AciniRect *visible);
double acini_slide_view_get_zoom (AciniSlideView *self);

/* The user knows the µm per pixel of the open slide better. */
void acini_slide_view_set_scale (AciniSlideView *self, double mpp_x, double mpp_y);

/* How slides are shown, this one and the next ones. */
void acini_slide_view_set_display (AciniSlideView *self, const AciniDisplay *display);
void acini_slide_view_get_display (AciniSlideView *self, AciniDisplay *display);

/* Lines and areas that were measured; kept in the project until they are cleared.  The table (transfer full, nullable)
 * is for a spreadsheet, the text for acini_slide_view_set_measures (). */
guint acini_slide_view_get_n_measures (AciniSlideView *self);
char *acini_slide_view_dup_measures (AciniSlideView *self);
char *acini_slide_view_dup_measures_text (AciniSlideView *self);
void acini_slide_view_set_measures (AciniSlideView *self, const char *text);
void acini_slide_view_clear_measures (AciniSlideView *self);

/* Strokes whose commit is under way are finished before this returns FALSE; TRUE when there was nothing to wait for.
 * For closing the window: call until TRUE, iterating the main context. */
gboolean acini_slide_view_is_idle (AciniSlideView *self);

G_END_DECLS
