/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-heartbeat.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "heartbeat"

struct _AciniHeartbeat
{
  char *path;
  int fd;
  GThread *thread;
  GMutex mutex;
  GCond stopped;
  gboolean stop; /* behind the mutex */
};

/* Differs from boot to boot, and from computer to computer. */
static char *
dup_boot (void)
{
  char *boot = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL))
    return g_strdup ("unknown");
  return g_strstrip (boot);
}

static gpointer
beat (gpointer data)
{
  AciniHeartbeat *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (!self->stop)
    {
      gint64 end = g_get_monotonic_time () + ACINI_HEARTBEAT_INTERVAL_S * G_TIME_SPAN_SECOND;

      /* Touching needs no room on the disk, so a full one does not kill the job. */
      futimens (self->fd, NULL);
      while (!self->stop && g_cond_wait_until (&self->stopped, &self->mutex, end))
        ;
    }
  return NULL;
}

AciniHeartbeat *
acini_heartbeat_start (const char *folder)
{
  AciniHeartbeat *self;
  g_autofree char *path = NULL, *boot = dup_boot (), *text = NULL;
  int fd;

  g_return_val_if_fail (folder != NULL, NULL);

  path = g_build_filename (folder, FILE_NAME, NULL);
  text = g_strdup_printf ("%s\n%s\n%d\n", g_get_host_name (), boot, (int)getpid ());
  fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0 || write (fd, text, strlen (text)) != (gssize)strlen (text))
    {
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  self = g_new0 (AciniHeartbeat, 1);
  self->path = g_steal_pointer (&path);
  self->fd = fd;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->stopped);
  self->thread = g_thread_new ("heartbeat", beat, self);
  return self;
}

void
acini_heartbeat_stop (AciniHeartbeat *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->stop = TRUE;
  g_cond_signal (&self->stopped);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  close (self->fd);
  g_unlink (self->path);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->stopped);
  g_free (self->path);
  g_free (self);
}

gboolean
acini_heartbeat_is_alive_elsewhere (const char *folder, AciniHeartbeatMemory *memory, char **host)
{
  g_autofree char *path = NULL, *text = NULL, *boot = NULL;
  g_auto (GStrv) lines = NULL;
  GStatBuf status;
  gint64 modified, now = g_get_monotonic_time ();

  g_return_val_if_fail (folder != NULL && memory != NULL, FALSE);

  path = g_build_filename (folder, FILE_NAME, NULL);
  if (g_stat (path, &status) != 0 || !g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  boot = dup_boot ();
  if (g_strv_length (lines) < 3 || g_str_equal (lines[1], boot))
    return FALSE;
  modified = (gint64)status.st_mtim.tv_sec * G_TIME_SPAN_SECOND + status.st_mtim.tv_nsec / 1000;
  if (memory->modified == 0)
    {
      /* The first look has nothing but the two clocks. */
      memory->seen = now - MAX (0, g_get_real_time () - modified);
      memory->modified = modified;
    }
  else if (modified != memory->modified)
    {
      memory->seen = now;
      memory->modified = modified;
    }
  if (host != NULL)
    *host = g_strdup (lines[0]);
  return now - memory->seen <= ACINI_HEARTBEAT_STALE_S * G_TIME_SPAN_SECOND;
}
