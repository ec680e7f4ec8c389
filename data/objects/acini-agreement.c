/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/objects/acini-agreement.h"

#include "data/objects/acini-object-private.h"

#include <string.h>

/* Pixels of a box that are read at a time. */
#define MOST_PIXELS (16 * 1024 * 1024)

const char *
acini_disagreement_kind_to_string (AciniDisagreementKind self)
{
  static const char *const names[] = { "none", "state", "one", "class", "outline" };

  return names[CLAMP (self, ACINI_DISAGREEMENT_NONE, ACINI_DISAGREEMENT_OUTLINE)];
}

/* What a reader says of an object. */
typedef enum
{
  NO,
  YES,
  NOTHING,
} Word;

static Word
get_word (const AciniObject *object)
{
  if (object->id == 0 || object->state == ACINI_REVIEW_FLAGGED)
    return NOTHING;
  if (object->state == ACINI_REVIEW_NEW)
    return object->author != ACINI_AUTHOR_MODEL ? YES : NOTHING;
  return object->state == ACINI_REVIEW_ACCEPTED ? YES : NO;
}

static gboolean
is_by_hand (const AciniAgreementPlace *place)
{
  for (int i = 0; i < 2; i++)
    if (place->objects[i].id != 0 && place->objects[i].author != ACINI_AUTHOR_MODEL)
      return TRUE;
  return FALSE;
}

double
acini_agreement_place_get_iou (const AciniAgreementPlace *self)
{
  gint64 all = self->objects[0].area + self->objects[1].area - self->common;

  return all > 0 ? (double)self->common / (double)all : 0;
}

AciniRect
acini_agreement_place_get_box (const AciniAgreementPlace *self)
{
  const AciniRect *a = &self->objects[self->objects[0].id == 0].box, *b = &self->objects[self->objects[1].id != 0].box;
  AciniRect box = { MIN (a->x, b->x), MIN (a->y, b->y) };

  box.width = MAX (a->x + a->width, b->x + b->width) - box.x;
  box.height = MAX (a->y + a->height, b->y + b->height) - box.y;
  return box;
}

AciniDisagreementKind
acini_agreement_place_get_disagreement (const AciniAgreementPlace *self)
{
  Word first = get_word (&self->objects[0]), second = get_word (&self->objects[1]);

  if (self->objects[0].id == 0 || self->objects[1].id == 0)
    return first == YES || second == YES ? ACINI_DISAGREEMENT_ONE : ACINI_DISAGREEMENT_NONE;
  if (first == NOTHING || second == NOTHING)
    return ACINI_DISAGREEMENT_NONE;
  if (first != second)
    return ACINI_DISAGREEMENT_STATE;
  if (first == NO)
    return ACINI_DISAGREEMENT_NONE;
  if (self->objects[0].label != self->objects[1].label)
    return ACINI_DISAGREEMENT_CLASS;
  return is_by_hand (self) && acini_agreement_place_get_iou (self) < ACINI_AGREEMENT_IOU ? ACINI_DISAGREEMENT_OUTLINE
                                                                                         : ACINI_DISAGREEMENT_NONE;
}

/* Finding places. */

/* One object of each that have pixels in common. */
typedef struct
{
  gint64 ids[2]; /* the key */
  gint64 common;
  double iou;
} Candidate;

typedef struct
{
  AciniObjectIndex *indices[2];
  GHashTable *said[2];    /* id → AciniObject: those of which a reader said something, and what they may belong to */
  GHashTable *candidates; /* set of Candidate */
  GHashTable *taken[2];   /* set of ids that have a place */
} Search;

static guint
hash_candidate (gconstpointer key)
{
  const Candidate *candidate = key;

  return g_int64_hash (&candidate->ids[0]) * 31 + g_int64_hash (&candidate->ids[1]);
}

static gboolean
equal_candidates (gconstpointer a, gconstpointer b)
{
  return memcmp (((const Candidate *)a)->ids, ((const Candidate *)b)->ids, sizeof ((const Candidate *)a)->ids) == 0;
}

