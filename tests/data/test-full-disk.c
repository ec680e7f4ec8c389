/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A disk that is full at every write of an import and of an export: it is said, nothing half remains, and it works when
 * there is room again.  What SQLite writes fails in its VFS; what is written as a file, at a limit of its size. */

#include "data/interchange/acini-export.h"
#include "data/objects/acini-object-index.h"
#include "data/interchange/acini-intake.h"
#include "data/labels/acini-journal.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-failing-vfs.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#define WIDTH 1300
#define HEIGHT 700

typedef struct
{
  char *folder, *image, *mask;
  guint8 *expected; /* labels */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *grey = g_malloc (WIDTH * HEIGHT), *mask = g_malloc (WIDTH * HEIGHT);
  g_autoptr (VipsImage) picture = NULL, units = NULL;

  fixture->folder = acini_test_make_folder ();
  fixture->image = g_build_filename (fixture->folder, "a.png", NULL);
  fixture->mask = g_build_filename (fixture->folder, "a-mask.png", NULL);
  fixture->expected = g_malloc (WIDTH * HEIGHT);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      int x = i % WIDTH, y = i / WIDTH;

      grey[i] = (guint8)((guint32)i * 2654435761u >> 21);
      mask[i] = (x / 90 + y / 70) % 3 == 0 ? 255 : 0;
      fixture->expected[i] = mask[i] != 0 ? ACINI_LABEL_FIRST_CLASS : ACINI_LABEL_BACKGROUND;
    }
  picture = vips_image_new_from_memory_copy (grey, WIDTH * HEIGHT, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  units = vips_image_new_from_memory_copy (mask, WIDTH * HEIGHT, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  picture->Type = units->Type = VIPS_INTERPRETATION_B_W;
  g_assert_cmpint (vips_image_write_to_file (picture, fixture->image, NULL), ==, 0);
  g_assert_cmpint (vips_image_write_to_file (units, fixture->mask, NULL), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_failing_vfs_set_room (-1);
  g_free (fixture->image);
  g_free (fixture->mask);
  g_free (fixture->expected);
  acini_test_remove_folder (fixture->folder);
}

/* No file of this process grows beyond @size bytes; below 0: as large as it may. */
static void
set_file_limit (gint64 size)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = size < 0 ? limit.rlim_max : (rlim_t)size;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* One sentence for people: not empty, one line, no name of a function. */
static void
check_sentence (const GError *error)
{
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_cmpint (strlen (error->message), >, 10);
  g_assert_null (strchr (error->message, '\n'));
  g_assert_null (strstr (error->message, "vips_"));
  g_assert_null (strstr (error->message, "write()"));
  g_assert_null (strstr (error->message, "wbuffer"));
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static gint64
count (AciniProject *project, const char *table)
{
  g_autofree char *database = acini_project_build_path (project, "project.sqlite", NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", table), *n = acini_test_query (database, sql);

  return g_ascii_strtoll (n, NULL, 10);
}

/* Either nothing of the slide is there, or all of it, with all labels or none; no file that belongs to nothing. */
static void
check_whole (Fixture *fixture, AciniProject *project)
{
  g_autofree char *folder = acini_project_build_path (project, "slides", NULL);
  g_autofree guint8 *labels = g_malloc (WIDTH * HEIGHT);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (slides->len, <=, 1);
  g_assert_cmpuint (count_files (folder), ==, slides->len);
  g_assert_true (acini_journal_verify (project, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = slides->pdata[i];

      g_assert_false (record->missing);
      g_assert_true (acini_labels_read (project, record->id, 0, 0, 0, WIDTH, HEIGHT, labels, &error));
      g_assert_no_error (error);
      if (record->labelled)
        g_assert_cmpmem (labels, WIDTH * HEIGHT, fixture->expected, WIDTH * HEIGHT);
      else
        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++)
          g_assert_cmpint (labels[pixel], ==, 0);
    }
}

static gboolean
take (Fixture *fixture, AciniProject *project, GError **error)
{
  g_auto (AciniIntakeResult) result = { 0 };

  return acini_intake (project, fixture->image, &(AciniIntake){ 0 }, &result, NULL, NULL, NULL, error);
}

/* With room again the same import ends well, and once. */
static void
check_again (Fixture *fixture, AciniProject *project)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slides = NULL;

  g_assert_true (take (fixture, project, &error));
  g_assert_no_error (error);
  check_whole (fixture, project);
  slides = acini_project_list_slides (project, NULL);
  g_assert_cmpuint (slides->len, ==, 1);
  g_assert_true (((const AciniSlideRecord *)slides->pdata[0])->labelled);
  g_assert_cmpint (count (project, "journal"), ==, 2);
}

static AciniProject *
make_project (Fixture *fixture, int n)
{
  g_autofree char *name = g_strdup_printf ("%d.acini", n), *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  AciniProject *project = acini_project_create (path, &error);

  g_assert_no_error (error);
  return project;
}

/* Rows and tiles: the disk is full at the n-th write or sync, for every n. */
static void
test_import_rows (Fixture *fixture, gconstpointer data)
{
  gboolean failed = TRUE;
  int n = 0, n_said = 0;

  for (; failed; n++)
    {
      g_autoptr (AciniProject) project = make_project (fixture, n);
      g_autoptr (GError) error = NULL;
      gboolean ok;

      acini_failing_vfs_set_room (n);
      ok = take (fixture, project, &error);
      failed = acini_failing_vfs_has_failed ();
      acini_failing_vfs_set_room (-1);
      /* Only the checkpoint, which SQLite does behind a commit, may fail without a word. */
      g_assert_true (ok || failed);
      if (!ok)
        {
          g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE);
          check_sentence (error);
          n_said++;
        }
      check_whole (fixture, project);
      check_again (fixture, project);
    }
  g_test_message ("%d places to fail at, %d said", n - 1, n_said);
  g_assert_cmpint (n_said, >=, 4);
}

/* The slide that an image becomes: its file cannot grow beyond a limit, from nothing to its whole size. */
static void
test_import_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "slides", NULL);
  g_autofree char *path = NULL;
  int n_said = 0;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (gint64 limit = 0; path == NULL; limit = limit == 0 ? 512 : limit * 2)
    {
      g_autoptr (GError) error = NULL;

      set_file_limit (limit);
      path = acini_slide_import (fixture->image, folder, .5, NULL, NULL, NULL, &error);
      set_file_limit (-1);
      g_assert_cmpuint (count_files (folder), ==, path != NULL ? 1 : 0);
      if (path != NULL)
        continue;
      g_assert_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE);
      check_sentence (error);
      n_said++;
    }
  g_assert_cmpint (n_said, >=, 4);
}

