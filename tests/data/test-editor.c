/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The editor: the order of its queue, a disk that is full at any moment, several processes. */

#include "data/labels/acini-label-snapshot.h"
#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-editor-fixture.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_order (EditorFixture *fixture, gconstpointer data)
{
  guint n = 0;

  for (int round = 0; round < 12; round++)
    {
      for (int i = g_test_rand_int_range (1, 25); i > 0; i--, n++)
        {
          EditorModel *model = &fixture->slides[g_test_rand_int_range (0, 2)];
          int what = g_test_rand_int_range (0, 10);

          if (what < 6)
            editor_fixture_paint (fixture, model,
                                  g_test_rand_int_range (0, 4) == 0 ? g_test_rand_int_range (0, 8000) : 0);
          else if (what < 9)
            editor_fixture_undo (fixture, model);
          else
            editor_fixture_redo (fixture, model);
        }
      editor_fixture_wait_until_idle (fixture);
      editor_fixture_check (fixture);
    }
  g_assert_cmpuint (fixture->n_done, ==, n);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_assert_cmpuint (fixture->n_stuck, ==, 0);
  /* All back, and all again. */
  for (int i = 0; i < 2; i++)
    while (fixture->slides[i].at > 0)
      editor_fixture_undo (fixture, &fixture->slides[i]);
  editor_fixture_wait_until_idle (fixture);
  editor_fixture_check (fixture);
  for (int i = 0; i < 2; i++)
    while (fixture->slides[i].at + 1 < fixture->slides[i].states->len)
      editor_fixture_redo (fixture, &fixture->slides[i]);
  editor_fixture_wait_until_idle (fixture);
  editor_fixture_check (fixture);
}

/* What is asked of the editor names its slide, and callbacks come with what came of it. */
static void
on_outcome (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  acini_editor_finish (ACINI_EDITOR (source), result, user_data, &error);
  g_assert_no_error (error);
}

static void
test_outcome (EditorFixture *fixture, gconstpointer data)
{
  AciniEditorOutcome outcome;
  gint64 slide = fixture->slides[1].id;

  acini_editor_undo (fixture->editor, slide, on_outcome, &outcome);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpint (outcome.slide, ==, slide);
  g_assert_null (outcome.subject);
  g_assert_false (outcome.can_undo);
  editor_fixture_paint (fixture, &fixture->slides[1], 0);
  fixture->slides[1].at--;
  acini_editor_undo (fixture->editor, slide, on_outcome, &outcome);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpstr (outcome.subject, ==, "edit");
  g_assert_cmpint (outcome.damage.width, >, 0);
  g_assert_false (outcome.can_undo);
  g_assert_true (outcome.can_redo);
  /* No slide of that number: an error, and the queue goes on. */
  acini_editor_draw (fixture->editor, 99, "brush", 0, editor_fixture_draw,
                     g_memdup2 (&(EditorStroke){ { 0, 0, 5, 5 }, 2, 0 }, sizeof (EditorStroke)), g_free,
                     editor_fixture_on_done, fixture);
  editor_fixture_paint (fixture, &fixture->slides[0], 0);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_cmpuint (fixture->n_stuck, ==, 0);
  editor_fixture_check (fixture);
  {
    g_autoptr (AciniEditor) same = acini_editor_get (fixture->project);

    g_assert_true (same == fixture->editor);
  }
}

