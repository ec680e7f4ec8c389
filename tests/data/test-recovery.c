/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The recovery file: what could not be written comes back, once, wherever the project lies by then. */

#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"
#include "data/labels/acini-stroke.h"
#include "tests/data/acini-editor-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
on_rescued (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(char **)user_data = acini_editor_rescue_finish (ACINI_EDITOR (source), result, &error);
  g_assert_no_error (error);
}

/* A stroke that goes into a recovery file.  Returns: (transfer full) its path. */
static char *
keep_stroke (EditorFixture *fixture)
{
  char *path = NULL;

  acini_failing_vfs_set_room (0);
  fixture->n_stuck = 0;
  editor_fixture_paint (fixture, &fixture->slides[0], 0);
  editor_fixture_wait_until_stuck (fixture);
  acini_editor_rescue (fixture->editor, on_rescued, &path);
  while (path == NULL)
    g_main_context_iteration (NULL, FALSE);
  editor_fixture_wait_until_idle (fixture);
  acini_failing_vfs_set_room (-1);
  editor_fixture_close_editor (fixture);
  g_clear_object (&fixture->project);
  return path;
}

static void
run (const char *command, const char *from, const char *to)
{
  g_autofree char *line = g_strdup_printf ("%s '%s' '%s'", command, from, to);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

/* The project was renamed before it is opened again; a copy of one that is still there leaves the file to it, until it
 * is gone. */
static void
test_recovery_moved (EditorFixture *fixture, gconstpointer data)
{
  g_autofree char *moved = g_strconcat (fixture->path, ".moved", NULL),
                  *copy = g_strconcat (fixture->path, ".copy", NULL);
  g_autofree char *path = keep_stroke (fixture), *again = NULL;

  g_assert_cmpint (g_rename (fixture->path, moved), ==, 0);
  g_set_str (&fixture->path, moved);
  editor_fixture_reopen_project (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  editor_fixture_check (fixture);

  again = keep_stroke (fixture);
  run ("cp -r", moved, copy);
  g_set_str (&fixture->path, copy);
  editor_fixture_reopen_project (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 1);
  g_assert_true (g_file_test (again, G_FILE_TEST_EXISTS));
  editor_fixture_close_editor (fixture);
  g_clear_object (&fixture->project);
  run ("rm -rf", moved, moved);
  editor_fixture_reopen_project (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 2);
  g_assert_false (g_file_test (again, G_FILE_TEST_EXISTS));
  editor_fixture_check (fixture);
}

/* While another has the project on a network drive, the file waits. */
static void
test_recovery_read_only (EditorFixture *fixture, gconstpointer data)
{
  g_autofree char *path = keep_stroke (fixture), *lease = g_build_filename (fixture->path, "project.lease", NULL);

  g_setenv ("ACINI_NETWORK_DRIVE", "1", TRUE);
  g_assert_true (g_file_set_contents (lease, "token\nAnna Berg\npathology-3\n1\n", -1, NULL));
  editor_fixture_reopen_project (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_nonnull (acini_project_get_read_only (fixture->project));
  g_assert_cmpuint (fixture->n_recovered, ==, 0);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_unlink (lease);
  editor_fixture_reopen (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_unsetenv ("ACINI_NETWORK_DRIVE");
  editor_fixture_check (fixture);
}

static void
test_recovery (EditorFixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL, *content = NULL, *name = NULL, *database = NULL, *mark = NULL;
  gsize size = 0;

  editor_fixture_paint (fixture, &fixture->slides[0], 0);
  editor_fixture_wait_until_idle (fixture);
  acini_failing_vfs_set_room (0);
  for (int i = 0; i < 5; i++)
    editor_fixture_paint (fixture, &fixture->slides[i % 2], 0);
  editor_fixture_undo (fixture, &fixture->slides[0]);
  editor_fixture_wait_until_stuck (fixture);
  acini_editor_rescue (fixture->editor, on_rescued, &path);
  while (path == NULL)
    g_main_context_iteration (NULL, FALSE);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 6);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));

  /* The next opening takes it in, and the file is gone. */
  acini_failing_vfs_set_room (-1);
  editor_fixture_reopen (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 6);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  editor_fixture_check (fixture);

  /* As if the program had been killed before the file was removed: nothing is done twice. */
  name = g_path_get_basename (path);
  database = g_build_filename (fixture->path, "project.sqlite", NULL);
  mark = g_strdup_printf ("INSERT INTO settings VALUES ('recovered:%s', '6')", name);
  acini_test_run_sql (database, mark);
  g_assert_true (g_file_set_contents (path, content, (gssize)size, NULL));
  editor_fixture_reopen (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 6);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  editor_fixture_check (fixture);

  /* A damaged one is left alone, and nothing of it is done. */
  for (gsize cut = 0; cut < size; cut += 1 + size / 7)
    {
      g_assert_true (g_file_set_contents (path, content, (gssize)cut, NULL));
      fixture->n_unreadable = 0;
      editor_fixture_reopen (fixture);
      editor_fixture_wait_until_idle (fixture);
      while (fixture->n_unreadable == 0) /* told on the main context, perhaps a little later */
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (fixture->n_unreadable, ==, 1);
      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
      editor_fixture_check (fixture);
    }
  g_unlink (path);
}

/* What the hand asked for is kept with what was painted. */
static void
test_recovery_note (EditorFixture *fixture, gconstpointer data)
{
  guint8 mask[64];
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  AciniStroke *stroke;

  memset (mask, 1, sizeof mask);
  stroke = acini_stroke_new_picture (NULL, fixture->slides[0].id, "click", 2, 20, 30, 3, 8, 8, mask);
  acini_stroke_set_note (stroke, "{\"prompts\":[]}");
  acini_failing_vfs_set_room (0);
  acini_editor_draw (fixture->editor, fixture->slides[0].id, "click", 5, acini_stroke_draw, stroke,
                     (GDestroyNotify)acini_stroke_unref, editor_fixture_on_done, fixture);
  editor_fixture_wait_until_stuck (fixture);
  acini_editor_rescue (fixture->editor, on_rescued, &path);
  while (path == NULL)
    g_main_context_iteration (NULL, FALSE);
  acini_failing_vfs_set_room (-1);
  editor_fixture_reopen (fixture);
  editor_fixture_wait_until_idle (fixture);
  rows = acini_journal_list (fixture->project, fixture->slides[0].id, 1, NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (((AciniJournalRow *)rows->pdata[0])->after, ==, "{\"prompts\":[]}");
  g_assert_true (acini_journal_verify (fixture->project, NULL));
}

/* Taken in while the disk fills again at every place. */
static void
test_recovery_full_disk (EditorFixture *fixture, gconstpointer data)
{
  gboolean failed = TRUE;

  for (int n = 0; failed; n += 3)
    {
      g_autofree char *path = NULL;

      acini_failing_vfs_set_room (0);
      fixture->n_stuck = 0;
      editor_fixture_paint (fixture, &fixture->slides[0], 0);
      editor_fixture_paint (fixture, &fixture->slides[1], 0);
      editor_fixture_undo (fixture, &fixture->slides[0]);
      editor_fixture_wait_until_stuck (fixture);
      acini_editor_rescue (fixture->editor, on_rescued, &path);
      while (path == NULL)
        g_main_context_iteration (NULL, FALSE);
      editor_fixture_wait_until_idle (fixture);
      acini_failing_vfs_set_room (-1);
      editor_fixture_reopen (fixture);
      fixture->n_stuck = 0;
      acini_failing_vfs_set_room (n);
      while (!acini_editor_is_idle (fixture->editor) && fixture->n_stuck == 0)
        g_main_context_iteration (NULL, FALSE);
      failed = acini_failing_vfs_has_failed ();
      acini_failing_vfs_set_room (-1);
      acini_editor_retry (fixture->editor);
      editor_fixture_wait_until_idle (fixture);
      editor_fixture_check (fixture);
    }
}

/* In the child: strokes on a full disk, then it is killed. */
static void
paint_and_die (const char *path, gint64 slide)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (AciniEditor) editor = NULL;

  acini_failing_vfs_install ();
  project = acini_project_open (path, NULL);
  editor = acini_editor_get (project);
  while (!acini_editor_is_idle (editor))
    g_usleep (1000);
  acini_failing_vfs_set_room (0);
  for (int i = 0; i < 100; i++)
    acini_editor_draw (editor, slide, "brush", 0, editor_fixture_draw,
                       g_memdup2 (&(EditorStroke){ { i, 0, 1, 1 }, 2, 0 }, sizeof (EditorStroke)), g_free, NULL, NULL);
  while (!acini_editor_is_stuck (editor))
    g_usleep (1000);
  /* A second try keeps those that came after the first. */
  acini_editor_retry (editor);
  g_usleep (300000);
  raise (SIGKILL);
}

static void
test_killed (EditorFixture *fixture, gconstpointer data)
{
  gint64 slide = fixture->slides[0].id;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, slide);
  g_autofree guint8 *labels = g_malloc0 (PIXELS);
  char *arguments[] = { self, (char *)"--die", fixture->path, number, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  editor_fixture_reopen (fixture);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 100);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, SIDE, SIDE, labels, &error));
  for (int i = 0; i < 100; i++)
    g_assert_cmpint (labels[i], ==, 2);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
  editor_fixture_check_no_recovery ();
}

