/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A choice among the names of a project's regions: of a GtkDropDown or an AdwComboRow, which is hidden where there are
 * none.  Main thread. */

#include "ui/project/acini-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Reads the names and fills @choice, whose selection stays, where it is still there; @all: what the first choice is
 * called, which means everything.  Nothing more is done once @cancellable is cancelled. */
void acini_region_choice_fill (GtkWidget *choice, AciniSession *session, const char *all, GCancellable *cancellable);
/* NULL: everything.  Owned by @choice, until it is filled again. */
const char *acini_region_choice_get (GtkWidget *choice);

G_END_DECLS
