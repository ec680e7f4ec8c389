/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Takes what segmentation jobs compute in their folders into the project's predictions, while they run and at their
 * end.  Main thread only; the disk is touched on worker threads. */

#include "data/project/acini-project.h"
#include "ui/project/acini-job-item.h"

G_BEGIN_DECLS

#define ACINI_TYPE_PREDICTION_COLLECTOR (acini_prediction_collector_get_type ())
/* Signals:
 *   collected (item: AciniJobItem)  all that an ended job has computed is in the project
 *   failed (message: string)        something could not be taken; it is tried again with the next change of the job */
G_DECLARE_FINAL_TYPE (AciniPredictionCollector, acini_prediction_collector, ACINI, PREDICTION_COLLECTOR, GObject)

AciniPredictionCollector *acini_prediction_collector_new (AciniProject *project);
/* For each change of a segmentation job: takes what is new, at most once a second while it runs. */
void acini_prediction_collector_look (AciniPredictionCollector *self, AciniJobItem *item);

G_END_DECLS
