/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The gallery of the project's slides, and what can be done with those that are selected. */

#include "ui/project/acini-segment-queue.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDES_PAGE (acini_slides_page_get_type ())
/* Signals:
 *   opened ()             the user opened a slide, which is the session's now
 * Properties: "n-selected" (uint, notified). */
G_DECLARE_FINAL_TYPE (AciniSlidesPage, acini_slides_page, ACINI, SLIDES_PAGE, AdwBin)

/* Both NULL: no project.  @queue: what segments whole slides of the session. */
void acini_slides_page_set_session (AciniSlidesPage *self, AciniSession *session, AciniSegmentQueue *queue);
/* Returns: (transfer full) (element-type AciniSlideItem), with a free function set, in the order of the gallery. */
GPtrArray *acini_slides_page_list_selected (AciniSlidesPage *self);

/* Shows the slides @ids (an array of int64) alone, which are @what; NULL: all again. */
void acini_slides_page_show_only (AciniSlidesPage *self, const char *what, GVariant *ids);

/* For those that are selected: segment one after the other with the model in use; take out of the project; give one
 * another name. */
void acini_slides_page_segment_selected (AciniSlidesPage *self);
void acini_slides_page_remove_selected (AciniSlidesPage *self);
void acini_slides_page_rename_selected (AciniSlidesPage *self);
/* Segments every slide of the project. */
void acini_slides_page_segment_all (AciniSlidesPage *self);

G_END_DECLS
