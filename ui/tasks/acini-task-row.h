/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A task in the list of the header: ring, title, what it is doing or what went wrong, and the buttons for what can be
 * requested. */

#include "ui/tasks/acini-task.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_TASK_ROW (acini_task_row_get_type ())
G_DECLARE_FINAL_TYPE (AciniTaskRow, acini_task_row, ACINI, TASK_ROW, AdwActionRow)

GtkWidget *acini_task_row_new (AciniTask *task);
AciniTask *acini_task_row_get_task (AciniTaskRow *self);

G_END_DECLS
