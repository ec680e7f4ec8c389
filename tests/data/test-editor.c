/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The editor: the order of its queue, a disk that is full at any moment, the recovery file, several processes.  What
 * the labels have to be is said by plain arrays. */

#include "data/labels/acini-editor.h"
#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIDE 700
#define PIXELS (SIDE * SIDE)

/* A slide's labels, and what was there before and after each step. */
typedef struct
{
  gint64 id;
  GPtrArray *states; /* of PIXELS bytes */
  guint at;          /* the one that holds now */
} Model;

typedef struct
{
  char *folder, *path;
  AciniProject *project;
  AciniEditor *editor;
  Model slides[2];
  guint n_done, n_failed, n_stuck, n_recovered, n_unreadable, n_changed;
} Fixture;

static void
model_init (Model *model, gint64 id)
{
  model->id = id;
  model->states = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (model->states, g_malloc0 (PIXELS));
  model->at = 0;
}

static void
on_stuck (Fixture *fixture)
{
  fixture->n_stuck += acini_editor_is_stuck (fixture->editor);
}

static void
on_recovered (Fixture *fixture, guint n)
{
  fixture->n_recovered += n;
}

static void
on_unreadable (Fixture *fixture)
{
  fixture->n_unreadable++;
}

static void
open_editor (Fixture *fixture)
{
  fixture->editor = acini_editor_get (fixture->project);
  g_signal_connect_swapped (fixture->editor, "notify::stuck", G_CALLBACK (on_stuck), fixture);
  g_signal_connect_swapped (fixture->editor, "recovered", G_CALLBACK (on_recovered), fixture);
  g_signal_connect_swapped (fixture->editor, "unreadable", G_CALLBACK (on_unreadable), fixture);
}

static void
wait_until_idle (Fixture *fixture)
{
  while (!acini_editor_is_idle (fixture->editor) || g_main_context_pending (NULL))
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
}

static void
close_editor (Fixture *fixture)
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

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->path = g_strdup (acini_project_get_folder (fixture->project));
  model_init (&fixture->slides[0], acini_test_add_slide (fixture->project, "a.tiff", SIDE, SIDE));
  model_init (&fixture->slides[1], acini_test_add_slide (fixture->project, "b.tiff", SIDE, SIDE));
  open_editor (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_failing_vfs_set_room (-1);
  wait_until_idle (fixture);
  close_editor (fixture);
  g_clear_object (&fixture->project);
  for (int i = 0; i < 2; i++)
    g_ptr_array_unref (fixture->slides[i].states);
  g_free (fixture->path);
  acini_test_remove_folder (fixture->folder);
}

static void
reopen_project (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->project = acini_project_open (fixture->path, &error);
  g_assert_no_error (error);
  open_editor (fixture);
}

static void
reopen (Fixture *fixture)
{
  close_editor (fixture);
  g_clear_object (&fixture->project);
  reopen_project (fixture);
}

/* A stroke: a rectangle of one label. */
typedef struct
{
  AciniRect rect;
  guint8 label;
  gulong delay; /* µs that its drawing takes */
} Stroke;

static gboolean
draw (AciniEdit *edit, gpointer data, GError **error)
{
  const Stroke *stroke = data;

  g_usleep (stroke->delay);
  return acini_edit_paint (edit, &stroke->rect, NULL, stroke->label, error);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  if (acini_editor_finish (ACINI_EDITOR (source), result, NULL, &error))
    fixture->n_done++;
  else
    fixture->n_failed++;
}

/* A stroke that changes something, asked of the editor and done to the model. */
static void
paint (Fixture *fixture, Model *model, gulong delay)
{
  Stroke *stroke = g_new0 (Stroke, 1);
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
  acini_editor_draw (fixture->editor, model->id, "brush", 10, draw, stroke, g_free, on_done, fixture);
}

static void
undo (Fixture *fixture, Model *model)
{
  model->at -= model->at > 0;
  acini_editor_undo (fixture->editor, model->id, on_done, fixture);
}

static void
redo (Fixture *fixture, Model *model)
{
  model->at += model->at + 1 < model->states->len;
  acini_editor_redo (fixture->editor, model->id, on_done, fixture);
}

