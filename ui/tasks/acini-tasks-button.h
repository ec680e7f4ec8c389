/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* In the header: how many tasks run and how far they are; what it opens lists them all. */

#include "ui/tasks/acini-task-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_TASKS_BUTTON (acini_tasks_button_get_type ())
G_DECLARE_FINAL_TYPE (AciniTasksButton, acini_tasks_button, ACINI, TASKS_BUTTON, AdwBin)

/* @list (nullable).  The button is there while something runs, waits for the user or has failed. */
void acini_tasks_button_set_list (AciniTasksButton *self, AciniTaskList *list);
/* "Fine-tuning Colon · 62 %", as it is shown; "" where nothing is. */
const char *acini_tasks_button_get_text (AciniTasksButton *self);

G_END_DECLS
