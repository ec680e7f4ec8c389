/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-review-list.h"

#include "data/project/acini-sign-off.h"

#include <glib/gi18n.h>
#include <math.h>

/* Items that are remembered; those on screen are remembered by whoever shows them. */
#define MOST_ITEMS 4096

/* Items. */

struct _AciniReviewItem
{
  GObject parent_instance;
  gint64 entry; /* the object's id; below 0: -1 - the number of the suspect */
  AciniReviewItemKind kind;
  AciniObject object;
  AciniSuspect suspect;
  char *note;
  gboolean asked; /* it is being read */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (AciniReviewItem, acini_review_item, G_TYPE_OBJECT)

static void
acini_review_item_finalize (GObject *object)
{
  g_free (ACINI_REVIEW_ITEM (object)->note);
  G_OBJECT_CLASS (acini_review_item_parent_class)->finalize (object);
}

static void
acini_review_item_class_init (AciniReviewItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_review_item_finalize;
  changed_signal
      = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_review_item_init (AciniReviewItem *self)
{
}

AciniReviewItemKind
acini_review_item_get_kind (AciniReviewItem *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_ITEM (self), ACINI_REVIEW_ITEM_GONE);
  return self->kind;
}

const AciniObject *
acini_review_item_get_object (AciniReviewItem *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_ITEM (self), NULL);
  return &self->object;
}

const AciniSuspect *
acini_review_item_get_suspect (AciniReviewItem *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_ITEM (self), NULL);
  return self->kind == ACINI_REVIEW_ITEM_SUSPECT ? &self->suspect : NULL;
}

const char *
acini_review_item_get_note (AciniReviewItem *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_ITEM (self), NULL);
  return self->note;
}

const char *
acini_review_item_get_place_title (AciniReviewItem *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_ITEM (self), "");
  if (!self->suspect.out_of_fold)
    return _ ("Doubtful place");
  return self->suspect.probability > 0 ? _ ("Only the model sees a unit") : _ ("Only the labels have a unit");
}

void
acini_review_item_set_state (AciniReviewItem *self, AciniReviewState state)
{
  g_return_if_fail (ACINI_IS_REVIEW_ITEM (self));
  self->object.state = state;
  g_signal_emit (self, changed_signal, 0);
}

/* The list. */

struct _AciniReviewList
{
  GObject parent_instance;
  AciniSlideObjects *objects;
  AciniReviewWish wish;
  GArray *entries;   /* gint64, as in an item */
  GArray *suspects;  /* AciniSuspect */
  GHashTable *notes; /* entry → text */
  GHashTable *items; /* entry → AciniReviewItem */
  GArray *wanted;    /* gint64: to be read */
  guint reading;     /* an idle source */
  guint ticket;      /* counts the lists that were asked for */
  AciniReviewSums sums;
};

