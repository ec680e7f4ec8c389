/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of the slide view: its state, its frames and where it looks.  It knows layers and tools, but nothing of
 * the hands: who moves the view (navigation, input, overlays) and who fills it (opening, strokes) builds on this.  Main
 * thread only. */

#include "data/cache/acini-tile-loader.h"
#include "data/slides/acini-display.h"
#include "ui/tools/acini-tools.h"
#include "ui/view/core/acini-motion.h"
#include "ui/view/core/acini-view-type.h"
#include "ui/view/layers/acini-difference-layer.h"
#include "ui/view/layers/acini-layer-stack.h"
#include "ui/view/layers/acini-mask-layer.h"
#include "ui/view/layers/acini-measure-layer.h"
#include "ui/view/layers/acini-region-layer.h"
#include "ui/view/layers/acini-selection-layer.h"
#include "ui/view/layers/acini-stroke-layer.h"
#include "ui/view/layers/acini-tissue-layer.h"

G_BEGIN_DECLS

/* What the log says (G_MESSAGES_DEBUG=all) when the first frame of a slide with all of its tiles is on screen. */
#define ACINI_VIEW_SHARP "the slide is sharp"

struct _AciniSlideView
{
  GtkWidget parent_instance;

  /* What is shown. */
  AciniProject *project;
  gint64 slide_id;
  AciniSlide *slide; /* NULL until it is open */
  GCancellable *opening;
  double slide_width, slide_height;
  double mpp_x, mpp_y;
  AciniPrediction *prediction;
  AciniPrediction *against; /* (nullable) what the mask is compared with; then only the differences are shown */
  gboolean failure_told;
  guint failure_source;

  /* Where. */
  AciniViewport viewport;
  gboolean fitted;    /* follows the widget's size */
  GHashTable *places; /* project folder and slide id → AciniViewport, of zoom 0 where it was fitted */
  AciniMotion motion;

  /* From what. */
  AciniTileLoader *loader;
  AciniTileCache *cache;
  AciniTileClient *client;
  AciniLayerStack *layers; /* the ones below, as they are drawn; none while no slide is open */
  AciniTissueLayer *tissue;
  AciniMaskLayer *mask;
  AciniDifferenceLayer *difference; /* NULL unless there is something to compare with; then in the mask's place */
  AciniStrokeLayer *stroke;
  AciniRegionLayer *regions;
  AciniSelectionLayer *selection, *locked;
  AciniMeasureLayer *measures;
  gboolean loading;
  guint tick;            /* 0: nothing to do */
  gboolean view_changed; /* tell with the next tick */
  AciniViewport ahead;   /* where it is likely to look next, see acini_view_look_ahead (); zoom 0: nowhere */

  /* How. */
  AciniDisplay display;
  AciniMaskLook look;
  AciniThresholds against_thresholds; /* of what the mask is compared with; n 0: the same */
  gboolean show_labels;

  /* Tools. */
  GPtrArray *tools;  /* AciniTool, as in the table of tools */
  AciniTool *tool;   /* one of them: the chosen one */
  AciniTool *active; /* between its begin and its end, or NULL */
  double brush_size;
  guint brush_label;
  gboolean outlining;      /* the next outline is told, not painted … */
  gint64 reshaping;        /* … and so is each, while this region is worked on; 0: none */
  gboolean protect_labels; /* strokes leave other classes than that alone */
  gboolean space;
  gboolean inside;
  double pointer_x, pointer_y;
  double pressure;          /* of the pen that draws, 0 … 1; 1 of what has none */
  GPtrArray *shown_strokes; /* AciniStroke: not in the label tiles on screen yet, oldest first … */
  guint n_written_strokes;  /* … of which so many are in the labels */
  GQueue strokes;           /* of acini-view-strokes.c: until the label tiles show them */
  guint strokes_rest;       /* until the layers are told of what was written */
};

void acini_view_core_init (AciniSlideView *self);
void acini_view_core_dispose (AciniSlideView *self);
void acini_view_core_finalize (AciniSlideView *self);

/* Has the next frame ask for tiles and draw.  Each frame the private signal "frame" is told before its layers are
 * updated. */
void acini_view_queue_update (AciniSlideView *self);
/* The visible region changed: as above, and tells the world. */
void acini_view_moved (AciniSlideView *self);
/* Gets the layers ready to be drawn as things are now, without waiting for the frame. */
void acini_view_prepare (AciniSlideView *self);
/* Tells "failed". */
void acini_view_fail (AciniSlideView *self, const char *message);
gboolean acini_view_is_sharp (AciniSlideView *self);
/* Notifies "loading" if it is another by now. */
void acini_view_update_loading (AciniSlideView *self);
/* Puts the layers there are into the stack. */
void acini_view_arrange_layers (AciniSlideView *self);

void acini_view_clamp (AciniSlideView *self);
double acini_view_clamp_zoom (AciniSlideView *self, double zoom);
/* Jumps to the level-0 point (@x, @y) in the middle, at @zoom. */
void acini_view_go (AciniSlideView *self, double x, double y, double zoom);
/* The tiles of that place are read, too, after those on screen, until the next call. */
void acini_view_look_ahead (AciniSlideView *self, double x, double y, double zoom);
/* Shows the whole slide. */
void acini_view_fit (AciniSlideView *self);
/* Ends all movement. */
void acini_view_stop (AciniSlideView *self);
/* Moves the slide by screen pixels, at once. */
void acini_view_pan_by (AciniSlideView *self, double dx, double dy);

/* Returns: (transfer none) the tool of that name. */
AciniTool *acini_view_get_tool (AciniSlideView *self, const char *id);
void acini_view_get_tool_context (AciniSlideView *self, AciniToolContext *context);
/* The pointer works with @tool from now on, until it is finished (as if the button had been released) or cancelled. */
void acini_view_begin_tool (AciniSlideView *self, AciniTool *tool, double x, double y, GdkModifierType state);
void acini_view_move_tool (AciniSlideView *self, double x, double y, GdkModifierType state);
void acini_view_finish_tool (AciniSlideView *self);
void acini_view_cancel_tool (AciniSlideView *self);

G_END_DECLS
