/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Schema steps, and what happens when nothing more can be written. */

#include "data/base/acini-database.h"
#include "data/labels/acini-journal.h"
#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "file.sqlite", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->path);
  acini_test_remove_folder (fixture->folder);
}

static const char *const first_steps[] = { "CREATE TABLE a (x)", NULL };
static const char *const later_steps[]
    = { "CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y DEFAULT 7", "CREATE TABLE b (z)", NULL };
static const char *const broken_steps[] = { "CREATE TABLE a (x)", "DELETE FROM a; CREATE TABLE", NULL };

static AciniDatabaseKind
make_kind (const char *const *steps)
{
  return (AciniDatabaseKind){ 77,
                              steps,
                              TRUE,
                              4096,
                              acini_project_error_quark,
                              ACINI_PROJECT_ERROR_DAMAGED,
                              ACINI_PROJECT_ERROR_WRITE,
                              ACINI_PROJECT_ERROR_NEWER };
}

static AciniDatabase *
open_it (Fixture *fixture, const AciniDatabaseKind *kind)
{
  g_autoptr (GError) error = NULL;
  AciniDatabase *database = acini_database_open (fixture->path, kind, ACINI_DATABASE_CREATE, &error);

  g_assert_no_error (error);
  return database;
}

static void
insert_in (AciniTransaction *transaction, gint64 x)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_transaction_run (transaction, &error, "INSERT INTO a (x) VALUES (?1)", "i", x));
  g_assert_true (acini_transaction_commit (transaction, &error));
  g_assert_no_error (error);
}

static void
insert (AciniDatabase *database, gint64 x)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write (database, NULL);

  insert_in (transaction, x);
}

static void
insert_ahead (AciniDatabase *database, gint64 x)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write_ahead (database, NULL);

  insert_in (transaction, x);
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  AciniDatabaseKind first = make_kind (first_steps), later = make_kind (later_steps), broken = make_kind (broken_steps);
  g_autoptr (GError) error = NULL;
  AciniDatabase *database = open_it (fixture, &first);

  insert (database, 5);
  acini_database_free (database);
  /* A step that fails leaves the file as it was. */
  g_assert_null (acini_database_open (fixture->path, &broken, ACINI_DATABASE_EXISTING, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_DAMAGED);
  g_clear_error (&error);
  acini_database_free (open_it (fixture, &first));

  database = open_it (fixture, &later);
  {
    g_autoptr (AciniTransaction) transaction = acini_database_read (database, &error);

    g_assert_cmpint (acini_transaction_get_int (transaction, &error, 0, "SELECT x * 10 + y FROM a", ""), ==, 57);
    g_assert_cmpint (acini_transaction_get_int (transaction, &error, -2, "SELECT z FROM b", ""), ==, -2);
    g_assert_cmpint (acini_transaction_get_int (transaction, &error, 0, "PRAGMA user_version", ""), ==, 3);
    g_assert_no_error (error);
  }
  acini_database_free (database);
  g_assert_null (acini_database_open (fixture->path, &first, ACINI_DATABASE_EXISTING, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NEWER);
}

#define N_OPENERS 4

typedef struct
{
  const char *path;
  int *waiting;
  char *failure; /* of the thread's opening; NULL: none */
} Opener;

static gpointer
open_at_once (gpointer data)
{
  Opener *opener = data;
  AciniDatabaseKind kind = make_kind (first_steps);
  g_autoptr (GError) error = NULL;
  AciniDatabase *database;

  /* All of them are there before the first begins. */
  g_atomic_int_add (opener->waiting, -1);
  while (g_atomic_int_get (opener->waiting) > 0)
    ;
  database = acini_database_open (opener->path, &kind, ACINI_DATABASE_CREATE, &error);
  if (database == NULL)
    opener->failure = g_strdup (error->message);
  else
    insert (database, 1);
  acini_database_free (database);
  return NULL;
}

/* Whoever comes while another makes the file takes it neither for damaged nor for somebody else's: an index that is
 * would be thrown away under the hands of who made it. */
static void
test_made_together (Fixture *fixture, gconstpointer data)
{
  for (int round = 0; round < 100; round++)
    {
      GThread *threads[N_OPENERS];
      Opener openers[N_OPENERS];
      int waiting = N_OPENERS;
      g_autofree char *count = NULL;

      for (int i = 0; i < N_OPENERS; i++)
        {
          openers[i] = (Opener){ fixture->path, &waiting, NULL };
          threads[i] = g_thread_new ("opener", open_at_once, &openers[i]);
        }
      for (int i = 0; i < N_OPENERS; i++)
        g_thread_join (threads[i]);
      for (int i = 0; i < N_OPENERS; i++)
        g_assert_cmpstr (openers[i].failure, ==, NULL);
      count = acini_test_query (fixture->path, "SELECT count(*) FROM a");
      g_assert_cmpstr (count, ==, G_STRINGIFY (N_OPENERS));
      acini_database_remove (fixture->path);
    }
}

static void
test_transactions (Fixture *fixture, gconstpointer data)
{
  AciniDatabaseKind kind = make_kind (first_steps);
  g_autoptr (AciniDatabase) database = open_it (fixture, &kind);
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniTransaction) before = acini_database_read (database, &error);

  g_assert_cmpint (acini_transaction_get_int (before, &error, 0, "SELECT count(*) FROM a", ""), ==, 0);
  insert (database, 1);
  /* Freed without commit. */
  {
    g_autoptr (AciniTransaction) writing = acini_database_write (database, &error);

    g_assert_true (acini_transaction_run (writing, &error, "INSERT INTO a (x) VALUES (2)", ""));
  }
  /* The older view stays what it was; a new one sees what was committed. */
  g_assert_cmpint (acini_transaction_get_int (before, &error, 0, "SELECT count(*) FROM a", ""), ==, 0);
  {
    g_autoptr (AciniTransaction) after = acini_database_read (database, &error);

    g_assert_cmpint (acini_transaction_get_int (after, &error, 0, "SELECT count(*) FROM a", ""), ==, 1);
    g_assert_false (acini_transaction_run (after, &error, "INSERT INTO a (x) VALUES (3)", ""));
    g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
  }
}

