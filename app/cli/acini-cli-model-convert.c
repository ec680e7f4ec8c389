/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any checkpoint as a model of Acini's own: what the window adds to a project. */

#include "app/cli/acini-commands.h"
#include "model/acini-model.h"

#include <errno.h>
#include <glib/gstdio.h>

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  JsonObject *found = acini_model_inspect (arguments[0], FALSE, error);

  if (found == NULL)
    return FALSE;
  json_object_unref (console->result);
  console->result = found;
  if (g_mkdir_with_parents (arguments[1], 0777) != 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "The folder “%s” cannot be created: %s.",
                   arguments[1], g_strerror (errno));
      return FALSE;
    }
  if (!acini_model_convert (arguments[0], arguments[1], error))
    return FALSE;
  json_object_set_string_member (found, "folder", arguments[1]);
  acini_console_print (console, "%s", arguments[1]);
  return TRUE;
}

const AciniCommand acini_command_model_convert = {
  .name = "model convert",
  .arguments = "FILE FOLDER",
  .summary = "Writes a checkpoint of any layout as a model of Acini",
  .description = "Writes model.safetensors, the same weights under Acini's own names, and model.json, the card, into "
                 "FOLDER. What the "
                 "checkpoint does not tell is taken as \"model inspect\" lists it, or as a card says that \"model "
                 "card\" has written "
                 "beside it. The folder is what --model takes.",
  .examples = "model convert unet.pth models/unet",
  .least = 2,
  .most = 2,
  .run = run,
};
