/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lock is an open-file-description lock: it belongs to what was opened, not to the process, so that two
 * AciniJobs in one process exclude each other too, a child can inherit it, asking for it does not take it, and the
 * kernel drops it however the worker ends. */

/* A worker that has written its last event needs this long at most to leave. */
#define PATIENCE_MS 5000

/* The fd that holds the lock, or -1. */
int
acini_job_take_lock (AciniJob *self, GError **error)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  g_autofree char *path = acini_job_path (self, "lock"), *host = NULL;
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

  if (fd < 0)
    {
      acini_job_set_write_error (error, path, errno);
      return -1;
    }
  if (fcntl (fd, F_OFD_SETLK, &whole) != 0)
    {
      if (errno == EAGAIN || errno == EACCES)
        g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING,
                     _ ("Another process is already working on the job “%s”."), self->folder);
      else
        acini_job_set_write_error (error, path, errno);
      close (fd);
      return -1;
    }
  if (acini_heartbeat_is_alive_elsewhere (self->folder, &self->memory, &host))
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING, _ ("The computer “%s” works on the job “%s”."),
                   host, self->folder);
      close (fd);
      return -1;
    }
  return fd;
}

int
acini_job_take_lock_soon (AciniJob *self, GError **error)
{
  for (int waited = 0;; waited += 20)
    {
      g_autoptr (GError) reason = NULL;
      int fd = acini_job_take_lock (self, &reason);

      if (fd >= 0 || waited >= PATIENCE_MS || self->last_state == ACINI_JOB_RUNNING
          || !g_error_matches (reason, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING))
        {
          if (fd < 0)
            g_propagate_error (error, g_steal_pointer (&reason));
          return fd;
        }
      g_usleep (20000);
    }
}

gboolean
acini_job_is_locked (AciniJob *self)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  g_autofree char *path = acini_job_path (self, "lock");
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  gboolean locked = fd >= 0 && fcntl (fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;

  if (fd >= 0)
    close (fd);
  return locked;
}

/* The variable may be from another program: looks whether it is the lock file of this job, open. */
int
acini_job_get_inherited_lock (AciniJob *self)
{
  const char *inherited = g_getenv (ACINI_JOB_LOCK_VARIABLE);
  int fd = inherited != NULL ? (int)g_ascii_strtoll (inherited, NULL, 10) : -1;
  g_autofree char *path = acini_job_path (self, "lock");
  struct stat a, b;

  return fd > 2 && fstat (fd, &a) == 0 && stat (path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino ? fd
                                                                                                               : -1;
}
