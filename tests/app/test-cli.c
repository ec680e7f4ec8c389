/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini-cli as its users meet it: what it prints, what it returns, and how it meets bad input. */

#include "data/labels/acini-journal.h"
#include "data/mask/acini-thresholds.h"
#include "data/project/acini-project.h"
#include "tests/acini-test-util.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

typedef struct
{
  char *folder, *project, *slide, *model;
} Material;

static Material material;

typedef struct
{
  int status; /* exit status; -1: ended by a signal */
  char *out, *err;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->out);
  g_free (outcome->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* The largest file that the program may write; 0: any. */
static rlim_t file_limit;

static void
limit_files (gpointer user_data)
{
  struct rlimit limit = { file_limit, file_limit };

  if (file_limit > 0)
    setrlimit (RLIMIT_FSIZE, &limit);
}

static Outcome
run_words (const char *const *words)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  Outcome outcome = { -1, NULL, NULL };
  int status;

  g_ptr_array_add (arguments, (char *)g_getenv ("ACINI_CLI"));
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, (char *)*words);
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (material.folder, (char **)arguments->pdata, NULL, G_SPAWN_DEFAULT, limit_files, NULL, &outcome.out,
                &outcome.err, &status, &error);
  g_assert_no_error (error);
  if (WIFEXITED (status))
    outcome.status = WEXITSTATUS (status);
  return outcome;
}
#define RUN(...) run_words ((const char *const[]){ __VA_ARGS__, NULL })

/* It fails with one sentence on standard error, and nothing on standard output. */
static void
assert_failed (const Outcome *outcome, int status, const char *word)
{
  const char *sentence = strstr (outcome->err, "acini-cli: ");

  g_test_message ("%s", outcome->err);
  g_assert_cmpint (outcome->status, ==, status);
  g_assert_cmpstr (outcome->out, ==, "");
  g_assert_nonnull (sentence);
  g_assert_nonnull (strstr (sentence, word));
}

static void
make_material (void)
{
  material.folder = acini_test_make_folder ();
  material.project = g_build_filename (material.folder, "test.acini", NULL);
  material.slide = g_build_filename (material.folder, "phantom.tiff", NULL);
  material.model = g_build_filename (material.folder, "model", NULL);

  g_auto (Outcome) new = RUN ("new", material.project);
  g_auto (Outcome) phantom = RUN ("phantom", material.slide, "--size", "1024x1024", "--seed", "3", "--quiet");
  g_auto (Outcome) random = RUN ("model", "random", material.model, "--quiet");
  g_auto (Outcome) import = RUN ("import", material.project, material.slide, "--organ", "largeintestine");

  g_assert_cmpstr (new.err, ==, "");
  g_assert_cmpint (new.status, ==, 0);
  g_assert_cmpint (phantom.status, ==, 0);
  g_assert_cmpstr (phantom.out, ==, "");
  g_assert_cmpint (random.status, ==, 0);
  g_assert_cmpint (import.status, ==, 0);
}

static JsonObject *
parse (const Outcome *outcome)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (outcome->status, ==, 0);
  node = json_from_string (outcome->out, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (node));
}

/* Help. */

static void
test_help (void)
{
  static const char *const commands[] = { "new",        "import",         "list",          "info",        "segment",
                                          "train",      "evaluate",       "export",        "phantom",     "demo",
                                          "model list", "model inspect",  "model forward", "model check", "job list",
                                          "job show",   "job run",        "job pause",     "job resume",  "job cancel",
                                          "serve",      "journal verify", "relink",        "objects",     "results" };
  g_auto (Outcome) all = RUN ("--help");
  g_auto (Outcome) version = RUN ("--version");

  g_assert_cmpint (all.status, ==, 0);
  g_assert_cmpint (version.status, ==, 0);
  g_assert_true (g_str_has_prefix (version.out, "acini-cli "));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (GStrv) words = g_strsplit (commands[i], " ", 2);
      const char *second = words[1] != NULL ? words[1] : "--help";
      g_auto (Outcome) help = RUN (words[0], second, words[1] != NULL ? "--help" : NULL);
      g_auto (Outcome) man = RUN (words[0], words[1] != NULL ? words[1] : "--man", words[1] != NULL ? "--man" : NULL);
      g_autofree char *usage = g_strdup_printf ("acini-cli %s [OPTION", commands[i]);

      g_assert_nonnull (strstr (all.out, commands[i]));
      g_assert_cmpint (help.status, ==, 0);
      g_assert_nonnull (strstr (help.out, usage));
      g_assert_nonnull (strstr (help.out, "--json"));
      g_assert_true (g_str_has_prefix (man.out, ".TH \"ACINI"));
      g_assert_nonnull (strstr (man.out, ".SH EXIT STATUS"));
    }
  g_auto (Outcome) one = RUN ("help", "model", "inspect");
  g_auto (Outcome) other = RUN ("model", "inspect", "-h");
  g_assert_cmpstr (one.out, ==, other.out);
  g_assert_null (strstr (all.out, "model random"));
}

