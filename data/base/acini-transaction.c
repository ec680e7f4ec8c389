/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-database-private.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>

/* More readers than this at once are opened and closed again. */
#define MAX_IDLE_READERS 16

static AciniTransaction *
begin (AciniDatabase *self, AciniConnection *connection, gboolean writing, GError **error)
{
  AciniTransaction *transaction = g_new0 (AciniTransaction, 1);

  transaction->database = self;
  transaction->connection = connection;
  transaction->writing = writing;
  transaction->open = acini_connection_execute (connection, self, writing ? "BEGIN IMMEDIATE" : "BEGIN", error);
  if (!transaction->open)
    g_clear_pointer (&transaction, acini_transaction_free);
  return transaction;
}

AciniTransaction *
acini_database_read (AciniDatabase *self, GError **error)
{
  AciniConnection *connection = NULL;

  g_mutex_lock (&self->pool_lock);
  if (self->idle->len > 0)
    connection = g_ptr_array_steal_index (self->idle, self->idle->len - 1);
  g_mutex_unlock (&self->pool_lock);
  if (connection == NULL)
    connection = acini_connection_open (self, FALSE, error);
  return connection != NULL ? begin (self, connection, FALSE, error) : NULL;
}

/* Whether commits wait for the disk; between transactions, under the lock. */
static gboolean
set_ahead (AciniDatabase *self, gboolean ahead, GError **error)
{
  ahead = ahead && self->wal;
  if (!self->kind->precious || self->ahead == ahead)
    return TRUE;
  if (!acini_connection_execute (self->writer, self,
                                 ahead ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", error))
    return FALSE;
  self->ahead = ahead;
  return TRUE;
}

static AciniTransaction *
begin_writing (AciniDatabase *self, gboolean ahead, GError **error)
{
  g_autofree char *sentence = NULL;
  AciniTransaction *transaction;

  g_return_val_if_fail (self->mode != ACINI_DATABASE_FROZEN, NULL);

  sentence = self->guard != NULL ? self->guard (self->guard_data) : NULL;
  if (sentence != NULL || self->mode == ACINI_DATABASE_READ_ONLY)
    {
      g_set_error (error, self->kind->domain (), self->kind->write,
                   sentence != NULL ? "%s" : _ ("“%s” was opened to be looked at only"),
                   sentence != NULL ? sentence : self->path);
      return NULL;
    }
  g_mutex_lock (&self->write_lock);
  if (!set_ahead (self, ahead, error))
    {
      g_mutex_unlock (&self->write_lock);
      return NULL;
    }
  transaction = begin (self, self->writer, TRUE, error);
  return transaction;
}

AciniTransaction *
acini_database_write (AciniDatabase *self, GError **error)
{
  return begin_writing (self, FALSE, error);
}

AciniTransaction *
acini_database_write_ahead (AciniDatabase *self, GError **error)
{
  return begin_writing (self, TRUE, error);
}

/* As SQLite does it at the end of a commit. */
static gboolean
sync_wal (AciniConnection *writer)
{
  sqlite3_file *wal = NULL;

  return sqlite3_file_control (writer->db, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &wal) == SQLITE_OK && wal != NULL
         && wal->pMethods != NULL && wal->pMethods->xSync (wal, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

gboolean
acini_database_sync (AciniDatabase *self, GError **error)
{
  if (self->writer == NULL)
    return TRUE;
  g_mutex_lock (&self->write_lock);
  /* What the system could not write it may have forgotten, and it says so once: from then on only writing all of it
   * again, into the file itself, will do. */
  if (self->unsynced && !self->refused)
    self->refused = !sync_wal (self->writer);
  if (self->refused)
    {
      acini_checkpoint_wait (self);
      if (sqlite3_wal_checkpoint_v2 (self->writer->db, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL) != SQLITE_OK)
        {
          acini_connection_set_error (self->writer, self, error);
          g_mutex_unlock (&self->write_lock);
          return FALSE;
        }
    }
  self->unsynced = self->refused = FALSE;
  g_mutex_unlock (&self->write_lock);
  return TRUE;
}

gboolean
acini_transaction_commit (AciniTransaction *self, GError **error)
{
  g_return_val_if_fail (self->open && self->writing, FALSE);

  if (!acini_connection_execute (self->connection, self->database, "COMMIT", error))
    return FALSE;
  self->open = FALSE;
  /* One that waited for the disk waited for those before it, too, unless these were forgotten. */
  self->database->unsynced = self->database->ahead || self->database->refused;
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
      g_clear_pointer (&self->connection, acini_connection_free);
    }
  g_free (self);
}

static void
set_transaction_error (AciniTransaction *self, GError **error)
{
  acini_connection_set_error (self->connection, self->database, error);
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

/* NULL with @error set. */
static sqlite3_stmt *
ensure_statement (AciniTransaction *self, const char *sql, GError **error)
{
  AciniConnection *connection = self->connection;
  gpointer key, statement;

  if (g_strcmp0 (connection->last_sql, sql) == 0)
    return connection->last;
  if (!g_hash_table_lookup_extended (connection->statements, sql, &key, &statement))
    {
      sqlite3_stmt *prepared = NULL;

      if (sqlite3_prepare_v3 (connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL) != SQLITE_OK)
        {
          set_transaction_error (self, error);
          return NULL;
        }
      key = g_strdup (sql);
      statement = prepared;
      g_hash_table_insert (connection->statements, key, statement);
    }
  connection->last_sql = key;
  connection->last = statement;
  return statement;
}

static sqlite3_stmt *
query_valist (AciniTransaction *self, GError **error, const char *sql, const char *types, va_list *values)
{
  sqlite3_stmt *statement = ensure_statement (self, sql, error);

  if (statement == NULL)
    return NULL;
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
