/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "data/project/acini-project.h"

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_create (arguments[0], error);

  if (project == NULL)
    return FALSE;
  json_object_set_string_member (console->result, "project", acini_project_get_folder (project));
  acini_console_print (console, "%s", acini_project_get_folder (project));
  return TRUE;
}

const AciniCommand acini_command_new = {
  .name = "new",
  .arguments = "PROJECT",
  .summary = "Creates a project",
  .description = "Makes the folder PROJECT, by custom NAME.acini, with an empty project in it. A folder that is there "
                 "has to be empty.",
  .examples = "new Colon.acini",
  .least = 1,
  .most = 1,
  .run = run,
};
