/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The recovery file: what an editor could not write, in the user's data folder, until the project can be written again.
 *
 * It is written as soon as something cannot be written, so that what is in the queue outlives the program.  A file
 * belongs to one project.  How far it was taken in stands in the project itself, written in the transaction of each
 * step: a crash in between neither loses a step nor does one twice. */

#include "acini-config.h"

#include "data/labels/acini-editor-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FORMAT "acini-recovery-1"
#define STEP_TYPE "(isxxxv)"
#define FILE_TYPE "(ssa" STEP_TYPE ")"
#define SUFFIX ".recovery"
/* The setting that says how many steps of a file are in the project. */
#define MARK "recovered:"

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "acini", "recovery", NULL);
}

/* What the names of a project's files begin with. */
static char *
dup_prefix (AciniProject *project)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, acini_project_get_folder (project), -1);

  return g_strdup_printf ("%.16s-", hash);
}

#define CHANGE_TYPE "(sssb)"

static GVariant *
serialise_step (const AciniStep *step)
{
  GVariant *content;

  if (step->kind == ACINI_STEP_DRAW)
    content = acini_edit_serialise (step->edit);
  else if (step->kind == ACINI_STEP_CHANGE)
    content = g_variant_new (CHANGE_TYPE, step->change->kind, step->change->tool, step->change->after,
                             step->change->record);
  else
    content = g_variant_new_boolean (FALSE);
  return g_variant_new (STEP_TYPE, (int)step->kind, step->tool != NULL ? step->tool : "", step->slide, step->time,
                        step->duration, content);
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
acini_recovery_save (AciniProject *project, GPtrArray *steps, GError **error)
{
  g_autofree char *folder = dup_folder (), *prefix = dup_prefix (project), *id = g_uuid_string_random ();
  g_autofree char *name = g_strdup_printf ("%s%020" G_GINT64_FORMAT "-%s" SUFFIX, prefix, g_get_real_time (), id);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GVariant) content = NULL;
  AciniRecovery *self;
  GVariantBuilder list;
  int file = -1;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a" STEP_TYPE));
  for (guint i = 0; i < steps->len; i++)
    g_variant_builder_add_value (&list, serialise_step (steps->pdata[i]));
  content = g_variant_ref_sink (
      g_variant_new ("(ss@a" STEP_TYPE ")", FORMAT, acini_project_get_folder (project), g_variant_builder_end (&list)));
  if (g_mkdir_with_parents (folder, 0700) == 0)
    file = write_locked (path, content);
  if (file < 0)
    {
      g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE, _ ("“%s” cannot be written: %s"), path,
                   g_strerror (errno));
      return NULL;
    }
  self = recovery_new (folder, name, file);
  for (guint i = 0; i < steps->len; i++)
    {
      AciniStep *step = steps->pdata[i];

      step->kept = acini_recovery_ref (self);
      step->place = i + 1;
    }
  return self;
}

gboolean
acini_recovery_mark (AciniTransaction *transaction, const AciniStep *step, GError **error)
{
  g_autofree char *key = g_strconcat (MARK, step->kept->name, NULL);
  g_autofree char *value = g_strdup_printf ("%" G_GSIZE_FORMAT, step->place);

  return acini_transaction_run (transaction, error,
                                "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                                " ON CONFLICT (key) DO UPDATE SET value = ?2",
                                "ss", key, value);
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

static AciniChange *
restore_change (gint64 slide, gint64 time, GVariant *content)
{
  const char *kind, *tool, *after;
  gboolean record;
  AciniChange *change;

  if (!g_variant_is_of_type (content, G_VARIANT_TYPE (CHANGE_TYPE)))
    return NULL;
  g_variant_get (content, "(&s&s&sb)", &kind, &tool, &after, &record);
  change = acini_change_new (kind, tool, slide, g_strdup (after), record);
  change->time = time;
  return change;
}

static AciniStep *
restore_step (AciniProject *project, GVariant *content)
{
  g_autoptr (AciniStep) step = acini_step_new (ACINI_STEP_FLUSH, 0);
  g_autoptr (GVariant) body = NULL;
  int kind = 0;

  g_variant_get (content, STEP_TYPE, &kind, &step->tool, &step->slide, &step->time, &step->duration, &body);
  step->kind = kind;
  switch (kind)
    {
    case ACINI_STEP_DRAW:
      step->edit = acini_edit_new (project, step->slide, step->tool);
      acini_edit_set_time (step->edit, step->time, step->duration);
      return acini_edit_restore (step->edit, body) ? g_steal_pointer (&step) : NULL;
    case ACINI_STEP_CHANGE:
      step->change = restore_change (step->slide, step->time, body);
      return step->change != NULL ? g_steal_pointer (&step) : NULL;
    case ACINI_STEP_UNDO:
    case ACINI_STEP_REDO:
      return g_steal_pointer (&step);
    default:
      return NULL;
    }
}

/* How many steps of the file are in the project already. */
static gsize
count_done (AciniProject *project, const AciniRecovery *kept)
{
  g_autofree char *key = g_strconcat (MARK, kept->name, NULL);
  g_autofree char *value = acini_project_dup_setting (project, key);

  return value != NULL ? g_ascii_strtoull (value, NULL, 10) : 0;
}

static gboolean
load_file (AciniProject *project, AciniRecovery *kept, GQueue *steps, guint *n_loaded)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GVariant) content = NULL, list = NULL;
  g_autoptr (GPtrArray) loaded = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_step_free);
  gsize size = 0;
  const char *format, *folder;
  AciniStep *last;

  if (!g_file_get_contents (kept->path, &bytes, &size, NULL))
    return FALSE;
  content = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE (FILE_TYPE), bytes, size, FALSE, NULL, NULL));
  g_variant_get (content, "(&s&s@a" STEP_TYPE ")", &format, &folder, &list);
  if (!g_variant_is_normal_form (content) || !g_str_equal (format, FORMAT)
      || !g_str_equal (folder, acini_project_get_folder (project)))
    return FALSE;
  for (gsize i = count_done (project, kept); i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      AciniStep *step = restore_step (project, child);

      if (step == NULL)
        return FALSE;
      step->kept = acini_recovery_ref (kept);
      step->place = i + 1;
      g_ptr_array_add (loaded, step);
    }
  *n_loaded += loaded->len;
  while (loaded->len > 0)
    g_queue_push_tail (steps, g_ptr_array_steal_index (loaded, 0));
  last = acini_step_new (ACINI_STEP_FLUSH, 0);
  last->kept = acini_recovery_ref (kept);
  g_queue_push_tail (steps, last);
  return TRUE;
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

guint
acini_recovery_load (AciniProject *project, GQueue *steps, GPtrArray *damaged)
{
  g_autofree char *folder = dup_folder (), *prefix = dup_prefix (project);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  /* Their times stand in the names. */
  g_ptr_array_sort_values (names, (GCompareFunc)strcmp);
  for (guint i = 0; i < names->len; i++)
    {
      AciniRecovery *kept = lock_file (folder, names->pdata[i]);

      if (kept == NULL)
        continue;
      if (!load_file (project, kept, steps, &n))
        g_ptr_array_add (damaged, g_strdup (kept->path));
      acini_recovery_unref (kept);
    }
  return n;
}
