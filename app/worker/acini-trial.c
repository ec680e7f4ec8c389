/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-trial.h"

#include "acini-config.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

G_DEFINE_QUARK (acini - trial - error - quark, acini_trial_error)

/* One child. */

char *
acini_describe_signal (int number)
{
  const char *name = sigabbrev_np (number);

  return name != NULL ? g_strdup_printf ("SIG%s", name) : g_strdup_printf ("%d", number);
}

/* In the child, between fork and exec: it does not outlive who waits for it. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static char **
make_arguments (const AciniTrial *trial, AciniOneDnn level)
{
  static const char *const precisions[] = { "auto", "float32", "bfloat16", "float16" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  /* The running program, even where the file was replaced since. */
  g_strv_builder_add_many (builder, "/proc/self/exe", "trial", "--json", "--quiet", "--onednn",
                           acini_onednn_to_string (level), "--precision", precisions[trial->options->precision],
                           "--device", trial->options->device != NULL ? trial->options->device : "auto", NULL);
  g_strv_builder_take (builder, g_strdup ("--threads"));
  g_strv_builder_take (builder, g_strdup_printf ("%d", trial->options->threads));
  if (trial->options->allow_program)
    g_strv_builder_add (builder, "--allow-program");
  for (guint i = 0; trial->shapes != NULL && i < trial->shapes->len; i++)
    {
      const AciniShape *shape = &g_array_index (trial->shapes, AciniShape, i);

      g_strv_builder_take (
          builder, g_strdup_printf ("--shape=%dx%dx%dx%d", shape->n, shape->height, shape->width, shape->threads));
    }
  if (trial->recipe != NULL)
    g_strv_builder_add_many (builder, "--recipe", trial->recipe, NULL);
  if (trial->model != NULL)
    g_strv_builder_add (builder, trial->model);
  return g_strv_builder_end (builder);
}

/* {"passed", "table"} */
static AciniTrialVerdict
read_answer (const char *text, JsonArray **table, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (object == NULL || !json_object_has_member (object, "passed"))
    {
      g_set_error_literal (error, ACINI_TRIAL_ERROR, ACINI_TRIAL_ERROR_FAILED,
                           _ ("A trial of the network ended without an answer."));
      return ACINI_TRIAL_IMPOSSIBLE;
    }
  if (table != NULL)
    *table = json_array_ref (json_object_get_array_member (object, "table"));
  return json_object_get_boolean_member (object, "passed") ? ACINI_TRIAL_PASSED : ACINI_TRIAL_WRONG;
}

/* The last line that the child said, without the program's name. */
static void
set_childs_error (const char *text, GError **error)
{
  g_autofree char *copy = g_strchomp (g_strdup (text));
  const char *sentence = strstr (copy, "acini-cli: ");

  g_set_error_literal (error, ACINI_TRIAL_ERROR, ACINI_TRIAL_ERROR_FAILED,
                       sentence != NULL ? sentence + strlen ("acini-cli: ") : copy);
}

AciniTrialVerdict
acini_trial_run (const AciniTrial *trial, AciniOneDnn level, JsonArray **table, int *signal, GCancellable *cancellable,
                 GError **error)
{
  g_auto (GStrv) arguments = make_arguments (trial, level);
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) child = NULL;
  g_autofree char *out = NULL, *err = NULL;

  if (table != NULL)
    *table = NULL;
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  /* Threads that spin while they wait make two networks on the same cores ten times slower. */
  g_subprocess_launcher_setenv (launcher, "OMP_WAIT_POLICY", "passive", FALSE);
  child = g_subprocess_launcher_spawnv (launcher, (const char *const *)arguments, error);
  if (child == NULL)
    return ACINI_TRIAL_IMPOSSIBLE;
  if (!g_subprocess_communicate_utf8 (child, NULL, cancellable, &out, &err, error))
    {
      g_subprocess_force_exit (child);
      return ACINI_TRIAL_IMPOSSIBLE;
    }
  if (g_subprocess_get_if_exited (child))
    {
      if (g_subprocess_get_exit_status (child) == 0)
        return read_answer (out, table, error);
      set_childs_error (err, error);
      return ACINI_TRIAL_IMPOSSIBLE;
    }
  if (signal != NULL)
    *signal = g_subprocess_get_term_sig (child);
  if (g_subprocess_get_term_sig (child) != SIGKILL)
    return ACINI_TRIAL_DIED;
  /* It does not do that to itself. */
  g_set_error_literal (error, ACINI_TRIAL_ERROR, ACINI_TRIAL_ERROR_FAILED,
                       _ ("A trial of the network was killed, probably because there is too little memory. Close other "
                          "programs, or use smaller patches."));
  return ACINI_TRIAL_IMPOSSIBLE;
}

/* One after the other. */

typedef struct
{
  AciniTrialNoteFunc note;
  gpointer user_data;
} Notes;

/* Whether it is tried on the processor, where oneDNN computes. */
static gboolean
is_on_processor (const AciniTrial *trial)
{
  const char *device = trial->options->device;
  g_auto (GStrv) devices = NULL;

  if (device != NULL && !g_str_equal (device, "auto"))
    return g_str_equal (device, "cpu");
  devices = acini_model_list_devices ();
  return g_strv_length (devices) == 1;
}

