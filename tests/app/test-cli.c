/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini-cli as its users meet it: what it prints and what it returns. */

#include "data/labels/acini-journal.h"
#include "data/mask/acini-thresholds.h"
#include "data/project/acini-project.h"
#include "model/core/acini-card.h"
#include "tests/acini-test-util.h"
#include "tests/app/acini-cli-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* Help. */

static void
test_help (void)
{
  static const char *const commands[]
      = { "new",           "import",   "list",           "info",       "segment",       "train",         "evaluate",
          "export",        "phantom",  "demo",           "model list", "model inspect", "model forward", "model check",
          "model convert", "job list", "job show",       "job run",    "job pause",     "job resume",    "job cancel",
          "model card",    "serve",    "journal verify", "relink",     "objects",       "results",       "study review",
          "report",        "regions",  "reading",        "agreement" };
  g_auto (CliOutcome) all = RUN ("--help");
  g_auto (CliOutcome) version = RUN ("--version");

  g_assert_cmpint (all.status, ==, 0);
  g_assert_cmpint (version.status, ==, 0);
  g_assert_true (g_str_has_prefix (version.out, "acini-cli "));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (GStrv) words = g_strsplit (commands[i], " ", 2);
      const char *second = words[1] != NULL ? words[1] : "--help";
      g_auto (CliOutcome) help = RUN (words[0], second, words[1] != NULL ? "--help" : NULL);
      g_auto (CliOutcome) man
          = RUN (words[0], words[1] != NULL ? words[1] : "--man", words[1] != NULL ? "--man" : NULL);
      g_autofree char *usage = g_strdup_printf ("acini-cli %s [OPTION", commands[i]);

      g_assert_nonnull (strstr (all.out, commands[i]));
      g_assert_cmpint (help.status, ==, 0);
      g_assert_nonnull (strstr (help.out, usage));
      g_assert_nonnull (strstr (help.out, "--json"));
      g_assert_true (g_str_has_prefix (man.out, ".TH \"ACINI"));
      g_assert_nonnull (strstr (man.out, ".SH EXIT STATUS"));
    }
  g_auto (CliOutcome) one = RUN ("help", "model", "inspect");
  g_auto (CliOutcome) other = RUN ("model", "inspect", "-h");
  g_assert_cmpstr (one.out, ==, other.out);
  g_assert_null (strstr (all.out, "model random"));
}

static void
test_usage (void)
{
  g_auto (CliOutcome) none = RUN (NULL);
  g_auto (CliOutcome) unknown = RUN ("dance");
  g_auto (CliOutcome) half = RUN ("model");
  g_auto (CliOutcome) missing = RUN ("new");
  g_auto (CliOutcome) many = RUN ("new", "a.acini", "b.acini");
  g_auto (CliOutcome) option = RUN ("list", "--colour", cli_material.project);
  g_auto (CliOutcome) number = RUN ("train", cli_material.project, "--epochs", "many");
  g_auto (CliOutcome) size = RUN ("phantom", "x.tiff", "--size", "large");
  g_auto (CliOutcome) precision = RUN ("segment", cli_material.project, "--precision", "int4");
  g_auto (CliOutcome) threshold = RUN ("evaluate", cli_material.project, "--threshold", "7");
  g_auto (CliOutcome) scales = RUN ("segment", cli_material.project, "--scales", "1,0");
  g_auto (CliOutcome) weights = RUN ("segment", cli_material.project, "--model", "starter", "--weights", "1,2");
  g_auto (CliOutcome) activation
      = RUN ("model", "forward", "x", "--input", "x", "--output", "y", "--activation", "tanh");
  g_auto (CliOutcome) format = RUN ("export", cli_material.project, "--format", "doc");
  g_auto (CliOutcome) key = RUN ("train", cli_material.project, "--set", "epochs");

  g_assert_cmpint (none.status, ==, 2);
  cli_assert_failed (&unknown, 2, "dance");
  g_assert_cmpint (half.status, ==, 2);
  g_assert_nonnull (strstr (half.err, "model inspect"));
  cli_assert_failed (&missing, 2, "Too few");
  cli_assert_failed (&many, 2, "Too many");
  cli_assert_failed (&option, 2, "--colour");
  cli_assert_failed (&number, 2, "many");
  cli_assert_failed (&size, 2, "large");
  cli_assert_failed (&precision, 2, "int4");
  cli_assert_failed (&threshold, 2, "threshold");
  cli_assert_failed (&scales, 2, "positive");
  cli_assert_failed (&weights, 2, "weights");
  cli_assert_failed (&activation, 2, "tanh");
  cli_assert_failed (&format, 2, "doc");
  cli_assert_failed (&key, 2, "epochs");
}

