/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is in the project: a table of its slides, and totals. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_DATA_PAGE (acini_data_page_get_type ())
/* Signals:
 *   opened ()                                        the user opened a slide, which is the session's now
 *   chosen (what: string, slides: variant of "ax")   a bar of a chart, whose slides are to be shown alone; both NULL:
 * all again */
G_DECLARE_FINAL_TYPE (AciniDataPage, acini_data_page, ACINI, DATA_PAGE, AdwBin)

void acini_data_page_set_session (AciniDataPage *self, AciniSession *session);
/* Counts journal entries and labelled tiles again; call it when the page is shown. */
void acini_data_page_refresh (AciniDataPage *self);

G_END_DECLS
