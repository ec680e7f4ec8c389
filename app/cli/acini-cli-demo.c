/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/demo/acini-demo.h"

static void
show_progress (double fraction, gpointer user_data)
{
  acini_console_progress (user_data, fraction, "Creating the demo project", NULL);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autofree char *folder = g_canonicalize_filename (arguments[0], NULL);

  if (!acini_demo_make (folder, show_progress, console, console->cancellable, error))
    return FALSE;
  json_object_set_string_member (console->result, "project", folder);
  acini_console_print (console, "%s", folder);
  return TRUE;
}

const AciniCommand acini_command_demo = {
  .name = "demo",
  .arguments = "PROJECT",
  .summary = "Creates a demo project",
  .description = "Draws sections of artificial tissue into a new project. Where the environment variable ACINI_SHARED "
                 "names a folder with real tissue, some of it is taken in too.",
  .examples = "demo Demo.acini",
  .least = 1,
  .most = 1,
  .run = run,
};
