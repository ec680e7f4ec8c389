/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/project/acini-lease.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#define NAME "project.lease"

static int renew_time = 10000, stale_time = 60000; /* ms */

/* What the file holds, a line each: a number of this lease alone, the user, the host, the process. */
typedef struct
{
  char *token, *user, *host;
  gint64 process;
} Note;

struct _AciniLease
{
  char *path;
  Note note;
  int n_holders; /* under leases_lock */
  int lost;      /* atomic */
  GThread *thread;
  GMutex lock;
  GCond wake;
  gboolean ended; /* under lock */
};

/* Of this process: path → AciniLease. */
static GMutex leases_lock;
static GHashTable *leases;

static void
note_clear (Note *self)
{
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->host, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Note, note_clear)

static gboolean
note_read (Note *self, const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  if (g_strv_length (lines) < 4)
    return FALSE;
  self->token = g_strdup (lines[0]);
  self->user = g_strdup (lines[1]);
  self->host = g_strdup (lines[2]);
  self->process = g_ascii_strtoll (lines[3], NULL, 10);
  return TRUE;
}

static void
note_init (Note *self)
{
  const char *name = g_get_real_name ();

  self->token = g_uuid_string_random ();
  self->user = g_strdup (*name != '\0' && g_strcmp0 (name, "Unknown") != 0 ? name : g_get_user_name ());
  self->host = g_strdup (g_get_host_name ());
  self->process = getpid ();
}

/* FALSE with errno set; EEXIST: the file is there. */
static gboolean
note_create (const Note *self, const char *path)
{
  g_autofree char *text
      = g_strdup_printf ("%s\n%s\n%s\n%" G_GINT64_FORMAT "\n", self->token, self->user, self->host, self->process);
  int file = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  gboolean ok;

  if (file < 0)
    return FALSE;
  ok = write (file, text, strlen (text)) == (gssize)strlen (text) && fsync (file) == 0;
  close (file);
  if (!ok)
    g_unlink (path);
  return ok;
}

static gint64
get_age (const char *path)
{
  g_autofree char *probe = g_strdup_printf ("%s.%s", path, g_get_host_name ());
  GStatBuf old, now;
  int file = g_open (probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  gint64 age = 0;

  /* Both times are of the drive's clock, which may be another than ours. */
  if (file >= 0 && write (file, "", 1) == 1 && fsync (file) == 0 && g_stat (probe, &now) == 0
      && g_stat (path, &old) == 0)
    age = (now.st_mtim.tv_sec - old.st_mtim.tv_sec) * 1000 + (now.st_mtim.tv_nsec - old.st_mtim.tv_nsec) / 1000000;
  if (file >= 0)
    close (file);
  g_unlink (probe);
  return age;
}

static gboolean
is_stale (const Note *note, const char *path)
{
  if (g_strcmp0 (note->host, g_get_host_name ()) == 0 && kill ((pid_t)note->process, 0) != 0 && errno == ESRCH)
    return TRUE;
  return get_age (path) > stale_time;
}

/* Moves the stale file of @note away; of several that try one succeeds.  Another's that came meanwhile is put back. */
static void
clear_stale (const Note *note, const char *path)
{
  g_autofree char *aside = g_strdup_printf ("%s.%s", path, note->token);
  g_auto (Note) moved = { 0 };

  if (g_rename (path, aside) == 0 && note_read (&moved, aside) && !g_str_equal (moved.token, note->token)
      && link (aside, path) != 0)
    g_debug ("a lease of %s was lost", moved.user);
  g_unlink (aside);
}

/* Renewing. */

static gboolean
renew (AciniLease *self)
{
  g_auto (Note) note = { 0 };

  /* The time of the file is what tells that we live. */
  return note_read (&note, self->path) && g_str_equal (note.token, self->note.token) && g_utime (self->path, NULL) == 0;
}

/* A drive that does not answer for a while is no loss yet; that another holds the lease is. */
static gboolean
is_taken (AciniLease *self, gint64 renewed)
{
  g_auto (Note) note = { 0 };

  return (note_read (&note, self->path) && !g_str_equal (note.token, self->note.token))
         || g_get_monotonic_time () - renewed > stale_time * G_TIME_SPAN_MILLISECOND;
}

static gpointer
keep_renewing (gpointer data)
{
  AciniLease *self = data;
  gint64 renewed = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  while (!self->ended)
    {
      gint64 end = g_get_monotonic_time () + renew_time * G_TIME_SPAN_MILLISECOND;

      while (!self->ended && g_cond_wait_until (&self->wake, &self->lock, end))
        ;
      g_mutex_unlock (&self->lock);
      if (renew (self))
        renewed = g_get_monotonic_time ();
      else if (is_taken (self, renewed))
        g_atomic_int_set (&self->lost, 1);
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

gboolean
acini_lease_is_lost (AciniLease *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return g_atomic_int_get (&self->lost) != 0;
}

static gboolean
create (const Note *note, const char *path, char **holder, GError **error)
{
  for (int try = 0; try < 3; try++)
    {
      g_auto (Note) other = { 0 };

      if (note_create (note, path))
        return TRUE;
      if (errno != EEXIST)
        break;
      /* A file without content is one that is just being written. */
      if (!note_read (&other, path) && get_age (path) < stale_time)
        {
          g_usleep (100000);
          continue;
        }
      if (other.token != NULL && !is_stale (&other, path))
        {
          *holder = g_strdup_printf (_ ("%s on %s"), other.user, other.host);
          return FALSE;
        }
      if (other.token == NULL)
        g_unlink (path);
      else
        clear_stale (&other, path);
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” cannot be written: %s"), path, g_strerror (errno));
  return FALSE;
}

AciniLease *
acini_lease_take (const char *folder, char **holder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, NAME, NULL);
  AciniLease *self;

  g_return_val_if_fail (folder != NULL && holder != NULL, NULL);

  *holder = NULL;
  g_mutex_lock (&leases_lock);
  if (leases == NULL)
    leases = g_hash_table_new (g_str_hash, g_str_equal);
  self = g_hash_table_lookup (leases, path);
  if (self == NULL)
    {
      g_auto (Note) note = { 0 };

      note_init (&note);
      if (create (&note, path, holder, error))
        {
          self = g_new0 (AciniLease, 1);
          self->path = g_steal_pointer (&path);
          self->note = note;
          memset (&note, 0, sizeof note);
          g_mutex_init (&self->lock);
          g_cond_init (&self->wake);
          g_hash_table_insert (leases, self->path, self);
          self->thread = g_thread_new ("lease", keep_renewing, self);
        }
    }
  if (self != NULL)
    self->n_holders++;
  g_mutex_unlock (&leases_lock);
  return self;
}

void
acini_lease_release (AciniLease *self)
{
  g_auto (Note) note = { 0 };

  if (self == NULL)
    return;
  g_mutex_lock (&leases_lock);
  if (--self->n_holders > 0)
    {
      g_mutex_unlock (&leases_lock);
      return;
    }
  g_hash_table_remove (leases, self->path);
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  if (note_read (&note, self->path) && g_str_equal (note.token, self->note.token))
    g_unlink (self->path);
  g_mutex_unlock (&leases_lock);
  note_clear (&self->note);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self->path);
  g_free (self);
}

void
acini_lease_set_times (int renew_ms, int stale_ms)
{
  renew_time = renew_ms;
  stale_time = stale_ms;
}
