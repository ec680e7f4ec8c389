/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-database-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/vfs.h>
#include <unistd.h>

/* A file is checked at opening when it is smaller than the first, or smaller than the second and was not closed:
 * quick_check reads every page, about half a second per GiB in the page cache and far more from a disk. */
#define CHECK_ALWAYS (8 * 1024 * 1024)
#define CHECK_UNCLEAN (256 * 1024 * 1024)

/* Opening. */

/* What the file says it is, *@id and *@version, and how many tables and indices it has.  In one statement: another may
 * be about to make it. */
static gboolean
read_stamp (const AciniDatabase *self, AciniConnection *connection, gint64 *id, gint64 *version, gint64 *objects,
            GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean ok = sqlite3_prepare_v2 (connection->db,
                                    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
                                    " FROM pragma_application_id, pragma_user_version",
                                    -1, &statement, NULL)
                    == SQLITE_OK
                && sqlite3_step (statement) == SQLITE_ROW;

  if (ok)
    {
      *id = sqlite3_column_int64 (statement, 0);
      *version = sqlite3_column_int64 (statement, 1);
      *objects = sqlite3_column_int64 (statement, 2);
    }
  else
    acini_connection_set_error (connection, self, error);
  sqlite3_finalize (statement);
  return ok;
}

static gboolean
check_kind (AciniDatabase *self, AciniConnection *connection, gint64 *version, GError **error)
{
  gint64 id = 0, objects = 0, newest = g_strv_length ((char **)self->kind->steps);

  if (!read_stamp (self, connection, &id, version, &objects, error))
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

/* Keeps the file as it was, beside it, before its schema changes. */
static gboolean
back_up (AciniDatabase *self, gint64 version, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s.v%" G_GINT64_FORMAT "-backup", self->path, version);
  g_autofree char *part = g_strconcat (name, ".part", NULL);
  g_autoptr (AciniConnection) connection = acini_connection_open (self, TRUE, error);
  sqlite3_stmt *statement = NULL;
  gboolean ok;

  if (connection == NULL)
    return FALSE;
  /* One from before, of a project that was put back since, stays. */
  for (int i = 2; g_file_test (name, G_FILE_TEST_EXISTS); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s.v%" G_GINT64_FORMAT "-backup-%d", self->path, version, i);
    }
  acini_database_remove (part);
  ok = sqlite3_prepare_v2 (connection->db, "VACUUM INTO ?1", -1, &statement, NULL) == SQLITE_OK
       && sqlite3_bind_text (statement, 1, part, -1, SQLITE_STATIC) == SQLITE_OK
       && sqlite3_step (statement) == SQLITE_DONE;
  if (!ok)
    acini_connection_set_error (connection, self, error);
  sqlite3_finalize (statement);
  ok = ok && acini_database_publish (part, name, self->kind, error);
  if (!ok)
    acini_database_remove (part);
  return ok;
}

/* A step may put another table in the place of one that others refer to; what they say is checked at the end. */
static gboolean
check_references (AciniDatabase *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2 (self->writer->db, "PRAGMA foreign_key_check", -1, &statement, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    g_set_error (error, self->kind->domain (), self->kind->damaged,
                 _ ("“%s” is damaged (%s): restore it from a backup"), self->path, "foreign keys");
  else if (result != SQLITE_DONE)
    acini_connection_set_error (self->writer, self, error);
  sqlite3_finalize (statement);
  return result == SQLITE_DONE;
}

static gboolean
run_steps (AciniDatabase *self, GError **error)
{
  AciniConnection *connection = self->writer;
  gint64 version = 0, newest = g_strv_length ((char **)self->kind->steps);
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %" G_GINT64_FORMAT,
                                            self->kind->application_id, newest);
  gboolean ok;

  /* Read again inside the transaction: another process may have done it meanwhile. */
  if (!acini_connection_execute (connection, self, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE", error))
    return FALSE;
  ok = check_kind (self, connection, &version, error)
       && (version == 0 || version == newest || !self->kind->precious || back_up (self, version, error));
  for (gint64 step = version; ok && step < newest; step++)
    ok = acini_connection_execute (connection, self, self->kind->steps[step], error);
  ok = ok && check_references (self, error) && acini_connection_execute (connection, self, stamp, error)
       && acini_connection_execute (connection, self, "COMMIT", error);
  if (!ok)
    sqlite3_exec (connection->db, "ROLLBACK", NULL, NULL, NULL);
  return ok && acini_connection_execute (connection, self, "PRAGMA foreign_keys = ON", error);
}

static gboolean
quick_check (AciniDatabase *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean sound = FALSE;

  if (sqlite3_prepare_v2 (self->writer->db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK
      || sqlite3_step (statement) != SQLITE_ROW)
    acini_connection_set_error (self->writer, self, error);
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

gboolean
acini_database_is_on_network (const char *path)
{
  /* Of statfs: NFS, SMB, CIFS, SMB 2, AFS, Coda, Ceph, FUSE (sshfs and others), 9P, GFS 2, Lustre. */
  static const guint32 types[] = { 0x6969,     0x517b,     0xff534d42, 0xfe534d42, 0x5346414f, 0x73757245,
                                   0x00c36400, 0x65735546, 0x01021997, 0x01161970, 0x0bd00bd0 };
  g_autofree char *folder = g_path_get_dirname (path);
  struct statfs info;

  if (g_getenv ("ACINI_NETWORK_DRIVE") != NULL)
    return TRUE;
  if (statfs (folder, &info) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if ((guint32)info.f_type == types[i])
      return TRUE;
  return FALSE;
}

/* Two that go over to WAL at once would wait for each other: SQLite sends one of them away at once, however patient. */
static int
step_patiently (sqlite3_stmt *statement)
{
  gint64 end = g_get_monotonic_time () + ACINI_CONNECTION_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  int result;

  while ((result = sqlite3_step (statement) & 0xff) == SQLITE_BUSY && g_get_monotonic_time () < end)
    {
      sqlite3_reset (statement);
      g_usleep (2000);
    }
  return result;
}

/* WAL, where it can be used; SQLite answers with the mode that it has. */
static gboolean
set_journal_mode (AciniDatabase *self, GError **error)
{
  gboolean wal = !self->kind->single && !acini_database_is_on_network (self->path);
  sqlite3_stmt *statement = NULL;
  gboolean ok
      = sqlite3_prepare_v2 (self->writer->db, wal ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE", -1,
                            &statement, NULL)
            == SQLITE_OK
        && (wal ? step_patiently (statement) : sqlite3_step (statement)) == SQLITE_ROW;
  g_autofree char *mode = ok ? g_strdup ((const char *)sqlite3_column_text (statement, 0)) : NULL;

  if (!ok)
    acini_connection_set_error (self->writer, self, error);
  sqlite3_finalize (statement);
  self->wal = ok && g_strcmp0 (mode, "wal") == 0;
  /* Where there is no WAL each commit is as safe without; where it has to go, others still use it. */
  if (!ok || wal || g_strcmp0 (mode, "wal") != 0)
    return ok;
  g_set_error (error, self->kind->domain (), self->kind->write,
               _ ("“%s” is locked by another program: try again when it has finished"), self->path);
  return FALSE;
}

static gboolean
open_writer (AciniDatabase *self, GError **error)
{
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL), *page = NULL;
  GStatBuf main_stat = { 0 }, wal_stat = { 0 };
  gboolean unclean = g_stat (wal, &wal_stat) == 0 && wal_stat.st_size > 0;
  gint64 version = 0, size;

  size = (g_stat (self->path, &main_stat) == 0 ? main_stat.st_size : 0) + wal_stat.st_size;
  self->writer = acini_connection_open (self, TRUE, error);
  if (self->writer == NULL || !check_kind (self, self->writer, &version, error))
    return FALSE;
  if (version > 0 && (size < CHECK_ALWAYS || (unclean && size < CHECK_UNCLEAN)) && !quick_check (self, error))
    return FALSE;
  page = g_strdup_printf ("PRAGMA page_size = %d", self->kind->page_size);
  if ((version == 0 && !acini_connection_execute (self->writer, self, page, error)) || !set_journal_mode (self, error))
    return FALSE;
  acini_checkpoint_follow (self);
  return version == (gint64)g_strv_length ((char **)self->kind->steps) || run_steps (self, error);
}

/* Opens a connection for reading and looks what file it is. */
static gboolean
open_reader (AciniDatabase *self, GError **error)
{
  gint64 version = 0;
  AciniConnection *reader = acini_connection_open (self, FALSE, error);

  if (reader == NULL)
    return FALSE;
  g_ptr_array_add (self->idle, reader);
  if (!check_kind (self, reader, &version, error))
    return FALSE;
  if (version == (gint64)g_strv_length ((char **)self->kind->steps) || self->mode == ACINI_DATABASE_FROZEN)
    return TRUE;
  g_set_error (
      error, self->kind->domain (), self->kind->write,
      _ ("“%s” was made by an older Acini and cannot be brought up to date where it is: copy it to a place that"
         " can be written"),
      self->path);
  return FALSE;
}

static gboolean
open_read_only (AciniDatabase *self, GError **error)
{
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
  g_autoptr (GError) failure = NULL;
  GStatBuf info = { 0 };

  if (open_reader (self, &failure))
    return TRUE;
  /* SQLite wants to write beside a file in WAL mode; without anything in the WAL, nobody is at it. */
  if (g_error_matches (failure, self->kind->domain (), self->kind->write)
      && (g_stat (wal, &info) != 0 || info.st_size == 0))
    {
      g_ptr_array_set_size (self->idle, 0);
      self->immutable = TRUE;
      return open_reader (self, error);
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Whether the user may write the file and what SQLite keeps beside it. */
static gboolean
is_writable (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_access (path, W_OK) == 0 && g_access (folder, W_OK) == 0;
}

AciniDatabase *
acini_database_open (const char *path, const AciniDatabaseKind *kind, AciniDatabaseMode mode, GError **error)
{
  g_autoptr (AciniDatabase) self = NULL;
  gboolean ok;

  g_return_val_if_fail (path != NULL && kind != NULL, NULL);

  self = g_new0 (AciniDatabase, 1);
  self->kind = kind;
  /* What can be read but not written is for looking. */
  if (mode == ACINI_DATABASE_EXISTING && g_access (path, R_OK) == 0 && !is_writable (path))
    mode = ACINI_DATABASE_READ_ONLY;
  self->mode = mode;
  self->immutable = mode == ACINI_DATABASE_FROZEN;
  self->path = g_canonicalize_filename (path, NULL);
  self->idle = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_connection_free);
  g_mutex_init (&self->write_lock);
  g_mutex_init (&self->pool_lock);
  g_cond_init (&self->checkpointed);
  if (mode == ACINI_DATABASE_FROZEN)
    ok = open_reader (self, error);
  else if (mode == ACINI_DATABASE_READ_ONLY)
    ok = open_read_only (self, error);
  else
    ok = open_writer (self, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
acini_database_set_guard (AciniDatabase *self, AciniDatabaseGuard guard, gpointer data)
{
  self->guard = guard;
  self->guard_data = data;
}

void
acini_database_free (AciniDatabase *self)
{
  if (self == NULL)
    return;
  acini_checkpoint_wait (self);
  acini_database_sync (self, NULL);
  /* The writer last: the last connection to close folds the WAL into the file. */
  g_ptr_array_unref (self->idle);
  g_clear_pointer (&self->writer, acini_connection_free);
  g_mutex_clear (&self->write_lock);
  g_mutex_clear (&self->pool_lock);
  g_cond_clear (&self->checkpointed);
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
