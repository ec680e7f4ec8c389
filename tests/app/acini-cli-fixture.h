/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* acini-cli, run by tests: what it prints and returns, and a project, a slide and a model for it. */

#include <json-glib/json-glib.h>
#include <sys/resource.h>

typedef struct
{
  char *folder, *project, *slide, *model;
} CliMaterial;

extern CliMaterial cli_material;

typedef struct
{
  int status; /* exit status; -1: ended by a signal */
  char *out, *err;
} CliOutcome;

void cli_outcome_clear (CliOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliOutcome, cli_outcome_clear)

/* The largest file that the program may write; 0: any. */
extern rlim_t cli_file_limit;

/* Runs acini-cli in the material's folder; @words: its arguments, with NULL at their end. */
CliOutcome cli_run (const char *const *words);
#define RUN(...) cli_run ((const char *const[]){ __VA_ARGS__, NULL })

/* It fails with one sentence on standard error, which has @word in it, and nothing on standard output. */
void cli_assert_failed (const CliOutcome *outcome, int status, const char *word);
/* It succeeds.  Returns: (transfer full) the object that it prints. */
JsonObject *cli_parse (const CliOutcome *outcome);

/* A project of this name with squares of known size, labelled, on one slide, and an empty one.  Returns: (transfer
 * full) its path. */
char *cli_make_labelled (const char *name);

/* Makes cli_material, runs the tests and removes it.  Returns: what main () does. */
int cli_run_tests (void);
