/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-failure.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/statvfs.h>

/* Below this nothing useful can be written any more. */
#define LEAST_ROOM ((guint64)4 << 20)

static const char *const words[]
    = { "", "processor", "crash", "memory", "killed", "disk", "data", "diverged", "died", "other" };

const char *
acini_failure_to_string (AciniFailure failure)
{
  g_return_val_if_fail (failure < G_N_ELEMENTS (words), "other");
  return words[failure];
}

AciniFailure
acini_failure_from_string (const char *word)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (word, words[i]))
      return i;
  return word == NULL ? ACINI_FAILURE_NONE : ACINI_FAILURE_OTHER;
}

AciniFailure
acini_failure_from_signal (int signal, gboolean memory_was_short, const char *log)
{
  static const char *const memory_words[] = { "bad_alloc", "allocate memory", "out of memory", "not enough memory" };

  for (guint i = 0; log != NULL && signal == SIGABRT && i < G_N_ELEMENTS (memory_words); i++)
    if (strstr (log, memory_words[i]) != NULL)
      return ACINI_FAILURE_MEMORY;
  switch (signal)
    {
    case SIGFPE:
    case SIGILL:
      return ACINI_FAILURE_PROCESSOR;
    case SIGKILL:
      return memory_was_short ? ACINI_FAILURE_MEMORY : ACINI_FAILURE_KILLED;
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
    case SIGQUIT:
      return ACINI_FAILURE_KILLED;
    default:
      return ACINI_FAILURE_CRASH;
    }
}

gboolean
acini_failure_is_fault (AciniFailure failure)
{
  return failure == ACINI_FAILURE_PROCESSOR || failure == ACINI_FAILURE_CRASH;
}

const char *
acini_signal_get_name (int signal)
{
  static const struct
  {
    int signal;
    const char *name;
  } names[] = { { SIGFPE, "SIGFPE" },   { SIGILL, "SIGILL" },   { SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" },
                { SIGABRT, "SIGABRT" }, { SIGKILL, "SIGKILL" }, { SIGTERM, "SIGTERM" }, { SIGINT, "SIGINT" },
                { SIGHUP, "SIGHUP" },   { SIGQUIT, "SIGQUIT" }, { SIGXFSZ, "SIGXFSZ" }, { SIGXCPU, "SIGXCPU" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].signal == signal)
      return names[i].name;
  return g_strsignal (signal);
}

gboolean
acini_is_disk_full (const char *path)
{
  struct statvfs status;

  g_return_val_if_fail (path != NULL, FALSE);
  return statvfs (path, &status) == 0 && (guint64)status.f_bavail * status.f_frsize < LEAST_ROOM;
}

char *
acini_failure_describe (AciniFailure failure, const char *message)
{
  switch (failure)
    {
    case ACINI_FAILURE_PROCESSOR:
      return g_strdup (_ ("The processor could not carry out a step of the computation. Your work is safe. Try again; "
                          "if it happens again, “acini-cli model check” finds a way that works on this computer."));
    case ACINI_FAILURE_CRASH:
      return g_strdup (_ ("The computation crashed. Your work is safe. Try again; the log says more."));
    case ACINI_FAILURE_MEMORY:
      return g_strdup (_ ("There was not enough memory. Close other programs, or choose a smaller model or a smaller "
                          "batch, then try again."));
    case ACINI_FAILURE_KILLED:
      return g_strdup (_ ("The process was ended from outside. What was finished is kept: try again to resume."));
    case ACINI_FAILURE_DISK:
      return g_strdup (_ ("The disk is full. Make room, then resume: what was finished is kept."));
    case ACINI_FAILURE_DIVERGED:
      return g_strdup (_ ("Training diverged (the loss is not a number). Try a lower learning rate."));
    case ACINI_FAILURE_DIED:
      return g_strdup (_ ("The process is gone, perhaps because the computer was switched off. What was finished is "
                          "kept: try again to resume."));
    case ACINI_FAILURE_DATA:
    case ACINI_FAILURE_NONE:
    case ACINI_FAILURE_OTHER:
      break;
    }
  return g_strdup (message != NULL ? message : _ ("Something went wrong; the log says more."));
}
