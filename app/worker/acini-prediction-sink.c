/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-prediction-sink.h"

/* A transaction brings the coarser levels up to date: worth it for this many tiles, or after this long, so that who
 * watches sees them.  The first tiles are written at once, the next ones after a share of the time that passed. */
#define BATCH 64
#define LONGEST_WAIT G_TIME_SPAN_SECOND
#define SHARE 8

struct _AciniPredictionSink
{
  AciniPrediction *prediction, *known; /* @known NULL: none */
  gboolean fresh;
  gsize tile_bytes;
  AciniPredictionTile waiting[BATCH];
  guint n_waiting;
  gint64 start, last_flush;
};

AciniPredictionSink *
acini_prediction_sink_new (AciniPrediction *prediction, gboolean fresh)
{
  AciniPredictionSink *self;

  g_return_val_if_fail (ACINI_IS_PREDICTION (prediction), NULL);

  self = g_new0 (AciniPredictionSink, 1);
  self->prediction = g_object_ref (prediction);
  self->fresh = fresh;
  self->tile_bytes
      = (gsize)acini_prediction_get_info (prediction)->n_classes * ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  self->start = self->last_flush = g_get_monotonic_time ();
  return self;
}

void
acini_prediction_sink_set_known (AciniPredictionSink *self, AciniPrediction *known)
{
  g_return_if_fail (self != NULL && ACINI_IS_PREDICTION (known));
  g_set_object (&self->known, known);
}

gboolean
acini_prediction_sink_flush (AciniPredictionSink *self, GError **error)
{
  gboolean ok;

  g_return_val_if_fail (self != NULL, FALSE);

  ok = self->n_waiting == 0 || acini_prediction_write (self->prediction, self->waiting, self->n_waiting, error);
  for (guint i = 0; i < self->n_waiting; i++)
    g_clear_pointer (&self->waiting[i].probability, g_bytes_unref);
  self->n_waiting = 0;
  self->last_flush = g_get_monotonic_time ();
  return ok;
}

void
acini_prediction_sink_free (AciniPredictionSink *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_waiting; i++)
    g_bytes_unref (self->waiting[i].probability);
  g_object_unref (self->prediction);
  g_clear_object (&self->known);
  g_free (self);
}

static gboolean
write_tile (gpointer user_data, gint64 column, gint64 row, const guint8 *probability, GError **error)
{
  AciniPredictionSink *self = user_data;
  gint64 now = g_get_monotonic_time ();

  self->waiting[self->n_waiting++] = (AciniPredictionTile){ column, row, g_bytes_new (probability, self->tile_bytes) };
  if (self->n_waiting < BATCH && now - self->last_flush < MIN ((now - self->start) / SHARE, LONGEST_WAIT))
    return TRUE;
  return acini_prediction_sink_flush (self, error);
}

static gboolean
has_tile (gpointer user_data, gint64 column, gint64 row)
{
  AciniPredictionSink *self = user_data;

  return !self->fresh
         && (acini_prediction_has_tile (self->prediction, column, row)
             || (self->known != NULL && acini_prediction_has_tile (self->known, column, row)));
}

void
acini_prediction_sink_fill (AciniPredictionSink *self, AciniProbabilitySink *sink)
{
  *sink = (AciniProbabilitySink){
    .tile = ACINI_PREDICTION_TILE,
    .write = write_tile,
    .has = has_tile,
    .user_data = self,
  };
}
