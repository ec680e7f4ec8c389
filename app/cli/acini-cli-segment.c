/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-specification.h"
#include "app/cli/acini-commands.h"
#include "app/cli/acini-formats.h"
#include "app/cli/acini-model-choice.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-segment-options.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "app/cli/acini-values.h"
#include "app/jobs/acini-job-queue.h"
#include "app/worker/acini-familiarity.h"
#include "app/worker/acini-model-set.h"
#include "data/predictions/acini-prediction-key.h"
#include "data/project/acini-change.h"
#include "data/slides/acini-slide-import.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *option_slides, *option_output, *option_organ, *option_threshold, *option_mpp;
static gboolean option_again;
static const char *organ;
static double mpp, threshold;

static const GOptionEntry entries[] = {
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Slides of the project: names, patterns and ranges separated by commas (default: all)", "A,B,…" },
  { "again", 0, 0, G_OPTION_ARG_NONE, &option_again, "Compute again what was computed before", NULL },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output,
    "Of a slide without a project: the mask, .png, .tiff or .geojson (default: SLIDE-mask.png beside it)", "FILE" },
  { "mpp", 0, 0, G_OPTION_ARG_STRING, &option_mpp, "Of a slide without a project: its µm per pixel", "X" },
  { "organ", 0, 0, G_OPTION_ARG_STRING, &option_organ, "Of a slide without a project: decides the threshold", "ORGAN" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold,
    "Of a slide without a project: probability from which a pixel counts, or otsu: what divides the slide's pixels "
    "best "
    "(default: the model's for the organ and class)",
    "T" },
  { NULL },
};

typedef struct
{
  AciniConsole *console;
  const char *name;
  double pixels; /* of the slide at the model's resolution, in millions; 0 while it is not known */
  gint64 start;
  double first; /* fraction that already existed at the start */
  guint done, all;
} Progress;

static void
show_progress (double fraction, gpointer user_data)
{
  Progress *progress = user_data;
  double seconds = (g_get_monotonic_time () - progress->start) / 1e6;
  g_autofree char *detail = NULL;

  if (progress->first < 0)
    progress->first = fraction;
  detail = g_strdup_printf ("%s, %.1f Mpx/s", progress->name,
                            (fraction - progress->first) * progress->pixels / MAX (seconds, 0.1));
  acini_console_progress (progress->console, (progress->done + fraction) / progress->all, "Segmenting", detail);
}

/* Says in what the slide is unlike what the model has seen. */
static void
warn (AciniConsole *console, AciniModel *model, const AciniSlideRecord *record, AciniSlide *slide)
{
  g_autoptr (GPtrArray) sentences = acini_familiarity_check (model, slide, record->organ, record->mpp_x);
  JsonArray *array;

  if (sentences->len == 0)
    return;
  if (!json_object_has_member (console->result, "warnings"))
    json_object_set_array_member (console->result, "warnings", json_array_new ());
  array = json_object_get_array_member (console->result, "warnings");
  for (guint i = 0; i < sentences->len; i++)
    {
      g_autofree char *text = g_strdup_printf ("“%s”: %s", record->name, (const char *)sentences->pdata[i]);

      acini_console_note (console, "acini-cli: %s", text);
      json_array_add_string_element (array, text);
    }
}

