/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What was measured on the slide that the view shows. */

#include "ui/project/acini-measures.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

/* Lines and areas that were measured; kept in the project until they are cleared.  The table (transfer full, nullable)
 * is for a spreadsheet, the text for acini_slide_view_set_measures (). */
guint acini_slide_view_get_n_measures (AciniSlideView *self);
char *acini_slide_view_dup_measures (AciniSlideView *self);
char *acini_slide_view_dup_measures_text (AciniSlideView *self);
void acini_slide_view_set_measures (AciniSlideView *self, const char *text);
void acini_slide_view_clear_measures (AciniSlideView *self);
/* Of the line that was measured last, in level-0 pixels, those of x where they are not square; 0: the last measurement
 * is none. */
double acini_slide_view_get_last_length (AciniSlideView *self);

/* For the view's own files: a line or an area was drawn; the last measurement is forgotten. */
void acini_view_measured (AciniSlideView *self, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n);
void acini_view_measure_forget (AciniSlideView *self);

G_END_DECLS
