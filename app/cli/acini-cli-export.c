/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-formats.h"
#include "app/cli/acini-mask-choice.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "data/interchange/acini-export.h"

#include <errno.h>
#include <glib/gstdio.h>

static char *option_slides, *option_format, *option_output;
static char *option_threshold, *option_simplify;
static double threshold, tolerance;
static gboolean option_labels_only;
static int option_ignored;

static const GOptionEntry entries[] = {
  { "format", 'f', 0, G_OPTION_ARG_STRING, &option_format,
    "png, instances, tiff, instances-tiff, ome, probabilities, geojson, coco, asap, aperio, histomics, labelme, "
    "labelstudio, ome-roi, ndpa, sliderunner, dicom-ann, dicom-seg, rle, submission-2021, submission-2023 or report "
    "(default: png)",
    "FORMAT" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output,
    "A folder that gets a file per slide, or the file for a single slide (default: the current folder)",
    "FOLDER|FILE" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all)", "A,B,…" },
  { "simplify", 0, 0, G_OPTION_ARG_STRING, &option_simplify,
    "Outlines with fewer points: those whose triangle with their neighbours is smaller than T × T pixels go", "T" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "ignore-value", 0, 0, G_OPTION_ARG_INT, &option_ignored,
    "In png and tiff the value of pixels in exclusions, 255 say (default: 0, as outside)", "N" },
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

/* What one export is about. */
typedef struct
{
  AciniConsole *console;
  AciniProject *project;
  const AciniCard *card; /* NULL: labels alone */
  const AciniExportFormat *format;
  GPtrArray *slides;
  GHashTable *names; /* id → name of the file */
  JsonArray *files, *skipped;
  AciniExportTable *table; /* of formats with one file of all slides */
} Export;

static void
show_progress (double fraction, gpointer user_data)
{
  Progress *progress = user_data;

  acini_console_progress (progress->console, (progress->done + fraction) / progress->all, "Exporting", progress->name);
}

/* A file for a single slide; a folder where there is one, or where there are more slides.  What is missing is made. */
static char *
make_path (const Export *export, const AciniSlideRecord *record, GError **error)
{
  const char *name = g_hash_table_lookup (export->names, &record->id);
  gboolean table = export->format->table != ACINI_EXPORT_TABLE_NONE;
  g_autofree char *file = g_strconcat (table ? "submission" : name, ".", export->format->suffix, NULL);
  gboolean names_file = option_output != NULL && !g_file_test (option_output, G_FILE_TEST_IS_DIR)
                        && acini_find_format_of_file (option_output) != NULL;
  g_autofree char *folder = NULL;

  if (option_output == NULL)
    return g_steal_pointer (&file);
  if (names_file && export->slides->len > 1 && export->format->table == ACINI_EXPORT_TABLE_NONE)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                   "“%s” is the name of one file, and there are %u slides: name a folder, or choose with --slides.",
                   option_output, export->slides->len);
      return NULL;
    }
  folder = names_file ? g_path_get_dirname (option_output) : g_strdup (option_output);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "The folder “%s” cannot be created: %s.", folder,
                   g_strerror (errno));
      return NULL;
    }
  return names_file ? g_strdup (option_output) : g_build_filename (folder, file, NULL);
}

/* All slides in one table. */
static gboolean
add_row (Export *export, const AciniExportSource *source, Progress *progress, GError **error)
{
  if (export->table == NULL)
    {
      g_autofree char *path = make_path (export, source->slide, error), *shown = NULL;

      export->table = path != NULL ? acini_export_table_new (export->format->table, path, error) : NULL;
      if (export->table == NULL)
        return FALSE;
      shown = g_filename_display_name (path);
      json_array_add_string_element (export->files, shown);
    }
  return acini_export_table_add (export->table, source, show_progress, progress, export->console->cancellable, error);
}

static gboolean
export_slide (Export *export, guint number, GError **error)
{
  const AciniSlideRecord *record = g_ptr_array_index (export->slides, number);
  Progress progress = { export->console, record->name, number, export->slides->len };
  g_autofree char *path = NULL, *shown = NULL;
  g_autoptr (AciniPrediction) prediction = NULL;
  AciniThresholds thresholds;
  AciniExportSource source;

  if (!acini_mask_choice_open (export->project, export->card, record, threshold, &prediction, &thresholds, error))
    return FALSE;
  /* Nobody looked: an empty mask would say that nothing was found. */
  if (prediction == NULL && !record->labelled)
    {
      json_array_add_string_element (export->skipped, record->name);
      if (export->slides->len > 1)
        acini_console_note (export->console, "acini-cli: “%s” is left out: it was neither segmented nor labelled.",
                            record->name);
      return TRUE;
    }
  source = (AciniExportSource){ .project = export->project,
                                .slide = record,
                                .prediction = prediction,
                                .thresholds = &thresholds,
                                .tolerance = tolerance,
                                .ignored = (guint8)option_ignored };
  if (export->format->table != ACINI_EXPORT_TABLE_NONE)
    return add_row (export, &source, &progress, error);
  path = make_path (export, record, error);
  if (path == NULL
      || !acini_export_write (export->format, &source, path, show_progress, &progress, export->console->cancellable,
                              error))
    return FALSE;
  shown = g_filename_display_name (path);
  json_array_add_string_element (export->files, shown);
  acini_console_print (export->console, "%s", shown);
  return TRUE;
}

