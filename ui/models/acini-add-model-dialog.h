/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Takes a checkpoint of any program into the project.  What the file does not tell and what changes its masks is asked
 * once, with the mask on the user's own tissue for each answer. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_ADD_MODEL_DIALOG (acini_add_model_dialog_get_type ())
/* Signals: "added" (id: string): the project has the model, and the session reads its models again. */
G_DECLARE_FINAL_TYPE (AciniAddModelDialog, acini_add_model_dialog, ACINI, ADD_MODEL_DIALOG, AdwDialog)

/* @path: of the checkpoint. */
AciniAddModelDialog *acini_add_model_dialog_new (AciniSession *session, const char *path);

G_END_DECLS
