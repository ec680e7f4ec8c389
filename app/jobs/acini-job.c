/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job.h"

#include "app/jobs/acini-job-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lock is an open-file-description lock: it belongs to what was opened, not to the process, so that two
 * AciniJobs in one process exclude each other too, a child can inherit it (acini_job_start_local ()), asking for
 * it does not take it, and the kernel drops it however the worker ends. */

struct _AciniJob
{
  GObject parent_instance;

  char *folder;
  JsonObject *specification;

  GMutex mutex; /* everything below */
  int lock_fd;  /* -1: not the worker */
  int events_fd;
  gboolean torn; /* the last write ended in the middle of a line */

  /* What was read of events.jsonl for the state. */
  goffset state_offset;
  AciniJobState last_state;
};

G_DEFINE_FINAL_TYPE (AciniJob, acini_job, G_TYPE_OBJECT)
G_DEFINE_QUARK (acini - job - error - quark, acini_job_error)

static const char *const state_names[] = { "queued", "running", "paused", "done", "failed", "cancelled" };

const char *
acini_job_state_to_string (AciniJobState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_names), "failed");
  return state_names[state];
}

static void
acini_job_finalize (GObject *object)
{
  AciniJob *self = ACINI_JOB (object);

  if (self->lock_fd >= 0)
    close (self->lock_fd);
  if (self->events_fd >= 0)
    close (self->events_fd);
  g_clear_pointer (&self->specification, json_object_unref);
  g_free (self->folder);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (acini_job_parent_class)->finalize (object);
}

static void
acini_job_class_init (AciniJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_job_finalize;
}

static void
acini_job_init (AciniJob *self)
{
  g_mutex_init (&self->mutex);
  self->lock_fd = -1;
  self->events_fd = -1;
  self->last_state = ACINI_JOB_QUEUED;
}

static char *
job_path (AciniJob *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
set_write_error (GError **error, const char *path, int code)
{
  g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, _ ("“%s” could not be written: %s."), path,
               g_strerror (code));
}

AciniJob *
acini_job_create (const char *folder, JsonObject *specification, GError **error)
{
  g_autofree char *path = NULL, *data = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (folder != NULL && specification != NULL, NULL);
  g_return_val_if_fail (json_object_get_string_member_with_default (specification, "kind", NULL) != NULL, NULL);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      set_write_error (error, folder, errno);
      return NULL;
    }
  path = g_build_filename (folder, "job.json", NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, _ ("“%s” is already a job."), folder);
      return NULL;
    }
  node = json_node_init_object (json_node_alloc (), specification);
  data = json_to_string (node, TRUE);
  if (!g_file_set_contents_full (path, data, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
                                 &reason))
    {
      g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, reason->message);
      return NULL;
    }
  return acini_job_open (folder, error);
}

AciniJob *
acini_job_open (const char *folder, GError **error)
{
  g_autoptr (AciniJob) self = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) reason = NULL;
  g_autofree char *path = NULL;
  JsonNode *root;
  JsonNode *kind;

  g_return_val_if_fail (folder != NULL, NULL);

  path = g_build_filename (folder, "job.json", NULL);
  if (!json_parser_load_from_file (parser, path, &reason))
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED, _ ("“%s” is not a job: %s"), folder,
                   reason->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  kind = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_object_get_member (json_node_get_object (root), "kind")
                                                       : NULL;
  if (kind == NULL || json_node_get_value_type (kind) != G_TYPE_STRING)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED,
                   _ ("“%s” does not say what kind of job it is. Start the job again."), path);
      return NULL;
    }
  self = g_object_new (ACINI_TYPE_JOB, NULL);
  self->folder = g_canonicalize_filename (folder, NULL);
  self->specification = json_object_ref (json_node_get_object (root));
  return g_steal_pointer (&self);
}

const char *
acini_job_get_folder (AciniJob *self)
{
  g_return_val_if_fail (ACINI_IS_JOB (self), NULL);
  return self->folder;
}

JsonObject *
acini_job_get_specification (AciniJob *self)
{
  g_return_val_if_fail (ACINI_IS_JOB (self), NULL);
  return self->specification;
}

const char *
acini_job_get_kind (AciniJob *self)
{
  g_return_val_if_fail (ACINI_IS_JOB (self), NULL);
  return json_object_get_string_member (self->specification, "kind");
}

/* Events. */

/* The whole lines of events.jsonl from *@offset, which moves behind them; NULL with @error unset when there is
 * nothing new. */
