/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/project/acini-project.h"
#include "ui/base/acini-async.h"

G_BEGIN_DECLS

/* Writes a setting of the project on a worker, in the order of the calls.  @done (nullable): on the main thread, with
 * @object and no data, as of acini_async_run_in_order (). */
void acini_keep_setting (gpointer object, AciniProject *project, const char *key, const char *value,
                         AciniDoneFunc done);

G_END_DECLS
