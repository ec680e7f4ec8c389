/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/models/acini-cli-call.h"

#include "app/jobs/acini-find-cli.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  GObject *object;
  GCancellable *cancellable;
  AciniCliDoneFunc done;
} Call;

static void
call_free (Call *call)
{
  g_object_unref (call->object);
  g_clear_object (&call->cancellable);
  g_free (call);
}

/* The last line of what it said, without the program's name. */
static char *
dup_message (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  const char *last = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      last = lines[i];
  if (last == NULL)
    return g_strdup (_ ("acini-cli failed without saying why."));
  return g_strdup (g_str_has_prefix (last, "acini-cli: ") ? last + strlen ("acini-cli: ") : last);
}

static void
on_communicated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GSubprocess *process = G_SUBPROCESS (source);
  Call *call = user_data;
  g_autofree char *out = NULL, *err = NULL, *message = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!g_subprocess_communicate_utf8_finish (process, result, &out, &err, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_subprocess_force_exit (process);
      else
        call->done (call->object, NULL, error->message);
      call_free (call);
      return;
    }
  if (!g_subprocess_get_successful (process))
    message = dup_message (err);
  else
    node = json_from_string (out, NULL);
  call->done (call->object, node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL,
              message);
  call_free (call);
}

void
acini_cli_call (gpointer object, const char *const *arguments, GCancellable *cancellable, AciniCliDoneFunc done)
{
  g_autofree char *cli = acini_find_cli ();
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  Call *call;

  g_return_if_fail (G_IS_OBJECT (object) && arguments != NULL && done != NULL);

  if (cli == NULL)
    {
      done (object, NULL, _ ("The program acini-cli was not found. Install it beside Acini."));
      return;
    }
  g_ptr_array_add (words, cli);
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (words, (gpointer)*arguments);
  g_ptr_array_add (words, (gpointer) "--json");
  g_ptr_array_add (words, (gpointer) "--quiet");
  g_ptr_array_add (words, NULL);
  process = g_subprocess_newv ((const char *const *)words->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  if (process == NULL)
    {
      done (object, NULL, error->message);
      return;
    }
  call = g_new0 (Call, 1);
  call->object = g_object_ref (object);
  call->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  call->done = done;
  g_subprocess_communicate_utf8_async (process, NULL, cancellable, on_communicated, call);
}