int
main (int argc, char **argv)
{
  g_autofree char *data = NULL;
  int result;

  if (argc == 4 && g_str_equal (argv[1], "--die"))
    paint_and_die (argv[2], g_ascii_strtoll (argv[3], NULL, 10));
  data = acini_test_make_folder ();
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_test_init (&argc, &argv, NULL);
  acini_failing_vfs_install ();
  g_test_add ("/recovery/kept", EditorFixture, NULL, editor_fixture_set_up, test_recovery, editor_fixture_tear_down);
  g_test_add ("/recovery/note", EditorFixture, NULL, editor_fixture_set_up, test_recovery_note,
              editor_fixture_tear_down);
  g_test_add ("/recovery/moved", EditorFixture, NULL, editor_fixture_set_up, test_recovery_moved,
              editor_fixture_tear_down);
  g_test_add ("/recovery/read-only", EditorFixture, NULL, editor_fixture_set_up, test_recovery_read_only,
              editor_fixture_tear_down);
  g_test_add ("/recovery/full-disk", EditorFixture, NULL, editor_fixture_set_up, test_recovery_full_disk,
              editor_fixture_tear_down);
  g_test_add ("/recovery/killed", EditorFixture, NULL, editor_fixture_set_up, test_killed, editor_fixture_tear_down);
  result = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&data));
  return result;
}