static void
check (Fixture *fixture)
{
  g_autofree guint8 *labels = g_malloc (PIXELS);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      const Model *model = &fixture->slides[i];

      g_assert_true (acini_labels_read (fixture->project, model->id, 0, 0, 0, SIDE, SIDE, labels, &error));
      g_assert_no_error (error);
      g_assert_true (memcmp (labels, g_ptr_array_index (model->states, model->at), PIXELS) == 0);
    }
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  guint n = 0;

  for (int round = 0; round < 12; round++)
    {
      for (int i = g_test_rand_int_range (1, 25); i > 0; i--, n++)
        {
          Model *model = &fixture->slides[g_test_rand_int_range (0, 2)];
          int what = g_test_rand_int_range (0, 10);

          if (what < 6)
            paint (fixture, model, g_test_rand_int_range (0, 4) == 0 ? g_test_rand_int_range (0, 8000) : 0);
          else if (what < 9)
            undo (fixture, model);
          else
            redo (fixture, model);
        }
      wait_until_idle (fixture);
      check (fixture);
    }
  g_assert_cmpuint (fixture->n_done, ==, n);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_assert_cmpuint (fixture->n_stuck, ==, 0);
  /* All back, and all again. */
  for (int i = 0; i < 2; i++)
    while (fixture->slides[i].at > 0)
      undo (fixture, &fixture->slides[i]);
  wait_until_idle (fixture);
  check (fixture);
  for (int i = 0; i < 2; i++)
    while (fixture->slides[i].at + 1 < fixture->slides[i].states->len)
      redo (fixture, &fixture->slides[i]);
  wait_until_idle (fixture);
  check (fixture);
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
test_outcome (Fixture *fixture, gconstpointer data)
{
  AciniEditorOutcome outcome;
  gint64 slide = fixture->slides[1].id;

  acini_editor_undo (fixture->editor, slide, on_outcome, &outcome);
  wait_until_idle (fixture);
  g_assert_cmpint (outcome.slide, ==, slide);
  g_assert_null (outcome.subject);
  g_assert_false (outcome.can_undo);
  paint (fixture, &fixture->slides[1], 0);
  fixture->slides[1].at--;
  acini_editor_undo (fixture->editor, slide, on_outcome, &outcome);
  wait_until_idle (fixture);
  g_assert_cmpstr (outcome.subject, ==, "edit");
  g_assert_cmpint (outcome.damage.width, >, 0);
  g_assert_false (outcome.can_undo);
  g_assert_true (outcome.can_redo);
  /* No slide of that number: an error, and the queue goes on. */
  acini_editor_draw (fixture->editor, 99, "brush", 0, draw,
                     g_memdup2 (&(Stroke){ { 0, 0, 5, 5 }, 2, 0 }, sizeof (Stroke)), g_free, on_done, fixture);
  paint (fixture, &fixture->slides[0], 0);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_cmpuint (fixture->n_stuck, ==, 0);
  check (fixture);
  {
    g_autoptr (AciniEditor) same = acini_editor_get (fixture->project);

    g_assert_true (same == fixture->editor);
  }
}

static void
wait_until_stuck (Fixture *fixture)
{
  while (fixture->n_stuck == 0)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
}

/* What was kept is gone once it is written. */
static void
check_no_recovery (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "acini", "recovery", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);
}

/* The disk is full at the n-th write, for every n that the steps have. */
static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  gboolean failed = TRUE;
  int n = 0;

  for (; failed; n++)
    {
      guint done = fixture->n_done;

      acini_failing_vfs_set_room (n);
      fixture->n_stuck = 0;
      paint (fixture, &fixture->slides[0], 0);
      paint (fixture, &fixture->slides[1], 0);
      undo (fixture, &fixture->slides[0]);
      redo (fixture, &fixture->slides[0]);
      undo (fixture, &fixture->slides[1]);
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
      wait_until_idle (fixture);
      g_assert_false (acini_editor_is_stuck (fixture->editor));
      g_assert_cmpuint (fixture->n_done, ==, done + 5);
      check (fixture);
    }
  check_no_recovery ();
  g_test_message ("%d places to fail at", n - 1);
  g_assert_cmpint (n, >, 10);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  reopen (fixture);
  wait_until_idle (fixture);
  check (fixture);
}

static void
on_rescued (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(char **)user_data = acini_editor_rescue_finish (ACINI_EDITOR (source), result, &error);
  g_assert_no_error (error);
}

