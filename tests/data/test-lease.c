/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A project on a network drive, and one that cannot be written. */

#include "data/base/acini-database.h"
#include "data/labels/acini-journal.h"
#include "data/project/acini-lease.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *folder, *path, *lease;
  GPid child; /* 0: none */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = NULL;

  fixture->folder = acini_test_make_folder ();
  project = acini_test_make_project (fixture->folder);
  fixture->path = g_strdup (acini_project_get_folder (project));
  fixture->lease = g_build_filename (fixture->path, "project.lease", NULL);
  acini_test_add_slide (project, "a.tiff", 600, 600);
  g_setenv ("ACINI_NETWORK_DRIVE", "1", TRUE);
  acini_lease_set_times (50, 1000);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unsetenv ("ACINI_NETWORK_DRIVE");
  g_free (fixture->path);
  g_free (fixture->lease);
  acini_test_remove_folder (fixture->folder);
}

static AciniProject *
must_open (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  AciniProject *project = acini_project_open (fixture->path, &error);

  g_assert_no_error (error);
  return project;
}

static gboolean
paint (AciniProject *project, GError **error)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (project, 1, "brush");
  AciniRect rect = { 0, 0, 30, 30 };

  return acini_edit_paint (edit, &rect, NULL, 2, error) && acini_edit_commit (edit, NULL, error);
}

/* Another process that opens the project, and ends when it is told to. */
static GSubprocess *
start_holder (Fixture *fixture)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *line = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  GSubprocess *holder = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self,
                                          "--hold", fixture->path, NULL);

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (holder));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, "open");
  return holder;
}

static int
hold (const char *path)
{
  g_autoptr (AciniProject) project = acini_project_open (path, NULL);
  char end;

  if (project == NULL || acini_project_get_read_only (project) != NULL || !paint (project, NULL))
    return 1;
  puts ("open");
  fflush (stdout);
  return read (STDIN_FILENO, &end, 1) >= 0 ? 0 : 1;
}

/* No WAL on a network drive; one writes, the second looks and is told who has it. */
static void
test_second (Fixture *fixture, gconstpointer data)
{
  g_autofree char *database = g_build_filename (fixture->path, "project.sqlite", NULL), *mode = NULL;
  g_autofree char *wal = g_strconcat (database, "-wal", NULL);
  g_autoptr (GSubprocess) holder = start_holder (fixture);
  g_autoptr (AciniProject) project = must_open (fixture);
  g_autoptr (GError) error = NULL;
  guint8 label = 0;

  g_assert_nonnull (acini_project_get_read_only (project));
  g_assert_nonnull (strstr (acini_project_get_read_only (project), g_get_host_name ()));
  g_test_message ("%s", acini_project_get_read_only (project));
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  mode = acini_test_query (database, "PRAGMA journal_mode");
  g_assert_cmpstr (mode, ==, "delete");
  g_assert_true (acini_labels_read (project, 1, 0, 5, 5, 1, 1, &label, &error));
  g_assert_no_error (error);
  g_assert_cmpint (label, ==, 2);
  g_assert_false (paint (project, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
  g_assert_cmpstr (error->message, ==, acini_project_get_read_only (project));
  g_clear_object (&project);

  /* The holder closes: its lease goes, and the next one may write. */
  g_output_stream_close (g_subprocess_get_stdin_pipe (holder), NULL, NULL);
  g_assert_true (g_subprocess_wait_check (holder, NULL, NULL));
  g_assert_false (g_file_test (fixture->lease, G_FILE_TEST_EXISTS));
  project = must_open (fixture);
  g_assert_null (acini_project_get_read_only (project));
  g_assert_true (g_file_test (fixture->lease, G_FILE_TEST_EXISTS));

  /* The same process may open it twice. */
  {
    g_autoptr (AciniProject) again = must_open (fixture);

    g_assert_null (acini_project_get_read_only (again));
  }
  g_assert_true (g_file_test (fixture->lease, G_FILE_TEST_EXISTS));
  g_clear_object (&project);
  g_assert_false (g_file_test (fixture->lease, G_FILE_TEST_EXISTS));
}

/* A holder that was killed on this computer, and one elsewhere that has not been heard of. */
static void
test_stale (Fixture *fixture, gconstpointer data)
{
  GSubprocess *holder = start_holder (fixture);
  g_autoptr (AciniProject) project = NULL;
  gint64 start;

  g_subprocess_force_exit (holder);
  g_subprocess_wait (holder, NULL, NULL);
  g_object_unref (holder);
  g_assert_true (g_file_test (fixture->lease, G_FILE_TEST_EXISTS));
  project = must_open (fixture);
  g_assert_null (acini_project_get_read_only (project));
  g_clear_object (&project);

  g_assert_true (g_file_set_contents (fixture->lease, "token\nAnna Berg\npathology-3\n1\n", -1, NULL));
  project = must_open (fixture);
  g_assert_nonnull (strstr (acini_project_get_read_only (project), "Anna Berg on pathology-3"));
  start = g_get_monotonic_time ();
  do
    {
      g_clear_object (&project);
      g_usleep (50000);
      project = must_open (fixture);
    }
  while (acini_project_get_read_only (project) != NULL && g_get_monotonic_time () - start < 20 * G_TIME_SPAN_SECOND);
  g_assert_null (acini_project_get_read_only (project));
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 500000);
}

/* One that is renewed stays, however long it is held. */
static void
test_renewed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) holder = start_holder (fixture);

  for (gint64 end = g_get_monotonic_time () + 2500000; g_get_monotonic_time () < end; g_usleep (100000))
    {
      g_autoptr (AciniProject) project = must_open (fixture);

      g_assert_nonnull (acini_project_get_read_only (project));
    }
  g_output_stream_close (g_subprocess_get_stdin_pipe (holder), NULL, NULL);
  g_assert_true (g_subprocess_wait_check (holder, NULL, NULL));
}

