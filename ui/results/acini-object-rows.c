/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/results/acini-object-rows.h"

#include "ui/base/acini-async.h"

/* Rows that are read together, and how many such pages are kept. */
#define PAGE 128
#define MOST_PAGES 64
/* Slides whose index stays open. */
#define MOST_OPEN 8

struct _AciniObjectRow
{
  GObject parent_instance;

  AciniObjectKey key;
  AciniObject object;
  gboolean loaded;
};

enum
{
  PROP_LOADED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AciniObjectRow, acini_object_row, G_TYPE_OBJECT)

static void
acini_object_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, ACINI_OBJECT_ROW (object)->loaded);
}

static void
acini_object_row_class_init (AciniObjectRowClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = acini_object_row_get_property;
  properties[PROP_LOADED]
      = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
acini_object_row_init (AciniObjectRow *self)
{
}

const AciniObject *
acini_object_row_get (AciniObjectRow *self)
{
  g_return_val_if_fail (ACINI_IS_OBJECT_ROW (self), NULL);
  return self->loaded && self->object.id != 0 ? &self->object : NULL;
}

gboolean
acini_object_row_is_loaded (AciniObjectRow *self)
{
  g_return_val_if_fail (ACINI_IS_OBJECT_ROW (self), FALSE);
  return self->loaded;
}

guint
acini_object_row_get_slide (AciniObjectRow *self)
{
  g_return_val_if_fail (ACINI_IS_OBJECT_ROW (self), 0);
  return self->key.slide;
}

typedef struct
{
  guint number;
  GPtrArray *rows;
  gboolean asked;
} Page;

static void
page_free (gpointer data)
{
  Page *page = data;

  g_ptr_array_unref (page->rows);
  g_free (page);
}

struct _AciniObjectRows
{
  GObject parent_instance;

  AciniResultsSource *source;
  GArray *keys;
  GHashTable *pages; /* number → Page */
  GQueue recent;     /* Page, the one asked for last first */
  GHashTable *open;  /* number of a slide → AciniResultsSlide; NULL while a worker has it */
  GCancellable *cancellable;
};

static GType
get_item_type (GListModel *model)
{
  return ACINI_TYPE_OBJECT_ROW;
}

static guint
get_n_items (GListModel *model)
{
  AciniObjectRows *self = ACINI_OBJECT_ROWS (model);

  return self->keys != NULL ? self->keys->len : 0;
}

typedef struct
{
  AciniResultsSource *source;
  GHashTable *open;
  GPtrArray *rows; /* as they are in the page: only their keys are read by the worker */
  AciniObject *objects;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_clear_pointer (&loading->open, g_hash_table_unref);
  g_ptr_array_unref (loading->rows);
  g_free (loading->objects);
  acini_results_source_unref (loading->source);
  g_free (loading);
}

static AciniResultsSlide *
find_open (Loading *loading, guint number, GError **error)
{
  AciniResultsSlide *slide = g_hash_table_lookup (loading->open, GUINT_TO_POINTER (number));

  if (slide != NULL)
    return slide;
  if (g_hash_table_size (loading->open) >= MOST_OPEN)
    g_hash_table_remove_all (loading->open);
  slide = acini_results_source_open (loading->source, number, error);
  if (slide != NULL)
    g_hash_table_insert (loading->open, GUINT_TO_POINTER (number), slide);
  return slide;
}

static gboolean
load (gpointer data, GCancellable *cancellable, GError **error)
{
  Loading *loading = data;

  for (guint i = 0; i < loading->rows->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const AciniObjectKey *key = &((AciniObjectRow *)loading->rows->pdata[i])->key;
      AciniResultsSlide *slide = find_open (loading, key->slide, error);

      if (slide == NULL)
        return FALSE;
      if (slide->index != NULL && !acini_object_index_get (slide->index, key->id, &loading->objects[i], error))
        return FALSE;
    }
  return TRUE;
}

static void load_next (AciniObjectRows *self);

static void
on_loaded (gpointer object, gpointer data, const GError *error)
{
  AciniObjectRows *self = object;
  Loading *loading = data;

  self->open = g_steal_pointer (&loading->open);
  for (guint i = 0; i < loading->rows->len; i++)
    {
      AciniObjectRow *row = loading->rows->pdata[i];

      row->object = loading->objects[i];
      row->loaded = TRUE;
      g_object_notify_by_pspec (G_OBJECT (row), properties[PROP_LOADED]);
    }
  load_next (self);
}

/* The page that was asked for last is on screen. */
static void
load_next (AciniObjectRows *self)
{
  Page *page = NULL;
  Loading *loading;

  for (GList *list = self->recent.head; list != NULL && page == NULL; list = list->next)
    if (!((Page *)list->data)->asked)
      page = list->data;
  if (page == NULL || self->open == NULL)
    return;
  page->asked = TRUE;
  loading = g_new0 (Loading, 1);
  loading->source = acini_results_source_ref (self->source);
  loading->open = g_steal_pointer (&self->open);
  loading->rows = g_ptr_array_ref (page->rows);
  loading->objects = g_new0 (AciniObject, page->rows->len);
  acini_async_run (self, self->cancellable, load, on_loaded, loading, loading_free);
}

static Page *
ensure_page (AciniObjectRows *self, guint number)
{
  Page *page = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (number));

  if (page != NULL)
    {
      g_queue_remove (&self->recent, page);
      g_queue_push_head (&self->recent, page);
      return page;
    }
  if (self->recent.length >= MOST_PAGES)
    g_hash_table_remove (self->pages, GUINT_TO_POINTER (((Page *)g_queue_pop_tail (&self->recent))->number));
  page = g_new0 (Page, 1);
  page->number = number;
  page->rows = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = number * PAGE; i < MIN ((number + 1) * PAGE, self->keys->len); i++)
    {
      AciniObjectRow *row = g_object_new (ACINI_TYPE_OBJECT_ROW, NULL);

      row->key = g_array_index (self->keys, AciniObjectKey, i);
      g_ptr_array_add (page->rows, row);
    }
  g_hash_table_insert (self->pages, GUINT_TO_POINTER (number), page);
  g_queue_push_head (&self->recent, page);
  load_next (self);
  return page;
}

