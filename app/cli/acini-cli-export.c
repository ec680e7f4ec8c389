/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-formats.h"
#include "app/cli/acini-model-choice.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-thresholds.h"

#include <glib/gstdio.h>

static char *option_slides, *option_format, *option_output;
static char *option_threshold;
static double threshold;
static gboolean option_labels_only;

static const GOptionEntry entries[] = {
  { "format", 'f', 0, G_OPTION_ARG_STRING, &option_format, "png, tiff, rle or geojson (default: png)", "FORMAT" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output,
    "A folder that gets a file per slide, or the file for a single slide (default: the current folder)",
    "FOLDER|FILE" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides, "Names, patterns and ranges with commas (default: all)",
    "A,B,…" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold,
    "Probability from which a pixel counts, or otsu: what divides the slide's pixels best (default: the model's for "
    "the "
    "organ and class)",
    "T" },
  { "labels-only", 0, 0, G_OPTION_ARG_NONE, &option_labels_only, "What people said, without the prediction", NULL },
  { NULL },
};

typedef struct
{
  AciniConsole *console;
  const char *name;
  guint done, all;
} Progress;

static void
show_progress (double fraction, gpointer user_data)
{
  Progress *progress = user_data;

  acini_console_progress (progress->console, (progress->done + fraction) / progress->all, "Exporting", progress->name);
}

static gboolean
export_slide (AciniConsole *console, AciniProject *project, const AciniSlideRecord *record, const AciniCard *card,
              const AciniExportFormat *format, const char *path, Progress *progress, GError **error)
{
  g_autofree char *prediction_path = NULL;
  g_autofree double *thresholds = NULL;
  g_autoptr (AciniPrediction) prediction = NULL;
  AciniExportSource source;

  if (card != NULL)
    prediction_path = acini_project_dup_prediction_path (project, record->id, card->id);
  if (prediction_path != NULL && g_file_test (prediction_path, G_FILE_TEST_EXISTS))
    {
      prediction = acini_prediction_open (prediction_path, NULL, error);
      if (prediction == NULL)
        return FALSE;
      thresholds = acini_get_thresholds (card, prediction, record->organ, threshold, error);
      if (thresholds == NULL)
        return FALSE;
    }
  if (prediction == NULL && !record->labelled)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "There is no mask of “%s” yet: segment it first with “acini-cli segment”.", record->name);
      return FALSE;
    }
  source = (AciniExportSource){ project, record, prediction, thresholds };
  return acini_export_write (format, &source, path, show_progress, progress, console->cancellable, error);
}

/* A file for a single slide; a folder where there is one, or where there are more slides. */
static char *
make_path (const char *output, const char *name, const AciniExportFormat *format, guint n_slides)
{
  g_autofree char *file = g_strconcat (name, ".", format->suffix, NULL);

  if (output == NULL)
    return g_steal_pointer (&file);
  if (n_slides == 1 && !g_file_test (output, G_FILE_TEST_IS_DIR) && acini_find_format_of_file (output) == format)
    return g_strdup (output);
  g_mkdir_with_parents (output, 0777);
  return g_build_filename (output, file, NULL);
}

/* The card of the models whose predictions count, *@card NULL: labels alone. */
static gboolean
load_card (AciniProject *project, AciniCard **card, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *card = NULL;
  if (option_labels_only)
    return TRUE;
  *card = acini_model_choice_load_card (project, &reason);
  /* Without any model there may still be labels. */
  if (*card != NULL
      || (!acini_model_choice_is_made () && g_error_matches (reason, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static const AciniExportFormat *
find_format (GError **error)
{
  const AciniExportFormat *format = NULL;
  g_autoptr (GError) reason = NULL;

  if (!acini_parse_threshold (option_threshold, &threshold, error))
    return NULL;
  if (option_format == NULL && option_output != NULL)
    format = acini_find_format_of_file (option_output);
  if (format == NULL)
    format = acini_export_find_format (option_format != NULL ? option_format : "png", &reason);
  if (format == NULL)
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, reason->message);
  return format;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  const AciniExportFormat *format = find_format (error);
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GPtrArray) slides = NULL;
  g_autoptr (AciniCard) card = NULL;
  JsonArray *array;

  if (format == NULL)
    return FALSE;
  project = acini_project_open (arguments[0], error);
  slides = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  if (slides == NULL)
    return FALSE;
  if (!load_card (project, &card, error))
    return FALSE;
  array = json_array_new ();
  json_object_set_array_member (console->result, "files", array);
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (slides, i);
      g_autofree char *path = make_path (option_output, record->name, format, slides->len);
      Progress progress = { console, record->name, i, slides->len };

      if (!export_slide (console, project, record, card, format, path, &progress, error))
        return FALSE;
      json_array_add_string_element (array, path);
      acini_console_print (console, "%s", path);
    }
  return TRUE;
}

const AciniCommand acini_command_export = {
  .name = "export",
  .arguments = "PROJECT",
  .summary = "Writes the masks of slides for other programs",
  .description = "Writes the effective mask: what a person said where one did, else the prediction from the threshold "
                 "on; several models are the prediction that \"segment\" made with the same ones. png and tiff hold "
                 "the number of the class, 1 for the first, rle Kaggle's run lengths, geojson outlines as "
                 "QuPath reads them.",
  .examples = "export Colon.acini --format geojson --output masks\n"
              "export Colon.acini --slides train_1 --labels-only --output train_1.png",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .run = run,
};
