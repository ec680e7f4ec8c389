/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-find-cli.h"

#include "acini-config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>

char *
acini_find_cli (void)
{
  const char *wanted = g_getenv ("ACINI_CLI");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (ACINI_BINDIR);
  /* Beside this program when installed; in the build folder programs lie in app/ and ui/. */
  const char *places[] = { "acini-cli", "../app/acini-cli" };

  if (wanted != NULL && *wanted != '\0')
    return g_strdup (wanted);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_canonicalize_filename (path, NULL);
    }
  return g_find_program_in_path ("acini-cli");
}

gboolean
acini_cli_is_being_built (void)
{
  const char *program = g_getenv ("ACINI_CLI"), *build = g_getenv ("ACINI_BUILD");
  g_autofree char *path = build != NULL ? g_strconcat (build, ".lock", NULL) : NULL;
  gboolean held;
  int fd;

  if (program == NULL || path == NULL || !g_str_has_suffix (program, "/cli-when-built"))
    return FALSE;
  fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  held = fd >= 0 && flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (fd >= 0)
    g_close (fd, NULL);
  return held;
}
