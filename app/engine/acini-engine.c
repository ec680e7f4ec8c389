/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/engine/acini-engine.h"
#include "app/jobs/acini-device.h"

#include "app/acini-engine-dbus.h"
#include "app/engine/acini-engine-private.h"
#include "app/engine/acini-tile-memory.h"
#include "app/jobs/acini-find-cli.h"
#include "app/jobs/acini-job-failure.h"
#include "data/predictions/acini-prediction.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

/* One process at a time.  A "generation" is the life of one: what arrives late from an earlier one (its end, its
 * connection) carries that generation's number and is passed over. */

#define SOCKET_FD 3
/* The program loads a few hundred megabytes of libraries before it answers. */
#define START_TIMEOUT 900 /* seconds: at a first start it may still be compiled, see .ci/cli-when-built */

typedef enum
{
  STOPPED,
  STARTING,
  READY,
} Life;

struct _AciniEngine
{
  GObject parent_instance;

  char *cli;
  GHashTable *pending; /* request number → GTask, the table owns a reference */
  guint64 last_request;

  /* Of the process. */
  Life life;
  const char *level;   /* what oneDNN, which computes, may use in it; interned, NULL before it has computed */
  const char *died_at; /* the level of the last one that died of a fault; interned, NULL: none has */
  guint generation;
  GSubprocess *process;
  const char *device; /* that it was told to compute on; interned */
  GDBusConnection *connection;
  AciniDBusEngine1 *proxy;
  AciniDBusEngine1Viewer *viewer;
  GCancellable *starting;
  guint start_timeout;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_DEVICE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint died_signal, restarted_signal, unfamiliar_signal;

G_DEFINE_FINAL_TYPE (AciniEngine, acini_engine, G_TYPE_OBJECT)

/* A request. */

typedef struct
{
  AciniEngine *engine; /* not owned: the task's source object */
  guint64 number;
  char *slide, *model, *organ;
  double mpp;
  gint64 x, y, width, height;
  AciniEngineTileFunc tile;
  gpointer tile_data;
  gboolean sent, sent_again; /* to the process that runs; to another one after that of the first died */
  GSource *cancelled;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  if (request->cancelled != NULL)
    {
      g_source_destroy (request->cancelled);
      g_source_unref (request->cancelled);
    }
  g_free (request->slide);
  g_free (request->model);
  g_free (request->organ);
  g_free (request);
}

static void
notify_state (AciniEngine *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Takes the request out of the table.  Returns: (transfer full) (nullable) its task, to be answered. */
static GTask *
take_task (AciniEngine *self, guint64 number)
{
  gpointer task = NULL;

  g_hash_table_steal_extended (self->pending, &number, NULL, &task);
  return task;
}

static void
fail_request (AciniEngine *self, guint64 number, GError *error)
{
  g_autoptr (GTask) task = take_task (self, number);

  if (task != NULL)
    g_task_return_error (task, error);
  else
    g_error_free (error);
  notify_state (self);
}

static const char *
died_message (void)
{
  return _ ("The segmentation engine stopped unexpectedly. Your work is safe. Segment again to restart it.");
}

static void
fail_all (AciniEngine *self, AciniEngineError code, const char *message)
{
  g_autoptr (GPtrArray) tasks = g_hash_table_steal_all_values (self->pending);

  /* The array has taken the table's references over. */
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_new_error (g_ptr_array_index (tasks, i), ACINI_ENGINE_ERROR, code, "%s", message);
}

/* Tiles. */

static gboolean
on_tile (AciniDBusEngine1Viewer *viewer, GDBusMethodInvocation *invocation, GUnixFDList *fds, guint64 number,
         gint64 column, gint64 row, double downsample, int classes, const char *way, GVariant *memory,
         gpointer user_data)
{
  AciniEngine *self = user_data;
  GTask *task = g_hash_table_lookup (self->pending, &number);
  int index = g_variant_get_handle (memory);
  int fd = fds != NULL && index < g_unix_fd_list_get_length (fds) ? g_unix_fd_list_get (fds, index, NULL) : -1;
  g_autoptr (GBytes) bytes = NULL;

  if (fd >= 0 && classes > 0 && classes <= 255)
    bytes = acini_tile_memory_map (fd, (gsize)classes * ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  if (fd >= 0)
    close (fd);
  if (task != NULL && bytes != NULL)
    {
      Request *request = g_task_get_task_data (task);

      if (request->tile != NULL)
        request->tile (column, row, bytes, downsample, classes, way, request->tile_data);
    }
  acini_dbus_engine1_viewer_complete_tile (viewer, invocation, NULL);
  return TRUE;
}

static gboolean
on_computing (AciniDBusEngine1Viewer *viewer, GDBusMethodInvocation *invocation, const char *onednn, gpointer user_data)
{
  AciniEngine *self = user_data;

  self->level = g_intern_string (onednn);
  acini_dbus_engine1_viewer_complete_computing (viewer, invocation);
  return TRUE;
}

static gboolean
on_unfamiliar (AciniDBusEngine1Viewer *viewer, GDBusMethodInvocation *invocation, const char *slide, const char *model,
               const char *const *sentences, gpointer user_data)
{
  g_autofree char *text = g_strjoinv (" ", (char **)sentences);

  acini_dbus_engine1_viewer_complete_unfamiliar (viewer, invocation);
  g_signal_emit (user_data, unfamiliar_signal, 0, slide, model, text);
  return TRUE;
}

/* Sending. */

static void
on_segmented (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) kept = user_data; /* keeps the engine alive */
  AciniEngine *self = g_task_get_source_object (kept);
  Request *request = g_task_get_task_data (kept);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  gboolean ok = acini_dbus_engine1_call_segment_finish (ACINI_DBUS_ENGINE1 (source), result, &error);

  /* When the connection breaks, lose_process () says how the process ended, or sends it again. */
  if (!ok
      && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED)
          || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
          || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED)))
    return;
  task = take_task (self, request->number);
  if (task == NULL)
    return;
  if (ok)
    {
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      g_dbus_error_strip_remote_error (error);
      if (error->domain != ACINI_ENGINE_ERROR && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_autofree char *message = g_strdup (error->message);

          g_clear_error (&error);
          error = g_error_new_literal (ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_FAILED, message);
        }
      g_task_return_error (task, g_steal_pointer (&error));
    }
  notify_state (self);
}

