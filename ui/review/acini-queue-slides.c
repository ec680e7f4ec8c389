/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue from slide to slide: all of them, or those of an organ, one after the other. */

#include "acini-config.h"

#include "ui/review/acini-queue-pane-private.h"

#include "ui/base/acini-async.h"
#include "ui/results/acini-results-source.h"

#include <glib/gi18n.h>

static AciniSession *
get_session (AciniQueuePane *self)
{
  return acini_slide_objects_get_session (self->objects);
}

/* Looking for a slide, on a worker. */

typedef struct
{
  AciniResultsSource *source;
  gint64 from; /* the slide on screen */
  int step;
  char *organ; /* NULL: any */
  AciniReviewWish wish;
  gint64 found; /* 0: none */
} Looking;

static void
looking_free (gpointer data)
{
  Looking *looking = data;

  acini_results_source_unref (looking->source);
  g_free (looking->organ);
  g_free (looking);
}

static gboolean
look_at (Looking *looking, guint number, GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *record = acini_results_source_get_slide (looking->source, number);
  g_autoptr (AciniResultsSlide) slide = NULL;
  gboolean any = FALSE;

  if (record->missing || (looking->organ != NULL && !g_str_equal (record->organ, looking->organ)))
    return TRUE;
  slide = acini_results_source_open (looking->source, number, error);
  if (slide == NULL)
    return FALSE;
  if (slide->index == NULL)
    return TRUE;
  if (!acini_object_index_update (slide->index, NULL, NULL, NULL, cancellable, error)
      || !acini_review_wish_look (&looking->wish, slide->index, &slide->source, &any, cancellable, error))
    return FALSE;
  if (any)
    looking->found = record->id;
  return TRUE;
}

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  Looking *looking = data;
  int n = (int)acini_results_source_get_n (looking->source), at = 0;

  while (at < n && acini_results_source_get_slide (looking->source, (guint)at)->id != looking->from)
    at++;
  for (at += looking->step; at >= 0 && at < n && looking->found == 0; at += looking->step)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !look_at (looking, (guint)at, cancellable, error))
      return FALSE;
  return TRUE;
}

static void
tell_end (AciniQueuePane *self, int step)
{
  acini_session_tell (get_session (self),
                      step > 0 ? _ ("This is the end of the list") : _ ("This is the beginning of the list"));
}

static void
on_looked (gpointer object, gpointer data, const GError *error)
{
  AciniQueuePane *self = object;
  const Looking *looking = data;
  AciniSlideItem *item = NULL;

  g_clear_object (&self->looking);
  if (self->objects == NULL)
    return;
  if (error != NULL)
    acini_session_tell (get_session (self), error->message);
  else if (looking->found != 0)
    item = acini_slide_list_find (acini_session_get_slide_list (get_session (self)), looking->found);
  else
    tell_end (self, looking->step);
  if (item == NULL)
    return;
  self->arriving = looking->step;
  acini_session_set_slide (get_session (self), item);
}

void
acini_queue_pane_stop_looking (AciniQueuePane *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->arriving = 0;
}

void
acini_queue_pane_leave (AciniQueuePane *self, int step, const AciniReviewWish *wish)
{
  guint wanted = gtk_drop_down_get_selected (self->slides);
  AciniSlideItem *item = acini_session_get_slide (get_session (self));
  Looking *looking;

  if (wanted == ACINI_QUEUE_THIS_SLIDE || item == NULL)
    {
      tell_end (self, step);
      return;
    }
  if (self->looking != NULL)
    return;
  looking = g_new0 (Looking, 1);
  looking->source = acini_results_source_new (get_session (self), NULL);
  looking->from = acini_slide_item_get_record (item)->id;
  looking->step = step;
  looking->organ
      = wanted >= ACINI_QUEUE_N_OTHERS ? g_strdup (self->organs->pdata[wanted - ACINI_QUEUE_N_OTHERS]) : NULL;
  looking->wish = *wish;
  self->looking = g_cancellable_new ();
  acini_async_run (self, self->looking, look, on_looked, looking, looking_free);
}