static void
test_usage (void)
{
  g_auto (Outcome) none = RUN (NULL);
  g_auto (Outcome) unknown = RUN ("dance");
  g_auto (Outcome) half = RUN ("model");
  g_auto (Outcome) missing = RUN ("new");
  g_auto (Outcome) many = RUN ("new", "a.acini", "b.acini");
  g_auto (Outcome) option = RUN ("list", "--colour", material.project);
  g_auto (Outcome) number = RUN ("train", material.project, "--epochs", "many");
  g_auto (Outcome) size = RUN ("phantom", "x.tiff", "--size", "large");
  g_auto (Outcome) precision = RUN ("segment", material.project, "--precision", "int4");
  g_auto (Outcome) threshold = RUN ("evaluate", material.project, "--threshold", "7");
  g_auto (Outcome) scales = RUN ("segment", material.project, "--scales", "1,0");
  g_auto (Outcome) weights = RUN ("segment", material.project, "--model", "starter", "--weights", "1,2");
  g_auto (Outcome) activation = RUN ("model", "forward", "x", "--input", "x", "--output", "y", "--activation", "tanh");
  g_auto (Outcome) format = RUN ("export", material.project, "--format", "doc");
  g_auto (Outcome) key = RUN ("train", material.project, "--set", "epochs");

  g_assert_cmpint (none.status, ==, 2);
  assert_failed (&unknown, 2, "dance");
  g_assert_cmpint (half.status, ==, 2);
  g_assert_nonnull (strstr (half.err, "model inspect"));
  assert_failed (&missing, 2, "Too few");
  assert_failed (&many, 2, "Too many");
  assert_failed (&option, 2, "--colour");
  assert_failed (&number, 2, "many");
  assert_failed (&size, 2, "large");
  assert_failed (&precision, 2, "int4");
  assert_failed (&threshold, 2, "threshold");
  assert_failed (&scales, 2, "positive");
  assert_failed (&weights, 2, "weights");
  assert_failed (&activation, 2, "tanh");
  assert_failed (&format, 2, "doc");
  assert_failed (&key, 2, "epochs");
}