/* Segments one slide into a prediction in @folder, *@path, and adds what it took to the result. */
static gboolean
segment_slide (AciniConsole *console, AciniModel *model, const AciniSlideRecord *record, const char *folder,
               char **path, guint done, guint all, GError **error)
{
  AciniSegmentation how = { .mpp = record->mpp_x, .fresh = option_again };
  Progress progress
      = { console, record->name, (double)record->width * record->height / 1e6, g_get_monotonic_time (), -1, done, all };
  g_autoptr (AciniSlide) slide = acini_slide_open (record->path, error);
  AciniSegmentationResult result = { 0 };
  JsonObject *object;
  double megapixels;

  if (record->mpp_x <= 0)
    acini_console_note (console,
                        "acini-cli: The µm per pixel of “%s” are unknown; it is segmented as if it had the resolution "
                        "that the model was trained at. Give --mpp, with “segment” or “import”.",
                        record->name);
  acini_segment_options_fill (&how);
  if (slide != NULL)
    warn (console, model, record, slide);
  if (slide == NULL
      || !acini_segment_slide (model, slide, folder, record->id, &how, show_progress, NULL, &progress,
                               console->cancellable, &result, error))
    return FALSE;
  *path = result.path;
  megapixels = (double)record->width * record->height / 1e6;
  object = acini_specification_slide (record);
  json_object_set_boolean_member (object, "scale_known", record->mpp_x > 0);
  json_object_set_string_member (object, "prediction", *path);
  json_object_set_double_member (object, "downsample", result.downsample);
  json_object_set_double_member (object, "tissue_share", result.tissue_share);
  json_object_set_int_member (object, "patches", result.patches);
  json_object_set_double_member (object, "seconds", result.seconds);
  json_object_set_double_member (object, "megapixels_per_second", megapixels / MAX (result.seconds, 1e-6));
  json_array_add_object_element (json_object_get_array_member (console->result, "slides"), object);
  acini_console_print (console, "%s: %.1f s, %.2f Mpx/s", record->name, result.seconds,
                       megapixels / MAX (result.seconds, 1e-6));
  return TRUE;
}

static void
begin_result (AciniConsole *console, AciniModel *model)
{
  json_object_set_string_member (console->result, "model", acini_model_get_card (model)->id);
  json_object_set_string_member (console->result, "device", acini_model_get_device (model));
  json_object_set_array_member (console->result, "slides", json_array_new ());
}

/* How the numbers came about. */
static void
end_result (AciniConsole *console, AciniModel *model)
{
  json_object_set_array_member (console->result, "ways", acini_model_describe_ways (model));
}

static gboolean
segment_project (AciniConsole *console, const char *folder, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (folder, error);
  g_autoptr (GPtrArray) slides = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  g_autoptr (AciniModel) model = slides != NULL ? acini_model_choice_load (project, error) : NULL;
  g_autofree char *predictions = project != NULL ? acini_prediction_dup_folder (project) : NULL;

  if (model == NULL)
    return FALSE;
  begin_result (console, model);
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (slides, i);
      g_autoptr (AciniChange) run = acini_change_new_model_run (record->id, acini_model_get_card (model)->id);
      g_autofree char *path = NULL;

      if (!segment_slide (console, model, record, predictions, &path, i, slides->len, error)
          || !acini_prediction_supersede (project, path, error) || !acini_project_write_change (project, run, error))
        return FALSE;
    }
  end_result (console, model);
  return TRUE;
}

static char *
make_output_name (const char *slide)
{
  g_autofree char *stem = g_strdup (slide);
  char *dot = strrchr (stem, '.');

  if (dot != NULL && strchr (dot, '/') == NULL)
    *dot = '\0';
  return g_strconcat (stem, "-mask.png", NULL);
}

/* A record of @file as in a project; an image that is not a slide is converted into @folder. */
static AciniSlideRecord *
describe_alone (AciniConsole *console, const char *folder, const char *file, GError **error)
{
  g_autofree char *notes = NULL;
  g_autofree char *path = acini_slide_import_image (file, folder, &(AciniImageReading){ .mpp = mpp }, &notes, NULL,
                                                    NULL, console->cancellable, error);
  g_autoptr (AciniSlide) slide = path != NULL ? acini_slide_open (path, error) : NULL;
  AciniSlideRecord *record;

  if (slide == NULL)
    return NULL;
  if (notes != NULL)
    acini_console_note (console, "acini-cli: %s", notes);
  record = g_new0 (AciniSlideRecord, 1);
  record->name = g_filename_display_basename (file);
  record->organ = g_strdup (organ != NULL ? organ : "");
  record->mpp_x = mpp > 0 ? mpp : acini_slide_get_mpp_x (slide);
  record->mpp_y = mpp > 0 ? mpp : acini_slide_get_mpp_y (slide);
  record->width = acini_slide_get_width (slide);
  record->height = acini_slide_get_height (slide);
  record->path = g_steal_pointer (&path);
  return record;
}

