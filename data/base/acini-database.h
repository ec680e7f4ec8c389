/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* SQLite as Acini uses it: one file, one writing connection behind a lock, a pool of reading ones (so that readers do
 * not wait for a writer of this or another process: WAL, except on a network drive), prepared statements that are kept,
 * schema steps, and errors that say in one sentence what is wrong.
 *
 * Everything happens in an AciniTransaction; one that is freed before it was committed leaves nothing behind.  A
 * database may be used by any number of threads, a transaction by one. */

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef struct
{
  gint32 application_id;    /* "PRAGMA application_id" of such a file */
  const char *const *steps; /* SQL; steps[n] brings a file from schema version n to n + 1; NULL-terminated */
  gboolean precious;        /* people's work: a commit is on the disk before it returns */
  int page_size;            /* of a new file */
  GQuark (*domain) (void);  /* of the errors, and its codes: */
  int damaged, write, newer;
  gboolean single; /* one file, complete after each commit: it is handed on */
  int cache;       /* KiB of pages that the writing connection keeps at most; 0: SQLite's 2000 */
} AciniDatabaseKind;

typedef enum
{
  ACINI_DATABASE_CREATE,    /* made when missing */
  ACINI_DATABASE_EXISTING,  /* has to be there */
  ACINI_DATABASE_READ_ONLY, /* has to be there; others may write it */
  ACINI_DATABASE_FROZEN,    /* has to be there, and nobody ever writes it again: needs no lock and no write access */
} AciniDatabaseMode;

typedef struct _AciniDatabase AciniDatabase;
typedef struct _AciniTransaction AciniTransaction;

/* Opens @path, brings an older schema up to date and looks for damage where that is cheap (a small file, or one that
 * was not closed).  A file of a newer schema is left as it is.  Returns: (transfer full), or NULL with @error set. */
AciniDatabase *acini_database_open (const char *path, const AciniDatabaseKind *kind, AciniDatabaseMode mode,
                                    GError **error);
void acini_database_free (AciniDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniDatabase, acini_database_free)

/* Whether @path is on a drive of another computer.  There SQLite's shared memory does not work, and WAL is not used.
 * The environment variable ACINI_NETWORK_DRIVE says yes, for tests. */
gboolean acini_database_is_on_network (const char *path);

/* What says in one sentence (transfer full) why nothing may be written now, or returns NULL.  Asked before each
 * transaction that writes, by any thread; set once, before there is one. */
typedef char *(*AciniDatabaseGuard) (gpointer data);
void acini_database_set_guard (AciniDatabase *self, AciniDatabaseGuard guard, gpointer data);

/* Gives the closed database @part the name @path, on the disk and at once. */
gboolean acini_database_publish (const char *part, const char *path, const AciniDatabaseKind *kind, GError **error);
/* Removes a closed database and what SQLite keeps beside it. */
void acini_database_remove (const char *path);

/* A view of one moment; does not wait for writers.  Returns: (transfer full), or NULL with @error set. */
AciniTransaction *acini_database_read (AciniDatabase *self, GError **error);
/* Waits for the other writers of this process, then up to ten seconds for those of others. */
AciniTransaction *acini_database_write (AciniDatabase *self, GError **error);
/* The same, but what is committed can be read at once, by all, and is on the disk after acini_database_sync () at the
 * latest: who only looks need not wait for the disk.  Until then a power cut takes it back, as a whole; the end of the
 * program does not.  Where there is no WAL it is on the disk as always. */
AciniTransaction *acini_database_write_ahead (AciniDatabase *self, GError **error);
/* Waits until all that was committed is on the disk.  After a failure it can be tried again. */
gboolean acini_database_sync (AciniDatabase *self, GError **error);
gboolean acini_transaction_commit (AciniTransaction *self, GError **error);
void acini_transaction_free (AciniTransaction *self); /* rolls back what was not committed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTransaction, acini_transaction_free)

/* Binds the values to the ?1, ?2 … of @sql, a type character for each:
 *   i  gint64                   d  double            s  const char * (NULL: null)
 *   u  gint64, null if < 0      b  const void *, gsize (NULL: null)
 * Texts and blobs are not copied: they stay until the statement has been stepped to its end.  The same @sql must not be
 * nested in itself.  Returns: (transfer none) the statement for acini_transaction_next (), NULL with @error set. */
sqlite3_stmt *acini_transaction_query (AciniTransaction *self, GError **error, const char *sql, const char *types, ...);
/* TRUE: there is a row.  FALSE: no more, or, with @error set, a failure. */
gboolean acini_transaction_next (AciniTransaction *self, sqlite3_stmt *statement, GError **error);
/* The same for a statement that returns no rows, or whose rows do not matter. */
gboolean acini_transaction_run (AciniTransaction *self, GError **error, const char *sql, const char *types, ...);
/* Rows that the last statement of this transaction changed. */
int acini_transaction_get_changes (AciniTransaction *self);
gint64 acini_transaction_get_last_id (AciniTransaction *self);
/* The first column of the first row; @missing where there is none, -1 with @error set. */
gint64 acini_transaction_get_int (AciniTransaction *self, GError **error, gint64 missing, const char *sql,
                                  const char *types, ...);
/* Reports content that no intact file has. */
void acini_transaction_set_damaged (AciniTransaction *self, GError **error, const char *what);

G_END_DECLS
