/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The readers of a project: blind readings are begun and opened, and, once they are done, compared.  In a reading: the
 * reader says that it is done. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_READERS_DIALOG (acini_readers_dialog_get_type ())
/* Signals: show-disagreements (): they are to be listed. */
G_DECLARE_FINAL_TYPE (AciniReadersDialog, acini_readers_dialog, ACINI, READERS_DIALOG, AdwDialog)

AciniReadersDialog *acini_readers_dialog_new (AciniSession *session);
/* Whether all that it shows has been read and compared. */
gboolean acini_readers_dialog_is_idle (AciniReadersDialog *self);
/* What two readers come to, as it says it: not owned; NULL: there are no such. */
const char *acini_readers_dialog_get_agreement (AciniReadersDialog *self, guint pair);

G_END_DECLS
