/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-slide-list.h"

#include "data/project/acini-relink.h"
#include "data/labels/acini-editor.h"
#include "ui/base/acini-async.h"

struct _AciniSlideList
{
  GObject parent_instance;

  AciniProject *project;
  AciniEditor *editor;
  guint n_changes;           /* under way */
  GCancellable *cancellable; /* of reading; what is to be written is written */
  GListStore *items;
};

enum
{
  SIGNAL_RELOADED,
  SIGNAL_REMOVED,
  SIGNAL_LOCATED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The list: what the store has. */

static GType
get_item_type (GListModel *list)
{
  return ACINI_TYPE_SLIDE_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ACINI_SLIDE_LIST (list)->items));
}

static gpointer
get_item (GListModel *list, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (ACINI_SLIDE_LIST (list)->items), position);
}

static void
acini_slide_list_init_list (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AciniSlideList, acini_slide_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, acini_slide_list_init_list))

/* Where the item of @id is at or after @from; G_MAXUINT: nowhere. */
static guint
find_from (AciniSlideList *self, guint from, gint64 id)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = from; i < n; i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (acini_slide_item_get_record (item)->id == id)
        return i;
    }
  return G_MAXUINT;
}

AciniSlideItem *
acini_slide_list_find (AciniSlideList *self, gint64 id)
{
  g_autoptr (AciniSlideItem) item = NULL;
  guint at;

  g_return_val_if_fail (ACINI_IS_SLIDE_LIST (self), NULL);
  at = find_from (self, 0, id);
  if (at != G_MAXUINT)
    item = g_list_model_get_item (G_LIST_MODEL (self->items), at);
  return item; /* the list keeps it alive */
}

/* Reading. */

typedef struct
{
  AciniProject *project;
  GPtrArray *records; /* (element-type AciniSlideRecord) */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_clear_pointer (&reading->records, g_ptr_array_unref);
  g_free (reading);
}

static gboolean
read_slides (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->records = acini_project_list_slides (reading->project, error);
  return reading->records != NULL;
}

/* The first ones are told of at once: each telling goes through what filters and shows the list. */
static void
fill (AciniSlideList *self, GPtrArray *records)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (items, acini_slide_item_new (records->pdata[i]));
  g_list_store_splice (self->items, 0, 0, items->pdata, items->len);
}

/* Takes the records over. */
static void
take_records (AciniSlideList *self, GPtrArray *records)
{
  guint n;

  g_ptr_array_set_free_func (records, NULL);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->items)) == 0)
    {
      fill (self, records);
      return;
    }
  for (guint i = 0; i < records->len; i++)
    {
      AciniSlideRecord *record = records->pdata[i];
      guint at = find_from (self, i, record->id);

      if (at == G_MAXUINT)
        {
          g_autoptr (AciniSlideItem) item = acini_slide_item_new (record);

          g_list_store_insert (self->items, i, item);
          continue;
        }
      if (at > i)
        g_list_store_splice (self->items, i, at - i, NULL, 0);
      {
        g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

        acini_slide_item_update (item, record);
      }
    }
  n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  if (n > records->len)
    g_list_store_splice (self->items, records->len, n - records->len, NULL, 0);
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniSlideList *self = object;
  Reading *reading = data;

  if (error != NULL)
    {
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
      return;
    }
  take_records (self, reading->records);
  g_signal_emit (self, signals[SIGNAL_RELOADED], 0);
}

void
acini_slide_list_reload (AciniSlideList *self)
{
  Reading *reading;

  g_return_if_fail (ACINI_IS_SLIDE_LIST (self));
  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (self->project);
  acini_async_run_in_order (self, self->cancellable, read_slides, on_read, reading, reading_free);
}

/* Changing: through the project's editor, in the order of the hands.  The journal keeps what was there before. */

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniSlideList) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (source), result, NULL, &error)
      && !g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_KEPT))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
  /* Once, after the last of those that were asked for together. */
  if (--self->n_changes == 0)
    acini_slide_list_reload (self);
}

/* Takes @change over. */
static void
write_change (AciniSlideList *self, AciniChange *change)
{
  self->n_changes++;
  acini_editor_change (self->editor, change, on_written, g_object_ref (self));
}

void
acini_slide_list_set_organ (AciniSlideList *self, const gint64 *slides, guint n, const char *organ)
{
  g_return_if_fail (ACINI_IS_SLIDE_LIST (self) && slides != NULL && organ != NULL);
  for (guint i = 0; i < n; i++)
    write_change (self, acini_change_new_organ (slides[i], organ));
}

