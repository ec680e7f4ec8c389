/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/data/acini-editor-fixture.h"

#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"

#include <string.h>

static void
model_init (EditorModel *model, gint64 id)
{
  model->id = id;
  model->states = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (model->states, g_malloc0 (PIXELS));
  model->at = 0;
}

static void
on_stuck (EditorFixture *fixture)
{
  fixture->n_stuck += acini_editor_is_stuck (fixture->editor);
}

static void
on_recovered (EditorFixture *fixture, guint n)
{
  fixture->n_recovered += n;
}

static void
on_unreadable (EditorFixture *fixture)
{
  fixture->n_unreadable++;
}

void
editor_fixture_open_editor (EditorFixture *fixture)
{
  fixture->editor = acini_editor_get (fixture->project);
  g_signal_connect_swapped (fixture->editor, "notify::stuck", G_CALLBACK (on_stuck), fixture);
  g_signal_connect_swapped (fixture->editor, "recovered", G_CALLBACK (on_recovered), fixture);
  g_signal_connect_swapped (fixture->editor, "unreadable", G_CALLBACK (on_unreadable), fixture);
}

void
editor_fixture_wait_until_idle (EditorFixture *fixture)
{
  while (!acini_editor_is_idle (fixture->editor) || g_main_context_pending (NULL))
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
}

void
editor_fixture_close_editor (EditorFixture *fixture)
{
  gpointer editor = fixture->editor;

  g_signal_handlers_disconnect_by_data (editor, fixture);
  g_object_add_weak_pointer (editor, &editor);
  g_clear_object (&fixture->editor);
  /* The worker may be about to end. */
  while (g_atomic_pointer_get (&editor) != NULL)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
}

void
editor_fixture_set_up (EditorFixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->path = g_strdup (acini_project_get_folder (fixture->project));
  model_init (&fixture->slides[0], acini_test_add_slide (fixture->project, "a.tiff", SIDE, SIDE));
  model_init (&fixture->slides[1], acini_test_add_slide (fixture->project, "b.tiff", SIDE, SIDE));
  editor_fixture_open_editor (fixture);
}

void
editor_fixture_tear_down (EditorFixture *fixture, gconstpointer data)
{
  acini_failing_vfs_set_room (-1);
  editor_fixture_wait_until_idle (fixture);
  editor_fixture_close_editor (fixture);
  g_clear_object (&fixture->project);
  for (int i = 0; i < 2; i++)
    g_ptr_array_unref (fixture->slides[i].states);
  g_free (fixture->path);
  acini_test_remove_folder (fixture->folder);
}

void
editor_fixture_reopen_project (EditorFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->project = acini_project_open (fixture->path, &error);
  g_assert_no_error (error);
  editor_fixture_open_editor (fixture);
}

void
editor_fixture_reopen (EditorFixture *fixture)
{
  editor_fixture_close_editor (fixture);
  g_clear_object (&fixture->project);
  editor_fixture_reopen_project (fixture);
}

gboolean
editor_fixture_draw (AciniEdit *edit, gpointer data, GError **error)
{
  const EditorStroke *stroke = data;

  g_usleep (stroke->delay);
  return acini_edit_paint (edit, &stroke->rect, NULL, stroke->label, error);
}

void
editor_fixture_on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EditorFixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  if (acini_editor_finish (ACINI_EDITOR (source), result, NULL, &error))
    fixture->n_done++;
  else
    fixture->n_failed++;
}

void
editor_fixture_paint (EditorFixture *fixture, EditorModel *model, gulong delay)
{
  EditorStroke *stroke = g_new0 (EditorStroke, 1);
  guint8 *state = g_memdup2 (g_ptr_array_index (model->states, model->at), PIXELS);

  stroke->rect.x = g_test_rand_int_range (0, SIDE - 50);
  stroke->rect.y = g_test_rand_int_range (0, SIDE - 50);
  stroke->rect.width = g_test_rand_int_range (1, 50);
  stroke->rect.height = g_test_rand_int_range (1, 50);
  stroke->label = state[stroke->rect.y * SIDE + stroke->rect.x] % 250 + 1;
  stroke->delay = delay;
  for (gint64 y = 0; y < stroke->rect.height; y++)
    memset (state + (stroke->rect.y + y) * SIDE + stroke->rect.x, stroke->label, stroke->rect.width);
  g_ptr_array_set_size (model->states, (int)model->at + 1);
  g_ptr_array_add (model->states, state);
  model->at++;
  acini_editor_draw (fixture->editor, model->id, "brush", 10, editor_fixture_draw, stroke, g_free,
                     editor_fixture_on_done, fixture);
}

void
editor_fixture_undo (EditorFixture *fixture, EditorModel *model)
{
  model->at -= model->at > 0;
  acini_editor_undo (fixture->editor, model->id, editor_fixture_on_done, fixture);
}

void
editor_fixture_redo (EditorFixture *fixture, EditorModel *model)
{
  model->at += model->at + 1 < model->states->len;
  acini_editor_redo (fixture->editor, model->id, editor_fixture_on_done, fixture);
}

void
editor_fixture_check (EditorFixture *fixture)
{
  g_autofree guint8 *labels = g_malloc (PIXELS);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      const EditorModel *model = &fixture->slides[i];

      g_assert_true (acini_labels_read (fixture->project, model->id, 0, 0, 0, SIDE, SIDE, labels, &error));
      g_assert_no_error (error);
      g_assert_true (memcmp (labels, g_ptr_array_index (model->states, model->at), PIXELS) == 0);
    }
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
}

void
editor_fixture_wait_until_stuck (EditorFixture *fixture)
{
  while (fixture->n_stuck == 0)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
}

void
editor_fixture_check_no_recovery (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "acini", "recovery", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);
}
