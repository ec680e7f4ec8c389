/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/project/acini-project-private.h"
#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder, *path, *database;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "liver study.acini", NULL);
  fixture->database = g_build_filename (fixture->path, "project.sqlite", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->path);
  g_free (fixture->database);
  acini_test_remove_folder (fixture->folder);
}

static AciniProject *
create (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  AciniProject *project = acini_project_create (fixture->path, &error);

  g_assert_no_error (error);
  return project;
}

static void
assert_refused (const char *path, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (acini_project_open (path, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, code);
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_create (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = create (fixture), again = NULL;
  g_autofree char *name = acini_project_dup_name (project), *ftu = NULL, *none = NULL;
  g_autofree char *slides = acini_project_build_path (project, "slides", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (name, ==, "liver study");
  g_assert_cmpstr (acini_project_get_folder (project), ==, fixture->path);
  g_assert_true (g_file_test (slides, G_FILE_TEST_IS_DIR));
  g_assert_true (acini_project_is_project (fixture->path));
  g_assert_false (acini_project_is_project (fixture->folder));
  ftu = acini_project_dup_class_name (project, 2);
  g_assert_cmpstr (ftu, ==, "FTU");
  none = acini_project_dup_class_name (project, 3);
  g_assert_null (none);
  g_assert_null (acini_project_create (fixture->path, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_EXISTS);
  /* Two windows on one project. */
  again = acini_project_open (fixture->path, NULL);
  g_assert_true (acini_project_set_setting (again, "model", "kidney-2", NULL));
  {
    g_autofree char *model = acini_project_dup_setting (project, "model");
    g_autofree char *unset = acini_project_dup_setting (project, "opacity");

    g_assert_cmpstr (model, ==, "kidney-2");
    g_assert_null (unset);
  }
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL, *noise = g_strnfill (20000, 'x');
  gsize before_size, after_size;

  assert_refused (fixture->path, ACINI_PROJECT_ERROR_NOT_A_PROJECT);
  assert_refused (fixture->folder, ACINI_PROJECT_ERROR_NOT_A_PROJECT);
  g_object_unref (create (fixture));
  acini_test_run_sql (fixture->database, "PRAGMA user_version = 1000");
  g_assert_true (g_file_get_contents (fixture->database, &before, &before_size, NULL));
  assert_refused (fixture->path, ACINI_PROJECT_ERROR_NEWER);
  g_assert_true (g_file_get_contents (fixture->database, &after, &after_size, NULL));
  g_assert_cmpmem (before, before_size, after, after_size);

  acini_test_run_sql (fixture->database, "PRAGMA user_version = 1; PRAGMA application_id = 7");
  assert_refused (fixture->path, ACINI_PROJECT_ERROR_DAMAGED);
  g_assert_true (g_file_set_contents (fixture->database, noise, -1, NULL));
  assert_refused (fixture->path, ACINI_PROJECT_ERROR_DAMAGED);
  g_assert_true (g_file_set_contents (fixture->database, "", 0, NULL));
  assert_refused (fixture->path, ACINI_PROJECT_ERROR_DAMAGED);
}

/* Pages overwritten in the middle, and a file cut short. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize size;

  {
    g_autoptr (AciniProject) project = create (fixture);

    for (int i = 0; i < 300; i++)
      {
        g_autofree char *name = g_strdup_printf ("slide %d with a name long enough to fill some pages.tiff", i);

        acini_test_add_slide (project, name, 100, 100);
      }
  }
  g_assert_true (g_file_get_contents (fixture->database, &content, &size, NULL));
  g_assert_cmpint (size, >, 60000);
  g_assert_true (g_file_set_contents (fixture->database, content, 40000, NULL));
  assert_refused (fixture->path, ACINI_PROJECT_ERROR_DAMAGED);
  memset (content + 4096, 0xa5, size - 4096);
  g_assert_true (g_file_set_contents (fixture->database, content, size, NULL));
  assert_refused (fixture->path, ACINI_PROJECT_ERROR_DAMAGED);
}

static char *
make_slide (const char *folder, const char *name, int width, int height)
{
  g_autoptr (VipsImage) black = NULL, white = NULL;
  char *path = g_build_filename (folder, name, NULL);

  acini_vips_init ();
  g_assert_cmpint (vips_black (&black, width, height, "bands", 3, NULL), ==, 0);
  g_assert_cmpint (vips_invert (black, &white, NULL), ==, 0);
  /* 0.5 µm per pixel. */
  g_object_set (white, "xres", 2000.0, "yres", 2000.0, NULL);
  g_assert_cmpint (
      vips_tiffsave (white, path, "tile", TRUE, "pyramid", TRUE, "resunit", VIPS_FOREIGN_TIFF_RESUNIT_CM, NULL), ==, 0);
  return path;
}

static void
test_slides (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = create (fixture);
  g_autofree char *slides = acini_project_build_path (project, "slides", NULL);
  g_autofree char *outside = make_slide (fixture->folder, "slide 10.tiff", 700, 500);
  g_autofree char *inside = make_slide (slides, "slide 9.tiff", 300, 400);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.svs", NULL);
  g_autoptr (GPtrArray) list = NULL, fewer = NULL;
  g_autoptr (AciniSlideRecord) record = NULL, changed = NULL;
  g_autoptr (GError) error = NULL;
  gint64 ten = acini_project_add_slide (project, outside, NULL, "kidney", 0, &error), nine;

  g_assert_no_error (error);
  nine = acini_project_add_slide (project, inside, NULL, NULL, 0.25, &error);
  g_assert_no_error (error);
  g_assert_cmpint (acini_project_add_slide (project, outside, "another", NULL, 0, &error), ==, ten);
  g_assert_cmpint (acini_project_add_slide (project, missing, NULL, NULL, 0, &error), ==, 0);
  g_assert_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  list = acini_project_list_slides (project, &error);
  g_assert_cmpint (list->len, ==, 2);
  g_assert_cmpstr (((AciniSlideRecord *)g_ptr_array_index (list, 0))->name, ==, "slide 9");
  record = acini_project_get_slide (project, ten, &error);
  g_assert_cmpstr (record->name, ==, "slide 10");
  g_assert_cmpstr (record->path, ==, outside);
  g_assert_cmpstr (record->organ, ==, "kidney");
  g_assert_cmpint (record->width * 1000 + record->height, ==, 700500);
  g_assert_cmpfloat_with_epsilon (record->mpp_x, 0.5, 1e-6);
  g_assert_false (record->labelled);

  g_assert_true (acini_project_set_slide_organ (project, ten, "lung", &error));
  g_assert_true (acini_project_set_slide_mpp (project, ten, 0.3, 0.4, &error));
  changed = acini_project_get_slide (project, ten, &error);
  g_assert_cmpstr (changed->organ, ==, "lung");
  g_assert_cmpfloat (changed->mpp_y, ==, 0.4);
  g_assert_true (acini_project_remove_slide (project, nine, &error));
  fewer = acini_project_list_slides (project, &error);
  g_assert_cmpint (fewer->len, ==, 1);
  g_assert_true (acini_project_restore_slide (project, nine, &error));
  g_assert_false (acini_project_remove_slide (project, 99, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NO_SUCH);
}

/* A folder that is moved takes along what is inside it. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->folder, "other.acini", NULL);
  g_autofree char *expected = g_build_filename (elsewhere, "slides", "a.tiff", NULL);
  g_autofree char *expected_model = g_build_filename (elsewhere, "models", "m1", NULL);
  g_autoptr (AciniProject) moved = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (GPtrArray) models = NULL;
  const AciniModelRecord *model;
  gint64 slide;

  {
    g_autoptr (AciniProject) project = create (fixture);
    g_autofree char *path = acini_project_build_path (project, "models", "m1", NULL);

    slide = acini_test_add_slide (project, "a.tiff", 10, 10);
    g_assert_true (acini_project_add_model (project, "m1", "Kidney", path, "starter", NULL));
    g_assert_true (acini_project_add_model (project, "m1", "Kidney 2", path, "starter", NULL));
    g_assert_true (acini_project_add_model (project, "m2", NULL, "/usr/share/acini/starter", NULL, NULL));
  }
  g_assert_cmpint (g_rename (fixture->path, elsewhere), ==, 0);
  moved = acini_project_open (elsewhere, NULL);
  record = acini_project_get_slide (moved, slide, NULL);
  g_assert_cmpstr (record->path, ==, expected);
  models = acini_project_list_models (moved, NULL);
  g_assert_cmpint (models->len, ==, 2);
  model = g_ptr_array_index (models, 0);
  g_assert_cmpstr (model->path, ==, expected_model);
  g_assert_cmpstr (model->name, ==, "Kidney 2");
  model = g_ptr_array_index (models, 1);
  g_assert_cmpstr (model->path, ==, "/usr/share/acini/starter");
  g_assert_cmpstr (model->name, ==, "m2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/project/create", Fixture, NULL, set_up, test_create, tear_down);
  g_test_add ("/project/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/project/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/project/slides", Fixture, NULL, set_up, test_slides, tear_down);
  g_test_add ("/project/moved", Fixture, NULL, set_up, test_moved, tear_down);
  return g_test_run ();
}
