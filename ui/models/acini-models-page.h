/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The models with their lineage and scores, and the trainings. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_MODELS_PAGE (acini_models_page_get_type ())
G_DECLARE_FINAL_TYPE (AciniModelsPage, acini_models_page, ACINI, MODELS_PAGE, AdwBin)

void acini_models_page_set_session (AciniModelsPage *self, AciniSession *session);

G_END_DECLS
