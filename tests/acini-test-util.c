/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/acini-test-util.h"

#include "data/interchange/acini-mask-file.h"
#include "data/project/acini-project-private.h"

#include <errno.h>
#include <execinfo.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>
#include <vips/vips.h>

/* Where a test died: what fails once in a thousand runs is not seen again soon.  The addresses of functions that are
 * not exported go to addr2line. */
static void
tell_where (int signal_number)
{
  void *frames[64];

  backtrace_symbols_fd (frames, backtrace (frames, G_N_ELEMENTS (frames)), STDERR_FILENO);
  raise (signal_number);
}

static void __attribute__ ((constructor))
watch_for_death (void)
{
  static const int signals[] = { SIGABRT, SIGTRAP };
  const struct sigaction action = { .sa_handler = tell_where, .sa_flags = (int)SA_RESETHAND };
  void *frame;

  /* Once, so that it allocates nothing when it is called for. */
  backtrace (&frame, 1);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, NULL);
}

char *
acini_test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("acini-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

/* How often what cannot be removed is tried again, 10 ms apart. */
#define REMOVE_TRIES 1000

static void
remove_recursively (const char *path)
{
  int why = 0;

  for (int i = 0; i < REMOVE_TRIES; i++)
    {
      g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_recursively (child);
        }
      /* A worker that is on its way out may close its database only now, and take the files beside it away. */
      why = g_remove (path) == 0 ? 0 : errno;
      if (why == 0 || why == ENOENT)
        return;
      if (why != ENOTEMPTY && why != EEXIST)
        break;
      g_usleep (10000);
    }
  g_error ("%s: %s", path, g_strerror (why));
}

char *
acini_test_make_home (void)
{
  static const char *const variables[] = { "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME" };
  char *home = acini_test_make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i], home, TRUE);
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  return home;
}

void
acini_test_remove_folder (char *folder)
{
  remove_recursively (folder);
  g_free (folder);
}

static void
iterate (void)
{
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (1000);
}

void
acini_test_wait_for (AciniTestCondition condition, gpointer data, int seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      iterate ();
    }
}

void
acini_test_run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64)milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    iterate ();
}

AciniProject *
acini_test_make_project (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "test.acini", NULL);
  g_autoptr (GError) error = NULL;
  AciniProject *project = acini_project_create (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (project);
  return project;
}

gint64
acini_test_add_slide (AciniProject *project, const char *name, gint64 width, gint64 height)
{
  g_autofree char *path = acini_project_build_path (project, "slides", name, NULL);
  g_autoptr (GError) error = NULL;
  gint64 id = acini_project_add_slide_record (project, path, NULL, "", 0.5, 0.5, width, height, &error);

  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

void
acini_test_write_overflow (const char *model, const char *path)
{
  g_autofree char *from = g_build_filename (model, "model.safetensors", NULL), *bytes = NULL, *header = NULL;
  const float largest = 3e38f;
  const char *tensor;
  guint64 length;
  gsize n, begin, end;

  /* The header's length, the header as JSON, the tensors' bytes. */
  g_assert_true (g_file_get_contents (from, &bytes, &n, NULL));
  memcpy (&length, bytes, sizeof length);
  length = GUINT64_FROM_LE (length);
  header = g_strndup (bytes + sizeof length, length);
  tensor = strstr (header, "\"decode_head.classifier.weight\"");
  g_assert_nonnull (tensor);
  tensor = strstr (tensor, "\"data_offsets\":[");
  g_assert_nonnull (tensor);
  g_assert_cmpint (sscanf (tensor, "\"data_offsets\":[%zu,%zu]", &begin, &end), ==, 2);
  for (gsize i = begin; i < end; i += sizeof largest)
    memcpy (bytes + sizeof length + length + i, &largest, sizeof largest);
  g_assert_true (g_file_set_contents (path, bytes, (gssize)n, NULL));
}

void
acini_test_run_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

char *
acini_test_query (const char *path, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  sqlite3 *db = NULL;
  char *text = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step (statement) == SQLITE_ROW)
    text = g_strdup ((const char *)sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return text;
}

void
acini_test_write_slide (const char *path, int side, guint32 colour)
{
  VipsImage *black = NULL, *image = NULL;
  const double scale[3] = { 0, 0, 0 }, bands[3] = { colour >> 16, colour >> 8 & 0xff, colour & 0xff };

  g_assert_cmpint (vips_black (&black, side, side, "bands", 3, NULL), ==, 0);
  g_assert_cmpint (vips_linear (black, &image, scale, bands, 3, "uchar", TRUE, NULL), ==, 0);
  image->Type = VIPS_INTERPRETATION_sRGB;
  g_assert_cmpint (vips_tiffsave (image, path, "tile", TRUE, "tile_width", 256, "tile_height", 256, "pyramid", TRUE,
                                  "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE, NULL),
                   ==, 0);
  g_object_unref (black);
  g_object_unref (image);
}

void
acini_test_break_file (const char *path, GRand *rand)
{
  const char rubbish[512] = { 0x5a };
  GStatBuf info;
  FILE *file = g_fopen (path, "r+b");

  g_assert_nonnull (file);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (fseek (file, info.st_size / 5 + g_rand_int_range (rand, 0, 512), SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (rubbish, sizeof rubbish, 1, file), ==, 1);
  fclose (file);
}

GBytes *
acini_test_read_mask (const char *path, int channel, int *width, int *height, GError **error)
{
  AciniMaskReading reading
      = { .units = channel < 0 ? ACINI_MASK_UNITS_AUTO : ACINI_MASK_UNITS_CHANNEL, .channel = MAX (channel, 0) };
  g_autoptr (AciniMaskFile) mask = acini_mask_file_open (path, &reading, error);
  g_autofree guint8 *pixels = NULL;

  if (mask == NULL || !acini_mask_file_look (mask, error))
    return NULL;
  *width = acini_mask_file_get_width (mask);
  *height = acini_mask_file_get_height (mask);
  pixels = g_malloc ((gsize)*width * *height);
  for (int y = 0; y < *height; y += 100)
    if (!acini_mask_file_read_rows (mask, MIN (100, *height - y), pixels + (gsize)y * *width, error))
      return NULL;
  return g_bytes_new_take (g_steal_pointer (&pixels), (gsize)*width * *height);
}

void
acini_test_run_cli (const char *folder, const char *const *words)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status;

  g_ptr_array_add (arguments, (char *)g_getenv ("ACINI_CLI"));
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, (char *)*words);
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (folder, (char **)arguments->pdata, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}
