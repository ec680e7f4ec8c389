/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-review-wish.h"

#include "app/training/acini-disagreement.h"
#include "data/objects/acini-agreement.h"
#include "ui/review/acini-disagreement.h"

#include <math.h>

/* Doubtful places: µm² that are worth a look, and how many of them. */
#define LEAST_AREA 400.
#define MOST_SUSPECTS 1000

void
acini_review_listing_clear (AciniReviewListing *listing)
{
  g_clear_pointer (&listing->entries, g_array_unref);
  g_clear_pointer (&listing->suspects, g_array_unref);
  g_clear_pointer (&listing->notes, g_hash_table_unref);
}

/* What a row is ordered by: the same for objects and suspects. */
static double
get_key (const AciniObjectQuery *query, const AciniObject *object)
{
  switch (query->order)
    {
    case ACINI_OBJECT_ORDER_WORTH:
      return acini_object_get_worth (object);
    case ACINI_OBJECT_ORDER_AREA:
      return (double)object->area;
    case ACINI_OBJECT_ORDER_UNCERTAINTY:
      return object->entropy;
    case ACINI_OBJECT_ORDER_PROBABILITY:
      return object->probability;
    case ACINI_OBJECT_ORDER_CIRCULARITY:
      return object->circularity;
    case ACINI_OBJECT_ORDER_CLASS:
      return object->label;
    case ACINI_OBJECT_ORDER_SHUFFLED:
      return (double)acini_object_get_shuffled (object->id, query->seed);
    default:
      return (double)object->id;
    }
}

static double
get_suspect_key (const AciniObjectQuery *query, const AciniSuspect *suspect, gint64 width)
{
  double p = CLAMP (suspect->probability, 1e-6, 1 - 1e-6), entropy = -p * log2 (p) - (1 - p) * log2 (1 - p);
  AciniObject object = { .id = suspect->y * width + suspect->x + 1,
                         .label = suspect->label,
                         .area = suspect->area,
                         .probability = suspect->probability,
                         .entropy = entropy };

  return get_key (query, &object);
}

/* *@at: how many of @entries come before @key. */
static gboolean
find_place (AciniObjectIndex *index, const AciniObjectQuery *query, GArray *entries, double key, guint *at,
            GError **error)
{
  guint first = 0, end = entries->len;

  while (first < end)
    {
      guint middle = first + (end - first) / 2;
      AciniObject object;
      double other;

      if (!acini_object_index_get (index, g_array_index (entries, gint64, middle), &object, error))
        return FALSE;
      other = get_key (query, &object);
      if (query->descending ? other >= key : other <= key)
        first = middle + 1;
      else
        end = middle;
    }
  *at = first;
  return TRUE;
}

typedef struct
{
  guint at;
  gint64 entry;
  double key;
} Insertion;

static int
compare_insertions (gconstpointer a, gconstpointer b)
{
  const Insertion *first = a, *second = b;

  if (first->at != second->at)
    return first->at < second->at ? -1 : 1;
  return (first->key > second->key) - (first->key < second->key);
}

/* Whether @query wants the place.  Of labels and a model nobody is the author. */
static gboolean
is_wanted (const AciniObjectQuery *query, const AciniSuspect *suspect)
{
  return (query->label == 0 || suspect->label == query->label)
         && (query->states == 0 || ((query->states >> suspect->state) & 1))
         && (query->authors == 0 || suspect->out_of_fold || ((query->authors >> ACINI_AUTHOR_MODEL) & 1))
         && acini_region_scope_contains (query->scope, (double)suspect->box.x + (double)suspect->box.width / 2,
                                         (double)suspect->box.y + (double)suspect->box.height / 2);
}

/* Puts the suspects among the objects, which are in their order already. */
static gboolean
insert_suspects (AciniObjectIndex *index, gint64 width, AciniReviewListing *listing, const AciniObjectQuery *query,
                 GError **error)
{
  g_autoptr (GArray) insertions = g_array_new (FALSE, FALSE, sizeof (Insertion)), merged = NULL;
  guint next = 0;

  for (guint i = 0; i < listing->suspects->len; i++)
    {
      const AciniSuspect *suspect = &g_array_index (listing->suspects, AciniSuspect, i);
      Insertion insertion = { .entry = -1 - (gint64)i };
      double key = get_suspect_key (query, suspect, width);

      if (!is_wanted (query, suspect))
        continue;
      insertion.key = query->descending ? -key : key;
      if (!find_place (index, query, listing->entries, key, &insertion.at, error))
        return FALSE;
      g_array_append_val (insertions, insertion);
    }
  g_array_sort (insertions, compare_insertions);
  merged = g_array_sized_new (FALSE, FALSE, sizeof (gint64), listing->entries->len + insertions->len);
  for (guint i = 0; i <= listing->entries->len; i++)
    {
      for (; next < insertions->len && g_array_index (insertions, Insertion, next).at == i; next++)
        g_array_append_val (merged, g_array_index (insertions, Insertion, next).entry);
      if (i < listing->entries->len)
        g_array_append_val (merged, g_array_index (listing->entries, gint64, i));
    }
  g_array_unref (listing->entries);
  listing->entries = g_steal_pointer (&merged);
  return TRUE;
}

