/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "data/labels/acini-journal.h"

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);

  if (project == NULL || !acini_journal_verify (project, error))
    return FALSE;
  json_object_set_boolean_member (console->result, "sound", TRUE);
  acini_console_print (console, "The history of the labels is complete and unchanged.");
  return TRUE;
}

const AciniCommand acini_command_journal_verify = {
  .name = "journal verify",
  .arguments = "PROJECT",
  .summary = "Verifies the history of the labels",
  .description = "Every edit of labels carries a SHA-256 over its content and the edit before. This computes the whole "
                 "chain anew, and fails with the first edit that does not fit.",
  .least = 1,
  .most = 1,
  .run = run,
};
