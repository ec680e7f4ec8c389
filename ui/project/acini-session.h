/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An open project as the window sees it: owns the lists of slides, models and jobs and the project's settings, keeps
 * them up to date whoever changes the project, and knows the slide under review.  Main thread only; what touches the
 * disk is done on worker threads. */

#include "data/labels/acini-editor.h"
#include "ui/project/acini-job-list.h"
#include "ui/project/acini-model-list.h"
#include "ui/project/acini-project-settings.h"
#include "ui/project/acini-slide-list.h"

G_BEGIN_DECLS

#define ACINI_TYPE_SESSION (acini_session_get_type ())
/* Properties (notified): "model" (AciniModelItem): the one in use; "slide" (AciniSlideItem): the one under review.
 * Signals:
 *   ready ()                          settings and lists were read for the first time
 *   message (text: string)            something to tell, in one sentence
 *   labels-changed (slide: int64)     the journal of the slide grew
 *   slides-removed (ids: "ax")        to offer Undo
 *   model-finished (item: AciniModelItem) a training ended, the model was taken into the project
 *   jobs-changed ()                   a job came, went on or ended
 *   segmented (item: AciniJobItem)    a segmentation ended, and what it computed is in the project */
G_DECLARE_FINAL_TYPE (AciniSession, acini_session, ACINI, SESSION, GObject)

AciniSession *acini_session_new (AciniProject *project);
AciniProject *acini_session_get_project (AciniSession *self);
AciniEditor *acini_session_get_editor (AciniSession *self); /* transfer none */
/* NULL: the project can be written; else the sentence that says why it can only be looked at. */
const char *acini_session_get_read_only (AciniSession *self);
/* Reads everything; "ready" follows.  From then on the lists follow the project by themselves. */
void acini_session_load (AciniSession *self);
gboolean acini_session_is_ready (AciniSession *self);
/* Stops following the project.  What was to be written is written. */
void acini_session_close (AciniSession *self);

/* The objects it owns (transfer none). */
AciniSlideList *acini_session_get_slide_list (AciniSession *self);
AciniModelList *acini_session_get_model_list (AciniSession *self);
AciniJobList *acini_session_get_job_list (AciniSession *self);
AciniProjectSettings *acini_session_get_settings (AciniSession *self);
/* What takes long, of the project and of its window. */
AciniTaskList *acini_session_get_tasks (AciniSession *self);
/* Shows it in @tasks of the window's from now on. */
void acini_session_set_tasks (AciniSession *self, AciniTaskList *tasks);
/* The same lists, for what shows them: of AciniSlideItem, AciniModelItem, AciniJobItem. */
GListModel *acini_session_get_slides (AciniSession *self);
GListModel *acini_session_get_models (AciniSession *self);
GListModel *acini_session_get_jobs (AciniSession *self);

/* The model in use.  Returns: (transfer none) (nullable). */
AciniModelItem *acini_session_get_model (AciniSession *self);

/* The slide under review. */
AciniSlideItem *acini_session_get_slide (AciniSession *self);
void acini_session_set_slide (AciniSession *self, AciniSlideItem *item);
/* Makes @id the one under review, as soon as the list has it. */
void acini_session_review (AciniSession *self, gint64 id);
/* The one before (-1) or after (1) in the list. */
void acini_session_step_slide (AciniSession *self, int step);
/* Says that the labels of a slide have changed. */
void acini_session_labels_changed (AciniSession *self, gint64 slide);

/* Emits "message". */
void acini_session_tell (AciniSession *self, const char *text);

G_END_DECLS