static GArray *
find_suspects (const AciniReviewWish *wish, const AciniObjectSource *source, GError **error)
{
  double pixel = source->slide->mpp_x > 0 ? source->slide->mpp_x * source->slide->mpp_y : .25;

  if (wish->out_of_fold != NULL)
    return acini_out_of_fold_list_places (source, wish->out_of_fold, error);
  return wish->suspects ? acini_suspects_find (source, (gint64)(LEAST_AREA / pixel), MOST_SUSPECTS, error)
                        : g_array_new (FALSE, FALSE, sizeof (AciniSuspect));
}

/* Where readers disagree. */

typedef struct
{
  AciniReviewListing *listing;
  GPtrArray *readings;
} Disagreeing;

/* What the project has there is an object like others; what only others have is no more than a place. */
static void
take_places (guint first, guint second, GArray *places, gpointer user_data)
{
  Disagreeing *self = user_data;
  AciniReviewListing *listing = self->listing;

  for (guint i = 0; i < places->len; i++)
    {
      const AciniAgreementPlace *place = &g_array_index (places, AciniAgreementPlace, i);
      const AciniObject *seen = &place->objects[place->objects[0].id == 0];
      gint64 entry = first == 0 ? place->objects[0].id : 0;
      AciniSuspect suspect = { .box = acini_agreement_place_get_box (place), .label = seen->label, .probability = -1 };

      if (acini_agreement_place_get_disagreement (place) == ACINI_DISAGREEMENT_NONE)
        continue;
      if (entry == 0)
        {
          entry = -1 - (gint64)listing->suspects->len;
          g_array_append_val (listing->suspects, suspect);
        }
      if (!g_hash_table_contains (listing->notes, &entry))
        {
          g_array_append_val (listing->entries, entry);
          g_hash_table_insert (listing->notes, g_memdup2 (&entry, sizeof entry),
                               acini_disagreement_dup_title (place, self->readings, first, second));
        }
    }
}

static gboolean
load_disagreements (AciniObjectIndex *index, const AciniObjectSource *source, AciniReviewListing *listing,
                    const AciniRegionScope *scope, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) readings = acini_reading_list (source->project, TRUE);
  Disagreeing disagreeing = { listing, readings };

  listing->entries = g_array_new (FALSE, FALSE, sizeof (gint64));
  listing->suspects = g_array_new (FALSE, FALSE, sizeof (AciniSuspect));
  return acini_agreement_compare (index, readings, scope, take_places, &disagreeing, cancellable, error);
}

gboolean
acini_review_listing_load (AciniReviewListing *listing, AciniObjectIndex *index, const AciniObjectSource *source,
                           GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniRegionScope) scope = acini_region_scope_new (source->project, source->slide->id, NULL, error);
  AciniObjectQuery query = listing->wish.query;

  if (scope == NULL || !acini_object_index_count_states (index, scope, listing->states, error))
    return FALSE;
  listing->notes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  if (listing->wish.disagreements)
    return load_disagreements (index, source, listing, scope, cancellable, error);
  query.scope = scope;
  listing->entries = listing->wish.objects ? acini_object_index_list_ids (index, &query, error)
                                           : g_array_new (FALSE, FALSE, sizeof (gint64));
  listing->suspects = listing->entries != NULL ? find_suspects (&listing->wish, source, error) : NULL;
  return listing->suspects != NULL && !g_cancellable_set_error_if_cancelled (cancellable, error)
         && insert_suspects (index, source->slide->width, listing, &query, error);
}

gboolean
acini_review_wish_has_worth (const AciniReviewWish *wish)
{
  g_return_val_if_fail (wish != NULL, FALSE);
  return !wish->disagreements && wish->query.order != ACINI_OBJECT_ORDER_ID
         && wish->query.order != ACINI_OBJECT_ORDER_CLASS && wish->query.order != ACINI_OBJECT_ORDER_SHUFFLED;
}

/* Of what comes first. */
static gboolean
find_worth (const AciniReviewListing *listing, AciniObjectIndex *index, gint64 width, double *worth, GError **error)
{
  const AciniObjectQuery *query = &listing->wish.query;
  gint64 first = g_array_index (listing->entries, gint64, 0);
  AciniObject object;

  *worth = 0;
  if (!acini_review_wish_has_worth (&listing->wish))
    return TRUE;
  if (first < 0)
    *worth = get_suspect_key (query, &g_array_index (listing->suspects, AciniSuspect, -1 - first), width);
  else if (acini_object_index_get (index, first, &object, error))
    *worth = get_key (query, &object);
  else
    return FALSE;
  *worth = query->descending ? *worth : -*worth;
  return TRUE;
}

gboolean
acini_review_wish_look (const AciniReviewWish *wish, AciniObjectIndex *index, const AciniObjectSource *source,
                        double *worth, GCancellable *cancellable, GError **error)
{
  AciniReviewListing listing = { .wish = *wish };
  gboolean done;

  *worth = -HUGE_VAL;
  done = acini_review_listing_load (&listing, index, source, cancellable, error)
         && (listing.entries->len == 0 || find_worth (&listing, index, source->slide->width, worth, error));
  acini_review_listing_clear (&listing);
  return done;
}
