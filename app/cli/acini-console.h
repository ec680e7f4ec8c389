/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a command says: results on standard output (for people, or one JSON object), progress and notes on standard
 * error (a bar on a terminal, plain lines elsewhere, nothing when quiet). */

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define ACINI_CLI_ERROR (acini_cli_error_quark ())
GQuark acini_cli_error_quark (void);

typedef enum
{
  ACINI_CLI_ERROR_USAGE, /* exit status 2: the command line itself is wrong */
  ACINI_CLI_ERROR_FAILED,
} AciniCliError;

typedef struct
{
  gboolean quiet, json;
  GCancellable *cancellable; /* SIGINT or SIGTERM came */
  JsonObject *result;        /* printed at the end with --json … */
  gboolean streamed;         /* … unless the command has printed it itself, piece by piece */

  /* Of the progress shown. */
  gboolean terminal;
  gboolean bar_shown;
  gint64 last_time; /* monotonic, of the last progress shown */
  double last_fraction;
} AciniConsole;

void acini_console_init (AciniConsole *console);
void acini_console_clear (AciniConsole *console);

/* A line of the result for people; nothing with --json or --quiet. */
void acini_console_print (AciniConsole *console, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A line on standard error; nothing with --quiet. */
void acini_console_note (AciniConsole *console, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* What went wrong with one of several things; the command goes on.  Also with --quiet. */
void acini_console_problem (AciniConsole *console, const char *sentence);
/* Shows @fraction (0 … 1) of @what, with @detail (nullable) behind; may be called at any rate. */
void acini_console_progress (AciniConsole *console, double fraction, const char *what, const char *detail);
/* Takes the bar away. */
void acini_console_end_progress (AciniConsole *console);
/* The JSON result, when wished for. */
void acini_console_finish (AciniConsole *console);
/* Whether all that was printed on standard output has arrived; not so on a full disk. */
gboolean acini_console_check_output (GError **error);

G_END_DECLS
