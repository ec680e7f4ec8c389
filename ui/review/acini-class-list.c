/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-class-list.h"

#include "app/segmentation/acini-card-thresholds.h"
#include "data/labels/acini-labels.h"
#include "ui/base/acini-async.h"
#include "ui/view/acini-mask-appearance.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* So many labels are looked for: more than any key can choose. */
#define MOST 32
/* What a new project calls its one class. */
#define UNNAMED "FTU"

struct _AciniClassList
{
  GObject parent_instance;
  AciniSession *session;         /* weak: it holds this */
  char *names[MOST];             /* the project's own */
  guint32 colours[MOST];         /* as in acini_class_colours_set_project () */
  guint8 keys[ACINI_CLASS_KEYS]; /* labels */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (AciniClassList, acini_class_list, G_TYPE_OBJECT)

/* What a worker reads. */
typedef struct
{
  AciniProject *project;
  char *names[MOST];
  guint32 colours[MOST];
  guint8 keys[ACINI_CLASS_KEYS];
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  for (guint i = 0; i < MOST; i++)
    g_free (reading->names[i]);
  g_free (reading);
}

static gboolean
read_names (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  for (guint i = 0; i < MOST; i++)
    {
      int label = (int)(ACINI_LABEL_FIRST_CLASS + i);
      gboolean chosen;
      guint32 colour = acini_project_get_class_colour (reading->project, label, &chosen);

      reading->names[i] = acini_project_dup_class_name (reading->project, label);
      reading->colours[i] = chosen ? 0xff000000u | colour : 0;
    }
  acini_project_get_class_keys (reading->project, reading->keys);
  return TRUE;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniClassList *self = object;
  Reading *reading = data;
  gboolean coloured = memcmp (self->colours, reading->colours, sizeof self->colours) != 0;
  gboolean changed = coloured || memcmp (self->keys, reading->keys, sizeof self->keys) != 0;

  memcpy (self->colours, reading->colours, sizeof self->colours);
  memcpy (self->keys, reading->keys, sizeof self->keys);
  if (coloured)
    acini_class_list_show_colours (self);
  for (guint i = 0; i < MOST; i++)
    {
      changed = changed || g_strcmp0 (self->names[i], reading->names[i]) != 0;
      g_free (self->names[i]);
      self->names[i] = g_steal_pointer (&reading->names[i]);
    }
  if (changed)
    g_signal_emit (self, changed_signal, 0);
}

static void
reload (AciniClassList *self)
{
  Reading *reading;

  if (self->session == NULL)
    return;
  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (acini_session_get_project (self->session));
  /* In order: what was read before the last change must not come after it. */
  acini_async_run_in_order (self, NULL, read_names, on_read, reading, reading_free);
}

static void
on_written (AciniClassList *self, gint64 slide, const char *subject)
{
  if (g_strcmp0 (subject, "class") == 0)
    reload (self);
}

static void
on_model (AciniClassList *self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* The model's name of the class, where it has several; NULL: it has not, or there is no model. */
static const char *
get_of_model (AciniClassList *self, guint class, guint *n)
{
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;
  const AciniCard *card = model != NULL ? acini_model_item_get_card (model) : NULL;

  *n = card != NULL ? acini_card_count_planes (card) : 1;
  return card != NULL && *n > 1 && class >= 1 && class <= *n
             ? card->classes[g_strv_length (card->classes) - *n + class - 1]
             : NULL;
}

guint
acini_class_list_get_n (AciniClassList *self)
{
  guint n;

  g_return_val_if_fail (ACINI_IS_CLASS_LIST (self), 1);
  get_of_model (self, 1, &n);
  for (guint i = n; i < MOST; i++)
    n = self->names[i] != NULL ? i + 1 : n;
  return n;
}

const char *
acini_class_list_get_own (AciniClassList *self, guint class)
{
  g_return_val_if_fail (ACINI_IS_CLASS_LIST (self) && class >= 1, NULL);
  return class <= MOST ? self->names[class - 1] : NULL;
}

gboolean
acini_class_list_is_of_model (AciniClassList *self, guint class)
{
  guint n;

  g_return_val_if_fail (ACINI_IS_CLASS_LIST (self), FALSE);
  get_of_model (self, class, &n);
  return class <= n;
}

char *
acini_class_list_dup_name (AciniClassList *self, guint class)
{
  const char *own, *of_model;
  guint n;

  g_return_val_if_fail (ACINI_IS_CLASS_LIST (self) && class >= 1, NULL);
  own = acini_class_list_get_own (self, class);
  of_model = get_of_model (self, class, &n);
  /* That nobody chose. */
  if (class == 1 && g_strcmp0 (own, UNNAMED) == 0)
    own = of_model != NULL ? NULL : _ ("FTU");
  if (own != NULL || of_model != NULL)
    return g_strdup (own != NULL ? own : of_model);
  return class == 1 ? g_strdup (_ ("FTU")) : g_strdup_printf (_ ("Class %u"), class);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniClassList) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (source), result, NULL, &error) && self->session != NULL)
    acini_session_tell (self->session, error->message);
}

