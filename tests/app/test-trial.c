/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A processor on which oneDNN dies, or gives wrong numbers, played by onednn-shim.c: acini-cli finds it before its
 * first step, goes round it, and remembers. */

#include "tests/acini-test-util.h"

#include <json-glib/json-glib.h>
#include <string.h>

static char *folder, *project, *slide, *model;
/* The instructions that are right, as dnnl_get_effective_cpu_isa () counts. */
static const char *right_isa = "1";

typedef struct
{
  int status;
  char *out, *err;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->out);
  g_free (outcome->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

/* @shim: what the processor does, or NULL.  @cache: a folder of its own for what is remembered. */
static Outcome
run_words (const char *shim, const char *cache, const char *const *words)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree char *path = g_build_filename (folder, cache, NULL), *died = g_build_filename (folder, "died", NULL);
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "XDG_CACHE_HOME", path, TRUE);
  g_autoptr (GError) error = NULL;
  Outcome outcome = { -1, NULL, NULL };
  int status;

  environment = g_environ_setenv (environment, "OMP_WAIT_POLICY", "passive", TRUE);
  if (shim != NULL)
    {
      environment = g_environ_setenv (environment, "LD_PRELOAD", g_getenv ("ACINI_ONEDNN_SHIM"), TRUE);
      environment = g_environ_setenv (environment, "ACINI_SHIM", shim, TRUE);
      environment = g_environ_setenv (environment, "ACINI_SHIM_ABOVE", right_isa, TRUE);
      environment = g_environ_setenv (environment, "ACINI_SHIM_COUNT", "100", TRUE);
      if (g_str_equal (shim, "later"))
        environment = g_environ_setenv (environment, "ACINI_SHIM_FILE", died, TRUE);
    }
  g_ptr_array_add (arguments, (char *)g_getenv ("ACINI_CLI"));
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, (char *)*words);
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (folder, (char **)arguments->pdata, environment, G_SPAWN_DEFAULT, NULL, NULL, &outcome.out, &outcome.err,
                &status, &error);
  g_assert_no_error (error);
  if (WIFEXITED (status))
    outcome.status = WEXITSTATUS (status);
  g_test_message ("%d: %s%s", outcome.status, outcome.out, outcome.err);
  return outcome;
}
#define RUN(shim, cache, ...) run_words (shim, cache, (const char *const[]){ __VA_ARGS__, NULL })

#define TRAIN(shim, cache)                                                                                             \
  RUN (shim, cache, "train", project, "--from", model, "--steps", "40", "--set", "batch=1", "--set", "patch=64",       \
       "--set", "checkpoint-every=1", "--set", "precision=float32", "--threads", "1", "--held-out", "none", "--json")

static JsonObject *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error);

  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (node));
}

/* The events of the job of a training, as they were written. */
static char *
read_events (const Outcome *trained)
{
  g_autoptr (JsonObject) object = parse (trained->out);
  g_autofree char *path = g_build_filename (json_object_get_string_member (object, "job"), "events.jsonl", NULL);
  char *events = NULL;

  g_assert_true (g_file_get_contents (path, &events, NULL, NULL));
  return events;
}

