/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-prediction-feed.h"

#include "data/predictions/acini-prediction-key.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

#define POLL_MS 300

struct _AciniPredictionFeed
{
  GObject parent_instance;

  AciniSession *session;
  AciniSlideView *view;

  guint ticket; /* counts the changes of slide, scale or model: what comes from before is dropped */
  gint64 slide; /* whose prediction it is; 0: nobody's */
  char *model;
  double downsample;
  AciniPrediction *prediction; /* NULL: no file yet, or not open yet */
  gint64 cursor;               /* what was seen of the file */
  GArray *tiles;               /* AciniPredictionTile waiting to be written, all of one way */
  AciniPredictionInfo info;    /* of the file to make for them; n_classes 0: not known */
  gboolean busy;               /* a worker has the file */
  gboolean look;               /* which file counts may have changed */
  char *chosen;                /* by the user, and not written down yet; NULL: nothing */
  guint timer;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniPredictionFeed, acini_prediction_feed, G_TYPE_OBJECT)

/* One turn of a worker: opens the file where it is not open, writes, then looks at what is new in it. */
typedef struct
{
  guint ticket;
  AciniProject *project;
  gint64 slide;
  char *model;
  double downsample;
  gboolean look; /* for the file that counts */
  char *chosen;  /* which one that is from now on; NULL: as before */
  AciniPrediction *prediction;
  AciniPredictionInfo info;
  GArray *tiles; /* to write; NULL: none */
  GArray *news;  /* AciniPredictionTile without probability */
  gint64 cursor;
  gboolean fresh; /* opened in this turn */
} Turn;

static void
clear_tile (gpointer data)
{
  g_clear_pointer (&((AciniPredictionTile *)data)->probability, g_bytes_unref);
}

static GArray *
tiles_new (void)
{
  GArray *tiles = g_array_new (FALSE, FALSE, sizeof (AciniPredictionTile));

  g_array_set_clear_func (tiles, clear_tile);
  return tiles;
}

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_object_unref (turn->project);
  g_free (turn->model);
  g_free (turn->chosen);
  g_clear_object (&turn->prediction);
  g_clear_pointer (&turn->tiles, g_array_unref);
  g_clear_pointer (&turn->news, g_array_unref);
  g_free (turn);
}

/* Opens the file of the tiles to be written, else the one that was written last, unless it is open already. */
static gboolean
choose_file (Turn *turn, GError **error)
{
  g_autofree char *path = NULL;
  AciniPrediction *prediction;

  if (turn->tiles != NULL)
    {
      g_autofree char *folder = acini_prediction_dup_folder (turn->project);
      AciniPredictionKey key = { turn->slide, turn->model, turn->info.downsample, turn->info.way };

      path = acini_prediction_dup_path (folder, &key);
    }
  else if (turn->look || turn->prediction == NULL)
    path = acini_prediction_find_current (turn->project, turn->slide, turn->model, turn->downsample);
  if (path == NULL || (turn->prediction != NULL && g_str_equal (acini_prediction_get_path (turn->prediction), path)))
    return TRUE;
  prediction = acini_prediction_open (path, turn->tiles != NULL ? &turn->info : NULL, error);
  if (prediction == NULL)
    return FALSE;
  g_clear_object (&turn->prediction);
  turn->prediction = prediction;
  turn->fresh = TRUE;
  turn->cursor = 0;
  return TRUE;
}

static gboolean
take_turn (gpointer data, GCancellable *cancellable, GError **error)
{
  Turn *turn = data;

  if (turn->chosen != NULL && !acini_prediction_choose (turn->project, turn->chosen, error))
    return FALSE;
  if (!choose_file (turn, error))
    return FALSE;
  if (turn->prediction == NULL)
    return TRUE;
  if (turn->tiles != NULL
      && (!acini_prediction_write (turn->prediction, (const AciniPredictionTile *)(gpointer)turn->tiles->data,
                                   turn->tiles->len, error)
          || !acini_prediction_supersede (turn->project, acini_prediction_get_path (turn->prediction), error)))
    return FALSE;
  turn->news = acini_prediction_poll (turn->prediction, &turn->cursor, error);
  return turn->news != NULL;
}

static void start_turn (AciniPredictionFeed *self);

