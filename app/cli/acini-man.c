/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Man pages from the table of commands, so that they say what --help says. */

#include "acini-config.h"

#include "app/cli/acini-command.h"

#include <string.h>

/* Text in which roff sees no request and no hyphen of its own. */
static void
append_text (GString *page, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if ((p == text || p[-1] == '\n') && (*p == '.' || *p == '\''))
        g_string_append (page, "\\&");
      if (*p == '\\')
        g_string_append (page, "\\e");
      else if (*p == '-')
        g_string_append (page, "\\-");
      else
        g_string_append_c (page, *p);
    }
}

static void
append_paragraphs (GString *page, const char *text)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n\n", -1);

  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      g_string_append (page, i > 0 ? ".PP\n" : "");
      append_text (page, paragraphs[i]);
      g_string_append_c (page, '\n');
    }
}

static void
append_options (GString *page, const GOptionEntry *entries)
{
  for (; entries != NULL && entries->long_name != NULL; entries++)
    {
      if (entries->flags & G_OPTION_FLAG_HIDDEN)
        continue;
      g_string_append (page, ".TP\n\\fB");
      if (entries->short_name != 0)
        g_string_append_printf (page, "\\-%c\\fR, \\fB", entries->short_name);
      g_string_append (page, "\\-\\-");
      append_text (page, entries->long_name);
      g_string_append (page, "\\fR");
      if (entries->arg_description != NULL)
        {
          g_string_append (page, " \\fI");
          append_text (page, entries->arg_description);
          g_string_append (page, "\\fR");
        }
      g_string_append_c (page, '\n');
      append_text (page, entries->description);
      g_string_append_c (page, '\n');
    }
}

static void
append_header (GString *page, const char *name, const char *summary)
{
  g_autofree char *title = g_ascii_strup (name, -1);

  g_string_append (page, ".TH \"");
  append_text (page, title);
  g_string_append (page, "\" 1 \"\" \"Acini " ACINI_VERSION "\" \"Acini\"\n.SH NAME\n");
  append_text (page, name);
  g_string_append (page, " \\- ");
  append_text (page, summary);
  g_string_append_c (page, '\n');
}

static void
append_exit_status (GString *page)
{
  g_string_append (page, ".SH EXIT STATUS\n0 for success, 1 for a failure (one sentence on standard error says which), "
                         "2 for a wrong command line.\n");
}

static char *
main_page (void)
{
  GString *page = g_string_new (NULL);
  const AciniCommand *const *commands = acini_commands_list ();

  append_header (page, "acini-cli", "segments functional tissue units on slides, without a window");
  g_string_append (page, ".SH SYNOPSIS\n\\fBacini\\-cli\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR…] \\fIARGUMENT\\fR…\n"
                         ".SH DESCRIPTION\n");
  append_paragraphs (page,
                     "A project is a folder of slides, people's labels, predictions and models. acini-cli makes "
                     "projects, segments slides with a network, trains networks on labels, and scores and exports "
                     "the masks. The window, acini, works on the same projects.\n\nEach command has a page of its "
                     "own, such as acini-cli-train(1).");
  g_string_append (page, ".SH COMMANDS\n");
  for (guint i = 0; commands[i] != NULL; i++)
    {
      if (commands[i]->hidden)
        continue;
      g_string_append_printf (page, ".TP\n\\fB%s\\fR\n", commands[i]->name);
      append_text (page, commands[i]->summary);
      g_string_append_c (page, '\n');
    }
  g_string_append (page, ".SH OPTIONS\n");
  append_options (page, acini_common_options ());
  append_exit_status (page);
  g_string_append (page, ".SH ENVIRONMENT\n.TP\n\\fBACINI_DATA\\fR\nA folder with recipes/ and starter/ to use "
                         "instead of those installed.\n.TP\n\\fBACINI_SHARED\\fR\nA folder with real tissue for "
                         "\\fBacini\\-cli demo\\fR.\n");
  return g_string_free (page, FALSE);
}

char *
acini_man_page (const AciniCommand *command)
{
  g_autofree char *name = NULL;
  GString *page;

  if (command == NULL)
    return main_page ();
  page = g_string_new (NULL);
  name = g_strdup_printf ("acini-cli-%s", command->name);
  g_strdelimit (name, " ", '-');
  append_header (page, name, command->summary);
  g_string_append_printf (page, ".SH SYNOPSIS\n\\fBacini\\-cli %s\\fR [\\fIOPTION\\fR…] \\fI", command->name);
  append_text (page, command->arguments);
  g_string_append (page, "\\fR\n.SH DESCRIPTION\n");
  append_paragraphs (page, command->description);
  g_string_append (page, ".SH OPTIONS\n");
  for (int i = 0; acini_command_get_options (command, i) != NULL; i++)
    append_options (page, acini_command_get_options (command, i));
  if (command->examples != NULL)
    {
      g_auto (GStrv) lines = g_strsplit (command->examples, "\n", -1);

      g_string_append (page, ".SH EXAMPLES\n.nf\n");
      for (guint i = 0; lines[i] != NULL; i++)
        {
          g_string_append (page, "acini\\-cli ");
          append_text (page, lines[i]);
          g_string_append_c (page, '\n');
        }
      g_string_append (page, ".fi\n");
    }
  append_exit_status (page);
  g_string_append (page, ".SH SEE ALSO\n\\fBacini\\-cli\\fR(1)\n");
  return g_string_free (page, FALSE);
}