static gboolean
write_mask (AciniConsole *console, AciniModel *model, const AciniSlideRecord *record, const char *path,
            const AciniExportFormat *format, const char *output, GError **error)
{
  g_autoptr (AciniPrediction) prediction = acini_prediction_open (path, NULL, error);
  AciniThresholds thresholds;
  AciniExportSource source = { NULL, record, prediction, &thresholds };

  if (prediction == NULL)
    return FALSE;
  if (!acini_get_thresholds (NULL, acini_model_get_card (model), prediction, record->organ, threshold, &thresholds,
                             error))
    return FALSE;
  json_object_set_string_member (console->result, "output", output);
  acini_console_print (console, "%s", output);
  return acini_export_write (format, &source, output, NULL, NULL, console->cancellable, error);
}

/* The folder of @output, made where it is missing, before anything is computed for it. */
static gboolean
make_output_folder (const char *output, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (output);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "The folder “%s” cannot be created: %s.", folder,
                   g_strerror (errno));
      return FALSE;
    }
  if (access (folder, W_OK) != 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "Nothing can be written into the folder “%s”: %s.",
                   folder, g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

/* A slide without a project: its prediction lives in @folder for as long as the command does. */
static gboolean
segment_alone (AciniConsole *console, const char *folder, const char *file, GError **error)
{
  g_autofree char *output = option_output != NULL ? g_strdup (option_output) : make_output_name (file);
  const AciniExportFormat *format = acini_find_format_of_file (output);
  g_autofree char *path = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (AciniModel) model = NULL;

  if (format == NULL)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                   "“%s” has no known format. Use the suffix .png, .tiff or .geojson.", output);
      return FALSE;
    }
  record = make_output_folder (output, error) ? describe_alone (console, folder, file, error) : NULL;
  model = record != NULL ? acini_model_choice_load (NULL, error) : NULL;
  if (model == NULL)
    return FALSE;
  begin_result (console, model);
  if (!segment_slide (console, model, record, folder, &path, 0, 1, error))
    return FALSE;
  end_result (console, model);
  return write_mask (console, model, record, path, format, output, error);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autofree char *temporary = NULL, *device = NULL;
  g_autoptr (AciniDeviceUse) use = NULL;
  gboolean ok;

  if (!acini_parse_threshold (option_threshold, &threshold, error) || !acini_parse_organ (option_organ, &organ, error)
      || !acini_parse_mpp (option_mpp, &mpp, error))
    return FALSE;
  /* A training on the same device waits. */
  device = acini_resolve_device (acini_network_options_get ()->device);
  use = acini_device_use_new (device);
  if (acini_project_is_project (arguments[0]))
    return segment_project (console, arguments[0], error);
  if (g_file_test (arguments[0], G_FILE_TEST_IS_DIR) || option_slides != NULL)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "“%s” is not a project.", arguments[0]);
      return FALSE;
    }
  temporary = g_dir_make_tmp ("acini-XXXXXX", error);
  if (temporary == NULL)
    return FALSE;
  ok = segment_alone (console, temporary, arguments[0], error);
  acini_remove_tree (temporary);
  return ok;
}

const AciniCommand acini_command_segment = {
  .name = "segment",
  .arguments = "PROJECT|SLIDE",
  .summary = "Segments functional tissue units with a model",
  .description
  = "Fills the predictions of the slides of a project; what was computed before, also by a run that was interrupted, "
    "is "
    "not computed again. What is computed in another way (other options, another precision, another processor, another "
    "scale) is kept beside it; the last one counts. Of a slide file without a project the mask is "
    "written into a file.\n\n"
    "A slide is read at the resolution that the model was trained at, where both are known. Bare glass is left out. "
    "Memory does not grow with the slide.\n\n"
    "Several models, of any architectures, are averaged before the threshold; they have to find the same classes at "
    "the "
    "same resolution. The threshold comes from the card of the (first) model: its thresholds are named by organ, "
    "\"kidney\", or by organ and class, \"kidney/glomerulus\".",
  .examples
  = "segment Colon.acini --slides 'test_*'\nsegment CMU-1.svs --output glands.geojson --organ largeintestine\n"
    "segment CMU-1.svs --model unet.pth --model segformer.safetensors --weights 1,2 --flips --scales 0.8,1,1.2",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .segments = TRUE,
  .network = TRUE,
  .run = run,
};