/* A stroke that goes into a recovery file.  Returns: (transfer full) its path. */
static char *
keep_stroke (Fixture *fixture)
{
  char *path = NULL;

  acini_failing_vfs_set_room (0);
  fixture->n_stuck = 0;
  paint (fixture, &fixture->slides[0], 0);
  wait_until_stuck (fixture);
  acini_editor_rescue (fixture->editor, on_rescued, &path);
  while (path == NULL)
    g_main_context_iteration (NULL, FALSE);
  wait_until_idle (fixture);
  acini_failing_vfs_set_room (-1);
  close_editor (fixture);
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
test_recovery_moved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *moved = g_strconcat (fixture->path, ".moved", NULL),
                  *copy = g_strconcat (fixture->path, ".copy", NULL);
  g_autofree char *path = keep_stroke (fixture), *again = NULL;

  g_assert_cmpint (g_rename (fixture->path, moved), ==, 0);
  g_set_str (&fixture->path, moved);
  reopen_project (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  check (fixture);

  again = keep_stroke (fixture);
  run ("cp -r", moved, copy);
  g_set_str (&fixture->path, copy);
  reopen_project (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 1);
  g_assert_true (g_file_test (again, G_FILE_TEST_EXISTS));
  close_editor (fixture);
  g_clear_object (&fixture->project);
  run ("rm -rf", moved, moved);
  reopen_project (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 2);
  g_assert_false (g_file_test (again, G_FILE_TEST_EXISTS));
  check (fixture);
}

/* While another has the project on a network drive, the file waits. */
static void
test_recovery_read_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = keep_stroke (fixture), *lease = g_build_filename (fixture->path, "project.lease", NULL);

  g_setenv ("ACINI_NETWORK_DRIVE", "1", TRUE);
  g_assert_true (g_file_set_contents (lease, "token\nAnna Berg\npathology-3\n1\n", -1, NULL));
  reopen_project (fixture);
  wait_until_idle (fixture);
  g_assert_nonnull (acini_project_get_read_only (fixture->project));
  g_assert_cmpuint (fixture->n_recovered, ==, 0);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_unlink (lease);
  reopen (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_unsetenv ("ACINI_NETWORK_DRIVE");
  check (fixture);
}

static void
test_recovery (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL, *content = NULL, *name = NULL, *database = NULL, *mark = NULL;
  gsize size = 0;

  paint (fixture, &fixture->slides[0], 0);
  wait_until_idle (fixture);
  acini_failing_vfs_set_room (0);
  for (int i = 0; i < 5; i++)
    paint (fixture, &fixture->slides[i % 2], 0);
  undo (fixture, &fixture->slides[0]);
  wait_until_stuck (fixture);
  acini_editor_rescue (fixture->editor, on_rescued, &path);
  while (path == NULL)
    g_main_context_iteration (NULL, FALSE);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 6);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));

  /* The next opening takes it in, and the file is gone. */
  acini_failing_vfs_set_room (-1);
  reopen (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 6);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  check (fixture);

  /* As if the program had been killed before the file was removed: nothing is done twice. */
  name = g_path_get_basename (path);
  database = g_build_filename (fixture->path, "project.sqlite", NULL);
  mark = g_strdup_printf ("INSERT INTO settings VALUES ('recovered:%s', '6')", name);
  acini_test_run_sql (database, mark);
  g_assert_true (g_file_set_contents (path, content, (gssize)size, NULL));
  reopen (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 6);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  check (fixture);

  /* A damaged one is left alone, and nothing of it is done. */
  for (gsize cut = 0; cut < size; cut += 1 + size / 7)
    {
      g_assert_true (g_file_set_contents (path, content, (gssize)cut, NULL));
      fixture->n_unreadable = 0;
      reopen (fixture);
      wait_until_idle (fixture);
      while (fixture->n_unreadable == 0) /* told on the main context, perhaps a little later */
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (fixture->n_unreadable, ==, 1);
      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
      check (fixture);
    }
  g_unlink (path);
}

/* Taken in while the disk fills again at every place. */
static void
test_recovery_full_disk (Fixture *fixture, gconstpointer data)
{
  gboolean failed = TRUE;

  for (int n = 0; failed; n += 3)
    {
      g_autofree char *path = NULL;

      acini_failing_vfs_set_room (0);
      fixture->n_stuck = 0;
      paint (fixture, &fixture->slides[0], 0);
      paint (fixture, &fixture->slides[1], 0);
      undo (fixture, &fixture->slides[0]);
      wait_until_stuck (fixture);
      acini_editor_rescue (fixture->editor, on_rescued, &path);
      while (path == NULL)
        g_main_context_iteration (NULL, FALSE);
      wait_until_idle (fixture);
      acini_failing_vfs_set_room (-1);
      reopen (fixture);
      fixture->n_stuck = 0;
      acini_failing_vfs_set_room (n);
      while (!acini_editor_is_idle (fixture->editor) && fixture->n_stuck == 0)
        g_main_context_iteration (NULL, FALSE);
      failed = acini_failing_vfs_has_failed ();
      acini_failing_vfs_set_room (-1);
      acini_editor_retry (fixture->editor);
      wait_until_idle (fixture);
      check (fixture);
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
    acini_editor_draw (editor, slide, "brush", 0, draw, g_memdup2 (&(Stroke){ { i, 0, 1, 1 }, 2, 0 }, sizeof (Stroke)),
                       g_free, NULL, NULL);
  while (!acini_editor_is_stuck (editor))
    g_usleep (1000);
  /* A second try keeps those that came after the first. */
  acini_editor_retry (editor);
  g_usleep (300000);
  raise (SIGKILL);
}

static void
test_killed (Fixture *fixture, gconstpointer data)
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
  reopen (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_recovered, ==, 100);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, SIDE, SIDE, labels, &error));
  for (int i = 0; i < 100; i++)
    g_assert_cmpint (labels[i], ==, 2);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
  check_no_recovery ();
}