/* Several models, changed patches, a threshold that the slide itself tells. */
static void
test_options (void)
{
  g_autofree char *plain_path = g_build_filename (cli_material.folder, "plain.png", NULL);
  g_autofree char *same_path = g_build_filename (cli_material.folder, "same.png", NULL);
  g_autofree char *all_path = g_build_filename (cli_material.folder, "all.png", NULL);
  g_autofree char *plain_mask = NULL, *same_mask = NULL;
  gsize plain_size = 0, same_size = 0;
  g_auto (CliOutcome) plain = RUN ("segment", cli_material.slide, "--model", cli_material.model, "--precision",
                                   "float32", "--output", plain_path, "--quiet");
  /* A model with itself is itself. */
  g_auto (CliOutcome) same
      = RUN ("segment", cli_material.slide, "--model", cli_material.model, "--model", cli_material.model, "--weights",
             "1,3", "--precision", "float32", "--output", same_path, "--quiet");
  g_auto (CliOutcome) all
      = RUN ("segment", cli_material.slide, "--model", cli_material.model, "--turns", "--scales", "0.5", "--threshold",
             "otsu", "--no-tissue-detection", "--output", all_path, "--quiet");

  g_assert_cmpint (plain.status, ==, 0);
  g_assert_cmpint (same.status, ==, 0);
  g_assert_cmpint (all.status, ==, 0);
  g_assert_true (g_file_get_contents (plain_path, &plain_mask, &plain_size, NULL));
  g_assert_true (g_file_get_contents (same_path, &same_mask, &same_size, NULL));
  g_assert_cmpmem (plain_mask, plain_size, same_mask, same_size);
  g_assert_true (g_file_test (all_path, G_FILE_TEST_EXISTS));
}

/* What the options say is what is scored and written: predictions made in other ways lie beside each other. */
static void
test_ways (void)
{
#define ONE "--model", cli_material.model
#define TWO ONE, ONE, "--weights", "1,3"
  g_autofree char *png = g_build_filename (cli_material.folder, "two.png", NULL);
  g_auto (CliOutcome) first = RUN ("segment", cli_material.project, TWO, "--flips");
  g_auto (CliOutcome) same = RUN ("evaluate", cli_material.project, TWO, "--flips", "--json");
  g_auto (CliOutcome) other = RUN ("evaluate", cli_material.project, TWO, "--scales", "0.5,1", "--json");
  g_auto (CliOutcome) plain = RUN ("segment", cli_material.project, TWO);
  g_auto (CliOutcome) single = RUN ("evaluate", cli_material.project, ONE, "--flips", "--weights", "1,2");
  g_auto (CliOutcome) exported = RUN ("export", cli_material.project, TWO, "--output", png);
  g_autofree char *predictions = g_build_filename (cli_material.project, "predictions", NULL);
  g_autoptr (GDir) folder = g_dir_open (predictions, 0, NULL);
  g_autoptr (JsonObject) scores = NULL, other_scores = NULL;
  guint n = 0;
  const char *name;

  g_assert_cmpint (first.status, ==, 0);
  scores = cli_parse (&same);
  other_scores = cli_parse (&other);
  g_assert_cmpint (other.status, ==, 0);
  g_assert_cmpstr (json_object_get_string_member (scores, "model"), ==,
                   json_object_get_string_member (other_scores, "model"));
  g_assert_cmpint (plain.status, ==, 0);
  cli_assert_failed (&single, 2, "1 models but 2 weights");
  g_assert_cmpint (exported.status, ==, 0);
  g_assert_true (g_file_test (png, G_FILE_TEST_EXISTS));
  while ((name = g_dir_read_name (folder)) != NULL)
    n += g_str_has_suffix (name, ".sqlite") && strstr (name, json_object_get_string_member (scores, "model")) != NULL;
  g_assert_cmpuint (n, ==, 3); /* --flips, --scales and neither */
#undef ONE
#undef TWO
}

