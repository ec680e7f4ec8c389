/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/acini-failing-vfs.h"

#include <sqlite3.h>

static sqlite3_vfs shim, *real_vfs;
/* Of the files of the real VFS, but for what is counted. */
static sqlite3_io_methods methods;
static const sqlite3_io_methods *real_methods;
static int room = -1, failed;

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

static int
write_counted (sqlite3_file *file, const void *bytes, int n, sqlite3_int64 offset)
{
  return is_full () ? SQLITE_FULL : real_methods->xWrite (file, bytes, n, offset);
}

static int
sync_counted (sqlite3_file *file, int flags)
{
  return is_full () ? SQLITE_FULL : real_methods->xSync (file, flags);
}

static int
open_counted (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out)
{
  int result = real_vfs->xOpen (real_vfs, name, file, flags, out);

  if (result != SQLITE_OK || file->pMethods == NULL || (flags & (SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TEMP_JOURNAL)))
    return result;
  /* All files of the unix VFS with the usual locks have the same table. */
  if (real_methods == NULL)
    {
      methods = *file->pMethods;
      methods.xWrite = write_counted;
      methods.xSync = sync_counted;
      real_methods = file->pMethods;
    }
  if (file->pMethods == real_methods)
    file->pMethods = &methods;
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
