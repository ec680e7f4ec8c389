/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-intake.h"

#include <glob.h>
#include <string.h>

static char *option_organ, *option_masks, *option_channel, *option_name;
static double option_mpp;

static const GOptionEntry entries[] = {
  { "organ", 0, 0, G_OPTION_ARG_STRING, &option_organ, "kidney, largeintestine, lung, prostate or spleen", "ORGAN" },
  { "mpp", 0, 0, G_OPTION_ARG_DOUBLE, &option_mpp, "µm per pixel, where the file does not say or says it wrongly",
    "X" },
  { "masks", 0, 0, G_OPTION_ARG_FILENAME, &option_masks,
    "Where the masks are: a folder, or a pattern in which * stands for the image's name", "FOLDER|PATTERN" },
  { "mask-channel", 0, 0, G_OPTION_ARG_STRING, &option_channel,
    "The units are painted in red, green or blue (default: whatever is not black)", "COLOUR" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, "What the slide is called, with a single FILE", "NAME" },
  { NULL },
};

/* Files beside an image that belong to it. */
static const char *const companions[] = { "_anno", "_mask", "-mask", "-instances" };

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

/* Whether @stem is that of an image among @stems with a mask's ending. */
static gboolean
is_companion (const char *stem, GHashTable *stems)
{
  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *owner = NULL;

      if (!g_str_has_suffix (stem, companions[i]))
        continue;
      owner = g_strndup (stem, strlen (stem) - strlen (companions[i]));
      if (g_hash_table_contains (stems, owner))
        return TRUE;
    }
  return FALSE;
}

static void
leave_out_masks (GPtrArray *files)
{
  g_autoptr (GHashTable) stems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < files->len; i++)
    g_hash_table_add (stems, acini_dup_stem (g_ptr_array_index (files, i)));
  for (guint i = files->len; i > 0; i--)
    {
      g_autofree char *stem = acini_dup_stem (g_ptr_array_index (files, i - 1));

      if (is_companion (stem, stems))
        g_ptr_array_remove_index (files, i - 1);
    }
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

  acini_console_progress (progress->console, (progress->done + fraction) / progress->all, "Importing", progress->what);
}

static gboolean
import_file (AciniProject *project, const char *file, int channel, Progress *progress, JsonArray *array, GError **error)
{
  AciniIntake intake = { option_organ, option_mpp, option_name, option_masks, channel };
  g_autofree char *mask = NULL;
  JsonObject *object;
  gint64 slide
      = acini_intake (project, file, &intake, show_progress, progress, progress->console->cancellable, &mask, error);

  if (slide == 0)
    return FALSE;
  if (mask == NULL && option_masks != NULL)
    acini_console_note (progress->console, "acini-cli: No mask for “%s” was found in “%s”.", file, option_masks);
  object = json_object_new ();
  json_object_set_int_member (object, "slide", slide);
  json_object_set_string_member (object, "file", file);
  if (mask != NULL)
    json_object_set_string_member (object, "mask", mask);
  json_array_add_object_element (array, object);
  acini_console_print (progress->console, "%s%s%s", file, mask != NULL ? ", with labels from " : "",
                       mask != NULL ? mask : "");
  return TRUE;
}

static gboolean
parse_channel (int *channel, GError **error)
{
  const char *const names[] = { "red", "green", "blue" };

  *channel = -1;
  for (guint i = 0; option_channel != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (option_channel, names[i]))
      *channel = (int)i;
  if (option_channel == NULL || *channel >= 0)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "“%s” is none of red, green and blue.", option_channel);
  return FALSE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (AciniProject) project = NULL;
  JsonArray *array;
  int channel;

  if (!parse_channel (&channel, error))
    return FALSE;
  files = expand (arguments + 1);
  leave_out_masks (files);
  if (option_name != NULL && files->len != 1)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "--name goes with a single FILE.");
      return FALSE;
    }
  project = acini_project_open (arguments[0], error);
  if (project == NULL)
    return FALSE;
  array = json_array_new ();
  json_object_set_array_member (console->result, "slides", array);
  for (guint i = 0; i < files->len; i++)
    {
      const char *file = g_ptr_array_index (files, i);
      Progress progress = { console, file, i, files->len };

      if (g_cancellable_set_error_if_cancelled (console->cancellable, error))
        return FALSE;
      show_progress (0, &progress);
      if (!import_file (project, file, channel, &progress, array, error))
        return FALSE;
    }
  return TRUE;
}

const AciniCommand acini_command_import = {
  .name = "import",
  .arguments = "PROJECT FILE…",
  .summary = "Takes slides, images and their masks into a project",
  .description
  = "A slide that OpenSlide reads stays where it is; another image (PNG, JPEG, BMP, plain TIFF) is converted into the "
    "project, without loss.\n\n"
    "A mask is found by its name: NAME_anno, NAME_mask or NAME-mask with any suffix in the folder of NAME, or NAME in "
    "the "
    "folder given by --masks. It becomes labels of the whole image: what is set is a functional tissue unit, whatever "
    "its "
    "number, the rest is background. Files that are masks of others given are not taken for images.\n\n"
    "Patterns such as 'train_*.bmp' are taken apart where the shell has not done it.",
  .examples = "import Colon.acini 'glas/train_*' --organ largeintestine --mpp 0.62005\n"
              "import Prostate.acini images/*.png --masks masks --mask-channel green",
  .options = entries,
  .least = 2,
  .most = -1,
  .run = run,
};