/* A mask's file, in each format: what was there before stays. */
static void
test_export (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = make_project (fixture, 0);
  g_autofree char *folder = g_build_filename (fixture->folder, "masks", NULL), *path = NULL, *name = NULL;
  g_autoptr (GPtrArray) slides = NULL;
  g_autoptr (GError) problem = NULL;
  const AciniExportFormat *format = acini_export_find_format (data, &problem);
  AciniExportSource source = { project };
  gboolean ok = FALSE;
  int n_said = 0;

  g_assert_no_error (problem);
  g_assert_true (take (fixture, project, &problem));
  g_assert_no_error (problem);
  slides = acini_project_list_slides (project, NULL);
  source.slide = slides->pdata[0];
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  name = g_strconcat ("mask.", format->suffix, NULL);
  path = g_build_filename (folder, name, NULL);
  for (gint64 limit = 0; !ok; limit = limit == 0 ? 64 : limit * 2)
    {
      g_autofree char *content = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, "before", -1, NULL));
      set_file_limit (limit);
      ok = acini_export_write (format, &source, path, NULL, NULL, NULL, &error);
      set_file_limit (-1);
      g_assert_cmpuint (count_files (folder), ==, 1);
      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_assert_true (g_str_equal (content, "before") == !ok);
      if (ok)
        break;
      /* What is exported as objects writes their index, too. */
      g_assert_true (g_error_matches (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE)
                     || error->domain == ACINI_OBJECT_INDEX_ERROR);
      check_sentence (error);
      n_said++;
    }
  g_assert_cmpint (n_said, >=, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]) != 0)
    return 1;
  /* Too large a file is an error, no signal. */
  signal (SIGXFSZ, SIG_IGN);
  acini_failing_vfs_install ();
  g_test_add ("/full-disk/import-rows", Fixture, NULL, set_up, test_import_rows, tear_down);
  g_test_add ("/full-disk/import-file", Fixture, NULL, set_up, test_import_file, tear_down);
  g_test_add ("/full-disk/export-tiff", Fixture, "tiff", set_up, test_export, tear_down);
  g_test_add ("/full-disk/export-png", Fixture, "png", set_up, test_export, tear_down);
  g_test_add ("/full-disk/export-rle", Fixture, "rle", set_up, test_export, tear_down);
  g_test_add ("/full-disk/export-geojson", Fixture, "geojson", set_up, test_export, tear_down);
  return g_test_run ();
}
