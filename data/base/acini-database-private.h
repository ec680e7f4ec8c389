/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of a database, for the files that open one and that use one. */

#include "data/base/acini-database.h"

G_BEGIN_DECLS

/* How long a connection waits for those of others. */
#define ACINI_CONNECTION_PATIENCE_MS 10000

/* One connection of SQLite; one thread at a time. */
typedef struct
{
  sqlite3 *db;
  GHashTable *statements; /* SQL → sqlite3_stmt */
  const char *last_sql;   /* what was asked last, often again and again; of @statements */
  sqlite3_stmt *last;
} AciniConnection;

struct _AciniDatabase
{
  const AciniDatabaseKind *kind;
  AciniDatabaseMode mode;
  gboolean immutable; /* opened so: nobody writes it, or nobody could tell us */
  char *path;
  AciniDatabaseGuard guard; /* (nullable) */
  gpointer guard_data;
  GMutex write_lock;
  AciniConnection *writer; /* under write_lock; NULL when frozen */
  gboolean wal;
  gboolean ahead;    /* the writer's next commit is not to wait for the disk; under write_lock … */
  gboolean unsynced; /* … whether one did not … */
  gboolean refused;  /* … and whether the disk refused what it was to wait for */
  GMutex pool_lock;
  GPtrArray *idle;        /* reading connections, under pool_lock */
  gboolean checkpointing; /* under pool_lock, too */
  GCond checkpointed;
};

struct _AciniTransaction
{
  AciniDatabase *database;
  AciniConnection *connection;
  gboolean writing, open;
};

AciniConnection *acini_connection_open (const AciniDatabase *database, gboolean writing, GError **error);
void acini_connection_free (AciniConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniConnection, acini_connection_free)
gboolean acini_connection_execute (AciniConnection *self, const AciniDatabase *database, const char *sql,
                                   GError **error);
/* Says in one sentence what SQLite reports. */
void acini_connection_set_error (AciniConnection *self, const AciniDatabase *database, GError **error);

/* acini-checkpoint.c: From now on the WAL goes into the file beside the writer; waits until none is under way. */
void acini_checkpoint_follow (AciniDatabase *self);
void acini_checkpoint_wait (AciniDatabase *self);

G_END_DECLS
