/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-network-options.h"
#include "app/engine/acini-engine-service.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *option_socket, *option_died_at;

static const GOptionEntry entries[] = {
  { "socket", 0, 0, G_OPTION_ARG_FILENAME, &option_socket,
    "Number of an open descriptor, or path of a Unix socket to make and answer one connection on", "FD|PATH" },
  { "died-at", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &option_died_at,
    "What oneDNN was allowed when the process before this one died", "LEVEL" },
  { NULL },
};

/* The socket inherited from the parent.  Without the parent there is nothing to do, so end with it. */
static GSocketConnection *
take_descriptor (int fd, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket == NULL)
    return NULL;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  return g_socket_connection_factory_create_connection (socket);
}

/* Only this user may come near the socket: its folder has to be theirs alone. */
static gboolean
check_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat status;

  if (stat (folder, &status) != 0)
    g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "“%s”: %s.", folder, g_strerror (errno));
  else if (status.st_uid != geteuid () || (status.st_mode & 077) != 0)
    g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                 "The folder “%s” is open to others; a socket needs one of mode 0700 that is yours.", folder);
  else
    return TRUE;
  return FALSE;
}

static GSocketConnection *
listen_once (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GSocketConnection *connection;

  if (!check_folder (path, error)
      || !g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                         error))
    return NULL;
  connection = g_socket_listener_accept (listener, NULL, cancellable, error);
  g_unlink (path);
  return connection;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (AciniEngineService) service = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSource) cancelled = g_cancellable_source_new (console->cancellable);
  AciniOneDnn level;

  if (option_died_at != NULL && acini_onednn_from_string (option_died_at, &level))
    acini_model_distrust_onednn (level);
  if (option_socket == NULL)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "--socket is missing.");
      return FALSE;
    }
  if (strspn (option_socket, "0123456789") == strlen (option_socket))
    connection = take_descriptor ((int)g_ascii_strtoll (option_socket, NULL, 10), error);
  else
    connection = listen_once (option_socket, console->cancellable, error);
  service = connection != NULL
                ? acini_engine_service_new (G_IO_STREAM (connection), acini_network_options_get (), error)
                : NULL;
  if (service == NULL)
    return FALSE;
  g_signal_connect_swapped (service, "closed", G_CALLBACK (g_main_loop_quit), loop);
  g_source_set_callback (cancelled, G_SOURCE_FUNC (on_cancelled), loop, NULL);
  g_source_attach (cancelled, NULL);
  g_main_loop_run (loop);
  /* What is being computed interests nobody any more: do not wait for it. */
  _exit (0);
}

const AciniCommand acini_command_serve = {
  .name = "serve",
  .arguments = "",
  .summary = "Segments for a window, over a private socket",
  .description
  = "Answers the D-Bus interface io.github.acini.Engine1 on one connection, without a bus, until the other "
    "end closes it. The window starts this by itself. A path has to lie in a folder that is the user's "
    "alone.",
  .options = entries,
  .least = 0,
  .most = 0,
  .network = TRUE,
  .run = run,
};