/* Several models, changed patches, a threshold that the slide itself tells. */
static void
test_options (void)
{
  g_autofree char *plain_path = g_build_filename (material.folder, "plain.png", NULL);
  g_autofree char *same_path = g_build_filename (material.folder, "same.png", NULL);
  g_autofree char *all_path = g_build_filename (material.folder, "all.png", NULL);
  g_autofree char *plain_mask = NULL, *same_mask = NULL;
  gsize plain_size = 0, same_size = 0;
  g_auto (Outcome) plain = RUN ("segment", material.slide, "--model", material.model, "--precision", "float32",
                                "--output", plain_path, "--quiet");
  /* A model with itself is itself. */
  g_auto (Outcome) same = RUN ("segment", material.slide, "--model", material.model, "--model", material.model,
                               "--weights", "1,3", "--precision", "float32", "--output", same_path, "--quiet");
  g_auto (Outcome) all = RUN ("segment", material.slide, "--model", material.model, "--turns", "--scales", "0.5",
                              "--threshold", "otsu", "--no-tissue-detection", "--output", all_path, "--quiet");

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
#define ONE "--model", material.model
#define TWO ONE, ONE, "--weights", "1,3"
  g_autofree char *png = g_build_filename (material.folder, "two.png", NULL);
  g_auto (Outcome) first = RUN ("segment", material.project, TWO, "--flips");
  g_auto (Outcome) same = RUN ("evaluate", material.project, TWO, "--flips", "--json");
  g_auto (Outcome) other = RUN ("evaluate", material.project, TWO, "--scales", "0.5,1", "--json");
  g_auto (Outcome) plain = RUN ("segment", material.project, TWO);
  g_auto (Outcome) single = RUN ("evaluate", material.project, ONE, "--flips", "--weights", "1,2");
  g_auto (Outcome) exported = RUN ("export", material.project, TWO, "--output", png);
  g_autofree char *predictions = g_build_filename (material.project, "predictions", NULL);
  g_autoptr (GDir) folder = g_dir_open (predictions, 0, NULL);
  g_autoptr (JsonObject) scores = NULL, other_scores = NULL;
  guint n = 0;
  const char *name;

  g_assert_cmpint (first.status, ==, 0);
  scores = parse (&same);
  other_scores = parse (&other);
  g_assert_cmpint (other.status, ==, 0);
  g_assert_cmpstr (json_object_get_string_member (scores, "model"), ==,
                   json_object_get_string_member (other_scores, "model"));
  g_assert_cmpint (plain.status, ==, 0);
  assert_failed (&single, 2, "1 models but 2 weights");
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
  g_autoptr (AciniProject) project = acini_project_open (material.project, NULL);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, NULL);
  g_autofree char *key = acini_thresholds_dup_key (model, ((AciniSlideRecord *)slides->pdata[0])->organ);

  g_assert_true (acini_project_set_setting (project, key, cut != NULL ? cut : "", NULL));
  g_clear_object (&project);
  {
    g_auto (Outcome) out = RUN ("evaluate", material.project, "--model", material.model, "--prediction", "--json",
                                threshold != NULL ? "--threshold" : NULL, threshold);
    g_autoptr (JsonObject) result = parse (&out);

    g_assert_cmpint (out.status, ==, 0);
    return json_object_get_double_member (result, "dice");
  }
}

/* What was set in the window for the project counts here, too, unless an option says otherwise. */
static void
test_own_threshold (void)
{
  g_auto (Outcome) segmented = RUN ("segment", material.project, "--model", material.model, "--json");
  g_autoptr (JsonObject) result = parse (&segmented);
  const char *model = json_object_get_string_member (result, "model");
  double card = score (model, NULL, NULL), all = score (model, "1", NULL), none = score (model, "255", NULL);

  g_assert_cmpfloat (none, <, all);
  g_assert_cmpfloat (score (model, "255", "model"), ==, card);
  g_assert_cmpfloat (score (model, "255", "0"), ==, all);
  g_assert_cmpfloat (score (model, NULL, NULL), ==, card);
}

/* Squares of known size in a project of their own. */
static char *
make_labelled (void)
{
  char *path = g_build_filename (material.folder, "objects.acini", NULL);
  g_autoptr (AciniProject) project = acini_project_create (path, NULL);
  gint64 slide = acini_test_add_slide (project, "a, b.tiff", 1500, 1000);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");

  acini_test_add_slide (project, "empty.tiff", 1000, 1000);
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 500, 100, 20, 30 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 700, 100, 10, 40 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 710, 100, 10, 10 }, NULL, 3, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  return path;
}

