/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-console.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define BAR_PAUSE (G_TIME_SPAN_SECOND / 10)
/* Without a terminal: a line every tenth, but not more often than this, and at least every half minute. */
#define LINE_PAUSE (2 * G_TIME_SPAN_SECOND)
#define LINE_LONGEST (30 * G_TIME_SPAN_SECOND)

G_DEFINE_QUARK (acini - cli - error - quark, acini_cli_error)

void
acini_console_init (AciniConsole *console)
{
  *console = (AciniConsole){ .cancellable = g_cancellable_new (), .result = json_object_new (), .last_fraction = -1 };
  console->terminal = isatty (STDERR_FILENO) != 0;
}

void
acini_console_clear (AciniConsole *console)
{
  g_clear_object (&console->cancellable);
  g_clear_pointer (&console->result, json_object_unref);
}

void
acini_console_print (AciniConsole *console, const char *format, ...)
{
  va_list arguments;

  if (console->quiet || console->json)
    return;
  acini_console_end_progress (console);
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

void
acini_console_note (AciniConsole *console, const char *format, ...)
{
  va_list arguments;

  if (console->quiet)
    return;
  acini_console_end_progress (console);
  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
}

void
acini_console_problem (AciniConsole *console, const char *sentence)
{
  acini_console_end_progress (console);
  fprintf (stderr, "acini-cli: %s\n", sentence);
}

static int
get_columns (void)
{
  struct winsize size;

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void
show_bar (AciniConsole *console, double fraction, const char *what, const char *detail)
{
  g_autoptr (GString) line = g_string_new (what);
  int full = (int)(fraction * BAR_WIDTH);

  g_string_append (line, " ▕");
  for (int i = 0; i < BAR_WIDTH; i++)
    g_string_append (line, i < full ? "█" : " ");
  g_string_append_printf (line, "▏ %3.0f %%", 100 * fraction);
  if (detail != NULL)
    g_string_append_printf (line, "  %s", detail);
  if (g_utf8_strlen (line->str, -1) >= get_columns ())
    g_string_truncate (line, g_utf8_offset_to_pointer (line->str, get_columns () - 1) - line->str);
  /* Back to the start, and what was longer before is erased. */
  fprintf (stderr, "\r%s\033[K", line->str);
  fflush (stderr);
  console->bar_shown = TRUE;
}

void
acini_console_progress (AciniConsole *console, double fraction, const char *what, const char *detail)
{
  gint64 now = g_get_monotonic_time (), waited = now - console->last_time;
  gboolean another_tenth = (int)(fraction * 10) != (int)(console->last_fraction * 10);

  if (console->quiet)
    return;
  fraction = CLAMP (fraction, 0, 1);
  if (console->terminal)
    {
      if (waited < BAR_PAUSE)
        return;
      show_bar (console, fraction, what, detail);
    }
  else
    {
      if (console->last_fraction >= 0 && (waited < LINE_PAUSE || (!another_tenth && waited < LINE_LONGEST)))
        return;
      fprintf (stderr, "%s: %.0f %%%s%s\n", what, 100 * fraction, detail != NULL ? ", " : "",
               detail != NULL ? detail : "");
    }
  console->last_time = now;
  console->last_fraction = fraction;
}

void
acini_console_end_progress (AciniConsole *console)
{
  if (console->bar_shown)
    fputs ("\r\033[K", stderr);
  console->bar_shown = FALSE;
}

void
acini_console_finish (AciniConsole *console)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  acini_console_end_progress (console);
  if (!console->json || console->streamed)
    return;
  node = json_node_init_object (json_node_alloc (), console->result);
  text = json_to_string (node, TRUE);
  puts (text);
  fflush (stdout);
}

gboolean
acini_console_check_output (GError **error)
{
  int reason = fflush (stdout) != 0 ? errno : 0;

  if (reason == 0 && ferror (stdout) == 0)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "The output cannot be written%s%s.",
               reason != 0 ? ": " : "", reason != 0 ? g_strerror (reason) : "");
  return FALSE;
}
