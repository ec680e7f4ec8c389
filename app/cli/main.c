/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini-cli: finds the command, parses its options, runs it, and turns what came of it into an exit status. */

#include "acini-config.h"

#include "app/cli/acini-command.h"
#include "app/cli/acini-model-choice.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-segment-options.h"
#include "model/acini-model.h"

#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum
{
  EXIT_USAGE = 2
};

static gboolean option_help, option_man;

/* Signals. */

static gboolean
on_signal (gpointer user_data)
{
  GCancellable *cancellable = user_data;

  /* A second signal means that the user does not want to wait for the cleanup. */
  if (g_cancellable_is_cancelled (cancellable))
    _exit (EXIT_FAILURE);
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

/* Commands block the main thread, so signals are met on one of their own. */
static gpointer
watch_signals (gpointer user_data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr (GSource) source = g_unix_signal_source_new (signals[i]);

      g_source_set_callback (source, on_signal, user_data, NULL);
      g_source_attach (source, context);
    }
  g_main_loop_run (loop);
  return NULL;
}

/* Help. */

static void
print_commands (void)
{
  const AciniCommand *const *commands = acini_commands_list ();

  printf ("Usage: acini-cli COMMAND [OPTION…] ARGUMENT…\n\nSegments functional tissue units and learns from "
          "corrections, without a window.\n\nCommands:\n");
  for (guint i = 0; commands[i] != NULL; i++)
    if (!commands[i]->hidden)
      printf ("  %-16s %s\n", commands[i]->name, commands[i]->summary);
  printf ("\nSee “acini-cli COMMAND --help” for a command, “acini-cli --version” for the version.\nExit status: 0 on "
          "success, 1 on failure, 2 on a wrong command line.\n");
}

static GOptionContext *
make_context (const AciniCommand *command)
{
  static const GOptionEntry entries[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &option_help, "Show this help", NULL },
    { "man", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &option_man, NULL, NULL },
    { NULL },
  };
  GOptionContext *context = g_option_context_new (command->arguments);
  g_autoptr (GString) end = g_string_new (command->description);

  if (command->examples != NULL)
    {
      g_auto (GStrv) lines = g_strsplit (command->examples, "\n", -1);

      g_string_append (end, "\n\nExamples:");
      for (guint i = 0; lines[i] != NULL; i++)
        g_string_append_printf (end, "\n  acini-cli %s", lines[i]);
    }
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, end->str);
  g_option_context_add_main_entries (context, entries, NULL);
  for (int i = 0; acini_command_get_options (command, i) != NULL; i++)
    g_option_context_add_main_entries (context, acini_command_get_options (command, i), NULL);
  return context;
}

/* Running. */

static void
warn_if_slow (AciniConsole *console)
{
  g_autofree char *warning = acini_model_check_speed ();

  if (warning != NULL)
    acini_console_note (console, "acini-cli: %s", warning);
}

static gboolean
check_arguments (const AciniCommand *command, char **arguments, GError **error)
{
  int n = g_strv_length (arguments);

  if (n >= command->least && (command->most < 0 || n <= command->most))
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "%s. Usage: acini-cli %s [OPTION…] %s",
               n < command->least ? "Too few arguments" : "Too many arguments", command->name, command->arguments);
  return FALSE;
}

/* GOption leaves “--” in where a word that begins with “-” follows. */
static void
drop_separator (char **arguments)
{
  for (; *arguments != NULL; arguments++)
    if (g_str_equal (*arguments, "--"))
      {
        g_free (*arguments);
        for (; *arguments != NULL; arguments++)
          arguments[0] = arguments[1];
        return;
      }
}

static gboolean
prepare (AciniConsole *console, const AciniCommand *command, char **arguments, GError **error)
{
  if (!check_arguments (command, arguments, error))
    return FALSE;
  if ((command->network && !acini_network_options_check (error))
      || (command->models && !acini_model_choice_check (error))
      || (command->segments && !acini_segment_options_check (error)))
    return FALSE;
  if (command->network && !console->quiet)
    warn_if_slow (console);
  return TRUE;
}

/* One sentence, and for a wrong command line where to read on.  Returns: the exit status. */
static int
report (AciniConsole *console, const AciniCommand *command, const GError *error)
{
  gboolean usage = g_error_matches (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE) || error->domain == G_OPTION_ERROR;

  acini_console_end_progress (console);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && g_cancellable_is_cancelled (console->cancellable))
    fprintf (stderr, "acini-cli: Cancelled.\n");
  else
    fprintf (stderr, "acini-cli: %s\n", error->message);
  if (usage)
    fprintf (stderr, "See “acini-cli %s --help”.\n", command->name);
  return usage ? EXIT_USAGE : EXIT_FAILURE;
}

