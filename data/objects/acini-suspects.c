/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/objects/acini-suspects.h"

#include "data/labels/acini-labels-private.h"

#include <math.h>
#include <string.h>

/* Places on the longer side, at most. */
#define MOST_SIDE 4096
/* Rows that are read at a time. */
#define BAND 256
/* The part of its cut from which a probability is a doubt. */
#define DOUBT .5

enum
{
  NOTHING,
  DOUBTED,
  COVERED, /* an object, or a label */
};

/* The slide as a grid of places. */
typedef struct
{
  int width, height, level; /* a place is 2^level level-0 pixels wide */
  guint8 *kinds;
  guint8 *probabilities; /* of the most likely class … */
  guint8 *labels;        /* … and its label */
} Places;

static void
places_clear (Places *places)
{
  g_free (places->kinds);
  g_free (places->probabilities);
  g_free (places->labels);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Places, places_clear)

static void
judge (Places *places, const AciniThresholds *thresholds, const guint8 *planes, int n_planes, gsize n_band,
       const guint8 *people, gsize first)
{
  for (gsize i = 0; i < n_band; i++)
    {
      double best = 0;
      gsize at = first + i;

      places->kinds[at] = people[i] != 0 ? COVERED : NOTHING;
      for (int plane = 0; plane < n_planes; plane++)
        {
          guint8 value = planes[(gsize)plane * n_band + i];
          double part = (double)value / acini_thresholds_get_cut (thresholds, (guint)plane);

          if (part <= best)
            continue;
          best = part;
          places->probabilities[at] = value;
          places->labels[at] = (guint8)(ACINI_LABEL_FIRST_CLASS + plane);
        }
      if (places->kinds[at] == NOTHING && best >= DOUBT)
        places->kinds[at] = best >= 1 ? COVERED : DOUBTED;
    }
}

static gboolean
read_places (const AciniObjectSource *source, Places *places, GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  int n_planes = acini_prediction_get_info (source->prediction)->n_classes;
  int n_levels = acini_labels_get_n_levels (slide->width, slide->height);
  g_autofree guint8 *planes = NULL, *people = NULL;

  while (((MAX (slide->width, slide->height) - 1) >> places->level) + 1 > MOST_SIDE && places->level < n_levels - 1)
    places->level++;
  places->width = (int)((slide->width - 1) >> places->level) + 1;
  places->height = (int)((slide->height - 1) >> places->level) + 1;
  places->kinds = g_malloc0 ((gsize)places->width * places->height);
  places->probabilities = g_malloc0 ((gsize)places->width * places->height);
  places->labels = g_malloc0 ((gsize)places->width * places->height);
  planes = g_malloc ((gsize)n_planes * places->width * BAND);
  people = g_malloc0 ((gsize)places->width * BAND);
  for (int top = 0; top < places->height; top += BAND)
    {
      int height = MIN (BAND, places->height - top);
      double step = ldexp (1, places->level);
      const AciniMaskGrid grid = { 0, top * step, step, places->width, height };

      if (!acini_mask_read_probability (source->prediction, &grid, planes, NULL, error)
          || (source->project != NULL
              && !acini_labels_read (source->project, slide->id, places->level, 0, top, places->width, height, people,
                                     error)))
        return FALSE;
      judge (places, source->thresholds, planes, n_planes, (gsize)places->width * height, people,
             (gsize)top * places->width);
    }
  return TRUE;
}