static void
send_request (AciniEngine *self, GTask *task)
{
  Request *request = g_task_get_task_data (task);

  request->sent = TRUE;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->proxy), G_MAXINT);
  acini_dbus_engine1_call_segment (self->proxy, request->number, request->slide, request->model, request->mpp,
                                   request->organ, request->x, request->y, request->width, request->height, NULL,
                                   on_segmented, g_object_ref (task));
}

static void
send_waiting (AciniEngine *self)
{
  GHashTableIter iter;
  gpointer task;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &task))
    if (!((Request *)g_task_get_task_data (task))->sent)
      send_request (self, task);
}

/* The process. */

/* Lets go of the process and its connection, which ends it. */
static void
drop_process (AciniEngine *self)
{
  self->generation++;
  self->life = STOPPED;
  g_clear_handle_id (&self->start_timeout, g_source_remove);
  g_cancellable_cancel (self->starting);
  g_clear_object (&self->starting);
  if (self->viewer != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->viewer));
  g_clear_object (&self->viewer);
  g_clear_object (&self->proxy);
  if (self->connection != NULL)
    g_dbus_connection_close (self->connection, NULL, NULL, NULL);
  g_clear_object (&self->connection);
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->process);
}

static void start (AciniEngine *self);

/* Has the requests that the process was at wait for another one, each once in its life; the others fail.
 * Returns: whether any waits. */
static gboolean
send_again_later (AciniEngine *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Request *request = g_task_get_task_data (value);
      g_autoptr (GTask) task = NULL;

      if (!request->sent_again)
        {
          request->sent = FALSE;
          request->sent_again = TRUE;
          continue;
        }
      task = value;
      g_hash_table_iter_steal (&iter);
      g_task_return_new_error (task, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_DIED, "%s", died_message ());
    }
  return g_hash_table_size (self->pending) > 0;
}

/* The process ended without being asked to, or never answered.  @fault: it died of what it computed, so that one that
 * uses less of oneDNN may live. */
static void
lose_process (AciniEngine *self, gboolean fault)
{
  gboolean started = self->life == READY;

  if (self->life == STOPPED)
    return;
  g_object_ref (self);
  drop_process (self);
  if (started && fault && self->level != NULL)
    {
      self->died_at = self->level;
      self->level = NULL;
      if (send_again_later (self))
        {
          g_signal_emit (self, restarted_signal, 0);
          start (self);
          notify_state (self);
          g_object_unref (self);
          return;
        }
    }
  if (started)
    fail_all (self, ACINI_ENGINE_ERROR_DIED, died_message ());
  else
    fail_all (self, ACINI_ENGINE_ERROR_START, _ ("The segmentation engine started but did not answer. Try again."));
  notify_state (self);
  if (started)
    g_signal_emit (self, died_signal, 0);
  g_object_unref (self);
}

typedef struct
{
  GWeakRef engine;
  guint generation;
} Watch;

static Watch *
watch_new (AciniEngine *self)
{
  Watch *watch = g_new0 (Watch, 1);

  g_weak_ref_init (&watch->engine, self);
  watch->generation = self->generation;
  return watch;
}

