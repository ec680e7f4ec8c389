/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/core/acini-recipe.h"

#include <glib/gstdio.h>

/* Loads a recipe of @text; with @error the outcome is given back. */
static AciniRecipe *
load_text (const char *text, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) local = NULL;
  int fd = g_file_open_tmp ("acini-XXXXXX.ini", &path, &local);
  AciniRecipe *recipe;

  g_assert_no_error (local);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  recipe = acini_recipe_load (path, error);
  g_unlink (path);
  return recipe;
}

static void
test_shipped (void)
{
  const char *const names[]
      = { "hubmap",           "quick-finetune", "random-baseline",  "second-place", "segformer-b4-1024",
          "segformer-winner", "starter",        "unet-resnet34-512" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".ini", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "model", "recipes", file, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (AciniRecipe) recipe = acini_recipe_load (path, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (recipe->name, !=, "");
    }
}

static void
test_values (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniRecipe) recipe
      = load_text ("[recipe]\nname=A b\n[optimiser]\nlearning-rate=3e-4\ndecay-norms=yes\n[schedule]\nsteps=7\n"
                   "[network]\nseed=18446744073709551615\nclasses=background;FTU\n",
                   &error);

  g_assert_no_error (error);
  g_assert_cmpstr (recipe->name, ==, "A b");
  g_assert_cmpfloat (recipe->learning_rate, ==, 3e-4);
  g_assert_true (recipe->decay_norms);
  g_assert_cmpint (recipe->steps, ==, 7);
  g_assert_cmpuint (recipe->seed, ==, G_MAXUINT64);
  g_assert_cmpstr (recipe->classes, ==, "background;FTU");
}

static void
test_thresholds (void)
{
  const char *const refused[] = { "kidney", "kidney=", "kidney=1.5", "=0.5", "kidney=0.2 lung=0.1" };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "model", "recipes", "hubmap.ini", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniRecipe) recipe = acini_recipe_load (path, &error);
  g_autoptr (GHashTable) thresholds = NULL;

  g_assert_no_error (error);
  thresholds = acini_recipe_get_thresholds (recipe);
  g_assert_cmpuint (g_hash_table_size (thresholds), ==, 5);
  g_assert_cmpfloat (*(double *)g_hash_table_lookup (thresholds, "kidney"), ==, 0.225);
  g_assert_cmpfloat (*(double *)g_hash_table_lookup (thresholds, "lung"), ==, 0.1);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *text = g_strdup_printf ("[recipe]\nthresholds=%s\n", refused[i]);
      g_autoptr (AciniRecipe) none = load_text (text, &error);

      g_assert_null (none);
      g_assert_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_VALUE);
      g_clear_error (&error);
    }
}

static void
test_round_trip (void)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  g_autoptr (AciniRecipe) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_true (acini_recipe_set (recipe, "learning-rate", "1.2345678e-5", &error));
  g_assert_true (acini_recipe_set (recipe, "description", "two\nlines; and = more", &error));
  g_assert_true (acini_recipe_set (recipe, "flip", "false", &error));
  g_assert_no_error (error);
  first = acini_recipe_to_data (recipe);
  back = load_text (first, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (back->learning_rate, ==, 1.2345678e-5);
  g_assert_cmpstr (back->description, ==, "two\nlines; and = more");
  g_assert_false (back->flip);
  second = acini_recipe_to_data (back);
  g_assert_cmpstr (first, ==, second);
}

static void
test_refused (void)
{
  const struct
  {
    const char *text, *named;
    int code;
  } cases[] = {
    { "[optimiser]\nlearning-rat=1\n", "learning-rat", ACINI_RECIPE_ERROR_KEY },
    { "[optimizer]\nlearning-rate=1\n", "optimizer", ACINI_RECIPE_ERROR_KEY },
    { "[schedule]\nlearning-rate=1\n", "learning-rate", ACINI_RECIPE_ERROR_KEY },
    { "[optimiser]\nlearning-rate=fast\n", "fast", ACINI_RECIPE_ERROR_VALUE },
    { "[optimiser]\nlearning-rate=1e-4x\n", "1e-4x", ACINI_RECIPE_ERROR_VALUE },
    { "[optimiser]\nlearning-rate=nan\n", "nan", ACINI_RECIPE_ERROR_VALUE },
    { "[optimiser]\nlearning-rate=0\n", "learning-rate", ACINI_RECIPE_ERROR_VALUE },
    { "[schedule]\nbatch=2.5\n", "2.5", ACINI_RECIPE_ERROR_VALUE },
    { "[schedule]\nbatch=0\n", "batch", ACINI_RECIPE_ERROR_VALUE },
    { "[schedule]\npatch=100\n", "patch", ACINI_RECIPE_ERROR_VALUE },
    { "[schedule]\nepochs=0\n", "epochs", ACINI_RECIPE_ERROR_VALUE },
    { "[schedule]\nsampling=most\n", "most", ACINI_RECIPE_ERROR_VALUE },
    { "[schedule]\norgan-weights=kidney\n", "organ-weights", ACINI_RECIPE_ERROR_VALUE },
    { "[network]\nseed=-1\n", "seed", ACINI_RECIPE_ERROR_VALUE },
    { "[augmentation]\nflip=maybe\n", "maybe", ACINI_RECIPE_ERROR_VALUE },
    { "[augmentation]\nscale-min=2\n", "scale-min", ACINI_RECIPE_ERROR_VALUE },
    { "learning-rate=1\n", "", ACINI_RECIPE_ERROR_UNREADABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load_text (cases[i].text, &error));
      g_assert_error (error, ACINI_RECIPE_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].named));
    }
}

static void
test_set_refused (void)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  g_autoptr (GError) key = NULL;
  g_autoptr (GError) value = NULL;

  g_assert_false (acini_recipe_set (recipe, "lr", "1", &key));
  g_assert_error (key, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_KEY);
  g_assert_false (acini_recipe_set (recipe, "epochs", "many", &value));
  g_assert_error (value, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_VALUE);
  g_assert_cmpint (recipe->epochs, ==, 20);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (acini_recipe_load ("/nonexistent/recipe.ini", &error));
  g_assert_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_UNREADABLE);
  g_assert_nonnull (strstr (error->message, "/nonexistent/recipe.ini"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recipe/shipped", test_shipped);
  g_test_add_func ("/recipe/values", test_values);
  g_test_add_func ("/recipe/thresholds", test_thresholds);
  g_test_add_func ("/recipe/round-trip", test_round_trip);
  g_test_add_func ("/recipe/refused", test_refused);
  g_test_add_func ("/recipe/set-refused", test_set_refused);
  g_test_add_func ("/recipe/missing", test_missing);
  return g_test_run ();
}
