/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/project/acini-importer.h"

#include "data/interchange/acini-intake.h"
#include "data/interchange/acini-preview.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

struct _AciniImporter
{
  GObject parent_instance;

  AciniProject *project;
  GQueue todo; /* element-type Todo */
  char *current;
  guint n_added, n_failed, n_done, n_all;
  guint n_looks;             /* files that are being looked at before they are asked about */
  GCancellable *cancellable; /* of what is under way; NULL: nothing is */
  double fraction;           /* of the current one; the worker thread writes it through an idle */
};

/* One file, as it was previewed and perhaps changed by the user; it belongs to the list. */
typedef struct
{
  GPtrArray *files;
  AciniPreviewFile *file;
} Todo;

enum
{
  SIGNAL_CHANGED,
  SIGNAL_ASK,
  SIGNAL_ADDED,
  SIGNAL_NOTED,
  SIGNAL_FAILED,
  SIGNAL_FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniImporter, acini_importer, G_TYPE_OBJECT)

static void
todo_free (gpointer data)
{
  Todo *todo = data;

  g_ptr_array_unref (todo->files);
  g_free (todo);
}

/* Taking one file in. */
typedef struct
{
  AciniImporter *importer;
  AciniProject *project;
  GCancellable *cancellable; /* here and not in the call: on_imported () runs after a cancellation too */
  Todo *todo;
  gint64 slide;
  char *notes;        /* what was taken for what in it, or NULL */
  gint64 last_report; /* monotonic time */
} Import;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_object_unref (import->importer);
  g_object_unref (import->project);
  g_object_unref (import->cancellable);
  todo_free (import->todo);
  g_free (import->notes);
  g_free (import);
}

typedef struct
{
  AciniImporter *importer;
  double fraction;
} Report;

static gboolean
on_report (gpointer data)
{
  Report *report = data;

  report->importer->fraction = report->fraction;
  g_signal_emit (report->importer, signals[SIGNAL_CHANGED], 0);
  g_object_unref (report->importer);
  g_free (report);
  return G_SOURCE_REMOVE;
}

static void
report (AciniImporter *self, double fraction, gint64 *last)
{
  gint64 now = g_get_monotonic_time ();
  Report *report;

  /* Ten a second are plenty for the eye. */
  if (now - *last < G_USEC_PER_SEC / 10)
    return;
  *last = now;
  report = g_new0 (Report, 1);
  report->importer = g_object_ref (self);
  report->fraction = fraction;
  g_idle_add (on_report, report);
}

static void
on_progress (double fraction, gpointer user_data)
{
  Import *import = user_data;

  report (import->importer, fraction, &import->last_report);
}

static gboolean
import_file (gpointer data, GCancellable *cancellable, GError **error)
{
  Import *import = data;
  AciniIntake intake = { 0 };
  g_auto (AciniIntakeResult) taken = { 0 };
  g_autoptr (GString) notes = g_string_new (NULL);
  gboolean done;

  acini_preview_file_fill_intake (import->todo->file, &intake);
  done = acini_intake (import->project, import->todo->file->path, &intake, &taken, on_progress, import,
                       import->cancellable, error);
  /* Where only its labels could not be taken the slide is in all the same. */
  import->slide = taken.slide;
  if (taken.notes != NULL)
    g_string_append (notes, taken.notes);
  if (taken.labels.note != NULL)
    g_string_append_printf (notes, "%s%s", notes->len > 0 ? " " : "", taken.labels.note);
  import->notes = notes->len > 0 ? g_string_free (g_steal_pointer (&notes), FALSE) : NULL;
  return done;
}

static void next (AciniImporter *self);

static void
on_imported (gpointer object, gpointer data, const GError *error)
{
  AciniImporter *self = object;
  const Import *import = data;

  if (import->slide != 0)
    {
      self->n_added++;
      g_signal_emit (self, signals[SIGNAL_ADDED], 0, import->slide);
    }
  if (error == NULL && import->notes != NULL)
    g_signal_emit (self, signals[SIGNAL_NOTED], 0, import->notes);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *name = g_filename_display_basename (import->todo->file->path);
      /* Translators: a file, and the sentence that says what is wrong with it. */
      g_autofree char *text
          = g_strdup_printf (import->slide != 0 ? _ ("%s was added without labels: %s") : _ ("%s was not added: %s"),
                             name, error->message);

      self->n_failed++;
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, text);
    }
  next (self);
}

static void
next (AciniImporter *self)
{
  Todo *todo = g_queue_pop_head (&self->todo);
  Import *import;

  self->fraction = 0;
  g_set_str (&self->current, todo != NULL ? todo->file->path : NULL);
  if (todo == NULL)
    {
      guint n_added = self->n_added, n_failed = self->n_failed;

      if (self->n_looks == 0)
        g_clear_object (&self->cancellable);
      self->n_added = self->n_failed = self->n_done = self->n_all = 0;
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
      g_signal_emit (self, signals[SIGNAL_FINISHED], 0, n_added, n_failed);
      return;
    }
  self->n_done++;
  import = g_new0 (Import, 1);
  import->importer = g_object_ref (self);
  import->project = g_object_ref (self->project);
  import->cancellable = g_object_ref (self->cancellable);
  import->todo = todo;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  acini_async_run (self, NULL, import_file, on_imported, import, import_free);
}

