/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of the slide view, for its own files (acini-view-*.c), its tools and its overlays.  Main thread only. */

#include "ui/project/acini-measures.h"
#include "ui/view/layers/acini-stroke.h"
#include "ui/tools/acini-tool.h"
#include "ui/view/acini-slide-view.h"
#include "ui/view/grid/acini-tile-grid.h"
#include "ui/view/layers/acini-display-layer.h"
#include "ui/view/layers/acini-mask-layer.h"

G_BEGIN_DECLS

/* Movement that goes on by itself. */
typedef struct
{
  gboolean zooming;
  double zoom_target;
  double anchor_x, anchor_y; /* the screen point that stays */
  double left_x, left_y;     /* of a step of the arrow keys: screen pixels still to go */
  double speed_x, speed_y;   /* kinetic: screen pixels a second */
  gint64 last;               /* frame time of the last step, µs; 0: at rest */
} AciniViewMotion;

/* The pointer dragging the slide. */
typedef struct
{
  gboolean active;
  double x, y;
  gint64 time;
  double speed_x, speed_y;
} AciniViewPan;

/* Two fingers on the slide: where and how it was when they came down. */
typedef struct
{
  double zoom, rotation;
  double x, y; /* their middle, last */
  gboolean turning;
  double slack; /* degrees turned before the slide did */
} AciniViewTouch;

/* What the log says (G_MESSAGES_DEBUG=all) when the first frame of a slide with all of its tiles is on screen. */
#define ACINI_VIEW_SHARP "the slide is sharp"

typedef struct _AciniPendingStroke AciniPendingStroke;

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
  gboolean failure_told;
  guint failure_source;

  /* Where. */
  AciniViewport viewport;
  gboolean fitted;    /* follows the widget's size */
  GHashTable *places; /* project folder and slide id → AciniViewport, of zoom 0 where it was fitted */
  AciniViewMotion motion;
  AciniViewPan pan;
  AciniViewTouch touch;

  /* From what. */
  AciniTileLoader *loader;
  AciniTileCache *cache;
  AciniTileClient *client;
  AciniTileGrid *tissue;
  AciniDisplayLayer *display_layer; /* NULL while the slide is shown as it is */
  AciniMaskLayer *mask;
  AciniPrediction *against;     /* (nullable) what the mask is compared with; then only the differences are shown */
  AciniMaskLayer *against_mask; /* NULL unless there is one */
  gboolean loading;
  guint tick;            /* 0: nothing to do */
  gboolean view_changed; /* tell with the next tick */

  /* How. */
  AciniDisplay display;
  AciniMaskLook look;
  gboolean show_labels;

  /* Tools. */
  const AciniTool *tool;
  const AciniTool *active; /* between its begin and its end */
  double brush_size;
  guint brush_label;
  gboolean space;
  gboolean inside;
  double pointer_x, pointer_y;
  AciniStroke *stroke; /* under the pointer */
  GQueue strokes;      /* AciniPendingStroke, oldest first: until the label tiles show them */
  gboolean committing;
  AciniMeasures *measures; /* of the open slide, else NULL */
  GArray *drawn;           /* AciniMeasurePoint: of the line or area that is being drawn */
  gint64 drawn_time;       /* of its last corner */
};

/* Has the next frame ask for tiles and draw. */
void acini_view_queue_update (AciniSlideView *self);
/* The visible region changed: as above, and tells the world. */
void acini_view_moved (AciniSlideView *self);
/* What is drawn of the mask now; NULL where it is hidden. */
AciniMaskLayer *acini_view_get_mask (AciniSlideView *self);
void acini_view_fail (AciniSlideView *self, const char *message);
gboolean acini_view_is_sharp (AciniSlideView *self);
void acini_view_turn_at (AciniSlideView *self, double rotation, double x, double y);
void acini_view_update_cursor (AciniSlideView *self);
guint8 acini_view_get_brush_label (AciniSlideView *self);

/* acini-view-motion.c */
void acini_view_clamp (AciniSlideView *self);
double acini_view_clamp_zoom (AciniSlideView *self, double zoom);
void acini_view_stop (AciniSlideView *self);
/* Animated; the slide point at the screen point stays. */
void acini_view_zoom_to (AciniSlideView *self, double zoom, double x, double y);
/* Moves the slide by screen pixels, at once or animated. */
void acini_view_pan_by (AciniSlideView *self, double dx, double dy);
void acini_view_glide_by (AciniSlideView *self, double dx, double dy);
void acini_view_pan_begin (AciniSlideView *self, double x, double y);
void acini_view_pan_move (AciniSlideView *self, double x, double y);
void acini_view_pan_end (AciniSlideView *self);
/* One frame.  Returns: whether it goes on. */
gboolean acini_view_motion_step (AciniSlideView *self, gint64 frame_time);

/* acini-view-strokes.c */
void acini_view_stroke_begin (AciniSlideView *self, const char *tool, guint8 label, double x, double y);
void acini_view_stroke_move (AciniSlideView *self, double x, double y);
void acini_view_stroke_end (AciniSlideView *self);
void acini_view_stroke_cancel (AciniSlideView *self);
/* Strokes that the label tiles on screen show by now are dropped. */
void acini_view_strokes_settle (AciniSlideView *self);
/* The slide is left: its strokes are finished, and no longer drawn. */
void acini_view_strokes_leave (AciniSlideView *self);
gboolean acini_view_strokes_are_idle (AciniSlideView *self);
/* Returns: (transfer container) (element-type AciniStroke): those to draw, oldest first. */
GPtrArray *acini_view_strokes_list (AciniSlideView *self);
void acini_view_strokes_clear (AciniSlideView *self);

/* acini-view-difference.c */
void acini_view_difference_rebuild (AciniSlideView *self);
void acini_view_difference_snapshot (AciniSlideView *self, GtkSnapshot *snapshot, const AciniViewport *viewport);
/* What the layers of the mask are to look like, and the project that they take labels from: NULL for none. */
void acini_view_get_look (AciniSlideView *self, AciniMaskLook *look);
AciniProject *acini_view_get_labels (AciniSlideView *self);

/* acini-view-display.c */
void acini_view_display_update (AciniSlideView *self);
void acini_view_display_leave (AciniSlideView *self);
/* The grid whose tiles are wanted, and the one to draw. */
AciniTileGrid *acini_view_get_tissue (AciniSlideView *self);
AciniTileGrid *acini_view_get_drawn_tissue (AciniSlideView *self, const AciniViewport *viewport);

/* acini-view-measures.c */
/* What was drawn is a measurement from now on; the last one is forgotten. */
void acini_view_measured (AciniSlideView *self, AciniMeasureKind kind);
void acini_view_measure_forget (AciniSlideView *self);
void acini_view_measures_snapshot (AciniSlideView *self, GtkSnapshot *snapshot, const AciniViewport *viewport);

/* acini-view-input.c */
void acini_view_input_init (AciniSlideView *self);
/* acini-view-touch.c */
void acini_view_touch_init (AciniSlideView *self);
/* Ends what the pointer is doing, as if its button had been released. */
void acini_view_input_finish (AciniSlideView *self);

/* acini-view-open.c */
void acini_view_open (AciniSlideView *self);
void acini_view_close (AciniSlideView *self);
void acini_view_rebuild_prediction (AciniSlideView *self);

G_END_DECLS
