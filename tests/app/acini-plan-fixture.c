/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/app/acini-plan-fixture.h"

#include "app/jobs/acini-job-problem.h"
#include "data/labels/acini-journal.h"
#include "data/project/acini-change.h"
#include "data/project/acini-project-private.h"
#include "data/project/acini-slide-fields.h"
#include "model/core/acini-card.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <string.h>

void
plan_set_up (PlanFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniCard) card = acini_card_new ();
  g_autofree char *weights = NULL, *path = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->recipe = acini_recipe_new ();
  fixture->model = acini_project_build_path (fixture->project, "models", "colon", NULL);
  g_assert_cmpint (g_mkdir_with_parents (fixture->model, 0777), ==, 0);
  g_set_str (&card->id, "colon");
  g_set_str (&card->name, "Colon");
  card->mpp = 0.5;
  path = g_build_filename (fixture->model, "model.json", NULL);
  g_assert_true (acini_card_save (card, path, &error));
  g_assert_no_error (error);
  weights = g_build_filename (fixture->model, "model.safetensors", NULL);
  g_assert_true (g_file_set_contents (weights, "weights", -1, NULL));
}

void
plan_tear_down (PlanFixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  acini_recipe_free (fixture->recipe);
  g_free (fixture->model);
  acini_test_remove_folder (fixture->folder);
}

void
plan_paint (PlanFixture *fixture, gint64 slide, gint64 x, gint64 y, gint64 width, gint64 height, guint8 label)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, slide, "brush");
  const AciniRect rect = { x, y, width, height };

  g_assert_true (acini_edit_paint (edit, &rect, NULL, label, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

gint64
plan_add_slide (PlanFixture *fixture, const char *name, gint64 side, double mpp)
{
  g_autofree char *path = acini_project_build_path (fixture->project, "slides", name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  gint64 id;

  g_mkdir_with_parents (folder, 0777);
  g_assert_true (g_file_set_contents (path, "pixels", -1, NULL));
  id = acini_project_add_slide_record (fixture->project, path, NULL, "", mpp, mpp, side, side, &error);
  g_assert_no_error (error);
  return id;
}

gboolean
plan_is_said (GPtrArray *problems, const char *word, gboolean stops)
{
  for (guint i = 0; i < problems->len; i++)
    {
      const AciniJobProblem *problem = g_ptr_array_index (problems, i);

      if (strstr (problem->text, word) != NULL && !problem->stops == !stops)
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
plan_check (PlanFixture *fixture, GArray *slides, GArray *held_out)
{
  AciniTrainingPart part = { fixture->project, slides, held_out };
  AciniTrainingPlan plan = { .parent = fixture->model, .labeller = fixture->model, .recipe = fixture->recipe };
  g_autoptr (GError) error = NULL;
  GPtrArray *problems = acini_training_check (&part, 1, &plan, &error);

  g_assert_no_error (error);
  return problems;
}

void
plan_set_patient (PlanFixture *fixture, gint64 slide, const char *patient)
{
  g_autoptr (AciniSlideFields) fields = acini_slide_fields_new ();
  g_autoptr (AciniChange) change = NULL;

  g_assert_true (acini_slide_fields_take (fields, "patient", patient, NULL));
  change = acini_slide_fields_make_change (fields, slide);
  g_assert_true (acini_project_write_change (fixture->project, change, NULL));
}
