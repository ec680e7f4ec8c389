/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue from slide to slide: all of them, or those of an organ.  Where its order can compare them, the slide comes
 * next whose first place is most worth it, of those that a moment's time allows to look at; what has been looked at is
 * remembered. */

#include "acini-config.h"

#include "ui/review/acini-queue-pane-private.h"

#include "ui/base/acini-async.h"
#include "ui/results/acini-results-source.h"

#include <glib/gi18n.h>
#include <math.h>

/* Microseconds for looking at slides of which one may be worth more. */
#define MOMENT (G_USEC_PER_SEC)

static AciniSession *
get_session (AciniQueuePane *self)
{
  return acini_slide_objects_get_session (self->objects);
}

/* Looking for a slide, on a worker. */

typedef struct
{
  AciniResultsSource *source;
  GArray *route;      /* gint64: the slides that the queue went to, or will, in their order */
  GHashTable *worths; /* gint64 → double: of slides that were looked at, see acini_review_wish_look () */
  gint64 from;        /* the slide on screen */
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
  g_clear_pointer (&looking->route, g_array_unref);
  g_clear_pointer (&looking->worths, g_hash_table_unref);
  g_free (looking->organ);
  g_free (looking);
}

static int
find_in_route (const Looking *looking, gint64 slide)
{
  for (guint i = 0; i < looking->route->len; i++)
    if (g_array_index (looking->route, gint64, i) == slide)
      return (int)i;
  return -1;
}

static gboolean
is_wanted (const Looking *looking, const AciniSlideRecord *record)
{
  return !record->missing && (looking->organ == NULL || g_str_equal (record->organ, looking->organ));
}

/* *@worth: of the slide @number, kept, too. */
static gboolean
look_at (Looking *looking, guint number, double *worth, GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *record = acini_results_source_get_slide (looking->source, number);
  g_autoptr (AciniResultsSlide) slide = NULL;

  *worth = -HUGE_VAL;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (is_wanted (looking, record))
    {
      slide = acini_results_source_open (looking->source, number, error);
      if (slide == NULL
          || (slide->index != NULL
              && (!acini_object_index_update (slide->index, NULL, NULL, NULL, cancellable, error)
                  || !acini_review_wish_look (&looking->wish, slide->index, &slide->source, worth, cancellable,
                                              error))))
        return FALSE;
    }
  g_hash_table_insert (looking->worths, g_memdup2 (&record->id, sizeof record->id), g_memdup2 (worth, sizeof *worth));
  return TRUE;
}

/* Along the route as far as it is known. */
static gboolean
look_along (Looking *looking, GCancellable *cancellable, GError **error)
{
  guint n = acini_results_source_get_n (looking->source);

  for (int at = find_in_route (looking, looking->from) + looking->step;
       at >= 0 && at < (int)looking->route->len && looking->found == 0; at += looking->step)
    {
      gint64 id = g_array_index (looking->route, gint64, at);
      double worth = -HUGE_VAL;

      for (guint i = 0; i < n; i++)
        if (acini_results_source_get_slide (looking->source, i)->id == id
            && !look_at (looking, i, &worth, cancellable, error))
          return FALSE;
      if (worth > -HUGE_VAL)
        looking->found = id;
    }
  return TRUE;
}

/* *@best: the number of the slide that is not on the route and worth most, -1: there is none; *@fresh: it was looked at
 * just now.  Once there is one, others are looked at for a moment. */
static gboolean
find_best (Looking *looking, int *best, gboolean *fresh, GCancellable *cancellable, GError **error)
{
  double most = -HUGE_VAL;
  gint64 until = G_MAXINT64;

  *best = -1;
  for (guint i = 0; i < acini_results_source_get_n (looking->source); i++)
    {
      const AciniSlideRecord *record = acini_results_source_get_slide (looking->source, i);
      const double *known = g_hash_table_lookup (looking->worths, &record->id);
      double worth = known != NULL ? *known : -HUGE_VAL;

      if (find_in_route (looking, record->id) >= 0 || (known == NULL && g_get_monotonic_time () >= until))
        continue;
      if (known == NULL && !look_at (looking, i, &worth, cancellable, error))
        return FALSE;
      if (worth <= most)
        continue;
      most = worth;
      *best = (int)i;
      *fresh = known == NULL;
      until = MIN (until, g_get_monotonic_time () + MOMENT);
    }
  return TRUE;
}

/* What is remembered may be no more. */
static gboolean
look_further (Looking *looking, GCancellable *cancellable, GError **error)
{
  gboolean fresh = FALSE;
  int best;

  do
    {
      double worth = 0;

      if (!find_best (looking, &best, &fresh, cancellable, error)
          || (best >= 0 && !fresh && !look_at (looking, (guint)best, &worth, cancellable, error)))
        return FALSE;
      if (best >= 0 && worth > -HUGE_VAL)
        looking->found = acini_results_source_get_slide (looking->source, (guint)best)->id;
    }
  while (best >= 0 && looking->found == 0);
  if (looking->found != 0)
    g_array_append_val (looking->route, looking->found);
  return TRUE;
}

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  Looking *looking = data;
  gboolean compared = acini_review_wish_has_worth (&looking->wish);

  /* Where slides cannot be compared, the way is that of their list. */
  if (!compared)
    g_array_set_size (looking->route, 0);
  for (guint i = 0; !compared && i < acini_results_source_get_n (looking->source); i++)
    g_array_append_val (looking->route, acini_results_source_get_slide (looking->source, i)->id);
  if (compared && find_in_route (looking, looking->from) < 0)
    g_array_append_val (looking->route, looking->from);
  if (!look_along (looking, cancellable, error))
    return FALSE;
  return looking->found != 0 || looking->step < 0 || !compared || look_further (looking, cancellable, error);
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
  Looking *looking = data;
  AciniSlideItem *item = NULL;

  g_clear_object (&self->looking);
  if (self->objects == NULL)
    return;
  self->route = g_steal_pointer (&looking->route);
  self->worths = g_steal_pointer (&looking->worths);
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
  g_clear_pointer (&self->route, g_array_unref);
  g_clear_pointer (&self->worths, g_hash_table_unref);
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
  looking->route = self->route != NULL ? g_steal_pointer (&self->route) : g_array_new (FALSE, FALSE, sizeof (gint64));
  looking->worths = self->worths != NULL ? g_steal_pointer (&self->worths)
                                         : g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->looking = g_cancellable_new ();
  acini_async_run (self, self->looking, look, on_looked, looking, looking_free);
}
