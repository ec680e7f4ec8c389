/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The live engine from the window's side, with a real acini-cli, a phantom and a network of random weights. */

#include "app/jobs/acini-device.h"
#include "app/engine/acini-engine.h"
#include "app/segmentation/acini-knowledge.h"
#include "data/phantom/acini-phantom.h"
#include "data/predictions/acini-prediction.h"
#include "model/core/acini-card.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#define SIDE 1024

static char *folder, *slide_path, *model_path;

typedef struct
{
  AciniEngine *engine;
  guint tiles, died, restarted;
  gboolean seen[2][2];
  gboolean kill_at_first;
  GCancellable *cancel_at_first;
  GError *error;
  gboolean done;
} Run;

static const char *
get_cli (void)
{
  const char *cli = g_getenv ("ACINI_CLI");

  g_assert_nonnull (cli);
  return cli;
}

static void
make_material (void)
{
  g_autoptr (GError) error = NULL;
  AciniPhantom phantom;
  int status = 1;

  folder = acini_test_make_folder ();
  slide_path = g_build_filename (folder, "phantom.tiff", NULL);
  model_path = g_build_filename (folder, "model", NULL);
  g_assert_true (acini_phantom_init (&phantom, SIDE, SIDE, 3, NULL, 0.5, &error));
  g_assert_true (acini_phantom_write (&phantom, slide_path, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  const char *arguments[] = { get_cli (), "model", "random", "--quiet", "--seed", "5", model_path, NULL };
  g_assert_true (
      g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
on_tile (gint64 column, gint64 row, GBytes *probability, double downsample, int n_classes, const char *way,
         gpointer user_data)
{
  Run *run = user_data;
  const guint8 *bytes;
  guint64 sum = 0;
  gsize n;

  g_assert_false (run->done);
  g_assert_cmpint (n_classes, ==, 1);
  g_assert_cmpfloat (downsample, ==, 1);
  g_assert_nonnull (strstr (way, "float")); /* the precision stands in it */
  g_assert_cmpint (column, >=, 0);
  g_assert_cmpint (column, <, 2);
  g_assert_cmpint (row, >=, 0);
  g_assert_cmpint (row, <, 2);
  g_assert_false (run->seen[row][column]);
  run->seen[row][column] = TRUE;
  bytes = g_bytes_get_data (probability, &n);
  g_assert_cmpuint (n, ==, ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  for (gsize i = 0; i < n; i++)
    sum += bytes[i];
  /* Random weights say something between no and yes nearly everywhere. */
  g_assert_cmpuint (sum, >, 0);
  g_assert_cmpuint (sum, <, 255 * n);
  run->tiles++;
  if (run->kill_at_first && run->tiles == 1)
    g_assert_cmpint (kill (acini_engine_get_pid (run->engine), SIGKILL), ==, 0);
  if (run->cancel_at_first != NULL)
    g_cancellable_cancel (run->cancel_at_first);
}

static void
on_died (AciniEngine *engine, gpointer user_data)
{
  ((Run *)user_data)->died++;
}

/* All tiles come once more. */
static void
on_restarted (AciniEngine *engine, gpointer user_data)
{
  Run *run = user_data;

  run->restarted++;
  run->tiles = 0;
  memset (run->seen, 0, sizeof run->seen);
}

static void
on_segmented (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  gboolean ok = acini_engine_segment_finish (ACINI_ENGINE (source), result, &run->error);

  g_assert_cmpint (ok, ==, run->error == NULL);
  run->done = TRUE;
}

static void
segment (AciniEngine *engine, Run *run, const char *slide, gint64 width, GCancellable *cancellable)
{
  AciniEngineRequest request = { slide, model_path, 0.5, 0, 0, width, width };

  run->engine = engine;
  acini_engine_segment_async (engine, &request, on_tile, run, cancellable, on_segmented, run);
}

static void
wait_for (Run *run)
{
  while (!run->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
run_clear (Run *run)
{
  g_clear_error (&run->error);
}

static void
test_region (void)
{
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  g_autofree char *device = NULL;
  Run one = { 0 }, all = { 0 };

  g_assert_cmpstr (acini_engine_get_state (engine), ==, "stopped");
  g_assert_cmpint (acini_engine_get_pid (engine), ==, 0);
  segment (engine, &one, slide_path, 400, NULL);
  g_assert_cmpstr (acini_engine_get_state (engine), ==, "starting");
  wait_for (&one);
  g_assert_no_error (one.error);
  g_assert_cmpuint (one.tiles, ==, 1);
  g_assert_true (one.seen[0][0]);
  g_assert_cmpstr (acini_engine_get_state (engine), ==, "ready");
  g_object_get (engine, "device", &device, NULL);
  g_assert_nonnull (device);

  segment (engine, &all, slide_path, 0, NULL);
  g_assert_cmpstr (acini_engine_get_state (engine), ==, "busy");
  wait_for (&all);
  g_assert_no_error (all.error);
  g_assert_cmpuint (all.tiles, ==, 4);
}

/* Another device is another process, with the next request. */
static void
on_unfamiliar (AciniEngine *engine, const char *slide, const char *model, const char *text, gpointer user_data)
{
  g_assert_cmpstr (slide, ==, slide_path);
  g_assert_cmpstr (model, ==, model_path);
  g_set_str (user_data, text);
}

/* Behind an answer comes in what the slide is unlike what the model has seen. */
static void
test_unfamiliar (void)
{
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  g_autoptr (AciniCard) card = acini_card_load (model_path, NULL), other = acini_card_copy (card);
  g_autofree char *text = NULL;
  static const char *const organs[] = { "lung", "kidney" };

  g_strfreev (other->organs);
  other->organs = g_strsplit ("lung", ",", -1);
  g_assert_true (acini_card_save (other, model_path, NULL));
  g_signal_connect (engine, "unfamiliar", G_CALLBACK (on_unfamiliar), &text);
  for (guint i = 0; i < G_N_ELEMENTS (organs); i++)
    {
      Run run = { .engine = engine };
      AciniEngineRequest request = { slide_path, model_path, 0.5, 0, 0, 400, 400, organs[i] };

      g_clear_pointer (&text, g_free);
      acini_engine_segment_async (engine, &request, on_tile, &run, NULL, on_segmented, &run);
      wait_for (&run);
      g_assert_no_error (run.error);
      while (text == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (strstr (text, "never seen this organ") != NULL, ==, i == 1);
    }
  g_assert_true (acini_card_save (card, model_path, NULL));
}

static void
test_device (void)
{
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  Run before = { 0 }, after = { 0 }, same = { 0 };
  GPid pid;

  segment (engine, &before, slide_path, 400, NULL);
  wait_for (&before);
  g_assert_no_error (before.error);
  pid = acini_engine_get_pid (engine);
  acini_set_device ("cpu");
  segment (engine, &after, slide_path, 400, NULL);
  wait_for (&after);
  g_assert_no_error (after.error);
  g_assert_cmpint (acini_engine_get_pid (engine), !=, pid);
  pid = acini_engine_get_pid (engine);
  segment (engine, &same, slide_path, 400, NULL);
  wait_for (&same);
  g_assert_cmpint (acini_engine_get_pid (engine), ==, pid);
  acini_set_device ("auto");
}

static void
test_bad_slide (void)
{
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  Run bad = { 0 }, good = { 0 };

  segment (engine, &bad, "/nonexistent/slide.svs", 0, NULL);
  wait_for (&bad);
  g_assert_error (bad.error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_FAILED);
  g_assert_nonnull (strstr (bad.error->message, "slide.svs"));
  /* The engine is none the worse for it. */
  segment (engine, &good, slide_path, 400, NULL);
  wait_for (&good);
  g_assert_no_error (good.error);
  run_clear (&bad);
}

/* What is no number is not shown. */
static void
test_overflow (void)
{
  g_autofree char *overflow = g_build_filename (folder, "overflow.safetensors", NULL);
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  AciniEngineRequest request = { slide_path, overflow, 0.5, 0, 0, 400, 400 };
  Run run = { .engine = engine };

  acini_test_write_overflow (model_path, overflow);
  acini_engine_segment_async (engine, &request, on_tile, &run, NULL, on_segmented, &run);
  wait_for (&run);
  g_assert_error (run.error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_FAILED);
  g_assert_nonnull (strstr (run.error->message, "gives results that are not numbers"));
  g_assert_cmpuint (run.tiles, ==, 0);
  run_clear (&run);
}

static void
test_killed (void)
{
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  Run killed = { .kill_at_first = TRUE }, again = { 0 };

  g_signal_connect (engine, "died", G_CALLBACK (on_died), &killed);
  segment (engine, &killed, slide_path, 0, NULL);
  wait_for (&killed);
  g_assert_error (killed.error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_DIED);
  while (killed.died == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (killed.died, ==, 1);
  g_assert_cmpstr (acini_engine_get_state (engine), ==, "stopped");
  g_assert_cmpint (acini_engine_get_pid (engine), ==, 0);

  segment (engine, &again, slide_path, 0, NULL);
  wait_for (&again);
  g_assert_no_error (again.error);
  g_assert_cmpuint (again.tiles, ==, 4);
  g_assert_cmpuint (killed.died, ==, 1);
  run_clear (&killed);
}

/* It dies of what oneDNN does with the newest instructions of this processor (onednn-shim.c), in the middle of a
 * request: another one begins by itself with the next older ones, and answers. */
static void
test_restarted (void)
{
  g_autofree char *cache = g_build_filename (folder, "cache-restarted", NULL);
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  Run run = { 0 };
  const char *right_isa = "1"; /* as dnnl_get_effective_cpu_isa () counts: SSE 4.1 */

#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx512bf16"))
    right_isa = "103"; /* AVX-512 with VNNI */
  else if (__builtin_cpu_supports ("avx512f"))
    right_isa = "7"; /* AVX2 */
#endif
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_setenv ("LD_PRELOAD", g_getenv ("ACINI_ONEDNN_SHIM"), TRUE);
  g_setenv ("ACINI_SHIM", "engine", TRUE);
  g_setenv ("ACINI_SHIM_ABOVE", right_isa, TRUE);
  g_setenv ("ACINI_SHIM_COUNT", "3", TRUE);
  g_signal_connect (engine, "died", G_CALLBACK (on_died), &run);
  g_signal_connect (engine, "restarted", G_CALLBACK (on_restarted), &run);
  segment (engine, &run, slide_path, 0, NULL);
  wait_for (&run);
  g_unsetenv ("LD_PRELOAD");
  g_unsetenv ("XDG_CACHE_HOME");
  g_assert_no_error (run.error);
  g_assert_cmpuint (run.restarted, ==, 1);
  g_assert_cmpuint (run.died, ==, 0);
  g_assert_cmpuint (run.tiles, ==, 4);
  g_assert_cmpstr (acini_engine_get_state (engine), ==, "ready");
}

/* A graphics card that does not work: the request says so, and from then on the processor computes. */
static void
test_card (void)
{
  g_autofree char *cache = g_build_filename (folder, "cache-card", NULL);
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  Run first = { 0 }, second = { 0 };
  int pid;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_setenv ("LD_PRELOAD", g_getenv ("ACINI_ONEDNN_SHIM"), TRUE);
  g_setenv ("ACINI_SHIM", "card", TRUE);
  segment (engine, &first, slide_path, 400, NULL);
  wait_for (&first);
  g_assert_error (first.error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_FAILED);
  g_assert_nonnull (strstr (first.error->message, "From now on the processor computes here. "));
  pid = acini_engine_get_pid (engine);
  segment (engine, &second, slide_path, 400, NULL);
  wait_for (&second);
  g_unsetenv ("LD_PRELOAD");
  g_unsetenv ("XDG_CACHE_HOME");
  g_assert_no_error (second.error);
  g_assert_cmpuint (second.tiles, ==, 1);
  g_assert_cmpint (acini_engine_get_pid (engine), ==, pid);
  run_clear (&first);
}

static void
test_cancelled (void)
{
  g_autoptr (AciniEngine) engine = acini_engine_new (get_cli ());
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Run cancelled = { .cancel_at_first = cancellable }, older = { 0 }, newer = { 0 };

  segment (engine, &cancelled, slide_path, 0, cancellable);
  wait_for (&cancelled);
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* The newer of two is done, the older is not. */
  segment (engine, &older, slide_path, 0, NULL);
  segment (engine, &newer, slide_path, 400, NULL);
  wait_for (&older);
  wait_for (&newer);
  g_assert_error (older.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_no_error (newer.error);
  g_assert_cmpuint (newer.tiles, ==, 1);
  run_clear (&cancelled);
  run_clear (&older);
}

static void
test_no_program (void)
{
  g_autoptr (AciniEngine) missing = acini_engine_new ("/nonexistent/acini-cli");
  g_autoptr (AciniEngine) silent = acini_engine_new ("/bin/true");
  Run first = { 0 }, second = { 0 };

  segment (missing, &first, slide_path, 0, NULL);
  wait_for (&first);
  g_assert_error (first.error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_START);
  segment (silent, &second, slide_path, 0, NULL);
  wait_for (&second);
  g_assert_error (second.error, ACINI_ENGINE_ERROR, ACINI_ENGINE_ERROR_START);
  run_clear (&first);
  run_clear (&second);
}

static gboolean
is_alive (GPid pid)
{
  return kill (pid, 0) == 0;
}

/* Nothing is left behind when the window goes. */
static void
test_gone (void)
{
  AciniEngine *engine = acini_engine_new (get_cli ());
  Run run = { 0 };
  GPid pid;

  segment (engine, &run, slide_path, 400, NULL);
  wait_for (&run);
  pid = acini_engine_get_pid (engine);
  g_assert_true (is_alive (pid));
  g_object_unref (engine);
  for (int i = 0; i < 1000 && is_alive (pid); i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  g_assert_false (is_alive (pid));
}

/* Numbers around 0, the same in every run. */
static void
fill_vectors (float *vectors, guint n, guint32 seed, float offset)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < n; i++)
    vectors[i] = (float)g_rand_double_range (random, -1, 1) + offset;
}

/* What is like the training is inside, what is not is outside, and a card that does not tell is silent. */
static void
test_features (void)
{
  enum
  {
    N = 24,
    CHANNELS = 32
  };
  g_autoptr (AciniCard) card = acini_card_new ();
  g_autofree float *seen = g_new (float, N *CHANNELS), *slide = g_new (float, 9 * CHANNELS);
  g_autofree char *silent = NULL, *said = NULL;
  JsonObject *knows = json_object_new ();

  fill_vectors (seen, N * CHANNELS, 1, 0);
  fill_vectors (slide, 9 * CHANNELS, 2, 0);
  g_assert_true (isnan (acini_features_get_distance (card, slide, 9, CHANNELS)));
  g_assert_null (acini_features_describe (seen, 2, CHANNELS));
  card->training = json_object_new ();
  json_object_set_object_member (card->training, "knows", knows);
  json_object_set_object_member (knows, "features", acini_features_describe (seen, N, CHANNELS));
  g_assert_cmpfloat (acini_features_get_distance (card, slide, 9, CHANNELS), <, 1.1);
  silent = acini_features_dup_warning (acini_features_get_distance (card, slide, 9, CHANNELS));
  g_assert_null (silent);
  fill_vectors (slide, 9 * CHANNELS, 2, 3);
  g_assert_cmpfloat (acini_features_get_distance (card, slide, 9, CHANNELS), >, 2);
  said = acini_features_dup_warning (acini_features_get_distance (card, slide, 9, CHANNELS));
  g_assert_nonnull (said);
  /* One of another network. */
  g_assert_true (isnan (acini_features_get_distance (card, slide, 9, CHANNELS / 2)));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_material ();
  g_test_add_func ("/engine/region", test_region);
  g_test_add_func ("/engine/unfamiliar", test_unfamiliar);
  g_test_add_func ("/engine/features", test_features);
  g_test_add_func ("/engine/device", test_device);
  g_test_add_func ("/engine/bad-slide", test_bad_slide);
  g_test_add_func ("/engine/overflow", test_overflow);
  g_test_add_func ("/engine/killed", test_killed);
  g_test_add_func ("/engine/restarted", test_restarted);
  g_test_add_func ("/engine/card", test_card);
  g_test_add_func ("/engine/cancelled", test_cancelled);
  g_test_add_func ("/engine/no-program", test_no_program);
  g_test_add_func ("/engine/gone", test_gone);
  status = g_test_run ();
  g_free (slide_path);
  g_free (model_path);
  acini_test_remove_folder (folder);
  return status;
}