/* Takes the place at @start and all that is connected to it out of @places.  Returns: whether none of it is covered. */
static gboolean
flood (Places *places, int start, GArray *stack, AciniSuspect *suspect)
{
  int width = places->width, left = G_MAXINT, top = G_MAXINT, right = 0, bottom = 0, best = start;
  gboolean free = TRUE;
  gint64 area = 0;

  g_array_set_size (stack, 0);
  g_array_append_val (stack, start);
  places->kinds[start] = NOTHING;
  while (stack->len > 0)
    {
      int at = g_array_index (stack, int, stack->len - 1), x = at % width, y = at / width;
      const int next[] = { x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, y > 0 ? at - width : -1,
                           y < places->height - 1 ? at + width : -1 };

      g_array_set_size (stack, stack->len - 1);
      area++;
      best = places->probabilities[at] > places->probabilities[best] ? at : best;
      left = MIN (left, x);
      top = MIN (top, y);
      right = MAX (right, x);
      bottom = MAX (bottom, y);
      for (guint i = 0; i < G_N_ELEMENTS (next); i++)
        {
          if (next[i] < 0)
            continue;
          free = free && places->kinds[next[i]] != COVERED;
          if (places->kinds[next[i]] != DOUBTED)
            continue;
          places->kinds[next[i]] = NOTHING;
          g_array_append_val (stack, next[i]);
        }
    }
  suspect->box
      = (AciniRect){ (gint64)left << places->level, (gint64)top << places->level,
                     (gint64)(right - left + 1) << places->level, (gint64)(bottom - top + 1) << places->level };
  suspect->area = area << (2 * places->level);
  suspect->x = ((gint64)(best % width) << places->level) + ((1 << places->level) >> 1);
  suspect->y = ((gint64)(best / width) << places->level) + ((1 << places->level) >> 1);
  suspect->probability = places->probabilities[best] / 255.;
  suspect->label = places->labels[best];
  return free;
}

/* The last thing that was decided about a point in @box. */
static gboolean
read_state (AciniTransaction *transaction, gint64 slide, const AciniRect *box, AciniSuspect *suspect, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (
      transaction, error,
      "SELECT state FROM reviews WHERE slide = ?1 AND x BETWEEN ?2 AND ?3 AND y BETWEEN ?4 AND ?5 ORDER BY time DESC",
      "iiiii", slide, box->x, box->x + box->width - 1, box->y, box->y + box->height - 1);

  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      suspect->state = acini_review_state_parse ((const char *)sqlite3_column_text (rows, 0));
      sqlite3_reset (rows);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* How much a look is worth: what an object missed there would weigh, times how likely it is. */
static int
compare_worth (gconstpointer a, gconstpointer b)
{
  const AciniSuspect *first = a, *second = b;
  double one = first->probability * sqrt ((double)first->area);
  double other = second->probability * sqrt ((double)second->area);

  return (one < other) - (one > other);
}

gboolean
acini_suspects_leave_out_decided (const AciniObjectSource *source, GArray *suspects, gboolean exact, guint most,
                                  GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  guint kept = 0;

  g_return_val_if_fail (source != NULL && source->project != NULL && suspects != NULL, FALSE);

  transaction = acini_database_read (acini_project_get_database (source->project), error);
  if (transaction == NULL)
    return FALSE;
  for (guint i = 0; i < suspects->len && kept < most; i++)
    {
      AciniSuspect *suspect = &g_array_index (suspects, AciniSuspect, i);

      const AciniRect point = { suspect->x, suspect->y, 1, 1 };

      if (!read_state (transaction, source->slide->id, exact ? &point : &suspect->box, suspect, error))
        return FALSE;
      if (suspect->state == ACINI_REVIEW_NEW || suspect->state == ACINI_REVIEW_FLAGGED)
        g_array_index (suspects, AciniSuspect, kept++) = *suspect;
    }
  g_array_set_size (suspects, kept);
  return TRUE;
}

GArray *
acini_suspects_find (const AciniObjectSource *source, gint64 least, guint most, GError **error)
{
  g_autoptr (GArray) suspects = g_array_new (FALSE, FALSE, sizeof (AciniSuspect));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (int));
  g_auto (Places) places = { 0 };

  g_return_val_if_fail (source != NULL && source->slide != NULL, NULL);

  if (source->prediction == NULL || source->slide->width <= 0 || source->slide->height <= 0)
    return g_steal_pointer (&suspects);
  if (!read_places (source, &places, error))
    return NULL;
  for (int i = 0; i < places.width * places.height; i++)
    {
      AciniSuspect suspect = { 0 };

      if (places.kinds[i] == DOUBTED && flood (&places, i, stack, &suspect) && suspect.area >= least)
        g_array_append_val (suspects, suspect);
    }
  g_array_sort (suspects, compare_worth);
  if (source->project != NULL && !acini_suspects_leave_out_decided (source, suspects, FALSE, most, error))
    return NULL;
  g_array_set_size (suspects, MIN (suspects->len, most));
  return g_steal_pointer (&suspects);
}
