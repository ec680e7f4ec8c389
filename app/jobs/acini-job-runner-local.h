/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Runs jobs on this computer: `acini-cli job supervise FOLDER` in a session of its own, so that it outlives the caller;
 * what it and its worker say goes to FOLDER/log.txt. */

#include "app/jobs/acini-job-runner.h"

G_BEGIN_DECLS

#define ACINI_TYPE_LOCAL_RUNNER (acini_local_runner_get_type ())
G_DECLARE_FINAL_TYPE (AciniLocalRunner, acini_local_runner, ACINI, LOCAL_RUNNER, GObject)

/* @cli: the program that works; NULL: see acini_find_cli (). */
AciniJobRunner *acini_local_runner_new (const char *cli);
AciniJobRunner *acini_local_runner_get_default (void); /* (transfer none) */

G_END_DECLS
