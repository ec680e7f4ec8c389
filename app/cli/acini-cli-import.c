/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-values.h"
#include "data/interchange/acini-competition.h"
#include "data/interchange/acini-intake.h"
#include "data/interchange/acini-mask-classes.h"
#include "data/interchange/acini-mask-match.h"
#include "data/interchange/acini-preview-words.h"
#include "data/interchange/acini-qupath-project.h"
#include "data/interchange/acini-preview.h"
#include "data/interchange/acini-slide-table.h"

#include <glob.h>
#include <string.h>

static char *option_organ, *option_masks, *option_channel, *option_name, *option_mpp, *option_range, *option_bands;
static char *option_units, *option_classes, *option_table, *option_pattern;
static char *option_origin;
static int option_page, option_mask_page, option_ignored;
static gboolean option_preview;

/* As long as the program runs. */
static AciniMaskClasses *mask_classes;

static const GOptionEntry entries[] = {
  { "organ", 0, 0, G_OPTION_ARG_STRING, &option_organ,
    "kidney, largeintestine, lung, prostate, spleen, other or unknown", "ORGAN" },
  { "mpp", 0, 0, G_OPTION_ARG_STRING, &option_mpp, "µm per pixel, if missing or wrong in the file", "X" },
  { "masks", 0, 0, G_OPTION_ARG_FILENAME, &option_masks,
    "Folder of the masks, a file of annotations of all images, or a pattern in which * stands for the image's name",
    "FOLDER|FILE|PATTERN" },
  { "mask-units", 0, 0, G_OPTION_ARG_STRING, &option_units,
    "What a unit is in a mask: nonzero (or instances), classes, bright, dark, alpha, above:X, red, green or blue "
    "(default: by the mask's pixels)",
    "WHAT" },
  { "mask-classes", 0, 0, G_OPTION_ARG_STRING, &option_classes,
    "What the numbers, or the colours, of masks are called; “background” is the ground, “ignore” stays unlabelled",
    "1=NAME,2=NAME|RRGGBB=NAME,…" },
  { "mask-channel", 0, 0, G_OPTION_ARG_STRING, &option_channel, "The units are painted in red, green or blue",
    "COLOUR" },
  { "mask-page", 0, 0, G_OPTION_ARG_INT, &option_mask_page, "Of a mask with several pages: which, from 1", "N" },
  { "mask-ignore", 0, 0, G_OPTION_ARG_INT, &option_ignored,
    "Pixels of this number in the masks stay unlabelled, such as 255", "N" },
  { "ignore", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &option_ignored, NULL, NULL }, /* the same, shorter */
  { "page", 0, 0, G_OPTION_ARG_INT, &option_page, "Of an image with several pages: which, from 1", "N" },
  { "bands", 0, 0, G_OPTION_ARG_STRING, &option_bands,
    "Of an image with many channels: which are red, green and blue, from 1", "R,G,B" },
  { "range", 0, 0, G_OPTION_ARG_STRING, &option_range,
    "Which numbers are black and white (default: by the image's depth)", "LOW..HIGH" },
  { "table", 0, 0, G_OPTION_ARG_FILENAME, &option_table,
    "Table (CSV, TSV) of the slides: id, organ, pixel_size, patient, source, split, sex, age, thickness", "FILE" },
  { "name-pattern", 0, 0, G_OPTION_ARG_STRING, &option_pattern,
    "What names of slides say, such as {patient}_{source}_*", "PATTERN" },
  { "origin", 0, 0, G_OPTION_ARG_STRING, &option_origin,
    "Where coordinates of outlines begin in a slide whose scanned area is a part of it: slide or bounds", "CORNER" },
  { "preview", 0, 0, G_OPTION_ARG_NONE, &option_preview,
    "Says what would be taken for what, and what is odd about it; writes nothing", NULL },
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, "Name of the slide, with a single FILE", "NAME" },
  { NULL },
};

/* The files of @arguments, with patterns that the shell left alone (quoted) taken apart. */
static GPtrArray *
expand (char **arguments)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);

  for (; *arguments != NULL; arguments++)
    {
      glob_t found = { 0 };

      if (!g_file_test (*arguments, G_FILE_TEST_EXISTS) && strpbrk (*arguments, "*?[") != NULL
          && glob (*arguments, 0, NULL, &found) == 0)
        for (gsize i = 0; i < found.gl_pathc; i++)
          g_ptr_array_add (files, g_strdup (found.gl_pathv[i]));
      else
        g_ptr_array_add (files, g_strdup (*arguments));
      globfree (&found);
    }
  return files;
}

