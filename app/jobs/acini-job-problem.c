/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-job-problem.h"

#include <sys/statvfs.h>

static void
problem_free (gpointer data)
{
  AciniJobProblem *problem = data;

  g_free (problem->text);
  g_free (problem);
}

GPtrArray *
acini_job_problems_new (void)
{
  return g_ptr_array_new_with_free_func (problem_free);
}

void
acini_job_problems_add (GPtrArray *problems, gboolean stops, char *text)
{
  AciniJobProblem *problem = g_new0 (AciniJobProblem, 1);

  g_return_if_fail (problems != NULL && text != NULL);
  problem->stops = stops;
  problem->text = text;
  g_ptr_array_add (problems, problem);
}

const AciniJobProblem *
acini_job_problems_find_stop (GPtrArray *problems)
{
  g_return_val_if_fail (problems != NULL, NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const AciniJobProblem *problem = g_ptr_array_index (problems, i);

      if (problem->stops)
        return problem;
    }
  return NULL;
}

guint64
acini_get_free_bytes (const char *path)
{
  struct statvfs status;

  g_return_val_if_fail (path != NULL, G_MAXUINT64);
  return statvfs (path, &status) == 0 ? (guint64)status.f_bavail * status.f_frsize : G_MAXUINT64;
}