/* @arguments: what follows the command's name, with a slot before it for the program's name. */
static int
run_command (const AciniCommand *command, char **arguments)
{
  g_autoptr (GOptionContext) context = make_context (command);
  g_autofree char *name = g_strdup_printf ("acini-cli %s", command->name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GThread) watcher = NULL;
  AciniConsole console;
  int status = EXIT_SUCCESS;

  g_set_prgname (name);
  acini_console_init (&console);
  if (!g_option_context_parse_strv (context, &arguments, &error))
    {
      status = report (&console, command, error);
    }
  else if (option_help || option_man)
    {
      g_autofree char *text = option_man ? acini_man_page (command) : g_option_context_get_help (context, TRUE, NULL);

      fputs (text, stdout);
    }
  else
    {
      console.quiet = acini_option_quiet;
      console.json = acini_option_json;
      watcher = g_thread_new ("signals", watch_signals, console.cancellable);
      drop_separator (arguments + 1);
      if (!prepare (&console, command, arguments + 1, &error) || !command->run (&console, arguments + 1, &error))
        status = report (&console, command, error);
      else
        {
          acini_console_finish (&console);
          if (!acini_console_check_output (&error))
            status = report (&console, command, error);
        }
      /* The watcher lives until the end: leave without waiting for it, and without tearing torch down, whose
       * threads may still be at it after a cancellation. */
      fflush (stdout);
      fflush (stderr);
      _exit (status);
    }
  acini_console_clear (&console);
  g_strfreev (arguments);
  return status;
}

/* The command that @argv names, and how many of its words are the name. */
static const AciniCommand *
find_command (char **argv, int *words)
{
  const AciniCommand *const *commands = acini_commands_list ();
  g_autofree char *two = argv[1] != NULL ? g_strjoin (" ", argv[0], argv[1], NULL) : NULL;

  for (guint i = 0; commands[i] != NULL; i++)
    {
      *words = g_strcmp0 (commands[i]->name, two) == 0 ? 2 : 1;
      if (*words == 2 || g_str_equal (commands[i]->name, argv[0]))
        return commands[i];
    }
  return NULL;
}

static int
report_unknown (char **argv, gboolean help)
{
  const AciniCommand *const *commands = acini_commands_list ();
  g_autofree char *prefix = g_strdup_printf ("%s ", argv[0]);
  gboolean group = FALSE;

  for (guint i = 0; commands[i] != NULL; i++)
    if (!commands[i]->hidden && g_str_has_prefix (commands[i]->name, prefix))
      {
        if (!group)
          fprintf (help ? stdout : stderr, "acini-cli: “%s” needs a subcommand:\n", argv[0]);
        group = TRUE;
        fprintf (help ? stdout : stderr, "  %-16s %s\n", commands[i]->name, commands[i]->summary);
      }
  if (!group)
    fprintf (stderr, "acini-cli: There is no command “%s”; “acini-cli --help” lists them.\n", argv[0]);
  return group && help ? EXIT_SUCCESS : EXIT_USAGE;
}

static gboolean
is_help (const char *word)
{
  return word != NULL && (g_str_equal (word, "help") || g_str_equal (word, "--help") || g_str_equal (word, "-h"));
}

static int
run (char **argv)
{
  const AciniCommand *command;
  g_autoptr (GPtrArray) rest = g_ptr_array_new_with_free_func (g_free);
  gboolean help = is_help (argv[0]);
  int words = 0;

  if (argv[0] != NULL && g_str_equal (argv[0], "--version"))
    return printf ("acini-cli %s\n", ACINI_VERSION) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  if (argv[0] != NULL && g_str_equal (argv[0], "--man"))
    {
      g_autofree char *page = acini_man_page (NULL);

      fputs (page, stdout);
      return EXIT_SUCCESS;
    }
  if (argv[0] == NULL || (help && argv[1] == NULL))
    {
      print_commands ();
      return argv[0] == NULL ? EXIT_USAGE : EXIT_SUCCESS;
    }
  argv += help;
  command = find_command (argv, &words);
  if (command == NULL)
    return report_unknown (argv, help || is_help (argv[1]));
  g_ptr_array_add (rest, g_strdup ("acini-cli"));
  if (help)
    g_ptr_array_add (rest, g_strdup ("--help"));
  for (char **word = argv + words; !help && *word != NULL; word++)
    g_ptr_array_add (rest, g_strdup (*word));
  g_ptr_array_add (rest, NULL);
  return run_command (command, (char **)g_ptr_array_steal (rest, NULL));
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) words = g_strdupv (argv);
  g_autoptr (GError) error = NULL;
  int status;

  setlocale (LC_ALL, "");
  /* Numbers in options, results and files are written with a point. */
  setlocale (LC_NUMERIC, "C");
  /* A file grown to its limit is an error of that write, not the end. */
  signal (SIGXFSZ, SIG_IGN);
  status = run (argc > 0 ? words + 1 : words);
  if (acini_console_check_output (&error))
    return status;
  fprintf (stderr, "acini-cli: %s\n", error->message);
  return EXIT_FAILURE;
}
