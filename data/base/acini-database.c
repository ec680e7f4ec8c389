/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <unistd.h>

/* A file is checked at opening when it is smaller than the first, or smaller than the second and was not closed:
 * quick_check reads every page, about half a second per GiB in the page cache and far more from a disk. */
#define CHECK_ALWAYS (8 * 1024 * 1024)
#define CHECK_UNCLEAN (256 * 1024 * 1024)
#define BUSY_TIMEOUT_MS 10000
/* More readers than this at once are opened and closed again. */
#define MAX_IDLE_READERS 16

typedef struct
{
  sqlite3 *db;
  GHashTable *statements; /* SQL → sqlite3_stmt */
} Connection;

struct _AciniDatabase
{
  const AciniDatabaseKind *kind;
  AciniDatabaseMode mode;
  char *path;
  GMutex write_lock;
  Connection *writer; /* under write_lock; NULL when frozen */
  GMutex pool_lock;
  GPtrArray *idle; /* reading connections, under pool_lock */
};

struct _AciniTransaction
{
  AciniDatabase *database;
  Connection *connection;
  gboolean writing, open;
};

static void
set_error (GError **error, const AciniDatabaseKind *kind, const char *path, sqlite3 *db)
{
  int extended = db != NULL ? sqlite3_extended_errcode (db) : SQLITE_NOMEM;
  const char *detail = db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (extended);
  GQuark domain = kind->domain ();

  switch (extended & 0xff)
    {
    case SQLITE_FULL:
      g_set_error (error, domain, kind->write, _ ("The disk is full: free some space for “%s” and try again"), path);
      return;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      g_set_error (error, domain, kind->write, _ ("“%s” cannot be written: allow writing to the file and its folder"),
                   path);
      return;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, domain, kind->write, _ ("“%s” is locked by another program: try again when it has finished"),
                   path);
      return;
    case SQLITE_NOTADB:
      g_set_error (error, domain, kind->damaged,
                   _ ("“%s” is not an Acini database: it was overwritten or belongs to another program"), path);
      return;
    case SQLITE_CORRUPT:
      g_set_error (error, domain, kind->damaged, _ ("“%s” is damaged (%s): restore it from a backup"), path, detail);
      return;
    case SQLITE_CANTOPEN:
      g_set_error (error, domain, kind->write, _ ("“%s” cannot be opened: its folder is missing or read-only"), path);
      return;
    case SQLITE_IOERR:
      if (extended == SQLITE_IOERR_READ || extended == SQLITE_IOERR_SHORT_READ || extended == SQLITE_IOERR_CORRUPTFS)
        g_set_error (error, domain, kind->damaged, _ ("“%s” cannot be read (%s): check the disk"), path, detail);
      else
        g_set_error (error, domain, kind->write,
                     _ ("“%s” could not be written (%s): check the disk and its free space, then try again"), path,
                     detail);
      return;
    default:
      g_set_error (error, domain, kind->damaged, _ ("“%s” has unexpected contents (%s)"), path, detail);
    }
}

/* Connections. */