/* Returns: (transfer full) the engine, or NULL when @watch is of another generation; frees @watch. */
static AciniEngine *
watch_finish (Watch *watch)
{
  AciniEngine *self = g_weak_ref_get (&watch->engine);

  if (self != NULL && self->generation != watch->generation)
    g_clear_object (&self);
  g_weak_ref_clear (&watch->engine);
  g_free (watch);
  return self;
}

static gboolean
died_of_fault (GSubprocess *process)
{
  return g_subprocess_get_if_signaled (process)
         && acini_failure_is_fault (acini_failure_from_signal (g_subprocess_get_term_sig (process), FALSE, NULL));
}

static void
on_exited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniEngine) self = watch_finish (user_data);
  gboolean ended = g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);

  if (self != NULL)
    lose_process (self, ended && died_of_fault (G_SUBPROCESS (source)));
}

static void
on_closed (GDBusConnection *connection, gboolean remote_vanished, GError *error, gpointer user_data)
{
  AciniEngine *self = user_data;

  /* How it ended says on_exited ().  One that is dying is not disturbed by this. */
  if (connection == self->connection && self->process != NULL)
    g_subprocess_force_exit (self->process);
}

static gboolean
on_start_timeout (gpointer user_data)
{
  AciniEngine *self = user_data;

  self->start_timeout = 0;
  lose_process (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
on_proxy (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniEngine) self = watch_finish (user_data);
  g_autoptr (AciniDBusEngine1) proxy = acini_dbus_engine1_proxy_new_finish (result, NULL);

  if (self == NULL)
    return;
  if (proxy == NULL)
    {
      lose_process (self, FALSE);
      return;
    }
  g_clear_handle_id (&self->start_timeout, g_source_remove);
  self->proxy = g_steal_pointer (&proxy);
  self->life = READY;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE]);
  notify_state (self);
  send_waiting (self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniEngine) self = watch_finish (user_data);
  g_autoptr (GDBusConnection) connection = g_dbus_connection_new_finish (result, NULL);

  if (self == NULL)
    return;
  self->viewer = connection != NULL ? acini_dbus_engine1_viewer_skeleton_new () : NULL;
  if (self->viewer == NULL
      || !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->viewer), connection,
                                            ACINI_ENGINE_VIEWER_PATH, NULL))
    {
      lose_process (self, FALSE);
      return;
    }
  self->connection = g_steal_pointer (&connection);
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  g_signal_connect_object (self->connection, "closed", G_CALLBACK (on_closed), self, 0);
  g_signal_connect_object (self->viewer, "handle-computing", G_CALLBACK (on_computing), self, 0);
  g_signal_connect_object (self->viewer, "handle-unfamiliar", G_CALLBACK (on_unfamiliar), self, 0);
  g_signal_connect_object (self->viewer, "handle-tile", G_CALLBACK (on_tile), self, 0);
  acini_dbus_engine1_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_NONE, NULL, ACINI_ENGINE_PATH, self->starting,
                                on_proxy, watch_new (self));
}

/* Starts acini-cli with one end of a socket pair.  Returns: (transfer full) the other end. */
static GIOStream *
spawn (AciniEngine *self, GError **error)
{
  g_autofree char *cli = self->cli != NULL ? g_strdup (self->cli) : acini_find_cli ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSocket) socket = NULL;
  int ends[2];

  if (cli == NULL)
    {
      g_set_error_literal (error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_START,
                           _ ("The program acini-cli was not found. Install it beside Acini."));
      return NULL;
    }
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error (error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_START, _ ("The engine could not be started: %s."),
                   g_strerror (errno));
      return NULL;
    }
  g_subprocess_launcher_take_fd (launcher, ends[1], SOCKET_FD);
  /* A training may run beside it: see spawn_worker (). */
  g_subprocess_launcher_setenv (launcher, "OMP_WAIT_POLICY", "passive", FALSE);
  socket = g_socket_new_from_fd (ends[0], error);
  if (socket == NULL)
    {
      close (ends[0]);
      return NULL;
    }
  self->device = acini_get_device ();
  self->level = NULL;
  self->process = g_subprocess_launcher_spawn (launcher, error, cli, "serve", "--quiet", "--device", self->device,
                                               "--socket", G_STRINGIFY (SOCKET_FD),
                                               self->died_at != NULL ? "--died-at" : NULL, self->died_at, NULL);
  if (self->process == NULL)
    return NULL;
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static void
start (AciniEngine *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) stream = spawn (self, &error);

  if (stream == NULL)
    {
      g_clear_object (&self->process);
      fail_all (self, ACINI_ENGINE_ERROR_START, error->message);
      return;
    }
  self->life = STARTING;
  self->starting = g_cancellable_new ();
  self->start_timeout = g_timeout_add_seconds (START_TIMEOUT, on_start_timeout, self);
  g_subprocess_wait_async (self->process, NULL, on_exited, watch_new (self));
  g_dbus_connection_new (stream, NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, self->starting,
                         on_connected, watch_new (self));
  notify_state (self);
}

