/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/project/acini-project-private.h"

#include "data/acini-data-resources.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

#define DATABASE_NAME "project.sqlite"
/* Bytes of a model's id that fit into the name of a file, with room for the number of the slide and a suffix. */
#define LONGEST_ID 180
#define SCHEMA_RESOURCE "/io/github/acini/Acini/data/acini-schema.sql"

struct _AciniProject
{
  GObject parent_instance;
  char *folder;
  AciniDatabase *database;
};

G_DEFINE_FINAL_TYPE (AciniProject, acini_project, G_TYPE_OBJECT)
G_DEFINE_QUARK (acini - project - error - quark, acini_project_error)

static const char *const subfolders[] = { "slides", "predictions", "models", "jobs" };

/* The schema's steps: the first makes version 1 out of nothing; a change of the schema appends one, and never edits
 * one that was released. */
static const char *schema_steps[] = { NULL, NULL };

static const AciniDatabaseKind project_kind = {
  .application_id = 0x41636e50, /* "AcnP" */
  .steps = schema_steps,
  .precious = TRUE,
  .page_size = 4096,
  .domain = acini_project_error_quark,
  .damaged = ACINI_PROJECT_ERROR_DAMAGED,
  .write = ACINI_PROJECT_ERROR_WRITE,
  .newer = ACINI_PROJECT_ERROR_NEWER,
};

static void
acini_project_finalize (GObject *object)
{
  AciniProject *self = ACINI_PROJECT (object);

  g_clear_pointer (&self->database, acini_database_free);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (acini_project_parent_class)->finalize (object);
}

static void
acini_project_class_init (AciniProjectClass *klass)
{
  g_autoptr (GBytes) schema
      = g_resource_lookup_data (acini_data_get_resource (), SCHEMA_RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  /* The bytes of a resource are part of the program, and a zero follows them. */
  schema_steps[0] = g_bytes_get_data (schema, NULL);
  G_OBJECT_CLASS (klass)->finalize = acini_project_finalize;
}

static void
acini_project_init (AciniProject *self)
{
}

static AciniProject *
open_folder (const char *folder, AciniDatabaseMode mode, GError **error)
{
  g_autoptr (AciniProject) self = g_object_new (ACINI_TYPE_PROJECT, NULL);
  g_autofree char *path = NULL;

  self->folder = g_canonicalize_filename (folder, NULL);
  path = g_build_filename (self->folder, DATABASE_NAME, NULL);
  self->database = acini_database_open (path, &project_kind, mode, error);
  return self->database != NULL ? g_steal_pointer (&self) : NULL;
}

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE, _ ("The folder “%s” cannot be created: %s"), path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
is_empty_or_missing (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = NULL;

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return TRUE;
  dir = g_dir_open (folder, 0, NULL);
  if (dir != NULL && g_dir_read_name (dir) == NULL)
    return TRUE;
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_EXISTS,
               _ ("“%s” already exists and is not an empty folder: choose another name"), folder);
  return FALSE;
}

AciniProject *
acini_project_create (const char *folder, GError **error)
{
  AciniProject *self = NULL;
  gboolean ok;

  g_return_val_if_fail (folder != NULL, NULL);

  if (!is_empty_or_missing (folder, error) || !make_folder (folder, error))
    return NULL;
  ok = TRUE;
  for (guint i = 0; ok && i < G_N_ELEMENTS (subfolders); i++)
    {
      g_autofree char *path = g_build_filename (folder, subfolders[i], NULL);

      ok = make_folder (path, error);
    }
  if (ok)
    self = open_folder (folder, ACINI_DATABASE_CREATE, error);
  if (self == NULL)
    {
      g_autofree char *database = g_build_filename (folder, DATABASE_NAME, NULL);

      /* The folder was empty before, so this can only be what was made here. */
      acini_database_remove (database);
      for (guint i = 0; i < G_N_ELEMENTS (subfolders); i++)
        {
          g_autofree char *path = g_build_filename (folder, subfolders[i], NULL);

          g_rmdir (path);
        }
      g_rmdir (folder);
    }
  return self;
}

AciniProject *
acini_project_open (const char *folder, GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (folder != NULL, NULL);

  path = g_build_filename (folder, DATABASE_NAME, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return open_folder (folder, ACINI_DATABASE_EXISTING, error);
  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NOT_A_PROJECT,
                 _ ("“%s” is not a project: it contains no %s"), folder, DATABASE_NAME);
  else
    g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NOT_A_PROJECT, _ ("The folder “%s” does not exist"),
                 folder);
  return NULL;
}

gboolean
acini_project_is_project (const char *path)
{
  g_autofree char *database = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  database = g_build_filename (path, DATABASE_NAME, NULL);
  return g_file_test (database, G_FILE_TEST_IS_REGULAR);
}

AciniDatabase *
acini_project_get_database (AciniProject *self)
{
  return self->database;
}

/* Paths. */

const char *
acini_project_get_folder (AciniProject *self)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  return self->folder;
}

char *
acini_project_dup_name (AciniProject *self)
{
  char *name;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  name = g_filename_display_basename (self->folder);
  if (g_str_has_suffix (name, ".acini") && strlen (name) > strlen (".acini"))
    name[strlen (name) - strlen (".acini")] = '\0';
  return name;
}