/* The Dice of what is there with the project's own cut (NULL: none); @threshold as the option has it, or NULL. */
static double
score (const char *model, const char *cut, const char *threshold)
{
  g_autoptr (AciniProject) project = acini_project_open (cli_material.project, NULL);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, NULL);
  g_autofree char *key = acini_thresholds_dup_key (model, ((AciniSlideRecord *)slides->pdata[0])->organ);

  g_assert_true (acini_project_set_setting (project, key, cut != NULL ? cut : "", NULL));
  g_clear_object (&project);
  {
    g_auto (CliOutcome) out = RUN ("evaluate", cli_material.project, "--model", cli_material.model, "--prediction",
                                   "--json", threshold != NULL ? "--threshold" : NULL, threshold);
    g_autoptr (JsonObject) result = cli_parse (&out);

    g_assert_cmpint (out.status, ==, 0);
    return json_object_get_double_member (result, "dice");
  }
}

/* What was set in the window for the project counts here, too, unless an option says otherwise. */
static void
test_own_threshold (void)
{
  g_auto (CliOutcome) segmented = RUN ("segment", cli_material.project, "--model", cli_material.model, "--json");
  g_autoptr (JsonObject) result = cli_parse (&segmented);
  const char *model = json_object_get_string_member (result, "model");
  double card = score (model, NULL, NULL), all = score (model, "1", NULL), none = score (model, "255", NULL);

  g_assert_cmpfloat (none, <, all);
  g_assert_cmpfloat (score (model, "255", "model"), ==, card);
  g_assert_cmpfloat (score (model, "255", "0"), ==, all);
  g_assert_cmpfloat (score (model, NULL, NULL), ==, card);
}

static void
test_objects (void)
{
  g_autofree char *project = cli_make_labelled ("objects.acini"),
                  *csv = g_build_filename (cli_material.folder, "objects.csv", NULL);
  g_autofree char *table = NULL;
  g_auto (CliOutcome) listed = RUN ("objects", project, "--json", "--labels-only");
  g_auto (CliOutcome) written = RUN ("objects", project, "--csv", csv);
  g_auto (CliOutcome) summed = RUN ("results", project, "--json", "--labels-only");
  g_auto (CliOutcome) none = RUN ("objects", project, "--json", "--slides", "empty");
  g_auto (CliOutcome) wrong = RUN ("objects", "nowhere.acini", "--json");
  g_autoptr (JsonObject) objects = cli_parse (&listed), results = cli_parse (&summed), no_objects = cli_parse (&none);
  g_auto (GStrv) lines = NULL;
  JsonArray *array = json_object_get_array_member (objects, "objects");
  JsonObject *first, *result;

  g_assert_cmpint (json_array_get_length (array), ==, 3);
  first = json_array_get_object_element (array, 0);
  g_assert_cmpint (json_object_get_int_member (first, "id"), ==, 100 * 1500 + 500 + 1);
  g_assert_cmpstr (json_object_get_string_member (first, "slide"), ==, "a, b");
  g_assert_cmpstr (json_object_get_string_member (first, "class"), ==, "FTU");
  g_assert_cmpint (json_object_get_int_member (first, "area_px"), ==, 600);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (first, "area_um2"), 150, 1e-9);
  g_assert_cmpfloat (json_array_get_double_element (json_object_get_array_member (first, "centroid"), 0), ==, 510);
  g_assert_cmpint (json_array_get_int_element (json_object_get_array_member (first, "box"), 3), ==, 30);
  g_assert_true (json_object_get_null_member (first, "mean_probability"));
  g_assert_true (json_object_get_null_member (first, "uncertainty"));
  g_assert_cmpstr (json_object_get_string_member (first, "state"), ==, "new");
  g_assert_cmpstr (json_object_get_string_member (first, "author"), ==, "person");
  g_assert_false (json_object_get_boolean_member (first, "locked"));
  g_assert_cmpstr (json_object_get_string_member (first, "colour"), ==, "#009e73");
  g_assert_cmpfloat (json_object_get_double_member (first, "circularity"), >, .6);
  g_assert_cmpfloat (json_object_get_double_member (first, "perimeter"), >, 80);

  g_assert_cmpint (written.status, ==, 0);
  g_assert_true (g_file_get_contents (csv, &table, NULL, NULL));
  lines = g_strsplit (table, "\n", -1);
  g_assert_cmpint (g_strv_length (lines), ==, 5);
  g_assert_true (g_str_has_prefix (lines[0], "id,slide,class,area_px,"));
  g_assert_true (g_str_has_prefix (lines[1], "150501,\"a, b\",FTU,600,150,"));
  g_assert_true (g_str_has_suffix (lines[1], ",person,no,#009e73"));

  result = json_array_get_object_element (json_object_get_array_member (results, "results"), 0);
  g_assert_cmpint (json_object_get_int_member (result, "count"), ==, 2);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (result, "mean_area_um2"), 125, 1e-9);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (result, "sd_area_px"), 141.42, .01);
  /* The slide's file is not there. */
  g_assert_true (json_object_get_null_member (result, "density_per_mm2"));
  g_assert_cmpint (json_array_get_length (json_object_get_array_member (no_objects, "objects")), ==, 0);
  cli_assert_failed (&wrong, 1, "nowhere.acini");
}