enum
{
  LOADED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
get_item_type (GListModel *model)
{
  return ACINI_TYPE_REVIEW_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return ACINI_REVIEW_LIST (model)->entries->len;
}

/* Reading items. */

typedef struct
{
  guint ticket;
  GArray *ids;     /* gint64 */
  GArray *objects; /* AciniObject, id 0: there is none */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_array_unref (reading->ids);
  g_array_unref (reading->objects);
  g_free (reading);
}

static gboolean
read_objects (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, GCancellable *cancellable,
              GError **error)
{
  Reading *reading = data;

  for (guint i = 0; i < reading->ids->len; i++)
    {
      AciniObject object;

      if (!acini_object_index_get (index, g_array_index (reading->ids, gint64, i), &object, error))
        return FALSE;
      g_array_append_val (reading->objects, object);
    }
  return TRUE;
}

static void
on_objects_read (gpointer object, gpointer data, const GError *error)
{
  AciniReviewList *self = object;
  const Reading *reading = data;

  for (guint i = 0; i < reading->ids->len; i++)
    {
      AciniReviewItem *item = g_hash_table_lookup (self->items, &g_array_index (reading->ids, gint64, i));

      if (item == NULL)
        continue;
      item->asked = FALSE;
      if (error != NULL || reading->ticket != self->ticket)
        continue;
      item->object = g_array_index (reading->objects, AciniObject, i);
      item->kind = item->object.id != 0 ? ACINI_REVIEW_ITEM_OBJECT : ACINI_REVIEW_ITEM_GONE;
      g_signal_emit (item, changed_signal, 0);
    }
}

static gboolean
read_wanted (gpointer data)
{
  AciniReviewList *self = data;
  Reading *reading = g_new0 (Reading, 1);

  self->reading = 0;
  reading->ticket = self->ticket;
  reading->ids = g_steal_pointer (&self->wanted);
  reading->objects = g_array_new (FALSE, FALSE, sizeof (AciniObject));
  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  acini_slide_objects_ask (self->objects, read_objects, on_objects_read, self, reading, reading_free);
  return G_SOURCE_REMOVE;
}

static void
want (AciniReviewList *self, AciniReviewItem *item)
{
  if (item->asked || item->entry < 0)
    return;
  item->asked = TRUE;
  g_array_append_val (self->wanted, item->entry);
  if (self->reading == 0)
    self->reading = g_idle_add_full (G_PRIORITY_DEFAULT, read_wanted, self, NULL);
}

/* A doubtful place looks like an object of which less is known. */
static void
fill_suspect (AciniReviewItem *item, const AciniSuspect *suspect)
{
  item->kind = item->note != NULL ? ACINI_REVIEW_ITEM_PLACE : ACINI_REVIEW_ITEM_SUSPECT;
  item->suspect = *suspect;
  item->object = (AciniObject){ .label = suspect->label,
                                .state = suspect->state,
                                .anchor_x = suspect->x,
                                .anchor_y = suspect->y,
                                .area = suspect->area,
                                .box = suspect->box,
                                .x = (double)suspect->box.x + (double)suspect->box.width / 2,
                                .y = (double)suspect->box.y + (double)suspect->box.height / 2,
                                .probability = suspect->probability,
                                .entropy = -1 };
}

static gpointer
get_item (GListModel *model, guint position)
{
  AciniReviewList *self = ACINI_REVIEW_LIST (model);
  AciniReviewItem *item;
  gint64 entry;

  if (position >= self->entries->len)
    return NULL;
  entry = g_array_index (self->entries, gint64, position);
  item = g_hash_table_lookup (self->items, &entry);
  if (item != NULL)
    return g_object_ref (item);
  if (g_hash_table_size (self->items) >= MOST_ITEMS)
    g_hash_table_remove_all (self->items);
  item = g_object_new (ACINI_TYPE_REVIEW_ITEM, NULL);
  item->entry = entry;
  item->note = g_strdup (g_hash_table_lookup (self->notes, &entry));
  if (entry < 0)
    fill_suspect (item, &g_array_index (self->suspects, AciniSuspect, -1 - entry));
  g_hash_table_insert (self->items, g_memdup2 (&entry, sizeof entry), g_object_ref (item));
  want (self, item);
  return item;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AciniReviewList, acini_review_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GHashTable *
notes_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

/* Making the list, on the worker. */

typedef struct
{
  guint ticket;
  AciniReviewListing listing;
  AciniReviewSums sums;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  acini_review_listing_clear (&loading->listing);
  g_free (loading);
}

static gboolean
load (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, GCancellable *cancellable,
      GError **error)
{
  Loading *loading = data;

  if (!acini_review_listing_load (&loading->listing, index, source, cancellable, error))
    return FALSE;
  memcpy (loading->sums.states, loading->listing.states, sizeof loading->sums.states);
  return acini_project_measure_pace (source->project, 0, &loading->sums.n_timed, &loading->sums.pace, error);
}

static void
take_entries (AciniReviewList *self, GArray *entries, GArray *suspects, GHashTable *notes)
{
  guint before = self->entries->len;

  g_hash_table_remove_all (self->items);
  g_array_set_size (self->wanted, 0);
  g_array_unref (self->entries);
  g_array_unref (self->suspects);
  self->entries = entries;
  self->suspects = suspects;
  g_hash_table_unref (self->notes);
  self->notes = notes;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->entries->len);
}

static void
on_loaded (gpointer object, gpointer data, const GError *error)
{
  AciniReviewList *self = object;
  Loading *loading = data;

  if (error != NULL || loading->ticket != self->ticket)
    return;
  self->sums = loading->sums;
  take_entries (self, g_steal_pointer (&loading->listing.entries), g_steal_pointer (&loading->listing.suspects),
                g_steal_pointer (&loading->listing.notes));
  g_signal_emit (self, signals[LOADED], 0);
}

void
acini_review_list_load (AciniReviewList *self, const AciniReviewWish *wish)
{
  Loading *loading;

  g_return_if_fail (ACINI_IS_REVIEW_LIST (self) && wish != NULL);
  loading = g_new0 (Loading, 1);
  loading->ticket = ++self->ticket;
  loading->listing.wish = self->wish = *wish;
  acini_slide_objects_ask (self->objects, load, on_loaded, self, loading, loading_free);
}

void
acini_review_list_reread (AciniReviewList *self)
{
  GHashTableIter iter;
  gpointer item;

  g_return_if_fail (ACINI_IS_REVIEW_LIST (self));
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    want (self, item);
}

void
acini_review_list_prepare (AciniReviewList *self, guint position)
{
  g_autoptr (AciniReviewItem) item = NULL;

  g_return_if_fail (ACINI_IS_REVIEW_LIST (self));
  item = get_item (G_LIST_MODEL (self), position);
}

void
acini_review_list_put_last (AciniReviewList *self, guint position)
{
  gint64 entry;

  g_return_if_fail (ACINI_IS_REVIEW_LIST (self) && position < self->entries->len);
  entry = g_array_index (self->entries, gint64, position);
  g_array_remove_index (self->entries, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  g_array_append_val (self->entries, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), self->entries->len - 1, 0, 1);
}

GArray *
acini_review_list_dup_ids (AciniReviewList *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_return_val_if_fail (ACINI_IS_REVIEW_LIST (self), ids);
  for (guint i = 0; i < self->entries->len; i++)
    if (g_array_index (self->entries, gint64, i) > 0)
      g_array_append_val (ids, g_array_index (self->entries, gint64, i));
  return ids;
}

const AciniReviewSums *
acini_review_list_get_sums (AciniReviewList *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_LIST (self), NULL);
  return &self->sums;
}