typedef struct
{
  AciniConsole *console;
  const char *what;
  guint done, all;
} Progress;

static void
show_progress (double fraction, gpointer user_data)
{
  Progress *progress = user_data;
  g_autofree char *shown = g_filename_display_name (progress->what);

  acini_console_progress (progress->console, (progress->done + fraction) / progress->all, "Importing", shown);
}

static void
report_labels (Progress *progress, const AciniIntakeResult *taken, JsonObject *object)
{
  double share = taken->labels.n_pixels > 0 ? (double)taken->labels.n_units / (double)taken->labels.n_pixels : 0;
  g_autofree char *mask = g_filename_display_name (taken->mask != NULL ? taken->mask : "train.csv");

  json_object_set_string_member (object, "mask", mask);
  json_object_set_boolean_member (object, "labelled", taken->labelled);
  if (!taken->labelled)
    return;
  json_object_set_int_member (object, "unit_pixels", taken->labels.n_units);
  json_object_set_double_member (object, "unit_share", share);
  if (taken->labels.note != NULL)
    acini_console_note (progress->console, "acini-cli: %s", taken->labels.note);
}

/* A line for people, and an object for programs. */
static void
report_file (Progress *progress, const char *file, const AciniIntakeResult *taken, const GError *problem,
             JsonArray *array)
{
  JsonObject *object = json_object_new ();
  g_autofree char *shown = g_filename_display_name (file), *mask = NULL;
  g_autoptr (GString) line = g_string_new (shown);

  json_object_set_string_member (object, "file", shown);
  if (taken->slide != 0)
    json_object_set_int_member (object, "slide", taken->slide);
  if (taken->notes != NULL)
    acini_console_note (progress->console, "acini-cli: %s", taken->notes);
  if (taken->mask != NULL || taken->labelled)
    report_labels (progress, taken, object);
  else if (option_masks != NULL && taken->slide != 0 && problem == NULL)
    acini_console_note (progress->console, "acini-cli: No mask for “%s” was found in “%s”.", shown, option_masks);
  json_array_add_object_element (array, object);
  if (problem != NULL)
    {
      json_object_set_string_member (object, "problem", problem->message);
      return;
    }
  if (taken->known)
    g_string_append_printf (line, ", in the project already%s", option_name != NULL ? "; its name stays as it is" : "");
  mask = g_filename_display_name (taken->mask != NULL ? taken->mask : "train.csv");
  if (taken->labelled)
    g_string_append_printf (line, ", with labels from %s: %.1f %% of the pixels are units", mask,
                            100.0 * (double)taken->labels.n_units / (double)taken->labels.n_pixels);
  else if (taken->mask != NULL)
    g_string_append_printf (line, ", its labels stay as they are; %s is not taken", mask);
  acini_console_print (progress->console, "%s", line->str);
}

static gboolean
parse_numbers (const char *text, const char *format, double *numbers, int n, const char *name, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, format, -1);
  int done = 0;

  for (; parts[done] != NULL && done < n; done++)
    {
      char *end = parts[done];

      numbers[done] = g_ascii_strtod (parts[done], &end);
      if (end == parts[done] || *end != '\0')
        break;
    }
  if (done == n && parts[n] == NULL)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "“%s” is not of the form of --%s.", text, name);
  return FALSE;
}

static gboolean
parse_image (AciniIntake *intake, GError **error)
{
  double bands[3] = { 0 }, range[2] = { 0 };

  if (option_bands != NULL && !parse_numbers (option_bands, ",", bands, 3, "bands R,G,B", error))
    return FALSE;
  if (option_range != NULL && !parse_numbers (option_range, "..", range, 2, "range LOW..HIGH", error))
    return FALSE;
  if ((option_bands != NULL && (bands[0] < 1 || bands[1] < 1 || bands[2] < 1))
      || (option_range != NULL && !(range[1] > range[0])) || option_page < 0 || option_mask_page < 0
      || option_ignored < 0)
    {
      g_set_error_literal (
          error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
          "Pages, bands and what masks ignore count from 1, and of a range the second number is the greater one.");
      return FALSE;
    }
  intake->image.low = range[0];
  intake->image.high = range[1];
  for (int i = 0; i < 3; i++)
    intake->image.bands[i] = (int)bands[i];
  intake->image.page = option_page;
  intake->mask.page = option_mask_page;
  return TRUE;
}