void
acini_slide_list_set_mpp (AciniSlideList *self, const gint64 *slides, guint n, double mpp_x, double mpp_y)
{
  g_return_if_fail (ACINI_IS_SLIDE_LIST (self) && slides != NULL);
  for (guint i = 0; i < n; i++)
    write_change (self, acini_change_new_scale (slides[i], mpp_x, mpp_y));
}

void
acini_slide_list_remove (AciniSlideList *self, const gint64 *slides, guint n)
{
  g_return_if_fail (ACINI_IS_SLIDE_LIST (self) && slides != NULL);
  for (guint i = 0; i < n; i++)
    write_change (self, acini_change_new_removed (slides[i], TRUE));
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0,
                 g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, slides, n, sizeof *slides));
}

void
acini_slide_list_restore (AciniSlideList *self, const gint64 *slides, guint n)
{
  g_return_if_fail (ACINI_IS_SLIDE_LIST (self) && slides != NULL);
  for (guint i = 0; i < n; i++)
    write_change (self, acini_change_new_removed (slides[i], FALSE));
}

void
acini_slide_list_rename (AciniSlideList *self, gint64 slide, const char *name)
{
  g_return_if_fail (ACINI_IS_SLIDE_LIST (self) && name != NULL && *name != '\0');
  write_change (self, acini_change_new_name (slide, name));
}

typedef struct
{
  AciniProject *project;
  gint64 slide;
  char *path;
  guint n_found;
} Locating;

static void
locating_free (gpointer data)
{
  Locating *locating = data;

  g_object_unref (locating->project);
  g_free (locating->path);
  g_free (locating);
}

static gboolean
locate (gpointer data, GCancellable *cancellable, GError **error)
{
  Locating *locating = data;
  g_autofree char *folder = g_path_get_dirname (locating->path);
  g_autoptr (GPtrArray) others = NULL;

  if (!acini_project_locate_slide (locating->project, locating->slide, locating->path, error))
    return FALSE;
  others = acini_project_relink (locating->project, (const char *const[]){ folder, NULL }, cancellable, error);
  locating->n_found = 1;
  for (guint i = 0; others != NULL && i < others->len; i++)
    locating->n_found += ((AciniRelink *)g_ptr_array_index (others, i))->path != NULL;
  return others != NULL;
}

static void
on_located (gpointer object, gpointer data, const GError *error)
{
  const Locating *locating = data;

  if (error != NULL)
    g_signal_emit (object, signals[SIGNAL_FAILED], 0, error->message);
  if (locating->n_found > 0)
    g_signal_emit (object, signals[SIGNAL_LOCATED], 0, locating->n_found);
}

void
acini_slide_list_locate (AciniSlideList *self, gint64 slide, const char *path)
{
  Locating *locating;

  g_return_if_fail (ACINI_IS_SLIDE_LIST (self) && path != NULL);
  locating = g_new0 (Locating, 1);
  locating->project = g_object_ref (self->project);
  locating->slide = slide;
  locating->path = g_strdup (path);
  acini_async_run_in_order (self, NULL, locate, on_located, locating, locating_free);
  acini_slide_list_reload (self);
}

/* The object. */

static void
on_items_changed (AciniSlideList *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
acini_slide_list_dispose (GObject *object)
{
  g_cancellable_cancel (ACINI_SLIDE_LIST (object)->cancellable);
  G_OBJECT_CLASS (acini_slide_list_parent_class)->dispose (object);
}

static void
acini_slide_list_finalize (GObject *object)
{
  AciniSlideList *self = ACINI_SLIDE_LIST (object);

  g_object_unref (self->items);
  g_object_unref (self->cancellable);
  g_clear_object (&self->editor);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (acini_slide_list_parent_class)->finalize (object);
}

static void
acini_slide_list_class_init (AciniSlideListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_slide_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_slide_list_finalize;
  signals[SIGNAL_RELOADED]
      = g_signal_new ("reloaded", ACINI_TYPE_SLIDE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REMOVED] = g_signal_new ("removed", ACINI_TYPE_SLIDE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_VARIANT);
  signals[SIGNAL_LOCATED] = g_signal_new ("located", ACINI_TYPE_SLIDE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", ACINI_TYPE_SLIDE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_slide_list_init (AciniSlideList *self)
{
  self->cancellable = g_cancellable_new ();
  self->items = g_list_store_new (ACINI_TYPE_SLIDE_ITEM);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
}

AciniSlideList *
acini_slide_list_new (AciniProject *project)
{
  AciniSlideList *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_SLIDE_LIST, NULL);
  self->project = g_object_ref (project);
  self->editor = acini_editor_get (project);
  return self;
}
