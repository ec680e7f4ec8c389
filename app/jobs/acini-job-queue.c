/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-queue.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct _AciniJobTurn
{
  char *folder, *name; /* NULL: it does not wait */
  int fd;
};

struct _AciniDeviceUse
{
  int fd;
};

static char *
dup_root (void)
{
  const char *given = g_getenv ("ACINI_QUEUE");

  return given != NULL ? g_strdup (given) : g_build_filename (g_get_user_cache_dir (), "acini", "queue", NULL);
}

/* Makes the file and locks it.  Somebody who found it without a lock may have removed it in between. */
static gboolean
take_place (AciniJobTurn *self)
{
  g_autofree char *path = NULL;
  struct stat status;

  /* Names are in the order of time; of two of the same microsecond one is first all the same. */
  self->name = g_strdup_printf ("%020" G_GINT64_FORMAT "-%d", g_get_real_time (), (int)getpid ());
  path = g_build_filename (self->folder, self->name, NULL);
  self->fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->fd >= 0 && flock (self->fd, LOCK_EX) == 0 && fstat (self->fd, &status) == 0 && status.st_nlink > 0)
    return TRUE;
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_pointer (&self->name, g_free);
  return FALSE;
}

AciniJobTurn *
acini_job_turn_new (const char *device)
{
  AciniJobTurn *self = g_new0 (AciniJobTurn, 1);
  g_autofree char *root = dup_root ();

  self->fd = -1;
  g_return_val_if_fail (device != NULL && strchr (device, '/') == NULL, self);

  self->folder = g_build_filename (root, device, NULL);
  if (g_mkdir_with_parents (self->folder, 0700) == 0)
    for (int i = 0; i < 3; i++)
      if (take_place (self))
        return self;
  g_message ("In “%s” no file could be made: the job does not wait for others.", self->folder);
  return self;
}

/* Whether the process that made the file lives.  The file of one that does not is removed. */
static gboolean
is_held (const char *path)
{
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  gboolean held;

  if (fd < 0)
    return FALSE;
  held = flock (fd, LOCK_EX | LOCK_NB) != 0;
  if (!held)
    g_unlink (path);
  close (fd);
  return held;
}

guint
acini_job_turn_count_ahead (AciniJobTurn *self)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  dir = self->name != NULL ? g_dir_open (self->folder, 0, NULL) : NULL;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      n += strcmp (name, self->name) < 0 && is_held (path);
    }
  return n;
}

void
acini_job_turn_free (AciniJobTurn *self)
{
  g_autofree char *path = NULL;

  if (self == NULL)
    return;
  path = self->name != NULL ? g_build_filename (self->folder, self->name, NULL) : NULL;
  if (path != NULL)
    g_unlink (path);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

/* Segmentations share a lock, which goes with their processes. */
static int
open_use (const char *device)
{
  g_autofree char *root = dup_root (), *name = NULL, *path = NULL;

  g_return_val_if_fail (device != NULL && strchr (device, '/') == NULL, -1);

  name = g_strconcat (device, ".segmenting", NULL);
  path = g_build_filename (root, name, NULL);
  return g_mkdir_with_parents (root, 0700) == 0 ? g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
}

AciniDeviceUse *
acini_device_use_new (const char *device)
{
  AciniDeviceUse *self = g_new0 (AciniDeviceUse, 1);

  self->fd = open_use (device);
  /* Who only looks holds it for a moment. */
  while (self->fd >= 0 && flock (self->fd, LOCK_SH) != 0 && errno == EINTR)
    ;
  return self;
}

void
acini_device_use_free (AciniDeviceUse *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

gboolean
acini_device_is_segmenting (const char *device)
{
  int fd = open_use (device);
  gboolean held = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;

  if (fd >= 0)
    close (fd);
  return held;
}
