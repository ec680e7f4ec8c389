/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* --model, once or several times, and --weights: the options of the commands that set "models" in their table entry. */

#include "data/project/acini-project.h"
#include "model/acini-model.h"

G_BEGIN_DECLS

/* Reads the numbers; FALSE with @error of the usage kind. */
gboolean acini_model_choice_check (GError **error);
/* Whether any model was named, rather than the one in use taken. */
gboolean acini_model_choice_is_made (void);

/* The models, loaded, as one.  @project: (nullable). */
AciniModel *acini_model_choice_load (AciniProject *project, GError **error);
/* What acini_model_get_card () would be, without loading a network.  Returns: (transfer full). */
AciniCard *acini_model_choice_load_card (AciniProject *project, GError **error);

G_END_DECLS