static char *
read_new_lines (AciniJob *self, goffset *offset, GError **error)
{
  g_autofree char *path = job_path (self, "events.jsonl");
  g_autofree char *data = NULL;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  struct stat status;
  gssize n = 0;
  char *end;

  if (fd < 0)
    {
      if (errno != ENOENT)
        g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED, _ ("“%s” could not be read: %s."), path,
                     g_strerror (errno));
      return NULL;
    }
  if (fstat (fd, &status) == 0 && status.st_size > *offset)
    {
      data = g_malloc (status.st_size - *offset + 1);
      n = pread (fd, data, status.st_size - *offset, *offset);
    }
  close (fd);
  if (n <= 0)
    return NULL;
  end = memrchr (data, '\n', n);
  if (end == NULL)
    return NULL;
  end[1] = '\0';
  *offset += end + 1 - data;
  return g_steal_pointer (&data);
}

/* Parses the lines of @text into objects; skips lines that a killed worker left half-written. */
static GPtrArray *
parse_lines (char *text)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify)json_object_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new_immutable ();
      JsonNode *root;

      if (*lines[i] == '\0' || !json_parser_load_from_data (parser, lines[i], -1, NULL))
        continue;
      root = json_parser_get_root (parser);
      if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
        g_ptr_array_add (events, json_object_ref (json_node_get_object (root)));
    }
  return events;
}

GPtrArray *
acini_job_read_events (AciniJob *self, goffset *offset, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self) && offset != NULL, NULL);

  text = read_new_lines (self, offset, &reason);
  if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  return parse_lines (text != NULL ? text : (char[1]){ 0 });
}

/* Opens events.jsonl for appending, and ends a line that a killed worker left half-written. */
static gboolean
open_events (AciniJob *self, GError **error)
{
  g_autofree char *path = NULL;
  struct stat status;
  char last;

  if (self->events_fd >= 0)
    return TRUE;
  path = job_path (self, "events.jsonl");
  self->events_fd = g_open (path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (self->events_fd < 0)
    {
      set_write_error (error, path, errno);
      return FALSE;
    }
  self->torn = fstat (self->events_fd, &status) == 0 && status.st_size > 0
               && pread (self->events_fd, &last, 1, status.st_size - 1) == 1 && last != '\n';
  return TRUE;
}

/* With the mutex held.  One write a line, so that a reader or another writer never sees two lines mixed. */
static gboolean
append_event (AciniJob *self, const char *event, JsonObject *members, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL, *line = NULL;
  gssize length, written;

  if (!open_events (self, error))
    return FALSE;
  json_object_set_double_member (object, "time", g_get_real_time () / 1e6);
  json_object_set_string_member (object, "event", event);
  if (members != NULL)
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init_ordered (&iter, members);
      while (json_object_iter_next_ordered (&iter, &name, &value))
        json_object_set_member (object, name, json_node_copy (value));
    }
  node = json_node_init_object (json_node_alloc (), object);
  text = json_to_string (node, FALSE);
  line = g_strconcat (self->torn ? "\n" : "", text, "\n", NULL);
  length = strlen (line);
  do
    written = write (self->events_fd, line, length);
  while (written < 0 && errno == EINTR);
  if (written == length)
    {
      self->torn = FALSE;
      return TRUE;
    }
  self->torn = self->torn || written > 0;
  set_write_error (error, "events.jsonl", written < 0 ? errno : ENOSPC);
  return FALSE;
}

gboolean
acini_job_append_event (AciniJob *self, const char *event, JsonObject *members, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self) && event != NULL, FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  return append_event (self, event, members, error);
}

/* With the mutex held. */
static gboolean
append_state (AciniJob *self, AciniJobState state, const char *message, GError **error)
{
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_string_member (members, "state", state_names[state]);
  if (state == ACINI_JOB_RUNNING)
    {
      json_object_set_int_member (members, "pid", getpid ());
      json_object_set_string_member (members, "host", g_get_host_name ());
    }
  if (message != NULL)
    json_object_set_string_member (members, "message", message);
  return append_event (self, "state", members, error);
}

/* The lock. */

static int
open_lock (AciniJob *self, GError **error)
{
  g_autofree char *path = job_path (self, "lock");
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

  if (fd < 0)
    set_write_error (error, path, errno);
  return fd;
}

/* The fd that holds the lock, or -1. */
int
acini_job_take_lock (AciniJob *self, GError **error)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open_lock (self, error);

  if (fd >= 0 && fcntl (fd, F_OFD_SETLK, &whole) != 0)
    {
      if (errno == EAGAIN || errno == EACCES)
        g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING,
                     _ ("Another process is already working on the job “%s”."), self->folder);
      else
        set_write_error (error, "lock", errno);
      close (fd);
      return -1;
    }
  return fd;
}

