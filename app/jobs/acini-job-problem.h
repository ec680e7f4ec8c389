/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is found out about a job before it is started. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gboolean stops; /* the job must not be started; else the user should know, and may start it */
  char *text;     /* translated: what is wrong and what to do */
} AciniJobProblem;

/* (element-type AciniJobProblem) with a free function set. */
GPtrArray *acini_job_problems_new (void);
void acini_job_problems_add (GPtrArray *problems, gboolean stops, char *text); /* @text (transfer full) */
/* The first problem that stops the job, or NULL. */
const AciniJobProblem *acini_job_problems_find_stop (GPtrArray *problems);

/* Bytes that may be written where @path is or would be; G_MAXUINT64 where that cannot be told. */
guint64 acini_get_free_bytes (const char *path);

G_END_DECLS