static gboolean
parse_masks (AciniIntake *intake, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (option_channel != NULL && !g_str_equal (option_channel, "red") && !g_str_equal (option_channel, "green")
      && !g_str_equal (option_channel, "blue"))
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "“%s” is not a colour. Use red, green or blue.",
                   option_channel);
      return FALSE;
    }
  if ((option_channel != NULL) + (option_units != NULL) + (option_classes != NULL) > 1)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "Of --mask-units, --mask-channel and --mask-classes only one is possible.");
      return FALSE;
    }
  if (option_channel != NULL || option_units != NULL)
    acini_mask_reading_parse (&intake->mask, option_channel != NULL ? option_channel : option_units, &reason);
  if (option_classes != NULL && reason == NULL)
    intake->mask.classes = mask_classes = acini_mask_classes_parse (option_classes, &reason);
  if (reason != NULL)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, reason->message);
      return FALSE;
    }
  if (option_origin != NULL && !g_str_equal (option_origin, "slide") && !g_str_equal (option_origin, "bounds"))
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "“%s” is no corner. Use slide or bounds.",
                   option_origin);
      return FALSE;
    }
  intake->origin = g_strcmp0 (option_origin, "bounds") == 0 ? ACINI_ORIGIN_BOUNDS : ACINI_ORIGIN_SLIDE;
  intake->mask.ignored = option_ignored;
  intake->masks = option_masks;
  if (option_masks == NULL || strchr (option_masks, '*') != NULL || g_file_test (option_masks, G_FILE_TEST_IS_DIR)
      || g_file_test (option_masks, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "“%s” is neither a folder of masks, nor a file of annotations, nor a pattern with *.", option_masks);
  return FALSE;
}

/* All that is said on the command line is looked at before anything is done. */
static gboolean
parse (AciniIntake *intake, GError **error)
{
  intake->name = option_name;
  return acini_parse_organ (option_organ, &intake->organ, error)
         && acini_parse_mpp (option_mpp, &intake->image.mpp, error) && parse_image (intake, error)
         && parse_masks (intake, error);
}

/* What an import comes to. */
typedef struct
{
  AciniConsole *console;
  AciniProject *project;
  JsonArray *array;
  const AciniIntake *intake;
  Progress progress;
  guint n_failed;
  GError *last; /* of these */
} Batch;

/* FALSE with @error set: it was cancelled.  Goes on past a file that fails. */
static gboolean
import_file (Batch *batch, const char *file, const AciniIntake *intake, GError **error)
{
  g_auto (AciniIntakeResult) taken = { 0 };
  g_autoptr (GError) problem = NULL;

  if (g_cancellable_set_error_if_cancelled (batch->console->cancellable, error))
    return FALSE;
  batch->progress.what = file;
  show_progress (0, &batch->progress);
  acini_intake (batch->project, file, intake, &taken, show_progress, &batch->progress, batch->console->cancellable,
                &problem);
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  report_file (&batch->progress, file, &taken, problem, batch->array);
  batch->progress.done++;
  if (problem == NULL)
    return TRUE;
  batch->n_failed++;
  if (batch->progress.all > 1)
    acini_console_problem (batch->console, problem->message);
  g_clear_error (&batch->last);
  batch->last = g_steal_pointer (&problem);
  return TRUE;
}

static gboolean
import_image (const AciniCompetitionImage *image, gpointer user_data, GError **error)
{
  Batch *batch = user_data;
  AciniIntake intake = *batch->intake;

  intake.masks = image->annotations;
  intake.runs = image->runs;
  intake.fields = image->fields;
  intake.without_masks = image->annotations == NULL && image->runs == NULL;
  if (intake.organ == NULL)
    intake.organ = acini_slide_fields_get_organ (image->fields);
  if (intake.image.mpp <= 0)
    intake.image.mpp = acini_slide_fields_get_mpp (image->fields);
  return import_file (batch, image->image, &intake, error);
}

static gboolean
import_competition (Batch *batch, const char *folder, GError **error)
{
  g_autoptr (AciniCompetition) competition = acini_competition_open (folder);
  guint n_missing = 0;

  if (competition == NULL)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "“%s” is a folder, and none of a competition (train.csv or polygons.jsonl beside train_images or "
                   "train). Name the files in it, such as '%s/*'.",
                   folder, folder);
      return FALSE;
    }
  batch->progress.all += acini_competition_count (competition) - 1;
  acini_console_note (batch->console, "acini-cli: “%s” is the folder of %s.", folder,
                      acini_competition_get_name (competition));
  if (!acini_competition_foreach (competition, import_image, batch, &n_missing, error))
    return FALSE;
  if (n_missing > 0)
    acini_console_note (batch->console, "acini-cli: %u images of the tables in “%s” are not there.", n_missing, folder);
  return TRUE;
}

