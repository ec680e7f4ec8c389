/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The recovery file: what an editor could not write, in the user's data folder, until the project can be written again.
 *
 * A file belongs to one project.  How far it was taken in stands in the project itself, written in the transaction of
 * each step: a crash in between neither loses a step nor does one twice. */

#include "acini-config.h"

#include "data/labels/acini-editor-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define FORMAT "acini-recovery-1"
#define STEP_TYPE "(isxxxv)"
#define FILE_TYPE "(ssa" STEP_TYPE ")"
#define SUFFIX ".recovery"

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
  GVariant *content = g_variant_new_boolean (FALSE);

  if (step->kind == ACINI_STEP_DRAW)
    content = acini_edit_serialise (step->edit);
  else if (step->kind == ACINI_STEP_CHANGE)
    content = g_variant_new (CHANGE_TYPE, step->change->kind, step->change->tool, step->change->after,
                             step->change->record);
  return g_variant_new (STEP_TYPE, (int)step->kind, step->tool != NULL ? step->tool : "", step->slide, step->time,
                        step->duration, content);
}

char *
acini_recovery_save (AciniProject *project, GList *steps, GError **error)
{
  g_autofree char *folder = dup_folder (), *prefix = dup_prefix (project), *id = g_uuid_string_random ();
  g_autofree char *name = g_strdup_printf ("%s%020" G_GINT64_FORMAT "-%s" SUFFIX, prefix, g_get_real_time (), id);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GVariant) content = NULL;
  g_autoptr (GError) failure = NULL;
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a" STEP_TYPE));
  for (GList *l = steps; l != NULL; l = l->next)
    if (((AciniStep *)l->data)->kind < ACINI_STEP_FLUSH)
      g_variant_builder_add_value (&list, serialise_step (l->data));
  content = g_variant_ref_sink (
      g_variant_new ("(ss@a" STEP_TYPE ")", FORMAT, acini_project_get_folder (project), g_variant_builder_end (&list)));
  if (g_mkdir_with_parents (folder, 0700) == 0
      && g_file_set_contents_full (path, g_variant_get_data (content), (gssize)g_variant_get_size (content),
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &failure))
    return g_steal_pointer (&path);
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE, _ ("“%s” cannot be written: %s"), path,
               failure != NULL ? failure->message : g_strerror (errno));
  return NULL;
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

/* How many steps of the file @name are in the project already. */
static gsize
count_done (AciniProject *project, const char *name)
{
  g_autofree char *mark = acini_project_dup_setting (project, "recovered");
  gsize n = strlen (name);

  return mark != NULL && strncmp (mark, name, n) == 0 && mark[n] == ' ' ? g_ascii_strtoull (mark + n, NULL, 10) : 0;
}

static gboolean
load_file (AciniProject *project, const char *path, const char *name, GQueue *steps, guint *n_loaded)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GVariant) content = NULL, list = NULL;
  g_autoptr (GPtrArray) loaded = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_step_free);
  gsize size = 0, done = count_done (project, name);
  const char *format, *folder;
  AciniStep *last;

  if (!g_file_get_contents (path, &bytes, &size, NULL))
    return FALSE;
  content = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE (FILE_TYPE), bytes, size, FALSE, NULL, NULL));
  g_variant_get (content, "(&s&s@a" STEP_TYPE ")", &format, &folder, &list);
  if (!g_variant_is_normal_form (content) || !g_str_equal (format, FORMAT)
      || !g_str_equal (folder, acini_project_get_folder (project)))
    return FALSE;
  for (gsize i = done; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      AciniStep *step = restore_step (project, child);

      if (step == NULL)
        return FALSE;
      step->mark = g_strdup_printf ("%s %" G_GSIZE_FORMAT, name, i + 1);
      g_ptr_array_add (loaded, step);
    }
  *n_loaded += loaded->len;
  while (loaded->len > 0)
    g_queue_push_tail (steps, g_ptr_array_steal_index (loaded, 0));
  last = acini_step_new (ACINI_STEP_FLUSH, 0);
  last->file = g_strdup (path);
  g_queue_push_tail (steps, last);
  return TRUE;
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
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

      if (!load_file (project, path, names->pdata[i], steps, &n))
        g_ptr_array_add (damaged, g_steal_pointer (&path));
    }
  return n;
}