/* Another took it while the drive did not answer: nothing is written any more. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = must_open (fixture);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_true (g_file_set_contents (fixture->lease, "token\nAnna Berg\npathology-3\n1\n", -1, NULL));
  while (paint (project, &error) && g_get_monotonic_time () - start < 20 * G_TIME_SPAN_SECOND)
    g_usleep (20000);
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
  g_clear_object (&project);
  /* It is hers. */
  g_assert_true (g_file_test (fixture->lease, G_FILE_TEST_EXISTS));
}

/* Another database of the project, as predictions are. */

static const char *const steps[] = { "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (7)", NULL };

static const AciniDatabaseKind kind = {
  .application_id = 4711,
  .steps = steps,
  .page_size = 4096,
  .domain = acini_project_error_quark,
  .damaged = ACINI_PROJECT_ERROR_DAMAGED,
  .write = ACINI_PROJECT_ERROR_WRITE,
  .newer = ACINI_PROJECT_ERROR_NEWER,
};

static AciniDatabase *
open_other (const char *folder, AciniDatabaseMode mode, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "other.sqlite", NULL);

  return acini_database_open (path, &kind, mode, error);
}

static gboolean
can_look (const char *folder)
{
  g_autoptr (AciniDatabase) database = open_other (folder, ACINI_DATABASE_EXISTING, NULL);
  g_autoptr (AciniTransaction) reading = database != NULL ? acini_database_read (database, NULL) : NULL;
  g_autoptr (AciniTransaction) writing = database != NULL ? acini_database_write (database, NULL) : NULL;

  return reading != NULL && writing == NULL && acini_transaction_get_int (reading, NULL, 0, "SELECT x FROM a", "") == 7;
}

/* In the child, as a user who may not write: what was in the WAL is there as well. */
static int
look (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniProject) project = NULL;
  guint8 label = 0;

  if (geteuid () == 0 && (setgid (65534) != 0 || setuid (65534) != 0))
    return 2;
  project = acini_project_open (path, &error);
  if (project == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 3;
    }
  if (acini_project_get_read_only (project) == NULL)
    return 4;
  if (!acini_labels_read (project, 1, 0, 5, 5, 1, 1, &label, NULL) || label != 2)
    return 5;
  if (!can_look (path))
    return 7;
  if (paint (project, &error) || !g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE))
    return 6;
  return 0;
}

static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *database = g_build_filename (fixture->path, "project.sqlite", NULL);
  char *arguments[] = { self, (char *)"--look", fixture->path, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_unsetenv ("ACINI_NETWORK_DRIVE");
  {
    g_autoptr (AciniProject) project = must_open (fixture);

    g_assert_true (paint (project, &error));
    g_assert_no_error (error);
  }
  acini_database_free (open_other (fixture->path, ACINI_DATABASE_CREATE, &error));
  g_assert_no_error (error);
  g_chmod (fixture->folder, 0755);
  g_chmod (database, 0444);
  g_chmod (fixture->path, 0555);
  g_spawn_sync (NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
  g_chmod (fixture->path, 0755);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--hold"))
    {
      acini_lease_set_times (50, 1000);
      return hold (argv[2]);
    }
  if (argc == 3 && g_str_equal (argv[1], "--look"))
    return look (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/lease/second", Fixture, NULL, set_up, test_second, tear_down);
  g_test_add ("/lease/stale", Fixture, NULL, set_up, test_stale, tear_down);
  g_test_add ("/lease/renewed", Fixture, NULL, set_up, test_renewed, tear_down);
  g_test_add ("/lease/lost", Fixture, NULL, set_up, test_lost, tear_down);
  g_test_add ("/lease/read-only", Fixture, NULL, set_up, test_read_only, tear_down);
  return g_test_run ();
}