/* What a model says about the phantom's objects, which came with their labels. */
static void
test_predicted_objects (void)
{
  g_auto (CliOutcome) segmented = RUN ("segment", cli_material.project, "--model", cli_material.model, "--quiet");
  g_auto (CliOutcome) listed
      = RUN ("objects", cli_material.project, "--model", cli_material.model, "--threshold", "0", "--json");
  g_auto (CliOutcome) summed
      = RUN ("results", cli_material.project, "--model", cli_material.model, "--threshold", "0", "--json");
  g_autoptr (JsonObject) objects = cli_parse (&listed), results = cli_parse (&summed);
  JsonArray *array = json_object_get_array_member (objects, "objects");
  JsonObject *first, *result;
  double probability;

  g_assert_cmpint (segmented.status, ==, 0);
  g_assert_cmpint (json_array_get_length (array), >, 0);
  first = json_array_get_object_element (array, 0);
  probability = json_object_get_double_member (first, "mean_probability");
  g_assert_true (probability > 0 && probability < 1);
  g_assert_true (json_object_get_double_member (first, "uncertainty") > 0);
  g_assert_cmpstr (json_object_get_string_member (first, "author"), ==, "person");
  result = json_array_get_object_element (json_object_get_array_member (results, "results"), 0);
  g_assert_cmpfloat (json_object_get_double_member (result, "density_per_mm2"), >, 0);
  g_assert_cmpfloat (json_object_get_double_member (result, "share_of_tissue"), >, 0);
}

static guint
count_files (const char *folder, const char *suffix)
{
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    n += g_str_has_suffix (name, suffix);
  return n;
}

/* A job of two models, written as a cluster's script would. */
static void
test_job_models (void)
{
  g_autofree char *folder = g_build_filename (cli_material.folder, "two-models", NULL);
  g_autofree char *path = g_build_filename (folder, "job.json", NULL), *out = g_build_filename (folder, "out", NULL);
  g_autofree char *specification = g_strdup_printf (
      "{\"kind\": \"segment\", \"format\": 1, \"name\": \"two\", \"device\": \"cpu\", \"scales\": [0.5],"
      " \"models\": [{\"path\": \"../model\", \"weight\": 2}, {\"path\": \"../model/model.safetensors\"}],"
      " \"predictions\": \"out\", \"slide\": {\"slide\": 1, \"path\": \"../phantom.tiff\", \"name\": "
      "\"phantom\","
      " \"organ\": \"\", \"mpp\": 0, \"width\": 1024, \"height\": 1024}}");

  g_assert_cmpint (g_mkdir_with_parents (out, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, specification, -1, NULL));
  g_auto (CliOutcome) run = RUN ("job", "run", folder, "--quiet");

  g_test_message ("%s", run.err);
  g_assert_cmpint (run.status, ==, 0);
  g_assert_cmpuint (count_files (out, ".sqlite"), ==, 1);
}