static gboolean
is_locked (AciniJob *self)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  g_autofree char *path = job_path (self, "lock");
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  gboolean locked = fd >= 0 && fcntl (fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;

  if (fd >= 0)
    close (fd);
  return locked;
}

/* State. */

/* With the mutex held.  The last state event; see acini_job_get_state (). */
static AciniJobState
read_last_state (AciniJob *self)
{
  g_autofree char *text = read_new_lines (self, &self->state_offset, NULL);
  g_autoptr (GPtrArray) events = text != NULL ? parse_lines (text) : NULL;

  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      JsonObject *event = g_ptr_array_index (events, i);
      const char *state;

      if (g_strcmp0 (json_object_get_string_member_with_default (event, "event", NULL), "state") != 0)
        continue;
      state = json_object_get_string_member_with_default (event, "state", "");
      for (guint j = 0; j < G_N_ELEMENTS (state_names); j++)
        if (g_str_equal (state, state_names[j]))
          self->last_state = j;
    }
  return self->last_state;
}

AciniJobState
acini_job_get_state (AciniJob *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self), ACINI_JOB_FAILED);

  locker = g_mutex_locker_new (&self->mutex);
  if (read_last_state (self) != ACINI_JOB_RUNNING || self->lock_fd >= 0 || is_locked (self))
    return self->last_state;
  /* The worker may have finished between the two checks: it writes its last event before it releases the lock. */
  return read_last_state (self) == ACINI_JOB_RUNNING ? ACINI_JOB_FAILED : self->last_state;
}

gboolean
acini_job_set_control (AciniJob *self, const char *wish, GError **error)
{
  g_autofree char *path = job_path (self, "control");
  g_autoptr (GError) reason = NULL;

  if (g_file_set_contents_full (path, wish, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, &reason))
    return TRUE;
  g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, reason->message);
  return FALSE;
}

gboolean
acini_job_request (AciniJob *self, const char *wish, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gboolean ok = TRUE;
  int fd;

  g_return_val_if_fail (ACINI_IS_JOB (self) && wish != NULL, FALSE);

  if (!acini_job_set_control (self, wish, error))
    return FALSE;
  if (!g_str_equal (wish, "cancel"))
    return TRUE;
  /* No process works on it, so no worker can report that it stopped. */
  locker = g_mutex_locker_new (&self->mutex);
  fd = self->lock_fd < 0 ? acini_job_take_lock (self, NULL) : -1;
  if (fd < 0)
    return TRUE;
  read_last_state (self);
  if (self->last_state != ACINI_JOB_DONE && self->last_state != ACINI_JOB_CANCELLED)
    ok = append_state (self, ACINI_JOB_CANCELLED, NULL, error);
  close (fd);
  return ok;
}

char *
acini_job_dup_control (AciniJob *self)
{
  g_autofree char *path = NULL, *wish = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self), NULL);

  path = job_path (self, "control");
  if (!g_file_get_contents (path, &wish, NULL, NULL))
    return g_strdup ("run");
  return g_strdup (g_strstrip (wish));
}

/* Whether @fd is the lock file of this job, open; the environment may be from another program. */
static gboolean
is_lock_of (AciniJob *self, int fd)
{
  g_autofree char *path = job_path (self, "lock");
  struct stat a, b;

  return fd > 2 && fstat (fd, &a) == 0 && stat (path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

gboolean
acini_job_begin (AciniJob *self, GError **error)
{
  const char *inherited = g_getenv (ACINI_JOB_LOCK_VARIABLE);
  g_autoptr (GMutexLocker) locker = NULL;
  int fd = inherited != NULL ? (int)g_ascii_strtoll (inherited, NULL, 10) : -1;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);
  g_return_val_if_fail (self->lock_fd < 0, FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  g_unsetenv (ACINI_JOB_LOCK_VARIABLE);
  if (is_lock_of (self, fd))
    {
      /* What was wished since acini_job_start_local () counts. */
      fcntl (fd, F_SETFD, FD_CLOEXEC);
      self->lock_fd = fd;
    }
  else
    {
      self->lock_fd = acini_job_take_lock (self, error);
      if (self->lock_fd < 0 || !acini_job_set_control (self, "run", error))
        return FALSE;
    }
  return append_state (self, ACINI_JOB_RUNNING, NULL, error);
}

gboolean
acini_job_mark_started (AciniJob *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return append_state (self, ACINI_JOB_RUNNING, NULL, error);
}

gboolean
acini_job_end (AciniJob *self, AciniJobState state, const char *message, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gboolean ok;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  ok = append_state (self, state, message, error);
  if (ok)
    fsync (self->events_fd);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
  return ok;
}
