/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "stats" and "dataset": what is in a project, in numbers, and as pictures for other programs. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-values.h"
#include "data/interchange/acini-dataset.h"
#include "data/statistics/acini-statistics.h"

static char *option_slides, *option_layout, *option_mpp;
static int option_size = 1024;

static const GOptionEntry dataset_entries[] = {
  { "size", 0, 0, G_OPTION_ARG_INT, &option_size, "Side of the pictures in pixels (default: 1024)", "N" },
  { "mpp", 0, 0, G_OPTION_ARG_STRING, &option_mpp, "Patches of so many µm per pixel instead of whole slides", "X" },
  { "layout", 0, 0, G_OPTION_ARG_STRING, &option_layout, "plain, nnunet or mmseg (default: plain)", "LAYOUT" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides, "Names or patterns, separated by commas (default: all)",
    "SLIDES" },
  { NULL },
};

static void
show_progress (double fraction, gpointer user_data)
{
  acini_console_progress (user_data, fraction, "Looking at slides", NULL);
}

static void
show_writing (double fraction, gpointer user_data)
{
  acini_console_progress (user_data, fraction, "Writing", NULL);
}

static void
print_group (AciniConsole *console, JsonObject *by, const char *id)
{
  g_autoptr (GList) names = json_object_get_members (json_object_get_object_member (by, id));

  for (const GList *at = names; at != NULL; at = at->next)
    {
      JsonObject *entry = json_object_get_object_member (json_object_get_object_member (by, id), at->data);
      const char *name = at->data;

      acini_console_print (
          console,
          "%-12s %-20s %6" G_GINT64_FORMAT " slides %6" G_GINT64_FORMAT " labelled %8" G_GINT64_FORMAT " units",
          at == names ? id : "", *name != '\0' ? name : "unknown", json_object_get_int_member (entry, "slides"),
          json_object_get_int_member (entry, "labelled"), json_object_get_int_member (entry, "units"));
    }
}

static void
print_numbers (AciniConsole *console, const AciniStatistics *statistics)
{
  for (AciniNumber number = 0; number < ACINI_N_NUMBERS; number++)
    {
      g_autoptr (GArray) numbers = acini_statistics_list_numbers (statistics, number, 0);
      AciniSummary s = acini_summarise (numbers);

      if (s.n > 0)
        acini_console_print (console,
                             "%-12s n %-8u median %-10.5g quartiles %.5g … %.5g, range %.5g … %.5g, "
                             "mean %.5g ± %.5g",
                             acini_number_get_id (number), s.n, s.median, s.quarter, s.three_quarters, s.least, s.most,
                             s.mean, s.deviation);
    }
}

static void
print_colours (AciniConsole *console, const AciniStatistics *statistics)
{
  double mean[3], deviation[3];

  if (acini_statistics_get_colour (statistics, mean, deviation))
    acini_console_print (console, "%-12s mean %.4f %.4f %.4f, deviation %.4f %.4f %.4f (0 … 1)", "colour", mean[0],
                         mean[1], mean[2], deviation[0], deviation[1], deviation[2]);
  for (guint i = 0; i < statistics->slides->len; i++)
    {
      const AciniSlideStatistics *slide = statistics->slides->pdata[i];

      if (slide->outlier)
        acini_console_print (console, "%-12s %s (%.1f deviations from the others' colours)", "outlier",
                             slide->record->name, slide->distance);
    }
}

static gboolean
run_stats (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autoptr (AciniStatistics) statistics
      = project != NULL ? acini_statistics_new (project, show_progress, console, console->cancellable, error) : NULL;
  JsonObject *by;

  if (statistics == NULL)
    return FALSE;
  acini_console_end_progress (console);
  json_object_unref (console->result);
  console->result = acini_statistics_to_json (statistics);
  by = json_object_get_object_member (console->result, "by");
  for (AciniGroup group = 0; group < ACINI_GROUP_PATIENT; group++)
    print_group (console, by, acini_group_get_id (group));
  print_numbers (console, statistics);
  print_colours (console, statistics);
  return TRUE;
}

static gboolean
run_dataset (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GPtrArray) records = NULL;
  AciniDatasetOptions options = { .size = option_size };
  AciniDatasetResult result;
  JsonArray *mean = NULL, *deviation = NULL;

  if (option_size < 16 || option_size > 16384)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "--size is from 16 to 16384.");
      return FALSE;
    }
  if (!acini_parse_mpp (option_mpp, &options.mpp, error)
      || (option_layout != NULL && !acini_dataset_layout_parse (option_layout, &options.layout, error)))
    return FALSE;
  project = acini_project_open (arguments[0], error);
  records = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  if (records == NULL
      || !acini_dataset_write (project, records, arguments[1], &options, &result, show_writing, console,
                               console->cancellable, error))
    return FALSE;
  mean = json_array_new ();
  deviation = json_array_new ();
  for (int i = 0; i < 3; i++)
    {
      json_array_add_double_element (mean, result.mean[i]);
      json_array_add_double_element (deviation, result.deviation[i]);
    }
  json_object_set_int_member (console->result, "slides", result.n_slides);
  json_object_set_int_member (console->result, "pictures", result.n_pictures);
  json_object_set_array_member (console->result, "mean", mean);
  json_object_set_array_member (console->result, "sd", deviation);
  acini_console_print (console, "%u pictures with masks of %u slides; mean %.4f %.4f %.4f, deviation %.4f %.4f %.4f",
                       result.n_pictures, result.n_slides, result.mean[0], result.mean[1], result.mean[2],
                       result.deviation[0], result.deviation[1], result.deviation[2]);
  return TRUE;
}

const AciniCommand acini_command_stats = {
  .name = "stats",
  .arguments = "PROJECT",
  .summary = "Shows what is in a project, in numbers",
  .description
  = "Counts slides, labelled slides and units by organ, split, source, sex and age; sizes, µm per pixel and thickness "
    "of sections; units per slide, their areas and how round they are, and the share of the slide that they cover; "
    "means and deviations of colours (of each slide's picture of at most 1024 pixels a side), stain directions, the "
    "place of each slide on a map of colours, and those that look unlike the others; edits of labels by day. With "
    "--json there is every number, also of each slide. Units are what people labelled; “results” counts what models "
    "found. What was read from pixels is kept for the next time.",
  .examples = "stats Colon.acini\nstats Colon.acini --json",
  .least = 1,
  .most = 1,
  .run = run_stats,
};

const AciniCommand acini_command_dataset = {
  .name = "dataset",
  .arguments = "PROJECT FOLDER",
  .summary = "Writes labelled slides as pictures and masks of one size",
  .description
  = "Writes a new FOLDER with a picture and a mask (PNG) of each labelled slide, resized to --size × --size pixels, or "
    "with --mpp of patches of that size at so many µm per pixel. A mask has the number of the class, 0 for the "
    "background, 255 where nobody labelled. dataset.json has the classes and the mean and the deviation of the "
    "colours, slides.csv what is known of the slides. Splits go into folders of their own; --layout nnunet and mmseg "
    "name folders as nnU-Net (version 2) and MMSegmentation read them.",
  .examples = "dataset Colon.acini colon-1024 --size 1024\n"
              "dataset Colon.acini Dataset101_Colon --size 512 --mpp 0.5 --layout nnunet",
  .options = dataset_entries,
  .least = 2,
  .most = 2,
  .run = run_dataset,
};