static gboolean
import_qupath (Batch *batch, const char *path, GError **error)
{
  guint n_missing, n_unread;

  if (!acini_qupath_project_foreach (path, import_image, batch, &n_missing, &n_unread, error))
    return FALSE;
  if (n_missing > 0)
    acini_console_note (batch->console, "acini-cli: %u images of the project “%s” are not there.", n_missing, path);
  if (n_unread > 0)
    acini_console_note (batch->console,
                        "acini-cli: The objects of %u images are in QuPath's own store; “acini-cli annotations %s” "
                        "says how to export them.",
                        n_unread, path);
  return TRUE;
}

static gboolean
import_files (AciniConsole *console, AciniProject *project, GPtrArray *files, const AciniIntake *intake, GError **error)
{
  Batch batch = { console, project, json_array_new (), intake, { console, NULL, 0, files->len } };
  g_autoptr (GError) last = NULL;
  gboolean done = TRUE;

  json_object_set_array_member (console->result, "slides", batch.array);
  for (guint i = 0; i < files->len && done; i++)
    done = acini_qupath_project_is (files->pdata[i])           ? import_qupath (&batch, files->pdata[i], error)
           : g_file_test (files->pdata[i], G_FILE_TEST_IS_DIR) ? import_competition (&batch, files->pdata[i], error)
                                                               : import_file (&batch, files->pdata[i], intake, error);
  last = batch.last;
  json_object_set_int_member (console->result, "failed", batch.n_failed);
  if (!done || batch.n_failed == 0)
    return done;
  if (batch.progress.all == 1)
    {
      g_propagate_error (error, g_steal_pointer (&last));
      return FALSE;
    }
  acini_console_finish (console);
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "%u of %u files did not come in whole; mend them and repeat the line, the others stay as they are.",
               batch.n_failed, batch.progress.all);
  return FALSE;
}

/* What the table and the names say about all slides of the project. */
static gboolean
describe_slides (AciniConsole *console, AciniProject *project, const AciniSlideTable *table, GError **error)
{
  guint n = 0;

  if (table == NULL && option_pattern == NULL)
    return TRUE;
  if (!acini_slide_table_apply (project, table, option_pattern, &n, error))
    return FALSE;
  json_object_set_int_member (console->result, "described", n);
  acini_console_print (console, n == 1 ? "%u slide is described." : "%u slides are described.", n);
  return TRUE;
}

static void
show_looking (double fraction, gpointer user_data)
{
  acini_console_progress (user_data, fraction, "Looking at files", NULL);
}

/* A line about a file, and one more for each thing that should be looked at. */
static void
print_preview (AciniConsole *console, const AciniPreviewFile *file)
{
  g_autoptr (GPtrArray) warnings = acini_preview_file_list_warnings (file);
  g_autofree char *path = g_filename_display_name (file->path);
  g_autofree char *mask = file->mask != NULL ? g_filename_display_basename (file->mask) : g_strdup ("run lengths");
  g_autofree char *scale = file->mpp > 0
                               ? g_strdup_printf ("%.4g µm/px (%s)", file->mpp, acini_scale_source_get_id (file->scale))
                               : g_strdup ("scale unknown");
  g_autofree char *labels = file->labels == ACINI_LABELS_NONE
                                ? g_strdup ("no mask")
                                : g_strdup_printf ("%s, %.1f %% units", mask, 100 * file->units);

  if (file->problem != NULL)
    {
      acini_console_print (console, "%s: %s", path, file->problem);
      return;
    }
  acini_console_print (console, "%s: %s %lld × %lld, %s, %s, %s%s", path, file->stays ? "slide" : "image",
                       (long long)file->look.image_width, (long long)file->look.image_height, scale,
                       file->organ != NULL && *file->organ != '\0' ? file->organ : "organ unknown", labels,
                       file->slide != 0 ? ", in the project already" : "");
  for (guint i = 0; i < warnings->len; i++)
    acini_console_print (console, "    %s", (char *)warnings->pdata[i]);
}