static void
test_objects (void)
{
  g_autofree char *project = make_labelled (), *csv = g_build_filename (material.folder, "objects.csv", NULL);
  g_autofree char *table = NULL;
  g_auto (Outcome) listed = RUN ("objects", project, "--json", "--labels-only");
  g_auto (Outcome) written = RUN ("objects", project, "--csv", csv);
  g_auto (Outcome) summed = RUN ("results", project, "--json", "--labels-only");
  g_auto (Outcome) none = RUN ("objects", project, "--json", "--slides", "empty");
  g_auto (Outcome) wrong = RUN ("objects", "nowhere.acini", "--json");
  g_autoptr (JsonObject) objects = parse (&listed), results = parse (&summed), no_objects = parse (&none);
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
  g_assert_cmpfloat (json_object_get_double_member (first, "circularity"), >, .6);
  g_assert_cmpfloat (json_object_get_double_member (first, "perimeter"), >, 80);

  g_assert_cmpint (written.status, ==, 0);
  g_assert_true (g_file_get_contents (csv, &table, NULL, NULL));
  lines = g_strsplit (table, "\n", -1);
  g_assert_cmpint (g_strv_length (lines), ==, 5);
  g_assert_true (g_str_has_prefix (lines[0], "id,slide,class,area_px,"));
  g_assert_true (g_str_has_prefix (lines[1], "150501,\"a, b\",FTU,600,150,"));

  result = json_array_get_object_element (json_object_get_array_member (results, "results"), 0);
  g_assert_cmpint (json_object_get_int_member (result, "count"), ==, 2);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (result, "mean_area_um2"), 125, 1e-9);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (result, "sd_area_px"), 141.42, .01);
  /* The slide's file is not there. */
  g_assert_true (json_object_get_null_member (result, "density_per_mm2"));
  g_assert_cmpint (json_array_get_length (json_object_get_array_member (no_objects, "objects")), ==, 0);
  assert_failed (&wrong, 1, "nowhere.acini");
}

/* What a model says about the phantom's objects, which came with their labels. */
static void
test_predicted_objects (void)
{
  g_auto (Outcome) segmented = RUN ("segment", material.project, "--model", material.model, "--quiet");
  g_auto (Outcome) listed = RUN ("objects", material.project, "--model", material.model, "--threshold", "0", "--json");
  g_auto (Outcome) summed = RUN ("results", material.project, "--model", material.model, "--threshold", "0", "--json");
  g_autoptr (JsonObject) objects = parse (&listed), results = parse (&summed);
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
  g_autofree char *folder = g_build_filename (material.folder, "two-models", NULL);
  g_autofree char *path = g_build_filename (folder, "job.json", NULL), *out = g_build_filename (folder, "out", NULL);
  g_autofree char *specification = g_strdup_printf (
      "{\"kind\": \"segment\", \"format\": 1, \"name\": \"two\", \"device\": \"cpu\", \"scales\": [0.5],"
      " \"models\": [{\"path\": \"../model\", \"weight\": 2}, {\"path\": \"../model/model.safetensors\"}],"
      " \"predictions\": \"out\", \"slide\": {\"slide\": 1, \"path\": \"../phantom.tiff\", \"name\": "
      "\"phantom\","
      " \"organ\": \"\", \"mpp\": 0, \"width\": 1024, \"height\": 1024}}");

  g_assert_cmpint (g_mkdir_with_parents (out, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, specification, -1, NULL));
  g_auto (Outcome) run = RUN ("job", "run", folder, "--quiet");

  g_test_message ("%s", run.err);
  g_assert_cmpint (run.status, ==, 0);
  g_assert_cmpuint (count_files (out, ".sqlite"), ==, 1);
}

/* The way through. */

