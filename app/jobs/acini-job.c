/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Its presence says that the user has seen how the job ended and does not want it listed. */
#define DISMISSED "dismissed"

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

  g_clear_pointer (&self->heartbeat, acini_heartbeat_stop);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  if (self->events_fd >= 0)
    close (self->events_fd);
  g_clear_pointer (&self->specification, json_object_unref);
  g_free (self->last_message);
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
      acini_job_set_write_error (error, folder, errno);
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

gboolean
acini_job_append_event (AciniJob *self, const char *event, JsonObject *members, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self) && event != NULL, FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  return acini_job_write_event (self, event, members, FALSE, error);
}

/* With the mutex held. */
static gboolean
append_state (AciniJob *self, AciniJobState state, AciniFailure failure, const char *message, GError **error)
{
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_string_member (members, "state", state_names[state]);
  if (state == ACINI_JOB_RUNNING)
    {
      json_object_set_int_member (members, "pid", getpid ());
      json_object_set_string_member (members, "host", g_get_host_name ());
    }
  if (failure != ACINI_FAILURE_NONE)
    json_object_set_string_member (members, "reason", acini_failure_to_string (failure));
  if (message != NULL)
    json_object_set_string_member (members, "message", message);
  return acini_job_write_event (self, "state", members, state != ACINI_JOB_RUNNING, error);
}

/* State. */

static const char *
get_text (JsonObject *event, const char *member)
{
  JsonNode *node = json_object_get_member (event, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

/* With the mutex held.  The last state event; see acini_job_get_state (). */
static AciniJobState
read_last_state (AciniJob *self)
{
  g_autoptr (GPtrArray) events = acini_job_read_new_events (self, &self->state_offset, NULL);

  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      JsonObject *event = g_ptr_array_index (events, i);
      const char *state = get_text (event, "state");

      if (g_strcmp0 (get_text (event, "event"), "state") != 0 || state == NULL)
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (state_names); j++)
        if (g_str_equal (state, state_names[j]))
          self->last_state = j;
      self->last_failure = acini_failure_from_string (get_text (event, "reason"));
      g_set_str (&self->last_message, get_text (event, "message"));
    }
  return self->last_state;
}

/* With the mutex held. */
static gboolean
is_alive (AciniJob *self)
{
  return self->lock_fd >= 0 || acini_job_is_locked (self)
         || acini_heartbeat_is_alive_elsewhere (self->folder, &self->memory, NULL);
}

gboolean
acini_job_is_alive (AciniJob *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  return is_alive (self);
}

/* With the mutex held. */
static AciniJobState
get_state (AciniJob *self)
{
  if (read_last_state (self) != ACINI_JOB_RUNNING || is_alive (self))
    return self->last_state;
  /* Between the two looks the worker may have ended well: its last event comes before it lets the lock go. */
  return read_last_state (self) == ACINI_JOB_RUNNING ? ACINI_JOB_FAILED : self->last_state;
}

AciniJobState
acini_job_get_state (AciniJob *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self), ACINI_JOB_FAILED);

  locker = g_mutex_locker_new (&self->mutex);
  return get_state (self);
}

AciniFailure
acini_job_get_failure (AciniJob *self, char **message)
{
  g_autoptr (GMutexLocker) locker = NULL;
  AciniJobState state;

  g_return_val_if_fail (ACINI_IS_JOB (self), ACINI_FAILURE_OTHER);

  locker = g_mutex_locker_new (&self->mutex);
  state = get_state (self);
  if (message != NULL)
    *message = state == ACINI_JOB_FAILED || state == ACINI_JOB_PAUSED ? g_strdup (self->last_message) : NULL;
  if (state == ACINI_JOB_FAILED && self->last_state == ACINI_JOB_RUNNING)
    return ACINI_FAILURE_DIED;
  if (state == ACINI_JOB_FAILED && self->last_failure == ACINI_FAILURE_NONE)
    return ACINI_FAILURE_OTHER;
  return state == ACINI_JOB_FAILED || state == ACINI_JOB_PAUSED ? self->last_failure : ACINI_FAILURE_NONE;
}

char *
acini_job_dup_log_path (AciniJob *self)
{
  g_return_val_if_fail (ACINI_IS_JOB (self), NULL);
  return acini_job_path (self, "log.txt");
}

