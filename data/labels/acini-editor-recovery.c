/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands in a recovery file: what an editor could not write, until the project can be written again.  It is
 * written as soon as something cannot be written, so that what is in the queue outlives the program. */

#include "acini-config.h"

#include "data/labels/acini-editor-private.h"

#define FORMAT "acini-recovery-1"
#define STEP_TYPE "(isxxxv)"
#define FILE_TYPE "(ssa" STEP_TYPE ")"
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
acini_step_save (AciniProject *project, GPtrArray *steps, GError **error)
{
  g_autoptr (GVariant) content = NULL;
  AciniRecovery *file;
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a" STEP_TYPE));
  for (guint i = 0; i < steps->len; i++)
    g_variant_builder_add_value (&list, serialise_step (steps->pdata[i]));
  content = g_variant_ref_sink (
      g_variant_new ("(ss@a" STEP_TYPE ")", FORMAT, acini_project_get_folder (project), g_variant_builder_end (&list)));
  file = acini_recovery_create (project, content, error);
  for (guint i = 0; file != NULL && i < steps->len; i++)
    {
      AciniStep *step = steps->pdata[i];

      step->kept = acini_recovery_ref (file);
      step->place = i + 1;
    }
  return file;
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
  if (!g_variant_is_normal_form (content) || !g_str_equal (format, FORMAT))
    return FALSE;
  /* It is another's. */
  if (!acini_recovery_is_for (project, folder))
    return TRUE;
  for (gsize i = acini_recovery_count_done (kept, project); i < g_variant_n_children (list); i++)
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

guint
acini_step_load (AciniProject *project, GQueue *steps, GPtrArray *damaged)
{
  g_autoptr (GPtrArray) files = NULL;
  guint n = 0;

  if (acini_project_get_read_only (project) != NULL)
    return 0;
  files = acini_recovery_list (project);
  for (guint i = 0; i < files->len; i++)
    {
      AciniRecovery *file = files->pdata[i];

      if (!load_file (project, file, steps, &n))
        g_ptr_array_add (damaged, g_strdup (file->path));
    }
  return n;
}
