/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The models that a project offers: a GListModel of AciniModelItem, each after its parent, one of them in use.  Main
 * thread only; the disk is touched on a worker thread, one thing after the other. */

#include "app/jobs/acini-job.h"
#include "ui/project/acini-model-item.h"
#include "ui/project/acini-project-settings.h"

G_BEGIN_DECLS

#define ACINI_TYPE_MODEL_LIST (acini_model_list_get_type ())
/* Properties: "in-use" (AciniModelItem, notified): NULL while the list is empty.
 * Signals:
 *   collected (item: AciniModelItem)   a training's model is new in the project
 *   failed (message: string)           the list cannot be read, or a training's model not be taken in */
G_DECLARE_FINAL_TYPE (AciniModelList, acini_model_list, ACINI, MODEL_LIST, GObject)

/* @settings say which model is in use ("model", an id); where they do not, or it is gone, it is the first. */
AciniModelList *acini_model_list_new (AciniProject *project, AciniProjectSettings *settings);
/* Reads the models and their cards again: all items are new ones. */
void acini_model_list_reload (AciniModelList *self);
/* The same, but items stay where the project has the models that the list has. */
void acini_model_list_refresh (AciniModelList *self);
/* Returns: (transfer none) (nullable). */
AciniModelItem *acini_model_list_find (AciniModelList *self, const char *id);

AciniModelItem *acini_model_list_get_in_use (AciniModelList *self); /* (nullable) */
/* Makes @item the project's model. */
void acini_model_list_use (AciniModelList *self, AciniModelItem *item);

/* Takes the model of @job, a finished training, into the project; "collected" follows, unless it was there already. */
void acini_model_list_collect (AciniModelList *self, AciniJob *job);

G_END_DECLS