/* Readers are simulated where there are labels, and only there. */
static void
test_study (void)
{
  g_autofree char *slide = g_build_filename (cli_material.folder, "study.tiff", NULL);
  g_autofree char *project = g_build_filename (cli_material.folder, "study.acini", NULL);
  g_auto (CliOutcome) phantom = RUN ("phantom", slide, "--size", "700x700", "--seed", "2");
  g_auto (CliOutcome) new = RUN ("new", project);
  g_auto (CliOutcome) import = RUN ("import", project, slide, "--organ", "largeintestine");
  g_auto (CliOutcome) studied
      = RUN ("study", "review", project, "--model", cli_material.model, "--patch", "256", "--threads", "1", "--json");
  g_autoptr (JsonObject) result = NULL;
  JsonObject *nothing, *prediction;

  g_assert_cmpint (import.status, ==, 0);
  result = cli_parse (&studied);
  nothing = json_object_get_object_member (result, "from_nothing");
  prediction = json_object_get_object_member (result, "from_prediction");
  g_assert_cmpint (json_object_get_int_member (nothing, "objects"), >, 0);
  g_assert_cmpfloat (json_object_get_double_member (nothing, "clicks"), >=, 1);
  g_assert_cmpfloat (json_object_get_double_member (prediction, "dice_after"), >,
                     json_object_get_double_member (prediction, "dice_before"));
  g_assert_cmpfloat (json_object_get_double_member (prediction, "iou_between_readers"), <, 1);
  g_clear_pointer (&result, json_object_unref);

  /* What is there is corrected one by one; for what is reached already nothing is. */
  g_auto (CliOutcome) ordered
      = RUN ("study", "order", project, "--model", cli_material.model, "--prediction", "--reach", "0.99", "--json");
  g_auto (CliOutcome) none
      = RUN ("study", "order", project, "--model", cli_material.model, "--prediction", "--reach", "0", "--json");
  result = cli_parse (&ordered);
  g_assert_cmpint (json_object_get_int_member (result, "items"), >, 0);
  g_assert_cmpint (json_object_get_int_member (result, "queue"), >, 0);
  g_assert_cmpfloat (json_object_get_double_member (result, "random"), >, 0);
  g_clear_pointer (&result, json_object_unref);
  result = cli_parse (&none);
  g_assert_cmpint (json_object_get_int_member (result, "queue"), ==, 0);
  g_assert_cmpfloat (json_object_get_double_member (result, "random"), ==, 0);
}

/* The way through. */

static void
test_way_through (void)
{
  g_autofree char *png = g_build_filename (cli_material.folder, "new", "folder", "mask.png", NULL);
  g_autofree char *geojson = g_build_filename (cli_material.folder, "out", "phantom.geojson", NULL);
  g_autoptr (JsonObject) list = NULL, scores = NULL, models = NULL, trained = NULL;
  g_auto (CliOutcome) listed = RUN ("list", cli_material.project, "--json");
  g_auto (CliOutcome) segmented = RUN ("segment", cli_material.project, "--model", cli_material.model, "--quiet");
  g_auto (CliOutcome) evaluated
      = RUN ("evaluate", cli_material.project, "--model", cli_material.model, "--baselines", "--json", "--quiet");
  g_auto (CliOutcome) exported
      = RUN ("export", cli_material.project, "--model", cli_material.model, "--format", "geojson", "--output", "out");
  g_auto (CliOutcome) alone
      = RUN ("segment", cli_material.slide, "--model", cli_material.model, "--output", png, "--quiet");
  g_auto (CliOutcome) training = RUN ("train", cli_material.project, "--from", cli_material.model, "--steps", "2",
                                      "--set", "batch=1", "--set", "patch=64", "--set", "validation-patches=1",
                                      "--held-out", "none", "--name", "Small one", "--json", "--quiet");
  g_auto (CliOutcome) model_list = RUN ("model", "list", cli_material.project, "--json");
  g_auto (CliOutcome) verified = RUN ("journal", "verify", cli_material.project);

  list = cli_parse (&listed);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (list, "slides")), ==, 1);
  g_assert_cmpint (segmented.status, ==, 0);
  scores = cli_parse (&evaluated);
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice"), >=, 0);
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice"), <, 1);
  /* A phantom has tissue units and tissue between them. */
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice_everything"), >, 0.01);
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice_everything"), <, 0.99);
  g_assert_cmpint (exported.status, ==, 0);
  g_assert_true (g_file_test (geojson, G_FILE_TEST_EXISTS));
  g_assert_cmpint (alone.status, ==, 0);
  g_assert_true (g_file_test (png, G_FILE_TEST_EXISTS));
  trained = cli_parse (&training);
  models = cli_parse (&model_list);
  g_assert_nonnull (strstr (model_list.out, json_object_get_string_member (trained, "model")));
  g_assert_nonnull (strstr (model_list.out, "Small one"));
  g_assert_cmpint (verified.status, ==, 0);
}

