/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A command of acini-cli: one file each, one table of all (acini-commands.c), from which help and man pages are made.
 */

#include "app/cli/acini-console.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;            /* "train", "model inspect" */
  const char *arguments;       /* "PROJECT FILE…", as help shows them */
  const char *summary;         /* one line */
  const char *description;     /* paragraphs, an empty line between */
  const char *examples;        /* a line each, without "acini-cli" */
  const GOptionEntry *options; /* own ones; NULL: none.  Values land in static variables of the command's file */
  int least, most;             /* number of arguments; most < 0: any */
  gboolean models;             /* takes --model and --weights: acini-model-choice.h */
  gboolean segments;           /* takes --flips, --patch and the like: acini-segment-options.h */
  gboolean network; /* uses the network: takes --device, --precision and --threads, and checks torch's speed */
  gboolean hidden;  /* for tests and other programs: not in the list of commands, no man page */
  gboolean (*run) (AciniConsole *console, char **arguments, GError **error);
} AciniCommand;

/* NULL-terminated, in the order of help. */
const AciniCommand *const *acini_commands_list (void);

/* What help and man pages say of options that several commands have; @number counts up until there is NULL. */
const GOptionEntry *acini_command_get_options (const AciniCommand *command, int number);
const GOptionEntry *acini_common_options (void);
const GOptionEntry *acini_model_options (void);
const GOptionEntry *acini_segment_options (void);
const GOptionEntry *acini_network_options (void);

/* Writes the man page of @command, NULL: of acini-cli itself, as roff. */
char *acini_man_page (const AciniCommand *command);

G_END_DECLS
