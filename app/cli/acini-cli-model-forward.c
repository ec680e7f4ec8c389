/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-network-options.h"
#include "app/worker/acini-model-set.h"
#include "model/core/acini-npy.h"

#include <math.h>

static char *option_input, *option_output, *option_dtype, *option_activation;
static gboolean option_raw;

static const GOptionEntry entries[] = {
  { "input", 'i', 0, G_OPTION_ARG_FILENAME, &option_input, "float32 array of N × 3 × H × W, already normalised",
    "X.npy" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output, "Output file of float32 logits, N × C × H × W", "Y.npy" },
  { "raw", 0, 0, G_OPTION_ARG_NONE, &option_raw, "Logits at the model's own output size instead of the input's", NULL },
  { "activation", 0, 0, G_OPTION_ARG_STRING, &option_activation,
    "Write probabilities instead of logits: softmax, sigmoid, or card for what the model's card says (default: none)",
    "NAME" },
  { "dtype", 0, 0, G_OPTION_ARG_STRING, &option_dtype, "Another name for --precision (default: float32)", "PRECISION" },
  { NULL },
};

static gboolean
parse_precision (AciniPrecision *precision, GError **error)
{
  const char *const names[] = { "auto", "float32", "bfloat16", "float16" };

  for (guint i = 0; option_dtype != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (option_dtype, names[i]))
      {
        *precision = (AciniPrecision)i;
        return TRUE;
      }
  if (option_dtype == NULL)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
               "“%s” is not a precision. Use auto, float32, bfloat16 or float16.", option_dtype);
  return FALSE;
}

/* Softmax over the classes of each pixel of N × C × H × W. */
static void
apply_softmax (float *logits, const gint64 shape[4])
{
  gint64 pixels = shape[2] * shape[3];

  for (gint64 n = 0; n < shape[0]; n++)
    for (gint64 i = 0; i < pixels; i++)
      {
        float *pixel = logits + n * shape[1] * pixels + i;
        double sum = 0, highest = -HUGE_VAL;

        for (gint64 c = 0; c < shape[1]; c++)
          highest = MAX (highest, pixel[c * pixels]);
        for (gint64 c = 0; c < shape[1]; c++)
          sum += exp (pixel[c * pixels] - highest);
        for (gint64 c = 0; c < shape[1]; c++)
          pixel[c * pixels] = exp (pixel[c * pixels] - highest) / sum;
      }
}

static void
activate (const char *name, float *logits, const gint64 shape[4])
{
  if (g_strcmp0 (name, "softmax") == 0)
    apply_softmax (logits, shape);
  else if (g_strcmp0 (name, "sigmoid") == 0)
    for (gint64 i = 0; i < shape[0] * shape[1] * shape[2] * shape[3]; i++)
      logits[i] = 1 / (1 + exp (-(double)logits[i]));
}

static gboolean
check_activation (GError **error)
{
  const char *const names[] = { "none", "softmax", "sigmoid", "card", NULL };

  if (option_activation == NULL || g_strv_contains (names, option_activation))
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
               "“%s” is not an activation. Use none, softmax, sigmoid or card.", option_activation);
  return FALSE;
}

static gboolean
forward (AciniConsole *console, AciniModel *model, const AciniNpy *input, GError **error)
{
  g_autofree float *output = NULL;
  const char *activation = option_activation;
  gint64 shape[4], start = g_get_monotonic_time ();
  JsonArray *array = json_array_new ();

  json_object_set_array_member (console->result, "shape", array);
  if (!acini_model_forward (model, input->floats, input->shape, option_raw, &output, shape, error))
    return FALSE;
  if (g_strcmp0 (activation, "card") == 0)
    activation = acini_model_get_card (model)->activation;
  activate (activation, output, shape);
  if (!acini_npy_save (option_output, output, shape, 4, error))
    return FALSE;
  for (int i = 0; i < 4; i++)
    json_array_add_int_element (array, shape[i]);
  json_object_set_string_member (console->result, "output", option_output);
  json_object_set_string_member (console->result, "device", acini_model_get_device (model));
  json_object_set_double_member (console->result, "seconds", (g_get_monotonic_time () - start) / 1e6);
  return TRUE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  AciniModelOptions options = *acini_network_options_get ();
  g_autoptr (AciniNpy) input = NULL;
  g_autoptr (AciniModel) model = NULL;

  if (option_input == NULL || option_output == NULL)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "--input and --output are both required.");
      return FALSE;
    }
  /* What is compared with reference numbers is exact unless asked for otherwise. */
  if (!acini_network_options_has_precision ())
    options.precision = ACINI_PRECISION_FLOAT32;
  if (!parse_precision (&options.precision, error) || !check_activation (error))
    return FALSE;
  input = acini_npy_load (option_input, error);
  if (input == NULL)
    return FALSE;
  if (input->floats == NULL || input->n_dims != 4)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "“%s” is not a float32 array of four dimensions, N × 3 × H × W.", option_input);
      return FALSE;
    }
  model = acini_model_set_load ((const char *const[]){ arguments[0], NULL }, NULL, &options, error);
  return model != NULL && forward (console, model, input, error);
}

const AciniCommand acini_command_model_forward = {
  .name = "model forward",
  .arguments = "FILE",
  .summary = "Runs a model once on a NumPy array",
  .description
  = "Loads the checkpoint FILE, or the folder of a model, and writes the logits of the input, or with "
    "--activation the probabilities. For comparing networks with other programs; in float32 unless another "
    "precision is asked for.",
  .examples = "model forward model.safetensors --input x.npy --output y.npy --raw",
  .options = entries,
  .least = 1,
  .most = 1,
  .network = TRUE,
  .run = run,
};