static gboolean
preview (AciniConsole *console, AciniProject *project, GPtrArray *files, const AciniIntake *intake,
         const AciniSlideTable *table, GError **error)
{
  const AciniPreviewReading reading = { intake, table, option_pattern };
  g_autoptr (GPtrArray) found
      = acini_preview (project, files, &reading, show_looking, console, console->cancellable, error);
  JsonArray *array;

  if (found == NULL)
    return FALSE;
  acini_console_end_progress (console);
  array = json_array_new ();
  json_object_set_array_member (console->result, "files", array);
  for (guint i = 0; i < found->len; i++)
    {
      print_preview (console, found->pdata[i]);
      json_array_add_object_element (array, acini_preview_file_to_json (found->pdata[i]));
    }
  return TRUE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (AciniSlideTable) table = NULL;
  g_autoptr (AciniProject) project = NULL;
  AciniIntake intake = { 0 };
  gboolean done;

  if (!parse (&intake, error))
    return FALSE;
  files = expand (arguments + 1);
  acini_mask_match_leave_out (files);
  if (option_name != NULL && files->len != 1)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "--name can only be used with a single FILE.");
      return FALSE;
    }
  if (files->len == 0 && option_table == NULL && option_pattern == NULL)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "Name files, or what slides that are in are to be given: --table or --name-pattern.");
      return FALSE;
    }
  if (option_table != NULL && (table = acini_slide_table_load (option_table, error)) == NULL)
    return FALSE;
  project = acini_project_open (arguments[0], error);
  if (project == NULL)
    return FALSE;
  if (option_preview)
    return preview (console, project, files, &intake, table, error);
  done = files->len == 0 || import_files (console, project, files, &intake, error);
  /* What came in is described even where something else did not. */
  return describe_slides (console, project, table, done ? error : NULL) && done;
}

const AciniCommand acini_command_import = {
  .name = "import",
  .arguments = "PROJECT [FILE…]",
  .summary = "Imports slides, images and their masks into a project",
  .description
  = "A slide that OpenSlide reads stays where it is; another image (PNG, JPEG, BMP, plain TIFF) is converted into the "
    "project, without loss.\n\n"
    "A mask is found by its name: NAME_anno, NAME_mask or NAME-mask with any suffix in the folder of NAME, or NAME in "
    "the "
    "folder given by --masks. It becomes labels of the whole image: numbers but 0 are functional tissue units, "
    "smoothed "
    "edges are cut at half, the rest is background. A shape in the alpha channel and the numbers of a palette count as "
    "such. What could mean several things is refused until --mask-units says it. Files that are masks of others given "
    "are not taken for images. With --mask-ignore the pixels of one number stay unlabelled: nothing is learnt from "
    "them, and no score counts them.\n\n"
    "Masks keep their classes: numbers that lie in many pieces each are classes, others instances, of which those that "
    "touch stay apart; --mask-classes names numbers or colours. A mask of another size is taken where its aspect is "
    "the image's.\n\n"
    "FILE may be the folder of a HuBMAP competition as it was given out (2021: train.csv, train; 2022: train.csv, "
    "train_images, train_annotations; 2023: polygons.jsonl, train): its tables, run lengths and outlines belong to its "
    "images; or a project of QuPath (its folder or project.qpproj): its slides come in with the objects that were "
    "exported as data/N/NAME.geojson.\n\n"
    "A table, and a pattern of names, fill in what else is known of the slides, of those that are in already, too: "
    "“import PROJECT --table FILE” takes no images.\n\n"
    "Without such a mask, annotations of another program named after the image (NAME.geojson, NAME.json, NAME.xml; "
    "“acini-cli formats” lists what is read) become labels: areas by the names of their classes, “Ignore…” stays "
    "unlabelled, the rest is background.\n\n"
    "A file that fails does not keep the others out: the command goes on, says at the end how many failed, and exits "
    "with 1. Doing it again changes nothing: a file that is in stays one slide, and a slide keeps its labels.\n\n"
    "With --preview nothing is written: it says for each file what it is, its mask, its µm per pixel and where they "
    "are "
    "known from, organ, patient, source and split, and what should be looked at first – the same content as another or "
    "much alike, out of focus, a pen's marks, no tissue, badly exposed, a mask that is one value, inverted or of "
    "another "
    "size. FILE may be any folder of images then.\n\n"
    "Patterns such as 'train_*.bmp' are taken apart where the shell has not done it.",
  .examples = "import Kidney.acini --table slides.csv\n"
              "import Kidney.acini a.png --masks masks --mask-classes 1=Glomerulus,2=Tubule\n"
              "import Colon.acini 'glas/train_*' --organ largeintestine --mpp 0.62005\n"
              "import Prostate.acini images/*.png --masks masks --mask-channel green\n"
              "import Kidney.acini tiles/*.png --mpp 0.5 --masks masks --mask-units nonzero --mask-ignore 255",
  .options = entries,
  .least = 1,
  .most = -1,
  .run = run,
};