/* Noise that does not compress, so that the disk fills. */
static gboolean
paint_noise (AciniProject *project, gint64 slide, GError **error)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");
  g_autofree guint8 *labels = g_malloc (512 * 512);
  AciniRect rect = { 0, 0, 512, 512 };

  for (int i = 0; i < 512 * 512; i++)
    labels[i] = 1 + g_test_rand_int () % 250;
  return acini_edit_write (edit, &rect, labels, error) && acini_edit_commit (edit, NULL, error);
}

/* Paints until nothing more can be written, then checks that all that was said to be written is there. */
static void
fill (const char *folder, gint64 *slide, AciniProject **project)
{
  g_autofree guint8 *last = g_malloc (512 * 512), *now = g_malloc (512 * 512);
  g_autoptr (GError) error = NULL, other = NULL;
  AciniRect damage;
  int n = 0;

  for (; n < 1000; n++)
    {
      if (!paint_noise (*project, *slide, &error))
        break;
      g_assert_true (acini_labels_read (*project, *slide, 0, 0, 0, 512, 512, last, NULL));
    }
  g_assert_cmpint (n, >, 0);
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
  g_test_message ("after %d edits: %s", n, error->message);
  g_assert_true (acini_labels_read (*project, *slide, 0, 0, 0, 512, 512, now, &other));
  g_assert_no_error (other);
  g_assert_cmpmem (now, 512 * 512, last, 512 * 512);
  g_assert_true (acini_journal_verify (*project, &other));
  g_assert_no_error (other);
  /* Nothing hangs, and trying again says the same. */
  g_assert_false (acini_journal_undo (*project, *slide, &damage, &other) && paint_noise (*project, *slide, &other)
                  && paint_noise (*project, *slide, &other));
  g_assert_error (other, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
}

static void
test_file_limit (Fixture *fixture, gconstpointer data)
{
  AciniProject *project = acini_test_make_project (fixture->folder);
  gint64 slide = acini_test_add_slide (project, "a.tiff", 2000, 2000);
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 3 * 1024 * 1024;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  fill (fixture->folder, &slide, &project);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  /* With room again, work goes on. */
  g_assert_true (paint_noise (project, slide, &error));
  g_assert_no_error (error);
  g_assert_true (acini_journal_verify (project, &error));
  g_object_unref (project);
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *disk = g_build_filename (fixture->folder, "disk", NULL);
  g_autofree char *sound = NULL, *database = g_build_filename (disk, "test.acini", "project.sqlite", NULL);
  AciniProject *project;
  gint64 slide;

  g_assert_cmpint (g_mkdir_with_parents (disk, 0700), ==, 0);
  if (mount ("none", disk, "tmpfs", 0, "size=4m") != 0)
    {
      g_test_skip ("a file system of 4 MiB cannot be mounted here");
      return;
    }
  project = acini_test_make_project (disk);
  slide = acini_test_add_slide (project, "a.tiff", 2000, 2000);
  fill (disk, &slide, &project);
  g_object_unref (project);
  sound = acini_test_query (database, "PRAGMA integrity_check");
  g_assert_cmpstr (sound, ==, "ok");
  g_assert_cmpint (umount (disk), ==, 0);
}

/* Of thousands of pages most are in the file, and no longer in the WAL, while all is still open. */
static void
test_checkpoint (Fixture *fixture, gconstpointer data)
{
  AciniDatabaseKind kind = make_kind (first_steps);
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  AciniDatabase *database;
  g_autofree char *count = NULL, *blob = g_malloc0 (4096);
  GStatBuf info = { 0 };

  kind.precious = FALSE;
  database = open_it (fixture, &kind);
  for (int i = 0; i < 20000; i++)
    {
      g_autoptr (AciniTransaction) transaction = acini_database_write (database, NULL);

      g_assert_true (
          acini_transaction_run (transaction, NULL, "INSERT INTO a (x) VALUES (?1)", "b", blob, (gsize)4096));
      g_assert_true (acini_transaction_commit (transaction, NULL));
    }
  g_assert_cmpint (g_stat (wal, &info), ==, 0);
  g_assert_cmpint (info.st_size, <, 12000 * 4120);
  acini_database_free (database);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  count = acini_test_query (fixture->path, "SELECT count(*) FROM a");
  g_assert_cmpstr (count, ==, "20000");
}

static void
check_sum (AciniDatabase *database, gint64 sum)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniTransaction) transaction = acini_database_read (database, &error);

  g_assert_cmpint (acini_transaction_get_int (transaction, &error, 0, "SELECT sum (x) FROM a", ""), ==, sum);
  g_assert_no_error (error);
}

