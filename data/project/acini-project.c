/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/project/acini-lease.h"
#include "data/project/acini-project-private.h"

#include "data/acini-data-resources.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define DATABASE_NAME "project.sqlite"
#define SCHEMA_RESOURCES "/io/github/acini/Acini/data/"

#define ID_SETTING "project-id"

struct _AciniProject
{
  GObject parent_instance;
  char *folder;
  AciniDatabase *database;
  AciniLease *lease; /* NULL unless on a network drive */
  char *read_only;   /* NULL: it can be written; else why not */
};

G_DEFINE_FINAL_TYPE (AciniProject, acini_project, G_TYPE_OBJECT)
G_DEFINE_QUARK (acini - project - error - quark, acini_project_error)

static const char *const subfolders[] = { "slides", "predictions", "models", "jobs" };

/* The schema's steps: the first makes version 1 out of nothing; a change of the schema appends one, and never edits
 * one that was released. */
static const char *const schema_files[] = { "acini-schema.sql",   "acini-schema-2.sql", "acini-schema-3.sql",
                                            "acini-schema-4.sql", "acini-schema-5.sql", "acini-schema-6.sql" };
static const char *schema_steps[] = { NULL, NULL, NULL, NULL, NULL, NULL, NULL };

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
  g_clear_pointer (&self->lease, acini_lease_release);
  g_free (self->read_only);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (acini_project_parent_class)->finalize (object);
}

static void
acini_project_class_init (AciniProjectClass *klass)
{
  for (guint i = 0; i < G_N_ELEMENTS (schema_files); i++)
    {
      g_autofree char *path = g_strconcat (SCHEMA_RESOURCES, schema_files[i], NULL);
      g_autoptr (GBytes) schema
          = g_resource_lookup_data (acini_data_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

      /* The bytes of a resource are part of the program, and a zero follows them. */
      schema_steps[i] = g_bytes_get_data (schema, NULL);
    }
  G_OBJECT_CLASS (klass)->finalize = acini_project_finalize;
}

static void
acini_project_init (AciniProject *self)
{
}

/* Before each write: NULL when it is allowed. */
static char *
refuse_write (gpointer data)
{
  AciniProject *self = data;

  if (self->read_only != NULL)
    return g_strdup (self->read_only);
  if (self->lease != NULL && acini_lease_is_lost (self->lease))
    return g_strdup (_ ("The network drive of this project did not answer for a while, and another may have opened it:"
                        " open it again"));
  return NULL;
}

/* Finds out whether the project can be written from here, now: sets self->read_only, or takes the lease. */
static gboolean
decide_access (AciniProject *self, const char *database, GError **error)
{
  g_autofree char *holder = NULL;

  if (g_access (self->folder, W_OK) != 0
      || (g_file_test (database, G_FILE_TEST_EXISTS) && g_access (database, W_OK) != 0))
    {
      self->read_only = g_strdup (_ ("This project can be looked at only: its folder cannot be written"));
      return TRUE;
    }
  if (!acini_database_is_on_network (database))
    return TRUE;
  self->lease = acini_lease_take (self->folder, &holder, error);
  if (self->lease == NULL && holder == NULL)
    return FALSE;
  if (holder != NULL)
    self->read_only = g_strdup_printf (_ ("This project can be looked at only: %s has it open"), holder);
  return TRUE;
}

char *
acini_project_dup_id (AciniProject *self)
{
  return acini_project_dup_setting (self, ID_SETTING);
}

char *
acini_project_read_id (const char *folder)
{
  g_autoptr (AciniProject) other = g_object_new (ACINI_TYPE_PROJECT, NULL);
  g_autofree char *path = g_build_filename (folder, DATABASE_NAME, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  /* Past the lease: it is only looked at. */
  other->database = acini_database_open (path, &project_kind, ACINI_DATABASE_READ_ONLY, NULL);
  return other->database != NULL ? acini_project_dup_id (other) : NULL;
}

/* Another process may be quicker; where it cannot be written now the next one that opens the project does it. */
static void
ensure_id (AciniProject *self)
{
  g_autofree char *known = acini_project_dup_id (self), *id = NULL;
  g_autoptr (AciniTransaction) transaction = NULL;

  if (known != NULL || self->read_only != NULL)
    return;
  id = g_uuid_string_random ();
  transaction = acini_database_write (self->database, NULL);
  if (transaction != NULL
      && acini_transaction_run (transaction, NULL, "INSERT OR IGNORE INTO settings (key, value) VALUES (?1, ?2)", "ss",
                                ID_SETTING, id))
    acini_transaction_commit (transaction, NULL);
}

static AciniProject *
open_folder (const char *folder, AciniDatabaseMode mode, GError **error)
{
  g_autoptr (AciniProject) self = g_object_new (ACINI_TYPE_PROJECT, NULL);
  g_autofree char *path = NULL;

  self->folder = g_canonicalize_filename (folder, NULL);
  path = g_build_filename (self->folder, DATABASE_NAME, NULL);
  if (!decide_access (self, path, error))
    return NULL;
  self->database
      = acini_database_open (path, &project_kind, self->read_only != NULL ? ACINI_DATABASE_READ_ONLY : mode, error);
  if (self->database == NULL)
    return NULL;
  acini_database_set_guard (self->database, refuse_write, self);
  ensure_id (self);
  return g_steal_pointer (&self);
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

const char *
acini_project_get_read_only (AciniProject *self)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  return self->read_only;
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

/* Slides, for those that know no more of them. */

void
acini_project_set_no_such_slide (GError **error, gint64 slide)
{
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NO_SUCH,
               _ ("There is no slide number %lld in the project"), (long long)slide);
}

gboolean
acini_project_get_slide_size (AciniTransaction *transaction, gint64 slide, gint64 *width, gint64 *height,
                              GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows
      = acini_transaction_query (transaction, error, "SELECT width, height FROM slides WHERE id = ?1", "i", slide);

  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      *width = sqlite3_column_int64 (rows, 0);
      *height = sqlite3_column_int64 (rows, 1);
      sqlite3_reset (rows);
      return TRUE;
    }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    acini_project_set_no_such_slide (error, slide);
  return FALSE;
}

/* Settings. */

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

GHashTable *
acini_project_list_settings (AciniProject *self, const char *prefix)
{
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (AciniTransaction) transaction = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && prefix != NULL, NULL);

  transaction = acini_database_read (self->database, NULL);
  rows = transaction != NULL ? acini_transaction_query (transaction, NULL,
                                                        "SELECT key, value FROM settings"
                                                        " WHERE substr (key, 1, length (?1)) = ?1",
                                                        "s", prefix)
                             : NULL;
  while (rows != NULL && acini_transaction_next (transaction, rows, NULL))
    g_hash_table_insert (settings, g_strdup ((const char *)sqlite3_column_text (rows, 0)),
                         g_strdup ((const char *)sqlite3_column_text (rows, 1)));
  return g_steal_pointer (&settings);
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