static void
on_turn (gpointer object, gpointer data, const GError *error)
{
  AciniPredictionFeed *self = object;
  Turn *turn = data;

  if (turn->ticket != self->ticket)
    return; /* the worker of the new ticket is on its own way */
  self->busy = FALSE;
  if (error != NULL)
    {
      acini_session_tell (self->session, error->message);
      return;
    }
  self->cursor = turn->cursor;
  if (turn->fresh && self->view != NULL)
    {
      g_set_object (&self->prediction, turn->prediction);
      acini_slide_view_set_prediction (self->view, self->prediction);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    }
  else if (turn->news != NULL && self->view != NULL)
    {
      for (guint i = 0; i < turn->news->len; i++)
        {
          const AciniPredictionTile *tile = &g_array_index (turn->news, AciniPredictionTile, i);

          acini_slide_view_prediction_changed (self->view, tile->column, tile->row);
        }
    }
  if (self->tiles->len > 0 || self->look)
    start_turn (self);
}

static void
start_turn (AciniPredictionFeed *self)
{
  Turn *turn;

  if (self->busy || self->slide == 0 || self->model == NULL)
    return;
  self->busy = TRUE;
  turn = g_new0 (Turn, 1);
  turn->ticket = self->ticket;
  turn->project = g_object_ref (acini_session_get_project (self->session));
  turn->slide = self->slide;
  turn->model = g_strdup (self->model);
  turn->downsample = self->downsample;
  turn->look = acini_job_list_find_active (acini_session_get_job_list (self->session), FALSE) != NULL || self->look;
  self->look = FALSE;
  turn->chosen = g_steal_pointer (&self->chosen);
  turn->prediction = self->prediction != NULL ? g_object_ref (self->prediction) : NULL;
  turn->cursor = self->cursor;
  turn->info = self->info;
  if (self->tiles->len > 0)
    {
      turn->tiles = g_steal_pointer (&self->tiles);
      self->tiles = tiles_new ();
    }
  acini_async_run_in_order (self, NULL, take_turn, on_turn, turn, turn_free);
}

static double
get_downsample (AciniPredictionFeed *self)
{
  AciniSlideItem *slide = acini_session_get_slide (self->session);
  AciniModelItem *model = acini_session_get_model (self->session);

  if (slide == NULL || model == NULL)
    return 1;
  return acini_model_item_get_downsample (model, acini_slide_item_get_record (slide));
}

static void on_detail (AciniPredictionFeed *self, GParamSpec *pspec, AciniSlideItem *slide);

/* Its µm per pixel may be told while it is on screen. */
static void
watch_slide (AciniPredictionFeed *self)
{
  AciniSlideItem *slide = acini_session_get_slide (self->session);
  const GSignalMatchType same = G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA;

  if (slide != NULL && !g_signal_handler_find (slide, same, 0, 0, NULL, on_detail, self))
    g_signal_connect_object (slide, "notify::detail", G_CALLBACK (on_detail), self, G_CONNECT_SWAPPED);
}

static void
reset (AciniPredictionFeed *self)
{
  AciniSlideItem *slide = acini_session_get_slide (self->session);
  AciniModelItem *model = acini_session_get_model (self->session);

  watch_slide (self);
  self->busy = FALSE;
  /* Save the results even if the user has moved to another slide. */
  if (self->tiles->len > 0)
    start_turn (self);
  self->ticket++;
  self->slide = slide != NULL ? acini_slide_item_get_record (slide)->id : 0;
  g_set_str (&self->model, model != NULL ? acini_model_item_get_record (model)->id : NULL);
  self->downsample = get_downsample (self);
  self->busy = self->look = FALSE;
  self->cursor = 0;
  self->info.n_classes = 0;
  g_array_set_size (self->tiles, 0);
  g_clear_object (&self->prediction);
  g_clear_pointer (&self->chosen, g_free);
  if (self->view != NULL)
    acini_slide_view_set_prediction (self->view, NULL);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  start_turn (self);
}

static void
on_detail (AciniPredictionFeed *self, GParamSpec *pspec, AciniSlideItem *slide)
{
  gboolean shown = self->prediction != NULL;

  if (slide != acini_session_get_slide (self->session) || get_downsample (self) == self->downsample)
    return;
  reset (self);
  if (shown)
    acini_session_tell (self->session,
                        _ ("The prediction at the other scale is kept; it comes back with its µm per pixel."));
}

