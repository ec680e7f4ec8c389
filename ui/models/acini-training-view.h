/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A training as it goes: progress, curves, pause and cancel. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_TRAINING_VIEW (acini_training_view_get_type ())
G_DECLARE_FINAL_TYPE (AciniTrainingView, acini_training_view, ACINI, TRAINING_VIEW, AdwBin)

/* @item NULL: none. */
void acini_training_view_set_job (AciniTrainingView *self, AciniJobItem *item);

G_END_DECLS
