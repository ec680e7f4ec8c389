/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "data/acini-journal.h"
#include "data/acini-slide-import.h"

#include <glob.h>
#include <string.h>

static char *option_organ, *option_masks, *option_channel, *option_name;
static double option_mpp;

static const GOptionEntry entries[] = {
  { "organ", 0, 0, G_OPTION_ARG_STRING, &option_organ, "kidney, largeintestine, lung, prostate or spleen", "ORGAN" },
  { "mpp", 0, 0, G_OPTION_ARG_DOUBLE, &option_mpp, "µm per pixel, where the file does not say or says it wrongly", "X" },
  { "masks", 0, 0, G_OPTION_ARG_FILENAME, &option_masks,
    "Where the masks are: a folder, or a pattern in which * stands for the image's name", "FOLDER|PATTERN" },
  { "mask-channel", 0, 0, G_OPTION_ARG_STRING, &option_channel,
    "The units are painted in red, green or blue (default: whatever is not black)", "COLOUR" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, "What the slide is called, with a single FILE", "NAME" },
  { NULL },
};

/* How masks are told by their names: NAME + one of these. */
static const char *const mask_endings[] = { "_anno", "_mask", "-mask" };
static const char *const companions[] = { "_anno", "_mask", "-mask", "-instances" };

static char *
dup_stem (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return g_steal_pointer (&name);
}

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
    g_hash_table_add (stems, dup_stem (g_ptr_array_index (files, i)));
  for (guint i = files->len; i > 0; i--)
    {
      g_autofree char *stem = dup_stem (g_ptr_array_index (files, i - 1));

      if (is_companion (stem, stems))
        g_ptr_array_remove_index (files, i - 1);
    }
}

/* A file in @folder whose name without its last suffix is @stem, but not @except; NULL: none. */
static char *
find_by_stem (const char *folder, const char *stem, const char *except)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *except_name = g_path_get_basename (except);
  g_autofree char *except_folder = g_path_get_dirname (except);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *other = dup_stem (name);

      if (g_str_equal (other, stem) && !(g_str_equal (name, except_name) && g_str_equal (folder, except_folder)))
        return g_build_filename (folder, name, NULL);
    }
  return NULL;
}

static char *
find_by_pattern (const char *pattern, const char *stem)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "*", 2);
  g_autofree char *path = g_strjoin (stem, parts[0], parts[1] != NULL ? parts[1] : "", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

/* The mask of @file, or NULL where there is none. */
static char *
find_mask (const char *file)
{
  g_autofree char *stem = dup_stem (file);
  g_autofree char *folder = g_path_get_dirname (file);
  char *mask = NULL;

  if (option_masks != NULL && strchr (option_masks, '*') != NULL)
    return find_by_pattern (option_masks, stem);
  if (option_masks != NULL)
    mask = find_by_stem (option_masks, stem, file);
  for (guint i = 0; mask == NULL && i < G_N_ELEMENTS (mask_endings); i++)
    {
      g_autofree char *name = g_strconcat (stem, mask_endings[i], NULL);

      mask = find_by_stem (option_masks != NULL ? option_masks : folder, name, file);
    }
  return mask;
}

/* Takes the pixels of @mask as labels of the whole slide: the first class where it is set, else background. */
static gboolean
import_mask (AciniProject *project, gint64 slide, const char *mask, int channel, GError **error)
{
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (AciniEdit) edit = NULL;
  g_autofree guint8 *labels = NULL;
  int width, height;
  gsize n;

  if (record == NULL)
    return FALSE;
  bytes = acini_mask_read (mask, channel, &width, &height, error);
  if (bytes == NULL)
    return FALSE;
  if (width != record->width || height != record->height)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "The mask “%s” has %d × %d pixels, its image %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   ": they have to be the same.",
                   mask, width, height, record->width, record->height);
      return FALSE;
    }
  labels = g_bytes_unref_to_data (g_steal_pointer (&bytes), &n);
  for (gsize i = 0; i < n; i++)
    labels[i] = labels[i] != 0 ? ACINI_LABEL_FIRST_CLASS : ACINI_LABEL_BACKGROUND;
  edit = acini_edit_new (project, slide, "import");
  return acini_edit_write (edit, &(AciniRect){ 0, 0, width, height }, labels, error)
         && acini_edit_commit (edit, NULL, error);
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
  g_autofree char *folder = acini_project_build_path (project, "slides", NULL);
  g_autofree char *stem = dup_stem (file);
  g_autofree char *path = NULL, *mask = NULL;
  JsonObject *object;
  gint64 slide;

  path = acini_slide_import (file, folder, option_mpp, show_progress, progress, progress->console->cancellable, error);
  slide = path != NULL
            ? acini_project_add_slide (project, path, option_name != NULL ? option_name : stem, option_organ, option_mpp,
                                       error)
            : 0;
  if (slide == 0)
    return FALSE;
  mask = find_mask (file);
  if (mask != NULL && !import_mask (project, slide, mask, channel, error))
    return FALSE;
  if (mask == NULL && option_masks != NULL)
    acini_console_note (progress->console, "acini-cli: No mask for “%s” was found in “%s”.", stem, option_masks);

  object = json_object_new ();
  json_object_set_int_member (object, "slide", slide);
  json_object_set_string_member (object, "path", path);
  if (mask != NULL)
    json_object_set_string_member (object, "mask", mask);
  json_array_add_object_element (array, object);
  acini_console_print (progress->console, "%s%s%s", stem, mask != NULL ? ", with labels from " : "",
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
      *channel = (int) i;
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
    "project, without loss. What is there already is not added again.\n\n"
    "A mask is found by its name: NAME_anno, NAME_mask or NAME-mask with any suffix in the folder of NAME, or NAME in the "
    "folder given by --masks. It becomes labels of the whole image: what is set is a functional tissue unit, whatever its "
    "number, the rest is background. Files that are masks of others given are not taken for images.\n\n"
    "Patterns such as 'train_*.bmp' are taken apart where the shell has not done it.",
  .examples = "import Colon.acini 'glas/train_*' --organ largeintestine --mpp 0.62005\n"
              "import Prostate.acini images/*.png --masks masks --mask-channel green",
  .options = entries,
  .least = 2,
  .most = -1,
  .run = run,
};
