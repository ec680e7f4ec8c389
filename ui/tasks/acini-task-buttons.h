/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The buttons for what can be requested of a task: pause, resume, try again, cancel, dismiss, and its log. */

#include "ui/tasks/acini-task.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_TASK_BUTTONS (acini_task_buttons_get_type ())
G_DECLARE_FINAL_TYPE (AciniTaskButtons, acini_task_buttons, ACINI, TASK_BUTTONS, GtkWidget)

/* @task NULL: none, and no buttons.  @labels: with words where there is room for them, else icons with tooltips. */
void acini_task_buttons_set_task (AciniTaskButtons *self, AciniTask *task);
void acini_task_buttons_set_labels (AciniTaskButtons *self, gboolean labels);

G_END_DECLS
