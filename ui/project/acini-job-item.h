/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A job as the window follows it: what its events say, read on a worker thread twice a second while it has not ended,
 * and the task that shows it and takes requests. */

#include "app/jobs/acini-job.h"
#include "ui/tasks/acini-task.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_JOB_ITEM (acini_job_item_get_type ())
/* Signals:
 *   changed ()                 state, progress or figures
 *   failed (message: string)   what was requested could not be done
 *   ended ()                   it was seen running (or queued) and is now done, failed or cancelled */
G_DECLARE_FINAL_TYPE (AciniJobItem, acini_job_item, ACINI, JOB_ITEM, GObject)

/* One figure of the events: training loss, or what was found on held-out slides. */
typedef struct
{
  double step;
  double value;
} AciniJobPoint;

/* @label: what it works on, as people call it (nullable). */
AciniJobItem *acini_job_item_new (AciniJob *job, const char *label);
/* The job is watched, and nothing can be asked of it. */
void acini_job_item_set_read_only (AciniJobItem *self);
AciniJob *acini_job_item_get_job (AciniJobItem *self);
/* Shows the job and takes requests: pause, resume, try again, cancel, dismiss (transfer none). */
AciniTask *acini_job_item_get_task (AciniJobItem *self);
/* Whether it belongs into a list of tasks: it has not ended, has failed, or ended before the user's eyes; and was not
 * dismissed. */
gboolean acini_job_item_is_listed (AciniJobItem *self);
/* Follows it until it has ended.  Once the first events are read, "changed" is emitted. */
void acini_job_item_watch (AciniJobItem *self);

AciniJobState acini_job_item_get_state (AciniJobItem *self);
gboolean acini_job_item_is_active (AciniJobItem *self); /* queued, running or paused */
gboolean acini_job_item_is_training (AciniJobItem *self);
gint64 acini_job_item_get_slide (AciniJobItem *self);    /* that is segmented; 0: it is a training */
double acini_job_item_get_fraction (AciniJobItem *self); /* 0 … 1 */
/* Why it failed or paused by itself and what to do, else NULL. */
const char *acini_job_item_get_message (AciniJobItem *self);
char *acini_job_item_dup_title (AciniJobItem *self);  /* "Fine-tuning colon-v2" */
char *acini_job_item_dup_status (AciniJobItem *self); /* "62 % · 3 min left" */
char *acini_job_item_dup_detail (AciniJobItem *self); /* "Step 248 of 400 · 3.1 steps/s · 3 min left" */
int acini_job_item_get_n_steps (AciniJobItem *self);

/* Curves (transfer none) (element-type AciniJobPoint). */
GArray *acini_job_item_get_loss (AciniJobItem *self);
GArray *acini_job_item_get_held_out_loss (AciniJobItem *self);
GArray *acini_job_item_get_dice (AciniJobItem *self);
/* Of the learning-rate finder: "step" is the logarithm (to the base of 10) of the rate, the value its loss. */
GArray *acini_job_item_get_finder (AciniJobItem *self);
double acini_job_item_get_found (AciniJobItem *self); /* the logarithm of what it chose; NaN: nothing yet */
/* (transfer none) organ (char *) → GArray of AciniJobPoint */
GHashTable *acini_job_item_get_dice_by_organ (AciniJobItem *self);

/* Grows when the curves lost points, because a training went on from an earlier checkpoint: they are to be drawn anew.
 */
guint acini_job_item_get_curve_number (AciniJobItem *self);

G_END_DECLS