static void
test_way_through (void)
{
  g_autofree char *png = g_build_filename (material.folder, "new", "folder", "mask.png", NULL);
  g_autofree char *geojson = g_build_filename (material.folder, "out", "phantom.geojson", NULL);
  g_autoptr (JsonObject) list = NULL, scores = NULL, models = NULL, trained = NULL;
  g_auto (Outcome) listed = RUN ("list", material.project, "--json");
  g_auto (Outcome) segmented = RUN ("segment", material.project, "--model", material.model, "--quiet");
  g_auto (Outcome) evaluated
      = RUN ("evaluate", material.project, "--model", material.model, "--baselines", "--json", "--quiet");
  g_auto (Outcome) exported
      = RUN ("export", material.project, "--model", material.model, "--format", "geojson", "--output", "out");
  g_auto (Outcome) alone = RUN ("segment", material.slide, "--model", material.model, "--output", png, "--quiet");
  g_auto (Outcome) training = RUN ("train", material.project, "--from", material.model, "--steps", "2", "--set",
                                   "batch=1", "--set", "patch=64", "--set", "validation-patches=1", "--held-out",
                                   "none", "--name", "Small one", "--json", "--quiet");
  g_auto (Outcome) model_list = RUN ("model", "list", material.project, "--json");
  g_auto (Outcome) verified = RUN ("journal", "verify", material.project);

  list = parse (&listed);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (list, "slides")), ==, 1);
  g_assert_cmpint (segmented.status, ==, 0);
  scores = parse (&evaluated);
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice"), >=, 0);
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice"), <, 1);
  /* A phantom has tissue units and tissue between them. */
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice_everything"), >, 0.01);
  g_assert_cmpfloat (json_object_get_double_member (scores, "dice_everything"), <, 0.99);
  g_assert_cmpint (exported.status, ==, 0);
  g_assert_true (g_file_test (geojson, G_FILE_TEST_EXISTS));
  g_assert_cmpint (alone.status, ==, 0);
  g_assert_true (g_file_test (png, G_FILE_TEST_EXISTS));
  trained = parse (&training);
  models = parse (&model_list);
  g_assert_nonnull (strstr (model_list.out, json_object_get_string_member (trained, "model")));
  g_assert_nonnull (strstr (model_list.out, "Small one"));
  g_assert_cmpint (verified.status, ==, 0);
}

/* Slides by name, pattern and range. */
static void
test_selection (void)
{
  g_autofree char *folder = g_build_filename (material.folder, "select.acini", NULL);
  g_autoptr (AciniProject) project = acini_project_create (folder, NULL);

  for (int i = 1; i <= 12; i++)
    {
      g_autofree char *name = g_strdup_printf ("train_%d", i);

      acini_test_add_slide (project, name, 100, 100);
    }
  g_auto (Outcome) unknown = RUN ("export", folder, "--slides", "train_13");
  g_auto (Outcome) range = RUN ("train", folder, "--from", material.model, "--slides", "train_2..4,train_1?");
  g_auto (Outcome) empty_range = RUN ("train", folder, "--from", material.model, "--slides", "train_20..30");

  assert_failed (&unknown, 1, "train_13");
  /* They are found, but have no labels. */
  assert_failed (&range, 1, "nothing to learn from");
  assert_failed (&empty_range, 1, "train_20..30");
}

/* Strokes of the brush alone would teach a network that everything is a tissue unit. */
static void
test_one_kind (void)
{
  g_autofree char *folder = g_build_filename (material.folder, "one-kind.acini", NULL);
  g_auto (Outcome) new = RUN ("new", folder);
  g_auto (Outcome) imported = RUN ("import", folder, "phantom.tiff", "--quiet");
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniProject) project = acini_project_open (folder, &error);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, 1, "brush");
  const AciniRect everything = { 0, 0, 1 << 20, 1 << 20 };

  g_assert_no_error (error);
  g_assert_true (acini_edit_paint (edit, &everything, NULL, ACINI_LABEL_FIRST_CLASS, &error));
  g_assert_true (acini_edit_commit (edit, NULL, &error));

  g_auto (Outcome) trained = RUN ("train", folder, "--from", material.model, "--steps", "1", "--quiet");
  assert_failed (&trained, 1, "eraser");
}

/* Bad input. */

static char *
write_file (const char *name, const char *text, gssize length)
{
  char *path = g_build_filename (material.folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, length, NULL));
  return path;
}

static void
test_bad_slides (void)
{
  g_autofree char *text = write_file ("text.png", "This is no image.", -1);
  g_autofree char *data = NULL, *cut = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (material.slide, &data, &length, NULL));
  cut = write_file ("cut.tiff", data, length / 3);

  g_auto (Outcome) none = RUN ("import", material.project, "nowhere.svs", "--quiet");
  g_auto (Outcome) no_image = RUN ("import", material.project, text, "--quiet");
  g_auto (Outcome) truncated = RUN ("import", material.project, cut, "--quiet");
  g_auto (Outcome) segmented = RUN ("segment", text, "--model", material.model, "--quiet");
  g_auto (Outcome) listed = RUN ("list", material.project);

  assert_failed (&none, 1, "nowhere.svs");
  assert_failed (&no_image, 1, "text.png");
  assert_failed (&truncated, 1, "cut.tiff");
  assert_failed (&segmented, 1, "text.png");
  /* Nothing of them got in. */
  g_assert_nonnull (strstr (listed.out, "1 slide\n"));
}