char *
acini_project_build_path (AciniProject *self, const char *first, ...)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  va_list rest;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  g_ptr_array_add (parts, self->folder);
  va_start (rest, first);
  for (const char *part = first; part != NULL; part = va_arg (rest, const char *))
    g_ptr_array_add (parts, (char *)part);
  va_end (rest);
  g_ptr_array_add (parts, NULL);
  return g_build_filenamev ((char **)parts->pdata);
}

char *
acini_project_shorten_path (AciniProject *self, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  gsize n = strlen (self->folder);

  if (strncmp (absolute, self->folder, n) == 0 && absolute[n] == G_DIR_SEPARATOR)
    return g_strdup (absolute + n + 1);
  return g_steal_pointer (&absolute);
}

char *
acini_project_resolve_path (AciniProject *self, const char *stored)
{
  return g_canonicalize_filename (stored, self->folder);
}

char *
acini_project_dup_prediction_path (AciniProject *self, gint64 slide, const char *model)
{
  g_autofree char *id = NULL, *name = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && model != NULL, NULL);

  /* An id comes from outside too: nothing in it may lead to another folder. */
  id = g_uri_escape_string (model, " ", TRUE);
  if (strlen (id) > LONGEST_ID)
    {
      g_free (id);
      id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, model, -1);
    }
  name = g_strdup_printf ("%" G_GINT64_FORMAT "-%s.sqlite", slide, id);
  return acini_project_build_path (self, "predictions", name, NULL);
}

/* Models. */

void
acini_model_record_free (AciniModelRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->id);
  g_free (record->name);
  g_free (record->path);
  g_free (record->parent);
  g_free (record);
}

gboolean
acini_project_add_model (AciniProject *self, const char *id, const char *name, const char *path, const char *parent,
                         GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autofree char *stored = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && id != NULL && path != NULL, FALSE);

  stored = acini_project_shorten_path (self, path);
  transaction = acini_database_write (self->database, error);
  return transaction != NULL
         && acini_transaction_run (transaction, error,
                                   "INSERT INTO models (id, name, path, parent, created) VALUES (?1, ?2, ?3, ?4, ?5)"
                                   " ON CONFLICT (id) DO UPDATE SET name = ?2, path = ?3, parent = ?4",
                                   "ssssi", id, name != NULL ? name : id, stored, parent != NULL ? parent : "",
                                   (gint64)(g_get_real_time () / G_USEC_PER_SEC))
         && acini_transaction_commit (transaction, error);
}

GPtrArray *
acini_project_list_models (AciniProject *self, GError **error)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_model_record_free);
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (self->database, error);
  rows = transaction != NULL ? acini_transaction_query (transaction, error,
                                                        "SELECT id, name, path, parent, created FROM models"
                                                        " ORDER BY created, rowid",
                                                        "")
                             : NULL;
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniModelRecord *record = g_new0 (AciniModelRecord, 1);

      record->id = g_strdup ((const char *)sqlite3_column_text (rows, 0));
      record->name = g_strdup ((const char *)sqlite3_column_text (rows, 1));
      record->path = acini_project_resolve_path (self, (const char *)sqlite3_column_text (rows, 2));
      record->parent = g_strdup ((const char *)sqlite3_column_text (rows, 3));
      record->created = sqlite3_column_int64 (rows, 4);
      g_ptr_array_add (models, record);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return g_steal_pointer (&models);
}

/* Settings and classes. */

char *
acini_project_dup_setting (AciniProject *self, const char *key)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && key != NULL, NULL);

  transaction = acini_database_read (self->database, NULL);
  rows = transaction != NULL
             ? acini_transaction_query (transaction, NULL, "SELECT value FROM settings WHERE key = ?1", "s", key)
             : NULL;
  if (rows == NULL || !acini_transaction_next (transaction, rows, NULL))
    return NULL;
  return g_strdup ((const char *)sqlite3_column_text (rows, 0));
}

gboolean
acini_project_set_setting (AciniProject *self, const char *key, const char *value, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && key != NULL && value != NULL, FALSE);

  transaction = acini_database_write (self->database, error);
  return transaction != NULL
         && acini_transaction_run (transaction, error,
                                   "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                                   " ON CONFLICT (key) DO UPDATE SET value = ?2",
                                   "ss", key, value)
         && acini_transaction_commit (transaction, error);
}

char *
acini_project_dup_class_name (AciniProject *self, int label)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (self->database, NULL);
  rows = transaction != NULL ? acini_transaction_query (transaction, NULL, "SELECT name FROM classes WHERE label = ?1",
                                                        "i", (gint64)label)
                             : NULL;
  if (rows == NULL || !acini_transaction_next (transaction, rows, NULL))
    return NULL;
  return g_strdup ((const char *)sqlite3_column_text (rows, 0));
}

gboolean
acini_project_set_class_name (AciniProject *self, int label, const char *name, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && name != NULL && label >= 2 && label <= 254, FALSE);

  transaction = acini_database_write (self->database, error);
  return transaction != NULL
         && acini_transaction_run (transaction, error,
                                   "INSERT INTO classes (label, name) VALUES (?1, ?2)"
                                   " ON CONFLICT (label) DO UPDATE SET name = ?2",
                                   "is", (gint64)label, name)
         && acini_transaction_commit (transaction, error);
}
