/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was committed goes from the WAL into the file on a thread of its own: that waits for the disk twice, and whoever
 * commits would wait with it at every thousandth page.  Only where more is written than that thread keeps up with does
 * the writer do it itself, so that the WAL stays small. */

#include "data/base/acini-database-private.h"

/* Pages of the WAL: SQLite's own number, and where the writer has to wait. */
#define PAGES 1000
#define MOST_PAGES 8000

static void
checkpoint (gpointer data, gpointer user_data)
{
  AciniDatabase *self = data;
  g_autoptr (AciniConnection) connection = acini_connection_open (self, FALSE, NULL);

  /* What fails now is tried again after the next commit. */
  if (connection != NULL)
    sqlite3_wal_checkpoint_v2 (connection->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  g_clear_pointer (&connection, acini_connection_free);
  g_mutex_lock (&self->pool_lock);
  self->checkpointing = FALSE;
  g_cond_broadcast (&self->checkpointed);
  g_mutex_unlock (&self->pool_lock);
}

static void
start (AciniDatabase *self)
{
  static GThreadPool *pool;

  if (g_once_init_enter_pointer (&pool))
    g_once_init_leave_pointer (&pool, g_thread_pool_new (checkpoint, NULL, 1, FALSE, NULL));
  g_mutex_lock (&self->pool_lock);
  if (!self->checkpointing)
    {
      self->checkpointing = TRUE;
      g_thread_pool_push (pool, self, NULL);
    }
  g_mutex_unlock (&self->pool_lock);
}

/* After each commit, which is done and holds no lock of SQLite's. */
static int
on_commit (gpointer data, sqlite3 *db, const char *name, int n_pages)
{
  if (n_pages >= MOST_PAGES)
    {
      /* Two at once are one that gives up. */
      acini_checkpoint_wait (data);
      sqlite3_wal_checkpoint_v2 (db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
  else if (n_pages >= PAGES)
    start (data);
  return SQLITE_OK;
}

void
acini_checkpoint_follow (AciniDatabase *self)
{
  /* Instead of SQLite's own, which is such a hook, too. */
  sqlite3_wal_hook (self->writer->db, on_commit, self);
}

void
acini_checkpoint_wait (AciniDatabase *self)
{
  g_mutex_lock (&self->pool_lock);
  while (self->checkpointing)
    g_cond_wait (&self->checkpointed, &self->pool_lock);
  g_mutex_unlock (&self->pool_lock);
}
