/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Why a job failed, as a word for events.jsonl and as sentences for people. */

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_FAILURE_NONE,
  ACINI_FAILURE_PROCESSOR, /* a fault of the processor: SIGFPE, SIGILL */
  ACINI_FAILURE_CRASH,     /* any other fault of the program */
  ACINI_FAILURE_MEMORY,
  ACINI_FAILURE_KILLED, /* somebody ended the process */
  ACINI_FAILURE_DISK,
  ACINI_FAILURE_DATA, /* a slide, its labels or a model cannot be used */
  ACINI_FAILURE_DIVERGED,
  ACINI_FAILURE_DIED, /* the process is gone and nobody saw how */
  ACINI_FAILURE_OTHER,
} AciniFailure;

const char *acini_failure_to_string (AciniFailure failure); /* untranslated, as in events.jsonl; NONE: "" */
AciniFailure acini_failure_from_string (const char *word);  /* nullable; unknown words are OTHER */

/* Why a process died by @signal.  @memory_was_short: the system has killed a process for want of memory meanwhile.
 * @log (nullable): the last lines that the process wrote. */
AciniFailure acini_failure_from_signal (int signal, gboolean memory_was_short, const char *log);
/* Whether a computation went wrong, rather than that somebody or something wanted an end. */
gboolean acini_failure_is_fault (AciniFailure failure);
/* "SIGFPE"; (transfer none) */
const char *acini_signal_get_name (int signal);

/* Whether @path's disk has no room left for what a job writes. */
gboolean acini_is_disk_full (const char *path);

/* What happened and what to do, translated.  @message (nullable): what the program said.  Returns: (transfer full) */
char *acini_failure_describe (AciniFailure failure, const char *message);

G_END_DECLS