static void
change (AciniClassList *self, AciniChange *change)
{
  acini_editor_change (acini_session_get_editor (self->session), change, on_done, g_object_ref (self));
}

void
acini_class_list_rename (AciniClassList *self, guint class, const char *name)
{
  g_return_if_fail (ACINI_IS_CLASS_LIST (self) && class >= 1 && class <= MOST);
  if (self->session == NULL || g_strcmp0 (name, self->names[class - 1]) == 0)
    return;
  change (self, acini_change_new_class ((int)(ACINI_LABEL_FIRST_CLASS + class - 1), name));
}

void
acini_class_list_get_colour (AciniClassList *self, guint class, GdkRGBA *colour)
{
  g_return_if_fail (ACINI_IS_CLASS_LIST (self) && class >= 1 && class <= MOST);
  acini_class_colour_get ((guint8)(ACINI_LABEL_FIRST_CLASS + class - 1), FALSE, colour);
}

void
acini_class_list_set_colour (AciniClassList *self, guint class, const GdkRGBA *colour)
{
  int pixel;

  g_return_if_fail (ACINI_IS_CLASS_LIST (self) && class >= 1 && class <= MOST && colour != NULL);
  pixel = (int)lround (255 * colour->red) << 16 | (int)lround (255 * colour->green) << 8
          | (int)lround (255 * colour->blue);
  if (self->session != NULL)
    change (self, acini_change_new_class_colour ((int)(ACINI_LABEL_FIRST_CLASS + class - 1), pixel));
}

guint
acini_class_list_get_key (AciniClassList *self, guint class)
{
  g_return_val_if_fail (ACINI_IS_CLASS_LIST (self), 0);
  for (guint i = 0; i < ACINI_CLASS_KEYS; i++)
    if (self->keys[i] == ACINI_LABEL_FIRST_CLASS + class - 1)
      return i + 1;
  return 0;
}

guint
acini_class_list_get_by_key (AciniClassList *self, guint key)
{
  g_return_val_if_fail (ACINI_IS_CLASS_LIST (self) && key >= 1 && key <= ACINI_CLASS_KEYS, 0);
  return self->keys[key - 1] - ACINI_LABEL_FIRST_CLASS + 1u;
}

void
acini_class_list_set_key (AciniClassList *self, guint class, guint key)
{
  guint8 keys[ACINI_CLASS_KEYS];
  guint before = acini_class_list_get_key (self, class);

  g_return_if_fail (class >= 1 && class <= MOST && key >= 1 && key <= ACINI_CLASS_KEYS);
  if (self->session == NULL || before == key)
    return;
  memcpy (keys, self->keys, sizeof keys);
  if (before > 0)
    keys[before - 1] = keys[key - 1];
  keys[key - 1] = (guint8)(ACINI_LABEL_FIRST_CLASS + class - 1);
  change (self, acini_change_new_class_keys (keys));
}

void
acini_class_list_show_colours (AciniClassList *self)
{
  g_return_if_fail (ACINI_IS_CLASS_LIST (self));
  acini_mask_appearance_set_project (acini_mask_appearance_get_default (), self->colours, MOST);
}

void
acini_class_list_undo (AciniClassList *self, gboolean redo)
{
  g_return_if_fail (ACINI_IS_CLASS_LIST (self));
  if (self->session == NULL)
    return;
  if (redo)
    acini_editor_redo (acini_session_get_editor (self->session), 0, on_done, g_object_ref (self));
  else
    acini_editor_undo (acini_session_get_editor (self->session), 0, on_done, g_object_ref (self));
}

static void
acini_class_list_finalize (GObject *object)
{
  AciniClassList *self = ACINI_CLASS_LIST (object);

  g_clear_weak_pointer (&self->session);
  for (guint i = 0; i < MOST; i++)
    g_free (self->names[i]);
  G_OBJECT_CLASS (acini_class_list_parent_class)->finalize (object);
}

static void
acini_class_list_class_init (AciniClassListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_class_list_finalize;
  changed_signal
      = g_signal_new ("changed", ACINI_TYPE_CLASS_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_class_list_init (AciniClassList *self)
{
  for (guint i = 0; i < ACINI_CLASS_KEYS; i++)
    self->keys[i] = (guint8)(ACINI_LABEL_FIRST_CLASS + i);
}

AciniClassList *
acini_class_list_get (AciniSession *session)
{
  AciniClassList *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session), NULL);
  self = g_object_get_data (G_OBJECT (session), "acini-class-list");
  if (self != NULL)
    return self;
  self = g_object_new (ACINI_TYPE_CLASS_LIST, NULL);
  g_set_weak_pointer (&self->session, session);
  g_object_set_data_full (G_OBJECT (session), "acini-class-list", self, g_object_unref);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_editor (session), "written", G_CALLBACK (on_written), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_editor (session), "changed", G_CALLBACK (on_written), self,
                           G_CONNECT_SWAPPED);
  /* Those of the project before are none of this one. */
  acini_class_list_show_colours (self);
  reload (self);
  return self;
}