/* Slides by name, pattern and range. */
static void
test_selection (void)
{
  g_autofree char *folder = g_build_filename (cli_material.folder, "select.acini", NULL);
  g_autoptr (AciniProject) project = acini_project_create (folder, NULL);

  for (int i = 1; i <= 12; i++)
    {
      g_autofree char *name = g_strdup_printf ("train_%d", i);

      acini_test_add_slide (project, name, 100, 100);
    }
  g_auto (CliOutcome) unknown = RUN ("export", folder, "--slides", "train_13");
  g_auto (CliOutcome) range = RUN ("train", folder, "--from", cli_material.model, "--slides", "train_2..4,train_1?");
  g_auto (CliOutcome) empty_range = RUN ("train", folder, "--from", cli_material.model, "--slides", "train_20..30");

  cli_assert_failed (&unknown, 1, "train_13");
  /* They are found, but have no labels. */
  cli_assert_failed (&range, 1, "nothing to learn from");
  cli_assert_failed (&empty_range, 1, "train_20..30");
}

/* Strokes of the brush alone would teach a network that everything is a tissue unit. */
static void
test_one_kind (void)
{
  g_autofree char *folder = g_build_filename (cli_material.folder, "one-kind.acini", NULL);
  g_auto (CliOutcome) new = RUN ("new", folder);
  g_auto (CliOutcome) imported = RUN ("import", folder, "phantom.tiff", "--quiet");
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniProject) project = acini_project_open (folder, &error);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, 1, "brush");
  const AciniRect everything = { 0, 0, 1 << 20, 1 << 20 };

  g_assert_no_error (error);
  g_assert_true (acini_edit_paint (edit, &everything, NULL, ACINI_LABEL_FIRST_CLASS, &error));
  g_assert_true (acini_edit_commit (edit, NULL, &error));

  g_auto (CliOutcome) trained = RUN ("train", folder, "--from", cli_material.model, "--steps", "1", "--quiet");
  cli_assert_failed (&trained, 1, "eraser");
}

/* A training detached, killed, and gone on with. */

static char *
wait_for_state (const char *job, const char *state)
{
  for (int i = 0; i < 600; i++)
    {
      g_auto (CliOutcome) shown = RUN ("job", "show", job, "--json");
      g_autoptr (JsonObject) object = cli_parse (&shown);

      if (g_str_equal (json_object_get_string_member (object, "state"), state))
        return g_steal_pointer (&shown.out);
      g_usleep (200000);
    }
  g_error ("the job in %s was not %s within two minutes", job, state);
}

static void
test_job (void)
{
  g_auto (CliOutcome) started
      = RUN ("train", cli_material.project, "--from", cli_material.model, "--steps", "400", "--set", "batch=1", "--set",
             "patch=64", "--set", "checkpoint-every=2", "--set", "validate-every=1000", "--set", "validation-patches=1",
             "--held-out", "none", "--background", "--json", "--quiet");
  g_autoptr (JsonObject) object = cli_parse (&started);
  const char *job = json_object_get_string_member (object, "job");
  g_autofree char *checkpoint = g_build_filename (job, "checkpoint.safetensors", NULL);
  g_autofree char *running = NULL, *failed = NULL, *paused = NULL, *cancelled = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *last;
  gint64 pid;

  for (int i = 0; i < 1200 && !g_file_test (checkpoint, G_FILE_TEST_EXISTS); i++)
    g_usleep (100000);
  running = wait_for_state (job, "running");
  g_assert_true (json_parser_load_from_data (parser, running, -1, NULL));
  last = json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "last");
  pid = json_object_get_int_member (json_object_get_object_member (last, "state"), "pid");
  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill ((pid_t)pid, SIGKILL), ==, 0);
  failed = wait_for_state (job, "failed");

  g_auto (CliOutcome) resumed = RUN ("job", "resume", job, "--quiet");
  g_assert_cmpint (resumed.status, ==, 0);
  g_auto (CliOutcome) asked = RUN ("job", "pause", job);
  g_assert_cmpint (asked.status, ==, 0);
  paused = wait_for_state (job, "paused");
  g_assert_true (json_parser_load_from_data (parser, paused, -1, NULL));
  last = json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "last");
  /* It went on from the checkpoint, not from the beginning. */
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (last, "checkpoint"), "step"), >=, 2);
  g_auto (CliOutcome) given_up = RUN ("job", "cancel", job);
  g_assert_cmpint (given_up.status, ==, 0);
  cancelled = wait_for_state (job, "cancelled");
}