/* Requests. */

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Request *request = user_data;
  AciniEngine *self = request->engine;

  if (request->sent && self->proxy != NULL)
    acini_dbus_engine1_call_cancel (self->proxy, request->number, NULL, NULL, NULL);
  fail_request (self, request->number, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled.")));
  return G_SOURCE_REMOVE;
}

/* What waits for the engine to start is overtaken by what is newer; what runs, the engine itself cancels. */
static void
drop_waiting (AciniEngine *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_autoptr (GTask) task = NULL;

      if (((Request *)g_task_get_task_data (value))->sent)
        continue;
      task = value;
      g_hash_table_iter_steal (&iter);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("A newer request replaced it."));
    }
}

void
acini_engine_segment_async (AciniEngine *self, const AciniEngineRequest *request, AciniEngineTileFunc tile,
                            gpointer tile_data, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task;
  Request *kept;

  g_return_if_fail (ACINI_IS_ENGINE (self) && request != NULL);
  g_return_if_fail (request->slide != NULL && request->model != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, acini_engine_segment_async);
  kept = g_new0 (Request, 1);
  *kept = (Request){ .engine = self,
                     .number = ++self->last_request,
                     .slide = g_strdup (request->slide),
                     .model = g_strdup (request->model),
                     .organ = g_strdup (request->organ != NULL ? request->organ : ""),
                     .mpp = request->mpp,
                     .x = request->x,
                     .y = request->y,
                     .width = request->width,
                     .height = request->height,
                     .tile = tile,
                     .tile_data = tile_data };
  g_task_set_task_data (task, kept, request_free);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  if (cancellable != NULL)
    {
      kept->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (kept->cancelled, G_SOURCE_FUNC (on_cancelled), kept, NULL);
      g_source_attach (kept->cancelled, g_main_context_get_thread_default ());
    }
  drop_waiting (self);
  /* The user chose another device: the one that runs has nothing to do, and makes room. */
  if (self->life == READY && self->device != acini_get_device () && g_hash_table_size (self->pending) == 0)
    drop_process (self);
  g_hash_table_insert (self->pending, &kept->number, task);
  if (self->life == READY)
    send_request (self, task);
  else if (self->life == STOPPED)
    start (self);
  notify_state (self);
}

gboolean
acini_engine_segment_finish (AciniEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, acini_engine_segment_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The object. */

const char *
acini_engine_get_state (AciniEngine *self)
{
  g_return_val_if_fail (ACINI_IS_ENGINE (self), NULL);

  if (self->life == STOPPED)
    return "stopped";
  if (self->life == STARTING)
    return "starting";
  return g_hash_table_size (self->pending) > 0 ? "busy" : "ready";
}

GPid
acini_engine_get_pid (AciniEngine *self)
{
  const char *identifier;

  g_return_val_if_fail (ACINI_IS_ENGINE (self), 0);

  identifier = self->process != NULL ? g_subprocess_get_identifier (self->process) : NULL;
  return identifier != NULL ? (GPid)g_ascii_strtoll (identifier, NULL, 10) : 0;
}

static void
acini_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  AciniEngine *self = ACINI_ENGINE (object);

  if (id == PROP_STATE)
    g_value_set_string (value, acini_engine_get_state (self));
  else if (id == PROP_DEVICE)
    g_value_set_string (value, self->proxy != NULL ? acini_dbus_engine1_get_device (self->proxy) : NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
acini_engine_dispose (GObject *object)
{
  drop_process (ACINI_ENGINE (object));
  G_OBJECT_CLASS (acini_engine_parent_class)->dispose (object);
}

static void
acini_engine_finalize (GObject *object)
{
  AciniEngine *self = ACINI_ENGINE (object);

  /* Tasks hold a reference on the engine: none is left. */
  g_hash_table_unref (self->pending);
  g_free (self->cli);
  G_OBJECT_CLASS (acini_engine_parent_class)->finalize (object);
}

static void
acini_engine_class_init (AciniEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = acini_engine_get_property;
  object_class->dispose = acini_engine_dispose;
  object_class->finalize = acini_engine_finalize;
  properties[PROP_STATE]
      = g_param_spec_string ("state", NULL, NULL, "stopped", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DEVICE] = g_param_spec_string ("device", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  restarted_signal
      = g_signal_new ("restarted", ACINI_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  unfamiliar_signal = g_signal_new ("unfamiliar", ACINI_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  died_signal = g_signal_new ("died", ACINI_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_engine_init (AciniEngine *self)
{
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_object_unref);
}

AciniEngine *
acini_engine_new (const char *cli)
{
  AciniEngine *self = g_object_new (ACINI_TYPE_ENGINE, NULL);

  self->cli = g_strdup (cli);
  return self;
}
