/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slide view: tissue, the network's mask and people's labels in layers, with pan, zoom and tools.
 *
 * Nothing in it waits: slides open and tiles decode on worker threads, a coarser tile stands in until the sharp one is
 * there.  Colour, opacity and threshold are applied when compositing. */

#include "data/labels/acini-journal.h"
#include "data/project/acini-project.h"
#include "data/slides/acini-slide.h"
#include "ui/view/core/acini-view-display.h"
#include "ui/view/core/acini-view-mask.h"
#include "ui/view/core/acini-view-measures.h"
#include "ui/view/core/acini-view-navigation.h"
#include "ui/view/core/acini-view-regions.h"

G_BEGIN_DECLS

/* Properties (all notified):
 *   zoom (double)             device-independent screen pixels per level-0 pixel
 *   opacity-mask (double)     0 … 1, of the filled mask
 *   mask-style (string)       "filled", or the probabilities in the colours of "viridis" or "magma"
 *   show-mask (boolean)       prediction and labels, filled
 *   show-outlines (boolean)   their outlines
 *   show-labels (boolean)     what people decided lies over the prediction; otherwise the prediction stands alone
 *   threshold (double)        0 … 1: where the prediction counts, the same for all classes once it is set
 *   tool (string)             an id of acini_tools_get_all ()
 *   brush-size (double)       diameter in screen pixels
 *   brush-label (uint)        label value that brush and outlines paint; 2 by default (the eraser paints background)
 *   protect-labels (boolean)  what people marked as another class than brush-label is not painted over
 *   outlining (boolean)       the next outline that is closed is told ("outlined") and not painted
 *   rotation (double)         degrees, clockwise; setting it turns about the middle of the view
 *   flipped (boolean)         mirrored; setting it mirrors left to right what is on screen, so that rotation changes
 *                             its sign
 *   loading (boolean)         a slide is being opened, or tiles of the visible region are on their way
 * Signals:
 *   opened ()                 the slide is open and on screen
 *   failed (message: string)  it could not be opened, or a tile could not be read (once a slide)
 *   edited (tool: string)     a stroke was committed to the journal
 *   cursor-moved (x, y: double)  level-0 point under the pointer; NaN when it left
 *   display-changed ()        brightness, contrast, gamma or the stain shown is another
 *   measured ()               a line or an area was measured, or is no longer there
 *   replacing (stroke: AciniStroke, as a pointer) → boolean  it is to take the place of an object: who does that says
 * so by TRUE, and later by acini_view_stroke_replaced () outlined (stroke: AciniStroke, as a pointer)  an outline was
 * closed while "outlining" view-changed ()           the visible region changed (coalesced, once a frame at most)
 */

GtkWidget *acini_slide_view_new (void);

/* Shows @slide of @project (opened on a worker thread; NULL and 0: nothing).  The last centre and zoom of each slide
 * are kept for the session; a new slide is fitted. */
void acini_slide_view_set_slide (AciniSlideView *self, AciniProject *project, gint64 slide);
gint64 acini_slide_view_get_slide (AciniSlideView *self);
/* The open slide, or NULL. */
AciniSlide *acini_slide_view_get_open_slide (AciniSlideView *self);

/* The user knows the µm per pixel of the open slide better. */
void acini_slide_view_set_scale (AciniSlideView *self, double mpp_x, double mpp_y);

/* Ends the stroke under the pointer as if its button had been released, and gives it to the editor. */
void acini_slide_view_flush (AciniSlideView *self);
/* Strokes whose commit is under way are finished before this returns FALSE; TRUE when there was nothing to wait for.
 * For closing the window: call until TRUE, iterating the main context. */
gboolean acini_slide_view_is_idle (AciniSlideView *self);

G_END_DECLS
