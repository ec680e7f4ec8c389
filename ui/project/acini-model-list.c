/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-model-list.h"

#include "app/training/acini-models.h"
#include "app/training/acini-training.h"
#include "ui/base/acini-async.h"

struct _AciniModelList
{
  GObject parent_instance;

  AciniProject *project;
  AciniProjectSettings *settings;
  GCancellable *cancellable;
  GListStore *items;
  AciniModelItem *in_use;
};

enum
{
  PROP_IN_USE = 1,
  N_PROPS
};

enum
{
  SIGNAL_COLLECTED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* The list: what the store has. */

static GType
get_item_type (GListModel *list)
{
  return ACINI_TYPE_MODEL_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ACINI_MODEL_LIST (list)->items));
}

static gpointer
get_item (GListModel *list, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (ACINI_MODEL_LIST (list)->items), position);
}

static void
acini_model_list_init_list (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AciniModelList, acini_model_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, acini_model_list_init_list))

AciniModelItem *
acini_model_list_find (AciniModelList *self, const char *id)
{
  guint n;

  g_return_val_if_fail (ACINI_IS_MODEL_LIST (self) && id != NULL, NULL);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (g_strcmp0 (acini_model_item_get_record (item)->id, id) == 0)
        return item; /* the list keeps it alive */
    }
  return NULL;
}

/* The one in use. */

static void
choose (AciniModelList *self)
{
  const char *wanted = acini_project_settings_get (self->settings, "model");
  AciniModelItem *item = wanted != NULL ? acini_model_list_find (self, wanted) : NULL;
  g_autoptr (AciniModelItem) first = g_list_model_get_item (G_LIST_MODEL (self->items), 0);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  if (item == NULL)
    item = first;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AciniModelItem) model = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      acini_model_item_set_in_use (model, model == item);
    }
  if (g_set_object (&self->in_use, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IN_USE]);
}

AciniModelItem *
acini_model_list_get_in_use (AciniModelList *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_LIST (self), NULL);
  return self->in_use;
}

void
acini_model_list_use (AciniModelList *self, AciniModelItem *item)
{
  g_return_if_fail (ACINI_IS_MODEL_LIST (self) && ACINI_IS_MODEL_ITEM (item));

  if (item == self->in_use)
    return;
  acini_project_settings_set (self->settings, "model", acini_model_item_get_record (item)->id);
  choose (self);
}

/* Reading. */

typedef struct
{
  AciniProject *project;
  GPtrArray *records, *cards;
  gboolean refresh;
  AciniJob *job; /* a training to collect, or NULL */
  char *id;      /* of its model */
} Reading;

static Reading *
reading_new (AciniModelList *self)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->project = g_object_ref (self->project);
  return reading;
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_clear_pointer (&reading->records, g_ptr_array_unref);
  g_clear_pointer (&reading->cards, g_ptr_array_unref);
  g_clear_object (&reading->job);
  g_free (reading->id);
  g_free (reading);
}

static void
free_card (gpointer card)
{
  if (card != NULL) /* NULL: it could not be read */
    acini_card_free (card);
}

static gboolean
read_models (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->records = acini_list_models (reading->project, error);
  if (reading->records == NULL)
    return FALSE;
  reading->cards = g_ptr_array_new_with_free_func (free_card);
  for (guint i = 0; i < reading->records->len; i++)
    {
      AciniModelRecord *record = reading->records->pdata[i];

      g_ptr_array_add (reading->cards, acini_card_load (record->path, NULL));
    }
  return TRUE;
}

/* Whether the list has the models of @records, whatever their order is. */
static gboolean
is_same (AciniModelList *self, GPtrArray *records)
{
  if (records->len != g_list_model_get_n_items (G_LIST_MODEL (self->items)))
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      const AciniModelRecord *record = records->pdata[i];
      AciniModelItem *item = acini_model_list_find (self, record->id);

      if (item == NULL || g_strcmp0 (acini_model_item_get_record (item)->name, record->name) != 0
          || g_strcmp0 (acini_model_item_get_record (item)->path, record->path) != 0)
        return FALSE;
    }
  return TRUE;
}

/* Moves the descendants of @parent from @items to @ordered. */
static void
add_children (GPtrArray *items, GPtrArray *ordered, const char *parent, guint depth)
{
  for (guint i = 0; i < items->len; i++)
    {
      AciniModelItem *item = items->pdata[i];
      const AciniModelRecord *record = item != NULL ? acini_model_item_get_record (item) : NULL;

      if (record == NULL || g_strcmp0 (record->parent, parent) != 0 || g_strcmp0 (record->id, parent) == 0)
        continue;
      items->pdata[i] = NULL;
      acini_model_item_set_depth (item, depth);
      g_ptr_array_add (ordered, item);
      add_children (items, ordered, record->id, depth + 1);
    }
}

