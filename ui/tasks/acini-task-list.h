/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything long that is under way in a window, newest first: a GListModel of AciniTask. */

#include "ui/tasks/acini-task.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TASK_LIST (acini_task_list_get_type ())
/* Signals: changed (): a task came, went or changed; at most ten times a second for what only changed. */
G_DECLARE_FINAL_TYPE (AciniTaskList, acini_task_list, ACINI, TASK_LIST, GObject)

AciniTaskList *acini_task_list_new (void);
/* One that is there already stays where it is. */
void acini_task_list_add (AciniTaskList *self, AciniTask *task);
/* One that is not there is no matter. */
void acini_task_list_remove (AciniTaskList *self, AciniTask *task);

/* Tasks in a state. */
guint acini_task_list_count (AciniTaskList *self, AciniTaskState state);

G_END_DECLS