/* What the model's card tells of its training. */
static char *
read_card (const Outcome *trained, const char *member)
{
  g_autoptr (JsonObject) object = parse (trained->out);
  g_autofree char *path = g_build_filename (json_object_get_string_member (object, "path"), "model.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) card = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  card = parse (text);
  return g_strdup (json_object_get_string_member (json_object_get_object_member (card, "training"), member));
}

static void
test_training (void)
{
  g_auto (Outcome) first = TRAIN ("training", "cache-training");
  g_auto (Outcome) second = TRAIN ("training", "cache-training");
  g_autofree char *events = NULL, *level = NULL;

  g_assert_cmpint (first.status, ==, 0);
  events = read_events (&first);
  level = read_card (&first, "onednn");
  g_assert_nonnull (strstr (events, "SIGFPE"));
  g_assert_cmpstr (level, !=, "all");
  /* It is known now. */
  g_assert_cmpint (second.status, ==, 0);
  g_assert_null (strstr (second.err, "SIGFPE"));
}

/* What was found out for one precision is no answer for another. */
static void
test_precision (void)
{
  const char *const words[] = { "train",
                                "--from",
                                model,
                                "--steps",
                                "1",
                                "--set",
                                "batch=1",
                                "--set",
                                "patch=64",
                                "--set",
                                "precision=bfloat16",
                                "--threads",
                                "1",
                                "--held-out",
                                "none",
                                "--json",
                                project,
                                NULL };
  g_auto (Outcome) alone = run_words (NULL, "cache-bfloat16", words);
  g_auto (Outcome) full = TRAIN (NULL, "cache-both");
  g_auto (Outcome) after = run_words (NULL, "cache-both", words);
  g_autofree char *wanted = NULL, *found = NULL, *other = NULL;

  g_assert_cmpint (alone.status, ==, 0);
  g_assert_cmpint (full.status, ==, 0);
  g_assert_cmpint (after.status, ==, 0);
  wanted = read_card (&alone, "precision");
  other = read_card (&full, "precision");
  found = read_card (&after, "precision");
  g_assert_cmpstr (other, ==, "float32");
  g_assert_cmpstr (found, ==, wanted);
}

/* It dies in the middle, where no trial saw it: it goes on from the last checkpoint. */
static void
test_later (void)
{
  g_auto (Outcome) trained = TRAIN ("later", "cache-later");
  g_autofree char *events = NULL, *level = NULL;

  g_assert_cmpint (trained.status, ==, 0);
  events = read_events (&trained);
  level = read_card (&trained, "onednn");
  g_assert_nonnull (strstr (events, "\"restart\""));
  g_assert_cmpstr (level, !=, "all");
}

static void
test_no_way (void)
{
  g_auto (Outcome) trained = TRAIN ("trials", "cache-none");
  g_auto (Outcome) segmented = RUN ("trials", "cache-none", "segment", slide, "--model", model, "--threads", "1");

  g_assert_cmpint (trained.status, ==, 1);
  g_assert_nonnull (strstr (trained.err, "This computer cannot run the network"));
  g_assert_nonnull (strstr (trained.err, "SIGFPE"));
  g_assert_cmpint (segmented.status, ==, 1);
  g_assert_nonnull (strstr (segmented.err, "This computer cannot run the network"));
}

static char *
get_level_of_segmentation (const Outcome *segmented)
{
  g_autoptr (JsonObject) object = parse (segmented->out);
  JsonArray *ways = json_object_get_array_member (object, "ways");

  g_assert_cmpuint (json_array_get_length (ways), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (json_array_get_object_element (ways, 0), "error"), <=, 1e-4);
  return g_strdup (json_object_get_string_member (json_array_get_object_element (ways, 0), "onednn"));
}

static GBytes *
read_mask (const char *path)
{
  g_autoptr (GError) error = NULL;
  int width, height;
  GBytes *mask = acini_test_read_mask (path, -1, &width, &height, &error);

  g_assert_no_error (error);
  g_assert_cmpint (width, ==, 1024);
  g_assert_cmpint (height, ==, 1024);
  return mask;
}

/* Both masks have to mark something, and not everything. */
static double
measure_dice (GBytes *first, GBytes *second)
{
  gsize n, n_second, marked[2] = { 0, 0 }, both = 0;
  const guint8 *a = g_bytes_get_data (first, &n), *b = g_bytes_get_data (second, &n_second);

  g_assert_cmpuint (n, ==, n_second);
  for (gsize i = 0; i < n; i++)
    {
      marked[0] += a[i] != 0;
      marked[1] += b[i] != 0;
      both += a[i] != 0 && b[i] != 0;
    }
  g_test_message ("%zu and %zu pixels of %zu marked, %zu of them in both", marked[0], marked[1], n, both);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (marked[i], >, n / 100);
      g_assert_cmpuint (marked[i], <, n - n / 100);
    }
  return 2.0 * (double)both / (double)(marked[0] + marked[1]);
}