/* Takes records and cards over. */
static void
take_models (AciniModelList *self, GPtrArray *records, GPtrArray *cards)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GPtrArray) ordered = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_set_free_func (records, NULL);
  g_ptr_array_set_free_func (cards, NULL);
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (items, acini_model_item_new (records->pdata[i], cards->pdata[i]));
  add_children (items, ordered, "", 0);
  /* The parents of the rest are not in the project: show them at the top level. */
  for (guint i = 0; i < items->len; i++)
    {
      AciniModelItem *item = items->pdata[i];

      if (item == NULL)
        continue;
      items->pdata[i] = NULL;
      g_ptr_array_add (ordered, item);
      add_children (items, ordered, acini_model_item_get_record (item)->id, 1);
    }
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), ordered->pdata,
                       ordered->len);
  choose (self);
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniModelList *self = object;
  Reading *reading = data;

  if (error != NULL)
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
  else if (!reading->refresh || !is_same (self, reading->records))
    take_models (self, reading->records, reading->cards);
}

static void
read_again (AciniModelList *self, gboolean refresh)
{
  Reading *reading = reading_new (self);

  reading->refresh = refresh;
  acini_async_run_in_order (self, self->cancellable, read_models, on_read, reading, reading_free);
}

void
acini_model_list_reload (AciniModelList *self)
{
  g_return_if_fail (ACINI_IS_MODEL_LIST (self));
  read_again (self, FALSE);
}

void
acini_model_list_refresh (AciniModelList *self)
{
  g_return_if_fail (ACINI_IS_MODEL_LIST (self));
  read_again (self, TRUE);
}

/* Collecting. */

static gboolean
collect (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->id = acini_training_collect (reading->project, reading->job, error);
  return reading->id != NULL && read_models (reading, cancellable, error);
}

static void
on_collected (gpointer object, gpointer data, const GError *error)
{
  AciniModelList *self = object;
  Reading *reading = data;
  AciniModelItem *item;

  if (error != NULL)
    {
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
      return;
    }
  if (acini_model_list_find (self, reading->id) != NULL)
    return;
  take_models (self, reading->records, reading->cards);
  item = acini_model_list_find (self, reading->id);
  if (item != NULL)
    g_signal_emit (self, signals[SIGNAL_COLLECTED], 0, item);
}

void
acini_model_list_collect (AciniModelList *self, AciniJob *job)
{
  Reading *reading;

  g_return_if_fail (ACINI_IS_MODEL_LIST (self) && ACINI_IS_JOB (job));
  reading = reading_new (self);
  reading->job = g_object_ref (job);
  acini_async_run_in_order (self, self->cancellable, collect, on_collected, reading, reading_free);
}

/* The object. */

static void
on_items_changed (AciniModelList *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
acini_model_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IN_USE)
    g_value_set_object (value, ACINI_MODEL_LIST (object)->in_use);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
acini_model_list_dispose (GObject *object)
{
  g_cancellable_cancel (ACINI_MODEL_LIST (object)->cancellable);
  G_OBJECT_CLASS (acini_model_list_parent_class)->dispose (object);
}

static void
acini_model_list_finalize (GObject *object)
{
  AciniModelList *self = ACINI_MODEL_LIST (object);

  g_clear_object (&self->in_use);
  g_object_unref (self->items);
  g_object_unref (self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (acini_model_list_parent_class)->finalize (object);
}

static void
acini_model_list_class_init (AciniModelListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = acini_model_list_get_property;
  object_class->dispose = acini_model_list_dispose;
  object_class->finalize = acini_model_list_finalize;
  properties[PROP_IN_USE]
      = g_param_spec_object ("in-use", NULL, NULL, ACINI_TYPE_MODEL_ITEM, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_COLLECTED] = g_signal_new ("collected", ACINI_TYPE_MODEL_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, ACINI_TYPE_MODEL_ITEM);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", ACINI_TYPE_MODEL_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_model_list_init (AciniModelList *self)
{
  self->cancellable = g_cancellable_new ();
  self->items = g_list_store_new (ACINI_TYPE_MODEL_ITEM);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
}

AciniModelList *
acini_model_list_new (AciniProject *project, AciniProjectSettings *settings)
{
  AciniModelList *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && ACINI_IS_PROJECT_SETTINGS (settings), NULL);
  self = g_object_new (ACINI_TYPE_MODEL_LIST, NULL);
  self->project = g_object_ref (project);
  self->settings = g_object_ref (settings);
  return self;
}
