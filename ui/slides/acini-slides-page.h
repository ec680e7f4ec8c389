/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The gallery of the project's slides. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDES_PAGE (acini_slides_page_get_type ())
/* Signals: "opened" (): the user opened a slide, which is the session's now.
 * Properties: "has-selection" (boolean, notified). */
G_DECLARE_FINAL_TYPE (AciniSlidesPage, acini_slides_page, ACINI, SLIDES_PAGE, AdwBin)

void acini_slides_page_set_session (AciniSlidesPage *self, AciniSession *session);
/* The one that is selected, or NULL. */
AciniSlideItem *acini_slides_page_get_selected (AciniSlidesPage *self);

G_END_DECLS
