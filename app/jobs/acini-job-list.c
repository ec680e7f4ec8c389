/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-job-list.h"

#include <string.h>

/* Newest first: by when job.json was made, which is never changed. */
static int
compare_jobs (gconstpointer a, gconstpointer b)
{
  AciniJob *const *first = a, *const *second = b;
  const char *left = acini_job_get_folder (*first), *right = acini_job_get_folder (*second);

  /* Ids end in -DATE-TIME-XXXX, of a fixed length. */
  left += MAX (0, (int)strlen (left) - (int)strlen ("20260131-154200-3f9a"));
  right += MAX (0, (int)strlen (right) - (int)strlen ("20260131-154200-3f9a"));
  return strcmp (right, left);
}

GPtrArray *
acini_list_jobs (AciniProject *project, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  folder = acini_project_build_path (project, "jobs", NULL);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&jobs);
  dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      /* A folder without job.json is one that is being made, or was left by a crash before it became a job. */
      AciniJob *job = acini_job_open (path, NULL);

      if (job != NULL)
        g_ptr_array_add (jobs, job);
    }
  g_ptr_array_sort (jobs, compare_jobs);
  return g_steal_pointer (&jobs);
}