/* A card is written beside the weights, and changed. */
static void
test_model_card (void)
{
  g_autofree char *folder = g_dir_make_tmp ("acini-XXXXXX", NULL);
  g_autofree char *weights = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *path = g_build_filename (folder, "model.json", NULL);
  g_autoptr (AciniCard) card = NULL;
  g_auto (CliOutcome) made = RUN ("model", "random", folder, "--architecture", "segformer-b0");
  g_auto (CliOutcome) before = RUN ("model", "inspect", weights);

  g_assert_cmpint (made.status, ==, 0);
  g_assert_nonnull (strstr (before.out, "model.json"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_auto (CliOutcome) without = RUN ("model", "inspect", weights);
  g_assert_nonnull (strstr (without.out, "--mpp"));
  g_auto (CliOutcome) written
      = RUN ("model", "card", weights, "--mpp", "0.5", "--classes", "background;gland", "--threshold", "0.25");
  g_assert_cmpint (written.status, ==, 0);
  g_auto (CliOutcome) changed = RUN ("model", "card", weights, "--mean", "0.1,0.2,0.3", "--order", "bgr");
  g_assert_cmpint (changed.status, ==, 0);
  card = acini_card_load (path, NULL);
  g_assert_nonnull (card);
  g_assert_cmpfloat (card->mpp, ==, 0.5);
  g_assert_cmpfloat (card->threshold, ==, 0.25);
  g_assert_cmpfloat (card->mean[1], ==, 0.2);
  g_assert_cmpstr (card->classes[1], ==, "gland");
  g_assert_true (card->bgr);
  /* The same network in a folder of its own, with what the card says. */
  g_autofree char *converted = g_build_filename (folder, "converted", NULL);
  g_autofree char *copy = g_build_filename (converted, "model.safetensors", NULL);
  g_autofree char *copied_card = g_build_filename (converted, "model.json", NULL);
  g_auto (CliOutcome) convert = RUN ("model", "convert", weights, converted);
  g_auto (CliOutcome) again = RUN ("model", "inspect", copy);
  g_autoptr (AciniCard) kept = acini_card_load (converted, NULL);
  g_assert_cmpint (convert.status, ==, 0);
  g_assert_nonnull (strstr (again.out, "segformer-b0"));
  g_assert_nonnull (kept);
  g_assert_cmpfloat (kept->mpp, ==, 0.5);
  g_assert_cmpfloat (kept->mean[2], ==, 0.3);
  g_assert_cmpint (g_unlink (copy), ==, 0);
  g_assert_cmpint (g_unlink (copied_card), ==, 0);
  g_assert_cmpint (g_rmdir (converted), ==, 0);

  for (guint i = 0; i < 4; i++)
    {
      const char *const wrong[][2]
          = { { "--mean", "1,2" }, { "--std", "0,1,1" }, { "--classes", "one" }, { "--numerics", "norm_groups=8" } };
      g_auto (CliOutcome) refused = RUN ("model", "card", weights, wrong[i][0], wrong[i][1]);

      g_assert_cmpint (refused.status, !=, 0);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_unlink (weights), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A preview says what an import would do, and does nothing; a report is written of what is labelled. */
static void
test_preview_and_report (void)
{
  g_autofree char *project = g_build_filename (cli_material.folder, "preview.acini", NULL);
  g_autofree char *picture = g_build_filename (cli_material.folder, "p7_ghent.tiff", NULL);
  g_autofree char *pdf = g_build_filename (cli_material.folder, "preview.pdf", NULL), *start = NULL;
  g_auto (CliOutcome) new = RUN ("new", project);
  g_auto (CliOutcome) phantom
      = RUN ("phantom", picture, "--size", "800x600", "--organ", "largeintestine", "--seed", "1");
  g_auto (CliOutcome) preview
      = RUN ("import", project, picture, "--preview", "--json", "--name-pattern", "{patient}_{source}");
  g_auto (CliOutcome) corner = RUN ("import", project, picture, "--preview", "--origin", "middle");
  g_autoptr (JsonObject) said = cli_parse (&preview);
  JsonObject *file = json_array_get_object_element (json_object_get_array_member (said, "files"), 0);
  gsize length;

  g_assert_cmpstr (json_object_get_string_member (file, "kind"), ==, "slide");
  g_assert_cmpstr (json_object_get_string_member (file, "labels"), ==, "mask");
  g_assert_cmpstr (json_object_get_string_member (file, "patient"), ==, "p7");
  g_assert_cmpfloat (json_object_get_double_member (file, "mpp"), ==, 0.5);
  g_assert_cmpstr (json_object_get_string_member (file, "mpp_source"), ==, "resolution");
  g_assert_cmpfloat (json_object_get_double_member (file, "unit_share"), >, 0.01);
  cli_assert_failed (&corner, 2, "slide or bounds");
  {
    g_auto (CliOutcome) empty = RUN ("report", project, "--labels-only", "--output", pdf);

    cli_assert_failed (&empty, 1, "nothing to report");
    g_assert_false (g_file_test (pdf, G_FILE_TEST_EXISTS));
  }
  {
    g_auto (CliOutcome) import = RUN ("import", project, picture);
    g_auto (CliOutcome) report = RUN ("report", project, "--labels-only", "--output", pdf, "--json");
    g_autoptr (JsonObject) written = cli_parse (&report);

    g_assert_cmpint (import.status, ==, 0);
    g_assert_cmpint (json_object_get_int_member (written, "slides"), ==, 1);
    g_assert_true (g_file_get_contents (pdf, &start, &length, NULL));
    g_assert_true (g_str_has_prefix (start, "%PDF-"));
  }
}

/* A BMP of @side² pixels in stripes of the stains' colours. */
static void
write_stripes (const char *name, int side)
{
  g_autofree char *path = g_build_filename (cli_material.folder, name, NULL);
  const gsize header = 54, n = (gsize)3 * side * side;
  g_autofree guint8 *bytes = g_malloc0 (header + n);
  const guint32 numbers[] = { (guint32)(header + n), 0, (guint32)header, 40, (guint32)side, (guint32)side };

  memcpy (bytes, "BM", 2);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    for (int k = 0; k < 4; k++)
      bytes[2 + 4 * i + k] = (guint8)(numbers[i] >> 8 * k);
  bytes[26] = 1;
  bytes[28] = 24;
  for (int i = 0; i < side * side; i++)
    memcpy (bytes + header + (gsize)3 * i, (i % side / 7 + i / side / 5) % 2 ? "\x8c\x3c\xc8" : "\x78\x14\x5a", 3);
  g_assert_true (g_file_set_contents (path, (const char *)bytes, (gssize)(header + n), NULL));
}

/* The shipped model knows what the network sees in the tissue that it has learnt from, and tells what is none. */
static void
test_starter_warning (void)
{
  write_stripes ("stripes.bmp", 512);
  g_auto (CliOutcome) usual = RUN ("segment", cli_material.slide, "--organ", "largeintestine", "--model", "starter",
                                   "--output", "tissue.png", "--json", "--quiet");
  g_auto (CliOutcome) unusual = RUN ("segment", "stripes.bmp", "--mpp", "1", "--organ", "largeintestine", "--model",
                                     "starter", "--output", "stripes.png", "--json", "--quiet");

  g_assert_cmpint (usual.status, ==, 0);
  g_assert_cmpint (unusual.status, ==, 0);
  g_assert_null (strstr (usual.out, "What the network sees"));
  g_assert_nonnull (strstr (unusual.out, "What the network sees"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/study", test_study);
  g_test_add_func ("/cli/help", test_help);
  g_test_add_func ("/cli/usage", test_usage);
  g_test_add_func ("/cli/options", test_options);
  g_test_add_func ("/cli/ways", test_ways);
  g_test_add_func ("/cli/own-threshold", test_own_threshold);
  g_test_add_func ("/cli/job-models", test_job_models);
  g_test_add_func ("/cli/objects", test_objects);
  g_test_add_func ("/cli/predicted-objects", test_predicted_objects);
  g_test_add_func ("/cli/way-through", test_way_through);
  g_test_add_func ("/cli/selection", test_selection);
  g_test_add_func ("/cli/one-kind", test_one_kind);
  g_test_add_func ("/cli/job", test_job);
  g_test_add_func ("/cli/model-card", test_model_card);
  g_test_add_func ("/cli/preview-and-report", test_preview_and_report);
  g_test_add_func ("/cli/starter-warning", test_starter_warning);
  return cli_run_tests ();
}