/* Dismissal. */

gboolean
acini_job_is_dismissed (AciniJob *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);
  path = acini_job_path (self, DISMISSED);
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
acini_job_dismiss (AciniJob *self, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);
  path = acini_job_path (self, DISMISSED);
  if (g_file_set_contents (path, "", 0, &reason))
    return TRUE;
  g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, reason->message);
  return FALSE;
}

/* Requests. */

gboolean
acini_job_set_control (AciniJob *self, const char *request, GError **error)
{
  g_autofree char *path = acini_job_path (self, "control");
  g_autoptr (GError) reason = NULL;

  if (g_file_set_contents_full (path, request, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, &reason))
    return TRUE;
  g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, reason->message);
  return FALSE;
}

/* What only a job that goes on would need. */
void
acini_job_remove_checkpoint (AciniJob *self)
{
  const char *const names[] = { "checkpoint.safetensors", "checkpoint.json" };

  g_return_if_fail (ACINI_IS_JOB (self));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = acini_job_path (self, names[i]);

      g_remove (path);
    }
}

gboolean
acini_job_request (AciniJob *self, const char *request, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gboolean ok = TRUE;
  int fd;

  g_return_val_if_fail (ACINI_IS_JOB (self) && request != NULL, FALSE);

  if (!acini_job_set_control (self, request, error))
    return FALSE;
  if (!g_str_equal (request, "cancel"))
    return TRUE;
  /* Nobody works on it: there is no worker that could say that it stopped. */
  locker = g_mutex_locker_new (&self->mutex);
  read_last_state (self);
  fd = self->lock_fd < 0 ? acini_job_take_lock_soon (self, NULL) : -1;
  if (fd < 0)
    return TRUE;
  read_last_state (self);
  if (self->last_state != ACINI_JOB_DONE && self->last_state != ACINI_JOB_CANCELLED)
    ok = append_state (self, ACINI_JOB_CANCELLED, ACINI_FAILURE_NONE, NULL, error);
  if (ok && self->last_state != ACINI_JOB_DONE)
    acini_job_remove_checkpoint (self);
  close (fd);
  return ok;
}

char *
acini_job_dup_control (AciniJob *self)
{
  g_autofree char *path = NULL, *request = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (self), NULL);

  path = acini_job_path (self, "control");
  if (!g_file_get_contents (path, &request, NULL, NULL))
    return g_strdup ("run");
  return g_strdup (g_strstrip (request));
}

/* The worker. */

gboolean
acini_job_begin (AciniJob *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  int fd;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);
  g_return_val_if_fail (self->lock_fd < 0, FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  fd = acini_job_get_inherited_lock (self);
  g_unsetenv (ACINI_JOB_LOCK_VARIABLE);
  if (fd >= 0)
    {
      /* What was requested since the start counts. */
      fcntl (fd, F_SETFD, FD_CLOEXEC);
      self->lock_fd = fd;
    }
  else
    {
      read_last_state (self);
      self->lock_fd = acini_job_take_lock_soon (self, error);
      if (self->lock_fd < 0 || !acini_job_set_control (self, "run", error))
        return FALSE;
    }
  if (!append_state (self, ACINI_JOB_RUNNING, ACINI_FAILURE_NONE, NULL, error))
    return FALSE;
  self->heartbeat = acini_heartbeat_start (self->folder);
  return TRUE;
}

gboolean
acini_job_mark_started (AciniJob *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *dismissed = acini_job_path (self, DISMISSED);

  g_unlink (dismissed);
  return append_state (self, ACINI_JOB_RUNNING, ACINI_FAILURE_NONE, NULL, error);
}

gboolean
acini_job_mark_waiting (AciniJob *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return append_state (self, ACINI_JOB_QUEUED, ACINI_FAILURE_NONE, NULL, error);
}

gboolean
acini_job_end (AciniJob *self, AciniJobState state, AciniFailure failure, const char *message, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gboolean ok;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  ok = append_state (self, state, failure, message, error);
  acini_job_close_events (self);
  g_clear_pointer (&self->heartbeat, acini_heartbeat_stop);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
  return ok;
}