static void
on_segmented (AciniPredictionFeed *self)
{
  self->look = TRUE;
  start_turn (self);
}

/* While a segmentation runs in the background its tiles come through the file. */
static gboolean
on_tick (gpointer user_data)
{
  AciniPredictionFeed *self = user_data;

  start_turn (self);
  if (acini_job_list_find_active (acini_session_get_job_list (self->session), FALSE) != NULL)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
on_jobs_changed (AciniPredictionFeed *self)
{
  if (self->timer == 0 && acini_job_list_find_active (acini_session_get_job_list (self->session), FALSE) != NULL)
    self->timer = g_timeout_add (POLL_MS, on_tick, self);
}

void
acini_prediction_feed_choose (AciniPredictionFeed *self, const char *path)
{
  g_return_if_fail (ACINI_IS_PREDICTION_FEED (self) && path != NULL);

  g_set_str (&self->chosen, path);
  self->look = TRUE;
  start_turn (self);
}

double
acini_prediction_feed_get_downsample (AciniPredictionFeed *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION_FEED (self), 1);
  return self->downsample;
}

guint
acini_prediction_feed_get_ticket (AciniPredictionFeed *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION_FEED (self), 0);
  return self->ticket;
}

AciniPrediction *
acini_prediction_feed_get_prediction (AciniPredictionFeed *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION_FEED (self), NULL);
  return self->prediction;
}

void
acini_prediction_feed_add_tile (AciniPredictionFeed *self, guint ticket, gint64 column, gint64 row, GBytes *probability,
                                double downsample, int n_classes, const char *way)
{
  AciniPredictionInfo info;
  AciniPredictionTile tile = { column, row, NULL };
  const AciniSlideRecord *record;

  g_return_if_fail (ACINI_IS_PREDICTION_FEED (self) && probability != NULL && n_classes > 0 && way != NULL);

  if (ticket != self->ticket || acini_session_get_slide (self->session) == NULL)
    return;
  record = acini_slide_item_get_record (acini_session_get_slide (self->session));
  info = (AciniPredictionInfo){ record->width, record->height, downsample, n_classes, "", "" };
  g_strlcpy (info.model, acini_model_item_get_record (acini_session_get_model (self->session))->id, sizeof info.model);
  g_strlcpy (info.way, way, sizeof info.way);
  /* An engine that was started anew may compute in another way: what waits goes into its own file first, or, while that
   * is not possible, nowhere: it can be computed again. */
  if (self->tiles->len > 0 && (info.downsample != self->info.downsample || !g_str_equal (info.way, self->info.way)))
    {
      start_turn (self);
      g_array_set_size (self->tiles, 0);
    }
  self->info = info;
  tile.probability = g_bytes_ref (probability);
  g_array_append_val (self->tiles, tile);
  start_turn (self);
}

static void
acini_prediction_feed_finalize (GObject *object)
{
  AciniPredictionFeed *self = ACINI_PREDICTION_FEED (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->prediction);
  g_array_unref (self->tiles);
  g_free (self->model);
  g_free (self->chosen);
  g_object_unref (self->session);
  G_OBJECT_CLASS (acini_prediction_feed_parent_class)->finalize (object);
}

static void
acini_prediction_feed_class_init (AciniPredictionFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_prediction_feed_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_PREDICTION_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_prediction_feed_init (AciniPredictionFeed *self)
{
  self->tiles = tiles_new ();
}

AciniPredictionFeed *
acini_prediction_feed_new (AciniSession *session, AciniSlideView *view)
{
  AciniPredictionFeed *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session) && ACINI_IS_SLIDE_VIEW (view), NULL);
  self = g_object_new (ACINI_TYPE_PREDICTION_FEED, NULL);
  self->session = g_object_ref (session);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (session, "notify::slide", G_CALLBACK (reset), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (reset), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "segmented", G_CALLBACK (on_segmented), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "jobs-changed", G_CALLBACK (on_jobs_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "segmented", G_CALLBACK (start_turn), self, G_CONNECT_SWAPPED);
  reset (self);
  on_jobs_changed (self);
  return self;
}
