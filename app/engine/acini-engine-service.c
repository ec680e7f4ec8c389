/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/engine/acini-engine-service.h"
#include "app/acini-engine-dbus.h"
#include "app/engine/acini-engine-private.h"
#include "app/engine/acini-engine.h"
#include "app/engine/acini-model-cache.h"
#include "app/engine/acini-tile-memory.h"
#include "app/jobs/acini-job-queue.h"
#include "app/segmentation/acini-checked-way.h"
#include "app/segmentation/acini-segmentation.h"
#include "app/worker/acini-familiarity.h"
#include "app/worker/acini-model-set.h"
#include "app/worker/acini-slide-source.h"
#include "app/worker/acini-trial.h"
#include "app/worker/acini-way.h"
#include "data/predictions/acini-prediction.h"
#include "acini-config.h"

#include <fcntl.h>
#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* The main thread talks; one other thread computes, one request after the other.  A new request cancels all before. */

typedef struct
{
  AciniEngineService *service; /* not owned */
  guint64 number;
  char *slide, *model, *organ;
  double mpp;
  gint64 x, y, width, height;
  GCancellable *cancellable;
  GDBusMethodInvocation *invocation;
  double downsample; /* while it is computed */
  int n_planes;
  char *way;
} Request;

struct _AciniEngineService
{
  GObject parent_instance;

  GDBusConnection *connection;
  AciniDBusEngine1 *skeleton;
  GThread *thread;
  GAsyncQueue *queue;    /* Request, or the service itself to end */
  AciniModelCache *warm; /* the thread's */
  GHashTable *looked_at; /* the thread's: slide, model, organ → (GPtrArray *) sentences */
  char *device;          /* constant */

  GMutex mutex;
  GPtrArray *open; /* requests not answered, not owned */
};

static guint closed_signal;

G_DEFINE_FINAL_TYPE (AciniEngineService, acini_engine_service, G_TYPE_OBJECT)

static void
request_free (Request *request)
{
  g_free (request->slide);
  g_free (request->model);
  g_free (request->organ);
  g_free (request->way);
  g_object_unref (request->cancellable);
  g_free (request);
}

/* On the computing thread. */

static gboolean
send_tile (gpointer user_data, gint64 column, gint64 row, const guint8 *probability, GError **error)
{
  Request *request = user_data;
  gsize length = (gsize)request->n_planes * ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  int fd = acini_tile_memory_new (probability, length);

  if (fd < 0)
    {
      g_set_error (error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_FAILED,
                   _ ("There is not enough memory for a tile: %s."), g_strerror (errno));
      return FALSE;
    }
  fds = g_unix_fd_list_new_from_array (&fd, 1);
  reply = g_dbus_connection_call_with_unix_fd_list_sync (
      request->service->connection, NULL, ACINI_ENGINE_VIEWER_PATH, "io.github.acini.Engine1.Viewer", "Tile",
      g_variant_new ("(txxdish)", request->number, column, row, request->downsample, request->n_planes, request->way,
                     0),
      NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, fds, NULL, request->cancellable, error);
  return reply != NULL;
}

/* Before it begins, for this process may die of it. */
static gboolean
send_computing (Request *request, GError **error)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      request->service->connection, NULL, ACINI_ENGINE_VIEWER_PATH, "io.github.acini.Engine1.Viewer", "Computing",
      g_variant_new ("(s)", acini_onednn_to_string (acini_model_get_onednn ())), NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT,
      request->cancellable, error);

  return reply != NULL;
}