/* The file without its WAL has so many rows. */
static void
check_file (Fixture *fixture, const char *n)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.sqlite", NULL), *count = NULL;
  g_autoptr (GFile) from = g_file_new_for_path (fixture->path), to = g_file_new_for_path (copy);

  g_assert_true (g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL));
  count = acini_test_query (copy, "SELECT count(*) FROM a");
  g_assert_cmpstr (count, ==, n);
}

/* What is written ahead can be read before it is on the disk; one sync is for all that came before, and what the disk
 * refuses is tried again. */
static void
test_ahead (Fixture *fixture, gconstpointer data)
{
  AciniDatabaseKind kind = make_kind (first_steps);
  g_autoptr (AciniDatabase) database = open_it (fixture, &kind);
  g_autoptr (GError) error = NULL;
  int n;

  insert (database, 1);
  n = acini_failing_vfs_get_n_syncs ();
  insert_ahead (database, 10);
  insert_ahead (database, 100);
  check_sum (database, 111);
  g_assert_cmpint (acini_failing_vfs_get_n_syncs (), ==, n);
  for (int i = 0; i < 2; i++)
    g_assert_true (acini_database_sync (database, &error));
  g_assert_cmpint (acini_failing_vfs_get_n_syncs (), ==, n + 1);
  insert_ahead (database, 1000);
  insert (database, 10000);
  g_assert_true (acini_database_sync (database, &error));
  g_assert_cmpint (acini_failing_vfs_get_n_syncs (), ==, n + 2);
  insert_ahead (database, 100000);
  acini_failing_vfs_set_room (0);
  for (int i = 0; i < 2; i++)
    {
      g_assert_false (acini_database_sync (database, &error));
      g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
      g_clear_error (&error);
    }
  check_sum (database, 111111);
  acini_failing_vfs_set_room (-1);
  /* What the system may have forgotten is in the file then, whoever committed meanwhile. */
  insert (database, 1000000);
  g_assert_true (acini_database_sync (database, &error));
  check_file (fixture, "7");
  n = acini_failing_vfs_get_n_syncs ();
  g_assert_true (acini_database_sync (database, &error));
  g_assert_cmpint (acini_failing_vfs_get_n_syncs (), ==, n);
  check_sum (database, 1111111);
}

/* Without a WAL each commit waits for the disk. */
static void
test_ahead_on_network (Fixture *fixture, gconstpointer data)
{
  AciniDatabaseKind kind = make_kind (first_steps);
  AciniDatabase *database;
  int n;

  g_setenv ("ACINI_NETWORK_DRIVE", "1", TRUE);
  database = open_it (fixture, &kind);
  n = acini_failing_vfs_get_n_syncs ();
  insert_ahead (database, 1);
  g_assert_cmpint (acini_failing_vfs_get_n_syncs (), >, n);
  n = acini_failing_vfs_get_n_syncs ();
  g_assert_true (acini_database_sync (database, NULL));
  g_assert_cmpint (acini_failing_vfs_get_n_syncs (), ==, n);
  acini_database_free (database);
  g_unsetenv ("ACINI_NETWORK_DRIVE");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  acini_failing_vfs_install ();
  g_test_add ("/database/steps", Fixture, NULL, set_up, test_steps, tear_down);
  g_test_add ("/database/made-together", Fixture, NULL, set_up, test_made_together, tear_down);
  g_test_add ("/database/transactions", Fixture, NULL, set_up, test_transactions, tear_down);
  g_test_add ("/database/file-limit", Fixture, NULL, set_up, test_file_limit, tear_down);
  g_test_add ("/database/full-disk", Fixture, NULL, set_up, test_full_disk, tear_down);
  g_test_add ("/database/checkpoint", Fixture, NULL, set_up, test_checkpoint, tear_down);
  g_test_add ("/database/ahead", Fixture, NULL, set_up, test_ahead, tear_down);
  g_test_add ("/database/ahead-on-network", Fixture, NULL, set_up, test_ahead_on_network, tear_down);
  return g_test_run ();
}