static gboolean
export_slides (Export *export, GError **error)
{
  for (guint i = 0; i < export->slides->len; i++)
    if (!export_slide (export, i, error))
      return FALSE;
  if (export->table != NULL)
    {
      if (!acini_export_table_close (export->table, error))
        return FALSE;
      acini_console_print (export->console, "%s", json_array_get_string_element (export->files, 0));
    }
  if (json_array_get_length (export->files) > 0 || export->slides->len == 0)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "“%s” has no mask yet. Segment it first with “acini-cli segment”.",
               ((AciniSlideRecord *)g_ptr_array_index (export->slides, 0))->name);
  return FALSE;
}

static const AciniExportFormat *
find_format (GError **error)
{
  const AciniExportFormat *format = NULL;
  g_autoptr (GError) reason = NULL;

  if (!acini_parse_threshold (option_threshold, &threshold, error))
    return NULL;
  if (option_simplify != NULL)
    {
      char *end;

      tolerance = g_ascii_strtod (option_simplify, &end);
      if (*end != '\0' || !(tolerance > 0 && tolerance <= 1000))
        {
          g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                       "“%s” is no tolerance: give pixels, such as --simplify 1.", option_simplify);
          return NULL;
        }
    }
  if (option_format == NULL && option_output != NULL)
    format = acini_find_format_of_file (option_output);
  if (format == NULL)
    format = acini_export_find_format (option_format != NULL ? option_format : "png", &reason);
  if (format == NULL)
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, reason->message);
  else if (tolerance > 0 && format->annotations == NULL)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "--simplify is for outlines: geojson, coco, asap, aperio, histomics, labelme, labelstudio, "
                           "ome-roi, ndpa, sliderunner, dicom-ann and dicom-seg.");
      return NULL;
    }
  return format;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GPtrArray) slides = NULL;
  g_autoptr (GHashTable) names = NULL;
  g_autoptr (AciniCard) card = NULL;
  Export export = { .console = console, .format = find_format (error) };
  gboolean done;

  if (export.format == NULL)
    return FALSE;
  if (option_ignored < 0 || option_ignored > 255)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "--ignore-value is from 0 to 255, not %d.",
                   option_ignored);
      return FALSE;
    }
  project = acini_project_open (arguments[0], error);
  slides = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  names = slides != NULL ? acini_export_name_files (project, error) : NULL;
  if (names == NULL || !acini_mask_choice_load_card (project, option_labels_only, &card, error))
    return FALSE;
  export.project = project;
  export.card = card;
  export.slides = slides;
  export.names = names;
  export.files = json_array_new ();
  export.skipped = json_array_new ();
  json_object_set_array_member (console->result, "files", export.files);
  json_object_set_array_member (console->result, "skipped", export.skipped);
  done = export_slides (&export, error);
  g_clear_pointer (&export.table, acini_export_table_free);
  return done;
}

const AciniCommand acini_command_export = {
  .name = "export",
  .arguments = "PROJECT",
  .summary = "Exports the masks of slides for other programs",
  .description
  = "Writes the effective mask: what a person said where one did, else the prediction from the threshold "
    "on; several models are the prediction that \"segment\" made with the same ones; of predictions made "
    "in several ways "
    "the last one counts. png and tiff hold "
    "the number of the class, 1 for the first, instances that of the object, in the order of \"objects\", "
    "instances-tiff the same in 32 bits, ome a channel per class with its name, probabilities what the "
    "model said, "
    "geojson outlines as "
    "QuPath reads them, along the edges of the pixels; coco, asap, aperio, histomics, labelme, "
    "labelstudio, ome-roi (OME-XML), ndpa (NDP.view), sliderunner, dicom-ann (bulk annotations) and dicom-seg "
    "(a segmentation) the same for those programs, as far as they can carry it. With --simplify outlines have fewer "
    "points, and objects that touch still do. rle, "
    "submission-2021 and submission-2023 are the tables of the HuBMAP competitions, one file of all "
    "slides: run lengths down the columns (2022, 2021), or COCO's packed masks of each object (2023). "
    "report is a PDF (see \"report\"). A slide that was neither segmented nor labelled is "
    "left out, and said so. Files "
    "are called as the slides; where two have one name, the second is NAME-2, and what no file can be "
    "called becomes “-”.",
  .examples = "export Colon.acini --format geojson --output masks\n"
              "export Colon.acini --slides train_1 --labels-only --output train_1.png",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .run = run,
};
