/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slides of a project as lists show them: a GListModel of AciniSlideItem in the project's order.  Main thread only;
 * the disk is touched on a worker thread, one thing after the other. */

#include "ui/project/acini-slide-item.h"

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_LIST (acini_slide_list_get_type ())
/* Signals:
 *   reloaded ()                      the list is as the project was a moment ago
 *   removed (ids: "ax")              the user took them out, and may want them back
 *   located (n: uint)                so many slides whose files were missing were found
 *   failed (message: string)         it cannot be read, or a change cannot be written */
G_DECLARE_FINAL_TYPE (AciniSlideList, acini_slide_list, ACINI, SLIDE_LIST, GObject)

AciniSlideList *acini_slide_list_new (AciniProject *project);
/* Reads the project's slides again.  Items of slides that are still there stay: a list view keeps its place. */
void acini_slide_list_reload (AciniSlideList *self);
/* Returns: (transfer none) (nullable). */
AciniSlideItem *acini_slide_list_find (AciniSlideList *self, gint64 id);

/* Each is written for all of the @n slides of @slides, then the list is read again. */
void acini_slide_list_set_organ (AciniSlideList *self, const gint64 *slides, guint n, const char *organ);
void acini_slide_list_set_mpp (AciniSlideList *self, const gint64 *slides, guint n, double mpp_x,
                               double mpp_y); /* µm */
void acini_slide_list_remove (AciniSlideList *self, const gint64 *slides, guint n);
void acini_slide_list_restore (AciniSlideList *self, const gint64 *slides, guint n);
/* Points the slide to its file @path, and other slides that miss theirs to what is found beside it. */
void acini_slide_list_locate (AciniSlideList *self, gint64 slide, const char *path);
/* @name: not empty. */
void acini_slide_list_rename (AciniSlideList *self, gint64 slide, const char *name);

G_END_DECLS