void
acini_review_list_count (AciniReviewList *self, AciniReviewState from, AciniReviewState to)
{
  g_return_if_fail (ACINI_IS_REVIEW_LIST (self));
  self->sums.states[from]--;
  self->sums.states[to]++;
}

/* Another slide: what is listed is no more. */
static void
on_replaced (AciniReviewList *self)
{
  self->ticket++;
  self->sums = (AciniReviewSums){ 0 };
  take_entries (self, g_array_new (FALSE, FALSE, sizeof (gint64)), g_array_new (FALSE, FALSE, sizeof (AciniSuspect)),
                notes_new ());
}

static void
acini_review_list_dispose (GObject *object)
{
  g_clear_handle_id (&ACINI_REVIEW_LIST (object)->reading, g_source_remove);
  G_OBJECT_CLASS (acini_review_list_parent_class)->dispose (object);
}

static void
acini_review_list_finalize (GObject *object)
{
  AciniReviewList *self = ACINI_REVIEW_LIST (object);

  g_object_unref (self->objects);
  g_array_unref (self->entries);
  g_array_unref (self->suspects);
  g_array_unref (self->wanted);
  g_hash_table_unref (self->items);
  g_hash_table_unref (self->notes);
  G_OBJECT_CLASS (acini_review_list_parent_class)->finalize (object);
}

static void
acini_review_list_class_init (AciniReviewListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_review_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_review_list_finalize;
  signals[LOADED]
      = g_signal_new ("loaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_review_list_init (AciniReviewList *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->suspects = g_array_new (FALSE, FALSE, sizeof (AciniSuspect));
  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->notes = notes_new ();
}

AciniReviewList *
acini_review_list_new (AciniSlideObjects *objects)
{
  AciniReviewList *self;

  g_return_val_if_fail (ACINI_IS_SLIDE_OBJECTS (objects), NULL);
  self = g_object_new (ACINI_TYPE_REVIEW_LIST, NULL);
  self->objects = g_object_ref (objects);
  g_signal_connect_object (objects, "replaced", G_CALLBACK (on_replaced), self, G_CONNECT_SWAPPED);
  return self;
}
