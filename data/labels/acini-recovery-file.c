/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/labels/acini-recovery-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SUFFIX ".recovery"
/* The setting that says how many steps of a file are in the project. */
#define MARK "recovered:"
/* Of a name: the time in µs with 20 digits, "-", a UUID with 36, the suffix. */
#define TAIL_LENGTH (20 + 1 + 36 + strlen (SUFFIX))

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "acini", "recovery", NULL);
}

/* What the names of a project's files begin with: its id, or a hash of its folder (versions before the id, and a
 * project that could not be given one). */
static char *
dup_prefix (AciniProject *project, gboolean by_folder)
{
  g_autofree char *id = by_folder ? NULL : acini_project_dup_id (project), *hash = NULL;

  if (id != NULL)
    return g_strconcat (id, "-", NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, acini_project_get_folder (project), -1);
  return g_strdup_printf ("%.16s-", hash);
}

AciniRecovery *
acini_recovery_ref (AciniRecovery *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
acini_recovery_unref (AciniRecovery *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  close (self->lock);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

/* Takes the locked file @lock over. */
static AciniRecovery *
recovery_new (const char *folder, const char *name, int lock)
{
  AciniRecovery *self = g_new0 (AciniRecovery, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_build_filename (folder, name, NULL);
  self->name = g_strdup (name);
  self->lock = lock;
  return self;
}

/* Writes, locks and names the file, in this order: nobody else sees one that is not locked. */
static int
write_locked (const char *path, GVariant *content)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  int file = g_open (part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const char *bytes = g_variant_get_data (content);
  gsize size = g_variant_get_size (content), done = 0;
  gssize n = 1;

  if (file < 0)
    return -1;
  for (; n > 0 && done < size; done += (gsize)MAX (n, 0))
    n = write (file, bytes + done, size - done);
  if (done == size && fsync (file) == 0 && flock (file, LOCK_EX | LOCK_NB) == 0 && g_rename (part, path) == 0)
    return file;
  g_unlink (part);
  close (file);
  return -1;
}

AciniRecovery *
acini_recovery_create (AciniProject *project, GVariant *content, GError **error)
{
  g_autofree char *folder = dup_folder (), *prefix = dup_prefix (project, FALSE), *id = g_uuid_string_random ();
  g_autofree char *name = g_strdup_printf ("%s%020" G_GINT64_FORMAT "-%s" SUFFIX, prefix, g_get_real_time (), id);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int file = -1;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    file = write_locked (path, content);
  if (file >= 0)
    return recovery_new (folder, name, file);
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE, _ ("“%s” cannot be written: %s"), path,
               g_strerror (errno));
  return NULL;
}

/* (transfer full) (nullable) the file, unless another has it. */
static AciniRecovery *
lock_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int file = g_open (path, O_RDWR | O_CLOEXEC, 0);

  if (file < 0)
    return NULL;
  /* Another may have taken it in and removed it between the two. */
  if (flock (file, LOCK_EX | LOCK_NB) == 0 && g_file_test (path, G_FILE_TEST_EXISTS))
    return recovery_new (folder, name, file);
  close (file);
  return NULL;
}

/* By time, which stands in the names behind what they begin with. */
static int
compare_times (gconstpointer a, gconstpointer b)
{
  const AciniRecovery *first = *(AciniRecovery *const *)a, *second = *(AciniRecovery *const *)b;

  return strcmp (first->name + strlen (first->name) - TAIL_LENGTH, second->name + strlen (second->name) - TAIL_LENGTH);
}

GPtrArray *
acini_recovery_list (AciniProject *project)
{
  g_autofree char *folder = dup_folder (), *by_id = dup_prefix (project, FALSE),
                  *by_folder = dup_prefix (project, TRUE);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_recovery_unref);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      AciniRecovery *file = NULL;

      if ((g_str_has_prefix (name, by_id) || g_str_has_prefix (name, by_folder)) && g_str_has_suffix (name, SUFFIX)
          && strlen (name) >= TAIL_LENGTH)
        file = lock_file (folder, name);
      if (file != NULL)
        g_ptr_array_add (files, file);
    }
  g_ptr_array_sort (files, compare_times);
  return g_steal_pointer (&files);
}

gboolean
acini_recovery_is_for (AciniProject *project, const char *folder)
{
  g_autofree char *id = NULL, *other = NULL;

  if (g_str_equal (folder, acini_project_get_folder (project)))
    return TRUE;
  id = acini_project_dup_id (project);
  other = acini_project_read_id (folder);
  return id != NULL && g_strcmp0 (id, other) != 0;
}

gboolean
acini_recovery_mark (AciniRecovery *self, AciniTransaction *transaction, gsize place, GError **error)
{
  g_autofree char *key = g_strconcat (MARK, self->name, NULL);
  g_autofree char *value = g_strdup_printf ("%" G_GSIZE_FORMAT, place);

  return acini_transaction_run (transaction, error,
                                "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                                " ON CONFLICT (key) DO UPDATE SET value = ?2",
                                "ss", key, value);
}

gsize
acini_recovery_count_done (AciniRecovery *self, AciniProject *project)
{
  g_autofree char *key = g_strconcat (MARK, self->name, NULL);
  g_autofree char *value = acini_project_dup_setting (project, key);

  return value != NULL ? g_ascii_strtoull (value, NULL, 10) : 0;
}

void
acini_recovery_remove (AciniRecovery *self, AciniProject *project)
{
  g_autofree char *key = g_strconcat (MARK, self->name, NULL);
  g_autoptr (AciniTransaction) transaction = NULL;

  /* The mark after the file: while the file is there it is needed, and one that is left over does no harm. */
  g_unlink (self->path);
  transaction = acini_database_write (acini_project_get_database (project), NULL);
  if (transaction != NULL && acini_transaction_run (transaction, NULL, "DELETE FROM settings WHERE key = ?1", "s", key))
    acini_transaction_commit (transaction, NULL);
}