/* The disk is full at the n-th write, for every n that the steps have. */
static void
test_full_disk (EditorFixture *fixture, gconstpointer data)
{
  gboolean failed = TRUE;
  int n = 0;

  for (; failed; n++)
    {
      guint done = fixture->n_done;

      acini_failing_vfs_set_room (n);
      fixture->n_stuck = 0;
      editor_fixture_paint (fixture, &fixture->slides[0], 0);
      editor_fixture_paint (fixture, &fixture->slides[1], 0);
      editor_fixture_undo (fixture, &fixture->slides[0]);
      editor_fixture_redo (fixture, &fixture->slides[0]);
      editor_fixture_undo (fixture, &fixture->slides[1]);
      while (!acini_editor_is_idle (fixture->editor) && fixture->n_stuck == 0)
        g_main_context_iteration (NULL, FALSE);
      failed = acini_failing_vfs_has_failed ();
      /* What failed is said; only the checkpoint, which SQLite does behind a commit, may fail without a word. */
      if (fixture->n_stuck > 0)
        {
          g_autoptr (GError) error = acini_editor_dup_error (fixture->editor);

          g_assert_true (failed);
          if (error != NULL)
            g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
        }
      acini_failing_vfs_set_room (-1);
      acini_editor_retry (fixture->editor);
      editor_fixture_wait_until_idle (fixture);
      g_assert_false (acini_editor_is_stuck (fixture->editor));
      g_assert_cmpuint (fixture->n_done, ==, done + 5);
      editor_fixture_check (fixture);
    }
  editor_fixture_check_no_recovery ();
  g_test_message ("%d places to fail at", n - 1);
  g_assert_cmpint (n, >, 10);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  editor_fixture_reopen (fixture);
  editor_fixture_wait_until_idle (fixture);
  editor_fixture_check (fixture);
}

/* A disk that takes what is written and says later that it could not keep it: all can be read and goes on, and waits
 * until the disk has it. */
static void
test_ahead (EditorFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  editor_fixture_wait_until_idle (fixture);
  acini_failing_vfs_refuse_syncs (TRUE);
  editor_fixture_paint (fixture, &fixture->slides[0], 0);
  editor_fixture_wait_until_stuck (fixture);
  error = acini_editor_dup_error (fixture->editor);
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
  g_assert_true (acini_editor_is_settled (fixture->editor));
  g_assert_false (acini_editor_is_idle (fixture->editor));
  editor_fixture_check (fixture);
  editor_fixture_paint (fixture, &fixture->slides[1], 0);
  editor_fixture_undo (fixture, &fixture->slides[0]);
  acini_failing_vfs_refuse_syncs (FALSE);
  acini_editor_retry (fixture->editor);
  editor_fixture_wait_until_idle (fixture);
  g_assert_false (acini_editor_is_stuck (fixture->editor));
  g_assert_cmpuint (fixture->n_done, ==, 3);
  editor_fixture_check (fixture);
  editor_fixture_check_no_recovery ();
}

/* A label snapshot on a disk that fills: it is whole, or it is not there. */
static void
test_snapshot (EditorFixture *fixture, gconstpointer data)
{
  gboolean failed = TRUE;

  for (int i = 0; i < 5; i++)
    editor_fixture_paint (fixture, &fixture->slides[0], 0);
  editor_fixture_wait_until_idle (fixture);
  for (int n = 0; failed; n++)
    {
      g_autofree char *path = g_strdup_printf ("%s/snapshot-%d.sqlite", fixture->folder, n);
      g_autofree guint8 *labels = g_malloc (PIXELS);
      const EditorModel *model = &fixture->slides[0];
      g_autoptr (AciniLabelSnapshot) snapshot = NULL;
      g_autoptr (GError) error = NULL;
      gboolean written;

      acini_failing_vfs_set_room (n);
      written = acini_labels_write_snapshot (fixture->project, NULL, NULL, path, &error);
      failed = acini_failing_vfs_has_failed ();
      acini_failing_vfs_set_room (-1);
      if (!written)
        {
          g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
          g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
          continue;
        }
      snapshot = acini_label_snapshot_open (path, &error);
      g_assert_no_error (error);
      g_assert_true (acini_label_snapshot_read (snapshot, model->id, 0, 0, 0, SIDE, SIDE, labels, &error));
      g_assert_no_error (error);
      g_assert_true (memcmp (labels, g_ptr_array_index (model->states, model->at), PIXELS) == 0);
    }
}

/* Two processes edit one slide at once: both see what the other did, nothing is lost, and the chain fits. */

