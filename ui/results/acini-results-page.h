/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What came out: counts, density, areas and share of tissue of each slide and of the project, a histogram, and a table
 * of all objects.  A row leads to its place on the slide. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_RESULTS_PAGE (acini_results_page_get_type ())
/* Signals: "opened" (slide: int64, x, y, width, height: int64): the user wants to see this place, in level-0 pixels;
 * width 0: the slide. */
G_DECLARE_FINAL_TYPE (AciniResultsPage, acini_results_page, ACINI, RESULTS_PAGE, AdwBin)

/* @session NULL: none. */
void acini_results_page_set_session (AciniResultsPage *self, AciniSession *session);
/* Brings the objects of all slides up to date and counts again; call it when the page is shown. */
void acini_results_page_refresh (AciniResultsPage *self);
/* What takes long is given up: the page is no longer shown. */
void acini_results_page_pause (AciniResultsPage *self);

G_END_DECLS
