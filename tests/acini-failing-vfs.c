/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/acini-failing-vfs.h"

#include <sqlite3.h>

static sqlite3_vfs shim, *real_vfs;
/* The real VFS has a table for files with locks and one for those without: here with what is counted put in. */
static struct
{
  sqlite3_io_methods methods;
  const sqlite3_io_methods *real;
} tables[4];
static GMutex tables_lock;
static int room = -1, failed, refusing, n_syncs;

static gboolean
is_full (void)
{
  int left = g_atomic_int_get (&room);

  while (left > 0 && !g_atomic_int_compare_and_exchange (&room, left, left - 1))
    left = g_atomic_int_get (&room);
  if (left == 0)
    g_atomic_int_set (&failed, 1);
  return left == 0;
}

static const sqlite3_io_methods *
find_real (sqlite3_file *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (file->pMethods == &tables[i].methods)
      return tables[i].real;
  g_assert_not_reached ();
}

static int
write_counted (sqlite3_file *file, const void *bytes, int n, sqlite3_int64 offset)
{
  return is_full () ? SQLITE_FULL : find_real (file)->xWrite (file, bytes, n, offset);
}

static int
sync_counted (sqlite3_file *file, int flags)
{
  g_atomic_int_inc (&n_syncs);
  if (g_atomic_int_get (&refusing))
    return SQLITE_IOERR_FSYNC;
  return is_full () ? SQLITE_FULL : find_real (file)->xSync (file, flags);
}

static int
open_counted (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out)
{
  int result = real_vfs->xOpen (real_vfs, name, file, flags, out);
  guint i = 0;

  if (result != SQLITE_OK || file->pMethods == NULL || (flags & (SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TEMP_JOURNAL)))
    return result;
  g_mutex_lock (&tables_lock);
  while (tables[i].real != NULL && tables[i].real != file->pMethods)
    g_assert_cmpuint (++i, <, G_N_ELEMENTS (tables));
  if (tables[i].real == NULL)
    {
      tables[i].methods = *file->pMethods;
      tables[i].methods.xWrite = write_counted;
      tables[i].methods.xSync = sync_counted;
      tables[i].real = file->pMethods;
    }
  file->pMethods = &tables[i].methods;
  g_mutex_unlock (&tables_lock);
  return result;
}

void
acini_failing_vfs_install (void)
{
  real_vfs = sqlite3_vfs_find (NULL);
  shim = *real_vfs;
  shim.zName = "failing";
  shim.xOpen = open_counted;
  g_assert_cmpint (sqlite3_vfs_register (&shim, TRUE), ==, SQLITE_OK);
}

void
acini_failing_vfs_set_room (int n)
{
  g_atomic_int_set (&failed, 0);
  g_atomic_int_set (&room, n);
}

gboolean
acini_failing_vfs_has_failed (void)
{
  return g_atomic_int_get (&failed) != 0;
}

void
acini_failing_vfs_refuse_syncs (gboolean refuse)
{
  g_atomic_int_set (&refusing, refuse);
}

int
acini_failing_vfs_get_n_syncs (void)
{
  return g_atomic_int_get (&n_syncs);
}