static void
test_unreadable_slide (void)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *slide = g_build_filename (shared != NULL ? shared : "", "tissue", "wsi", "openslide-python-fixtures",
                                             "unreadable.svs", NULL);

  if (!g_file_test (slide, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("ACINI_SHARED has no such slide");
      return;
    }
  g_auto (Outcome) segmented
      = RUN ("segment", slide, "--model", material.model, "--output", "unreadable.png", "--quiet");
  g_autofree char *output = g_build_filename (material.folder, "unreadable.png", NULL);

  assert_failed (&segmented, 1, "unreadable.svs");
  g_assert_false (g_file_test (output, G_FILE_TEST_EXISTS));
}

static void
test_bad_masks (void)
{
  g_autofree char *folder = g_build_filename (material.folder, "masks.acini", NULL);
  g_auto (Outcome) new = RUN ("new", folder);
  g_auto (Outcome) other = RUN ("phantom", "other.tiff", "--size", "300x300", "--quiet");
  g_auto (Outcome) wrong = RUN ("import", folder, "phantom.tiff", "--masks", "oth*r.tiff", "--quiet");
  g_auto (Outcome) colour = RUN ("import", folder, "phantom.tiff", "--mask-channel", "pink");

  /* The pattern names no file of this image's name: imported without labels, and said so. */
  g_assert_cmpint (wrong.status, ==, 0);
  assert_failed (&colour, 2, "pink");

  g_autofree char *slide = g_build_filename (material.folder, "odd.tiff", NULL);
  g_autofree char *mask = g_build_filename (material.folder, "odd_mask.tiff", NULL);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (material.slide, &data, &length, NULL));
  g_assert_true (g_file_set_contents (slide, data, length, NULL));
  g_free (data);
  g_autofree char *small = g_build_filename (material.folder, "other-mask.tiff", NULL);
  g_assert_true (g_file_get_contents (small, &data, &length, NULL));
  g_assert_true (g_file_set_contents (mask, data, length, NULL));
  g_auto (Outcome) size = RUN ("import", folder, "odd.tiff", "--quiet");
  assert_failed (&size, 1, "odd_mask.tiff");
}

static void
test_bad_projects (void)
{
  g_autofree char *newer = g_build_filename (material.folder, "newer.acini", NULL);
  g_autofree char *database = g_build_filename (newer, "project.sqlite", NULL);
  g_auto (Outcome) made = RUN ("new", newer);
  g_auto (Outcome) again = RUN ("new", newer);
  g_auto (Outcome) none = RUN ("list", "nowhere.acini");
  g_auto (Outcome) no_project = RUN ("list", material.model);

  assert_failed (&again, 1, "newer.acini");
  assert_failed (&none, 1, "nowhere.acini");
  assert_failed (&no_project, 1, "model");
  acini_test_run_sql (database, "PRAGMA user_version = 99");
  g_auto (Outcome) from_future = RUN ("list", newer);
  assert_failed (&from_future, 1, "newer");
}

static void
test_bad_models (void)
{
  g_autofree char *text = write_file ("text.safetensors", "no tensors at all", -1);
  g_autofree char *header = write_file ("odd.safetensors",
                                        "\x48\0\0\0\0\0\0\0{\"weight\": {\"dtype\": \"F32\", \"shape\": [1, 1], "
                                        "\"data_offsets\": [0, 4]}}         \0\0\0\0",
                                        8 + 72 + 4);
  g_auto (Outcome) none = RUN ("segment", material.project, "--model", "nowhere");
  g_auto (Outcome) no_model = RUN ("segment", material.project, "--model", text, "--quiet");
  g_auto (Outcome) shape = RUN ("segment", material.project, "--model", header, "--quiet");
  g_auto (Outcome) inspected = RUN ("model", "inspect", text);

  assert_failed (&none, 1, "nowhere");
  assert_failed (&no_model, 1, "text.safetensors");
  assert_failed (&shape, 1, "weight");
  assert_failed (&inspected, 1, "text.safetensors");
}

