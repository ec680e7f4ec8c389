/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Right pane, History: what was done to the labels of a slide, newest first. */

#include "data/labels/acini-journal.h"
#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_HISTORY_PANE (acini_history_pane_get_type ())
/* Signals: "show-place" (x, y: double): a row was activated; the level-0 centre of what it changed. */
G_DECLARE_FINAL_TYPE (AciniHistoryPane, acini_history_pane, ACINI, HISTORY_PANE, AdwBin)

void acini_history_pane_set_session (AciniHistoryPane *self, AciniSession *session);

/* (transfer full) what a row of the journal is, in words; *@icon: static. */
char *acini_history_dup_title (const AciniJournalRow *row, const char **icon);

G_END_DECLS