static void
search_clear (Search *self)
{
  for (int i = 0; i < 2; i++)
    {
      g_clear_pointer (&self->taken[i], g_hash_table_unref);
      g_clear_pointer (&self->said[i], g_hash_table_unref);
    }
  g_clear_pointer (&self->candidates, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
keep (GHashTable *objects, const AciniObject *object)
{
  AciniObject *copy = g_memdup2 (object, sizeof *object);

  g_hash_table_insert (objects, &copy->id, copy);
}

static gboolean
note_said (const AciniObject *object, gpointer user_data)
{
  if (object->state != ACINI_REVIEW_NEW || object->author != ACINI_AUTHOR_MODEL)
    keep (user_data, object);
  return TRUE;
}

/* The object @id of @index, with what is known of it. */
static const AciniObject *
get_object (Search *self, int which, gint64 id, GError **error)
{
  const AciniObject *known = g_hash_table_lookup (self->said[which], &id);
  AciniObject object;

  if (known != NULL)
    return known;
  if (!acini_object_index_get (self->indices[which], id, &object, error))
    return NULL;
  keep (self->said[which], &object);
  return g_hash_table_lookup (self->said[which], &id);
}

/* Counts the pixels that @object, of the reader @which, has in common with each of the other's, which @counts maps to
 * them. */
static gboolean
count_common (Search *self, int which, const AciniObject *object, GHashTable *counts, GError **error)
{
  const AciniRect *box = &object->box;
  gint64 rows = MAX (MOST_PIXELS / box->width, 1);
  gsize n = (gsize)(MIN (rows, box->height) * box->width);
  g_autofree gint64 *own = g_new (gint64, n), *other = g_new (gint64, n);

  for (gint64 y = 0; y < box->height; y += rows)
    {
      int height = (int)MIN (rows, box->height - y);

      if (!acini_object_index_read (self->indices[which], box->x, box->y + y, (int)box->width, height, own, error)
          || !acini_object_index_read (self->indices[!which], box->x, box->y + y, (int)box->width, height, other,
                                       error))
        return FALSE;
      for (gsize i = 0; i < (gsize)(height * box->width); i++)
        if (own[i] == object->id && other[i] != 0)
          {
            gint64 *count = g_hash_table_lookup (counts, &other[i]);

            if (count != NULL)
              count[1]++;
            else
              {
                count = g_new (gint64, 2);
                count[0] = other[i];
                count[1] = 1;
                g_hash_table_insert (counts, count, count);
              }
          }
    }
  return TRUE;
}

/* Adds the candidates with @object. */
static gboolean
look_at (Search *self, int which, const AciniObject *object, GError **error)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  GHashTableIter iter;
  const gint64 *count;

  if (!count_common (self, which, object, counts, error))
    return FALSE;
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, (gpointer *)&count, NULL))
    {
      const AciniObject *other = get_object (self, !which, count[0], error);
      Candidate candidate = { .common = count[1] };

      if (other == NULL)
        return FALSE;
      candidate.ids[which] = object->id;
      candidate.ids[!which] = other->id;
      candidate.iou = (double)candidate.common / (double)(object->area + other->area - candidate.common);
      if (2 * candidate.common >= MIN (object->area, other->area))
        g_hash_table_add (self->candidates, g_memdup2 (&candidate, sizeof candidate));
    }
  return TRUE;
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *first = *(Candidate **)a, *second = *(Candidate **)b;

  if (first->iou != second->iou)
    return first->iou > second->iou ? -1 : 1;
  return memcmp (first->ids, second->ids, sizeof first->ids);
}

static gboolean
has_said (const AciniObject *object)
{
  return object->id != 0 && (object->state != ACINI_REVIEW_NEW || object->author != ACINI_AUTHOR_MODEL);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const AciniAgreementPlace *first = a, *second = b;
  AciniRect one = acini_agreement_place_get_box (first), other = acini_agreement_place_get_box (second);

  if (one.y != other.y)
    return one.y < other.y ? -1 : 1;
  return (one.x > other.x) - (one.x < other.x);
}

