/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-database-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

void
acini_connection_set_error (AciniConnection *self, const AciniDatabase *database, GError **error)
{
  const AciniDatabaseKind *kind = database->kind;
  const char *path = database->path;
  sqlite3 *db = self->db;
  int extended = db != NULL ? sqlite3_extended_errcode (db) : SQLITE_NOMEM;
  const char *detail = db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (extended);
  GQuark domain = kind->domain ();
  int why = db != NULL ? sqlite3_system_errno (db) : 0;
  int code = extended & 0xff;

  /* Where there is not even room for the file beside it, SQLite says that it cannot be opened or written. */
  if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && (why == ENOSPC || why == EDQUOT))
    code = SQLITE_FULL;
  switch (code)
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
    case SQLITE_PROTOCOL: /* waited in vain for somebody else's recovery */
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

void
acini_connection_free (AciniConnection *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close (self->db);
  g_free (self);
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

gboolean
acini_connection_execute (AciniConnection *self, const AciniDatabase *database, const char *sql, GError **error)
{
  if (sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  acini_connection_set_error (self, database, error);
  return FALSE;
}

AciniConnection *
acini_connection_open (const AciniDatabase *database, gboolean writing, GError **error)
{
  g_autoptr (AciniConnection) self = g_new0 (AciniConnection, 1);
  g_autofree char *uri = NULL;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
  g_autofree char *escaped = g_uri_escape_string (database->path, "/", FALSE);

  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  /* "immutable" spares the locks, which a read-only folder or a network disk may not have. */
  if (database->immutable)
    uri = g_strdup_printf ("file:%s?immutable=1", escaped);
  else
    uri = g_strdup_printf ("file:%s", escaped);
  if (database->mode == ACINI_DATABASE_FROZEN || database->mode == ACINI_DATABASE_READ_ONLY)
    flags |= SQLITE_OPEN_READONLY;
  else
    flags |= SQLITE_OPEN_READWRITE;
  if (writing && database->mode == ACINI_DATABASE_CREATE)
    flags |= SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2 (uri, &self->db, flags, NULL) != SQLITE_OK)
    {
      acini_connection_set_error (self, database, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, ACINI_CONNECTION_PATIENCE_MS);
  if (!acini_connection_execute (self, database, writing ? "PRAGMA foreign_keys = ON" : "PRAGMA query_only = ON", error)
      || !acini_connection_execute (
          self, database, database->kind->precious ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
          error))
    return NULL;
  if (writing && database->kind->cache > 0)
    {
      g_autofree char *cache = g_strdup_printf ("PRAGMA cache_size = -%d", database->kind->cache);

      if (!acini_connection_execute (self, database, cache, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}
