/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The jobs of a project as the window follows them: a GListModel of AciniJobItem, newest first.  Main thread only; the
 * disk is touched on a worker thread. */

#include "data/project/acini-project.h"
#include "ui/project/acini-job-item.h"
#include "ui/tasks/acini-task-list.h"

G_BEGIN_DECLS

#define ACINI_TYPE_JOB_LIST (acini_job_list_get_type ())
/* Signals:
 *   changed (item: AciniJobItem)   one came, went on or ended
 *   ended (item: AciniJobItem)     one was seen at work, and is at its end
 *   failed (message: string)       the jobs cannot be listed, or what was requested of one cannot be done */
G_DECLARE_FINAL_TYPE (AciniJobList, acini_job_list, ACINI, JOB_LIST, GObject)

AciniJobList *acini_job_list_new (AciniProject *project);
/* Looks for jobs that the list does not have yet, and follows them. */
void acini_job_list_reload (AciniJobList *self);
/* Follows @job, which was just started.  Returns: (transfer none). */
AciniJobItem *acini_job_list_add (AciniJobList *self, AciniJob *job);
/* The newest one that has not ended, of training or of segmenting.  Returns: (transfer none) (nullable). */
AciniJobItem *acini_job_list_find_active (AciniJobList *self, gboolean training);
/* What a person who looks at @slide would call "the segmentation": the one of this slide, else the one that runs, else
 * one that waits for its turn.  Returns: (transfer none) (nullable). */
AciniJobItem *acini_job_list_find_segmentation (AciniJobList *self, gint64 slide);
/* Shows what runs, has failed or just ended in @tasks (nullable), too. */
void acini_job_list_set_tasks (AciniJobList *self, AciniTaskList *tasks);
/* Follows none any more. */
void acini_job_list_clear (AciniJobList *self);

G_END_DECLS
