/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Notices that a project was changed on the disk, by whatever process or computer: looks at its files once a second, on
 * a worker thread.  Notifications of the system would come sooner, but not from a network drive. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

#define ACINI_TYPE_PROJECT_WATCH (acini_project_watch_get_type ())
/* Signals:
 *   database-changed ()   project.sqlite was written, by this process or another
 *   jobs-changed ()       a job came or went */
G_DECLARE_FINAL_TYPE (AciniProjectWatch, acini_project_watch, ACINI, PROJECT_WATCH, GObject)

/* Watches from now on until it is disposed.  Both signals are emitted soon after the start, too: what was read before
 * may have changed since. */
AciniProjectWatch *acini_project_watch_new (AciniProject *project);

G_END_DECLS
