/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "data/project/acini-relink.h"

static void
report (AciniConsole *console, const AciniRelink *relink, JsonArray *array)
{
  JsonObject *object = json_object_new ();
  g_autofree char *shown = relink->path != NULL ? g_filename_display_name (relink->path) : NULL;

  json_object_set_int_member (object, "slide", relink->slide);
  json_object_set_string_member (object, "name", relink->name);
  if (shown != NULL)
    json_object_set_string_member (object, "path", shown);
  json_array_add_object_element (array, object);
  if (shown != NULL)
    acini_console_print (console, "%s: %s", relink->name, shown);
  else
    {
      g_autofree char *sentence = g_strdup_printf ("The file of “%s” was not found.", relink->name);

      acini_console_problem (console, sentence);
    }
}

static gboolean
check_places (char **places, GError **error)
{
  for (; *places != NULL; places++)
    if (!g_file_test (*places, G_FILE_TEST_EXISTS))
      {
        g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "There is no file or folder “%s”.", *places);
        return FALSE;
      }
  return TRUE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GPtrArray) relinks = NULL;
  JsonArray *array;
  guint n_missing = 0;

  if (!check_places (arguments + 1, error))
    return FALSE;
  project = acini_project_open (arguments[0], error);
  relinks = project != NULL
                ? acini_project_relink (project, (const char *const *)arguments + 1, console->cancellable, error)
                : NULL;
  if (relinks == NULL)
    return FALSE;
  array = json_array_new ();
  json_object_set_array_member (console->result, "slides", array);
  for (guint i = 0; i < relinks->len; i++)
    n_missing += ((AciniRelink *)g_ptr_array_index (relinks, i))->path == NULL;
  for (guint i = 0; i < relinks->len; i++)
    report (console, g_ptr_array_index (relinks, i), array);
  if (relinks->len == 0)
    acini_console_print (console, "No slide is missing its file.");
  if (n_missing == 0)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "%u of %u slides still miss their files: no file of the same name and size, or more than one, is there; "
               "name the folder or the file.",
               n_missing, relinks->len);
  return FALSE;
}

const AciniCommand acini_command_relink = {
  .name = "relink",
  .arguments = "PROJECT [FOLDER|FILE…]",
  .summary = "Finds slides whose files were moved",
  .description
  = "A slide that OpenSlide reads stays outside the project; where it and the project move together, it is found by "
    "itself. This command looks for the others: by name and size, in the folders given with all that is in them, or "
    "beside the project and where the slides were. A single FILE of another name is taken where a single slide is "
    "missing. Labels, predictions and the history stay with the slide.",
  .examples = "relink Colon.acini\nrelink Colon.acini /mnt/archive/2024",
  .least = 1,
  .most = -1,
  .run = run,
};