static void
on_changed (EditorFixture *fixture, gint64 slide, const char *subject, const AciniRect *damage)
{
  if (slide == fixture->slides[0].id && g_str_equal (subject, "edit") && damage->width > 0)
    fixture->n_changed++;
}

/* In the child: @n strokes of a pixel each in row @row. */
static void
paint_row (const char *path, gint64 slide, int row, int n)
{
  g_autoptr (AciniProject) project = acini_project_open (path, NULL);
  g_autoptr (AciniEditor) editor = project != NULL ? acini_editor_get (project) : NULL;

  for (int i = 0; editor != NULL && i < n; i++)
    acini_editor_draw (editor, slide, "brush", 0, editor_fixture_draw,
                       g_memdup2 (&(EditorStroke){ { i, row, 1, 1 }, 2, 0 }, sizeof (EditorStroke)), g_free, NULL,
                       NULL);
  while (editor != NULL && !acini_editor_is_idle (editor))
    g_usleep (1000);
  _exit (editor != NULL && !acini_editor_is_stuck (editor) ? 0 : 1);
}

static void
test_processes (EditorFixture *fixture, gconstpointer data)
{
  gint64 slide = fixture->slides[0].id;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *number = NULL;
  g_autofree guint8 *labels = g_malloc0 (PIXELS);
  g_autoptr (GError) error = NULL;
  GPid children[2];
  int status;

  g_signal_connect_swapped (fixture->editor, "changed", G_CALLBACK (on_changed), fixture);
  editor_fixture_wait_until_idle (fixture);
  number = g_strdup_printf ("%" G_GINT64_FORMAT, slide);
  for (int i = 0; i < 2; i++)
    {
      char *arguments[] = { self, (char *)"--paint", fixture->path, number, (char *)(i == 0 ? "1" : "2"), NULL };

      g_assert_true (
          g_spawn_async (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &children[i], &error));
      g_assert_no_error (error);
    }
  for (int i = 0; i < 100; i++)
    acini_editor_draw (fixture->editor, slide, "brush", 0, editor_fixture_draw,
                       g_memdup2 (&(EditorStroke){ { i, 0, 1, 1 }, 2, 0 }, sizeof (EditorStroke)), g_free,
                       editor_fixture_on_done, fixture);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  acini_editor_look (fixture->editor);
  editor_fixture_wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 100);
  g_assert_cmpuint (fixture->n_changed, ==, 200);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, SIDE, SIDE, labels, &error));
  for (int row = 0; row < 3; row++)
    for (int i = 0; i < 100; i++)
      {
        g_assert_cmpint (labels[row * SIDE + i], ==, 2);
        labels[row * SIDE + i] = 0;
      }
  for (gsize i = 0; i < PIXELS; i++)
    g_assert_cmpint (labels[i], ==, 0);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_autofree char *data = NULL;
  int result;

  if (argc == 5 && g_str_equal (argv[1], "--paint"))
    paint_row (argv[2], g_ascii_strtoll (argv[3], NULL, 10), atoi (argv[4]), 100);
  data = acini_test_make_folder ();
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_test_init (&argc, &argv, NULL);
  acini_failing_vfs_install ();
  g_test_add ("/editor/order", EditorFixture, NULL, editor_fixture_set_up, test_order, editor_fixture_tear_down);
  g_test_add ("/editor/outcome", EditorFixture, NULL, editor_fixture_set_up, test_outcome, editor_fixture_tear_down);
  g_test_add ("/editor/full-disk", EditorFixture, NULL, editor_fixture_set_up, test_full_disk,
              editor_fixture_tear_down);
  g_test_add ("/editor/ahead", EditorFixture, NULL, editor_fixture_set_up, test_ahead, editor_fixture_tear_down);
  g_test_add ("/editor/snapshot", EditorFixture, NULL, editor_fixture_set_up, test_snapshot, editor_fixture_tear_down);
  g_test_add ("/editor/processes", EditorFixture, NULL, editor_fixture_set_up, test_processes,
              editor_fixture_tear_down);
  result = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&data));
  return result;
}
