/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What click, wand and smart brush share: they look at the pixels on screen.  Those are read, and the question put to
 * them, on a worker thread, one at a time; the newest answer is shown as a preview until it is taken, as one stroke, or
 * dropped. */

#include "data/labels/acini-stroke.h"
#include "ui/project/acini-measures.h"
#include "ui/tools/acini-tool.h"

G_BEGIN_DECLS

/* Pixels of a region: never changed. */
typedef struct
{
  double x, y, step;   /* the first one's corner, and the size of one, in level-0 pixels */
  int width, height;   /* at most ACINI_PIXELS_MOST each */
  guint8 *rgb;         /* interleaved */
  guint8 *probability; /* (nullable) of the class that is painted … */
  guint8 *computed;    /* … 0 where there is none */
} AciniPixels;

#define ACINI_PIXELS_MOST 1024
#define ACINI_PIXELS_GROUND 1

/* Signals:
 *   painted (stroke: AciniStroke, as a pointer)  a preview is taken
 *   failed (message: string)  the slide's pixels cannot be read
 */
#define ACINI_TYPE_TOOL_PIXELS (acini_tool_pixels_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolPixels, acini_tool_pixels, ACINI, TOOL_PIXELS, AciniTool)

struct _AciniToolPixelsClass
{
  AciniToolClass parent_class;
  const char *name; /* as the journal knows the tool */
  gboolean ground;  /* where the answer is ACINI_PIXELS_GROUND, it is said that it is not what is meant */
  /* (transfer full) (nullable) what is asked, in slide points; NULL: nothing, and there is no preview. */
  gpointer (*ask) (AciniToolPixels *self);
  void (*free_question) (gpointer question);
  /* (nullable) The box of what the question is about, which the pixels have to hold. */
  void (*get_box) (AciniToolPixels *self, double *x0, double *y0, double *x1, double *y1);
  /* On a worker: sets @mask, a byte for each of @pixels, to what is meant, 0 elsewhere.  *@state is kept for the next
   * question about the same pixels, NULL at first. */
  void (*answer) (const AciniPixels *pixels, gconstpointer question, gpointer *state, guint8 *mask);
  void (*free_state) (gpointer state);
  /* (nullable) (transfer full) (nullable) JSON for the journal. */
  char *(*describe) (AciniToolPixels *self);
  /* What was asked for is painted, or let go of. */
  void (*forget) (AciniToolPixels *self);
};

/* What it paints. */
void acini_tool_pixels_set_label (AciniToolPixels *self, guint8 label);
/* Of what is being asked for: its slide, 0: there is nothing; what it will paint, and whether in place of an
 * object. */
gint64 acini_tool_pixels_get_slide (AciniToolPixels *self);
guint8 acini_tool_pixels_get_label (AciniToolPixels *self);
gboolean acini_tool_pixels_get_replaces (AciniToolPixels *self);
/* Whether an answer is on its way. */
gboolean acini_tool_pixels_is_busy (AciniToolPixels *self);
/* The pixels are others, of another model for example: what has been asked for is asked again. */
void acini_tool_pixels_look_again (AciniToolPixels *self, const AciniToolContext *context);

/* For the tools themselves. */
/* Something new is to be painted, with @label, 0: with its own; @replaces: in place of an object.  Returns: whether
 * there is a slide to paint on. */
gboolean acini_tool_pixels_start (AciniToolPixels *self, const AciniToolContext *context, guint8 label,
                                  gboolean replaces);
/* Has the pixels around read, if they are not, and asks them. */
void acini_tool_pixels_ask (AciniToolPixels *self, const AciniToolContext *context);
/* Paints the answer, as soon as it is there; meanwhile something new can be begun. */
void acini_tool_pixels_take (AciniToolPixels *self);
void acini_tool_pixels_drop (AciniToolPixels *self);

G_END_DECLS
