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
  .summary = "Verifies the history of labels and decisions",
  .description
  = "Every row of the history, of labels, decisions, slides, classes, regions and models, carries a SHA-256 "
    "over its content and the row before. This computes the whole chain anew, and fails with the first row "
    "that does not fit, or where labels or decisions are not what it makes of them.",
  .least = 1,
  .most = 1,
  .run = run,
};
