/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-prediction-collector.h"

#include "app/segmentation/acini-segmentation.h"
#include "ui/base/acini-async.h"

struct _AciniPredictionCollector
{
  GObject parent_instance;

  AciniProject *project;
  GHashTable *states; /* AciniJobItem → State */
};

/* How far one job is collected. */
typedef struct
{
  gboolean busy;     /* a worker is at it */
  gboolean complete; /* it had ended when it was collected last */
  gint64 last;       /* monotonic time of the last time */
} State;

enum
{
  SIGNAL_COLLECTED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniPredictionCollector, acini_prediction_collector, G_TYPE_OBJECT)

typedef struct
{
  AciniProject *project;
  AciniJobItem *item;
  AciniJob *job;
  gboolean ended;
} Collection;

static void
collection_free (gpointer data)
{
  Collection *collection = data;

  g_object_unref (collection->project);
  g_object_unref (collection->item);
  g_object_unref (collection->job);
  g_free (collection);
}

static gboolean
collect (gpointer data, GCancellable *cancellable, GError **error)
{
  Collection *collection = data;

  return acini_segmentation_collect (collection->project, collection->job, NULL, error);
}

static void
on_collected (gpointer object, gpointer data, const GError *error)
{
  AciniPredictionCollector *self = object;
  const Collection *collection = data;
  State *state = g_hash_table_lookup (self->states, collection->item);

  state->busy = FALSE;
  state->last = g_get_monotonic_time ();
  if (error != NULL)
    {
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
      return;
    }
  state->complete = collection->ended;
  if (collection->ended)
    g_signal_emit (self, signals[SIGNAL_COLLECTED], 0, collection->item);
  else if (!acini_job_item_is_active (collection->item))
    acini_prediction_collector_look (self, collection->item);
}

void
acini_prediction_collector_look (AciniPredictionCollector *self, AciniJobItem *item)
{
  gboolean ended;
  Collection *collection;
  State *state;

  g_return_if_fail (ACINI_IS_PREDICTION_COLLECTOR (self) && ACINI_IS_JOB_ITEM (item));

  state = g_hash_table_lookup (self->states, item);
  if (state == NULL)
    {
      state = g_new0 (State, 1);
      g_hash_table_insert (self->states, g_object_ref (item), state);
    }
  ended = !acini_job_item_is_active (item);
  if (!ended)
    state->complete = FALSE;
  if (state->busy || state->complete || (!ended && g_get_monotonic_time () - state->last < G_USEC_PER_SEC))
    return;
  state->busy = TRUE;
  collection = g_new0 (Collection, 1);
  collection->project = g_object_ref (self->project);
  collection->item = g_object_ref (item);
  collection->job = g_object_ref (acini_job_item_get_job (item));
  collection->ended = ended;
  acini_async_run (self, NULL, collect, on_collected, collection, collection_free);
}

static void
acini_prediction_collector_finalize (GObject *object)
{
  AciniPredictionCollector *self = ACINI_PREDICTION_COLLECTOR (object);

  g_hash_table_unref (self->states);
  g_object_unref (self->project);
  G_OBJECT_CLASS (acini_prediction_collector_parent_class)->finalize (object);
}

static void
acini_prediction_collector_class_init (AciniPredictionCollectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_prediction_collector_finalize;
  signals[SIGNAL_COLLECTED] = g_signal_new ("collected", ACINI_TYPE_PREDICTION_COLLECTOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 1, ACINI_TYPE_JOB_ITEM);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", ACINI_TYPE_PREDICTION_COLLECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_prediction_collector_init (AciniPredictionCollector *self)
{
  self->states = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

AciniPredictionCollector *
acini_prediction_collector_new (AciniProject *project)
{
  AciniPredictionCollector *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_PREDICTION_COLLECTOR, NULL);
  self->project = g_object_ref (project);
  return self;
}
