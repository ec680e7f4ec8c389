/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

/* The tables as CSV files, the same as acini-cli writes. */

#include "data/objects/acini-object-csv.h"
#include "ui/results/acini-results-page-private.h"

#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

typedef struct
{
  AciniResultsSource *source;
  AciniObjectTableQuery query; /* of the objects: what the table shows */
  GPtrArray *lines;            /* of the slides' table; NULL: objects */
  GHashTable *class_names;
  GFile *file;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  acini_results_source_unref (saving->source);
  g_clear_pointer (&saving->lines, g_ptr_array_unref);
  g_hash_table_unref (saving->class_names);
  g_object_unref (saving->file);
  g_free (saving);
}

static gboolean
write_line (GOutputStream *out, const char *line, GCancellable *cancellable, GError **error)
{
  return g_output_stream_write_all (out, line, strlen (line), NULL, cancellable, error)
         && g_output_stream_write_all (out, "\n", 1, NULL, cancellable, error);
}

static gboolean
write_slide (Saving *saving, guint number, GOutputStream *out, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniResultsSlide) slide = acini_results_source_open (saving->source, number, error);
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (AciniObjectKey));
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree guint32 *colours = g_new0 (guint32, 256); /* of labels, with a bit more; 0: not asked for yet */

  if (slide == NULL)
    return FALSE;
  if (slide->index == NULL)
    return TRUE;
  if (!acini_object_table_collect (slide->index, &saving->query, number,
                                   acini_results_source_get_pixel (saving->source, number), keys, values, cancellable,
                                   error))
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    {
      AciniObject object;
      const char *name;
      guint32 *colour;

      if (!acini_object_index_get (slide->index, g_array_index (keys, AciniObjectKey, i).id, &object, error))
        return FALSE;
      if (object.id == 0)
        continue;
      colour = &colours[object.label & 255];
      if (*colour == 0)
        *colour = 0xff000000u | acini_project_get_class_colour (slide->source.project, object.label, NULL);
      name = g_hash_table_lookup (saving->class_names, GINT_TO_POINTER (object.label));
      acini_object_csv_format (line, &object, slide->source.slide, name != NULL ? name : "", *colour);
      if (!write_line (out, line->str, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_table (Saving *saving, GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileOutputStream) stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, error);
  g_autoptr (GOutputStream) out = stream != NULL ? g_buffered_output_stream_new (G_OUTPUT_STREAM (stream)) : NULL;
  gboolean ok
      = out != NULL
        && write_line (out, saving->lines != NULL ? acini_result_csv_head : acini_object_csv_head, cancellable, error);

  for (guint i = 0; ok && saving->lines != NULL && i < saving->lines->len; i++)
    ok = write_line (out, saving->lines->pdata[i], cancellable, error);
  for (guint i = 0; ok && saving->lines == NULL && i < acini_results_source_get_n (saving->source); i++)
    ok = write_slide (saving, i, out, cancellable, error);
  return ok && g_output_stream_close (out, cancellable, error);
}

/* Beside the file first: g_file_replace () writes a new file under its own name, where half of it would be found. */
static gboolean
save (gpointer data, GCancellable *cancellable, GError **error)
{
  Saving *saving = data;
  g_autofree char *name = g_file_get_basename (saving->file), *part_name = g_strconcat (name, ".part", NULL);
  g_autoptr (GFile) folder = g_file_get_parent (saving->file);
  g_autoptr (GFile) part = g_file_get_child (folder, part_name);

  if (write_table (saving, part, cancellable, error)
      && g_file_move (part, saving->file, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL, error))
    return TRUE;
  /* What was there before stays. */
  g_file_delete (part, NULL, NULL);
  return FALSE;
}

static void
on_saved (gpointer object, gpointer data, const GError *error)
{
  AciniResultsPage *self = object;
  Saving *saving = data;
  g_autofree char *name = g_file_get_basename (saving->file), *shown = g_filename_display_name (name);
  g_autofree char *text = error != NULL ? g_strdup_printf (_ ("“%s” could not be saved: %s"), shown, error->message)
                                        : g_strdup_printf (_ ("“%s” saved"), shown);

  if (self->session != NULL)
    acini_session_tell (self->session, text);
}

static GPtrArray *
make_lines (AciniResultsPage *self)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->results)); i++)
    {
      g_autoptr (AciniResultItem) item = g_list_model_get_item (G_LIST_MODEL (self->results), i);

      acini_result_csv_format (line, acini_result_item_get (item), acini_result_item_get_slide_name (item),
                               acini_result_item_get_class_name (item));
      g_ptr_array_add (lines, g_strdup (line->str));
    }
  return lines;
}

void
acini_results_page_save (AciniResultsPage *self, gboolean objects, GFile *file)
{
  Saving *saving;
  GHashTableIter iter;
  gpointer label, name;

  if (self->source == NULL)
    return;
  saving = g_new0 (Saving, 1);
  saving->source = acini_results_source_ref (self->source);
  saving->query = self->query;
  saving->query.region = acini_results_source_get_region (self->source);
  saving->lines = objects ? NULL : make_lines (self);
  saving->class_names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_hash_table_iter_init (&iter, self->class_names);
  while (g_hash_table_iter_next (&iter, &label, &name))
    g_hash_table_insert (saving->class_names, label, g_strdup (name));
  saving->file = g_object_ref (file);
  acini_async_run (self, NULL, save, on_saved, saving, saving_free);
}

typedef struct
{
  AciniResultsPage *page;
  gboolean objects;
} Asking;

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Asking *asking = user_data;
  g_autoptr (AciniResultsPage) self = asking->page;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL && self->session != NULL)
    acini_results_page_save (self, asking->objects, file);
}

static void
ask (AciniResultsPage *self, gboolean objects)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  Asking *asking = g_new (Asking, 1);

  *asking = (Asking){ g_object_ref (self), objects };
  gtk_file_dialog_set_title (dialog, _ ("Export CSV"));
  gtk_file_dialog_set_initial_name (dialog, objects ? _ ("objects.csv") : _ ("results.csv"));
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_chosen, asking);
}

static void
save_slides (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask (user_data, FALSE);
}

static void
save_objects (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask (user_data, TRUE);
}

void
acini_results_page_init_actions (AciniResultsPage *self)
{
  static const GActionEntry entries[]
      = { { .name = "save-slides", .activate = save_slides }, { .name = "save-objects", .activate = save_objects } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "results", G_ACTION_GROUP (group));
}
