/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* In the header: what runs in the background, as a ring; what it opens lists the jobs with pause and cancel. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_JOBS_BUTTON (acini_jobs_button_get_type ())
G_DECLARE_FINAL_TYPE (AciniJobsButton, acini_jobs_button, ACINI, JOBS_BUTTON, AdwBin)

void acini_jobs_button_set_session (AciniJobsButton *self, AciniSession *session);

G_END_DECLS
