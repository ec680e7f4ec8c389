/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The history of the slide under review, to read: filtered, walked, exported, and the slide put back to any step that
 * undo or redo can reach. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_JOURNAL_DIALOG (acini_journal_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AciniJournalDialog, acini_journal_dialog, ACINI, JOURNAL_DIALOG, AdwDialog)

AciniJournalDialog *acini_journal_dialog_new (AciniSession *session);

G_END_DECLS