static void
tell (const Notes *notes, const AciniTrial *trial, AciniOneDnn level, int signal)
{
  g_autofree char *reason = signal != 0 ? acini_describe_signal (signal) : NULL, *sentence = NULL;

  if (!is_on_processor (trial))
    sentence = g_strdup_printf (_ ("A trial of the network on the graphics card failed (%s)."),
                                signal != 0 ? reason : _ ("wrong numbers"));
  else if (signal != 0)
    sentence = g_strdup_printf (_ ("A trial of the network with oneDNN “%s” was ended by %s."),
                                acini_onednn_to_string (level), reason);
  else
    sentence = g_strdup_printf (_ ("A trial of the network with oneDNN “%s” gave wrong numbers."),
                                acini_onednn_to_string (level));
  if (notes->note != NULL)
    notes->note (sentence, notes->user_data);
  else
    g_printerr ("%s\n", sentence);
}

static void
set_no_way (const AciniTrial *trial, int signal, GError **error)
{
  g_autofree char *reason = signal != 0 ? acini_describe_signal (signal) : g_strdup (_ ("wrong numbers"));

  if (is_on_processor (trial))
    g_set_error (error, ACINI_TRIAL_ERROR, ACINI_TRIAL_ERROR_NO_WAY,
                 _ ("This computer cannot run the network: every trial failed, also without oneDNN (the last one: %s). "
                    "Try another computer, or report it with the processor's name and the output of “acini-cli model "
                    "check”."),
                 reason);
  else
    g_set_error (error, ACINI_TRIAL_ERROR, ACINI_TRIAL_ERROR_NO_WAY,
                 _ ("The graphics card cannot run the network: its trial failed (%s). Choose the processor as the "
                    "device, in the preferences or with --device cpu."),
                 reason);
}

static gboolean
go_down (const AciniTrial *trial, const Notes *notes, GCancellable *cancellable, GError **error)
{
  AciniOneDnn levels[ACINI_ONEDNN_N];
  guint n = acini_model_list_onednn (levels);
  int signal = 0;

  if (!is_on_processor (trial))
    n = 1;
  for (guint i = 0; i < n; i++)
    {
      AciniTrialVerdict verdict;

      signal = 0;
      verdict = acini_trial_run (trial, levels[i], NULL, &signal, cancellable, error);
      if (verdict == ACINI_TRIAL_IMPOSSIBLE)
        return FALSE;
      if (verdict == ACINI_TRIAL_PASSED)
        {
          acini_model_limit_onednn (levels[i]);
          return TRUE;
        }
      tell (notes, trial, levels[i], signal);
    }
  set_no_way (trial, signal, error);
  return FALSE;
}

/* The shapes of which nothing is known with what oneDNN may use now, or less: then it may use no more than that.
 * Returns: (transfer full) */
static GArray *
list_unknown (AciniModel *model, const GArray *shapes)
{
  GArray *unknown = g_array_new (FALSE, FALSE, sizeof (AciniShape));
  AciniOneDnn lowest = acini_model_get_onednn ();

  for (guint i = 0; i < shapes->len; i++)
    {
      const AciniShape *shape = &g_array_index (shapes, AciniShape, i);
      AciniOneDnn level = lowest;

      if (!acini_model_recall_way (model, shape, &level))
        g_array_append_vals (unknown, shape, 1);
      lowest = MAX (lowest, level);
    }
  acini_model_limit_onednn (lowest);
  return unknown;
}

gboolean
acini_trial_segmenting (AciniModel *model, gint64 width, gint64 height, const AciniSegmentOptions *options,
                        AciniTrialNoteFunc note, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) shapes = acini_model_list_shapes (model, width, height, options);
  const Notes notes = { note, user_data };

  /* Each member may lower what oneDNN may use, and the others then have to be known with that. */
  for (guint i = 0; i < acini_model_get_n_members (model); i++)
    {
      AciniModel *member = acini_model_get_member (model, i);
      AciniOneDnn before = acini_model_get_onednn ();
      g_autoptr (GArray) unknown = list_unknown (member, shapes);
      const AciniTrial trial = { acini_model_get_path (member), acini_model_get_options (member), unknown, NULL };

      if (unknown->len > 0 && !go_down (&trial, &notes, cancellable, error))
        return FALSE;
      if (acini_model_get_onednn () != before)
        i = (guint)-1;
    }
  return TRUE;
}

gboolean
acini_trial_training (const char *parent, const char *recipe, AciniModelOptions *options, AciniTrialNoteFunc note,
                      gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniRecipe) loaded = acini_recipe_load (recipe, error);
  const AciniTrial trial = { parent, options, NULL, recipe };
  const Notes notes = { note, user_data };
  AciniPrecision precision = options->precision;
  AciniOneDnn level;
  gboolean known;

  if (loaded == NULL || !acini_model_recall_training_way (parent, loaded, options, &known, &level, &precision, error))
    return FALSE;
  if (!known && !go_down (&trial, &notes, cancellable, error))
    return FALSE;
  if (known)
    acini_model_limit_onednn (level);
  /* Without oneDNN float32 alone is tried. */
  options->precision = acini_model_get_onednn () == ACINI_ONEDNN_OFF ? ACINI_PRECISION_FLOAT32 : precision;
  return TRUE;
}