/* Makes places of the candidates, the best first, and of what is left over. */
static GArray *
make_places (Search *self)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (AciniAgreementPlace));
  g_autoptr (GPtrArray) candidates = g_hash_table_get_keys_as_ptr_array (self->candidates);

  g_ptr_array_sort (candidates, compare_candidates);
  for (guint i = 0; i < candidates->len; i++)
    {
      Candidate *candidate = candidates->pdata[i];
      AciniAgreementPlace place = { .common = candidate->common };

      if (g_hash_table_contains (self->taken[0], &candidate->ids[0])
          || g_hash_table_contains (self->taken[1], &candidate->ids[1]))
        continue;
      for (int which = 0; which < 2; which++)
        {
          place.objects[which] = *(const AciniObject *)g_hash_table_lookup (self->said[which], &candidate->ids[which]);
          g_hash_table_add (self->taken[which], &candidate->ids[which]);
        }
      g_array_append_val (places, place);
    }
  for (int which = 0; which < 2; which++)
    {
      GHashTableIter iter;
      const AciniObject *object;

      g_hash_table_iter_init (&iter, self->said[which]);
      while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&object))
        if (has_said (object) && !g_hash_table_contains (self->taken[which], &object->id))
          {
            AciniAgreementPlace place = { 0 };

            place.objects[which] = *object;
            g_array_append_val (places, place);
          }
    }
  g_array_sort (places, compare_places);
  return places;
}

GArray *
acini_agreement_find (AciniObjectIndex *first, AciniObjectIndex *second, const AciniRegionScope *scope,
                      GCancellable *cancellable, GError **error)
{
  g_auto (Search) self = { .indices = { first, second } };
  const AciniObjectQuery query = { .scope = scope };

  g_return_val_if_fail (first != NULL && second != NULL, NULL);

  self.candidates = g_hash_table_new_full (hash_candidate, equal_candidates, g_free, NULL);
  for (int which = 0; which < 2; which++)
    {
      self.said[which] = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
      self.taken[which] = g_hash_table_new (g_int64_hash, g_int64_equal);
      if (!acini_object_index_foreach (self.indices[which], &query, note_said, self.said[which], error))
        return NULL;
    }
  for (int which = 0; which < 2; which++)
    {
      g_autoptr (GPtrArray) objects = g_hash_table_get_values_as_ptr_array (self.said[which]);

      for (guint i = 0; i < objects->len; i++)
        if (g_cancellable_set_error_if_cancelled (cancellable, error)
            || (has_said (objects->pdata[i]) && !look_at (&self, which, objects->pdata[i], error)))
          return NULL;
    }
  return make_places (&self);
}

/* Sums. */

void
acini_agreement_add (AciniAgreement *self, const AciniAgreementPlace *place)
{
  Word first = get_word (&place->objects[0]), second = get_word (&place->objects[1]);
  gboolean rejected[2]
      = { place->objects[0].state == ACINI_REVIEW_REJECTED, place->objects[1].state == ACINI_REVIEW_REJECTED };

  if (first != NOTHING && second != NOTHING)
    self->table[first][second]++;
  else if (first != NOTHING || second != NOTHING)
    self->one_said++;
  self->disagreements += acini_agreement_place_get_disagreement (place) != ACINI_DISAGREEMENT_NONE;
  if (!is_by_hand (place))
    return;
  for (int i = 0; i < 2; i++)
    self->areas[i] += rejected[i] ? 0 : place->objects[i].area;
  self->common += rejected[0] || rejected[1] ? 0 : place->common;
}

gboolean
acini_agreement_get_kappa (const AciniAgreement *self, double *kappa)
{
  double n = 0, agreed = 0, chance = 0;

  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
      n += (double)self->table[i][j];
  if (n == 0)
    return FALSE;
  for (int i = 0; i < 2; i++)
    {
      agreed += (double)self->table[i][i] / n;
      chance
          += (double)(self->table[i][0] + self->table[i][1]) / n * (double)(self->table[0][i] + self->table[1][i]) / n;
    }
  if (chance >= 1)
    return FALSE;
  *kappa = (agreed - chance) / (1 - chance);
  return TRUE;
}