static gpointer
get_item (GListModel *model, guint position)
{
  AciniObjectRows *self = ACINI_OBJECT_ROWS (model);

  if (self->keys == NULL || position >= self->keys->len)
    return NULL;
  return g_object_ref (ensure_page (self, position / PAGE)->rows->pdata[position % PAGE]);
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AciniObjectRows, acini_object_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GHashTable *
open_new (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)acini_results_slide_free);
}

static void
forget (AciniObjectRows *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_queue_clear (&self->recent);
  g_hash_table_remove_all (self->pages);
  g_clear_pointer (&self->open, g_hash_table_unref);
  g_clear_pointer (&self->keys, g_array_unref);
  g_clear_pointer (&self->source, acini_results_source_unref);
}

void
acini_object_rows_set (AciniObjectRows *self, AciniResultsSource *source, GArray *keys)
{
  guint before;

  g_return_if_fail (ACINI_IS_OBJECT_ROWS (self) && (source == NULL) == (keys == NULL));

  before = get_n_items (G_LIST_MODEL (self));
  forget (self);
  self->cancellable = g_cancellable_new ();
  self->open = open_new ();
  self->source = source != NULL ? acini_results_source_ref (source) : NULL;
  self->keys = keys != NULL ? g_array_ref (keys) : NULL;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, get_n_items (G_LIST_MODEL (self)));
}

static void
acini_object_rows_finalize (GObject *object)
{
  AciniObjectRows *self = ACINI_OBJECT_ROWS (object);

  forget (self);
  g_hash_table_unref (self->pages);
  G_OBJECT_CLASS (acini_object_rows_parent_class)->finalize (object);
}

static void
acini_object_rows_class_init (AciniObjectRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_object_rows_finalize;
}

static void
acini_object_rows_init (AciniObjectRows *self)
{
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, page_free);
  self->open = open_new ();
}

AciniObjectRows *
acini_object_rows_new (void)
{
  return g_object_new (ACINI_TYPE_OBJECT_ROWS, NULL);
}