/* A disk that is full: an error, no half file in the place of a whole one. */
/* A place that nothing can be written into is said before anything is computed. */
static void
test_output (void)
{
  g_autofree char *file = g_build_filename (material.folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "mask.png", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_auto (Outcome) segmented = RUN ("segment", material.slide, "--model", "nowhere", "--output", below, "--quiet");
  assert_failed (&segmented, 1, "cannot be created");
}

static void
test_full_disk (void)
{
  g_autofree char *phantom_path = g_build_filename (material.folder, "full.tiff", NULL);
  g_autofree char *mask_path = g_build_filename (material.folder, "full.png", NULL);

  file_limit = 20000;
  g_auto (Outcome) phantom = RUN ("phantom", phantom_path, "--size", "2000x2000", "--quiet");
  g_auto (Outcome) segmented
      = RUN ("segment", material.slide, "--model", material.model, "--output", mask_path, "--quiet");
  g_auto (Outcome) trained = RUN ("train", material.project, "--from", material.model, "--steps", "1", "--quiet");
  file_limit = 0;
  g_auto (Outcome) listed = RUN ("list", material.project);
  g_auto (Outcome) verified = RUN ("journal", "verify", material.project);

  assert_failed (&phantom, 1, "cannot be written");
  g_assert_false (g_file_test (phantom_path, G_FILE_TEST_EXISTS));
  assert_failed (&segmented, 1, "");
  g_assert_false (g_file_test (mask_path, G_FILE_TEST_EXISTS));
  assert_failed (&trained, 1, "");
  g_assert_cmpint (listed.status, ==, 0);
  g_assert_cmpint (verified.status, ==, 0);
}

/* A training detached, killed, and gone on with. */

static char *
wait_for_state (const char *job, const char *state)
{
  for (int i = 0; i < 600; i++)
    {
      g_auto (Outcome) shown = RUN ("job", "show", job, "--json");
      g_autoptr (JsonObject) object = parse (&shown);

      if (g_str_equal (json_object_get_string_member (object, "state"), state))
        return g_steal_pointer (&shown.out);
      g_usleep (200000);
    }
  g_error ("the job in %s was not %s within two minutes", job, state);
}

static void
test_job (void)
{
  g_auto (Outcome) started
      = RUN ("train", material.project, "--from", material.model, "--steps", "400", "--set", "batch=1", "--set",
             "patch=64", "--set", "checkpoint-every=2", "--set", "validate-every=1000", "--set", "validation-patches=1",
             "--held-out", "none", "--background", "--json", "--quiet");
  g_autoptr (JsonObject) object = parse (&started);
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

  g_auto (Outcome) resumed = RUN ("job", "resume", job, "--quiet");
  g_assert_cmpint (resumed.status, ==, 0);
  g_auto (Outcome) asked = RUN ("job", "pause", job);
  g_assert_cmpint (asked.status, ==, 0);
  paused = wait_for_state (job, "paused");
  g_assert_true (json_parser_load_from_data (parser, paused, -1, NULL));
  last = json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "last");
  /* It went on from the checkpoint, not from the beginning. */
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (last, "checkpoint"), "step"), >=, 2);
  g_auto (Outcome) given_up = RUN ("job", "cancel", job);
  g_assert_cmpint (given_up.status, ==, 0);
  cancelled = wait_for_state (job, "cancelled");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_material ();
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
  g_test_add_func ("/cli/bad/slides", test_bad_slides);
  g_test_add_func ("/cli/bad/unreadable-slide", test_unreadable_slide);
  g_test_add_func ("/cli/bad/masks", test_bad_masks);
  g_test_add_func ("/cli/bad/projects", test_bad_projects);
  g_test_add_func ("/cli/bad/models", test_bad_models);
  g_test_add_func ("/cli/bad/output", test_output);
  g_test_add_func ("/cli/bad/full-disk", test_full_disk);
  g_test_add_func ("/cli/job", test_job);
  status = g_test_run ();
  g_free (material.project);
  g_free (material.slide);
  g_free (material.model);
  acini_test_remove_folder (material.folder);
  return status;
}
