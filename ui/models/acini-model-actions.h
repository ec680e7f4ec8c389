/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What can be done with the model that is shown: a group of actions, "model.rename", "model.archive",
 * "model.restore", "model.delete", "model.export", "model.refit". */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_MODEL_ACTIONS (acini_model_actions_get_type ())
G_DECLARE_FINAL_TYPE (AciniModelActions, acini_model_actions, ACINI, MODEL_ACTIONS, GObject)

/* Puts the group into @widget, which their dialogs belong to and which has to live as long. */
AciniModelActions *acini_model_actions_new (GtkWidget *widget);
/* @session, @item NULL: none is shown. */
void acini_model_actions_set (AciniModelActions *self, AciniSession *session, AciniModelItem *item);

G_END_DECLS
