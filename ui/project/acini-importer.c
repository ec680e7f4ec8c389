/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/project/acini-importer.h"

#include "data/interchange/acini-intake.h"
#include "data/slides/acini-slide.h"
#include "data/slides/acini-slide.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AciniImporter
{
  GObject parent_instance;

  AciniProject *project;
  GQueue asked; /* element-type char: paths that wait for acini_importer_answer () */
  GQueue todo;  /* element-type Todo */
  char *current;
  guint n_added, n_failed, n_done, n_all;
  guint n_listings;          /* folders that are being looked into */
  GCancellable *cancellable; /* of what is under way; NULL: nothing is */
  double fraction;           /* of the current one; the worker thread writes it through an idle */
};

/* One file, and what the user said of it. */
typedef struct
{
  char *path, *organ;
  double mpp;
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

  g_free (todo->path);
  g_free (todo->organ);
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
on_progress (double fraction, gpointer user_data)
{
  Import *import = user_data;
  gint64 now = g_get_monotonic_time ();
  Report *report;

  /* Ten a second are plenty for the eye. */
  if (now - import->last_report < G_USEC_PER_SEC / 10)
    return;
  import->last_report = now;
  report = g_new0 (Report, 1);
  report->importer = g_object_ref (import->importer);
  report->fraction = fraction;
  g_idle_add (on_report, report);
}

static gboolean
import_file (gpointer data, GCancellable *cancellable, GError **error)
{
  Import *import = data;
  const AciniIntake intake = { .organ = import->todo->organ, .without_masks = TRUE };
  g_auto (AciniIntakeResult) taken = { 0 };
  g_autoptr (AciniSlideRecord) record = NULL;
  double mpp = import->todo->mpp;

  if (!acini_intake (import->project, import->todo->path, &intake, &taken, on_progress, import, import->cancellable,
                     error))
    return FALSE;
  import->slide = taken.slide;
  import->notes = g_steal_pointer (&taken.notes);
  record = acini_project_get_slide (import->project, taken.slide, error);
  /* The user's figure is for slides that do not know their own. */
  return record != NULL
         && (mpp <= 0 || record->mpp_x > 0
             || acini_project_set_slide_mpp (import->project, taken.slide, mpp, mpp, error));
}

static void next (AciniImporter *self);

static void
on_imported (gpointer object, gpointer data, const GError *error)
{
  AciniImporter *self = object;
  const Import *import = data;

  if (error == NULL)
    {
      self->n_added++;
      g_signal_emit (self, signals[SIGNAL_ADDED], 0, import->slide);
      if (import->notes != NULL)
        g_signal_emit (self, signals[SIGNAL_NOTED], 0, import->notes);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *name = g_path_get_basename (import->todo->path);
      /* Translators: a file, and the sentence that says what is wrong with it. */
      g_autofree char *text = g_strdup_printf (_ ("%s was not added: %s"), name, error->message);

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
  g_set_str (&self->current, todo != NULL ? todo->path : NULL);
  if (todo == NULL)
    {
      guint n_added = self->n_added, n_failed = self->n_failed;

      if (self->n_listings == 0)
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

/* Folders are listed on a worker thread: they may be large and on a slow disk. */
typedef struct
{
  GPtrArray *files;  /* GFile */
  GPtrArray *paths;  /* char */
  gboolean unscaled; /* one of them does not say how large a pixel is */
  GCancellable *cancellable;
} Listing;

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_ptr_array_unref (listing->files);
  g_ptr_array_unref (listing->paths);
  g_object_unref (listing->cancellable);
  g_free (listing);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  g_autofree char *key_a = g_utf8_collate_key_for_filename (a, -1);
  g_autofree char *key_b = g_utf8_collate_key_for_filename (b, -1);

  return strcmp (key_a, key_b);
}

/* Only files that look like images: a folder of slides often contains notes and tables, too. */
static void
list_folder (GFile *folder, GPtrArray *paths, GCancellable *cancellable)
{
  g_autoptr (GFileEnumerator) entries = g_file_enumerate_children (
      folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_IS_HIDDEN,
      G_FILE_QUERY_INFO_NONE, cancellable, NULL);
  static const char *const endings[] = { ".svs",     ".tif", ".tiff", ".ndpi", ".vms", ".vmu", ".scn",  ".mrxs",
                                         ".svslide", ".bif", ".czi",  ".dcm",  ".png", ".jpg", ".jpeg", ".bmp" };
  GFileInfo *info = NULL;
  GFile *file = NULL;

  while (entries != NULL && g_file_enumerator_iterate (entries, &info, &file, cancellable, NULL) && info != NULL)
    {
      g_autofree char *lower = g_ascii_strdown (g_file_info_get_name (info), -1);

      if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || g_file_info_get_is_hidden (info))
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
        if (g_str_has_suffix (lower, endings[i]))
          {
            g_ptr_array_add (paths, g_file_get_path (file));
            break;
          }
    }
}

static gboolean
list_files (gpointer data, GCancellable *ignored, GError **error)
{
  Listing *listing = data;
  GCancellable *cancellable = listing->cancellable;

  for (guint i = 0; i < listing->files->len; i++)
    {
      GFile *file = listing->files->pdata[i];
      char *path = g_file_get_path (file);

      if (path == NULL)
        continue;
      if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, cancellable) == G_FILE_TYPE_DIRECTORY)
        {
          list_folder (file, listing->paths, cancellable);
          g_free (path);
        }
      else
        {
          g_ptr_array_add (listing->paths, path);
        }
    }
  g_ptr_array_sort_values (listing->paths, compare_paths);
  for (guint i = 0; i < listing->paths->len && !listing->unscaled && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (AciniSlide) slide = acini_slide_open (listing->paths->pdata[i], &reason);

      listing->unscaled = slide != NULL ? acini_slide_get_mpp_x (slide) <= 0
                                        : g_error_matches (reason, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_UNRECOGNISED);
    }
  return TRUE;
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
end_listing (AciniImporter *self)
{
  self->n_listings--;
  if (self->n_listings == 0 && self->current == NULL && g_queue_is_empty (&self->todo))
    g_clear_object (&self->cancellable);
}

static void
on_listed (gpointer object, gpointer data, const GError *error)
{
  AciniImporter *self = object;
  Listing *listing = data;
  gboolean cancelled = g_cancellable_is_cancelled (listing->cancellable);

  end_listing (self);
  for (guint i = 0; i < listing->paths->len && !cancelled; i++)
    g_queue_push_tail (&self->asked, g_strdup (listing->paths->pdata[i]));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (cancelled || listing->paths->len == 0)
    return;
  if (g_signal_has_handler_pending (self, signals[SIGNAL_ASK], 0, FALSE))
    g_signal_emit (self, signals[SIGNAL_ASK], 0, listing->paths->len, listing->unscaled);
  else
    acini_importer_answer (self, "", 0);
}

void
acini_importer_answer (AciniImporter *self, const char *organ, double mpp)
{
  char *path;

  g_return_if_fail (ACINI_IS_IMPORTER (self) && organ != NULL && mpp >= 0);

  while ((path = g_queue_pop_head (&self->asked)) != NULL)
    {
      Todo *todo = g_new0 (Todo, 1);

      *todo = (Todo){ path, g_strdup (organ), mpp };
      g_queue_push_tail (&self->todo, todo);
      self->n_all++;
    }
  if (self->current != NULL || g_queue_is_empty (&self->todo))
    return;
  renew_cancellable (self);
  next (self);
}

void
acini_importer_decline (AciniImporter *self)
{
  g_return_if_fail (ACINI_IS_IMPORTER (self));
  g_queue_clear_full (&self->asked, g_free);
}

void
acini_importer_add (AciniImporter *self, GListModel *files)
{
  Listing *listing;

  g_return_if_fail (ACINI_IS_IMPORTER (self) && G_IS_LIST_MODEL (files));

  listing = g_new0 (Listing, 1);
  listing->files = g_ptr_array_new_with_free_func (g_object_unref);
  listing->paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    g_ptr_array_add (listing->files, g_list_model_get_item (files, i));
  renew_cancellable (self);
  self->n_listings++;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  /* Not passed to the call: on_listed () must run after a cancellation, too. */
  listing->cancellable = g_object_ref (self->cancellable);
  acini_async_run (self, NULL, list_files, on_listed, listing, listing_free);
}

void
acini_importer_cancel (AciniImporter *self)
{
  g_return_if_fail (ACINI_IS_IMPORTER (self));
  g_queue_clear_full (&self->asked, g_free);
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
    return -1;
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

  g_queue_clear_full (&self->asked, g_free);
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
                                      2, G_TYPE_UINT, G_TYPE_BOOLEAN);
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
  g_queue_init (&self->asked);
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
