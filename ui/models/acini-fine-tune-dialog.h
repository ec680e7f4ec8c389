/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a fine-tuning will do, in a few lines, and the button that starts it. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_FINE_TUNE_DIALOG (acini_fine_tune_dialog_get_type ())
/* Signals: "started" (): the job runs and the session follows it. */
G_DECLARE_FINAL_TYPE (AciniFineTuneDialog, acini_fine_tune_dialog, ACINI, FINE_TUNE_DIALOG, AdwDialog)

AciniFineTuneDialog *acini_fine_tune_dialog_new (AciniSession *session);

G_END_DECLS
