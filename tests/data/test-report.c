/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A report, read back with poppler's pdftotext and pdfimages where they are. */

#include "data/interchange/acini-report.h"
#include "data/labels/acini-journal.h"
#include "data/project/acini-change.h"
#include "tests/acini-test-util.h"

#include <string.h>

#define WIDTH 900
#define HEIGHT 700

typedef struct
{
  char *folder, *path;
  AciniProject *project;
} Fixture;

static gint64
add_slide (Fixture *fixture, const char *name, int n)
{
  gint64 slide = acini_test_add_slide (fixture->project, name, WIDTH, HEIGHT);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, slide, "brush");

  for (int i = 0; i < n; i++)
    {
      AciniRect rect = { 20 + i * 60, 30, 40, 50 + 20 * i };

      g_assert_true (acini_edit_paint (edit, &rect, NULL, 2, NULL));
    }
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  return slide;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniChange) approval = NULL;
  g_autoptr (GError) error = NULL;
  gint64 slide;

  fixture->folder = acini_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "report.pdf", NULL);
  fixture->project = acini_test_make_project (fixture->folder);
  g_assert_true (acini_project_set_class_name (fixture->project, 2, "Glomerulus", NULL));
  slide = add_slide (fixture, "first.tiff", 5);
  add_slide (fixture, "Größe & Maß.tiff", 3);
  g_assert_true (acini_project_set_slide_organ (fixture->project, slide, "kidney", NULL));
  approval = acini_change_new_sign_off (slide, "approved", "checked by two", "");
  g_assert_true (acini_project_write_change (fixture->project, approval, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  g_free (fixture->path);
  acini_test_remove_folder (fixture->folder);
}

static AciniReport *
begin (Fixture *fixture, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  AciniReport *report = acini_report_new (fixture->project, fixture->path, &error);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (fixture->project, NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniExportSource source = { fixture->project, slides->pdata[i], NULL, NULL };

      acini_report_add_slide (report, &source, NULL, NULL, cancellable, &error);
      if (cancellable != NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_no_error (error);
      g_clear_error (&error);
    }
  return report;
}

static void
assert_says (const char *text, const char *words)
{
  if (strstr (text, words) == NULL)
    g_error ("the report does not say “%s”: %s", words, text);
}

static void
test_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniReport) report = begin (fixture, NULL);
  g_autofree char *program = g_find_program_in_path ("pdftotext"), *text = NULL, *hash = NULL, *database = NULL;
  g_autofree char *start = NULL;
  const char *words[] = { program, "-layout", fixture->path, "-", NULL };
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (acini_report_finish (report, &error));
  g_assert_true (g_file_get_contents (fixture->path, &start, &length, NULL));
  g_assert_true (g_str_has_prefix (start, "%PDF-"));
  if (program == NULL)
    {
      g_test_skip ("pdftotext is not there");
      return;
    }
  g_assert_true (g_spawn_sync (NULL, (char **)words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, NULL, &error));
  assert_says (text, "first");
  assert_says (text, "Größe & Maß");
  assert_says (text, "kidney");
  assert_says (text, "900 × 700 px, 0.5 µm per px");
  assert_says (text, "Glomerulus");
  /* 40 × (50 + 70 + 90 + 110 + 130) pixels of 0.25 µm², a fifth each. */
  assert_says (text, "900 µm²");
  assert_says (text, "checked by two");
  assert_says (text, "2 slides");
  database = acini_project_build_path (fixture->project, "project.sqlite", NULL);
  hash = acini_test_query (database, "SELECT lower (hex (hash)) FROM journal ORDER BY sequence DESC LIMIT 1");
  assert_says (text, hash);
}

/* Nothing is left of what was not finished. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_cancellable_cancel (cancellable);
  acini_report_free (begin (fixture, cancellable));
  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_suffix (name, ".pdf"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/report/words", Fixture, NULL, set_up, test_words, tear_down);
  g_test_add ("/report/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  return g_test_run ();
}
