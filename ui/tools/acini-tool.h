/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A tool of the slide view: what the pointer does while it is chosen.  It keeps what it is doing, draws its preview,
 * names its cursor and tells by signals what came of it; of the view it knows nothing.  Main thread. */

#include "data/predictions/acini-prediction.h"
#include "data/project/acini-project.h"
#include "data/slides/acini-slide.h"
#include "ui/base/acini-units.h"
#include "ui/view/grid/acini-viewport.h"

G_BEGIN_DECLS

/* Where a tool is at work. */
typedef struct
{
  GtkWidget *widget; /* (nullable) whose font and settings are used */
  const AciniViewport *viewport;
  AciniScale scale;      /* of the slide */
  AciniProject *project; /* (nullable) */
  gint64 slide;
  AciniSlide *open;            /* (nullable) the same */
  AciniPrediction *prediction; /* (nullable) what is shown of it */
  GPtrArray *regions;          /* (nullable) AciniRegionRecord: of the slide */
  gboolean inside;             /* the pointer is over the slide, and free for this tool */
  double x, y;                 /* where the pointer is, screen points */
  double pressure;             /* of a pen, 0 … 1; 1 of what has none */
} AciniToolContext;

/* Signals:
 *   changed ()  preview or cursor are others
 */
#define ACINI_TYPE_TOOL (acini_tool_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniTool, acini_tool, ACINI, TOOL, GObject)

struct _AciniToolClass
{
  GObjectClass parent_class;

  const char *cursor; /* CSS cursor name, unless get_cursor tells another */
  gboolean follows;   /* the preview goes with the pointer when no button is down */
  gboolean secondary; /* it takes the secondary button, too: that is GDK_BUTTON3_MASK in the state of begin */
  gboolean freehand;  /* what it draws goes through every point of the pointer, not only where frames found it */
  /* All but begin and move may be NULL. */
  void (*begin) (AciniTool *self, const AciniToolContext *context, double x, double y, GdkModifierType state);
  void (*move) (AciniTool *self, const AciniToolContext *context, double x, double y, GdkModifierType state);
  void (*end) (AciniTool *self, const AciniToolContext *context);
  void (*cancel) (AciniTool *self);
  gboolean (*key) (AciniTool *self, const AciniToolContext *context, guint keyval);
  void (*leave) (AciniTool *self);
  gboolean (*can_step) (AciniTool *self, gboolean redo);
  void (*step) (AciniTool *self, const AciniToolContext *context, gboolean redo);
  void (*snapshot) (AciniTool *self, const AciniToolContext *context, GtkSnapshot *snapshot);
  const char *(*get_cursor) (AciniTool *self);
};

/* A button went down at the screen point (@x, @y), is moved with it, and is let go of or taken away. */
void acini_tool_begin (AciniTool *self, const AciniToolContext *context, double x, double y, GdkModifierType state);
void acini_tool_move (AciniTool *self, const AciniToolContext *context, double x, double y, GdkModifierType state);
void acini_tool_end (AciniTool *self, const AciniToolContext *context);
void acini_tool_cancel (AciniTool *self);
/* Returns: whether it took the key. */
gboolean acini_tool_key (AciniTool *self, const AciniToolContext *context, guint keyval);
/* Undo and redo within what is being drawn, before it is a step of the history: whether there is something, and it is
 * done. */
gboolean acini_tool_can_step (AciniTool *self, gboolean redo);
void acini_tool_step (AciniTool *self, const AciniToolContext *context, gboolean redo);
/* Another tool is taken, or another slide. */
void acini_tool_leave (AciniTool *self);

/* Draws the preview in screen points; changes nothing. */
void acini_tool_snapshot (AciniTool *self, const AciniToolContext *context, GtkSnapshot *snapshot);
const char *acini_tool_get_cursor (AciniTool *self);
gboolean acini_tool_follows (AciniTool *self);
gboolean acini_tool_takes_secondary (AciniTool *self);
gboolean acini_tool_is_freehand (AciniTool *self);

/* For tools: whether what is begun with @state takes the place of an object. */
gboolean acini_tool_replaces (GdkModifierType state);
/* For tools: how many screen pixels a hand, or a pen that trembles, moves and still only clicks. */
double acini_tool_get_threshold (const AciniToolContext *context);
/* For tools: tells "changed". */
void acini_tool_changed (AciniTool *self);

G_END_DECLS