gboolean
acini_agreement_get_dice (const AciniAgreement *self, double *dice)
{
  gint64 both = self->areas[0] + self->areas[1];

  if (both == 0)
    return FALSE;
  *dice = 2 * (double)self->common / (double)both;
  return TRUE;
}

/* Slides of readings. */

/* The link to @source's prediction in the reading; where it has none, as it is newer, that itself. */
static char *
find_prediction (AciniReadingSlide *self, const AciniObjectSource *source)
{
  const char *path = acini_prediction_get_path (source->prediction);
  g_autofree char *name = g_path_get_basename (path), *own = NULL, *link = NULL;
  const char *rest = strchr (name, '-');

  own = g_strdup_printf ("%" G_GINT64_FORMAT "%s", self->slide->id, rest != NULL ? rest : "");
  link = acini_project_build_path (self->project, "predictions", own, NULL);
  return g_file_test (link, G_FILE_TEST_EXISTS) ? g_steal_pointer (&link) : g_strdup (path);
}

AciniReadingSlide *
acini_reading_slide_open (const char *folder, const AciniObjectSource *source, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (AciniReadingSlide) self = g_new0 (AciniReadingSlide, 1);
  gint64 id;

  g_return_val_if_fail (folder != NULL && source != NULL, NULL);

  self->project = acini_project_open (folder, error);
  if (self->project == NULL)
    return NULL;
  id = acini_reading_find_slide (self->project, source->slide->id);
  if (id == 0)
    return g_steal_pointer (&self);
  self->slide = acini_project_get_slide (self->project, id, error);
  if (self->slide == NULL)
    return NULL;
  if (source->prediction != NULL)
    {
      g_autofree char *path = find_prediction (self, source);

      self->prediction = acini_prediction_open (path, NULL, error);
      if (self->prediction == NULL)
        return NULL;
    }
  self->source = (AciniObjectSource){ self->project, self->slide, self->prediction, source->thresholds };
  self->index = acini_object_index_open (&self->source, error);
  return self->index != NULL && acini_object_index_update (self->index, NULL, NULL, NULL, cancellable, error)
             ? g_steal_pointer (&self)
             : NULL;
}

void
acini_reading_slide_free (AciniReadingSlide *self)
{
  if (self == NULL)
    return;
  acini_object_index_free (self->index);
  acini_slide_record_free (self->slide);
  g_clear_object (&self->prediction);
  g_clear_object (&self->project);
  g_free (self);
}

gboolean
acini_agreement_compare (AciniObjectIndex *index, GPtrArray *readings, const AciniRegionScope *scope,
                         AciniAgreementFunc func, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) slides = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_reading_slide_free);

  g_return_val_if_fail (index != NULL && readings != NULL && func != NULL, FALSE);

  for (guint i = 0; i < readings->len; i++)
    {
      const AciniReading *reading = readings->pdata[i];
      AciniReadingSlide *slide = acini_reading_slide_open (reading->folder, &index->source, cancellable, error);

      if (slide == NULL)
        return FALSE;
      g_ptr_array_add (slides, slide);
    }
  for (guint first = 0; first <= readings->len; first++)
    for (guint second = first + 1; second <= readings->len; second++)
      {
        AciniObjectIndex *a = first == 0 ? index : ((AciniReadingSlide *)slides->pdata[first - 1])->index;
        AciniObjectIndex *b = ((AciniReadingSlide *)slides->pdata[second - 1])->index;
        g_autoptr (GArray) places = NULL;

        if (a == NULL || b == NULL)
          continue;
        places = acini_agreement_find (a, b, scope, cancellable, error);
        if (places == NULL)
          return FALSE;
        func (first, second, places, user_data);
      }
  return TRUE;
}