static gboolean
segment (Request *request, GError **error)
{
  AciniModelCache *warm = request->service->warm;
  const AciniModelCacheSlide *slide;
  AciniModel *model;
  g_auto (AciniSlideSource) pixels = { NULL };
  AciniPatchSource source;
  AciniProbabilitySink sink = { .tile = ACINI_PREDICTION_TILE, .write = send_tile, .user_data = request };
  AciniSegmentOptions options = { .overlap = -1, .centre_first = TRUE };
  double d;

  if (g_cancellable_set_error_if_cancelled (request->cancellable, error))
    return FALSE;
  model = acini_model_cache_get_model (warm, request->model, error);
  slide = model != NULL ? acini_model_cache_get_slide (warm, request->slide, error) : NULL;
  if (slide == NULL)
    return FALSE;
  d = request->downsample = acini_get_downsample (request->mpp, acini_model_get_card (model)->mpp);
  request->n_planes = acini_model_get_n_planes (model);
  acini_slide_source_init (&pixels, slide->slide, slide->tissue, d, &source);
  if (request->width > 0 && request->height > 0)
    {
      options.x = CLAMP ((gint64)floor (request->x / d), 0, source.width - 1);
      options.y = CLAMP ((gint64)floor (request->y / d), 0, source.height - 1);
      options.width = CLAMP ((gint64)ceil ((request->x + request->width) / d), options.x + 1, source.width) - options.x;
      options.height
          = CLAMP ((gint64)ceil ((request->y + request->height) / d), options.y + 1, source.height) - options.y;
    }
  if (!acini_trial_segmenting (model, source.width, source.height, &options, NULL, NULL, request->cancellable, error))
    return FALSE;
  /* Only now: the trial decides which way works. */
  request->way = acini_describe_way (model, NULL);
  if (!send_computing (request, error)
      || !acini_model_segment (model, &source, &sink, &options, NULL, NULL, request->cancellable, error))
    return FALSE;
  acini_checked_way_remember (acini_model_get_card (model)->id, request->way);
  return TRUE;
}

/* Says in what the slide is unlike what the model has seen; looked at once. */
static void
tell_unfamiliar (Request *request)
{
  AciniEngineService *self = request->service;
  g_autofree char *key
      = g_strdup_printf ("%s\n%s\n%s\n%g", request->slide, request->model, request->organ, request->mpp);
  GPtrArray *sentences = g_hash_table_lookup (self->looked_at, key);
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder builder;

  if (sentences == NULL)
    {
      AciniModel *model = acini_model_cache_get_model (self->warm, request->model, NULL);
      const AciniModelCacheSlide *slide
          = model != NULL ? acini_model_cache_get_slide (self->warm, request->slide, NULL) : NULL;

      if (slide == NULL)
        return;
      sentences = acini_familiarity_check (model, slide->slide, request->organ, request->mpp);
      g_hash_table_insert (self->looked_at, g_steal_pointer (&key), sentences);
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("(ssas)"));
  g_variant_builder_add (&builder, "s", request->slide);
  g_variant_builder_add (&builder, "s", request->model);
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < sentences->len; i++)
    g_variant_builder_add (&builder, "s", sentences->pdata[i]);
  g_variant_builder_close (&builder);
  reply = g_dbus_connection_call_sync (self->connection, NULL, ACINI_ENGINE_VIEWER_PATH,
                                       "io.github.acini.Engine1.Viewer", "Unfamiliar", g_variant_builder_end (&builder),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, request->cancellable, NULL);
}

/* Answers, and looks at what the answer did not wait for. */
static void
answer (Request *request, gboolean ok, GError *error)
{
  AciniEngineService *self = request->service;

  g_mutex_lock (&self->mutex);
  g_ptr_array_remove_fast (self->open, request);
  g_mutex_unlock (&self->mutex);
  if (ok)
    g_dbus_method_invocation_return_value (request->invocation, NULL);
  else if (g_cancellable_is_cancelled (request->cancellable))
    g_dbus_method_invocation_return_error_literal (request->invocation, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                   _ ("Cancelled."));
  else
    g_dbus_method_invocation_return_error_literal (request->invocation, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_FAILED,
                                                   error->message);
  if (ok)
    tell_unfamiliar (request);
  request_free (request);
}

/* What comes after a request that failed for want of the graphics card is computed on the processor; the request itself
 * says so. */
static void
leave_device (AciniEngineService *self, GError **error)
{
  if (!acini_is_device_failure (self->device, *error))
    return;
  g_prefix_error_literal (error, _ ("From now on the processor computes here. "));
  acini_model_cache_set_device (self->warm, "cpu");
  g_set_str (&self->device, "cpu");
  acini_dbus_engine1_set_device (self->skeleton, self->device);
}

static gpointer
compute (gpointer user_data)
{
  AciniEngineService *self = user_data;
  gpointer next;

  while ((next = g_async_queue_pop (self->queue)) != self)
    {
      g_autoptr (GError) error = NULL;
      AciniDeviceUse *use = acini_device_use_new (self->device);
      gboolean ok = segment (next, &error);

      acini_device_use_free (use);
      if (!ok)
        leave_device (self, &error);
      answer (next, ok, error);
    }
  return NULL;
}

/* On the main thread. */

/* Cancels request @number, or all (0). */
static void
cancel (AciniEngineService *self, guint64 number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (guint i = 0; i < self->open->len; i++)
    {
      Request *request = g_ptr_array_index (self->open, i);

      if (number == 0 || request->number == number)
        g_cancellable_cancel (request->cancellable);
    }
}

