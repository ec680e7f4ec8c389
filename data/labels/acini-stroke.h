/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A stroke of a round brush: every level-0 pixel whose middle lies within the radius of the pointer's path gets a
 * label. Or an outline: every pixel whose middle lies inside it does, however often it crosses itself. Or a picture of
 * what is meant, coarser than the slide. It is built on the main thread and, once finished, drawn by the editor. */

#include "data/labels/acini-journal.h"

G_BEGIN_DECLS

typedef struct _AciniStroke AciniStroke;

/* @tool: as the journal names it.  @radius: level-0 pixels. */
AciniStroke *acini_stroke_new (AciniProject *project, gint64 slide, const char *tool, guint8 label, double radius);
/* An outline, closed from its last point to its first. It has no radius. */
AciniStroke *acini_stroke_new_outline (AciniProject *project, gint64 slide, const char *tool, guint8 label);
/* What @mask covers (not 0), @width × @height pixels of @step level-0 pixels each, the first one's corner at the
 * level-0 point (@x, @y); between the middles of its pixels the mask is interpolated.  It is copied.  NULL: it is
 * empty. */
AciniStroke *acini_stroke_new_picture (AciniProject *project, gint64 slide, const char *tool, guint8 label, double x,
                                       double y, double step, int width, int height, const guint8 *mask);
AciniStroke *acini_stroke_ref (AciniStroke *self);
void acini_stroke_unref (AciniStroke *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniStroke, acini_stroke_unref)

/* JSON (nullable) of what was asked for, see acini_edit_set_note ().  Before others know the stroke. */
/* Of a picture: what is not 0 in @mask, laid as in acini_stroke_new_picture (), and not in the picture becomes
 * background where nobody has labelled it yet. */
void acini_stroke_set_ground (AciniStroke *self, double x, double y, double step, int width, int height,
                              const guint8 *mask);
void acini_stroke_set_note (AciniStroke *self, const char *note);

/* See acini_edit_protect (); 0 at first.  Before others know the stroke. */
void acini_stroke_protect (AciniStroke *self, guint8 label);

/* What it covers is to take the place of an object, instead of being added to what is there; FALSE at first.  Whoever
 * knows the objects does that, with acini_object_replace (); acini_stroke_draw () adds.  Before others know the stroke.
 */
void acini_stroke_set_replaces (AciniStroke *self, gboolean replaces);
gboolean acini_stroke_get_replaces (AciniStroke *self);

/* It began when @other did. */
void acini_stroke_set_began (AciniStroke *self, AciniStroke *other);

/* The pointer came to the slide point (@x, @y); joined to the point before by a straight line. */
void acini_stroke_add (AciniStroke *self, double x, double y);
/* The same with a brush that is @share (0 … 1) of the stroke's radius there, half a pixel at least, and becomes so on
 * the way: of a pen that is pressed less. */
void acini_stroke_add_pressed (AciniStroke *self, double x, double y, double share);

/* The project and slide that were on screen when it began. */
AciniProject *acini_stroke_get_project (AciniStroke *self);
gint64 acini_stroke_get_slide (AciniStroke *self);
/* Milliseconds since it began. */
gint64 acini_stroke_get_duration (AciniStroke *self);
const char *acini_stroke_get_tool (AciniStroke *self);
guint8 acini_stroke_get_label (AciniStroke *self);
/* In level-0 pixels; 0 of an outline. */
double acini_stroke_get_radius (AciniStroke *self);
/* All that the stroke may touch, in level-0 pixels. */
void acini_stroke_get_bounds (AciniStroke *self, double *x0, double *y0, double *x1, double *y1);

guint acini_stroke_get_n_points (AciniStroke *self);

/* Where the pointer came as number @i, in level-0 pixels. */
void acini_stroke_get_point (AciniStroke *self, guint i, double *x, double *y);
/* The brush's radius there, level-0 pixels. */
double acini_stroke_get_point_radius (AciniStroke *self, guint i);
/* Whether it is the same everywhere. */
gboolean acini_stroke_is_even (AciniStroke *self);

/* Sets the pixels of @mask, @width × @height from the level-0 pixel (@x, @y), to 255 where the stroke covers them;
 * others are left alone.  Returns: how many were set. */
gsize acini_stroke_rasterise (AciniStroke *self, gint64 x, gint64 y, int width, int height, guint8 *mask);

/* The same for pixels @step level-0 pixels wide, the first one's corner at the level-0 point (@x, @y), and for what
 * came with the point number @first and those after it (an outline is always whole).  However coarse the pixels, a thin
 * stroke does not vanish. */
gsize acini_stroke_rasterise_scaled (AciniStroke *self, guint first, double x, double y, double step, int width,
                                     int height, guint8 *mask);

/* Tells @edit what is protected from the stroke, and its note. */
void acini_stroke_prepare (AciniStroke *self, AciniEdit *edit);
/* Lays the finished stroke into @edit, tile by tile, so that the memory it takes does not depend on its length: an
 * AciniDrawFunc.  Not on the main thread. */
gboolean acini_stroke_draw (AciniEdit *edit, gpointer stroke, GError **error);

G_END_DECLS
