/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-mask-choice.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "data/interchange/acini-report.h"

static char *option_slides, *option_output, *option_threshold;
static gboolean option_labels_only;

static const GOptionEntry entries[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output, "The report (default: the name of the project with .pdf)",
    "FILE.pdf" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all)", "A,B,…" },
  { "slide", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &option_slides, "The same", "A" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "labels-only", 0, 0, G_OPTION_ARG_NONE, &option_labels_only, "Labels by people only, without the prediction",
    NULL },
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

  acini_console_progress (progress->console, (progress->done + fraction) / progress->all, "Reporting", progress->name);
}

static gboolean
add_slides (AciniConsole *console, AciniProject *project, GPtrArray *slides, const AciniCard *card, double threshold,
            AciniReport *report, guint *n, GError **error)
{
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = slides->pdata[i];
      Progress progress = { console, record->name, i, slides->len };
      g_autoptr (AciniPrediction) prediction = NULL;
      AciniThresholds thresholds;
      AciniExportSource source;

      if (!acini_mask_choice_open (project, card, record, threshold, &prediction, &thresholds, error))
        return FALSE;
      if (prediction == NULL && !record->labelled)
        {
          acini_console_note (console, "acini-cli: “%s” is left out: it was neither segmented nor labelled.",
                              record->name);
          continue;
        }
      source = (AciniExportSource){ project, record, prediction, &thresholds };
      if (!acini_report_add_slide (report, &source, show_progress, &progress, console->cancellable, error))
        return FALSE;
      ++*n;
    }
  if (*n > 0)
    return TRUE;
  g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                       "There is nothing to report: no slide was segmented or labelled.");
  return FALSE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GPtrArray) slides = NULL;
  g_autoptr (AciniReport) report = NULL;
  g_autoptr (AciniCard) card = NULL;
  g_autofree char *path = NULL, *shown = NULL, *name = NULL;
  double threshold;
  guint n = 0;

  if (!acini_parse_threshold (option_threshold, &threshold, error))
    return FALSE;
  project = acini_project_open (arguments[0], error);
  slides = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  if (slides == NULL || !acini_mask_choice_load_card (project, option_labels_only, &card, error))
    return FALSE;
  name = acini_project_dup_name (project);
  path = option_output != NULL ? g_strdup (option_output) : g_strconcat (name, ".pdf", NULL);
  report = acini_report_new (project, path, error);
  if (report == NULL || !add_slides (console, project, slides, card, threshold, report, &n, error)
      || !acini_report_finish (report, error))
    return FALSE;
  acini_console_end_progress (console);
  shown = g_filename_display_name (path);
  json_object_set_string_member (console->result, "file", shown);
  json_object_set_int_member (console->result, "slides", n);
  acini_console_print (console, "%s", shown);
  return TRUE;
}

const AciniCommand acini_command_report = {
  .name = "report",
  .arguments = "PROJECT",
  .summary = "Writes a report about slides as PDF",
  .description
  = "For each slide its picture with the outlines of the tissue units, counts, densities, areas and their "
    "distribution, "
    "the model and the thresholds, who reviewed it and the sign-offs; of several slides a table with their sums; below "
    "each page the head of the history's chain of hashes (see \"journal verify\"). A slide that was neither segmented "
    "nor labelled is left out, and said so.",
  .examples = "report Colon.acini --output colon.pdf\nreport Colon.acini --slides train_1 --output train_1.pdf",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .run = run,
};
