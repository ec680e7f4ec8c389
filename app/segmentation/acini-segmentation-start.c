/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/segmentation/acini-segmentation-start.h"

#include "app/segmentation/acini-segmentation-check.h"
#include "app/segmentation/acini-segmentation.h"

AciniJob *
acini_segmentation_prepare_checked (AciniProject *project, gint64 slide, const char *model, char **warning,
                                    GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (AciniJob) job = NULL;
  const AciniJobProblem *stop;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && model != NULL, NULL);

  if (warning != NULL)
    *warning = NULL;
  problems = acini_segmentation_check (project, slide, model, error);
  if (problems == NULL)
    return NULL;
  stop = acini_job_problems_find_stop (problems);
  if (stop != NULL)
    {
      g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START, stop->text);
      return NULL;
    }
  job = acini_segmentation_prepare (project, slide, model, error);
  if (job != NULL && warning != NULL && problems->len > 0)
    *warning = g_strdup (((const AciniJobProblem *)g_ptr_array_index (problems, 0))->text);
  return g_steal_pointer (&job);
}