static void
connection_free (Connection *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close (self->db);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Connection, connection_free)

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static gboolean
execute (Connection *self, const AciniDatabase *database, const char *sql, GError **error)
{
  if (sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  set_error (error, database->kind, database->path, self->db);
  return FALSE;
}

static Connection *
connection_open (const AciniDatabase *database, gboolean writing, GError **error)
{
  g_autoptr (Connection) self = g_new0 (Connection, 1);
  g_autofree char *uri = NULL;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
  g_autofree char *escaped = g_uri_escape_string (database->path, "/", FALSE);

  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  /* "immutable" spares the locks, which a read-only folder or a network disk may not have. */
  if (database->mode == ACINI_DATABASE_FROZEN)
    uri = g_strdup_printf ("file:%s?immutable=1", escaped);
  else
    uri = g_strdup_printf ("file:%s", escaped);
  if (database->mode == ACINI_DATABASE_FROZEN)
    flags |= SQLITE_OPEN_READONLY;
  else
    flags |= SQLITE_OPEN_READWRITE;
  if (writing && database->mode == ACINI_DATABASE_CREATE)
    flags |= SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2 (uri, &self->db, flags, NULL) != SQLITE_OK)
    {
      set_error (error, database->kind, database->path, self->db);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  if (!execute (self, database, writing ? "PRAGMA foreign_keys = ON" : "PRAGMA query_only = ON", error)
      || !execute (self, database,
                   database->kind->precious ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", error))
    return NULL;
  return g_steal_pointer (&self);
}

/* FALSE with @error set when the number cannot be read. */
static gboolean
read_pragma (Connection *self, const AciniDatabase *database, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean ok;

  ok = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW;
  if (ok)
    *number = sqlite3_column_int64 (statement, 0);
  else
    set_error (error, database->kind, database->path, self->db);
  sqlite3_finalize (statement);
  return ok;
}

/* Opening. */

static gboolean
check_kind (AciniDatabase *self, Connection *connection, gint64 *version, GError **error)
{
  gint64 id = 0, objects = 0, newest = g_strv_length ((char **)self->kind->steps);

  if (!read_pragma (connection, self, "PRAGMA application_id", &id, error)
      || !read_pragma (connection, self, "PRAGMA user_version", version, error)
      || !read_pragma (connection, self, "SELECT count(*) FROM sqlite_master", &objects, error))
    return FALSE;
  if (id == 0 && *version == 0 && objects == 0 && self->mode == ACINI_DATABASE_CREATE)
    return TRUE;
  if (id != self->kind->application_id || *version < 1)
    {
      g_set_error (error, self->kind->domain (), self->kind->damaged,
                   _ ("“%s” was not made by Acini, or is a different kind of Acini file"), self->path);
      return FALSE;
    }
  if (*version > newest)
    {
      g_set_error (
          error, self->kind->domain (), self->kind->newer,
          _ ("“%s” was made by a newer version of Acini (schema %d; this one reads up to %d): update Acini to open it"),
          self->path, (int)*version, (int)newest);
      return FALSE;
    }
  return TRUE;
}

static gboolean
run_steps (AciniDatabase *self, GError **error)
{
  Connection *connection = self->writer;
  gint64 version = 0, newest = g_strv_length ((char **)self->kind->steps);
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT,
                                            self->kind->application_id, newest);

  /* Read again inside the transaction: another process may have done it meanwhile. */
  if (!execute (connection, self, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (check_kind (self, connection, &version, error))
    {
      gboolean ok = TRUE;

      for (gint64 step = version; ok && step < newest; step++)
        ok = execute (connection, self, self->kind->steps[step], error);
      if (ok && execute (connection, self, stamp, error) && execute (connection, self, "COMMIT", error))
        return TRUE;
    }
  sqlite3_exec (connection->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static gboolean
quick_check (AciniDatabase *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean sound = FALSE;

  if (sqlite3_prepare_v2 (self->writer->db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK
      || sqlite3_step (statement) != SQLITE_ROW)
    set_error (error, self->kind, self->path, self->writer->db);
  else if (g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "ok") != 0)
    {
      g_autofree char *finding = g_strdup ((const char *)sqlite3_column_text (statement, 0));

      g_set_error (error, self->kind->domain (), self->kind->damaged,
                   _ ("“%s” is damaged (%s): restore it from a backup"), self->path, g_strdelimit (finding, "\n", ' '));
    }
  else
    sound = TRUE;
  sqlite3_finalize (statement);
  return sound;
}

static gboolean
open_writer (AciniDatabase *self, GError **error)
{
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL), *page = NULL;
  GStatBuf main_stat = { 0 }, wal_stat = { 0 };
  gboolean unclean = g_stat (wal, &wal_stat) == 0 && wal_stat.st_size > 0;
  gint64 version = 0, size;

  size = (g_stat (self->path, &main_stat) == 0 ? main_stat.st_size : 0) + wal_stat.st_size;
  self->writer = connection_open (self, TRUE, error);
  if (self->writer == NULL || !check_kind (self, self->writer, &version, error))
    return FALSE;
  if (version > 0 && (size < CHECK_ALWAYS || (unclean && size < CHECK_UNCLEAN)) && !quick_check (self, error))
    return FALSE;
  page = g_strdup_printf ("PRAGMA page_size = %d", self->kind->page_size);
  if ((version == 0 && !execute (self->writer, self, page, error))
      || !execute (self->writer, self, "PRAGMA journal_mode = WAL", error))
    return FALSE;
  return version == (gint64)g_strv_length ((char **)self->kind->steps) || run_steps (self, error);
}

AciniDatabase *
acini_database_open (const char *path, const AciniDatabaseKind *kind, AciniDatabaseMode mode, GError **error)
{
  g_autoptr (AciniDatabase) self = NULL;
  gint64 version = 0;

  g_return_val_if_fail (path != NULL && kind != NULL, NULL);

  self = g_new0 (AciniDatabase, 1);
  self->kind = kind;
  self->mode = mode;
  self->path = g_canonicalize_filename (path, NULL);
  self->idle = g_ptr_array_new_with_free_func ((GDestroyNotify)connection_free);
  g_mutex_init (&self->write_lock);
  g_mutex_init (&self->pool_lock);
  if (mode == ACINI_DATABASE_FROZEN)
    {
      Connection *reader = connection_open (self, FALSE, error);

      if (reader == NULL)
        return NULL;
      g_ptr_array_add (self->idle, reader);
      return check_kind (self, reader, &version, error) ? g_steal_pointer (&self) : NULL;
    }
  return open_writer (self, error) ? g_steal_pointer (&self) : NULL;
}

void
acini_database_free (AciniDatabase *self)
{
  if (self == NULL)
    return;
  /* The writer last: the last connection to close folds the WAL into the file. */
  g_ptr_array_unref (self->idle);
  g_clear_pointer (&self->writer, connection_free);
  g_mutex_clear (&self->write_lock);
  g_mutex_clear (&self->pool_lock);
  g_free (self->path);
  g_free (self);
}

gboolean
acini_database_publish (const char *part, const char *path, const AciniDatabaseKind *kind, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int file = g_open (part, O_RDONLY | O_CLOEXEC, 0), parent = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean ok = file >= 0 && fsync (file) == 0 && g_rename (part, path) == 0;

  if (!ok)
    g_set_error (error, kind->domain (), kind->write, _ ("“%s” could not be written: %s"), path, g_strerror (errno));
  /* The new name outlives a power cut only once its folder is on the disk; some file systems cannot say. */
  if (ok && parent >= 0)
    fsync (parent);
  if (file >= 0)
    close (file);
  if (parent >= 0)
    close (parent);
  return ok;
}

void
acini_database_remove (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

      g_unlink (name);
    }
}

/* Transactions. */

static AciniTransaction *
begin (AciniDatabase *self, Connection *connection, gboolean writing, GError **error)
{
  AciniTransaction *transaction = g_new0 (AciniTransaction, 1);

  transaction->database = self;
  transaction->connection = connection;
  transaction->writing = writing;
  transaction->open = execute (connection, self, writing ? "BEGIN IMMEDIATE" : "BEGIN", error);
  if (!transaction->open)
    g_clear_pointer (&transaction, acini_transaction_free);
  return transaction;
}

AciniTransaction *
acini_database_read (AciniDatabase *self, GError **error)
{
  Connection *connection = NULL;

  g_mutex_lock (&self->pool_lock);
  if (self->idle->len > 0)
    connection = g_ptr_array_steal_index (self->idle, self->idle->len - 1);
  g_mutex_unlock (&self->pool_lock);
  if (connection == NULL)
    connection = connection_open (self, FALSE, error);
  return connection != NULL ? begin (self, connection, FALSE, error) : NULL;
}

AciniTransaction *
acini_database_write (AciniDatabase *self, GError **error)
{
  g_return_val_if_fail (self->mode != ACINI_DATABASE_FROZEN, NULL);

  g_mutex_lock (&self->write_lock);
  return begin (self, self->writer, TRUE, error);
}

gboolean
acini_transaction_commit (AciniTransaction *self, GError **error)
{
  g_return_val_if_fail (self->open && self->writing, FALSE);

  if (!execute (self->connection, self->database, "COMMIT", error))
    return FALSE;
  self->open = FALSE;
  return TRUE;
}

void
acini_transaction_free (AciniTransaction *self)
{
  AciniDatabase *database;
  GHashTableIter iter;
  gpointer statement;

  if (self == NULL)
    return;
  database = self->database;
  g_hash_table_iter_init (&iter, self->connection->statements);
  while (g_hash_table_iter_next (&iter, NULL, &statement))
    {
      sqlite3_reset (statement);
      sqlite3_clear_bindings (statement);
    }
  /* SQLite may have rolled back by itself, on a full disk say: then there is nothing left to roll back. */
  if (self->open && !sqlite3_get_autocommit (self->connection->db))
    sqlite3_exec (self->connection->db, "ROLLBACK", NULL, NULL, NULL);
  if (self->writing)
    g_mutex_unlock (&database->write_lock);
  else
    {
      g_mutex_lock (&database->pool_lock);
      if (database->idle->len < MAX_IDLE_READERS)
        g_ptr_array_add (database->idle, g_steal_pointer (&self->connection));
      g_mutex_unlock (&database->pool_lock);
      g_clear_pointer (&self->connection, connection_free);
    }
  g_free (self);
}

static void
set_transaction_error (AciniTransaction *self, GError **error)
{
  set_error (error, self->database->kind, self->database->path, self->connection->db);
}

void
acini_transaction_set_damaged (AciniTransaction *self, GError **error, const char *what)
{
  g_set_error (error, self->database->kind->domain (), self->database->kind->damaged,
               _ ("“%s” is damaged (%s): restore it from a backup"), self->database->path, what);
}

static gboolean
bind_one (sqlite3_stmt *statement, int index, char type, va_list *values)
{
  switch (type)
    {
    case 'i':
      return sqlite3_bind_int64 (statement, index, va_arg (*values, gint64)) == SQLITE_OK;
    case 'u':
      {
        gint64 number = va_arg (*values, gint64);

        return (number < 0 ? sqlite3_bind_null (statement, index) : sqlite3_bind_int64 (statement, index, number))
               == SQLITE_OK;
      }
    case 'd':
      return sqlite3_bind_double (statement, index, va_arg (*values, double)) == SQLITE_OK;
    case 's':
      return sqlite3_bind_text (statement, index, va_arg (*values, const char *), -1, SQLITE_STATIC) == SQLITE_OK;
    case 'b':
      {
        const void *data = va_arg (*values, const void *);
        gsize size = va_arg (*values, gsize);

        return sqlite3_bind_blob64 (statement, index, data, size, SQLITE_STATIC) == SQLITE_OK;
      }
    default:
      g_assert_not_reached ();
    }
}

static sqlite3_stmt *
query_valist (AciniTransaction *self, GError **error, const char *sql, const char *types, va_list *values)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->connection->statements, sql);

  if (statement == NULL)
    {
      if (sqlite3_prepare_v3 (self->connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        {
          set_transaction_error (self, error);
          return NULL;
        }
      g_hash_table_insert (self->connection->statements, g_strdup (sql), statement);
    }
  g_assert (!sqlite3_stmt_busy (statement));
  sqlite3_reset (statement);
  for (int i = 0; types[i] != '\0'; i++)
    if (!bind_one (statement, i + 1, types[i], values))
      {
        set_transaction_error (self, error);
        return NULL;
      }
  return statement;
}

sqlite3_stmt *
acini_transaction_query (AciniTransaction *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, types);
  statement = query_valist (self, error, sql, types, &values);
  va_end (values);
  return statement;
}

gboolean
acini_transaction_next (AciniTransaction *self, sqlite3_stmt *statement, GError **error)
{
  switch (sqlite3_step (statement))
    {
    case SQLITE_ROW:
      return TRUE;
    case SQLITE_DONE:
      break;
    default:
      set_transaction_error (self, error);
    }
  /* Not left at its end: an open statement would keep the view of its moment. */
  sqlite3_reset (statement);
  return FALSE;
}

gboolean
acini_transaction_run (AciniTransaction *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list values;
  int result;

  va_start (values, types);
  statement = query_valist (self, error, sql, types, &values);
  va_end (values);
  if (statement == NULL)
    return FALSE;
  result = sqlite3_step (statement);
  if (result != SQLITE_DONE && result != SQLITE_ROW)
    set_transaction_error (self, error);
  sqlite3_reset (statement);
  return result == SQLITE_DONE || result == SQLITE_ROW;
}

gint64
acini_transaction_get_int (AciniTransaction *self, GError **error, gint64 missing, const char *sql, const char *types,
                           ...)
{
  sqlite3_stmt *statement;
  gint64 number = missing;
  va_list values;
  int result;

  va_start (values, types);
  statement = query_valist (self, error, sql, types, &values);
  va_end (values);
  if (statement == NULL)
    return -1;
  result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  else if (result != SQLITE_DONE)
    {
      set_transaction_error (self, error);
      number = -1;
    }
  sqlite3_reset (statement);
  return number;
}

int
acini_transaction_get_changes (AciniTransaction *self)
{
  return sqlite3_changes (self->connection->db);
}

gint64
acini_transaction_get_last_id (AciniTransaction *self)
{
  return sqlite3_last_insert_rowid (self->connection->db);
}