/* What the files are is found out on a worker thread: they may be many, large and on a slow disk. */
typedef struct
{
  AciniImporter *importer;
  AciniProject *project;
  GPtrArray *paths;   /* char */
  GPtrArray *files;   /* AciniPreviewFile; NULL: it was cancelled */
  gint64 last_report; /* monotonic time */
  GCancellable *cancellable;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->importer);
  g_object_unref (look->project);
  g_ptr_array_unref (look->paths);
  g_clear_pointer (&look->files, g_ptr_array_unref);
  g_object_unref (look->cancellable);
  g_free (look);
}

static void
on_look_progress (double fraction, gpointer user_data)
{
  Look *look = user_data;

  report (look->importer, fraction, &look->last_report);
}

static gboolean
look_at_files (gpointer data, GCancellable *ignored, GError **error)
{
  Look *look = data;
  const AciniIntake nothing = { 0 };
  const AciniPreviewReading reading = { &nothing, NULL, NULL };

  look->files = acini_preview (look->project, look->paths, &reading, on_look_progress, look, look->cancellable, error);
  return look->files != NULL;
}

static void
renew_cancellable (AciniImporter *self)
{
  if (self->cancellable != NULL && !g_cancellable_is_cancelled (self->cancellable))
    return;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static void
end_look (AciniImporter *self)
{
  self->n_looks--;
  if (self->n_looks == 0 && self->current == NULL && g_queue_is_empty (&self->todo))
    g_clear_object (&self->cancellable);
}

static void
on_looked (gpointer object, gpointer data, const GError *error)
{
  AciniImporter *self = object;
  Look *look = data;
  gboolean cancelled = g_cancellable_is_cancelled (look->cancellable);

  end_look (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (error != NULL && !cancelled)
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
  if (error != NULL || cancelled || look->files->len == 0)
    return;
  if (g_signal_has_handler_pending (self, signals[SIGNAL_ASK], 0, FALSE))
    g_signal_emit (self, signals[SIGNAL_ASK], 0, look->files);
  else
    acini_importer_answer (self, look->files, NULL);
}

void
acini_importer_answer (AciniImporter *self, GPtrArray *files, GPtrArray *chosen)
{
  g_return_if_fail (ACINI_IS_IMPORTER (self) && files != NULL);

  for (guint i = 0; i < files->len; i++)
    {
      AciniPreviewFile *file = files->pdata[i];
      Todo *todo;

      if (chosen != NULL && !g_ptr_array_find (chosen, file, NULL))
        continue;
      todo = g_new0 (Todo, 1);
      *todo = (Todo){ g_ptr_array_ref (files), file };
      g_queue_push_tail (&self->todo, todo);
      self->n_all++;
    }
  if (self->current != NULL || g_queue_is_empty (&self->todo))
    return;
  renew_cancellable (self);
  next (self);
}

void
acini_importer_add (AciniImporter *self, GListModel *files)
{
  Look *look;

  g_return_if_fail (ACINI_IS_IMPORTER (self) && G_IS_LIST_MODEL (files));

  look = g_new0 (Look, 1);
  look->importer = g_object_ref (self);
  look->project = g_object_ref (self->project);
  look->paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      char *path = g_file_get_path (file);

      if (path != NULL)
        g_ptr_array_add (look->paths, path);
    }
  renew_cancellable (self);
  self->n_looks++;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  /* Not passed to the call: on_looked () must run after a cancellation, too. */
  look->cancellable = g_object_ref (self->cancellable);
  acini_async_run (self, NULL, look_at_files, on_looked, look, look_free);
}

void
acini_importer_cancel (AciniImporter *self)
{
  g_return_if_fail (ACINI_IS_IMPORTER (self));
  g_queue_clear_full (&self->todo, todo_free);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

gboolean
acini_importer_is_active (AciniImporter *self)
{
  g_return_val_if_fail (ACINI_IS_IMPORTER (self), FALSE);
  return self->cancellable != NULL;
}

double
acini_importer_get_fraction (AciniImporter *self)
{
  g_return_val_if_fail (ACINI_IS_IMPORTER (self), 0);
  if (self->current == NULL)
    return self->fraction;
  return CLAMP ((self->n_done - 1 + self->fraction) / self->n_all, 0, 1);
}

char *
acini_importer_dup_title (AciniImporter *self)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (ACINI_IS_IMPORTER (self), NULL);
  if (self->current == NULL)
    return g_strdup (_ ("Looking at files…"));
  name = g_path_get_basename (self->current);
  return self->n_all > 1 ? g_strdup_printf (_ ("Adding %s (%u of %u)"), name, self->n_done, self->n_all)
                         : g_strdup_printf (_ ("Adding %s"), name);
}

static void
acini_importer_finalize (GObject *object)
{
  AciniImporter *self = ACINI_IMPORTER (object);

  g_queue_clear_full (&self->todo, todo_free);
  g_free (self->current);
  g_clear_object (&self->cancellable);
  g_object_unref (self->project);
  G_OBJECT_CLASS (acini_importer_parent_class)->finalize (object);
}

static void
acini_importer_class_init (AciniImporterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_importer_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_IMPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ASK] = g_signal_new ("ask", ACINI_TYPE_IMPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                      1, G_TYPE_PTR_ARRAY);
  signals[SIGNAL_ADDED] = g_signal_new ("added", ACINI_TYPE_IMPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_NOTED] = g_signal_new ("noted", ACINI_TYPE_IMPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", ACINI_TYPE_IMPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", ACINI_TYPE_IMPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
acini_importer_init (AciniImporter *self)
{
  g_queue_init (&self->todo);
}

AciniImporter *
acini_importer_new (AciniProject *project)
{
  AciniImporter *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_IMPORTER, NULL);
  self->project = g_object_ref (project);
  return self;
}