/* A label snapshot on a disk that fills: it is whole, or it is not there. */
static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
  gboolean failed = TRUE;

  for (int i = 0; i < 5; i++)
    paint (fixture, &fixture->slides[0], 0);
  wait_until_idle (fixture);
  for (int n = 0; failed; n++)
    {
      g_autofree char *path = g_strdup_printf ("%s/snapshot-%d.sqlite", fixture->folder, n);
      g_autofree guint8 *labels = g_malloc (PIXELS);
      const Model *model = &fixture->slides[0];
      g_autoptr (AciniLabelSnapshot) snapshot = NULL;
      g_autoptr (GError) error = NULL;
      gboolean written;

      acini_failing_vfs_set_room (n);
      written = acini_labels_write_snapshot (fixture->project, NULL, path, &error);
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
on_changed (Fixture *fixture, gint64 slide, const char *subject, const AciniRect *damage)
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
    acini_editor_draw (editor, slide, "brush", 0, draw,
                       g_memdup2 (&(Stroke){ { i, row, 1, 1 }, 2, 0 }, sizeof (Stroke)), g_free, NULL, NULL);
  while (editor != NULL && !acini_editor_is_idle (editor))
    g_usleep (1000);
  _exit (editor != NULL && !acini_editor_is_stuck (editor) ? 0 : 1);
}

static void
test_processes (Fixture *fixture, gconstpointer data)
{
  gint64 slide = fixture->slides[0].id;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *number = NULL;
  g_autofree guint8 *labels = g_malloc0 (PIXELS);
  g_autoptr (GError) error = NULL;
  GPid children[2];
  int status;

  g_signal_connect_swapped (fixture->editor, "changed", G_CALLBACK (on_changed), fixture);
  wait_until_idle (fixture);
  number = g_strdup_printf ("%" G_GINT64_FORMAT, slide);
  for (int i = 0; i < 2; i++)
    {
      char *arguments[] = { self, (char *)"--paint", fixture->path, number, (char *)(i == 0 ? "1" : "2"), NULL };

      g_assert_true (
          g_spawn_async (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &children[i], &error));
      g_assert_no_error (error);
    }
  for (int i = 0; i < 100; i++)
    acini_editor_draw (fixture->editor, slide, "brush", 0, draw,
                       g_memdup2 (&(Stroke){ { i, 0, 1, 1 }, 2, 0 }, sizeof (Stroke)), g_free, on_done, fixture);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  acini_editor_look (fixture->editor);
  wait_until_idle (fixture);
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
  if (argc == 4 && g_str_equal (argv[1], "--die"))
    paint_and_die (argv[2], g_ascii_strtoll (argv[3], NULL, 10));
  data = acini_test_make_folder ();
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_test_init (&argc, &argv, NULL);
  acini_failing_vfs_install ();
  g_test_add ("/editor/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/editor/outcome", Fixture, NULL, set_up, test_outcome, tear_down);
  g_test_add ("/editor/full-disk", Fixture, NULL, set_up, test_full_disk, tear_down);
  g_test_add ("/editor/recovery", Fixture, NULL, set_up, test_recovery, tear_down);
  g_test_add ("/editor/recovery-moved", Fixture, NULL, set_up, test_recovery_moved, tear_down);
  g_test_add ("/editor/recovery-read-only", Fixture, NULL, set_up, test_recovery_read_only, tear_down);
  g_test_add ("/editor/recovery-full-disk", Fixture, NULL, set_up, test_recovery_full_disk, tear_down);
  g_test_add ("/editor/killed", Fixture, NULL, set_up, test_killed, tear_down);
  g_test_add ("/editor/snapshot", Fixture, NULL, set_up, test_snapshot, tear_down);
  g_test_add ("/editor/processes", Fixture, NULL, set_up, test_processes, tear_down);
  result = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&data));
  return result;
}
