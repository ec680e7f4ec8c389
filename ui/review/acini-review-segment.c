/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Segmenting from the review page: what is on screen, with the live engine. */

#include "app/jobs/acini-find-cli.h"
#include "ui/review/acini-review-page-private.h"
#include "acini-config.h"

#include <glib/gi18n.h>
#include <math.h>

/* One request to the live engine. */
typedef struct
{
  AciniReviewPage *page;
  guint ticket;
  AciniRect region;
  guint n_tiles;
} Live;

static void
live_free (gpointer data)
{
  Live *live = data;

  g_object_unref (live->page);
  g_free (live);
}

static void
on_tile (gint64 column, gint64 row, GBytes *probability, double downsample, int n_classes, const char *way,
         gpointer user_data)
{
  Live *live = user_data;
  double side = ACINI_PREDICTION_TILE * downsample;
  double columns, rows;

  if (live->page->feed == NULL)
    return;
  live->n_tiles++;
  acini_prediction_feed_add_tile (live->page->feed, live->ticket, column, row, probability, downsample, n_classes, way);
  columns
      = floor ((double)(live->region.x + live->region.width - 1) / side) - floor ((double)live->region.x / side) + 1;
  rows = floor ((double)(live->region.y + live->region.height - 1) / side) - floor ((double)live->region.y / side) + 1;
  if (live->page->live_task != NULL)
    /* An engine that was restarted begins again. */
    acini_task_set_progress (live->page->live_task, MIN (live->n_tiles / MAX (columns * rows, 1), 1), NULL);
}

static void
on_live_requested (AciniReviewPage *self, guint action)
{
  acini_review_page_cancel_segment (self);
}

static void
begin_live_task (AciniReviewPage *self)
{
  if (self->live_task != NULL)
    return;
  self->live_task = acini_task_new (_ ("Segmenting the view"));
  g_signal_connect_object (self->live_task, "requested", G_CALLBACK (on_live_requested), self, G_CONNECT_SWAPPED);
  acini_task_set_progress (self->live_task, -1,
                           acini_cli_is_being_built () ? _ ("Waiting: acini-cli is still being built")
                                                       : _ ("Starting…"));
  acini_task_set_state (self->live_task, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_list_add (acini_session_get_tasks (self->session), self->live_task);
  acini_segment_pane_set_live (self->segment_pane, self->live_task);
}

void
acini_review_page_end_live (AciniReviewPage *self)
{
  if (self->live_task == NULL)
    return;
  acini_segment_pane_set_live (self->segment_pane, NULL);
  if (self->session != NULL)
    acini_task_list_remove (acini_session_get_tasks (self->session), self->live_task);
  g_clear_object (&self->live_task);
}

void
acini_review_page_notify_segmenting (AciniReviewPage *self)
{
  g_object_notify (G_OBJECT (self), "segmenting");
}

static void
on_segmented (GObject *engine, GAsyncResult *result, gpointer user_data)
{
  Live *live = user_data;
  AciniReviewPage *self = live->page;
  g_autoptr (GError) error = NULL;
  gboolean worked = acini_engine_segment_finish (ACINI_ENGINE (engine), result, &error);

  if (self->n_live > 0)
    self->n_live--;
  if (self->n_live == 0 && self->segment_pane != NULL)
    {
      g_clear_object (&self->live_cancellable);
      acini_review_page_end_live (self);
      acini_review_page_notify_segmenting (self);
    }
  if (!worked && self->session != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (g_error_matches (error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_DIED))
        g_signal_emit_by_name (self, "engine-died");
      else
        acini_session_tell (self->session, error->message);
    }
  live_free (live);
}

static void
on_engine_died (AciniReviewPage *self)
{
  g_signal_emit_by_name (self, "engine-died");
}

static void
on_engine_restarted (AciniReviewPage *self)
{
  if (self->session != NULL)
    acini_session_tell (self->session,
                        _ ("The segmentation engine stopped in the middle of a computation. It was started "
                           "again in a safer, slower way."));
}

/* In the pane, for as long as the slide and the model are those. */
static void
on_unfamiliar (AciniReviewPage *self, const char *slide_path, const char *model_path, const char *text)
{
  AciniSlideItem *slide = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;

  if (self->segment_pane != NULL && slide != NULL && model != NULL
      && g_str_equal (acini_slide_item_get_record (slide)->path, slide_path)
      && g_str_equal (acini_model_item_get_record (model)->path, model_path))
    acini_segment_pane_set_warning (self->segment_pane, text);
}

void
acini_review_page_segment_area (AciniReviewPage *self, const AciniRect *area)
{
  AciniSlideItem *slide = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;
  const AciniSlideRecord *record;
  AciniEngineRequest request = { 0 };
  Live *live;

  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self) && area != NULL);

  if (slide == NULL || model == NULL || self->feed == NULL)
    return;
  if (self->engine == NULL)
    {
      self->engine = acini_engine_new (NULL);
      g_signal_connect_object (self->engine, "restarted", G_CALLBACK (on_engine_restarted), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->engine, "unfamiliar", G_CALLBACK (on_unfamiliar), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->engine, "died", G_CALLBACK (on_engine_died), self, G_CONNECT_SWAPPED);
    }
  record = acini_slide_item_get_record (slide);
  live = g_new0 (Live, 1);
  live->page = g_object_ref (self);
  live->ticket = acini_prediction_feed_get_ticket (self->feed);
  live->region = *area;
  request = (AciniEngineRequest){ .slide = record->path,
                                  .model = acini_model_item_get_record (model)->path,
                                  .organ = record->organ,
                                  .mpp = record->mpp_x,
                                  .x = live->region.x,
                                  .y = live->region.y,
                                  .width = live->region.width,
                                  .height = live->region.height };
  if (self->live_cancellable == NULL)
    self->live_cancellable = g_cancellable_new ();
  self->n_live++;
  begin_live_task (self);
  acini_review_page_notify_segmenting (self);
  acini_engine_segment_async (self->engine, &request, on_tile, live, self->live_cancellable, on_segmented, live);
}

void
acini_review_page_segment_screen (AciniReviewPage *self)
{
  AciniRect visible = { 0 };

  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));

  acini_slide_view_get_visible (self->view, &visible);
  acini_review_page_segment_area (self, &visible);
}

void
acini_review_page_segment_region (AciniReviewPage *self, const AciniRegionRecord *region)
{
  AciniSlideItem *slide = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  AciniRect box = acini_region_record_get_box (region);
  gint64 right, bottom;

  if (slide == NULL)
    return;
  right = MIN (box.x + box.width, acini_slide_item_get_record (slide)->width);
  bottom = MIN (box.y + box.height, acini_slide_item_get_record (slide)->height);
  box.x = MAX (box.x, 0);
  box.y = MAX (box.y, 0);
  box.width = right - box.x;
  box.height = bottom - box.y;
  if (box.width > 0 && box.height > 0)
    acini_review_page_segment_area (self, &box);
}

void
acini_review_page_cancel_segment (AciniReviewPage *self)
{
  AciniJobItem *job;

  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));

  if (self->live_cancellable != NULL)
    {
      g_cancellable_cancel (self->live_cancellable);
      return;
    }
  job = self->session != NULL
            ? acini_job_list_find_segmentation (acini_session_get_job_list (self->session), self->shown)
            : NULL;
  if (job != NULL)
    acini_task_request (acini_job_item_get_task (job), ACINI_TASK_CANCEL);
}