/* A convolution that is wrong by 3 % is found, and the mask is the one of a processor that is right. */
static void
test_wrong (void)
{
  g_autofree char *right_mask = g_build_filename (folder, "right.png", NULL);
  g_autofree char *mask = g_build_filename (folder, "mask.png", NULL), *level = NULL, *right_level = NULL;
  g_auto (Outcome) right
      = RUN (NULL, "cache-right", "segment", slide, "--model", model, "--threads", "1", "--precision", "float32",
             "--patch", "256", "--threshold", "0.5", "--json", "--output", right_mask);
  g_auto (Outcome) wrong
      = RUN ("wrong", "cache-wrong", "segment", slide, "--model", model, "--threads", "1", "--precision", "float32",
             "--patch", "256", "--threshold", "0.5", "--json", "--output", mask);
  g_autoptr (GBytes) a = NULL, b = NULL;

  g_assert_cmpint (right.status, ==, 0);
  g_assert_cmpint (wrong.status, ==, 0);
  g_assert_nonnull (strstr (wrong.err, "wrong numbers"));
  level = get_level_of_segmentation (&wrong);
  right_level = get_level_of_segmentation (&right);
  g_assert_cmpstr (level, !=, "all");
  a = read_mask (right_mask);
  b = read_mask (mask);
  g_assert_cmpfloat (measure_dice (a, b), >=, 0.999);
}

static void
test_check (void)
{
  g_auto (Outcome) checked = RUN ("training", "cache-check", "model", "check", model, "--patch", "64", "--recipe",
                                  "quick-finetune", "--threads", "1", "--precision", "float32", "--json");
  g_autoptr (JsonObject) object = NULL;
  gboolean died = FALSE;
  JsonArray *table;

  g_assert_cmpint (checked.status, ==, 0);
  object = parse (checked.out);
  g_assert_true (json_object_get_boolean_member (object, "segments"));
  g_assert_true (json_object_get_boolean_member (object, "trains"));
  table = json_object_get_array_member (object, "table");
  for (guint i = 0; i < json_array_get_length (table); i++)
    died |= g_str_equal (json_object_get_string_member (json_array_get_object_element (table, i), "verdict"),
                         "died (SIGFPE)");
  g_assert_true (died);
}

/* One weight that is no number. */
static void
test_not_finite (void)
{
  g_autofree char *broken = g_build_filename (folder, "broken.safetensors", NULL);
  g_autofree char *path = g_build_filename (model, "model.safetensors", NULL), *bytes = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  memset (bytes + n / 2, 0xff, 64);
  g_assert_true (g_file_set_contents (broken, bytes, n, NULL));
  g_auto (Outcome) segmented = RUN (NULL, "cache-right", "segment", slide, "--model", broken);
  g_auto (Outcome) trained
      = RUN (NULL, "cache-right", "train", project, "--from", broken, "--steps", "1", "--held-out", "none");

  g_assert_cmpint (segmented.status, ==, 1);
  g_assert_nonnull (strstr (segmented.err, "its weights are not all numbers"));
  g_assert_cmpint (trained.status, ==, 1);
  g_assert_nonnull (strstr (trained.err, "its weights are not all numbers"));
}

static void
assert_no_numbers (const Outcome *outcome)
{
  g_assert_cmpint (outcome->status, ==, 1);
  g_assert_nonnull (strstr (outcome->err, "gives results that are not numbers"));
}

/* Found by the trial, and where networks of that shape are known to be right, by what uses it. */
static void
test_overflow (void)
{
  g_autofree char *overflow = g_build_filename (folder, "overflow.safetensors", NULL);
  const char *const caches[] = { "cache-overflow", "cache-right" };

  acini_test_write_overflow (model, overflow);
  g_auto (Outcome) known = TRAIN (NULL, "cache-right");
  g_assert_cmpint (known.status, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (caches); i++)
    {
      g_auto (Outcome) segmented = RUN (NULL, caches[i], "segment", slide, "--model", overflow, "--threads", "1");
      g_auto (Outcome) evaluated = RUN (NULL, caches[i], "evaluate", project, "--model", overflow, "--threads", "1");
      g_auto (Outcome) trained
          = RUN (NULL, caches[i], "train", project, "--from", overflow, "--steps", "2", "--set", "batch=1", "--set",
                 "patch=64", "--set", "precision=float32", "--threads", "1", "--held-out", "none");

      assert_no_numbers (&segmented);
      assert_no_numbers (&evaluated);
      assert_no_numbers (&trained);
    }
}

