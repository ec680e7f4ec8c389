/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An open project as the window sees it: lists of slides, models and jobs, the settings, and what can be asked for.
 * Everything is asked for on the main thread and done on worker threads. */

#include "ui/project/acini-job-item.h"
#include "ui/project/acini-model-item.h"
#include "ui/project/acini-slide-item.h"

G_BEGIN_DECLS

#define ACINI_TYPE_SESSION (acini_session_get_type ())
/* Properties (notified): "model" (AciniModelItem): the one in use; "slide" (AciniSlideItem): the one under review.
 * Signals:
 *   ready ()                          settings and lists were read for the first time
 *   message (text: string)            something to tell, in one sentence
 *   labels-changed (slide: int64)     the journal of the slide grew
 *   slide-removed (item: AciniSlideItem)  to offer Undo
 *   model-finished (item: AciniModelItem) a training ended, the model was taken into the project
 *   jobs-changed ()                   a job came, went on or ended
 *   segmented (item: AciniJobItem)    a segmentation ended */
G_DECLARE_FINAL_TYPE (AciniSession, acini_session, ACINI, SESSION, GObject)

AciniSession *acini_session_new (AciniProject *project);
AciniProject *acini_session_get_project (AciniSession *self);
/* Reads everything; "ready" follows. */
void acini_session_load (AciniSession *self);
gboolean acini_session_is_ready (AciniSession *self);

/* Lists (transfer none), kept up to date: of AciniSlideItem, AciniModelItem (each after its parent), AciniJobItem
 * (newest first). */
GListModel *acini_session_get_slides (AciniSession *self);
GListModel *acini_session_get_models (AciniSession *self);
GListModel *acini_session_get_jobs (AciniSession *self);

AciniSlideItem *acini_session_get_slide (AciniSession *self);
void acini_session_set_slide (AciniSession *self, AciniSlideItem *item);
AciniSlideItem *acini_session_find_slide (AciniSession *self, gint64 id);
/* Makes @id the one under review, as soon as the list has it. */
void acini_session_review (AciniSession *self, gint64 id);
/* The one before (-1) or after (1) in the list. */
void acini_session_step_slide (AciniSession *self, int step);
void acini_session_reload_slides (AciniSession *self);
void acini_session_set_organ (AciniSession *self, gint64 slide, const char *organ);
void acini_session_set_mpp (AciniSession *self, gint64 slide, double mpp_x, double mpp_y);
void acini_session_remove_slide (AciniSession *self, AciniSlideItem *item);
void acini_session_restore_slide (AciniSession *self, gint64 slide);
/* Tells everybody that the labels of a slide are others now. */
void acini_session_labels_changed (AciniSession *self, gint64 slide);

AciniModelItem *acini_session_get_model (AciniSession *self);
AciniModelItem *acini_session_find_model (AciniSession *self, const char *id);
/* Makes it the project's model. */
void acini_session_use_model (AciniSession *self, AciniModelItem *item);
void acini_session_reload_models (AciniSession *self);

/* Follows a job that was just started. */
AciniJobItem *acini_session_add_job (AciniSession *self, AciniJob *job);
/* The newest one that has not ended, of training or of segmenting; NULL when there is none. */
AciniJobItem *acini_session_find_active_job (AciniSession *self, gboolean training);

/* Settings of the project, read once at the start.  NULL where it was never set. */
const char *acini_session_get_setting (AciniSession *self, const char *key);
void acini_session_set_setting (AciniSession *self, const char *key, const char *value);
double acini_session_get_number (AciniSession *self, const char *key, double otherwise);
void acini_session_set_number (AciniSession *self, const char *key, double value);

void acini_session_tell (AciniSession *self, const char *text);

G_END_DECLS
