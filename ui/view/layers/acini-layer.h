/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One layer of what the slide view shows.  Main thread.
 *
 * A frame has two halves.  acini_layer_update () gets ready what @viewport shows: it may look into caches, colour tiles
 * and let go of what has left the screen.  acini_layer_snapshot () then only draws what is ready: it changes nothing,
 * asks for nothing and waits for nobody, so that two snapshots without an update between them are the same. */

#include "ui/view/grid/acini-tile-grid.h"

G_BEGIN_DECLS

/* Properties (notified):
 *   visible (boolean)  whether it is drawn, and its tiles asked for; TRUE
 *   opacity (double)   0 … 1, of all that it draws; 1
 * Signals:
 *   damaged ()         what it draws is another: the next frame has to be updated and drawn
 */
#define ACINI_TYPE_LAYER (acini_layer_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniLayer, acini_layer, ACINI, LAYER, GObject)

struct _AciniLayerClass
{
  GObjectClass parent_class;

  gboolean on_screen; /* it draws in screen points, not on the canvas */
  /* All but snapshot may be NULL: there is nothing to do. */
  void (*update) (AciniLayer *self, const AciniViewport *viewport);
  void (*snapshot) (AciniLayer *self, GtkSnapshot *snapshot, const AciniViewport *viewport);
  void (*damage) (AciniLayer *self, double x0, double y0, double x1, double y1);
  void (*want) (AciniLayer *self, const AciniViewport *viewport, int rank, GArray *requests);
  gboolean (*arrived) (AciniLayer *self, const AciniTileArrival *arrival);
  gboolean (*is_sharp) (AciniLayer *self, const AciniViewport *viewport);
};

void acini_layer_set_visible (AciniLayer *self, gboolean visible);
gboolean acini_layer_get_visible (AciniLayer *self);
void acini_layer_set_opacity (AciniLayer *self, double opacity);
double acini_layer_get_opacity (AciniLayer *self);
/* Whether it draws in screen points; otherwise within acini_viewport_push (). */
gboolean acini_layer_is_on_screen (AciniLayer *self);

void acini_layer_update (AciniLayer *self, const AciniViewport *viewport);
/* Draws the layer as visible and opaque as it is. */
void acini_layer_snapshot (AciniLayer *self, GtkSnapshot *snapshot, const AciniViewport *viewport);

/* What it shows within (@x0, @y0) to (@x1, @y1), in level-0 pixels, changed: it is read again, and "damaged" told. */
void acini_layer_damage (AciniLayer *self, double x0, double y0, double x1, double y1);
/* "damaged" alone: nothing has to be read again. */
void acini_layer_damaged (AciniLayer *self);

/* Appends to @requests (element-type AciniTileRequest) the tiles that are missing; @rank 0 is the most urgent layer. */
void acini_layer_want (AciniLayer *self, const AciniViewport *viewport, int rank, GArray *requests);
/* Takes notice of a tile that was read.  Returns: whether it belongs to this layer. */
gboolean acini_layer_arrived (AciniLayer *self, const AciniTileArrival *arrival);
/* Whether all that @viewport shows is there and up to date; what is not visible is. */
gboolean acini_layer_is_sharp (AciniLayer *self, const AciniViewport *viewport);

G_END_DECLS