static gboolean
on_segment (AciniDBusEngine1 *skeleton, GDBusMethodInvocation *invocation, guint64 number, const char *slide,
            const char *model, double mpp, const char *organ, gint64 x, gint64 y, gint64 width, gint64 height,
            gpointer user_data)
{
  AciniEngineService *self = user_data;
  Request *request = g_new0 (Request, 1);

  *request = (Request){ .service = self,
                        .number = number,
                        .slide = g_strdup (slide),
                        .model = g_strdup (model),
                        .organ = g_strdup (organ),
                        .mpp = mpp,
                        .x = x,
                        .y = y,
                        .width = width,
                        .height = height,
                        .cancellable = g_cancellable_new (),
                        .invocation = invocation };
  cancel (self, 0);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->open, request);
  g_mutex_unlock (&self->mutex);
  g_async_queue_push (self->queue, request);
  return TRUE;
}

static gboolean
on_cancel (AciniDBusEngine1 *skeleton, GDBusMethodInvocation *invocation, guint64 number, gpointer user_data)
{
  if (number != 0)
    cancel (user_data, number);
  acini_dbus_engine1_complete_cancel (skeleton, invocation);
  return TRUE;
}

static void
on_closed (GDBusConnection *connection, gboolean remote_vanished, GError *error, gpointer user_data)
{
  g_signal_emit (user_data, closed_signal, 0);
}

static gboolean
allow_mechanism (GDBusAuthObserver *observer, const char *mechanism, gpointer user_data)
{
  return g_str_equal (mechanism, "EXTERNAL");
}

static gboolean
authorize (GDBusAuthObserver *observer, GIOStream *stream, GCredentials *credentials, gpointer user_data)
{
  g_autoptr (GCredentials) own = g_credentials_new ();

  return credentials != NULL && g_credentials_is_same_user (own, credentials, NULL);
}

AciniEngineService *
acini_engine_service_new (GIOStream *stream, const AciniModelOptions *options, GError **error)
{
  g_autoptr (AciniEngineService) self = g_object_new (ACINI_TYPE_ENGINE_SERVICE, NULL);
  g_autoptr (GDBusAuthObserver) observer = g_dbus_auth_observer_new ();
  g_autofree char *guid = g_dbus_generate_guid ();

  g_signal_connect (observer, "allow-mechanism", G_CALLBACK (allow_mechanism), NULL);
  g_signal_connect (observer, "authorize-authenticated-peer", G_CALLBACK (authorize), NULL);
  self->connection = g_dbus_connection_new_sync (
      stream, guid, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
      observer, NULL, error);
  if (self->connection == NULL)
    return NULL;
  self->warm = acini_model_cache_new (options);
  self->device = acini_resolve_device (options->device);
  acini_dbus_engine1_set_device (self->skeleton, self->device);
  g_signal_connect_object (self->connection, "closed", G_CALLBACK (on_closed), self, 0);
  g_signal_connect_object (self->skeleton, "handle-segment", G_CALLBACK (on_segment), self, 0);
  g_signal_connect_object (self->skeleton, "handle-cancel", G_CALLBACK (on_cancel), self, 0);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), self->connection,
                                         ACINI_ENGINE_PATH, error))
    return NULL;
  self->thread = g_thread_new ("compute", compute, self);
  g_dbus_connection_start_message_processing (self->connection);
  return g_steal_pointer (&self);
}

static void
acini_engine_service_finalize (GObject *object)
{
  AciniEngineService *self = ACINI_ENGINE_SERVICE (object);

  if (self->thread != NULL)
    {
      cancel (self, 0);
      g_async_queue_push (self->queue, self);
      g_thread_join (self->thread);
    }
  g_clear_object (&self->skeleton);
  g_clear_object (&self->connection);
  g_async_queue_unref (self->queue);
  g_ptr_array_unref (self->open);
  acini_model_cache_free (self->warm);
  g_hash_table_unref (self->looked_at);
  g_free (self->device);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (acini_engine_service_parent_class)->finalize (object);
}

static void
acini_engine_service_class_init (AciniEngineServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_engine_service_finalize;
  closed_signal
      = g_signal_new ("closed", ACINI_TYPE_ENGINE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_engine_service_init (AciniEngineService *self)
{
  g_mutex_init (&self->mutex);
  self->queue = g_async_queue_new ();
  self->open = g_ptr_array_new ();
  self->looked_at = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->skeleton = acini_dbus_engine1_skeleton_new ();
}