/* The child computes where its parent will. */
static void
test_device (void)
{
  g_autofree char *path = g_build_filename (folder, "trials.txt", NULL), *lines = NULL;

  g_setenv ("ACINI_SHIM_FILE", path, TRUE);
  g_auto (Outcome) segmented = RUN ("right", "cache-device", "segment", slide, "--model", model, "--device", "cpu",
                                    "--threads", "1", "--patch", "64");
  g_unsetenv ("ACINI_SHIM_FILE");
  g_assert_cmpint (segmented.status, ==, 0);
  g_assert_true (g_file_get_contents (path, &lines, NULL, NULL));
  g_test_message ("%s", lines);
  g_assert_nonnull (strstr (lines, "--device cpu"));
}

/* A graphics card that does not work: a training goes on on the processor and says so, and whoever wanted a card that
 * is not there gets a sentence. */
static void
test_card (void)
{
  g_auto (Outcome) trained = TRAIN ("card", "cache-card");
  g_auto (Outcome) segmented = RUN ("card", "cache-card", "segment", slide, "--model", model, "--threads", "1");
  g_autofree char *events = NULL, *level = NULL;

  g_assert_cmpint (trained.status, ==, 0);
  events = read_events (&trained);
  g_assert_nonnull (strstr (events, "\"event\":\"device\""));
  g_assert_nonnull (strstr (events, "Going on on the processor: "));
  level = read_card (&trained, "onednn");
  g_assert_cmpstr (level, ==, "all");
  g_assert_cmpint (segmented.status, ==, 1);
  g_assert_nonnull (strstr (segmented.err, "The graphics card or its driver failed"));
  g_assert_nonnull (strstr (segmented.err, "--device cpu"));
}

/* What bfloat16 rounds is not taken for a processor that computes wrongly: with oneDNN, at one level at least, the
 * fine-tuning that the window offers first passes. */
static void
test_starter (void)
{
  const char *const levels[] = { "all", "avx512", "avx2" };
  g_autofree char *starter = g_test_build_filename (G_TEST_DIST, "..", "model", "starter", NULL);
  g_autofree char *recipe = g_test_build_filename (G_TEST_DIST, "..", "model", "recipes", "quick-finetune.ini", NULL);
  gboolean passed = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (levels) && !passed; i++)
    {
      g_auto (Outcome) tried = RUN (NULL, "cache-starter", "trial", starter, "--recipe", recipe, "--onednn", levels[i],
                                    "--threads", "1", "--json");
      g_autoptr (JsonObject) object = tried.status == 0 ? parse (tried.out) : NULL;

      passed = object != NULL && json_object_get_boolean_member (object, "passed");
    }
  g_assert_true (passed);
}

static void
make_material (void)
{
  folder = acini_test_make_folder ();
  project = g_build_filename (folder, "trial.acini", NULL);
  slide = g_build_filename (folder, "phantom.tiff", NULL);
  model = g_build_filename (folder, "model", NULL);
  g_auto (Outcome) new = RUN (NULL, "cache-right", "new", project);
  g_auto (Outcome) phantom = RUN (NULL, "cache-right", "phantom", slide, "--size", "1024x1024", "--seed", "3");
  g_auto (Outcome) random = RUN (NULL, "cache-right", "model", "random", model);
  g_auto (Outcome) import = RUN (NULL, "cache-right", "import", project, slide, "--organ", "largeintestine");

  g_assert_cmpint (new.status, ==, 0);
  g_assert_cmpint (phantom.status, ==, 0);
  g_assert_cmpint (random.status, ==, 0);
  g_assert_cmpint (import.status, ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx512f"))
    right_isa = "7"; /* AVX2 */
#endif
  make_material ();
  g_test_add_func ("/trial/training", test_training);
  g_test_add_func ("/trial/precision", test_precision);
  g_test_add_func ("/trial/later", test_later);
  g_test_add_func ("/trial/no-way", test_no_way);
  g_test_add_func ("/trial/wrong", test_wrong);
  g_test_add_func ("/trial/check", test_check);
  g_test_add_func ("/trial/not-finite", test_not_finite);
  g_test_add_func ("/trial/overflow", test_overflow);
  g_test_add_func ("/trial/device", test_device);
  g_test_add_func ("/trial/card", test_card);
  g_test_add_func ("/trial/starter", test_starter);
  status = g_test_run ();
  acini_test_remove_folder (folder);
  return status;
}
